//! The weights of the taught rules and their use: a turn's features in, a score per rule out. The file is made by
//! `kefu-audit rules train` and used nearly as it lies: only its index is unpacked when it is loaded. Numbers in it are
//! little-endian.
//!
//! With each head come the weights of its words alone. After the heads comes an index of 65,537 places by the upper half of
//! a feature's number: where the features of that upper half begin (24 bits), and which eighths of the lower half any of them
//! has (8 bits), so that most features that weigh nothing are known by the index alone. Then the features of each upper half
//! together, so that looking one up touches one piece of memory: its lower half, for how many rules it weighs, and for each of
//! them the rule's number and a signed step. What weighs for many rules, as single characters do, has a step for every rule
//! instead, added in one sweep.

use std::borrow::Cow;

use crate::taught::alone::Alone;
use crate::taught::features::{Alike, Feature};
use crate::taught::steps::{in_steps, worth};

/// First bytes of a weight file: name and version of the format.
const MAGIC: &[u8; 8] = b"kefutm08";
/// So many features are looked up together, so that memory is waited for once and not for each of them.
const TOGETHER: usize = 32;
/// The sums of so many steps, of at most 127 each, stay within 16 bits.
const SMALL: usize = 256;
/// A feature with a step for every rule has a multiple of so many, so that a sweep over them leaves no rest.
const SWEEP: usize = 16;
/// In place of the number of rules: the feature has a step for each.
const EVERY: u8 = u8::MAX;
/// From so many rules on a feature has a step for each: a sweep takes as long as about so many single steps.
const MANY: usize = 12;
/// Entries of the index: one for each upper half of a feature's number, and the end.
const INDEX: usize = (1 << 16) + 1;

/// What is known about one taught rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// The rule's id.
    pub rule: String,
    /// Added to every score.
    pub bias: f32,
    /// Turns whose own words add less are not looked at further: no hit has so little.
    pub own: f32,
    /// How its hits' own words are known from everyday talk.
    pub alone: Alone,
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
    /// For each upper half of a feature's number, its place in the index.
    index: Box<[u32]>,
    /// Where the features begin.
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
            head.step = worth(list);
            for (feature, weight) in list {
                let steps = in_steps(*weight, head.step);
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

    /// A feature's place in the index: that of its upper half, and where the next begins.
    fn place(&self, feature: u32) -> [u32; 2] {
        let rest = self.index.get((feature >> 16) as usize..).and_then(|rest| rest.first_chunk());
        rest.copied().unwrap_or_default()
    }

    /// The features whose numbers have the same upper half as this one; none when the index knows that it is not there.
    fn alike(&self, [place, next]: [u32; 2], feature: u32) -> &[u8] {
        let is_there = (place >> eighth(feature)) & 1;
        let length = is_there * ((next >> 8) - (place >> 8));
        let from = self.features + (place >> 8) as usize;
        self.bytes.get(from..from + length as usize).unwrap_or_default()
    }

    /// The weights of a feature.
    fn of(&self, feature: u32) -> Steps<'_> {
        self.among(self.alike(self.place(feature), feature), feature)
    }

    /// The weights of a feature among those that share its upper half; none when it is not there.
    fn among<'m>(&self, mut alike: &'m [u8], feature: u32) -> Steps<'m> {
        let [_, _, high, low] = feature.to_be_bytes();
        while let Some(([one_low, one_high, rules], rest)) = alike.split_first_chunk() {
            let is_every = *rules == EVERY;
            let length = if is_every { width(self.heads.len()) } else { 2 * usize::from(*rules) };
            let Some((steps, others)) = rest.split_at_checked(length) else { break };
            if (*one_low, *one_high) == (low, high) {
                return if is_every { Steps::Every(steps) } else { Steps::Pairs(steps) };
            }
            alike = others;
        }
        Steps::Pairs(&[])
    }

    /// Adds to a list what the features add to the score of each rule, in the order of [`Model::heads`]; without the bias.
    pub fn scores(&self, alike: Alike<'_>, out: &mut Vec<f32>) {
        // A place for every number that a rule can have: so no place needs to be checked.
        let mut sums = [0i32; 1 << u8::BITS];
        for features in alike.features.chunks(SMALL) {
            let mut small = [0i16; 1 << u8::BITS];
            features.chunks(TOGETHER).for_each(|features| self.sum(features, &mut small));
            sums.iter_mut().zip(small).for_each(|(sum, small)| *sum += i32::from(small));
        }
        #[allow(clippy::cast_precision_loss, reason = "sums of a few hundred steps of at most 127")]
        out.extend(self.heads.iter().zip(sums).map(|(head, sum)| sum as f32 * head.step * alike.value));
    }

    /// Adds the steps of some features, at most [`TOGETHER`].
    fn sum(&self, features: &[u32], sums: &mut [i16; 1 << u8::BITS]) {
        let mut places: [(&[u8], u32); TOGETHER] = [(&[], 0); TOGETHER];
        let mut index = [[0; 2]; TOGETHER];
        index.iter_mut().zip(features).for_each(|(place, feature)| *place = self.place(*feature));
        let mut there = 0;
        for (place, feature) in index.into_iter().zip(features) {
            let alike = self.alike(place, *feature);
            if let Some(place) = places.get_mut(there) {
                *place = (alike, *feature);
            }
            // No branch: whether a feature is there cannot be foreseen.
            there += usize::from(!alike.is_empty());
        }
        let places = places.get(..there).unwrap_or_default();
        // Every place is touched before the first is read.
        let touched = places.iter().filter_map(|(alike, _)| alike.first());
        std::hint::black_box(touched.fold(0, |all, byte| all ^ byte));
        for (alike, feature) in places {
            match self.among(alike, *feature) {
                Steps::Every(steps) => {
                    sums.iter_mut().zip(steps).for_each(|(sum, step)| *sum += i16::from(signed(*step)));
                }
                Steps::Pairs(pairs) => {
                    for [rule, step] in pairs.as_chunks().0 {
                        if let Some(sum) = sums.get_mut(usize::from(*rule)) {
                            *sum += i16::from(signed(*step));
                        }
                    }
                }
            }
        }
    }

    /// The rules that a feature weighs for, and how much.
    pub fn weights(&self, feature: u32) -> impl Iterator<Item = (usize, f32)> {
        let steps = self.of(feature);
        let heads = self.heads.iter().enumerate();
        let weights = heads.map(move |(rule, head)| (rule, f32::from(steps.of(rule)) * head.step));
        weights.filter(|(_, weight)| *weight != 0.0)
    }

    /// What one feature weighs for a rule.
    #[must_use]
    pub fn weight(&self, feature: u32, rule: usize) -> f32 {
        self.heads.get(rule).map_or(0.0, |head| f32::from(self.of(feature).of(rule)) * head.step)
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
            let alone = rest.alone()?;
            heads.push(Head { rule, bias, own, alone, suspected, certain, unlike, step });
        }
        let mut index = Vec::with_capacity(INDEX);
        for _ in 0..INDEX {
            index.push(u32::from_le_bytes(rest.number()?));
        }
        let features = bytes.len() - rest.0.len();
        let is_whole = index.is_sorted() && index.last().map(|end| (end >> 8) as usize) == Some(rest.0.len());
        is_whole.then(|| Self { heads, digest, index: index.into_boxed_slice(), features, bytes })
    }
}

