//! What a thread remembers of texts that it has judged before: robots, agents and buyers repeat themselves, and what a
//! turn says depends on its words and its speaker alone. Only what holds for the words is kept; what stands around them
//! in a conversation is asked anew each time.

use std::cell::{OnceCell, RefCell};

use rustc_hash::FxHashMap;

use crate::detect::gate::Facts;
use crate::detect::scene::{Found, Matches};
use crate::detect::taught::Open;
use crate::detect::turn::Turn;
use crate::model::Role;
use crate::rules::pack::{PatternIx, SignalIx};

/// Texts remembered; a full memory is emptied before the next conversation.
const MOST: usize = 8_000;
/// Speakers that texts are kept apart by.
const ROLES: usize = 4;

/// Everything that was found out about one text of one kind of speaker.
#[derive(Debug, Default)]
pub struct Known {
    /// What the gate says.
    pub(super) facts: OnceCell<Facts>,
    /// Where each signal was seen.
    pub(super) signals: RefCell<FxHashMap<SignalIx, Found>>,
    /// Where each pattern matches.
    pub(super) matches: RefCell<FxHashMap<PatternIx, Matches>>,
    /// The cases that the gate lets through, ordered.
    pub(super) cases: OnceCell<Vec<u32>>,
    /// The numbers of the signals that fire, ordered as in the pack.
    pub(super) signs: OnceCell<Box<[u64]>>,
    /// The taught models that the words alone do not rule out.
    pub(super) open: OnceCell<Box<[Open]>>,
    /// What the words, as a buyer's question, add to the scores of the taught models.
    pub(super) asked: OnceCell<Box<[f32]>>,
}

/// The texts that were judged before.
#[derive(Debug, Default)]
pub struct Memory {
    places: [FxHashMap<Box<str>, usize>; ROLES],
    known: Vec<Known>,
}

impl Memory {
    /// What is known about each turn of a conversation, in their order.
    pub fn recall(&mut self, turns: &[Turn<'_>]) -> Vec<&Known> {
        if self.known.len() >= MOST {
            self.known.clear();
            self.places.iter_mut().for_each(FxHashMap::clear);
        }
        let places: Vec<usize> = turns.iter().map(|turn| self.place(turn.role, &turn.text)).collect();
        places.iter().filter_map(|place| self.known.get(*place)).collect()
    }

    fn place(&mut self, role: Role, text: &str) -> usize {
        let Some(places) = self.places.get_mut(role as usize) else { return 0 };
        if let Some(place) = places.get(text) {
            return *place;
        }
        let place = self.known.len();
        places.insert(text.into(), place);
        self.known.push(Known::default());
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
