//! The teaching example that is nearest to a charged turn. Examples are read when a taught model charges something for
//! the first time, and only those of the rule in question are prepared.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::detect::turn::{Turn, turns};
use crate::model::Role;
use crate::rules::dialogue;
use crate::rules::flaw::Source;
use crate::rules::pack::Pack;
use crate::taught::corpus::{self, Example};
use crate::taught::features::{asked_places, places};
use crate::text::normal::Normaliser;

/// How much the question counts beside the answer.
const QUESTION: f32 = 0.4;

/// Bits of an n-gram below those that the sets are looked up by.
const LOWER: u32 = 20;

/// The teaching examples of a pack.
pub struct Lore<'p> {
    pack: &'p Pack,
    sources: Vec<Source>,
    by_rule: OnceLock<BTreeMap<String, Hits>>,
}

/// The hits of one rule.
struct Hits {
    examples: Vec<Example>,
    exchanges: OnceLock<Exchanges>,
}

/// The questions and answers of the hits of a rule.
#[derive(Default)]
struct Exchanges {
    /// For each of them, the example that it is of.
    examples: Vec<usize>,
    answers: Sets,
    questions: Sets,
}

impl<'p> Lore<'p> {
    /// Keeps the files for later. What cannot be used in them is left out here: it was told where they were read.
    #[must_use]
    pub fn new(pack: &'p Pack, sources: Vec<Source>) -> Self {
        Self { pack, sources, by_rule: OnceLock::new() }
    }

    /// The hit of a rule that is most like a turn and the question before it.
    pub(super) fn nearest(&self, rule: &str, turn: &Turn<'_>, asked: Option<&Turn<'_>>) -> Option<&str> {
        let hits = self.by_rule.get_or_init(|| self.read()).get(rule)?;
        let exchanges = hits.exchanges.get_or_init(|| exchanges(&hits.examples));
        let (answer, question) = (answer(turn), asked.map(question).unwrap_or_default());
        let answers = exchanges.answers.likeness(&answer);
        let likeness = answers
            .zip(exchanges.questions.likeness(&question))
            .map(|(answer, question)| answer + QUESTION * question);
        let best = likeness.zip(&exchanges.examples).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)))?;
        hits.examples.get(*best.1).map(|example| example.text.as_str())
    }

    fn read(&self) -> BTreeMap<String, Hits> {
        let mut by_rule: BTreeMap<String, Hits> = BTreeMap::new();
        let read = self.sources.iter().filter_map(|source| corpus::read(source, self.pack).ok()).flatten();
        for example in read.chain(corpus::of_rules(self.pack)).filter(|e| e.broken.contains(&e.about)) {
            let hits = by_rule.entry(example.about.clone());
            hits.or_insert_with(|| Hits { examples: Vec::new(), exchanges: OnceLock::new() })
                .examples
                .push(example);
        }
        by_rule
    }
}

fn exchanges(examples: &[Example]) -> Exchanges {
    let mut normaliser = Normaliser::default();
    let mut found = Exchanges::default();
    for (n, example) in examples.iter().enumerate() {
        let Ok(conversation) = dialogue::parse(&example.text, example.platform) else { continue };
        let mut asked = Vec::new();
        for turn in turns(&conversation, &mut normaliser) {
            if turn.role == Role::Buyer {
                asked = question(&turn);
            } else if turn.role.is_shop() {
                found.examples.push(n);
                found.answers.push(&answer(&turn));
                found.questions.push(&asked);
            }
        }
    }
    found.answers.order();
    found.questions.order();
    found
}

/// Many sets of n-grams. A set is compared with all of them by what it has in common with each, n-gram by n-gram.
#[derive(Default)]
struct Sets {
    /// How large each is.
    sizes: Vec<usize>,
    /// Each n-gram with each set that it is in, ordered.
    of: Vec<(u32, u32)>,
    /// For each value of the upper bits of an n-gram, where those that have it begin; and the end.
    starts: Vec<usize>,
}

impl Sets {
    fn push(&mut self, grams: &[u32]) {
        let number = u32::try_from(self.sizes.len()).unwrap_or(u32::MAX);
        self.sizes.push(grams.len());
        self.of.extend(grams.iter().map(|gram| (*gram, number)));
    }

    fn order(&mut self) {
        self.of.sort_unstable();
        self.of.shrink_to_fit();
        let begins = |upper: u32| self.of.partition_point(|(gram, _)| gram >> LOWER < upper);
        self.starts = (0..=1 << (u32::BITS - LOWER)).map(begins).collect();
    }

    /// The sets that an n-gram is in.
    fn with(&self, gram: u32) -> impl Iterator<Item = u32> {
        // N-grams are numbers by chance: few have the same upper bits.
        let starts = self.starts.get((gram >> LOWER) as usize..).and_then(|rest| rest.first_chunk());
        let alike = starts.and_then(|[from, to]| self.of.get(*from..*to)).unwrap_or_default();
        let from = alike.partition_point(|(other, _)| *other < gram);
        let pairs = alike.get(from..).unwrap_or_default().iter();
        pairs.take_while(move |(other, _)| *other == gram).map(|(_, set)| *set)
    }

    /// The cosine of a set and each of these.
    #[allow(clippy::cast_precision_loss, reason = "turns have far fewer n-grams than a float has digits")]
    fn likeness(&self, grams: &[u32]) -> impl Iterator<Item = f32> {
        let mut common = vec![0usize; self.sizes.len()];
        for set in grams.iter().flat_map(|gram| self.with(*gram)) {
            if let Some(common) = common.get_mut(set as usize) {
                *common += 1;
            }
        }
        let size = grams.len();
        common
            .into_iter()
            .zip(&self.sizes)
            .map(move |(n, other)| n as f32 / ((size * other) as f32).sqrt().max(1.0))
    }
}

fn answer(turn: &Turn<'_>) -> Vec<u32> {
    set(places(&turn.text))
}

fn question(turn: &Turn<'_>) -> Vec<u32> {
    set(asked_places(&turn.text))
}

/// Without single characters: nearly every example has the commonest, so they cost the most and tell the least.
fn set(places: Vec<(u32, usize, usize)>) -> Vec<u32> {
    let longer = places.into_iter().filter(|(_, from, to)| to - from > 1);
    let mut grams: Vec<u32> = longer.map(|(gram, ..)| gram).collect();
    grams.sort_unstable();
    grams.dedup();
    grams
}
