//! The words of a turn judged alone: whether they are what hits of a rule say rather than everyday talk. A question and what
//! was said earlier can make a rule likely; but without such words there is no fault. Asked only for the few turns that are
//! near a charge, so the weights are looked up one by one; most features are told by a few of their bits to weigh nothing.

use fixedbitset::FixedBitSet;

use crate::taught::features::{Alike, Feature};
use crate::taught::steps::{in_steps, worth};

/// By so many bits features are told apart before they are looked up.
const MET: u32 = 13;

/// What is known about the words of one rule's hits.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Alone {
    /// Added to every score.
    pub bias: f32,
    /// Turns whose words score less are not charged.
    pub floor: f32,
    /// What one step of a weight is worth.
    pub step: f32,
    /// The features that weigh anything, ordered.
    pub(super) features: Box<[u32]>,
    /// What each of them weighs, in steps.
    pub(super) steps: Box<[i8]>,
    /// The lowest bits of these features.
    met: FixedBitSet,
}

impl Alone {
    /// Makes one of weights by feature.
    #[must_use]
    pub fn new(bias: f32, floor: f32, weights: &[Feature]) -> Self {
        let step = worth(weights);
        let every = weights.iter().map(|(feature, weight)| (*feature, in_steps(*weight, step)));
        let mut all: Vec<(u32, i8)> = every.filter(|(_, steps)| *steps != 0).collect();
        all.sort_unstable();
        let (features, steps): (Vec<u32>, Vec<i8>) = all.into_iter().unzip();
        Self::of(bias, floor, step, features.into(), steps.into())
    }

    /// Puts one together; the features in order.
    pub(super) fn of(bias: f32, floor: f32, step: f32, features: Box<[u32]>, steps: Box<[i8]>) -> Self {
        let mut met = FixedBitSet::with_capacity(1 << MET);
        features.iter().for_each(|feature| met.insert(low(*feature)));
        Self { bias, floor, step, features, steps, met }
    }

    /// The score of a turn by the features of its words.
    #[must_use]
    pub fn score(&self, own: Alike<'_>) -> f32 {
        let may_weigh = own.features.iter().filter(|feature| self.met.contains(low(**feature)));
        let places = may_weigh.filter_map(|feature| self.features.binary_search(feature).ok());
        let steps: i32 =
            places.filter_map(|place| self.steps.get(place)).map(|steps| i32::from(*steps)).sum();
        #[allow(clippy::cast_precision_loss, reason = "a sum of a few hundred steps of at most 127")]
        let sum = steps as f32 * self.step * own.value;
        sum + self.bias
    }
}

/// The bits by which a feature is told apart.
fn low(feature: u32) -> usize {
    (feature & ((1 << MET) - 1)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_words_add_up_and_others_add_nothing() {
        let alone = Alone::new(-0.5, 0.0, &[(9, -1.0), (2, 0.5), (5, 0.0)]);
        assert_eq!(*alone.features, [2, 9], "what weighs nothing is not kept");
        let score = |features: &[u32]| alone.score(Alike { features, value: 0.5 });
        assert!((score(&[7, 2]) + 0.25).abs() < 0.01, "{}", score(&[7, 2]));
        assert!((score(&[9, 2]) + 0.75).abs() < 0.01, "{}", score(&[9, 2]));
        assert!((score(&[]) + 0.5).abs() < 0.001);
    }
}
