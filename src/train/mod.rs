//! Teaches the models from examples: a linear model per rule, thresholds chosen by cross-validation over whole
//! dialogues. The same examples give the same bytes on any machine. Using the result is `taught`'s job.

pub mod check;
mod course;
pub mod draft;
mod fit;
mod svm;
mod thresholds;

use std::collections::BTreeMap;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::detect::case::Side;
use crate::rules::pack::{Body, Case, Pack, Rule, Signal};
use crate::say::Say;
use crate::taught::corpus::Example;
use crate::taught::model::{Head, Model};

use self::course::Course;

/// Fewer hits than this teach nothing reliable.
pub const FEWEST: usize = 10;

/// What the thresholds are chosen for: the least precision, over held-out dialogues.
#[derive(Clone, Copy, Debug)]
pub struct Aim {
    /// For `suspected`.
    pub suspected: f64,
    /// For `certain`.
    pub certain: f64,
}

impl Aim {
    /// What is aimed at when nothing else is said, in percent.
    pub const DEFAULT: u32 = 90;
    /// What is aimed at for a user's own rules, in percent: ten or twenty examples cannot prove more.
    pub const OWN: u32 = 85;

    /// An aim of so many percent; `certain` halves what is left to perfection, twice.
    #[must_use]
    pub fn at(percent: u32) -> Self {
        let suspected = f64::from(percent) / 100.0;
        Self { suspected, certain: 1.0 - (1.0 - suspected) / 4.0 }
    }
}

/// Mistakes of examples: file, line, reason.
pub type Mistakes = Vec<(String, usize, Say)>;

/// Names the content that a model was taught from: the examples, what the signals say, and which rules are taught.
#[must_use]
pub fn digest(examples: &[Example], pack: &Pack) -> String {
    let mut hash = Sha256::new();
    let mut add = |part: &str| {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    };
    for example in examples {
        add(&example.text);
        add(&example.broken.join(","));
        add(&example.open.join(","));
    }
    for signal in &pack.signals {
        add(&meaning(signal, pack));
    }
    for (number, rule) in pack.rules.iter().enumerate().filter(|(_, rule)| rule.is_taught()) {
        add(rule.meta.id.as_str());
        pack.cases.iter().filter(|case| case.rule == number).for_each(|case| add(&conditions(case, pack)));
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// What a written case asks for, as text.
fn conditions(case: &Case, pack: &Pack) -> String {
    let name = |ix: &usize| Ok::<_, ()>(pack.signals.get(*ix).map_or("", |s| s.id.as_str()));
    let contexts = [Side::Before, Side::After, Side::Around].map(|side| {
        [true, false]
            .map(|wanted| case.contexts(side, wanted).iter().map(|c| c.written.as_str()).collect::<Vec<_>>())
    });
    let said = [Some(&case.here), case.prev.as_ref()].map(|expr| expr.map(|expr| expr.map(&mut { name })));
    format!("{said:?} {contexts:?} {} {}", case.count, case.repeat)
}

/// Everything that decides where a signal fires, as text.
fn meaning(signal: &Signal, pack: &Pack) -> String {
    use std::fmt::Write as _;
    let mut text = format!("{} {:?}", signal.id, signal.speaker);
    let body = match &signal.body {
        Body::Words(words) => {
            for list in [&words.any, &words.all, &words.none, &words.unless] {
                let regexes = list.iter().filter_map(|p| pack.patterns.get(*p)).map(|p| p.regex.source());
                let _ = write!(text, " {:?}", regexes.collect::<Vec<_>>());
            }
            for guard in words.guards.iter().filter_map(|g| pack.guards.get(*g)) {
                let parts = [&guard.just_before, &guard.before, &guard.after, &guard.message, &guard.except];
                let regexes = parts.map(|part| part.as_ref().map(|lazy| lazy.source()));
                let _ = write!(text, " {} {regexes:?} {:?}", guard.name, guard.enclosed);
            }
            let w = words;
            format!(
                "{} {:?} {:?} {:?} {} {} {} {}",
                w.at_least, w.near, w.scope, w.edge, w.max_chars, w.min_chars, w.unless_near, w.longest
            )
        }
        Body::Is(expr) => {
            let name = |ix: &usize| Ok::<_, ()>(pack.signals.get(*ix).map_or("", |s| s.id.as_str()));
            format!("{:?}", expr.map(&mut { name }))
        }
    };
    text + &body
}

/// The rules that have enough hits and want a model.
fn rules<'e>(examples: &'e [Example], pack: &Pack, wanted: impl Fn(&str) -> bool) -> Vec<&'e str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for rule in examples.iter().flat_map(|e| &e.broken) {
        *counts.entry(rule).or_default() += 1;
    }
    let is_taught = |rule: &&str| pack.rule(rule).is_some_and(Rule::is_taught);
    let enough = counts.into_iter().filter(|(_, n)| *n >= FEWEST).map(|(rule, _)| rule);
    enough.filter(is_taught).filter(|rule| wanted(rule)).collect()
}

/// Teaches every wanted rule that has enough hits.
///
/// # Errors
/// Every dialogue that cannot be read.
pub fn train(
    examples: &[Example],
    pack: &Pack,
    aim: Aim,
    wanted: impl Fn(&str) -> bool,
) -> Result<Model, Mistakes> {
    let course = Course::new(examples, pack)?;
    let rules = rules(examples, pack, wanted);
    let taught: Vec<(Head, Vec<_>)> = rules
        .par_iter()
        .map(|rule| {
            let learned = fit::learn(rule, &course, 1.0, aim);
            (learned.head, learned.weights)
        })
        .collect();
    let (heads, weights): (Vec<_>, Vec<_>) = taught.into_iter().unzip();
    Ok(Model::new(heads, &digest(examples, pack), &weights))
}
