//! One conversation under judgement: its turns, and what is known about their words. Every question about a text is
//! answered once and remembered, but for where a signal's own words stand: what the signal found is remembered instead.

use std::cell::OnceCell;
use std::ops::Deref;
use std::sync::Arc;

use fixedbitset::FixedBitSet;

use regex_automata::meta::Regex;
use regex_automata::util::captures::Captures;

use crate::detect::case::Side;
use crate::detect::facts::Facts;
use crate::detect::gate::Gate;
use crate::detect::memory::Known;
use crate::detect::turn::Turn;
use crate::model::Conversation;
use crate::rules::pack::{Pack, Pattern, PatternIx, SignalIx};
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
    /// The signals that can hold around each turn.
    around: OnceCell<Around>,
}

/// Where a pattern matches in a turn.
#[derive(Clone, Debug, Default)]
pub(super) struct Matches(Option<Arc<[(usize, usize)]>>);

impl Deref for Matches {
    type Target = [(usize, usize)];

    fn deref(&self) -> &Self::Target {
        self.0.as_deref().unwrap_or_default()
    }
}

impl FromIterator<(usize, usize)> for Matches {
    fn from_iter<I: IntoIterator<Item = (usize, usize)>>(matches: I) -> Self {
        let mut matches = matches.into_iter().peekable();
        Self(matches.peek().is_some().then(|| matches.collect()))
    }
}

/// The signals that can hold in any of several turns.
struct Around {
    /// In those before each turn.
    before: Vec<FixedBitSet>,
    /// In those after each turn.
    after: Vec<FixedBitSet>,
    /// In all turns.
    all: FixedBitSet,
}

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
        Self {
            conversation,
            turns,
            pack,
            gate,
            presumes: false,
            strict: false,
            known,
            around: OnceCell::new(),
        }
    }

    /// What the gate knows about a turn; `None` beyond the last.
    pub(super) fn facts(&self, turn_ix: usize) -> Option<&Facts> {
        let (turn, known) = (self.turns.get(turn_ix)?, self.known.get(turn_ix)?);
        Some(known.facts.get_or_init(|| self.gate.facts(&turn.text, turn.role, self.pack)))
    }

    /// The cases that the words of a turn can trigger, by what the gate knows; no pattern is tried.
    pub(super) fn cases(&self, turn_ix: usize) -> &[u32] {
        let (Some(known), Some(facts)) = (self.known.get(turn_ix), self.facts(turn_ix)) else { return &[] };
        known.cases.get_or_init(|| self.gate.cases(facts, self.pack))
    }

    /// The signals that can hold in any turn on a side of a turn.
    pub(super) fn heard_on(&self, side: Side, turn_ix: usize) -> Option<&FixedBitSet> {
        let around = self.around.get_or_init(|| self.all_around());
        match side {
            Side::Before => around.before.get(turn_ix),
            Side::After => around.after.get(turn_ix),
            Side::Around => Some(&around.all),
        }
    }

    fn all_around(&self) -> Around {
        let (before, all) = self.sums(0..self.turns.len());
        let (mut after, _) = self.sums((0..self.turns.len()).rev());
        after.reverse();
        Around { before, after, all }
    }

    /// The signals that can hold before each turn of a walk, and in all of it.
    fn sums(&self, walk: impl Iterator<Item = usize>) -> (Vec<FixedBitSet>, FixedBitSet) {
        let mut heard = FixedBitSet::with_capacity(self.pack.signals.len());
        let before = walk.map(|turn| {
            let before = heard.clone();
            self.facts(turn).into_iter().for_each(|facts| heard.union_with(facts.signals()));
            before
        });
        (before.collect(), heard)
    }

    /// Where each of the patterns matches that can match in a turn by what the gate knows. What is found is not kept: a
    /// signal looks for its own words once.
    pub(super) fn matches_of_each<'a>(
        &'a self,
        turn_ix: usize,
        patterns: &'a [PatternIx],
    ) -> impl Iterator<Item = Matches> + 'a {
        let facts = self.facts(turn_ix);
        let can_match = move |ix: PatternIx| facts.is_some_and(|facts| self.gate.can_match(ix, facts));
        patterns.iter().filter(move |ix| can_match(**ix)).map(move |ix| self.search(turn_ix, *ix))
    }

    /// Where a pattern matches in a turn, leftmost first.
    pub(super) fn matches(&self, turn_ix: usize, pattern_ix: PatternIx) -> Matches {
        let Some(known) = self.known.get(turn_ix) else { return Matches::default() };
        if !self.facts(turn_ix).is_some_and(|facts| self.gate.can_match(pattern_ix, facts)) {
            return Matches::default();
        }
        if let Some(found) = known.matches.borrow().get(&pattern_ix) {
            return found.clone();
        }
        let found = self.search(turn_ix, pattern_ix);
        known.matches.borrow_mut().insert(pattern_ix, found.clone());
        found
    }

    fn search(&self, turn_ix: usize, pattern_ix: PatternIx) -> Matches {
        let pattern = self.pack.patterns.get(pattern_ix);
        let stands = |pattern: &&Pattern| {
            let said = self.facts(turn_ix).zip(self.turns.get(turn_ix));
            said.is_some_and(|(facts, turn)| facts.in_order(&pattern.shapes, &self.pack.sets, &turn.text))
        };
        let Some(text) = self.turns.get(turn_ix).map(|turn| turn.text.as_str()) else {
            return Matches::default();
        };
        let Some(finder) = pattern.filter(stands).and_then(|pattern| pattern.regex.get(text)) else {
            return Matches::default();
        };
        match finder.with_slots() {
            Some(regex) => tested(regex, text),
            None => finder.find_iter(text).map(|found| (found.start, found.end)).collect(),
        }
    }
}

/// Matches whose numbers pass the tests that their slots ask for.
fn tested(regex: &Regex, text: &str) -> Matches {
    let names = || regex.group_info().all_names().filter_map(|(_, _, name)| name);
    let passes = |captures: &Captures| {
        names().all(|name| match (Check::of_group(name), captures.get_group_by_name(name)) {
            (Some(check), Some(span)) => text.get(span.range()).is_none_or(|number| check.passes(number)),
            _ => true,
        })
    };
    let found = regex.captures_iter(text).filter(passes);
    found.filter_map(|captures| captures.get_match()).map(|m| (m.start(), m.end())).collect()
}
