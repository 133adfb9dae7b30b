//! Tells in one pass over a text which patterns can match at all, and so which cases are worth evaluating. Most lines
//! of a log end here. It never decides that something is a fault.
//!
//! A pattern can match in few shapes, each with words that must stand. A shape is announced by that set of its words which is
//! rarest in the pack's own example dialogues; its other sets are then checked against the words found, the rarest first.

use std::borrow::Cow;
use std::ops::Range;

use fixedbitset::FixedBitSet;
use rustc_hash::FxHashMap;

use crate::detect::facts::{Facts, Place};
use crate::detect::signal::may;
use crate::model::Role;
use crate::rules::literals::Shape;
use crate::rules::pack::{Body, Pack, PatternIx, SignalIx};
use crate::rules::prepared::{Automaton, Prepared};

/// The automaton over all required words, and what each word leads to.
pub struct Gate {
    automaton: Option<Cow<'static, Automaton>>,
    /// For each literal, the sets of words that it belongs to, if they are few.
    sets_of: Lists<u32>,
    /// The sets of those literals that belong to many: most short words are in hundreds.
    widely: FxHashMap<u32, FixedBitSet>,
    /// The sets that announce anything.
    telling: FixedBitSet,
    /// For each set, the shapes that it announces, each with a signal that its matches begin.
    announced: Lists<(u32, u32)>,
    shapes: Shapes,
    /// For each shape, the sets of which one word must stand, the rarest first.
    needs_of: Lists<u32>,
    /// Signals with a pattern that can match without any word.
    always: FixedBitSet,
    /// For each speaker, the signals that are heard in his turns.
    heard: [FixedBitSet; SPEAKERS.len()],
    /// For each signal, the cases that it can trigger.
    cases_of: Lists<u32>,
    /// Signals made of others, each after those that it is made of.
    made: Vec<SignalIx>,
    /// Cases that any turn can begin.
    free: Vec<u32>,
}

/// The shapes in which patterns can match, numbered in one row: where those of each pattern begin, and where the last ends.
struct Shapes(Vec<u32>);

impl Shapes {
    fn new(pack: &Pack) -> Self {
        let mut bounds = vec![0];
        let mut all = 0;
        for pattern in &pack.patterns {
            all += u32::try_from(pattern.shapes.len()).unwrap_or(u32::MAX);
            bounds.push(all);
        }
        Self(bounds)
    }

    /// The numbers of a pattern's shapes.
    fn of(&self, pattern: PatternIx) -> Range<u32> {
        let bound = |ix: usize| self.0.get(ix).copied().unwrap_or_default();
        bound(pattern)..bound(pattern + 1)
    }
}

/// Every speaker, each at its own number.
const SPEAKERS: [Role; 4] = [Role::Buyer, Role::Agent, Role::Robot, Role::System];

/// The signals that a speaker's turns are looked over for.
fn heard(role: Role, pack: &Pack) -> FixedBitSet {
    let hears = pack.signals.iter().map(|signal| signal.speaker.hears(role));
    hears.enumerate().filter(|(_, hears)| *hears).map(|(ix, _)| ix).collect()
}

/// Many short lists, one after the other in one piece of memory.
struct Lists<T> {
    /// Where each list begins, and where the last one ends.
    bounds: Vec<u32>,
    entries: Vec<T>,
}

impl<T: Copy + Default> Lists<T> {
    fn of(&self, ix: usize) -> &[T] {
        let bound = |ix: usize| self.bounds.get(ix).map_or(self.entries.len(), |at| *at as usize);
        self.entries.get(bound(ix)..bound(ix + 1)).unwrap_or_default()
    }

    /// For each number below `count` everything that it is paired with, in the order of the pairs.
    fn grouped(count: usize, pairs: impl Iterator<Item = (usize, T)> + Clone) -> Self {
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
        let mut entries = vec![T::default(); all as usize];
        for (of, entry) in pairs {
            if let Some(at) = next.get_mut(of)
                && let Some(place) = entries.get_mut(*at as usize)
            {
                *place = entry;
                *at += 1;
            }
        }
        Self { bounds, entries }
    }
}

impl<T, L: IntoIterator<Item = T>> FromIterator<L> for Lists<T> {
    fn from_iter<I: IntoIterator<Item = L>>(lists: I) -> Self {
        let mut all = Self { bounds: vec![0], entries: Vec::new() };
        for list in lists {
            all.entries.extend(list);
            all.bounds.push(u32::try_from(all.entries.len()).unwrap_or(u32::MAX));
        }
        all
    }
}

