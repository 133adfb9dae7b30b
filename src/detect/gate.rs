//! Tells in one pass over a text which patterns can match at all, and so which cases are worth evaluating. Most lines
//! of a log end here. It never decides that something is a fault.
//!
//! A pattern is announced by that set of its required words which is rarest in the pack's own example dialogues; its
//! other sets are then checked against the words found, the rarest first.

use std::borrow::Borrow;

use fixedbitset::FixedBitSet;
use rustc_hash::FxHashMap;

use crate::detect::facts::{Facts, Place};
use crate::detect::signal::may;
use crate::model::Role;
use crate::rules::pack::{Body, Pack, Pattern, SignalIx};
use crate::rules::prepared::{Automaton, Prepared};

/// The automaton over all required words, and what each word leads to.
pub struct Gate {
    automaton: Option<Automaton>,
    /// For each literal, the sets of words that it belongs to, if they are few.
    sets_of: Lists,
    /// The sets of those literals that belong to many: most short words are in hundreds.
    widely: FxHashMap<u32, FixedBitSet>,
    /// For each literal, the patterns that it announces.
    patterns_of: Lists,
    /// For each pattern, the sets of which one word must stand too, the rarest first.
    needs_of: Lists,
    /// For each speaker, the signals that are heard in his turns.
    heard: [FixedBitSet; SPEAKERS.len()],
    /// For each pattern, the signals that one of its matches can begin.
    signals_of: Lists,
    /// For each signal, the cases that it can trigger.
    cases_of: Lists,
    /// Signals made of others, each after those that it is made of.
    made: Vec<SignalIx>,
    /// Patterns that no word announces.
    always: Vec<u32>,
    /// Cases that any turn can begin.
    free: Vec<u32>,
}

/// Every speaker, each at its own number.
const SPEAKERS: [Role; 4] = [Role::Buyer, Role::Agent, Role::Robot, Role::System];

/// The signals that a speaker's turns are looked over for.
fn heard(role: Role, pack: &Pack) -> FixedBitSet {
    let hears = pack.signals.iter().map(|signal| signal.speaker.hears(role));
    hears.enumerate().filter(|(_, hears)| *hears).map(|(ix, _)| ix).collect()
}

/// Many short lists of small numbers, one after the other in one piece of memory.
struct Lists {
    /// Where each list begins, and where the last one ends.
    bounds: Vec<u32>,
    numbers: Vec<u32>,
}

impl Lists {
    fn of(&self, ix: usize) -> &[u32] {
        let bound = |ix: usize| self.bounds.get(ix).map_or(self.numbers.len(), |at| *at as usize);
        self.numbers.get(bound(ix)..bound(ix + 1)).unwrap_or_default()
    }

    /// For each number below `count` everything that it is paired with, in the order of the pairs.
    fn grouped(count: usize, pairs: impl Iterator<Item = (usize, u32)> + Clone) -> Self {
        let mut bounds = vec![0; count + 1];
        for (of, _) in pairs.clone() {
            if let Some(bound) = bounds.get_mut(of + 1) {
                *bound += 1;
            }
        }
        let mut all = 0;
        for bound in &mut bounds {
            all += *bound;
            *bound = all;
        }
        let mut next = bounds.clone();
        let mut numbers = vec![0; all as usize];
        for (of, number) in pairs {
            if let Some(at) = next.get_mut(of)
                && let Some(place) = numbers.get_mut(*at as usize)
            {
                *place = number;
                *at += 1;
            }
        }
        Self { bounds, numbers }
    }
}

impl<L: IntoIterator<Item: Borrow<u32>>> FromIterator<L> for Lists {
    fn from_iter<I: IntoIterator<Item = L>>(lists: I) -> Self {
        let mut all = Self { bounds: vec![0], numbers: Vec::new() };
        for list in lists {
            all.numbers.extend(list.into_iter().map(|number| *number.borrow()));
            all.bounds.push(u32::try_from(all.numbers.len()).unwrap_or(u32::MAX));
        }
        all
    }
}

/// For each literal, the sets that it belongs to.
fn sets_of_literals(pack: &Pack) -> Lists {
    let sets = pack.sets.iter().zip(0u32..);
    let pairs = sets.flat_map(|(words, set)| words.iter().map(move |word| (*word as usize, set)));
    Lists::grouped(pack.literals.len(), pairs)
}

/// The sets of each literal that is in many.
fn widely(of_literal: &Lists, pack: &Pack) -> FxHashMap<u32, FixedBitSet> {
    let all = |of: &[u32]| {
        let mut all = FixedBitSet::with_capacity(pack.sets.len());
        of.iter().for_each(|set| all.insert(*set as usize));
        all
    };
    let each = (0..pack.literals.len()).map(|literal| of_literal.of(literal));
    each.zip(0u32..).filter(|(of, _)| is_wide(of)).map(|(of, literal)| (literal, all(of))).collect()
}

/// Whether a literal is in so many sets that joining bits is cheaper than setting each.
fn is_wide(sets: &[u32]) -> bool {
    sets.len() > 32
}

