//! Finds the conversations that a complaint is about: runs over the logs for the rows that were named, sees whose they
//! are, and runs over them again for everything else of that buyer. Nothing is loaded but what belongs to the case.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::ingest::{self, Input, Key, Options, Partition, Progress, Store, Wanted, says};
use crate::model::{Conversation, Platform, Stamp};
use crate::problem::Problem;
use crate::text::normal::Normaliser;

/// Most look-alike accounts that are followed.
const MOST_ALIKE: usize = 8;
/// Most candidates that are kept for a list.
const MOST_CANDIDATES: usize = 20;
/// Characters of a candidate's message that are kept.
const MOST_SHOWN: usize = 60;

/// What is asked about. At least one of buyer, order, conversation and words is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// The buyer's account, exact.
    pub buyer: Option<String>,
    /// An order number.
    pub order: Option<String>,
    /// A session id.
    pub conversation: Option<String>,
    /// Words that one message holds, normalised, each by itself.
    pub words: Vec<String>,
    /// Only conversations of this agent.
    pub agent: Option<String>,
    /// Only this shop.
    pub shop: Option<String>,
    /// Only conversations that begin at or after this moment.
    pub since: Option<Stamp>,
    /// Only conversations that begin before this moment.
    pub until: Option<Stamp>,
}

impl Query {
    /// Words as they are compared: normalised as the rules see them, cut at blanks.
    #[must_use]
    pub fn words(text: &str) -> Vec<String> {
        let mut normaliser = Normaliser::default();
        let normal = |word: &str| {
            let mut out = String::new();
            normaliser.append(word, &mut out);
            out
        };
        text.split_whitespace().map(normal).filter(|word| !word.is_empty()).collect()
    }

    /// What rows are run over for: the key that names the fewest.
    fn keys(&self) -> Vec<Key> {
        if let Some(id) = &self.conversation {
            // An id that was made up for a log without session ids begins with the buyer and stands in no row.
            let buyer = id.rsplit_once('@').map(|(buyer, _)| Key::Buyer(buyer.to_owned()));
            return [Key::Session(id.clone())].into_iter().chain(buyer).collect();
        }
        let words = || (!self.words.is_empty()).then(|| Key::Words(self.words.clone()));
        let key = None
            .or_else(|| self.order.clone().map(Key::Order))
            .or_else(|| self.buyer.clone().map(Key::Buyer))
            .or_else(words);
        key.into_iter().collect()
    }

    /// Whether a whole conversation is what is asked about.
    fn fits(&self, c: &Conversation<'_>, normaliser: &mut Normaliser) -> bool {
        let is = |asked: &Option<String>, value: &str| asked.as_ref().is_none_or(|a| a == value);
        let began = c.messages.first().and_then(|m| m.at);
        is(&self.buyer, c.buyer)
            && is(&self.conversation, &c.id)
            && is(&self.shop, c.shop)
            && self.agent.as_ref().is_none_or(|a| c.messages.iter().any(|m| m.agent == a))
            && self
                .order
                .as_ref()
                .is_none_or(|o| c.messages.iter().any(|m| m.order_id == o || m.text.contains(o.as_str())))
            && self.since.is_none_or(|since| began.is_some_and(|at| at >= since))
            && self.until.is_none_or(|until| began.is_some_and(|at| at < until))
            && (self.words.is_empty() || c.messages.iter().any(|m| says(m.text, &self.words, normaliser)))
    }
}

/// A conversation that may be meant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// When its first row that was found was written.
    pub at: Option<Stamp>,
    /// The marketplace.
    pub platform: Option<Platform>,
    /// The shop.
    pub shop: String,
    /// The buyer.
    pub buyer: String,
    /// The conversation's id.
    pub id: String,
    /// The agent of that row.
    pub agent: String,
    /// The file's name.
    pub file: String,
    /// The line.
    pub line: u32,
    /// The words.
    pub text: String,
}

/// What the search came to.
pub enum Found {
    /// Nothing fits. What came nearest: rows that fit but for shop, agent or time, and names that look alike.
    Nothing {
        /// Conversations that fit all but the shop, the agent or the time.
        near: Vec<Candidate>,
        /// Names that look like the one that was looked for.
        alike: Vec<String>,
    },
    /// Several buyers fit; the latest first.
    Several {
        /// At most twenty.
        first: Vec<Candidate>,
        /// How many conversations there are.
        total: usize,
    },
    /// One buyer.
    One(Box<Case>),
}

