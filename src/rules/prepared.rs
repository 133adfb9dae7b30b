//! What was found out about the patterns of the built-in rules when their weights were made: the shapes in which each can
//! match and the words that these need, how common the words are, and the automaton over all of them. Looking that up
//! spares most of the time that a start takes: a pattern that is known here has no mistake, and is neither written out nor
//! parsed before it is tried. One that is not known is parsed as ever, so a file that is out of date costs time and nothing
//! else.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::LazyLock;

use daachorse::charwise::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder};
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::rules::lazy::Lazy;
use crate::rules::literals::{self, Need, Shape};
use crate::rules::pack::{Guard, Pack};
use crate::text::normal::Normaliser;

/// Finds all words of a pack in one pass over a text.
pub type Automaton = CharwiseDoubleArrayAhoCorasick<u32>;

mod built_in {
    include!(concat!(env!("OUT_DIR"), "/prepared.rs"));
}

static BUILT_IN: LazyLock<Prepared<'static>> = LazyLock::new(|| Prepared::read(built_in::PREPARED));
/// The automaton over the words of the built-in rules.
static AUTOMATON: LazyLock<Option<Automaton>> =
    LazyLock::new(|| Automaton::deserialize(BUILT_IN.automaton).ok().map(|(automaton, _)| automaton));

/// What is known about patterns.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prepared<'p> {
    /// All words, in the order of their numbers.
    #[serde(borrow, deserialize_with = "whole")]
    words: Vec<&'p str>,
    /// How often each stands in the examples of the rules, and once more.
    counts: Vec<u32>,
    /// How many words each set has.
    sizes: Vec<u32>,
    /// The numbers of these words, one set after the other.
    #[serde(deserialize_with = "whole")]
    members: Vec<u32>,
    /// The digests of patterns, ordered, and for each where its shapes end.
    patterns: Vec<(u64, u32)>,
    /// The shapes in which they can match, in numbers of sets: those of one pattern after those of the other.
    #[serde(deserialize_with = "whole")]
    shapes: Vec<Shape<u32>>,
    /// The digests of joined patterns, ordered: they are known to have no mistake.
    joined: Vec<u64>,
    /// The automaton over the words.
    automaton: &'p [u8],
}

impl<'p> Prepared<'p> {
    /// What is known about the built-in rules; nothing before it was ever found out.
    #[must_use]
    pub fn built_in() -> &'static Prepared<'static> {
        &BUILT_IN
    }

    /// Reads a file; nothing is known when it is not whole.
    #[must_use]
    pub fn read(bytes: &'p [u8]) -> Self {
        postcard::from_bytes(bytes).unwrap_or_default()
    }

    /// All words, in the order of their numbers.
    #[must_use]
    pub fn words(&self) -> &[&'p str] {
        &self.words
    }

    /// How common a word is, by its number; what is not known counts as rare.
    #[must_use]
    pub fn count(&self, word: u32) -> u32 {
        self.counts.get(word as usize).copied().unwrap_or(1)
    }

    /// Whether joined patterns were read before, without a flaw, by their digest.
    #[must_use]
    pub fn knows_joined(&self, digest: u64) -> bool {
        self.joined.binary_search(&digest).is_ok()
    }

    /// Sets of words, in the order of their numbers: each the ordered numbers of its words.
    pub fn sets(&self) -> impl Iterator<Item = &[u32]> {
        let mut rest = self.members.as_slice();
        self.sizes.iter().map(move |size| {
            let (set, more) = rest.split_at_checked(*size as usize).unwrap_or_default();
            rest = more;
            set
        })
    }

    /// The shapes in which a pattern can match, by the numbers of sets; `None` when they are not known.
    #[must_use]
    pub fn shapes(&self, digest: u64) -> Option<&[Shape<u32>]> {
        let at = self.patterns.binary_search_by_key(&digest, |(digest, _)| *digest).ok()?;
        let end = |at: usize| self.patterns.get(at).map(|(_, end)| *end as usize);
        self.shapes.get(at.checked_sub(1).map_or(Some(0), end)?..end(at)?)
    }

    /// Reads what is known, automaton included, so that nobody waits for it later: a start has other things to read meanwhile.
    pub fn read_ahead() {
        LazyLock::force(&AUTOMATON);
    }

