//! JD's list of talks, a workbook beside the LOG of messages: who served whom when, and to whom a talk was handed over.
//! It finds the talk that a message belongs to; the LOG masks the buyers that the list names in full.

use std::collections::BTreeMap;

use super::columns::fold;
use super::times;
use super::trouble::{Trouble, excerpt};
use crate::problem::Severity;
use crate::say::Say;

/// Milliseconds by which a hand-over shifts the beginning in the LOG against the list.
const SHIFT: i64 = 120_000;
/// Milliseconds that a talk may last where the list does not say how long it was.
const LONGEST: i64 = 24 * 3_600_000;

/// One talk of the list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Talk {
    /// Milliseconds since 1970-01-01 UTC.
    start: i64,
    end: i64,
    /// The buyer's account in full.
    pub(super) buyer: String,
    /// Who took the talk.
    pub(super) agent: String,
    /// Who took it over, empty when nobody did.
    pub(super) heir: String,
    /// The platform's id, empty when the list has none.
    pub(super) id: String,
}

/// Where the columns of a list stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Header {
    start: usize,
    buyer: usize,
    agent: usize,
    heir: Option<usize>,
    id: Option<usize>,
    minutes: Option<usize>,
}

impl Header {
    /// The columns, when a row of names is the header of such a list: it has the time, the customer and the agent of a
    /// talk.
    pub(super) fn of(names: &[String]) -> Option<Self> {
        let folded: Vec<String> = names.iter().map(|name| fold(name)).collect();
        let find = |wanted: &[&str]| folded.iter().position(|name| wanted.contains(&name.as_str()));
        Some(Self {
            start: find(&["咨询时间"])?,
            buyer: find(&["顾客"])?,
            agent: find(&["客服"])?,
            heir: find(&["转接后客服"]),
            id: find(&["cid"]),
            minutes: find(&["会话时长"]),
        })
    }

    /// The talk of a row.
    pub(super) fn talk<'a>(&self, cell: impl Fn(usize) -> &'a str) -> Result<Option<Talk>, Trouble> {
        let text = |column: Option<usize>| column.map_or("", &cell).trim().to_owned();
        let (time, buyer) = (text(Some(self.start)), text(Some(self.buyer)));
        if time.is_empty() && buyer.is_empty() {
            return Ok(None);
        }
        let start = times::parse(time.as_bytes()).ok_or_else(|| no_time(&time))?;
        let minutes: Option<f64> =
            text(self.minutes).parse().ok().filter(|m: &f64| (0.0..100_000.0).contains(m));
        #[expect(clippy::cast_possible_truncation, reason = "a hundred thousand minutes fit easily")]
        let length = minutes.map_or(LONGEST, |m| (m * 60_000.0) as i64 + SHIFT);
        let (agent, heir, id) = (text(Some(self.agent)), text(self.heir), text(self.id));
        Ok(Some(Talk { start, end: start + length, buyer, agent, heir, id }))
    }
}

fn no_time(value: &str) -> Trouble {
    let shown = excerpt(value.as_bytes());
    Trouble {
        code: "talk-skipped",
        severity: Severity::Warning,
        column: "咨询时间".to_owned(),
        what: Say::new(
            format!("“{shown}”不是日期和时间，这次会话不用来补"),
            format!("`{shown}` is no date and time: the talk is not joined"),
        ),
        next: Say::new(
            "写成 2025-01-31 09:05:00（北京时间）",
            "write it as 2025-01-31 09:05:00 (Beijing time)",
        ),
    }
}

/// All talks of the lists of a run.
#[derive(Clone, Debug, Default)]
pub struct Talks {
    /// By first character of the buyer's account and its last two, which masking leaves.
    by_ends: BTreeMap<(char, String), Vec<Talk>>,
}

