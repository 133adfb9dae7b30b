//! Problems while they are still being counted: equal ones of a file are folded into one, the first place kept.
//! It says nothing itself; wording stays where a problem is found.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::problem::{Place, Problem, Severity};
use crate::say::Say;

/// A problem without its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trouble {
    pub(super) code: &'static str,
    pub(super) severity: Severity,
    /// The header as the file words it, empty for the whole row.
    pub(super) column: String,
    pub(super) what: Say,
    pub(super) next: Say,
}

/// Problems by file, code and column. Folding is free of order: the smallest line gives place and wording.
#[derive(Debug, Default)]
pub(super) struct Folded(BTreeMap<(u32, &'static str, String), (u64, u64, Trouble)>);

impl Folded {
    /// Counts one case.
    pub(super) fn add(&mut self, file: u32, line: u64, trouble: Trouble) {
        self.put(file, line, 1, trouble);
    }

    /// Counts several cases, the first of which stands at `line`.
    pub(super) fn put(&mut self, file: u32, line: u64, count: u64, trouble: Trouble) {
        match self.0.entry((file, trouble.code, trouble.column.clone())) {
            Entry::Vacant(slot) => {
                slot.insert((line, count, trouble));
            }
            Entry::Occupied(mut slot) => {
                let (first, n, kept) = slot.get_mut();
                *n += count;
                // Rows of one line are told apart by wording, so that threads do not show.
                if (line, &trouble.what) < (*first, &kept.what) {
                    (*first, *kept) = (line, trouble);
                }
            }
        }
    }

    /// Adds what another part of the input met.
    pub(super) fn merge(&mut self, other: Self) {
        for ((file, _, _), (line, count, trouble)) in other.0 {
            self.put(file, line, count, trouble);
        }
    }

    /// The problems, by file, line and column.
    pub(super) fn into_problems(self, files: &[String]) -> Vec<Problem> {
        let mut found: Vec<(u32, Problem)> = self
            .0
            .into_iter()
            .map(|((file, code, column), (line, count, t))| {
                let name = usize::try_from(file).ok().and_then(|i| files.get(i)).cloned().unwrap_or_default();
                let place = Place { file: name, line, column };
                (file, Problem { code, severity: t.severity, place, what: t.what, next: t.next, count })
            })
            .collect();
        found.sort_by(|(f, a), (g, b)| {
            (f, a.place.line, &a.place.column, a.code).cmp(&(g, b.place.line, &b.place.column, b.code))
        });
        found.into_iter().map(|(_, problem)| problem).collect()
    }
}

/// How many characters of an offending value a message shows.
const SHOWN: usize = 40;

/// A value fit for a message: short, one line, no control characters.
pub(super) fn excerpt(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    let mut shown: String = text.chars().take(SHOWN).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

/// Names for a message, shortened each, at most thirty of them.
pub(super) fn list<S: AsRef<str>>(names: &[S]) -> String {
    let mut shown: Vec<String> =
        names.iter().take(30).map(|n| excerpt(n.as_ref().trim().as_bytes())).collect();
    if names.len() > shown.len() {
        shown.push("…".to_owned());
    }
    shown.join(", ")
}
