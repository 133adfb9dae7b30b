//! The weights of the taught rules and their use: a turn's features in, a score per rule out. The file is made by
//! `kefu-audit rules train` and used as it lies: nothing is unpacked when it is loaded. Numbers in it are little-endian.
//!
//! After the heads comes an index of 65,537 places by the upper half of a feature's number, then the features of each upper
//! half together, so that looking one up touches one piece of memory: its lower half, how many rules it weighs for, and
//! for each of them the rule's number and a signed step.

use std::borrow::Cow;

use crate::taught::features::{Alike, Feature};

/// First bytes of a weight file: name and version of the format.
const MAGIC: &[u8; 8] = b"kefutm06";
/// So many features are looked up together, so that memory is waited for once and not for each of them.
const TOGETHER: usize = 32;
/// Entries of the index: one for each upper half of a feature's number, and the end.
const INDEX: usize = (1 << 16) + 1;

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
    /// Where written words of the rule hold and the score is below this, they were about something else.
    pub unlike: f32,
    /// What one step of a stored weight is worth.
    pub step: f32,
}

impl Head {
    /// The score at a share of the way from nothing (no feature of any weight) to the threshold.
    #[must_use]
    pub fn on_the_way(&self, share: f32) -> f32 {
        self.bias + share * (self.suspected - self.bias)
    }
}

/// Weights of all taught rules, by feature.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    /// The rules, in the order of their numbers in the weights.
    pub heads: Vec<Head>,
    /// Digest of what it was trained on.
    pub digest: String,
    /// The whole file.
    bytes: Cow<'static, [u8]>,
    /// Where its parts begin.
    index: usize,
    features: usize,
}

mod built_in {
    include!(concat!(env!("OUT_DIR"), "/weights.rs"));
}

impl Model {
    /// The weights that are built in; empty when the build had none.
    #[must_use]
    pub fn built_in() -> Self {
        Self::read(Cow::Borrowed(built_in::WEIGHTS)).unwrap_or_default()
    }

    /// Makes a model of weights by rule: `(feature, weight)` lists in the order of `heads`.
    #[must_use]
    pub fn new(mut heads: Vec<Head>, digest: &str, by_rule: &[Vec<Feature>]) -> Self {
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
        let bytes = bytes(&heads, digest, &all);
        Self::read(Cow::Owned(bytes)).unwrap_or_default()
    }

    /// Whether there is nothing to ask.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    fn number(&self, at: usize) -> usize {
        self.bytes
            .get(at..at + 4)
            .and_then(|b| b.first_chunk())
            .map_or(0, |b| u32::from_le_bytes(*b) as usize)
    }

    /// The features whose numbers have the same upper half as this one.
    fn alike(&self, feature: u32) -> &[u8] {
        if self.is_empty() {
            return &[];
        }
        let place = self.index + 4 * (feature >> 16) as usize;
        let (from, to) = (self.features + self.number(place), self.features + self.number(place + 4));
        self.bytes.get(from..to).unwrap_or_default()
    }

    /// The weights of a feature: pairs of a rule's number and a step.
    fn of(&self, feature: u32) -> &[u8] {
        Self::among(self.alike(feature), feature)
    }

    /// The weights of a feature among those that share its upper half; none when it is not there.
    fn among(mut alike: &[u8], feature: u32) -> &[u8] {
        let [_, _, high, low] = feature.to_be_bytes();
        while let Some(([one_low, one_high, rules], rest)) = alike.split_first_chunk() {
            let Some((weights, others)) = rest.split_at_checked(2 * usize::from(*rules)) else { break };
            if (*one_low, *one_high) == (low, high) {
                return weights;
            }
            alike = others;
        }
        &[]
    }

    /// What the features add to the score of every rule, in the order of [`Model::heads`]; without the bias.
    pub fn scores(&self, alike: Alike<'_>) -> impl Iterator<Item = f32> {
        // A place for every number that a rule can have: so no place needs to be checked.
        let mut sums = [0i32; 1 << u8::BITS];
        let mut places: [&[u8]; TOGETHER] = [&[]; TOGETHER];
        for features in alike.features.chunks(TOGETHER) {
            for (place, feature) in places.iter_mut().zip(features) {
                *place = self.alike(*feature);
            }
            // Every place is touched before the first is read.
            let touched = places.iter().filter_map(|place| place.first());
            std::hint::black_box(touched.fold(0, |all, byte| all ^ byte));
            for (place, feature) in places.iter().zip(features) {
                for pair in Self::among(place, *feature).chunks_exact(2) {
                    if let [rule, steps] = pair
                        && let Some(sum) = sums.get_mut(usize::from(*rule))
                    {
                        *sum += i32::from(i8::from_le_bytes([*steps]));
                    }
                }
            }
        }
        #[allow(clippy::cast_precision_loss, reason = "sums of a few hundred steps of at most 127")]
        self.heads.iter().zip(sums).map(move |(head, sum)| sum as f32 * head.step * alike.value)
    }

    /// The rules that a feature weighs for, and how much.
    pub fn weights(&self, feature: u32) -> impl Iterator<Item = (usize, f32)> {
        self.of(feature).chunks_exact(2).filter_map(|pair| {
            let [rule, steps] = pair else { return None };
            let head = self.heads.get(usize::from(*rule))?;
            Some((usize::from(*rule), f32::from(i8::from_le_bytes([*steps])) * head.step))
        })
    }

    /// What one feature weighs for a rule.
    #[must_use]
    pub fn weight(&self, feature: u32, rule: usize) -> f32 {
        self.weights(feature).find(|(head, _)| *head == rule).map_or(0.0, |(_, weight)| weight)
    }

    /// The file's bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Takes a file's bytes; `None` when they are not a whole weight file of this version.
    #[must_use]
    pub fn from_bytes(bytes: Vec<u8>) -> Option<Self> {
        Self::read(Cow::Owned(bytes))
    }

    fn read(bytes: Cow<'static, [u8]>) -> Option<Self> {
        let mut rest = Bytes(bytes.strip_prefix(MAGIC)?);
        let digest = rest.text()?;
        let mut heads = Vec::new();
        for _ in 0..rest.byte()? {
            let rule = rest.text()?;
            let mut number = || rest.float();
            let [bias, own, suspected, certain, unlike, step] =
                [number()?, number()?, number()?, number()?, number()?, number()?];
            heads.push(Head { rule, bias, own, suspected, certain, unlike, step });
        }
        let index = bytes.len() - rest.0.len();
        let features = index + 4 * INDEX;
        let model = Self { heads, digest, bytes, index, features };
        let end = features + model.number(features - 4);
        (model.bytes.len() == end).then_some(model)
    }
}

