//! One conversation under judgement: its turns, and what is known about their words. Every question about a text is
//! answered once and remembered.

use std::sync::Arc;

use regex::{Captures, Regex};

use crate::detect::gate::{Facts, Gate};
use crate::detect::memory::Known;
use crate::detect::turn::Turn;
use crate::model::Conversation;
use crate::rules::pack::{Pack, PatternIx, SignalIx};
use crate::rules::sugar::Check;

/// Where a signal was seen in a turn, in bytes of the turn's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// First byte.
    pub start: usize,
    /// First byte after.
    pub end: usize,
    /// Which signal saw it.
    pub signal: SignalIx,
}

/// What a signal found: `None` when it does not hold.
pub type Found = Option<Arc<[Hit]>>;

/// A conversation under judgement.
pub struct Scene<'s> {
    /// The conversation.
    pub conversation: &'s Conversation<'s>,
    /// Its turns.
    pub turns: &'s [Turn<'s>],
    /// The rules.
    pub pack: &'s Pack,
    /// The gate of these rules.
    pub gate: &'s Gate,
    /// Whether cases that are only for the strict are judged.
    pub strict: bool,
    /// A question that nobody asked is taken for granted where the pack allows it.
    pub presumes: bool,
    /// What is known about the words of each turn.
    pub(super) known: Vec<&'s Known>,
}

/// Where a pattern matches in a turn.
pub(super) type Matches = Arc<[(usize, usize)]>;

impl<'s> Scene<'s> {
    /// A scene of turns with what is known about each of them.
    #[must_use]
    pub fn new(
        conversation: &'s Conversation<'s>,
        turns: &'s [Turn<'s>],
        pack: &'s Pack,
        gate: &'s Gate,
        known: Vec<&'s Known>,
    ) -> Self {
        Self { conversation, turns, pack, gate, presumes: false, strict: false, known }
    }

    /// What the gate knows about a turn; `None` beyond the last.
    pub(super) fn facts(&self, turn_ix: usize) -> Option<&Facts> {
        let (turn, known) = (self.turns.get(turn_ix)?, self.known.get(turn_ix)?);
        Some(known.facts.get_or_init(|| self.gate.facts(&turn.text)))
    }

    /// The cases that the words of a turn can trigger, by what the gate knows; no pattern is tried.
    pub(super) fn cases(&self, turn_ix: usize) -> &[u32] {
        let (Some(known), Some(facts)) = (self.known.get(turn_ix), self.facts(turn_ix)) else { return &[] };
        known.cases.get_or_init(|| {
            let mut cases = self.gate.cases(facts, self.pack);
            let here = |ix: &u32| self.pack.cases.get(*ix as usize).map(|case| &case.here);
            cases.retain(|ix| here(ix).is_some_and(|expr| self.can_hold(turn_ix, expr)));
            cases
        })
    }

    /// Where a pattern matches in a turn, leftmost first.
    pub(super) fn matches(&self, turn_ix: usize, pattern_ix: PatternIx) -> Matches {
        let Some(known) = self.known.get(turn_ix) else { return Arc::from([]) };
        if !self.facts(turn_ix).is_some_and(|facts| facts.pattern(pattern_ix)) {
            return Arc::from([]);
        }
        if let Some(found) = known.matches.borrow().get(&pattern_ix) {
            return Arc::clone(found);
        }
        let found = self.search(turn_ix, pattern_ix);
        known.matches.borrow_mut().insert(pattern_ix, Arc::clone(&found));
        found
    }

    fn search(&self, turn_ix: usize, pattern_ix: PatternIx) -> Matches {
        let pattern = self.pack.patterns.get(pattern_ix);
        let regex = pattern.and_then(|pattern| pattern.regex.get());
        let (Some(turn), Some(regex)) = (self.turns.get(turn_ix), regex) else { return Arc::from([]) };
        if pattern.is_some_and(|pattern| pattern.checked) {
            return tested(regex, &turn.text);
        }
        regex.find_iter(&turn.text).map(|m| (m.start(), m.end())).collect()
    }
}

/// Matches whose numbers pass the tests that their slots ask for.
fn tested(regex: &Regex, text: &str) -> Matches {
    let names = || regex.capture_names().flatten();
    let passes = |captures: &Captures<'_>| {
        names().all(|name| match (Check::of_group(name), captures.name(name)) {
            (Some(check), Some(m)) => check.passes(m.as_str()),
            _ => true,
        })
    };
    let found = regex.captures_iter(text).filter(passes);
    found.filter_map(|captures| captures.get(0)).map(|m| (m.start(), m.end())).collect()
}
