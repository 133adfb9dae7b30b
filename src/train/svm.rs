//! A linear support vector machine with squared hinge loss, trained by dual coordinate descent with shrinking (Hsieh et
//! al., 2008). The order of updates is fixed by a seed, and every sum is taken in one order by one thread, so that the
//! same input gives the same weights anywhere.

/// A feature's place among the features that were seen, and its value.
pub(super) type Value = (u32, f32);

/// Training rows one after the other in one piece of memory.
#[derive(Clone, Default)]
pub(super) struct Rows {
    values: Vec<Value>,
    /// Where each row ends.
    ends: Vec<usize>,
    /// Which way each should fall.
    is_hit: Vec<bool>,
}

impl Rows {
    /// Adds a row of which the features are in two parts.
    pub(super) fn push(&mut self, words: &[Value], signs: &[Value], is_hit: bool) {
        self.values.extend_from_slice(words);
        self.values.extend_from_slice(signs);
        self.ends.push(self.values.len());
        self.is_hit.push(is_hit);
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    fn row(&self, n: usize) -> &[Value] {
        let from = n.checked_sub(1).and_then(|n| self.ends.get(n)).copied().unwrap_or_default();
        let to = self.ends.get(n).copied().unwrap_or_default();
        self.values.get(from..to).unwrap_or_default()
    }

    fn is_hit(&self, n: usize) -> bool {
        self.is_hit.get(n).copied().unwrap_or_default()
    }

    /// The length of a row, squared, with the bias.
    fn square(&self, n: usize) -> f32 {
        self.row(n).iter().map(|(_, v)| v * v).sum::<f32>() + 1.0
    }

    /// Some of the rows, by number.
    fn only(&self, some: &[usize]) -> Self {
        let mut rows = Self::default();
        some.iter().for_each(|n| rows.push(self.row(*n), &[], self.is_hit(*n)));
        rows
    }

    /// Gives the features other numbers; what has none is left out.
    fn renumber(&mut self, number: impl Fn(u32) -> Option<u32>) {
        let (mut from, mut kept) = (0, 0);
        for end in &mut self.ends {
            for at in from..*end {
                if let Some((feature, value)) = self.values.get(at).copied()
                    && let Some(feature) = number(feature)
                    && let Some(place) = self.values.get_mut(kept)
                {
                    *place = (feature, value);
                    kept += 1;
                }
            }
            (from, *end) = (*end, kept);
        }
        self.values.truncate(kept);
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

impl Costs {
    /// Which way a row should fall, and how much the border gives way to it.
    fn of(self, is_hit: bool) -> (f32, f32) {
        if is_hit { (1.0, 0.5 / self.hit) } else { (-1.0, 0.5 / self.miss) }
    }
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

    fn shift(&mut self, row: &[Value], by: f32) {
        for (f, v) in row {
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
/// A row on its side asks for no change; it is safe when it could come nearer to the border by so large a share of what
/// counts as calm and still ask for none.
const SAFE: f32 = 0.2;

/// Rows and what was learned from them so far.
#[derive(Clone)]
pub(super) struct Machine {
    rows: Rows,
    /// How much each row weighs in the plane.
    alpha: Vec<f32>,
    /// The length of each row, squared, with the bias.
    square: Vec<f32>,
    /// The rows that teach: first those that are still learned from, in the order of the last round, then those that lie
    /// safely on their side.
    order: Vec<usize>,
    /// How many are still learned from.
    active: usize,
    costs: Costs,
    random: u64,
    /// What was learned, by the numbers that the features have now.
    plane: Plane,
    /// The number that each feature had at first.
    features: Vec<u32>,
    /// How many features there were at first.
    width: usize,
}

impl Machine {
    /// A machine that has learned nothing yet, for rows of so many features.
    pub(super) fn new(rows: Rows, width: usize, costs: Costs) -> Self {
        Self {
            alpha: vec![0.0; rows.len()],
            square: (0..rows.len()).map(|n| rows.square(n)).collect(),
            order: (0..rows.len()).collect(),
            active: rows.len(),
            rows,
            costs,
            random: 0x2545_F491_4F6C_DD1D,
            plane: Plane { weights: vec![0.0; width], bias: 0.0 },
            features: (0u32..).take(width).collect(),
            width,
        }
    }

    /// What was learned, by the numbers that the features had at first.
    pub(super) fn plane(&self) -> Plane {
        let mut weights = vec![0.0; self.width];
        for (feature, weight) in self.features.iter().zip(&self.plane.weights) {
            if let Some(place) = weights.get_mut(*feature as usize) {
                *place = *weight;
            }
        }
        Plane { weights, bias: self.plane.bias }
    }

    /// The score of a row by what was learned so far.
    pub(super) fn score(&self, row: usize) -> f32 {
        self.plane.sum(self.rows.row(row)) + self.plane.bias
    }

    /// Leaves out rows (by number) from now on, and forgets what they taught.
    pub(super) fn forget(&mut self, is_left_out: impl Fn(usize) -> bool) {
        for (n, alpha) in self.alpha.iter_mut().enumerate() {
            if is_left_out(n) && *alpha > 0.0 {
                self.plane.shift(self.rows.row(n), if self.rows.is_hit(n) { -*alpha } else { *alpha });
                *alpha = 0.0;
            }
        }
        let active = self.order.iter().take(self.active);
        self.active = active.filter(|n| !is_left_out(**n)).count();
        self.order.retain(|n| !is_left_out(*n));
    }

    /// Forgets the rows that teach nothing and would not begin to if they came nearer to the border by `room`: most lie so far
    /// on their side that a fit which goes on from here need not look at them. The others get new numbers, in the same order;
    /// the ones that they had come back.
    pub(super) fn stay_near(&mut self, room: f32) -> Vec<usize> {
        let teaches = |n: usize| self.alpha.get(n).is_some_and(|alpha| *alpha > 0.0);
        let mut near = self.order.clone();
        near.retain(|n| teaches(*n) || self.gradient(*n) < room);
        near.sort_unstable();
        let number = |n: &usize| near.binary_search(n).ok();
        self.active = self.order.iter().take(self.active).filter_map(number).count();
        self.order = self.order.iter().filter_map(number).collect();
        self.rows = self.rows.only(&near);
        self.alpha = near.iter().filter_map(|n| self.alpha.get(*n)).copied().collect();
        self.square = near.iter().filter_map(|n| self.square.get(*n)).copied().collect();
        near
    }

    /// Leaves out the features that weigh less than a share of the heaviest, as if they had never been seen; what the rows
    /// taught about the others stays. Those move together: weights that lie in one small piece of memory are found several
    /// times faster, and finding them is most of the work of learning.
    pub(super) fn thin(&mut self, share: f32) {
        let least = share * self.plane.heaviest();
        let mut next = 0..;
        let weights = self.plane.weights.iter();
        let numbers: Vec<Option<u32>> =
            weights.map(|weight| if weight.abs() >= least { next.next() } else { None }).collect();
        self.rows.renumber(|feature| numbers.get(feature as usize).copied().flatten());
        self.square = (0..self.rows.len()).map(|n| self.rows.square(n)).collect();
        let stays = |at: usize| numbers.get(at).is_some_and(Option::is_some);
        let mut at = 0..;
        self.plane.weights.retain(|_| at.next().is_some_and(stays));
        let mut at = 0..;
        self.features.retain(|_| at.next().is_some_and(stays));
    }

    /// Learns on until no row asks for a larger change than `calm`.
    pub(super) fn learn(&mut self, calm: f32) {
        // Rows that lie safely on their side are left out until the others are calm, also those that an earlier fit found
        // safe. The usual measure of safety, the largest change of the round before, is far too cautious where most rows
        // are everyday talk; those that were left out too early are found when all are looked at again.
        for _ in 0..ROUNDS {
            let is_whole = self.active == self.order.len();
            if self.round(calm * SAFE) >= calm {
                continue;
            }
            if is_whole {
                break;
            }
            self.active = self.order.len();
        }
    }

    /// What a row asks for: below zero, to weigh more; above, to weigh less, or, where it weighs nothing, how far it is from
    /// the border.
    fn gradient(&self, n: usize) -> f32 {
        let (sign, slack) = self.costs.of(self.rows.is_hit(n));
        sign * self.score(n) - 1.0 + slack * self.alpha.get(n).copied().unwrap_or_default()
    }

    /// Goes over the active rows once and leaves out those that are safe by so much; the largest change that a row asked for
    /// comes back.
    fn round(&mut self, safe: f32) -> f32 {
        shuffle(self.order.get_mut(..self.active).unwrap_or_default(), &mut self.random);
        let mut largest = 0.0f32;
        let mut n = 0;
        while n < self.active {
            let Some(at) = self.order.get(n).copied() else { break };
            let gradient = self.gradient(at);
            let (Some(alpha), Some(square)) = (self.alpha.get_mut(at), self.square.get(at)) else { break };
            if *alpha == 0.0 && gradient > safe {
                self.active -= 1;
                self.order.swap(n, self.active);
                continue;
            }
            let wanted = if *alpha == 0.0 { gradient.min(0.0) } else { gradient };
            largest = largest.max(wanted.abs());
            if wanted.abs() > 1e-6 {
                let (before, (sign, slack)) = (*alpha, self.costs.of(self.rows.is_hit(at)));
                *alpha = (*alpha - gradient / (square + slack)).max(0.0);
                self.plane.shift(self.rows.row(at), (*alpha - before) * sign);
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

    fn rows(of: &[(&[Value], bool)]) -> Rows {
        let mut rows = Rows::default();
        of.iter().for_each(|(words, is_hit)| rows.push(words, &[], *is_hit));
        rows
    }

    #[test]
    fn what_can_be_told_apart_is() {
        let (a, b, both) = ([(0, 1.0)], [(1, 1.0)], [(0, 0.7), (1, 0.7)]);
        let rows = rows(&[(&a, true), (&b, false), (&both, false)]);
        let mut machine = Machine::new(rows, 2, Costs { miss: 20.0, hit: 20.0 });
        machine.learn(0.01);
        assert!(machine.score(0) > 0.5 && machine.score(1) < -0.5 && machine.score(2) < 0.0);
        let plane = machine.plane();
        assert!((plane.score(&a, &[]) - plane.sum(&a) - plane.bias).abs() < 1e-6);
        assert!((plane.score(&a, &[]) - machine.score(0)).abs() < 1e-6);
        machine.forget(|row| row == 0);
        machine.learn(0.01);
        assert!(machine.score(0) < 0.0, "nothing speaks for it any more");
    }

    #[test]
    fn rows_far_from_the_border_are_not_needed_any_more() {
        let (hit, near, far) = ([(0, 1.0)], [(1, 1.0)], [(2, 1.0), (1, 1.0)]);
        let rows = rows(&[(&far, false), (&hit, true), (&near, false), (&near, false)]);
        let mut machine = Machine::new(rows, 3, Costs { miss: 20.0, hit: 20.0 });
        machine.plane.weights = vec![1.2, -1.0, -2.0];
        assert_eq!(machine.stay_near(0.5), [1, 2, 3], "the first asks for nothing by far");
        assert_eq!((machine.order.len(), machine.active), (3, 3));
        assert!(machine.score(0) > 0.0 && machine.score(2) < 0.0, "new numbers, old rows");
        machine.learn(0.01);
        assert!(machine.score(0) > 0.5 && machine.score(1) < -0.5);
    }

    #[test]
    fn what_weighs_little_is_left_out_for_good() {
        let (a, b) = ([(0, 0.1), (2, 1.0)], [(1, 1.0)]);
        let mut machine = Machine::new(rows(&[(&a, true), (&b, false)]), 3, Costs { miss: 20.0, hit: 20.0 });
        machine.learn(0.01);
        assert!(machine.plane().sum(&[(0, 1.0)]) > 0.0);
        machine.thin(0.5);
        machine.learn(0.01);
        let plane = machine.plane();
        assert_eq!(plane.weights[0], 0.0);
        assert!(
            plane.score(&a, &[]) > 0.5 && plane.score(&b, &[]) < -0.5,
            "the others keep their numbers outside"
        );
    }
}