/// For each literal, the sets that it belongs to.
fn sets_of_literals(pack: &Pack) -> Lists<u32> {
    let sets = pack.sets.iter().zip(0u32..);
    let pairs = sets.flat_map(|(words, set)| words.iter().map(move |word| (*word as usize, set)));
    Lists::grouped(pack.literals.len(), pairs)
}

/// The sets of each literal that is in many.
fn widely(of_literal: &Lists<u32>, pack: &Pack) -> FxHashMap<u32, FixedBitSet> {
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
        let shapes = Shapes::new(pack);
        let each = pack.patterns.iter().flat_map(|pattern| &*pattern.shapes);
        let needs_of: Lists<u32> = each.map(|shape| by_rarity(shape, &counts)).collect();
        let signals = pack.signals.iter().zip(0u32..).filter_map(|(signal, ix)| match &signal.body {
            Body::Words(words) => Some(words.any.iter().map(move |pattern| (*pattern, ix))),
            Body::Is(_) => None,
        });
        let begins = signals.flatten();
        let mut always = FixedBitSet::with_capacity(pack.signals.len());
        let mut telling = FixedBitSet::with_capacity(pack.sets.len());
        let mut announced = Vec::new();
        let begins =
            begins.flat_map(|(pattern, signal)| shapes.of(pattern).map(move |shape| (shape, signal)));
        for (shape, signal) in begins {
            match needs_of.of(shape as usize).first().map(|rarest| *rarest as usize) {
                None => always.insert(signal as usize),
                Some(rarest) => {
                    telling.insert(rarest);
                    announced.push((rarest, (shape, signal)));
                }
            }
        }
        let cases = pack.cases.iter().zip(0u32..);
        let free = cases.clone().filter(|(case, _)| case.triggers.is_empty()).map(|(_, ix)| ix).collect();
        let cases = cases.flat_map(|(case, ix)| case.triggers.iter().map(move |signal| (*signal, ix)));
        let literals = (0..pack.literals.len()).map(|literal| of_literal.of(literal));
        Self {
            automaton: Prepared::automaton(&pack.literals),
            telling,
            announced: Lists::grouped(pack.sets.len(), announced.into_iter()),
            widely: widely(&of_literal, pack),
            sets_of: literals.map(|of| if is_wide(of) { &[][..] } else { of }.iter().copied()).collect(),
            shapes,
            needs_of,
            always,
            heard: SPEAKERS.map(|role| heard(role, pack)),
            cases_of: Lists::grouped(pack.signals.len(), cases),
            made: made(pack),
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
        let mut telling = stand.clone();
        telling.intersect_with(&self.telling);
        let mut signals = self.always.clone();
        let heard = self.heard.get(role as usize);
        let is_heard = |signal: usize| heard.is_some_and(|heard| heard.contains(signal));
        for (shape, signal) in telling.ones().flat_map(|set| self.announced.of(set)) {
            let signal = *signal as usize;
            if !signals.contains(signal) && is_heard(signal) && self.all_stand(*shape, &stand) {
                signals.insert(signal);
            }
        }
        heard.into_iter().for_each(|heard| signals.intersect_with(heard));
        for ix in &self.made {
            let signal = pack.signals.get(*ix).filter(|signal| signal.speaker.hears(role));
            if let Some(Body::Is(expr)) = signal.map(|signal| &signal.body)
                && may(expr, &signals)
            {
                signals.insert(*ix);
            }
        }
        Facts::new(stand, signals, places)
    }

    /// Whether a pattern can match a text: the words that one of its shapes needs stand in it.
    #[must_use]
    pub fn can_match(&self, pattern: PatternIx, facts: &Facts) -> bool {
        self.shapes.of(pattern).any(|shape| self.all_stand(shape, facts.stand()))
    }

    fn all_stand(&self, shape: u32, stand: &FixedBitSet) -> bool {
        self.needs_of.of(shape as usize).iter().all(|set| stand.contains(*set as usize))
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

/// A shape's sets of words, the rarest first: that one announces it.
fn by_rarity(shape: &Shape<u32>, counts: &[u32]) -> Vec<u32> {
    let mut sets: Vec<u32> = shape.needs.iter().map(|need| need.words).collect();
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