/// The steps of a feature.
enum Steps<'m> {
    /// One for every rule, and noughts after them.
    Every(&'m [u8]),
    /// Pairs of a rule's number and a step.
    Pairs(&'m [u8]),
}

impl Steps<'_> {
    /// The step for a rule; 0 when there is none.
    fn of(&self, rule: usize) -> i8 {
        let step = match self {
            Self::Every(steps) => steps.get(rule),
            Self::Pairs(pairs) => {
                pairs.as_chunks().0.iter().find(|[of, _]| usize::from(*of) == rule).map(|[_, step]| step)
            }
        };
        step.map_or(0, |step| signed(*step))
    }
}

fn signed(step: u8) -> i8 {
    i8::from_le_bytes([step])
}

/// The bit of the eighth of the lower half that a feature is in.
fn eighth(feature: u32) -> u32 {
    (feature >> 13) & 7
}

/// Bytes of a step for every rule.
fn width(rules: usize) -> usize {
    rules.next_multiple_of(SWEEP)
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
        put_alone(&head.alone, &mut out);
    }
    let (mut index, mut features): (Vec<u32>, Vec<u8>) = (Vec::with_capacity(INDEX), Vec::new());
    // A file of over 16 MB would not be read again; a few are the most there are.
    let here = |features: &[u8]| u32::try_from(features.len()).unwrap_or(u32::MAX) << 8;
    for half in weights.chunk_by(|a, b| a.0 >> 16 == b.0 >> 16) {
        let Some((first, ..)) = half.first() else { continue };
        // Upper halves without any feature begin and end where this one begins.
        index.resize((first >> 16) as usize, here(&features));
        let eighths = half.iter().fold(0, |eighths, (feature, ..)| eighths | 1 << eighth(*feature));
        index.push(here(&features) | eighths);
        half.chunk_by(|a, b| a.0 == b.0).for_each(|one| put(one, heads.len(), &mut features));
    }
    index.resize(INDEX, here(&features));
    out.extend(index.iter().flat_map(|entry| entry.to_le_bytes()));
    out.extend(features);
    out
}