    /// The automaton over a pack's words, which begin with those of the built-in rules: the known one when there are no more.
    /// `None` when there are no words.
    #[must_use]
    pub fn automaton(words: &[Cow<'_, str>]) -> Option<Cow<'static, Automaton>> {
        match &*AUTOMATON {
            Some(known) if words.len() == BUILT_IN.words.len() => Some(Cow::Borrowed(known)),
            _ => build(words.iter().map(AsRef::as_ref)).map(Cow::Owned),
        }
    }
}

/// No list is longer; a file that is not whole may say so.
const MOST: usize = 1 << 20;

/// Reads a long list into one piece of memory at once: one that grows is copied again and again.
fn whole<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    struct Whole<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for Whole<T> {
        type Value = Vec<T>;

        fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
            to.write_str("a list")
        }

        fn visit_seq<S: SeqAccess<'de>>(self, mut list: S) -> Result<Self::Value, S::Error> {
            let mut all = Vec::with_capacity(list.size_hint().unwrap_or_default().min(MOST));
            while let Some(next) = list.next_element()? {
                all.push(next);
            }
            Ok(all)
        }
    }

    from.deserialize_seq(Whole(PhantomData))
}

/// Finds out about the patterns of a pack, whatever was known before: the bytes of the file.
#[must_use]
pub fn prepare(pack: &Pack) -> Vec<u8> {
    let (mut words, mut sets) = (Numbers::default(), Numbers::default());
    let mut known: BTreeMap<u64, Vec<Shape<u32>>> = BTreeMap::new();
    for pattern in &pack.patterns {
        let (Some(digest), Ok(hir)) = (pattern.regex.digest(), regex_syntax::parse(pattern.regex.source()))
        else {
            continue;
        };
        let mut numbered = |need: Need| {
            let mut set: Vec<u32> = need.words.into_iter().map(|word| words.number(word)).collect();
            set.sort_unstable();
            Need { gap: need.gap, words: sets.number(set) }
        };
        let shapes = literals::shapes(&hir).into_iter().map(|shape| shape.map(&mut numbered));
        known.insert(digest, shapes.collect());
    }
    let automaton = build(words.all.iter().map(String::as_str));
    let counts = counts(pack, words.all.len(), automaton.as_ref());
    let guards = pack.guards.iter().flat_map(Guard::expressions);
    let mut joined: Vec<u64> = guards.chain(pack.lint.expressions()).filter_map(Lazy::digest).collect();
    joined.sort_unstable();
    let (mut patterns, mut shapes) = (Vec::new(), Vec::new());
    for (digest, own) in known {
        shapes.extend(own);
        patterns.push((digest, u32::try_from(shapes.len()).unwrap_or(u32::MAX)));
    }
    let automaton = automaton.map(|automaton| automaton.serialize());
    let prepared = Prepared {
        words: words.all.iter().map(String::as_str).collect(),
        counts,
        joined,
        sizes: sets.all.iter().map(|set| u32::try_from(set.len()).unwrap_or(u32::MAX)).collect(),
        members: sets.all.concat(),
        patterns,
        shapes,
        automaton: automaton.as_deref().unwrap_or_default(),
    };
    postcard::to_stdvec(&prepared).unwrap_or_default()
}

/// How often each of so many words stands in the examples of the rules, and once more.
fn counts(pack: &Pack, words: usize, automaton: Option<&Automaton>) -> Vec<u32> {
    let mut counts = vec![1u32; words];
    let mut normaliser = Normaliser::default();
    let mut text = String::new();
    for example in pack.rules.iter().flat_map(|r| r.hit.iter().chain(&r.ok)) {
        text.clear();
        normaliser.append(&example.value, &mut text);
        for m in automaton.iter().flat_map(|automaton| automaton.find_overlapping_iter(&text)) {
            if let Some(n) = counts.get_mut(m.value() as usize) {
                *n += 1;
            }
        }
    }
    counts
}

/// Things in the order in which they were first met, each once.
struct Numbers<T> {
    all: Vec<T>,
    of: BTreeMap<T, u32>,
}

impl<T> Default for Numbers<T> {
    fn default() -> Self {
        Self { all: Vec::new(), of: BTreeMap::new() }
    }
}

impl<T: Ord + Clone> Numbers<T> {
    fn number(&mut self, thing: T) -> u32 {
        if let Some(number) = self.of.get(&thing) {
            return *number;
        }
        let number = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.all.push(thing.clone());
        self.of.insert(thing, number);
        number
    }
}

fn build<'w>(words: impl Iterator<Item = &'w str>) -> Option<Automaton> {
    let mut numbered = words.zip(0u32..).peekable();
    numbered.peek()?;
    CharwiseDoubleArrayAhoCorasickBuilder::new().build_with_values(numbered).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As before anything was ever made ready.
    #[test]
    fn a_file_that_says_nothing_is_no_mistake() {
        assert_eq!(Prepared::read(&[]), Prepared::default());
        assert!(Automaton::deserialize(&[]).is_err());
    }
}
