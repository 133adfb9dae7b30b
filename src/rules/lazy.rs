//! Regular expressions that are built when they are first asked for, for most are never needed in a run; a pattern that is
//! known to have no mistake is not even written out before. The first searches are made by an engine that is built in a tenth
//! of the time; an expression that is asked again and again, or for a long text, gets the one that searches fastest. Both
//! find the same: what the first one would read otherwise it is not asked.

use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use regex_automata::meta::{Config, Regex};
use regex_automata::nfa::thompson::WhichCaptures;

use crate::rules::sugar::{self, Words};

/// So many searches are made before the faster engine is built.
const FEW: u32 = 24;
/// Longer texts, in bytes, are left to the faster engine at once: the other's time grows with the expression too.
const LONG: usize = 2_000;
/// What the engine that is built soon reads by ASCII alone.
const OTHERWISE: [&str; 8] = ["\\b", "\\B", "\\d", "\\D", "\\s", "\\S", "\\w", "\\W"];
/// How a group may begin that both read alike: it has no name, and its flags change no letters.
const ALIKE: [&str; 2] = ["(?:", "(?s:"];

/// A regular expression that is compiled when first asked for.
#[derive(Debug)]
pub struct Lazy {
    /// Of the pattern that it is made of.
    digest: Option<u64>,
    source: Source,
    searches: AtomicU32,
    soon: OnceLock<Option<regex_lite::Regex>>,
    fast: OnceLock<Option<Regex>>,
}

/// A compiled expression, ready to search a text.
#[derive(Clone, Copy, Debug)]
pub enum Finder<'l> {
    /// By the engine that is built soon.
    Soon(&'l regex_lite::Regex),
    /// By the one that searches fastest.
    Fast(&'l Regex),
}

impl<'l> Finder<'l> {
    /// Whether it matches anywhere in a text.
    #[must_use]
    pub fn is_match(self, text: &str) -> bool {
        match self {
            Self::Soon(regex) => regex.is_match(text),
            Self::Fast(regex) => regex.is_match(text),
        }
    }

    /// Where it matches in a text, in bytes: leftmost first, without overlaps.
    pub fn find_iter<'t>(self, text: &'t str) -> impl Iterator<Item = Range<usize>> + use<'l, 't> {
        let (soon, fast) = match self {
            Self::Soon(regex) => (Some(regex), None),
            Self::Fast(regex) => (None, Some(regex)),
        };
        let soon = soon.into_iter().flat_map(move |regex| regex.find_iter(text)).map(|m| m.range());
        soon.chain(fast.into_iter().flat_map(move |regex| regex.find_iter(text)).map(|m| m.range()))
    }

    /// The expression itself if it has slots whose matches are tested.
    #[must_use]
    pub fn with_slots(self) -> Option<&'l Regex> {
        match self {
            Self::Soon(_) => None,
            Self::Fast(regex) => Some(regex).filter(|regex| regex.captures_len() > 1),
        }
    }
}

#[derive(Debug)]
enum Source {
    /// The expression.
    Ready(String),
    /// The pattern that it is made of, and what it is once it was made.
    Written { pattern: Arc<str>, words: Arc<Words>, ready: OnceLock<String> },
}

impl Lazy {
    /// Keeps a regular expression whose syntax was checked before, and the digest of the pattern that it was made of.
    #[must_use]
    pub fn new(source: String, digest: Option<u64>) -> Self {
        Self::of(Source::Ready(source), digest)
    }

    /// Keeps a pattern as people write it, whose digest tells that it has no mistake.
    #[must_use]
    pub fn written(pattern: Arc<str>, words: Arc<Words>, digest: u64) -> Self {
        Self::of(Source::Written { pattern, words, ready: OnceLock::new() }, Some(digest))
    }

    fn of(source: Source, digest: Option<u64>) -> Self {
        Self { digest, source, searches: AtomicU32::new(0), soon: OnceLock::new(), fast: OnceLock::new() }
    }

    /// Stands for what is written and what the lists that it names say; `None` when that was not found out.
    #[must_use]
    pub fn digest(&self) -> Option<u64> {
        self.digest
    }