/// Adds what is known about the words of a rule's hits: how many weights, the features, and what each weighs.
fn put_alone(alone: &Alone, out: &mut Vec<u8>) {
    out.extend([alone.bias, alone.floor, alone.step].iter().flat_map(|number| number.to_le_bytes()));
    out.extend(u32::try_from(alone.features.len()).unwrap_or(u32::MAX).to_le_bytes());
    out.extend(alone.features.iter().flat_map(|feature| feature.to_le_bytes()));
    out.extend(alone.steps.iter().flat_map(|step| step.to_le_bytes()));
}

/// Adds a feature's weights to a file.
fn put(weights: &[(u32, u8, i8)], rules: usize, out: &mut Vec<u8>) {
    let Some((feature, ..)) = weights.first() else { return };
    let [_, _, high, low] = feature.to_be_bytes();
    if weights.len() < MANY {
        out.extend([low, high, u8::try_from(weights.len()).unwrap_or(u8::MAX)]);
        out.extend(weights.iter().flat_map(|(_, rule, step)| [*rule, step.to_le_bytes()[0]]));
        return;
    }
    out.extend([low, high, EVERY]);
    let mut steps = vec![0; width(rules)];
    for (_, rule, step) in weights {
        if let Some(place) = steps.get_mut(usize::from(*rule)) {
            *place = step.to_le_bytes()[0];
        }
    }
    out.extend(steps);
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

    fn alone(&mut self) -> Option<Alone> {
        let [bias, floor, step] = [self.float()?, self.float()?, self.float()?];
        let length = u32::from_le_bytes(self.number()?) as usize;
        let (features, rest) = self.0.split_at_checked(length.checked_mul(4)?)?;
        let (steps, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        let features: Box<[u32]> =
            features.as_chunks().0.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect();
        let steps = steps.iter().map(|step| signed(*step)).collect();
        features.is_sorted().then(|| Alone::of(bias, floor, step, features, steps))
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
            alone: Alone::new(0.5, -0.25, &[(4, 1.0), (2, -0.5)]),
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
        let mut scores = Vec::new();
        back.scores(Alike { features: &features, value: 1.0 }, &mut scores);
        assert!((scores[0] - 0.5).abs() < 0.01 && (scores[1] - 2.25).abs() < 0.02, "{scores:?}");
        assert!((back.weight(700_001, 0) - 0.5).abs() < 0.01);
        for cut in [5, 30, model.bytes().len() - 1] {
            assert!(Model::from_bytes(model.bytes()[..cut].to_vec()).is_none());
        }
        assert!(Model::default().is_empty());
        // The places of two features of the first rule's words alone: found by halving only when they are in order.
        let mut bytes = model.bytes().to_vec();
        let at = bytes.windows(8).position(|eight| *eight == [2, 0, 0, 0, 4, 0, 0, 0]).unwrap();
        bytes.swap(at, at + 4);
        assert!(Model::from_bytes(bytes).is_none());
    }

    #[test]
    fn what_weighs_for_many_rules_adds_up_like_the_rest() {
        let heads = (0..40).map(|n| Head {
            rule: format!("r{n}"),
            bias: 0.0,
            own: 0.0,
            alone: Alone::default(),
            suspected: 1.0,
            certain: 2.0,
            unlike: 0.0,
            step: 0.0,
        });
        // The first weighs for all rules but the last, the second for few; a thousand more for the last alone.
        let weights: Vec<Vec<Feature>> = (0u8..40)
            .map(|n| match n {
                39 => (100..1_100).map(|feature| (feature, 1.27)).chain([(9 << 13, -0.5)]).collect(),
                n => [(7, 1.27 - f32::from(n) / 100.0)]
                    .into_iter()
                    .chain((n < 3).then_some((8, -0.3)))
                    .collect(),
            })
            .collect();
        let model = Model::new(heads.collect(), "d", &weights);
        let features: Vec<u32> = (0..2_000).chain([9 << 13]).collect();
        let mut scores = vec![0.0];
        model.scores(Alike { features: &features, value: 0.5 }, &mut scores);
        assert_eq!(scores.len(), 41);
        for (rule, score) in scores.iter().skip(1).enumerate() {
            let by_hand: f32 = features.iter().map(|feature| model.weight(*feature, rule)).sum();
            assert!((score - 0.5 * by_hand).abs() < 0.001 * by_hand.abs(), "{rule}: {score} {by_hand}");
        }
        assert!(scores[40] > 634.0 && (scores[2] - 0.5 * (1.26 - 0.3)).abs() < 0.01, "{scores:?}");
        let seen: Vec<usize> = model.weights(7).map(|(rule, _)| rule).collect();
        assert_eq!(seen, (0..39).collect::<Vec<_>>());
    }
}
