//! A linear support vector machine with squared hinge loss, trained by dual coordinate descent with shrinking (Hsieh et
//! al., 2008). The order of updates is fixed by a seed, and every sum is taken in one order by one thread, so that the
//! same input gives the same weights anywhere.

use std::borrow::Cow;

/// A feature's place among the features that were seen, and its value.
pub(super) type Value = (u32, f32);

/// One training row: its features in two parts, and which way it should fall.
#[derive(Clone)]
pub(super) struct Row<'f> {
    /// Words: the same for every rule, until features are left out.
    pub(super) words: Cow<'f, [Value]>,
    /// Signals: those of the rule.
    pub(super) signs: Box<[Value]>,
    pub(super) is_hit: bool,
}

impl Row<'_> {
    fn features(&self) -> impl Iterator<Item = &Value> {
        self.words.iter().chain(&self.signs)
    }

    /// The length, squared, with the bias.
    fn square(&self) -> f32 {
        self.features().map(|(_, v)| v * v).sum::<f32>() + 1.0
    }
}

/// How hard mistakes weigh.
#[derive(Clone, Copy)]
pub(super) struct Costs {
    /// For a row that is no hit.
    pub(super) miss: f32,
    /// For a hit.
    pub(super) hit: f32,
}

/// What was learned.
#[derive(Clone)]
pub(super) struct Plane {
    /// By feature.
    pub(super) weights: Vec<f32>,
    pub(super) bias: f32,
}

impl Plane {
    /// The largest weight, whichever way it goes.
    pub(super) fn heaviest(&self) -> f32 {
        self.weights.iter().fold(0.0, |largest, weight| largest.max(weight.abs()))
    }

    /// What the features add up to, without the bias.
    pub(super) fn sum(&self, features: &[Value]) -> f32 {
        let weight = |f: u32| self.weights.get(f as usize).copied().unwrap_or_default();
        features.iter().map(|(f, v)| weight(*f) * v).sum::<f32>()
    }

    /// The score of words and signals.
    pub(super) fn score(&self, words: &[Value], signs: &[Value]) -> f32 {
        self.sum(words) + self.sum(signs) + self.bias
    }

    fn shift(&mut self, row: &Row<'_>, by: f32) {
        for (f, v) in row.features() {
            if let Some(w) = self.weights.get_mut(*f as usize) {
                *w += by * v;
            }
        }
        // The bias is one more feature of value 1.
        self.bias += by;
    }
}

/// Most rounds over the rows.
const ROUNDS: usize = 200;

/// Rows and what was learned from them so far.
#[derive(Clone)]
pub(super) struct Machine<'f> {
    rows: Vec<Row<'f>>,
    /// How much each row weighs in the plane.
    alpha: Vec<f32>,
    /// The length of each row, squared, with the bias.
    square: Vec<f32>,
    /// The rows that teach, in the order of the last round.
    order: Vec<usize>,
    costs: Costs,
    random: u64,
    pub(super) plane: Plane,
}

impl<'f> Machine<'f> {
    /// A machine that has learned nothing yet, for rows of so many features.
    pub(super) fn new(rows: Vec<Row<'f>>, features: usize, costs: Costs) -> Self {
        Self {
            alpha: vec![0.0; rows.len()],
            square: rows.iter().map(Row::square).collect(),
            order: (0..rows.len()).collect(),
            rows,
            costs,
            random: 0x2545_F491_4F6C_DD1D,
            plane: Plane { weights: vec![0.0; features], bias: 0.0 },
        }
    }

    /// The rows, in the order in which they were given.
    pub(super) fn rows(&self) -> &[Row<'f>] {
        &self.rows
    }

    /// Leaves out rows (by number) from now on, and forgets what they taught.
    pub(super) fn forget(&mut self, is_left_out: impl Fn(usize) -> bool) {
        for ((n, row), alpha) in self.rows.iter().enumerate().zip(&mut self.alpha) {
            if is_left_out(n) && *alpha > 0.0 {
                self.plane.shift(row, if row.is_hit { -*alpha } else { *alpha });
                *alpha = 0.0;
            }
        }
        self.order.retain(|n| !is_left_out(*n));
    }

