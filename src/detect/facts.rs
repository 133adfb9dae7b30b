//! What one pass over a text tells: which sets of words stand in it, which signals it can hold, and where the words are that
//! patterns need. The gate finds it out; nothing here searches a text.

use std::borrow::Cow;
use std::cmp::Ordering;

use fixedbitset::FixedBitSet;

use crate::rules::literals::{Need, Shape};

/// What the gate knows about a text of a speaker.
#[derive(Debug, Default)]
pub struct Facts {
    /// Sets of words of which one stands in it.
    stand: FixedBitSet,
    /// Signals that can hold.
    signals: FixedBitSet,
    /// Where literals stand, ordered.
    places: Box<[Place]>,
}

/// Where a literal stands, in bytes of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    literal: u32,
    start: u32,
    end: u32,
}

impl Place {
    /// A word that the automaton found.
    pub(super) fn of(m: daachorse::Match<u32>) -> Self {
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { literal: m.value(), start: number(m.start()), end: number(m.end()) }
    }

    /// Its number.
    pub(super) fn literal(&self) -> u32 {
        self.literal
    }
}

/// Words that stand in more places than this are not put in order: the search tells sooner.
const MANY: usize = 64;

impl Facts {
    /// Puts together what was found out; the places in order.
    pub(super) fn new(stand: FixedBitSet, signals: FixedBitSet, places: Vec<Place>) -> Self {
        Self { stand, signals, places: places.into() }
    }

    /// The sets of words of which one stands in the text.
    pub(super) fn stand(&self) -> &FixedBitSet {
        &self.stand
    }

    /// Whether those words stand in the order and as near to one another as one of the shapes demands. Most patterns whose
    /// words are there fail by this, and it costs a fraction of a search.
    #[must_use]
    pub fn in_order(&self, shapes: &[Shape<u32>], sets: &[Cow<'_, [u32]>], text: &str) -> bool {
        shapes.iter().any(|shape| self.goes(shape, sets, text))
    }

    fn goes(&self, shape: &Shape<u32>, sets: &[Cow<'_, [u32]>], text: &str) -> bool {
        let Some((first, more)) = shape.needs.split_first() else { return true };
        if !shape.needs.iter().all(|need| self.stand.contains(need.words as usize)) {
            return false;
        }
        if more.is_empty() && !shape.begins && !shape.ends {
            return true;
        }
        let of = |need: &Need<u32>| self.of(sets.get(need.words as usize).map_or(&[], |set| &**set));
        let mut places = of(first);
        if shape.begins && places.len() <= MANY {
            places.retain(|(start, _)| text.get(..*start).is_some_and(|before| first.gap.holds(before)));
        }
        let mut ends: Vec<usize> = places.into_iter().map(|(_, end)| end).collect();
        for need in more {
            if ends.len() > MANY {
                return true;
            }
            let follows = |start: usize| {
                ends.iter().any(|end| text.get(*end..start).is_some_and(|between| need.gap.holds(between)))
            };
            ends = of(need).into_iter().filter(|(start, _)| follows(*start)).map(|(_, end)| end).collect();
        }
        let ended = |end: usize| text.get(end..).is_some_and(|after| shape.rest.holds(after));
        ends.len() > MANY || ends.into_iter().any(|end| !shape.ends || ended(end))
    }

    /// Where the words of a set stand: start and end of each. Both lists are ordered, and each is stepped through in
    /// leaps.
    fn of(&self, mut words: &[u32]) -> Vec<(usize, usize)> {
        let mut places = &*self.places;
        let mut found = Vec::new();
        while let ([place, more @ ..], [word, ..]) = (places, words) {
            match place.literal.cmp(word) {
                Ordering::Equal => {
                    found.push((place.start as usize, place.end as usize));
                    places = more;
                }
                Ordering::Less => places = from(places, |place| place.literal < *word),
                Ordering::Greater => words = from(words, |word| *word < place.literal),
            }
        }
        found
    }

    /// The signals that can hold.
    #[must_use]
    pub fn signals(&self) -> &FixedBitSet {
        &self.signals
    }
}

/// The rest of an ordered list from the first entry on that does not come before something.
fn from<T>(list: &[T], is_before: impl Fn(&T) -> bool) -> &[T] {
    list.get(list.partition_point(is_before)..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::detect::gate::Gate;
    use crate::detect::turn::turns;
    use crate::rules::{dialogue, load};
    use crate::text::normal::Normaliser;

    /// What is left out for its words' sake would have found nothing.
    #[test]
    fn no_match_is_lost() {
        let pack = load::load(load::built_in(), Vec::new()).unwrap();
        let gate = Gate::new(&pack);
        let mut normaliser = Normaliser::default();
        let (mut left_out, mut kept) = (0, 0);
        for example in pack.rules.iter().flat_map(|rule| rule.hit.iter().chain(&rule.ok)) {
            let conversation = dialogue::parse(&example.value, None).unwrap();
            for turn in turns(&conversation, &mut normaliser) {
                let facts = gate.facts(&turn.text, turn.role, &pack);
                for (ix, pattern) in
                    pack.patterns.iter().enumerate().filter(|(ix, _)| gate.can_match(*ix, &facts))
                {
                    if facts.in_order(&pattern.shapes, &pack.sets, &turn.text) {
                        kept += 1;
                        continue;
                    }
                    left_out += 1;
                    let found = pattern.regex.is_in(&turn.text);
                    assert!(!found, "{} in {} ({ix})", pattern.written, turn.text);
                }
            }
        }
        assert!(left_out * 20 > kept, "{left_out} left out, {kept} searched");
    }
}
