//! Makes a pack of rule files: looks up every name, parses every pattern, and notes every flaw of every file together.
//! Reading TOML is `read`'s job; whether the examples hold is `selftest`'s.

mod cases;
mod casework;
mod rules;
mod signals;
mod timing;

use rustc_hash::FxHashMap;

use crate::rules::expr::{self, Expr, Named, Reach};
use crate::rules::flaw::Flaw;
use crate::rules::form::At;
use crate::rules::lint;
use crate::rules::pack::{Context, Pack, SignalIx};
use crate::rules::terms;
use crate::rules::vocabulary::Vocabulary;
use crate::rules::written::File;
use crate::say::Say;

/// Longest message when a signal sets no limit, in characters.
const NO_LIMIT: usize = usize::MAX;

/// Compiles files into a pack; files from `users_from` on are the user's.
///
/// # Errors
/// Every flaw found.
pub fn compile(files: &[File], users_from: usize) -> Result<Pack, Vec<Flaw>> {
    let mut flaws = Vec::new();
    let mut vocabulary = Vocabulary::gather(files, &mut flaws);
    vocabulary.parse_ahead(files);
    let mut compiler = Compiler { vocabulary, flaws, signal_ix: FxHashMap::default(), pack: Pack::default() };
    compiler.name(files);
    compiler.signals(files);
    compiler.extended(files, users_from);
    compiler.rules(files, users_from);
    compiler.overrides(files);
    compiler.cases(files);
    terms::compile(files, &mut compiler.pack, &mut compiler.flaws);
    compiler.casework(files);
    compiler.timing(files);
    compiler.natives(files);
    compiler.asked(files);
    let lint = lint::compile(files, &compiler.vocabulary, &compiler.signal_ix, &mut compiler.flaws);
    if !compiler.flaws.is_empty() {
        compiler.flaws.sort_by_key(|f| (f.source, f.span.start));
        return Err(compiler.flaws);
    }
    let mut pack = compiler.pack;
    pack.lint = lint;
    pack.patterns = compiler.vocabulary.patterns;
    pack.literals = compiler.vocabulary.literals;
    pack.sets = compiler.vocabulary.sets;
    pack.guards = compiler.vocabulary.guards;
    Ok(pack)
}

struct Compiler {
    vocabulary: Vocabulary,
    flaws: Vec<Flaw>,
    signal_ix: FxHashMap<String, SignalIx>,
    pack: Pack,
}

impl Compiler {
    fn flaw<T>(&mut self, at: &At<T>, what: Say, hint: Say) {
        self.flaws.push(Flaw::new(at.source, at.range(), what, hint));
    }

    fn name(&mut self, files: &[File]) {
        let text = |pick: fn(&File) -> &Option<At<String>>| {
            files.iter().find_map(|f| pick(f).as_ref()).map(|t| t.value.clone()).unwrap_or_default()
        };
        self.pack.name = text(|f| &f.name);
        self.pack.version = text(|f| &f.version);
        self.pack.date = text(|f| &f.date);
        let share = |hundredths: u32| f32::from(u8::try_from(hundredths).unwrap_or(100).min(100)) / 100.0;
        self.pack.unlike = files.iter().find_map(|f| f.unlike).map(share);
        self.pack.unlike_warnings = files.iter().find_map(|f| f.unlike_warnings).map(share);
        self.pack.vague = files.iter().find_map(|f| f.vague).map_or(0.0, share);
    }

    /// An expression with its names looked up; flaws are noted at their own place inside the text.
    fn expr(&mut self, text: &At<String>) -> Option<Expr<SignalIx>> {
        let context = self.context(text)?;
        if context.reach != Reach::Anywhere || context.times > 1 {
            let what = Say::new("这里不能写 within 或 times", "`within` and `times` have no meaning here");
            let hint = Say::new(
                "要限定范围，把条件移到 before 或 after",
                "to limit the reach, move the condition to `before` or `after`",
            );
            self.flaw(text, what, hint);
        }
        Some(context.expr)
    }

    fn context(&mut self, text: &At<String>) -> Option<Context> {
        // The text stands in quotes: its first byte is one after the start of the span.
        let inside = |span: &std::ops::Range<usize>| At {
            value: (),
            source: text.source,
            span: (text.span.0 + 1 + span.start, text.span.0 + 1 + span.end),
        };
        match expr::parse(&text.value) {
            Err((span, what)) => {
                self.flaw(&inside(&span), what, Say::default());
                None
            }
            Ok(phrase) => {
                let mut unknown: Vec<Named> = Vec::new();
                let looked = phrase.expr.map(&mut |(name, span): &Named| match self.signal_ix.get(name) {
                    Some(ix) => Ok(*ix),
                    None => {
                        unknown.push((name.clone(), span.clone()));
                        Ok::<_, ()>(0)
                    }
                });
                for (name, span) in &unknown {
                    self.unknown_signal(name, &inside(span));
                }
                let expr = looked.ok().filter(|_| unknown.is_empty())?;
                let written = text.value.clone();
                let times = phrase.times as usize;
                Some(Context { expr, reach: phrase.reach, times, is_expected: false, written })
            }
        }
    }

    fn asked(&mut self, files: &[File]) {
        for (signal, topic) in files.iter().flat_map(|f| &f.asked) {
            let known = [signal, topic].map(|name| self.signal_ix.get(&name.value).copied());
            if let [Some(signal), Some(topic)] = known {
                self.pack.asked.push((signal, topic));
            }
            for (name, found) in [signal, topic].into_iter().zip(known) {
                if found.is_none() {
                    self.unknown_signal(&name.value.clone(), name);
                }
            }
        }
    }
}
