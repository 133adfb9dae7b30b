//! What a thread remembers of texts that it has judged before: robots, agents and buyers repeat themselves, and what a
//! turn says depends on its words and its speaker alone. Only what holds for the words is kept; what stands around them
//! in a conversation is asked anew each time.

use std::cell::{OnceCell, RefCell};

use rustc_hash::FxHashMap;

use crate::detect::facts::Facts;
use crate::detect::scene::{Found, Matches};
use crate::detect::taught::Said;
use crate::detect::turn::Turn;
use crate::model::Role;
use crate::rules::pack::{PatternIx, SignalIx};

/// Texts of a generation: when it is full the texts of the one before it that were not met since are forgotten.
const MOST: usize = 4_000;
/// Speakers that texts are kept apart by.
const ROLES: usize = 4;

/// Everything that was found out about one text of one kind of speaker.
#[derive(Debug, Default)]
pub struct Known {
    /// What the gate says.
    pub(super) facts: OnceCell<Facts>,
    /// Where each signal was seen.
    pub(super) signals: RefCell<FxHashMap<SignalIx, Found>>,
    /// Signals that were only asked whether they fire.
    pub(super) fires: RefCell<FxHashMap<SignalIx, bool>>,
    /// Where each pattern matches that was asked for beside a signal's own words.
    pub(super) matches: RefCell<FxHashMap<PatternIx, Matches>>,
    /// The cases that the gate lets through, ordered.
    pub(super) cases: OnceCell<Box<[u32]>>,
    /// What the words, as the shop's turn, add to the scores of the taught rules.
    pub(super) own: OnceCell<Box<[f32]>>,
    /// What they add when they were said earlier.
    pub(super) said: OnceCell<Said>,
    /// What the words, as a buyer's question, add to the scores of the taught models.
    pub(super) asked: OnceCell<Box<[f32]>>,
    /// What they add as a buyer's answer.
    pub(super) answer: OnceCell<Box<[f32]>>,
}

/// The texts that were judged before, in two generations: what is met again moves to the younger one.
#[derive(Debug, Default)]
pub struct Memory {
    young: Generation,
    old: Generation,
}

#[derive(Debug, Default)]
struct Generation {
    places: [FxHashMap<Box<str>, usize>; ROLES],
    known: Vec<Known>,
}

impl Memory {
    /// What is known about each turn of a conversation, in their order.
    pub fn recall(&mut self, turns: &[Turn<'_>]) -> Vec<&Known> {
        if self.young.known.len() >= MOST {
            self.old = std::mem::take(&mut self.young);
        }
        let places: Vec<usize> = turns.iter().map(|turn| self.place(turn.role, &turn.text)).collect();
        places.iter().filter_map(|place| self.young.known.get(*place)).collect()
    }

    /// The place of a text among the young.
    fn place(&mut self, role: Role, text: &str) -> usize {
        let Some(places) = self.young.places.get_mut(role as usize) else { return 0 };
        if let Some(place) = places.get(text) {
            return *place;
        }
        let place = self.young.known.len();
        let before = self.old.places.get_mut(role as usize).and_then(|old| old.remove_entry(text));
        let (text, known) = match before {
            Some((text, place)) => (text, self.old.known.get_mut(place).map(std::mem::take)),
            None => (text.into(), None),
        };
        places.insert(text, place);
        self.young.known.push(known.unwrap_or_default());
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::turn::turns;
    use crate::rules::dialogue;
    use crate::text::normal::Normaliser;

    #[test]
    fn the_same_words_of_the_same_speaker_are_remembered_once() {
        let conversation = dialogue::parse("买：在吗 | 客：在吗 | 买：在吗", None).unwrap();
        let turns = turns(&conversation, &mut Normaliser::default());
        let mut memory = Memory::default();
        let known = memory.recall(&turns);
        assert!(std::ptr::eq(known[0], known[2]));
        assert!(!std::ptr::eq(known[0], known[1]));
    }
}
