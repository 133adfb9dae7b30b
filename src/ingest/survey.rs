//! What was understood of each file, counted while its rows are taken: for people who want to see how their export is
//! read. It judges nothing, and the order in which pieces come does not show in it.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hash};

use rustc_hash::FxHasher;

use super::Recognised;
use super::columns::{Column, Layout};
use super::roles::Ground;
use super::times::Form;
use crate::model::{Kind, Platform, Role, Stamp};

/// Messages that are shown as understood.
const SHOWN: usize = 5;
/// Different senders or shops that are told apart.
const NAMES: usize = 1000;

/// Counts of names: of all while there are few. Beyond that those with the smallest hashes are kept, so that the same
/// ones are kept whatever the order of reading; one that stays to the end was never dropped, so its count is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sample<K: Ord>(BTreeMap<(u64, K), u64>);

impl<K: Ord> Default for Sample<K> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<K: Ord + Hash> Sample<K> {
    fn add(&mut self, key: K, n: u64) {
        let hash = BuildHasherDefault::<FxHasher>::default().hash_one(&key);
        *self.0.entry((hash, key)).or_default() += n;
        while self.0.len() > NAMES {
            self.0.pop_last();
        }
    }

    fn merge(&mut self, other: Self) {
        for ((_, key), n) in other.0 {
            self.add(key, n);
        }
    }

    /// Names, those of most rows first.
    fn ranked(&self) -> Vec<(&K, u64)> {
        let mut names: Vec<(&K, u64)> = self.0.iter().map(|((_, key), n)| (key, *n)).collect();
        names.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        names
    }

    fn is_full(&self) -> bool {
        self.0.len() >= NAMES
    }
}

/// A message as understood.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seen {
    /// 1-based physical line.
    pub line: u64,
    /// Tells messages of one line apart.
    pub(super) seq: u64,
    /// When it was sent.
    pub at: Option<Stamp>,
    /// Who speaks.
    pub role: Role,
    /// What it carries.
    pub kind: Kind,
    /// Withdrawn by its writer.
    pub recalled: bool,
    /// The buyer's account.
    pub buyer: String,
    /// The agent on duty.
    pub agent: String,
    /// The words.
    pub text: String,
}

/// A sender as the file has it, what he was taken for and why. A buyer known by the buyer column has no name here: there
/// are as many as conversations.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sender {
    /// The name or word.
    pub name: String,
    /// What he was taken for; `None` when nothing told.
    pub taken: Option<(Role, Ground)>,
}

/// A column that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The column.
    pub column: Column,
    /// The headers or keys that it stands under, in order; empty when there is none in the row.
    pub names: Vec<String>,
    /// The format itself says where it stands: there is no header.
    pub is_given: bool,
    /// Rows that have something there.
    pub filled: u64,
}

/// What was understood of one file.
#[derive(Debug, Default)]
pub struct Survey {
    /// What it was taken for, whether it could be read as that or not.
    pub recognised: Option<Recognised>,
    /// Rows, those that could not be used too.
    pub rows: u64,
    /// Rows that could not be used.
    pub rejected: u64,
    /// Rows that a talk of JD's list was joined to.
    pub joined: u64,
    layouts: BTreeMap<Layout, u64>,
    filled: [u64; Column::COUNT],
    senders: Sample<Sender>,
    /// How times are written.
    pub times: BTreeMap<Form, u64>,
    /// The first and the last moment, in milliseconds since 1970-01-01 UTC.
    span: Option<(i64, i64)>,
    /// Rows by kind; withdrawn ones apart.
    pub kinds: BTreeMap<(Kind, bool), u64>,
    /// Rows by platform.
    pub platforms: BTreeMap<Option<Platform>, u64>,
    shops: Sample<String>,
    /// The first messages.
    pub first: Vec<Seen>,
    /// Columns that are missing, with the headers that values speak for.
    pub guesses: Vec<(Column, String)>,
}

/// What `intake` made of a row.
pub(super) struct Row<'a> {
    pub(super) layout: &'a Layout,
    pub(super) cells: &'a [&'a str; Column::COUNT],
    pub(super) taken: Option<(Role, Ground)>,
    pub(super) at: Option<i64>,
    pub(super) form: Option<Form>,
}

impl Survey {
    /// Notes a row, usable or not.
    pub(super) fn row(&mut self, row: &Row<'_>) {
        match self.layouts.get_mut(row.layout) {
            Some(n) => *n += 1,
            None => drop(self.layouts.insert(row.layout.clone(), 1)),
        }
        for (n, cell) in self.filled.iter_mut().zip(row.cells) {
            *n += u64::from(!cell.trim_ascii().is_empty());
        }
        let sender = row.cells.get(Column::Sender.index()).map_or("", |c| c.trim_ascii());
        self.sender(sender, row.taken);
        if let (Some(at), Some(form)) = (row.at, row.form) {
            *self.times.entry(form).or_default() += 1;
            self.span = join(self.span, Some((at, at)));
        }
    }

