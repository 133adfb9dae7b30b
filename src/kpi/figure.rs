//! One figure: numerator, denominator, what was left out and why, and how the waits are spread.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

/// Seconds up to which each second has its own place; longer waits are kept in a map.
const SHORT: usize = 601;

/// Why a unit was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Left {
    /// The pack's nth exemption.
    Exempt(usize),
    /// Asked outside of the window.
    Window,
    /// Nobody answered.
    Unanswered,
    /// Answered on another day.
    OtherDay,
}

/// What one unit came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Out {
    /// So much to the numerator and to the denominator.
    Share(u64, u64),
    /// A wait in seconds.
    Wait(u32),
    /// A buyer's day (its hash), in time or not.
    BuyerDay(u64, bool),
    /// Left out.
    Left(Left),
}

/// A figure by one definition.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figure {
    numerator: u64,
    denominator: u64,
    left: BTreeMap<Left, u64>,
    short: Vec<u32>,
    long: BTreeMap<u32, u64>,
    /// Buyers' days, and those of them that were not in time: two sets take half the memory of one map.
    buyers: FxHashSet<u64>,
    late: FxHashSet<u64>,
}

impl Figure {
    pub(super) fn add(&mut self, out: Out) {
        match out {
            Out::Share(n, of) => {
                self.numerator += n;
                self.denominator += of;
            }
            Out::Wait(seconds) => {
                self.numerator += u64::from(seconds);
                self.denominator += 1;
                let place = seconds as usize;
                if place < SHORT {
                    if self.short.len() <= place {
                        self.short.resize(place + 1, 0);
                    }
                    if let Some(n) = self.short.get_mut(place) {
                        *n += 1;
                    }
                } else {
                    *self.long.entry(seconds).or_default() += 1;
                }
            }
            Out::BuyerDay(buyer, in_time) => {
                self.buyers.insert(buyer);
                if !in_time {
                    self.late.insert(buyer);
                }
            }
            Out::Left(why) => *self.left.entry(why).or_default() += 1,
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.numerator += other.numerator;
        self.denominator += other.denominator;
        for (why, n) in other.left {
            *self.left.entry(why).or_default() += n;
        }
        if self.short.len() < other.short.len() {
            self.short.resize(other.short.len(), 0);
        }
        for (mine, theirs) in self.short.iter_mut().zip(other.short) {
            *mine += theirs;
        }
        for (seconds, n) in other.long {
            *self.long.entry(seconds).or_default() += n;
        }
        self.buyers.extend(other.buyers);
        self.late.extend(other.late);
    }

    /// What is counted: units in time, seconds waited, messages.
    #[must_use]
    pub fn numerator(&self) -> u64 {
        if self.buyers.is_empty() { self.numerator } else { (self.buyers.len() - self.late.len()) as u64 }
    }

    /// Of how many.
    #[must_use]
    pub fn denominator(&self) -> u64 {
        if self.buyers.is_empty() { self.denominator } else { self.buyers.len() as u64 }
    }

    /// What was left out, by reason.
    #[must_use]
    pub fn left(&self) -> &BTreeMap<Left, u64> {
        &self.left
    }

    /// The wait that so many percent of the waits do not exceed (nearest rank), in seconds.
    #[must_use]
    pub fn percentile(&self, percent: u64) -> Option<u32> {
        let all: u64 =
            self.short.iter().map(|n| u64::from(*n)).sum::<u64>() + self.long.values().sum::<u64>();
        let rank = (all * percent).div_ceil(100).max(1);
        let mut seen = 0;
        let short = self.short.iter().zip(0u32..).map(|(n, seconds)| (seconds, u64::from(*n)));
        short.chain(self.long.iter().map(|(seconds, n)| (*seconds, *n))).find_map(|(seconds, n)| {
            seen += n;
            (n > 0 && seen >= rank).then_some(seconds)
        })
    }
}
