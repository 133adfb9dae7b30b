//! Regular expressions that are built when they are first asked for, for most are never needed in a run; a pattern that is
//! known to have no mistake is not even written out before. The first searches are made by the engine that is built
//! soonest; only an expression that is asked again and again gets the one that searches fastest, which takes more than half
//! as long again to build. Both find the same.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use regex_automata::meta::{Config, Regex};
use regex_automata::nfa::thompson::WhichCaptures;

use crate::rules::sugar::{self, Words};

/// So many searches are made before the faster engine is built.
const FEW: u32 = 48;

/// A regular expression that is compiled when first asked for.
#[derive(Debug)]
pub struct Lazy {
    /// Of the pattern that it is made of.
    digest: Option<u64>,
    source: Source,
    searches: AtomicU32,
    plain: OnceLock<Option<Regex>>,
    fast: OnceLock<Option<Regex>>,
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
        Self { digest, source, searches: AtomicU32::new(0), plain: OnceLock::new(), fast: OnceLock::new() }
    }

    /// Stands for what is written and what the lists that it names say; `None` when that was not found out.
    #[must_use]
    pub fn digest(&self) -> Option<u64> {
        self.digest
    }

    /// The compiled form, for one search; `None` when it grows beyond the size limit, which `compile` rules out for
    /// patterns.
    pub fn get(&self) -> Option<&Regex> {
        if let Some(fast) = self.fast.get() {
            return fast.as_ref();
        }
        if self.searches.fetch_add(1, Ordering::Relaxed) < FEW {
            return self.plain.get_or_init(|| self.build(plain())).as_ref();
        }
        self.fast.get_or_init(|| self.build(Config::new().hybrid_cache_capacity(1 << 20))).as_ref()
    }

    fn build(&self, engine: Config) -> Option<Regex> {
        let source = self.source();
        // It could not be written out, which a known digest rules out; as an expression it would match everywhere.
        if source.is_empty() {
            return None;
        }
        // Only slots that are tested are asked for what they matched.
        let has_names = source.contains("(?P<");
        let captures = if has_names { WhichCaptures::All } else { WhichCaptures::Implicit };
        let engine = engine.which_captures(captures).nfa_size_limit(Some(64 << 20));
        Regex::builder().configure(engine).build(source).ok()
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

/// The engine that is built soonest.
fn plain() -> Config {
    Config::new().hybrid(false).dfa(false).onepass(false).auto_prefilter(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_engines_find_the_same() {
        let lazy = Lazy::new("(?:不[给能]?|没)开[^，。]{0,4}票|票.*?(?P<c1>\\d+)".to_owned(), None);
        let text = "这个不能开的发票，没开票，票是120，不开";
        let found = || lazy.get().unwrap().find_iter(text).map(|m| m.range()).collect::<Vec<_>>();
        let first = found();
        assert_eq!(first.len(), 3);
        (0..2 * FEW).for_each(|_| assert_eq!(found(), first));
        assert!(lazy.fast.get().is_some() && lazy.plain.get().is_some());
    }
}
