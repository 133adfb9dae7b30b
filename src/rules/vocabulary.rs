//! The words of all rule files together: lists, slots, guards, and every pattern once, with its required literals.
//! Part of compiling; knows nothing of signals or rules.

use std::borrow::Cow;
use std::hash::Hash;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::rules::flaw::{Flaw, hint_nearest};
use crate::rules::form::At;
use crate::rules::lazy::Lazy;
use crate::rules::literals::{self, Need, Shape};
use crate::rules::pack::{Guard, Pattern, PatternIx};
use crate::rules::prepared::Prepared;
use crate::rules::sugar::{self, Check, Words};
use crate::rules::written::{File, GuardForm};
use crate::say::Say;

/// Collects patterns while files are compiled.
#[derive(Default)]
pub(crate) struct Vocabulary {
    words: Arc<Words>,
    pub(crate) patterns: Vec<Pattern>,
    pub(crate) literals: Vec<Cow<'static, str>>,
    pub(crate) sets: Vec<Cow<'static, [u32]>>,
    pub(crate) guards: Vec<Guard>,
    pattern_ix: FxHashMap<Arc<str>, PatternIx>,
    /// The numbers of literals; made when the first is added to those known beforehand.
    literal_ix: Option<FxHashMap<Cow<'static, str>, u32>>,
    /// The same of sets of literals.
    set_ix: Option<FxHashMap<Cow<'static, [u32]>, u32>>,
    /// Patterns that were parsed ahead.
    parsed: FxHashMap<Arc<str>, Result<Parsed, Say>>,
}

/// A pattern that was read, with its digest.
enum Parsed {
    /// It has no mistake, and its shapes are in sets of the numbers that are known beforehand.
    Known(u64, &'static [Shape<u32>]),
    /// Its expression and its shapes were found out now.
    New(Option<u64>, String, Vec<Shape>),
}

impl Vocabulary {
    /// Gathers lists, slots and guards of all files; a later list of the same name adds to the earlier one.
    pub(crate) fn gather(files: &[File], flaws: &mut Vec<Flaw>) -> Self {
        let known = Prepared::built_in();
        let mut vocabulary = Self {
            literals: known.words().iter().copied().map(Cow::Borrowed).collect(),
            sets: known.sets().map(Cow::Borrowed).collect(),
            ..Self::default()
        };
        let mut words = Words::default();
        for file in files {
            for (name, entries) in &file.lists {
                let list = words.lists.entry(name.value.clone()).or_default();
                list.extend(entries.iter().map(|e| e.value.clone()));
            }
            for (name, entries) in &file.slots {
                let entries = entries.iter().map(|e| e.value.clone()).collect();
                words.lists.insert(name.value.clone(), entries);
            }
        }
        for (name, tests) in files.iter().flat_map(|f| &f.checks) {
            check(name, tests, &mut words, flaws);
        }
        words.look_over();
        vocabulary.words = Arc::new(words);
        for form in files.iter().flat_map(|f| &f.guards) {
            let guard = vocabulary.guard(form, flaws);
            vocabulary.guards.retain(|g| g.name != guard.name);
            vocabulary.guards.push(guard);
        }
        vocabulary
    }

    /// Looks up the patterns of all signals ahead and parses those that are not known, on all threads: parsing takes most of
    /// the time that loading takes where many are new.
    pub(crate) fn parse_ahead(&mut self, files: &[File]) {
        let signals = files.iter().flat_map(|f| &f.signals);
        let written = signals.flat_map(|s| [&s.any, &s.all, &s.none, &s.unless]).flatten().map(|p| &p.value);
        let each: Vec<&String> = written.collect::<FxHashSet<_>>().into_iter().collect();
        self.parsed =
            each.par_iter().map(|written| self.read(written)).collect::<Vec<_>>().into_iter().collect();
        self.patterns.reserve(self.parsed.len());
        self.pattern_ix.reserve(self.parsed.len());
    }

    fn read(&self, written: &str) -> (Arc<str>, Result<Parsed, Say>) {
        (written.into(), self.read_or_parse(written))
    }

    /// What is known of a pattern, or else what is found out by parsing it.
    fn read_or_parse(&self, pattern: &str) -> Result<Parsed, Say> {
        let digest = self.words.digest(pattern);
        let known = digest.and_then(|digest| Some((digest, Prepared::built_in().shapes(digest)?)));
        if let Some((digest, shapes)) = known {
            return Ok(Parsed::Known(digest, shapes));
        }
        let source = sugar::expand(pattern, &self.words)?;
        let shapes = literals::shapes(&parse(&source)?);
        Ok(Parsed::New(digest, source, shapes))
    }

    fn guard(&self, form: &GuardForm, flaws: &mut Vec<Flaw>) -> Guard {
        let mut join = |patterns: &[At<String>], tail: &str| self.joined(patterns, tail, flaws);
        Guard {
            name: form.name.value.clone(),
            just_before: join(&form.just_before, "$"),
            before: join(&form.before, ""),
            after: join(&form.after, ""),
            message: join(&form.message, ""),
            except: join(&form.except, "$"),
            enclosed: form
                .enclosed
                .iter()
                .filter_map(|pair| {
                    let mut chars = pair.value.chars();
                    Some((chars.next()?, chars.next()?))
                })
                .collect(),
        }
    }

