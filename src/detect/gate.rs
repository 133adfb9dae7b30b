//! Tells in one pass over a text which patterns can match at all, and so which cases are worth evaluating. Most lines
//! of a log end here. It never decides that something is a fault.
//!
//! A pattern is announced by that set of its required words which is rarest in the pack's own example dialogues; its
//! other sets are then checked against the words found.

use std::cmp::Reverse;

use daachorse::charwise::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder};
use rustc_hash::FxHashMap;

use crate::rules::pack::{Body, Pack, Pattern};
use crate::text::normal::Normaliser;

/// The automaton over all required words, and what each word leads to.
pub struct Gate {
    automaton: Option<CharwiseDoubleArrayAhoCorasick<u32>>,
    /// For each literal, the sets of words that it belongs to.
    sets_of: Vec<Vec<u32>>,
    /// For each set of words, the patterns that it announces.
    patterns_of: Vec<Vec<u32>>,
    /// For each pattern, the sets of which one word must stand.
    needs_of: Vec<Box<[u32]>>,
    /// For each pattern, the signals that one of its matches can begin.
    signals_of: Vec<Vec<u32>>,
    /// For each signal, the cases that it can trigger.
    cases_of: Vec<Vec<u32>>,
    /// Patterns that no word announces.
    always: Vec<u32>,
    /// Cases that any turn can begin.
    free: Vec<u32>,
}

/// What the gate knows about a text.
#[derive(Debug, Default)]
pub struct Facts {
    /// Patterns that can match, ordered.
    patterns: Vec<u32>,
    /// Signals with words of their own that can hold.
    signals: Bits,
}

impl Facts {
    /// Whether a pattern can match.
    #[must_use]
    pub fn pattern(&self, ix: usize) -> bool {
        u32::try_from(ix).is_ok_and(|ix| self.patterns.binary_search(&ix).is_ok())
    }

    /// Whether a signal with words of its own can hold.
    #[must_use]
    pub fn signal(&self, ix: usize) -> bool {
        self.signals.has(ix)
    }
}

/// A set of small numbers.
#[derive(Debug, Default)]
struct Bits(Vec<u64>);

impl Bits {
    fn with_room(size: usize) -> Self {
        Self(vec![0; size.div_ceil(64)])
    }

    fn has(&self, n: usize) -> bool {
        self.0.get(n / 64).is_some_and(|word| word & (1 << (n % 64)) != 0)
    }

    /// Adds a number; whether it is new.
    fn add(&mut self, n: usize) -> bool {
        let Some(word) = self.0.get_mut(n / 64) else { return false };
        let is_new = *word & (1 << (n % 64)) == 0;
        *word |= 1 << (n % 64);
        is_new
    }
}

impl Gate {
    /// Builds the gate of a pack.
    #[must_use]
    pub fn new(pack: &Pack) -> Self {
        let mut gate = Self {
            automaton: automaton(&pack.literals),
            sets_of: vec![Vec::new(); pack.literals.len()],
            patterns_of: Vec::new(),
            needs_of: Vec::with_capacity(pack.patterns.len()),
            signals_of: vec![Vec::new(); pack.patterns.len()],
            cases_of: vec![Vec::new(); pack.signals.len()],
            always: Vec::new(),
            free: Vec::new(),
        };
        let counts = gate.counts(pack);
        let mut sets: FxHashMap<&[u32], u32> = FxHashMap::default();
        for (pattern, ix) in pack.patterns.iter().zip(0u32..) {
            let needs = pattern.needs.iter().map(|set| gate.set(set, &mut sets)).collect();
            gate.needs_of.push(needs);
            gate.announce(ix, pattern, &counts);
        }
        for (signal, ix) in pack.signals.iter().zip(0u32..) {
            let Body::Words(words) = &signal.body else { continue };
            for pattern in &words.any {
                if let Some(list) = gate.signals_of.get_mut(*pattern) {
                    list.push(ix);
                }
            }
        }
        for (case, ix) in pack.cases.iter().zip(0u32..) {
            if case.triggers.is_empty() {
                gate.free.push(ix);
            }
            for signal in &case.triggers {
                if let Some(list) = gate.cases_of.get_mut(*signal) {
                    list.push(ix);
                }
            }
        }
        gate
    }

