//! The weights of the taught rules and their use: a turn's features in, a score per rule out. The file is made by
//! `kefu-audit rules train`; numbers in it are little-endian.

use crate::taught::features::{BITS, Feature};

/// First bytes of a weight file: name and version of the format.
const MAGIC: &[u8; 8] = b"kefutm02";

/// What is known about one taught rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// The rule's id.
    pub rule: String,
    /// Added to every score.
    pub bias: f32,
    /// Turns whose own words score less (without the bias) are not looked at further.
    pub own: f32,
    /// From this score on the finding is suspected.
    pub suspected: f32,
    /// From this score on it is certain.
    pub certain: f32,
    /// What one step of a stored weight is worth.
    pub step: f32,
}

/// Weights of all taught rules, by feature.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    /// The rules, in the order of their numbers in `weights`.
    pub heads: Vec<Head>,
    /// Digest of what it was trained on.
    pub digest: String,
    /// For each feature, where its weights begin; one more entry than features.
    starts: Vec<u32>,
    /// Rule number and weight in steps.
    weights: Vec<(u8, i8)>,
}

mod built_in {
    include!(concat!(env!("OUT_DIR"), "/weights.rs"));
}

impl Model {
    /// The weights that are built in; empty when the build had none.
    #[must_use]
    pub fn built_in() -> Self {
        Self::from_bytes(built_in::WEIGHTS).unwrap_or_default()
    }

