//! Response times and their companions, counted conversation by conversation by the definitions of the pack. Every count
//! can be merged with another's in any order, and none holds a message, so a log of any size can be counted in parts.

mod figure;
mod measure;
mod rows;

use std::collections::BTreeMap;

use chrono::NaiveDate;

pub use figure::{Figure, Left};
pub use rows::{Aim, Group, Off, Row, Sanction, rows, sanctions};

use crate::detect::talk::Talk;
use crate::model::{Conversation, Platform};
use crate::rules::timing::{Exempt, Kpi};

/// What is counted, and by which definitions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// The definitions in force, each with its platforms.
    pub kpis: Vec<Kpi>,
    /// The pack's exemptions.
    pub exempts: Vec<Exempt>,
    /// By hour and day too, not only by shop and agent.
    pub full: bool,
}

/// The figures of one group, in the order of the plan's definitions.
pub type Figures = Vec<Figure>;

/// Whether the times of a shop's conversations can be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// Conversations of four messages and more whose steps are all equal.
    pub even: u64,
    /// Those whose steps differ.
    pub uneven: u64,
    /// Conversations whose times have no seconds.
    pub to_minutes: u64,
    /// Those with seconds, or too short to tell.
    pub to_seconds: u64,
    /// Conversations without times.
    pub without: u64,
}

impl Times {
    /// Times in equal steps are made up; without times there is nothing to measure.
    #[must_use]
    pub fn usable(self) -> bool {
        let made_up = self.even > 0 && self.even * 10 >= (self.even + self.uneven) * 9;
        !made_up && self.to_minutes + self.to_seconds > 0
    }

    /// The finest difference that they show, in seconds.
    #[must_use]
    pub fn finest(self) -> u32 {
        if self.to_minutes > 0 && self.to_minutes * 10 >= (self.to_minutes + self.to_seconds) * 9 {
            60
        } else {
            1
        }
    }

    fn merge(&mut self, other: Self) {
        self.even += other.even;
        self.uneven += other.uneven;
        self.to_minutes += other.to_minutes;
        self.to_seconds += other.to_seconds;
        self.without += other.without;
    }

    fn see(&mut self, talk: &Talk, conversation: &Conversation<'_>) {
        if conversation.messages.iter().any(|m| m.at.is_none()) {
            self.without += 1;
            return;
        }
        match talk.clock.even {
            Some(true) => self.even += 1,
            Some(false) => self.uneven += 1,
            None => {}
        }
        if talk.clock.minutes { self.to_minutes += 1 } else { self.to_seconds += 1 }
    }
}

/// What was counted in one shop.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ShopFigures {
    /// The shop as a whole.
    pub all: Figures,
    /// By agent.
    pub agents: BTreeMap<String, Figures>,
    /// By hour of the day.
    pub hours: BTreeMap<u8, Figures>,
    /// By day, counted from 1970-01-01.
    pub days: BTreeMap<i64, Figures>,
    /// Its times.
    pub times: Times,
}

impl ShopFigures {
    /// The figures of each day, in order.
    pub fn dates(&self) -> impl Iterator<Item = (NaiveDate, &Figures)> {
        let date = |day: &i64| NaiveDate::from_epoch_days(i32::try_from(*day).ok()?);
        self.days.iter().filter_map(move |(day, of)| Some((date(day)?, of)))
    }
}

/// What was counted in all shops.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counted {
    /// By platform and shop.
    pub shops: BTreeMap<(Option<Platform>, String), ShopFigures>,
}

impl Counted {
    /// Counts one conversation.
    pub fn add(&mut self, conversation: &Conversation<'_>, talk: &Talk, plan: &Plan) {
        let key = (conversation.platform, conversation.shop.to_owned());
        let shop = self.shops.entry(key).or_default();
        shop.times.see(talk, conversation);
        if !plan.kpis.is_empty() {
            measure::conversation(conversation, talk, plan, shop);
        }
    }

    /// Whether the times of a shop can be used; a shop that was never seen has none.
    #[must_use]
    pub fn trusts(&self, platform: Option<Platform>, shop: &str) -> bool {
        self.shops.get(&(platform, shop.to_owned())).is_some_and(|s| s.times.usable())
    }

    /// Adds what was counted elsewhere; the order does not matter.
    pub fn merge(&mut self, other: Self) {
        for (key, theirs) in other.shops {
            let mine = self.shops.entry(key).or_default();
            mine.times.merge(theirs.times);
            add_up(&mut mine.all, theirs.all);
            merge_groups(&mut mine.agents, theirs.agents);
            merge_groups(&mut mine.hours, theirs.hours);
            merge_groups(&mut mine.days, theirs.days);
        }
    }
}

fn merge_groups<K: Ord>(mine: &mut BTreeMap<K, Figures>, theirs: BTreeMap<K, Figures>) {
    for (key, figures) in theirs {
        add_up(mine.entry(key).or_default(), figures);
    }
}

fn add_up(mine: &mut Figures, theirs: Figures) {
    if mine.len() < theirs.len() {
        mine.resize_with(theirs.len(), Figure::default);
    }
    for (mine, theirs) in mine.iter_mut().zip(theirs) {
        mine.merge(theirs);
    }
}