/// The conversations of one buyer and of the accounts that look alike.
pub struct Case {
    /// Whose case it is; empty in logs without buyers.
    pub buyer: String,
    /// Accounts that look alike.
    pub alike: Vec<String>,
    partitions: Vec<Partition>,
    own: BTreeSet<(String, String)>,
    query: Query,
}

impl Case {
    /// The buyer's conversations, oldest first, each with whether it is asked about.
    #[must_use]
    pub fn conversations(&self) -> Vec<(Conversation<'_>, bool)> {
        let mut normaliser = Normaliser::default();
        let mut all: Vec<(Conversation<'_>, bool)> = self
            .all()
            .filter(|c| self.is_own(c))
            .map(|c| {
                let asked = self.query.fits(&c, &mut normaliser);
                (c, asked)
            })
            .collect();
        all.sort_by(|(a, _), (b, _)| order(a).cmp(&order(b)));
        all
    }

    /// Conversations of accounts that look alike, oldest first.
    #[must_use]
    pub fn of_alike(&self) -> Vec<Conversation<'_>> {
        let mut all: Vec<Conversation<'_>> =
            self.all().filter(|c| self.alike.iter().any(|name| name == c.buyer)).collect();
        all.sort_by(|a, b| order(a).cmp(&order(b)));
        all
    }

    fn all(&self) -> impl Iterator<Item = Conversation<'_>> {
        self.partitions.iter().flat_map(Partition::conversations)
    }

    fn is_own(&self, c: &Conversation<'_>) -> bool {
        (!self.buyer.is_empty() && c.buyer == self.buyer)
            || self.own.contains(&(c.shop.to_owned(), c.id.clone()))
    }
}

fn order<'c>(c: &'c Conversation<'_>) -> impl Ord + use<'c> {
    let first = c.messages.first();
    (first.and_then(|m| m.at), first.map(|m| (m.file, m.line)), c.platform, c.shop, &c.id)
}

/// What a search read on its way.
pub struct Search {
    /// What it came to.
    pub found: Found,
    /// Names of the inputs.
    pub files: Vec<String>,
    /// Lines that were run over.
    pub lines: u64,
    /// Rows that may belong to the case and could not be used, files that could not be read.
    pub problems: Vec<Problem>,
    /// Rows that could not be used.
    pub rejected: u64,
    /// Rows that were used.
    pub rows: u64,
}

/// Searches the inputs. Standard input cannot be read twice and must be put into a file before.
#[must_use]
pub fn find(inputs: &[Input], options: &Options, query: &Query, progress: &dyn Progress) -> Search {
    let keys = query.keys();
    let is_by_buyer = matches!(keys.first(), Some(Key::Buyer(_)));
    let first = sweep(inputs, options, Wanted::new(keys, true), progress);
    let mut search = Search {
        found: Found::Nothing { near: Vec::new(), alike: Vec::new() },
        files: first.files().to_vec(),
        lines: first.counts().lines,
        problems: first.problems().to_vec(),
        rejected: first.counts().rejected,
        rows: first.counts().rows,
    };
    let matched = matches(&first, query, &mut search.problems);
    let is_wanted = is_by_buyer || matched.is_empty();
    let alike: Vec<String> = first.alike().iter().filter(|_| is_wanted).cloned().collect();
    drop(first);
    let people: BTreeSet<(String, String)> =
        matched.iter().filter(|m| m.may_fit).map(|m| person(&m.candidate)).collect();
    search.found = match (people.len(), people.first()) {
        (1, Some(one)) => {
            let own: Vec<&Candidate> =
                matched.iter().map(|m| &m.candidate).filter(|c| person(c) == *one).collect();
            gather(inputs, options, query, &own, alike, progress, &mut search)
        }
        (0, _) => Found::Nothing { near: latest(matched.into_iter().map(|m| m.candidate)).0, alike },
        _ => {
            let (first, total) = latest(matched.into_iter().filter(|m| m.may_fit).map(|m| m.candidate));
            Found::Several { first, total }
        }
    };
    search.problems.sort_by(|a, b| (&a.place, a.code, &a.what).cmp(&(&b.place, b.code, &b.what)));
    search.problems.dedup();
    search
}

/// A conversation of which rows were found.
struct Match {
    candidate: Candidate,
    /// Whether it may be what is asked about, by what is known of it.
    may_fit: bool,
}

/// The conversations of the rows that were found. Partitions are looked at one after the other, so that a common word in
/// a large log costs no more memory than its conversations' names.
fn matches(store: &Store, query: &Query, problems: &mut Vec<Problem>) -> Vec<Match> {
    let mut matches = Vec::new();
    for i in 0..store.partitions() {
        match store.load(i) {
            Ok(partition) => matches.extend(partition.conversations().iter().filter_map(|c| {
                let candidate = candidate(c, store.files())?;
                Some(Match { candidate, may_fit: may_fit(query, c) })
            })),
            Err(problem) => problems.push(problem),
        }
    }
    matches
}

