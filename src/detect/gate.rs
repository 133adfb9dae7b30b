//! Tells in one pass over a text which patterns can match at all, and so which cases are worth evaluating. Most lines
//! of a log end here. It never decides that something is a fault.

use daachorse::charwise::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder};

use crate::rules::pack::{Body, Pack, Pattern};

/// The automaton over all required words, and what each word leads to.
pub struct Gate {
    automaton: Option<CharwiseDoubleArrayAhoCorasick<u32>>,
    /// For each literal, the trigger patterns whose best set holds it.
    patterns_of: Vec<Vec<u32>>,
    /// For each pattern, the cases that it can trigger.
    cases_of: Vec<Vec<u32>>,
    /// Cases that no word announces.
    always: Vec<u32>,
}

impl Gate {
    /// Builds the gate of a pack.
    #[must_use]
    pub fn new(pack: &Pack) -> Self {
        let mut gate = Self {
            automaton: automaton(&pack.literals),
            patterns_of: vec![Vec::new(); pack.literals.len()],
            cases_of: vec![Vec::new(); pack.patterns.len()],
            always: Vec::new(),
        };
        for (case_ix, case) in pack.cases.iter().enumerate() {
            let case_ix = u32::try_from(case_ix).unwrap_or(u32::MAX);
            for signal in &case.triggers {
                let Some(Body::Words(words)) = pack.signals.get(*signal).map(|s| &s.body) else { continue };
                for pattern in &words.any {
                    gate.register(*pattern, pack.patterns.get(*pattern), case_ix);
                }
            }
        }
        gate.always.sort_unstable();
        gate.always.dedup();
        gate
    }

    fn register(&mut self, ix: usize, pattern: Option<&Pattern>, case: u32) {
        let Some(cases) = self.cases_of.get_mut(ix) else { return };
        let is_new = cases.is_empty();
        if cases.last() != Some(&case) {
            cases.push(case);
        }
        let Some(best) = pattern.and_then(|p| p.needs.first()) else {
            self.always.push(case);
            return;
        };
        if is_new {
            for literal in best {
                if let Some(list) = self.patterns_of.get_mut(*literal as usize) {
                    list.push(u32::try_from(ix).unwrap_or(u32::MAX));
                }
            }
        }
    }

    /// The literals that stand in a text, ordered, each once.
    pub fn literals(&self, text: &str) -> Vec<u32> {
        let Some(automaton) = &self.automaton else { return Vec::new() };
        let mut found: Vec<u32> = automaton.find_overlapping_iter(text).map(|m| m.value()).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The cases that a shop's turn with these literals could trigger, ordered.
    pub fn cases(&self, literals: &[u32], pack: &Pack, out: &mut Vec<u32>) {
        out.clear();
        for literal in literals {
            for pattern in self.patterns_of.get(*literal as usize).into_iter().flatten() {
                let ix = *pattern as usize;
                if pack.patterns.get(ix).is_some_and(|p| can_match(p, literals)) {
                    out.extend(self.cases_of.get(ix).into_iter().flatten());
                }
            }
        }
        out.extend(&self.always);
        out.sort_unstable();
        out.dedup();
    }
}

/// Whether of each set that the pattern needs, one literal stands.
#[must_use]
pub fn can_match(pattern: &Pattern, literals: &[u32]) -> bool {
    pattern.needs.iter().all(|set| set.iter().any(|l| literals.binary_search(l).is_ok()))
}

fn automaton(literals: &[String]) -> Option<CharwiseDoubleArrayAhoCorasick<u32>> {
    if literals.is_empty() {
        return None;
    }
    let numbered = literals.iter().zip(0u32..).map(|(word, n)| (word.as_str(), n));
    CharwiseDoubleArrayAhoCorasickBuilder::new().build_with_values(numbered).ok()
}