    /// Notes a message that was taken.
    pub(super) fn message(&mut self, seen: impl FnOnce() -> Seen, place: (u64, u64), facts: Facts<'_>) {
        *self.kinds.entry((facts.kind, facts.recalled)).or_default() += 1;
        *self.platforms.entry(facts.platform).or_default() += 1;
        self.shops.add(facts.shop.to_owned(), 1);
        if self.first.len() < SHOWN || self.first.last().is_some_and(|last| place < (last.line, last.seq)) {
            self.first.push(seen());
            self.cut();
        }
    }

    fn cut(&mut self) {
        self.first.sort();
        self.first.truncate(SHOWN);
    }

    fn sender(&mut self, name: &str, taken: Option<(Role, Ground)>) {
        let name = if taken.is_some_and(|(_, ground)| ground == Ground::BuyerColumn) { "" } else { name };
        self.senders.add(Sender { name: name.to_owned(), taken }, 1);
    }

    /// Adds what another piece of the file gave.
    pub(super) fn merge(&mut self, other: Self) {
        self.recognised = self.recognised.take().or(other.recognised);
        self.rows += other.rows;
        self.rejected += other.rejected;
        self.joined += other.joined;
        add(&mut self.layouts, other.layouts);
        self.senders.merge(other.senders);
        self.shops.merge(other.shops);
        add(&mut self.times, other.times);
        add(&mut self.kinds, other.kinds);
        add(&mut self.platforms, other.platforms);
        for (n, more) in self.filled.iter_mut().zip(other.filled) {
            *n += more;
        }
        self.span = join(self.span, other.span);
        self.first.extend(other.first);
        self.guesses.extend(other.guesses);
        self.cut();
    }

    /// The first and the last moment.
    #[must_use]
    pub fn span(&self) -> Option<(Stamp, Stamp)> {
        self.span.map(|(first, last)| (Stamp(first.div_euclid(1000)), Stamp(last.div_euclid(1000))))
    }

    /// Senders, those of most rows first, and whether there were too many to keep all.
    #[must_use]
    pub fn senders(&self) -> (Vec<(&Sender, u64)>, bool) {
        (self.senders.ranked(), self.senders.is_full())
    }

    /// Shops, those of most messages first.
    #[must_use]
    pub fn shops(&self) -> Vec<(&String, u64)> {
        self.shops.ranked()
    }

    /// The columns that were read, in canonical order.
    #[must_use]
    pub fn headers(&self) -> Vec<Header> {
        let header = |column: Column| {
            let stands = |l: &&Layout| l.field(column).is_some();
            let named = self.layouts.keys().filter(|l| !l.is_given).filter(stands);
            let mut names: Vec<String> = named.map(|l| l.header(column).to_owned()).collect();
            names.sort();
            names.dedup();
            let filled = self.filled.get(column.index()).copied().unwrap_or_default();
            let is_given = names.is_empty() && self.layouts.keys().filter(stands).any(|l| l.is_given);
            (filled > 0 || !names.is_empty()).then_some(Header { column, names, is_given, filled })
        };
        Column::ALL.into_iter().filter_map(header).collect()
    }

    /// Headers that were not read.
    #[must_use]
    pub fn unread(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .layouts
            .keys()
            .flat_map(|l| &l.unread)
            .map(String::as_str)
            .filter(|n| !n.is_empty())
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Names of the user's `[columns]` that held.
    #[must_use]
    pub fn exports(&self) -> Vec<&str> {
        let mut names: Vec<&str> =
            self.layouts.keys().filter_map(|l| l.export.as_ref()).map(|p| p.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// What is counted of a message.
#[derive(Clone, Copy)]
pub(super) struct Facts<'a> {
    pub(super) kind: Kind,
    pub(super) recalled: bool,
    pub(super) platform: Option<Platform>,
    pub(super) shop: &'a str,
}

fn add<K: Ord>(counts: &mut BTreeMap<K, u64>, more: BTreeMap<K, u64>) {
    for (key, n) in more {
        *counts.entry(key).or_default() += n;
    }
}

fn join(a: Option<(i64, i64)>, b: Option<(i64, i64)>) -> Option<(i64, i64)> {
    match (a, b) {
        (Some((a1, a2)), Some((b1, b2))) => Some((a1.min(b1), a2.max(b2))),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_of_many_senders_does_not_depend_on_the_order() {
        let sample = |numbers: &mut dyn Iterator<Item = u32>| {
            let (mut all, mut piece) = (Survey::default(), Survey::default());
            for (i, n) in numbers.enumerate() {
                piece.sender(&format!("tb{}", n % 3000), None);
                if i % 700 == 0 {
                    all.merge(std::mem::take(&mut piece));
                }
            }
            all.merge(piece);
            all.senders
        };
        let forward = sample(&mut (0..9000));
        assert_eq!(forward, sample(&mut (0..9000).rev()));
        assert_eq!(forward.0.len(), NAMES);
        assert!(forward.0.values().all(|n| *n == 3), "a kept sender was counted in full");
    }
}