    /// The compiled form, to search one text; `None` when it grows beyond the size limit, which `compile` rules out for
    /// patterns.
    pub fn get(&self, text: &str) -> Option<Finder<'_>> {
        if self.fast.get().is_none()
            && text.len() <= LONG
            && self.searches.fetch_add(1, Ordering::Relaxed) < FEW
            && let Some(soon) = self.soon.get_or_init(|| self.build_soon())
        {
            return Some(Finder::Soon(soon));
        }
        self.fast.get_or_init(|| self.build_fast()).as_ref().map(Finder::Fast)
    }

    /// Whether it matches anywhere in a text.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        self.get(text).is_some_and(|finder| finder.is_match(text))
    }

    fn build_soon(&self) -> Option<regex_lite::Regex> {
        let source = self.source();
        let is_alike = |at: usize| {
            source.get(at..).is_some_and(|group| ALIKE.iter().any(|begin| group.starts_with(begin)))
        };
        if source.is_empty()
            || OTHERWISE.iter().any(|sign| source.contains(sign))
            || !source.match_indices("(?").all(|(at, _)| is_alike(at))
        {
            return None;
        }
        regex_lite::Regex::new(source).ok()
    }

    fn build_fast(&self) -> Option<Regex> {
        let source = self.source();
        // It could not be written out, which a known digest rules out; as an expression it would match everywhere.
        if source.is_empty() {
            return None;
        }
        // Only slots that are tested are asked for what they matched.
        let captures = if self.has_slots() { WhichCaptures::All } else { WhichCaptures::Implicit };
        let engine = Config::new().hybrid_cache_capacity(1 << 20);
        let engine = engine.which_captures(captures).nfa_size_limit(Some(64 << 20));
        Regex::builder().configure(engine).build(source).ok()
    }

    /// Whether it has groups with a name: slots whose matches are tested.
    #[must_use]
    pub fn has_slots(&self) -> bool {
        self.source().contains("(?P<")
    }

    /// The expression itself.
    #[must_use]
    pub fn source(&self) -> &str {
        match &self.source {
            Source::Ready(source) => source,
            Source::Written { pattern, words, ready } => {
                ready.get_or_init(|| sugar::expand(pattern, words).unwrap_or_default())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::load;

    fn found(lazy: &Lazy, text: &str) -> Vec<Range<usize>> {
        lazy.get(text).unwrap().find_iter(text).collect()
    }

    #[test]
    fn both_engines_find_the_same() {
        let lazy = Lazy::new("(?:不[给能]?|没)开[^，。]{0,4}票|票.*?[0-9]+".to_owned(), None);
        let text = "这个不能开的发票，没开票，票是120，不开";
        let first = found(&lazy, text);
        assert_eq!(first.len(), 3);
        assert!(lazy.fast.get().is_none());
        (0..2 * FEW).for_each(|_| assert_eq!(found(&lazy, text), first));
        assert!(lazy.fast.get().is_some() && lazy.soon.get().is_some());
    }

    /// Of the built-in patterns, on what the examples of the rules say.
    #[test]
    fn both_engines_find_the_same_in_examples() {
        let pack = load::load(load::built_in(), Vec::new()).unwrap();
        let texts: Vec<&str> =
            pack.rules.iter().filter_map(|rule| rule.hit.first()).map(|hit| hit.value.as_str()).collect();
        let (mut asked, mut found) = (0, 0);
        for lazy in pack.patterns.iter().map(|pattern| &pattern.regex) {
            let (Some(soon), Some(fast)) = (lazy.build_soon(), lazy.build_fast()) else { continue };
            asked += 1;
            for text in &texts {
                let all = |finder: Finder<'_>| finder.find_iter(text).collect::<Vec<_>>();
                let first = all(Finder::Soon(&soon));
                assert_eq!(first, all(Finder::Fast(&fast)), "{} in {text}", lazy.source());
                found += first.len();
            }
        }
        assert!(asked > 8_000 && found > 2_000, "{asked} patterns, {found} matches");
    }

    #[test]
    fn what_the_first_engine_would_read_otherwise_is_left_to_the_other() {
        for source in ["(?P<c1>\\d+)元", "\\bfp\\b", "(?si)é", "[\\p{Han}]{2}"] {
            let lazy = Lazy::new(source.to_owned(), None);
            assert!(matches!(lazy.get("票"), Some(Finder::Fast(_))), "{source}");
        }
        let lazy = Lazy::new("票".to_owned(), None);
        assert!(matches!(lazy.get(&"票".repeat(LONG)), Some(Finder::Fast(_))), "a long text");
    }
}