/// Puts a file together of weights ordered by feature and rule.
fn bytes(heads: &[Head], digest: &str, weights: &[(u32, u8, i8)]) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    let text = |out: &mut Vec<u8>, text: &str| {
        out.push(u8::try_from(text.len()).unwrap_or(u8::MAX));
        out.extend(text.as_bytes().iter().take(usize::from(u8::MAX)));
    };
    text(&mut out, digest);
    out.push(u8::try_from(heads.len()).unwrap_or(u8::MAX));
    for head in heads {
        text(&mut out, &head.rule);
        for number in [head.bias, head.own, head.suspected, head.certain, head.unlike, head.step] {
            out.extend(number.to_le_bytes());
        }
    }
    let (mut starts, mut features) = (Vec::with_capacity(INDEX), Vec::new());
    for one in weights.chunk_by(|a, b| a.0 == b.0) {
        let Some((feature, ..)) = one.first() else { continue };
        let [_, _, high, low] = feature.to_be_bytes();
        // Features that begin here or at an upper half without any.
        starts.resize(starts.len().max((*feature >> 16) as usize + 1), features.len());
        features.extend([low, high, u8::try_from(one.len()).unwrap_or(u8::MAX)]);
        features.extend(one.iter().flat_map(|(_, rule, steps)| [*rule, steps.to_le_bytes()[0]]));
    }
    starts.resize(INDEX, features.len());
    out.extend(starts.iter().flat_map(|start| u32::try_from(*start).unwrap_or(u32::MAX).to_le_bytes()));
    out.extend(features);
    out
}

/// Bytes read from the front.
struct Bytes<'b>(&'b [u8]);

impl Bytes<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn number(&mut self) -> Option<[u8; 4]> {
        let (number, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*number)
    }

    fn float(&mut self) -> Option<f32> {
        self.number().map(f32::from_le_bytes)
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
            unlike: -0.3,
            step: 0.0,
        };
        let weights = [vec![(3, 1.0), (700_000, -0.5), (700_001, 0.5)], vec![(3, 0.25), (u32::MAX, 2.0)]];
        let model = Model::new(vec![head("a"), head("b")], "d", &weights);
        let back = Model::from_bytes(model.bytes().to_vec()).unwrap();
        assert_eq!(back, model);
        assert_eq!((back.digest.as_str(), back.heads[1].rule.as_str()), ("d", "b"));
        let features = [3, 700_000, u32::MAX - 1, u32::MAX];
        let scores: Vec<f32> = back.scores(Alike { features: &features, value: 1.0 }).collect();
        assert!((scores[0] - 0.5).abs() < 0.01 && (scores[1] - 2.25).abs() < 0.02, "{scores:?}");
        assert!((back.weight(700_001, 0) - 0.5).abs() < 0.01);
        for cut in [5, 30, model.bytes().len() - 1] {
            assert!(Model::from_bytes(model.bytes()[..cut].to_vec()).is_none());
        }
        assert!(Model::default().is_empty());
    }
}
