//! Weights as whole steps of a byte each, the heaviest 127 of them.

use crate::taught::features::Feature;

/// What one step is worth.
pub(super) fn worth(weights: &[Feature]) -> f32 {
    weights.iter().map(|(_, weight)| weight.abs()).fold(0.0, f32::max) / 127.0
}

/// A weight in steps of so much.
pub(super) fn in_steps(weight: f32, step: f32) -> i8 {
    #[allow(clippy::cast_possible_truncation, reason = "at most 127 steps by the choice of the step")]
    let steps = (weight / step.max(f32::MIN_POSITIVE)).round() as i8;
    steps
}
