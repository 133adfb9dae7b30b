//! What shops had on their ladders before the log: which of the balances that the user tells holds on the judged day,
//! and which were cleared by the turn of the year. It reads no file.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};

use super::standing::Before;
use super::{Book, Prior};
use crate::model::Platform;
use crate::rules::meta::Ladder;

/// The balances told, and which were used.
pub(super) struct Priors<'p> {
    all: &'p [Prior],
    day: Option<NaiveDate>,
    used: BTreeSet<usize>,
}

impl<'p> Priors<'p> {
    pub(super) fn new(all: &'p [Prior], day: Option<NaiveDate>) -> Self {
        Self { all, day, used: BTreeSet::new() }
    }

    /// Balances that fitted no shop, no ladder, or are of a later day than the one judged.
    pub(super) fn unused(&self) -> Vec<Prior> {
        let unused = self.all.iter().enumerate().filter(|(i, _)| !self.used.contains(i));
        unused.map(|(_, prior)| prior.clone()).collect()
    }

    /// What a shop had on a ladder. The back office's balance holds its parts; told only a part, it is at least that.
    pub(super) fn balance(
        &mut self,
        platform: Option<Platform>,
        shop: &str,
        ladder: &Ladder,
        book: &Book,
    ) -> Before {
        let own = self.one(platform, shop, ladder, book);
        let parts = book.ladders.iter().filter(|l| l.part_of.as_ref() == Some(&ladder.id));
        let parts: Vec<Before> = parts.map(|part| self.one(platform, shop, part, book)).collect();
        let sum = parts.iter().map(|b| b.points).sum();
        if sum > own.points {
            return Before { points: sum, date: parts.iter().filter_map(|b| b.date).min(), ..own };
        }
        own
    }

    /// The latest balance of this very ladder that is not of a later day; one without a day holds on the judged day.
    fn one(&mut self, platform: Option<Platform>, shop: &str, ladder: &Ladder, book: &Book) -> Before {
        let mut best: Option<&Prior> = None;
        for (i, prior) in self.all.iter().enumerate() {
            let fits = prior.shop == shop
                && book.ladder(platform, &prior.ladder).is_some_and(|l| l.id == ladder.id)
                && prior.date.zip(self.day).is_none_or(|(date, day)| date <= day);
            if fits {
                self.used.insert(i);
                // No date is later than any.
                let key = |p: &Prior| (p.date.is_none(), p.date, p.points);
                if best.is_none_or(|b| key(prior) > key(b)) {
                    best = Some(prior);
                }
            }
        }
        let Some(prior) = best else { return Before::default() };
        let points = u64::from(prior.points);
        let is_old = prior.date.zip(self.day).is_some_and(|(date, day)| date.year() < day.year());
        let stays = ladder.carries_from.is_some_and(|n| prior.points >= n);
        if is_old && !stays {
            return Before { points: 0, date: None, lapsed: points };
        }
        Before { points, date: prior.date, lapsed: 0 }
    }
}