    /// Leaves out the features that weigh less than a share of the heaviest, as if they had never been seen; what the rows
    /// taught about the others stays.
    pub(super) fn thin(&mut self, share: f32) {
        let least = share * self.plane.heaviest();
        let stays = |weight: f32| weight.abs() >= least;
        let weights = &self.plane.weights;
        let is_kept = |value: &&Value| weights.get(value.0 as usize).is_some_and(|weight| stays(*weight));
        for n in &self.order {
            if let (Some(row), Some(square)) = (self.rows.get_mut(*n), self.square.get_mut(*n)) {
                row.words = row.words.iter().filter(is_kept).copied().collect();
                row.signs = row.signs.iter().filter(is_kept).copied().collect();
                *square = row.square();
            }
        }
        self.plane.weights.iter_mut().filter(|weight| !stays(**weight)).for_each(|weight| *weight = 0.0);
    }

    /// Learns on until no row asks for a larger change than `calm`.
    pub(super) fn learn(&mut self, calm: f32) {
        // Rows beyond `active` lie safely on their side and are left out until the others are calm.
        let mut active = self.order.len();
        let mut safe = f32::INFINITY;
        for _ in 0..ROUNDS {
            let largest = self.round(&mut active, safe);
            if largest >= calm {
                safe = largest;
            } else if active == self.order.len() {
                break;
            } else {
                (active, safe) = (self.order.len(), f32::INFINITY);
            }
        }
    }

    /// Goes over the active rows once; the largest change that a row asked for comes back.
    fn round(&mut self, active: &mut usize, safe: f32) -> f32 {
        shuffle(self.order.get_mut(..*active).unwrap_or_default(), &mut self.random);
        let mut largest = 0.0f32;
        let mut n = 0;
        while n < *active {
            let Some(at) = self.order.get(n).copied() else { break };
            let (Some(row), Some(alpha), Some(square)) =
                (self.rows.get(at), self.alpha.get_mut(at), self.square.get(at))
            else {
                break;
            };
            let (sign, cost) = if row.is_hit { (1.0, self.costs.hit) } else { (-1.0, self.costs.miss) };
            let slack = 0.5 / cost;
            let gradient = sign * self.plane.score(&row.words, &row.signs) - 1.0 + slack * *alpha;
            if *alpha == 0.0 && gradient > safe {
                *active -= 1;
                self.order.swap(n, *active);
                continue;
            }
            let wanted = if *alpha == 0.0 { gradient.min(0.0) } else { gradient };
            largest = largest.max(wanted.abs());
            if wanted.abs() > 1e-6 {
                let before = *alpha;
                *alpha = (*alpha - gradient / (square + slack)).max(0.0);
                self.plane.shift(row, (*alpha - before) * sign);
            }
            n += 1;
        }
        largest
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_told_apart_is() {
        let (a, b, both) = ([(0, 1.0)], [(1, 1.0)], [(0, 0.7), (1, 0.7)]);
        let rows = [(&a[..], true), (&b[..], false), (&both[..], false)].map(|(words, is_hit)| Row {
            words: Cow::Borrowed(words),
            signs: Box::default(),
            is_hit,
        });
        let mut machine = Machine::new(rows.into(), 2, Costs { miss: 20.0, hit: 20.0 });
        machine.learn(0.01);
        let plane = &machine.plane;
        assert!(plane.score(&a, &[]) > 0.5 && plane.score(&b, &[]) < -0.5 && plane.score(&both, &[]) < 0.0);
        assert!((plane.score(&a, &[]) - plane.sum(&a) - plane.bias).abs() < 1e-6);
        machine.forget(|row| row == 0);
        machine.learn(0.01);
        assert!(machine.plane.score(&a, &[]) < 0.0, "nothing speaks for it any more");
    }

    #[test]
    fn what_weighs_little_is_left_out_for_good() {
        let (a, b) = ([(0, 1.0), (2, 0.1)], [(1, 1.0)]);
        let rows = [(&a[..], true), (&b[..], false)].map(|(words, is_hit)| Row {
            words: Cow::Borrowed(words),
            signs: Box::default(),
            is_hit,
        });
        let mut machine = Machine::new(rows.into(), 3, Costs { miss: 20.0, hit: 20.0 });
        machine.learn(0.01);
        assert!(machine.plane.sum(&[(2, 1.0)]) > 0.0);
        machine.thin(0.5);
        machine.learn(0.01);
        assert_eq!(machine.plane.weights[2], 0.0);
        assert!(machine.plane.score(&a, &[]) > 0.5 && machine.plane.score(&b, &[]) < -0.5);
    }
}