    /// Makes a model of weights by rule: `(feature, weight)` lists in the order of `heads`.
    #[must_use]
    pub fn new(mut heads: Vec<Head>, digest: String, by_rule: &[Vec<(u32, f32)>]) -> Self {
        let mut all: Vec<(u32, u8, i8)> = Vec::new();
        for ((head, list), rule) in heads.iter_mut().zip(by_rule).zip(0u8..) {
            let largest = list.iter().map(|(_, w)| w.abs()).fold(0.0, f32::max);
            head.step = largest / 127.0;
            for (feature, weight) in list {
                #[allow(
                    clippy::cast_possible_truncation,
                    reason = "at most 127 steps by the choice of the step"
                )]
                let steps = (weight / head.step.max(f32::MIN_POSITIVE)).round() as i8;
                if steps != 0 {
                    all.push((*feature, rule, steps));
                }
            }
        }
        all.sort_unstable();
        let mut model = Self { heads, digest, starts: Vec::new(), weights: Vec::with_capacity(all.len()) };
        let mut next = all.iter().peekable();
        for feature in 0..1u32 << BITS {
            model.starts.push(len32(&model.weights));
            while let Some((_, rule, steps)) = next.next_if(|(f, _, _)| *f == feature) {
                model.weights.push((*rule, *steps));
            }
        }
        model.starts.push(len32(&model.weights));
        model
    }

    /// Whether there is nothing to ask.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// How many weights are stored.
    #[must_use]
    pub fn size(&self) -> usize {
        self.weights.len()
    }

    fn of(&self, feature: u32) -> &[(u8, i8)] {
        let at = feature as usize;
        match (self.starts.get(at), self.starts.get(at + 1)) {
            (Some(from), Some(to)) => self.weights.get(*from as usize..*to as usize).unwrap_or_default(),
            _ => &[],
        }
    }

    /// What the features add to the score of every rule, in the order of [`Model::heads`]; without the bias.
    pub fn scores(&self, features: &[Feature], out: &mut Vec<f32>) {
        out.clear();
        out.resize(self.heads.len(), 0.0);
        for (feature, value) in features {
            for (rule, steps) in self.of(*feature) {
                if let Some(score) = out.get_mut(usize::from(*rule)) {
                    *score += value * f32::from(*steps);
                }
            }
        }
        for (score, head) in out.iter_mut().zip(&self.heads) {
            *score *= head.step;
        }
    }

    /// What one feature weighs for a rule.
    #[must_use]
    pub fn weight(&self, feature: u32, rule: usize) -> f32 {
        let step = self.heads.get(rule).map_or(0.0, |h| h.step);
        self.of(feature)
            .iter()
            .find(|(r, _)| usize::from(*r) == rule)
            .map_or(0.0, |(_, w)| f32::from(*w) * step)
    }

    /// The file's bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        let text = |out: &mut Vec<u8>, text: &str| {
            out.push(u8::try_from(text.len()).unwrap_or(u8::MAX));
            out.extend(text.as_bytes().iter().take(usize::from(u8::MAX)));
        };
        text(&mut out, &self.digest);
        out.push(u8::try_from(self.heads.len()).unwrap_or(u8::MAX));
        for head in &self.heads {
            text(&mut out, &head.rule);
            for number in [head.bias, head.own, head.suspected, head.certain, head.step] {
                out.extend(number.to_le_bytes());
            }
        }
        // Features without weights are skipped: the gap to the next one, then how many weights it has.
        let mut last = 0u32;
        for feature in 0..1u32 << BITS {
            let weights = self.of(feature);
            if weights.is_empty() {
                continue;
            }
            let mut gap = feature - last;
            while gap >= 255 {
                out.push(255);
                gap -= 255;
            }
            out.push(u8::try_from(gap).unwrap_or_default());
            last = feature;
            out.push(u8::try_from(weights.len()).unwrap_or(u8::MAX));
            for (rule, steps) in weights {
                out.push(*rule);
                out.extend(steps.to_le_bytes());
            }
        }
        out
    }

    /// Reads a file's bytes; `None` when they are not a whole weight file of this version.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut rest = Bytes(bytes.strip_prefix(MAGIC)?);
        let digest = rest.text()?;
        let mut model = Self { digest, ..Self::default() };
        for _ in 0..rest.byte()? {
            let rule = rest.text()?;
            let mut number = || rest.float();
            let [bias, own, suspected, certain, step] =
                [number()?, number()?, number()?, number()?, number()?];
            model.heads.push(Head { rule, bias, own, suspected, certain, step });
        }
        let features = 1usize << BITS;
        model.starts.reserve(features + 1);
        let mut feature = 0usize;
        while !rest.0.is_empty() {
            loop {
                let gap = rest.byte()?;
                feature += usize::from(gap);
                if gap < 255 {
                    break;
                }
            }
            if feature >= features {
                return None;
            }
            let begin = len32(&model.weights);
            model.starts.resize(feature + 1, begin);
            for _ in 0..rest.byte()? {
                model.weights.push((rest.byte()?, i8::from_le_bytes([rest.byte()?])));
            }
        }
        let end = len32(&model.weights);
        model.starts.resize(features + 1, end);
        Some(model)
    }
}

fn len32<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}

/// Bytes read from the front.
struct Bytes<'b>(&'b [u8]);

impl Bytes<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn float(&mut self) -> Option<f32> {
        let (number, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(f32::from_le_bytes(*number))
    }

    fn text(&mut self) -> Option<String> {
        let length = usize::from(self.byte()?);
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        String::from_utf8(text.to_vec()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_hold_the_whole_model() {
        let head = |rule: &str| Head {
            rule: rule.to_owned(),
            bias: -0.5,
            own: -1.0,
            suspected: 0.1,
            certain: 0.4,
            step: 0.0,
        };
        let weights = [vec![(3, 1.0), (700_000, -0.5)], vec![(3, 0.25), (1_048_575, 2.0)]];
        let model = Model::new(vec![head("a"), head("b")], "d".to_owned(), &weights);
        let back = Model::from_bytes(&model.to_bytes()).unwrap();
        assert_eq!(back, model);
        let mut scores = Vec::new();
        back.scores(&[(3, 1.0), (700_000, 1.0)], &mut scores);
        assert!((scores[0] - 0.5).abs() < 0.01 && (scores[1] - 0.25).abs() < 0.01, "{scores:?}");
        assert!(Model::from_bytes(&model.to_bytes()[..30]).is_none());
    }
}