    /// One expression for any of the patterns; flawed ones are noted. `None` when there is none.
    pub(crate) fn joined(&self, patterns: &[At<String>], tail: &str, flaws: &mut Vec<Flaw>) -> Option<Lazy> {
        let written: Vec<&str> = patterns.iter().map(|pattern| pattern.value.as_str()).collect();
        let written = format!("({}){tail}", written.join("|"));
        let digest = self.words.digest(&written);
        if let Some(known) = digest.filter(|digest| Prepared::built_in().knows_joined(*digest)) {
            return Some(Lazy::written(written.into(), Arc::clone(&self.words), known));
        }
        let mut good: Vec<String> = Vec::new();
        for pattern in patterns {
            let source = sugar::expand(&pattern.value, &self.words);
            match source.and_then(|source| parse(&source).map(|_| source)) {
                Ok(source) => good.push(source),
                Err(what) => {
                    flaws.push(Flaw::new(pattern.source, pattern.range(), what, Say::default()));
                }
            }
        }
        (!good.is_empty()).then(|| Lazy::new(format!("(?:{}){tail}", good.join("|")), digest))
    }

    /// The index of a pattern; equal patterns are kept once. `None` when it is flawed, which is noted.
    pub(crate) fn pattern(&mut self, written: &At<String>, flaws: &mut Vec<Flaw>) -> Option<PatternIx> {
        if let Some(ix) = self.pattern_ix.get(written.value.as_str()) {
            return Some(*ix);
        }
        if written.value.contains("\\b") && !written.value.is_ascii() {
            let what = Say::new("\\b 在汉字旁边不起作用", "\\b does not work beside Chinese characters");
            let hint = Say::new("去掉 \\b，或用 at = \"whole\"", "drop \\b, or use at = \"whole\"");
            flaws.push(Flaw::new(written.source, written.range(), what, hint));
            return None;
        }
        let parsed = self.parsed.remove_entry(written.value.as_str());
        let (pattern, parsed) = parsed.unwrap_or_else(|| self.read(&written.value));
        match parsed {
            Ok(parsed) => {
                let mut numbered = |need: Need| {
                    let mut words: Vec<u32> = need.words.iter().map(|word| self.literal(word)).collect();
                    words.sort_unstable();
                    Need { gap: need.gap, words: self.set(&words) }
                };
                let (regex, shapes) = match parsed {
                    Parsed::Known(digest, shapes) => {
                        let regex = Lazy::written(Arc::clone(&pattern), Arc::clone(&self.words), digest);
                        (regex, Cow::Borrowed(shapes))
                    }
                    Parsed::New(digest, source, shapes) => {
                        let shapes = shapes.into_iter().map(|shape| shape.map(&mut numbered));
                        (Lazy::new(source, digest), shapes.collect())
                    }
                };
                let ix = self.patterns.len();
                self.patterns.push(Pattern { written: Arc::clone(&pattern), regex, shapes });
                self.pattern_ix.insert(pattern, ix);
                Some(ix)
            }
            Err(what) => {
                let hint = Say::new(
                    "普通的字照写；( ) [ ] { } ? * + . ^ $ | ~ … \\ 有特殊含义，要当普通字用就在前面加 \\",
                    "plain words stand for themselves; put \\ before ( ) [ ] { } ? * + . ^ $ | ~ … \\ to mean the sign itself",
                );
                flaws.push(Flaw::new(written.source, written.range(), what, hint));
                None
            }
        }
    }

    fn literal(&mut self, word: &str) -> u32 {
        number(word, &mut self.literals, &mut self.literal_ix)
    }

    fn set(&mut self, words: &[u32]) -> u32 {
        number(words, &mut self.sets, &mut self.set_ix)
    }
}

/// The number of a thing among those of its kind, to which it is added when it is new.
fn number<T>(
    thing: &T,
    all: &mut Vec<Cow<'static, T>>,
    numbers: &mut Option<FxHashMap<Cow<'static, T>, u32>>,
) -> u32
where
    T: ToOwned + Hash + Eq + ?Sized,
{
    let numbers = numbers.get_or_insert_with(|| all.iter().cloned().zip(0..).collect());
    if let Some(number) = numbers.get(thing) {
        return *number;
    }
    let number = u32::try_from(all.len()).unwrap_or(u32::MAX);
    all.push(Cow::Owned(thing.to_owned()));
    numbers.insert(Cow::Owned(thing.to_owned()), number);
    number
}

/// Notes which test the matches of a slot must pass.
fn check(name: &At<String>, tests: &[At<String>], words: &mut Words, flaws: &mut Vec<Flaw>) {
    if !words.lists.contains_key(&name.value) {
        let what = Say::new(
            format!("没有叫“{}”的词表", name.value),
            format!("there is no word list \"{}\"", name.value),
        );
        let hint = hint_nearest(&name.value, words.lists.keys().map(String::as_str));
        flaws.push(Flaw::new(name.source, name.range(), what, hint));
    }
    for test in tests {
        match Check::NAMES.iter().find(|(known, _)| *known == test.value) {
            Some((_, check)) => {
                words.checks.insert(name.value.clone(), *check);
            }
            None => {
                let what = Say::new(
                    format!("没有叫“{}”的校验", test.value),
                    format!("there is no test \"{}\"", test.value),
                );
                let hint = hint_nearest(&test.value, Check::NAMES.iter().map(|(known, _)| *known));
                flaws.push(Flaw::new(test.source, test.range(), what, hint));
            }
        }
    }
}

/// Parses an expression.
fn parse(source: &str) -> Result<regex_syntax::hir::Hir, Say> {
    let hir = regex_syntax::parse(source).map_err(|e| {
        let why = match &e {
            regex_syntax::Error::Parse(e) => e.kind().to_string(),
            regex_syntax::Error::Translate(e) => e.kind().to_string(),
            _ => e.to_string(),
        };
        Say::new(format!("模式写错了：{why}"), format!("this pattern is wrong: {why}"))
    })?;
    if hir.properties().minimum_len() == Some(0) {
        return Err(Say::new(
            "这个模式不需要任何字就能匹配，会到处命中",
            "this pattern matches the empty text, so it would hit everywhere",
        ));
    }
    Ok(hir)
}