impl Gate {
    /// Builds the gate of a pack.
    #[must_use]
    pub fn new(pack: &Pack) -> Self {
        let counts = counts(pack);
        let of_literal = sets_of_literals(pack);
        let (mut announced, mut always) = (Vec::with_capacity(pack.patterns.len()), Vec::new());
        let needs_of = pack.patterns.iter().zip(0u32..).map(|(pattern, ix)| {
            let mut needs = by_rarity(pattern, &counts).into_iter();
            match needs.next() {
                None => always.push(ix),
                Some(rarest) => announced.push((rarest as usize, ix)),
            }
            needs
        });
        let needs_of = needs_of.collect();
        let announced = Lists::grouped(pack.sets.len(), announced.into_iter());
        let signals = pack.signals.iter().zip(0u32..).filter_map(|(signal, ix)| match &signal.body {
            Body::Words(words) => Some(words.any.iter().map(move |pattern| (*pattern, ix))),
            Body::Is(_) => None,
        });
        let cases = pack.cases.iter().zip(0u32..);
        let free = cases.clone().filter(|(case, _)| case.triggers.is_empty()).map(|(_, ix)| ix).collect();
        let cases = cases.flat_map(|(case, ix)| case.triggers.iter().map(move |signal| (*signal, ix)));
        let literals = || (0..pack.literals.len()).map(|literal| of_literal.of(literal));
        let announced = &announced;
        Self {
            automaton: Prepared::built_in().automaton(&pack.literals),
            patterns_of: literals()
                .map(|sets| sets.iter().flat_map(|set| announced.of(*set as usize)))
                .collect(),
            widely: widely(&of_literal, pack),
            sets_of: literals().map(|of| if is_wide(of) { &[][..] } else { of }).collect(),
            needs_of,
            heard: SPEAKERS.map(|role| heard(role, pack)),
            signals_of: Lists::grouped(pack.patterns.len(), signals.flatten()),
            cases_of: Lists::grouped(pack.signals.len(), cases),
            made: made(pack),
            always,
            free,
        }
    }

    /// Looks over a text of a speaker.
    #[must_use]
    pub fn facts(&self, text: &str, role: Role, pack: &Pack) -> Facts {
        let mut places: Vec<Place> = match &self.automaton {
            Some(automaton) => automaton.find_overlapping_iter(text).map(Place::of).collect(),
            None => Vec::new(),
        };
        places.sort_unstable();
        let mut found: Vec<u32> = places.iter().map(Place::literal).collect();
        found.dedup();
        let mut stand = FixedBitSet::with_capacity(pack.sets.len());
        for literal in &found {
            match self.sets_of.of(*literal as usize) {
                [] => self.widely.get(literal).into_iter().for_each(|sets| stand.union_with(sets)),
                sets => sets.iter().for_each(|set| stand.insert(*set as usize)),
            }
        }
        let mut patterns = FixedBitSet::with_capacity(pack.patterns.len());
        let mut signals = FixedBitSet::with_capacity(pack.signals.len());
        let can_match = |ix: usize| self.needs_of.of(ix).iter().all(|set| stand.contains(*set as usize));
        let announced = found.iter().flat_map(|literal| self.patterns_of.of(*literal as usize));
        for ix in announced.chain(&self.always).map(|ix| *ix as usize) {
            if can_match(ix) && !patterns.put(ix) {
                self.signals_of.of(ix).iter().for_each(|signal| signals.insert(*signal as usize));
            }
        }
        self.heard.get(role as usize).into_iter().for_each(|heard| signals.intersect_with(heard));
        for ix in &self.made {
            let signal = pack.signals.get(*ix).filter(|signal| signal.speaker.hears(role));
            if let Some(Body::Is(expr)) = signal.map(|signal| &signal.body)
                && may(expr, &signals)
            {
                signals.insert(*ix);
            }
        }
        Facts::new(patterns, signals, places)
    }

    /// The cases that a shop's turn with these facts could trigger, ordered.
    #[must_use]
    pub fn cases(&self, facts: &Facts, pack: &Pack) -> Box<[u32]> {
        let mut out = self.free.clone();
        for signal in facts.signals().ones() {
            out.extend(self.cases_of.of(signal));
        }
        out.sort_unstable();
        out.dedup();
        out.retain(|ix| {
            pack.cases.get(*ix as usize).is_some_and(|case| {
                case.needs.iter().all(|signal| facts.signals().contains(*signal))
                    && may(&case.here, facts.signals())
            })
        });
        out.into()
    }
}

/// How common the words of each set are.
fn counts(pack: &Pack) -> Vec<u32> {
    let known = Prepared::built_in();
    pack.sets.iter().map(|set| set.iter().map(|word| known.count(*word)).sum()).collect()
}

/// A pattern's sets of words, the rarest first: that one announces it.
fn by_rarity(pattern: &Pattern, counts: &[u32]) -> Vec<u32> {
    let mut sets: Vec<u32> = pattern.needs.iter().map(|need| need.words).collect();
    sets.sort_by_key(|set| counts.get(*set as usize));
    sets
}

/// The signals made of other signals, each after those that it is made of.
fn made(pack: &Pack) -> Vec<SignalIx> {
    fn add(ix: SignalIx, pack: &Pack, seen: &mut FixedBitSet, out: &mut Vec<SignalIx>) {
        let Some(Body::Is(expr)) = pack.signals.get(ix).map(|signal| &signal.body) else { return };
        if seen.put(ix) {
            return;
        }
        let mut names = Vec::new();
        expr.names(&mut names);
        names.into_iter().for_each(|(name, _)| add(*name, pack, seen, out));
        out.push(ix);
    }
    let mut seen = FixedBitSet::with_capacity(pack.signals.len());
    let mut out = Vec::new();
    (0..pack.signals.len()).for_each(|ix| add(ix, pack, &mut seen, &mut out));
    out
}
