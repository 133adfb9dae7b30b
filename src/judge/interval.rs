//! The exact 95 % interval of a Poisson count (Garwood): what rates the same work could show by chance. Pure
//! arithmetic; rounded to hundredths, so that no machine's last bit shows.

/// Chance left out on each side.
const TAIL: f64 = 0.025;

/// The low and the high bound of the expected count when `count` was seen.
#[must_use]
pub(super) fn poisson(count: u64) -> (f64, f64) {
    let low = if count == 0 { 0.0 } else { solve(count, |mean| 1.0 - at_most(count - 1, mean) < TAIL) };
    let high = solve(count, |mean| at_most(count, mean) > TAIL);
    (low, high)
}

/// The mean at which `is_below` turns from true to false.
fn solve(count: u64, is_below: impl Fn(f64) -> bool) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts of incidents are far below 2^52")]
    let seen = count as f64;
    let (mut low, mut high) = (0.0, seen + 10.0 * seen.sqrt() + 10.0);
    for _ in 0..80 {
        let middle = f64::midpoint(low, high);
        if is_below(middle) { low = middle } else { high = middle }
    }
    (low * 100.0).round() / 100.0
}

/// The chance of at most `count` when `mean` is expected.
fn at_most(count: u64, mean: f64) -> f64 {
    if mean <= 0.0 {
        return 1.0;
    }
    let (mut sum, mut log_term) = (0.0, -mean);
    for n in 0..=count {
        if n > 0 {
            #[expect(clippy::cast_precision_loss, reason = "counts of incidents are far below 2^52")]
            let n = n as f64;
            log_term += mean.ln() - n.ln();
        }
        sum += log_term.exp();
    }
    sum.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bounds as printed in statistical tables.
    #[test]
    fn agrees_with_the_tables() {
        for (count, bounds) in [
            (0, (0.0, 3.69)),
            (1, (0.03, 5.57)),
            (2, (0.24, 7.22)),
            (5, (1.62, 11.67)),
            (10, (4.80, 18.39)),
            (100, (81.36, 121.63)),
        ] {
            assert_eq!(poisson(count), bounds, "{count}");
        }
    }
}