/// What masking leaves of an account.
fn ends(account: &str) -> Option<(char, String)> {
    let first = account.chars().next()?;
    let tail = account.char_indices().rev().nth(1).map_or(account, |(at, _)| account.split_at(at).1);
    Some((first, tail.to_owned()))
}

/// Whether an account as the LOG shows it, `a****bc`, may be this one.
fn shows(shown: &str, account: &str) -> bool {
    match shown.split_once('*') {
        None => shown == account,
        Some((head, rest)) => {
            let tail = rest.trim_start_matches('*');
            account.len() >= head.len() + tail.len() && account.starts_with(head) && account.ends_with(tail)
        }
    }
}

impl Talks {
    pub(super) fn is_empty(&self) -> bool {
        self.by_ends.is_empty()
    }

    /// Adds the talks of a list.
    pub(super) fn add(&mut self, talks: Vec<Talk>) {
        for talk in talks {
            if let Some(ends) = ends(&talk.buyer) {
                self.by_ends.entry(ends).or_default().push(talk);
            }
        }
    }

    /// Puts them in order once all are there; one that several lists hold counts once.
    pub(super) fn finish(&mut self) {
        for talks in self.by_ends.values_mut() {
            talks.sort();
            talks.dedup();
        }
    }

    /// Everybody who served.
    pub(super) fn people(&self) -> impl Iterator<Item = &str> {
        let names =
            self.by_ends.values().flatten().flat_map(|talk| [talk.agent.as_str(), talk.heir.as_str()]);
        names.filter(|name| !name.is_empty())
    }

    /// The talk that a message to or from `buyer` at this moment belongs to: the last that had begun. `None` when there
    /// is none, and when the mask fits two buyers who were served at that moment.
    pub(super) fn find(&self, buyer: &str, at: i64) -> Option<&Talk> {
        let talks = self.by_ends.get(&ends(buyer)?)?;
        let open = || talks.iter().filter(|t| t.start - SHIFT <= at && at <= t.end && shows(buyer, &t.buyer));
        let last = open().max_by_key(|t| t.start)?;
        open().all(|t| t.buyer == last.buyer).then_some(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn talk(buyer: &str, start: i64, minutes: i64, id: &str) -> Talk {
        let (start, end) = (start * 60_000, (start + minutes) * 60_000);
        let (agent, heir) = ("小李".to_owned(), String::new());
        Talk { start, end, buyer: buyer.to_owned(), agent, heir, id: id.to_owned() }
    }

    fn found(talks: &Talks, buyer: &str, minute: i64) -> Option<String> {
        talks.find(buyer, minute * 60_000).map(|t| t.id.clone())
    }

    #[test]
    fn a_masked_buyer_is_found_by_ends_and_time() {
        let mut talks = Talks::default();
        talks.add(vec![talk("a_long_bc", 100, 10, "1"), talk("a_long_bc", 200, 10, "2")]);
        talks.add(vec![talk("another_bc", 300, 10, "3"), talk("a_long_bc", 305, 10, "4")]);
        talks.add(vec![talk("张三丰", 100, 10, "5")]);
        talks.finish();
        assert_eq!(found(&talks, "a****bc", 99).as_deref(), Some("1"), "a hand-over shifts by two minutes");
        assert_eq!(found(&talks, "a****bc", 205).as_deref(), Some("2"));
        assert_eq!(found(&talks, "a****bc", 150), None, "after its end");
        assert_eq!(found(&talks, "a****bc", 307), None, "two buyers fit the mask");
        assert_eq!(found(&talks, "another_bc", 307).as_deref(), Some("3"), "the full name is no mask");
        assert_eq!(found(&talks, "张*丰", 101), None, "the last two characters stay");
        assert_eq!(
            found(&talks, "张****三丰", 101).as_deref(),
            Some("5"),
            "the stars of a short one hide nothing"
        );
        assert_eq!(found(&talks, "张三****三丰", 101), None, "longer than the account itself");
        assert_eq!(found(&talks, "x****bc", 205), None);
    }
}
