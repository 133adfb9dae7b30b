//! One conversation under judgement: its turns, and what was already found out about them. Every question is answered
//! once and remembered until the conversation is done.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::detect::gate::{Facts, Gate};
use crate::detect::turn::Turn;
use crate::model::Conversation;
use crate::rules::pack::{Pack, PatternIx, SignalIx};

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
pub type Found = Option<Rc<[Hit]>>;

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
    /// Answers by turn and signal.
    pub(super) signals: RefCell<FxHashMap<(usize, SignalIx), Found>>,
    matches: RefCell<FxHashMap<(usize, PatternIx), Matches>>,
}

/// Where a pattern matches in a turn.
pub(super) type Matches = Rc<[(usize, usize)]>;

impl<'s> Scene<'s> {
    /// A scene about which nothing is known yet.
    #[must_use]
    pub fn new(
        conversation: &'s Conversation<'s>,
        turns: &'s [Turn<'s>],
        pack: &'s Pack,
        gate: &'s Gate,
    ) -> Self {
        Self { conversation, turns, pack, gate, signals: RefCell::default(), matches: RefCell::default() }
    }

    /// What the gate knows about a turn.
    pub(super) fn facts<'t>(&self, turn: &'t Turn<'_>) -> &'t Facts {
        turn.facts.get_or_init(|| self.gate.facts(&turn.text, self.pack))
    }

    /// Where a pattern matches in a turn, leftmost first.
    pub(super) fn matches(&self, turn_ix: usize, pattern_ix: PatternIx) -> Matches {
        if self.turns.get(turn_ix).is_none_or(|turn| !self.facts(turn).pattern(pattern_ix)) {
            return Rc::from([]);
        }
        if let Some(known) = self.matches.borrow().get(&(turn_ix, pattern_ix)) {
            return Rc::clone(known);
        }
        let found = self.search(turn_ix, pattern_ix);
        self.matches.borrow_mut().insert((turn_ix, pattern_ix), Rc::clone(&found));
        found
    }

    fn search(&self, turn_ix: usize, pattern_ix: PatternIx) -> Matches {
        let none = || Rc::from(Vec::new());
        let (Some(turn), Some(pattern)) = (self.turns.get(turn_ix), self.pack.patterns.get(pattern_ix))
        else {
            return none();
        };
        let Some(regex) = pattern.regex.get() else { return none() };
        regex.find_iter(&turn.text).map(|m| (m.start(), m.end())).collect()
    }
}
