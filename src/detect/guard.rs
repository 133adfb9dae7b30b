//! Whether the words around a hit void it: a negation just before it, quotation marks, a warning, a question.
//! What counts as such is data of the rule pack.

use std::ops::Range;

use crate::detect::turn::Turn;
use crate::rules::lazy::Lazy;
use crate::rules::pack::Guard;

/// So much of a message before and after a hit is looked over, in bytes: more than people write, and few enough that many hits
/// in one message cost no more than their number.
const MESSAGE: usize = 6_000;

/// Whether the guard voids the hit.
#[must_use]
pub fn voids(guard: &Guard, turn: &Turn<'_>, hit: &Range<usize>) -> bool {
    let clause = turn.clause(hit.clone());
    let text = |range: Range<usize>| turn.text.get(range).unwrap_or_default();
    let before = text(clause.start..hit.start);
    let is = |lazy: &Option<Lazy>, words: &str| {
        !words.is_empty() && lazy.as_ref().is_some_and(|lazy| lazy.is_in(words))
    };
    let after = text(hit.end..clause.end.max(hit.end));
    let bound = turn.bound(turn.message_at(hit.end));
    let from = boundary(&turn.text, bound.start.max(hit.start.saturating_sub(MESSAGE)));
    let to = boundary(&turn.text, bound.end.min(hit.end + MESSAGE));
    let found = is(&guard.just_before, before)
        || is(&guard.before, before)
        || is(&guard.after, after)
        || is(&guard.message, text(from.min(hit.start)..hit.start))
        || is(&guard.message, text(hit.end..to.max(hit.end)))
        || guard.enclosed.iter().any(|(open, close)| is_enclosed(&turn.text, hit, *open, *close));
    found && !is(&guard.except, before)
}

/// The last boundary of a character at or before a byte of a text.
fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Whether the hit stands between an opening and a closing mark of its line.
fn is_enclosed(text: &str, hit: &Range<usize>, open: char, close: char) -> bool {
    let from = boundary(text, hit.start.saturating_sub(MESSAGE));
    let to = boundary(text, hit.end + MESSAGE);
    let before = text.get(from..hit.start).unwrap_or_default().rsplit('\n').next().unwrap_or_default();
    let after = text.get(hit.end..to).unwrap_or_default().split('\n').next().unwrap_or_default();
    if open == close {
        return before.matches(open).count() % 2 == 1 && after.contains(close);
    }
    let opened = before.rfind(open);
    let closed = before.rfind(close);
    opened.is_some() && opened > closed && after.contains(close)
}
