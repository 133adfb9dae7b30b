//! A linear support vector machine with squared hinge loss, trained by dual coordinate descent. The order of updates is
//! fixed by a seed, so that the same input gives the same weights anywhere.

use crate::taught::features::{BITS, Feature};

/// One training row: features and which way it should fall.
pub(crate) struct Row<'f> {
    pub(crate) features: &'f [Feature],
    pub(crate) is_hit: bool,
}

/// How hard mistakes weigh.
#[derive(Clone, Copy)]
pub(crate) struct Costs {
    /// For a row that is no hit.
    pub(crate) miss: f32,
    /// For a hit.
    pub(crate) hit: f32,
}

/// Most rounds over all rows.
const ROUNDS: usize = 60;
/// Stops when no row asks for a larger change than this.
const CALM: f32 = 0.02;

/// The weights of all features and the bias.
pub(crate) fn train(rows: &[Row<'_>], costs: Costs) -> (Vec<f32>, f32) {
    let mut weights = vec![0.0f32; 1 << BITS];
    let mut bias = 0.0f32;
    let mut alpha = vec![0.0f32; rows.len()];
    let mut order: Vec<usize> = (0..rows.len()).collect();
    // The bias is one more feature of value 1.
    let square: Vec<f32> =
        rows.iter().map(|r| r.features.iter().map(|(_, v)| v * v).sum::<f32>() + 1.0).collect();
    let mut random = 0x2545_F491_4F6C_DD1Du64;
    for _ in 0..ROUNDS {
        shuffle(&mut order, &mut random);
        let mut largest = 0.0f32;
        for at in &order {
            let (Some(row), Some(a), Some(square)) = (rows.get(*at), alpha.get_mut(*at), square.get(*at))
            else {
                continue;
            };
            let (sign, cost) = if row.is_hit { (1.0, costs.hit) } else { (-1.0, costs.miss) };
            let slack = 0.5 / cost;
            let score = row
                .features
                .iter()
                .map(|(f, v)| weights.get(*f as usize).copied().unwrap_or_default() * v)
                .sum::<f32>()
                + bias;
            let gradient = sign * score - 1.0 + slack * *a;
            let projected = if *a == 0.0 { gradient.min(0.0) } else { gradient };
            largest = largest.max(projected.abs());
            if projected.abs() > 1e-6 {
                let before = *a;
                *a = (*a - gradient / (square + slack)).max(0.0);
                let change = (*a - before) * sign;
                for (f, v) in row.features {
                    if let Some(w) = weights.get_mut(*f as usize) {
                        *w += change * v;
                    }
                }
                bias += change;
            }
        }
        if largest < CALM {
            break;
        }
    }
    (weights, bias)
}

fn shuffle(order: &mut [usize], random: &mut u64) {
    for i in (1..order.len()).rev() {
        *random ^= *random << 13;
        *random ^= *random >> 7;
        *random ^= *random << 17;
        let j = usize::try_from(*random % (i as u64 + 1)).unwrap_or_default();
        order.swap(i, j);
    }
}

/// The score of a row.
pub(crate) fn score(weights: &[f32], bias: f32, features: &[Feature]) -> f32 {
    features.iter().map(|(f, v)| weights.get(*f as usize).copied().unwrap_or_default() * v).sum::<f32>()
        + bias
}
