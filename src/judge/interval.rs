//! The exact 95 % interval of a Poisson count (Garwood): what rates the same work could show by chance. Pure
//! arithmetic; rounded to hundredths, so that no machine's last bit shows.

/// Chance left out on each side.
const TAIL: f64 = 0.025;

/// The low and the high bound of the expected count when `count` was seen.
#[must_use]
pub(super) fn poisson(count: u64) -> (f64, f64) {
    let high = {
        let sum = Sum::to(count);
        solve(count, |mean| sum.at(mean) > TAIL)
    };
    let low = count.checked_sub(1).map_or(0.0, |fewer| {
        let sum = Sum::to(fewer);
        solve(count, |mean| 1.0 - sum.at(mean) < TAIL)
    });
    (low, high)
}

/// The mean at which `is_below` turns from true to false.
fn solve(count: u64, is_below: impl Fn(f64) -> bool) -> f64 {
    let seen = float(count);
    let (mut low, mut high) = (0.0, seen + 10.0 * seen.sqrt() + 10.0);
    for _ in 0..80 {
        let middle = f64::midpoint(low, high);
        if is_below(middle) { low = middle } else { high = middle }
    }
    (low * 100.0).round() / 100.0
}

/// The chance of at most `count`.
struct Sum {
    count: u64,
    /// The logarithm of the count's factorial.
    log_factorial: f64,
}

impl Sum {
    fn to(count: u64) -> Self {
        Self { count, log_factorial: (1..=count).map(|n| float(n).ln()).sum() }
    }

    /// When `mean` is expected: the last term, times the sum of all terms in its units.
    fn at(&self, mean: f64) -> f64 {
        if mean <= 0.0 {
            return 1.0;
        }
        let sum = (1..=self.count).fold(1.0, |sum: f64, n| 1.0 + sum * float(n) / mean);
        let last = (float(self.count) * mean.ln() - mean - self.log_factorial).exp();
        // Beyond what a number can hold, the last term is nothing beside the others, which make up the whole.
        if sum.is_finite() { (last * sum).min(1.0) } else { 1.0 }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of incidents are far below 2^52")]
fn float(count: u64) -> f64 {
    count as f64
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
            (2000, (1913.30, 2089.62)),
        ] {
            assert_eq!(poisson(count), bounds, "{count}");
        }
    }
}