fn sweep(inputs: &[Input], options: &Options, wanted: Wanted, progress: &dyn Progress) -> Store {
    let options = Options { only: Some(Arc::new(wanted)), ..options.clone() };
    ingest::read(inputs, &options, progress)
}

/// Whether a conversation of which only some rows are known may fit.
fn may_fit(query: &Query, c: &Conversation<'_>) -> bool {
    let is =
        |asked: &Option<String>, value: &str| value.is_empty() || asked.as_ref().is_none_or(|a| a == value);
    let last = c.messages.last().and_then(|m| m.at);
    let first = c.messages.first().and_then(|m| m.at);
    is(&query.shop, c.shop)
        && is(&query.buyer, c.buyer)
        && query.since.is_none_or(|since| last.is_some_and(|at| at >= since))
        && query.until.is_none_or(|until| first.is_some_and(|at| at < until))
        && c.messages.iter().any(|m| is(&query.agent, m.agent))
}

/// Whose a conversation is: the buyer's, or where the log names none its own.
fn person(c: &Candidate) -> (String, String) {
    if c.buyer.is_empty() { (c.shop.clone(), c.id.clone()) } else { (c.buyer.clone(), String::new()) }
}

/// Everything of one buyer: what is asked about, or the nearest to it.
fn gather(
    inputs: &[Input],
    options: &Options,
    query: &Query,
    matched: &[&Candidate],
    mut alike: Vec<String>,
    progress: &dyn Progress,
    search: &mut Search,
) -> Found {
    let buyer = matched.iter().map(|c| c.buyer.as_str()).find(|b| !b.is_empty()).unwrap_or_default();
    alike.truncate(MOST_ALIKE);
    let mut keys: Vec<Key> = Vec::new();
    keys.extend((!buyer.is_empty()).then(|| Key::Buyer(buyer.to_owned())));
    keys.extend(alike.iter().map(|name| Key::Buyer(name.clone())));
    // A made-up id stands in no row.
    let made_up = |c: &Candidate| c.id.starts_with(&format!("{}@", c.buyer));
    keys.extend(matched.iter().filter(|c| !made_up(c)).map(|c| Key::Session(c.id.clone())));
    keys.sort();
    keys.dedup();
    let store = sweep(inputs, options, Wanted::new(keys, false), progress);
    search.problems.extend(store.problems().iter().cloned());
    search.rejected = search.rejected.max(store.counts().rejected);
    search.rows = store.counts().rows;
    let loaded: Result<Vec<Partition>, Problem> = (0..store.partitions()).map(|i| store.load(i)).collect();
    let partitions = match loaded {
        Ok(partitions) => partitions,
        Err(problem) => {
            search.problems.push(problem);
            return Found::Nothing { near: Vec::new(), alike };
        }
    };
    let own = matched.iter().map(|c| (c.shop.clone(), c.id.clone())).collect();
    let case = Case { buyer: buyer.to_owned(), alike, partitions, own, query: query.clone() };
    let conversations = case.conversations();
    if conversations.iter().any(|(_, asked)| *asked) {
        drop(conversations);
        return Found::One(Box::new(case));
    }
    let near = latest(conversations.iter().filter_map(|(c, _)| candidate(c, store.files()))).0;
    Found::Nothing { near, alike: case.alike.clone() }
}

fn candidate(c: &Conversation<'_>, files: &[String]) -> Option<Candidate> {
    let first = c.messages.first()?;
    Some(Candidate {
        at: first.at,
        platform: c.platform,
        shop: c.shop.to_owned(),
        buyer: c.buyer.to_owned(),
        id: c.id.clone(),
        agent: c.messages.iter().map(|m| m.agent).find(|a| !a.is_empty()).unwrap_or_default().to_owned(),
        file: files.get(first.file as usize).cloned().unwrap_or_default(),
        line: first.line,
        text: first.text.chars().take(MOST_SHOWN).collect(),
    })
}

/// The latest candidates and how many there are.
fn latest(candidates: impl Iterator<Item = Candidate>) -> (Vec<Candidate>, usize) {
    let mut all: Vec<Candidate> = candidates.collect();
    all.sort_by(|a, b| b.cmp(a));
    let total = all.len();
    all.truncate(MOST_CANDIDATES);
    (all, total)
}