    /// How often each literal stands in the pack's examples.
    fn counts(&self, pack: &Pack) -> Vec<u32> {
        let mut counts = vec![1u32; pack.literals.len()];
        let Some(automaton) = &self.automaton else { return counts };
        let mut normaliser = Normaliser::default();
        let mut text = String::new();
        for example in pack.rules.iter().flat_map(|r| r.hit.iter().chain(&r.ok)) {
            text.clear();
            normaliser.append(&example.value, &mut text);
            for m in automaton.find_overlapping_iter(&text) {
                if let Some(n) = counts.get_mut(m.value() as usize) {
                    *n += 1;
                }
            }
        }
        counts
    }

    /// The number of a set of words; equal sets have one number.
    fn set<'p>(&mut self, words: &'p [u32], sets: &mut FxHashMap<&'p [u32], u32>) -> u32 {
        if let Some(known) = sets.get(words) {
            return *known;
        }
        let number = u32::try_from(self.patterns_of.len()).unwrap_or(u32::MAX);
        sets.insert(words, number);
        self.patterns_of.push(Vec::new());
        for word in words {
            if let Some(list) = self.sets_of.get_mut(*word as usize) {
                list.push(number);
            }
        }
        number
    }

    /// Lets the rarest of a pattern's sets announce it.
    fn announce(&mut self, ix: u32, pattern: &Pattern, counts: &[u32]) {
        let seen =
            |set: &[u32]| set.iter().map(|l| counts.get(*l as usize).copied().unwrap_or(1)).sum::<u32>();
        let numbers = self.needs_of.last().map(|needs| &**needs).unwrap_or_default();
        match pattern.needs.iter().zip(numbers).min_by_key(|(set, _)| (seen(set), Reverse(set.len()))) {
            None => self.always.push(ix),
            Some((_, rarest)) => {
                if let Some(list) = self.patterns_of.get_mut(*rarest as usize) {
                    list.push(ix);
                }
            }
        }
    }

    /// Looks over a text.
    #[must_use]
    pub fn facts(&self, text: &str) -> Facts {
        let mut stand = Bits::with_room(self.patterns_of.len());
        let mut found = Vec::new();
        if let Some(automaton) = &self.automaton {
            for m in automaton.find_overlapping_iter(text) {
                for set in self.sets_of.get(m.value() as usize).into_iter().flatten() {
                    if stand.add(*set as usize) {
                        found.push(*set);
                    }
                }
            }
        }
        let can_match = |ix: &&u32| {
            let needs = self.needs_of.get(**ix as usize).map(|needs| &**needs).unwrap_or_default();
            needs.iter().all(|set| stand.has(*set as usize))
        };
        let announced = found.iter().filter_map(|set| self.patterns_of.get(*set as usize)).flatten();
        let mut patterns: Vec<u32> = announced.filter(can_match).chain(&self.always).copied().collect();
        patterns.sort_unstable();
        let mut signals = Bits::with_room(self.cases_of.len());
        for signal in patterns.iter().filter_map(|p| self.signals_of.get(*p as usize)).flatten() {
            signals.add(*signal as usize);
        }
        Facts { patterns, signals }
    }

    /// The cases that a shop's turn with these facts could trigger, ordered.
    #[must_use]
    pub fn cases(&self, facts: &Facts, pack: &Pack) -> Vec<u32> {
        let mut out = self.free.clone();
        for (cases, signal) in self.cases_of.iter().zip(0usize..) {
            if !cases.is_empty() && facts.signal(signal) {
                out.extend(cases);
            }
        }
        out.sort_unstable();
        out.dedup();
        out.retain(|ix| {
            let needs = pack.cases.get(*ix as usize).map(|c| c.needs.as_slice()).unwrap_or_default();
            needs.iter().all(|signal| facts.signal(*signal))
        });
        out
    }
}

fn automaton(literals: &[String]) -> Option<CharwiseDoubleArrayAhoCorasick<u32>> {
    if literals.is_empty() {
        return None;
    }
    let numbered = literals.iter().zip(0u32..).map(|(word, n)| (word.as_str(), n));
    CharwiseDoubleArrayAhoCorasickBuilder::new().build_with_values(numbered).ok()
}
