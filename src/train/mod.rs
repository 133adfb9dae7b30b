//! Teaches the models from examples: a linear model per rule, thresholds chosen by cross-validation over whole
//! dialogues. The same examples give the same bytes. Using the result is `taught`'s job.

pub mod corpus;
mod svm;

use std::collections::BTreeMap;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::detect::taught::views;
use crate::detect::turn::turns;
use crate::rules::dialogue;
use crate::rules::pack::Pack;
use crate::say::Say;
use crate::taught::features::{self, Feature};
use crate::taught::model::{Head, Model};
use crate::text::normal::Normaliser;

use self::corpus::Example;
use self::svm::{Costs, Row};

/// Parts of the examples that are held out in turn.
const FOLDS: u64 = 5;
/// How hard mistakes weigh.
const COSTS: Costs = Costs { miss: 2.0, hit: 6.0 };
/// Fewer hits than this teach nothing reliable.
const FEWEST: usize = 10;
/// Weights smaller than this share of the largest are dropped.
const PRUNE: f32 = 0.012;

/// What the thresholds are chosen for: the least precision, over held-out dialogues.
#[derive(Clone, Copy, Debug)]
pub struct Aim {
    /// For `suspected`.
    pub suspected: f64,
    /// For `certain`.
    pub certain: f64,
}

impl Aim {
    /// An aim of so many percent; `certain` halves what is left to perfection, twice.
    #[must_use]
    pub fn at(percent: u32) -> Self {
        let suspected = f64::from(percent) / 100.0;
        Self { suspected, certain: 1.0 - (1.0 - suspected) / 4.0 }
    }
}

/// How a rule did on dialogues that it was not taught with.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// The rule.
    pub rule: String,
    /// Dialogues that break it.
    pub hits: usize,
    /// Of these, found at the suspected threshold.
    pub found: usize,
    /// Others that were charged.
    pub false_alarms: usize,
    /// Places of missed dialogues and of false alarms, for the author: whether it must fire, and the text.
    pub wrong: Vec<(bool, String)>,
}

/// A dialogue ready for training.
struct Lesson {
    rows: Vec<Vec<Feature>>,
    /// For each row, how many of its features are the turn's own.
    own: Vec<usize>,
    broken: Vec<String>,
    open: Vec<String>,
    fold: u64,
    text: String,
}

/// A trained model and how well it did on held-out dialogues, by rule.
pub struct Trained {
    /// The model.
    pub model: Model,
    /// By rule.
    pub scores: Vec<Score>,
}

/// Names the content that a model was taught from.
#[must_use]
pub fn digest(examples: &[Example]) -> String {
    let mut hash = Sha256::new();
    for example in examples {
        for part in [&example.text, &example.broken.join(","), &example.open.join(",")] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Teaches every rule that has enough hits.
///
/// # Errors
/// Every dialogue that cannot be read.
pub fn train(examples: &[Example], pack: &Pack, aim: Aim) -> Result<Trained, Vec<(String, usize, Say)>> {
    let lessons = lessons(examples)?;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for rule in lessons.iter().flat_map(|l| &l.broken) {
        *counts.entry(rule).or_default() += 1;
    }
    let known = |rule: &&str| pack.rule(rule).is_some_and(|r| r.enabled && !r.taught.is_off);
    let rules: Vec<&str> =
        counts.into_iter().filter(|(_, n)| *n >= FEWEST).map(|(rule, _)| rule).filter(known).collect();
    let taught: Vec<(Head, Vec<(u32, f32)>, Score)> =
        rules.par_iter().map(|rule| teach(rule, &lessons, aim)).collect();
    let mut heads = Vec::new();
    let mut weights = Vec::new();
    let mut scores = Vec::new();
    for (head, list, score) in taught {
        heads.push(head);
        weights.push(list);
        scores.push(score);
    }
    Ok(Trained { model: Model::new(heads, digest(examples), &weights), scores })
}

fn lessons(examples: &[Example]) -> Result<Vec<Lesson>, Vec<(String, usize, Say)>> {
    let mut normaliser = Normaliser::default();
    let mut scratch = features::Scratch::default();
    let mut part = Vec::new();
    let mut lessons = Vec::with_capacity(examples.len());
    let mut wrong = Vec::new();
    for example in examples {
        match dialogue::parse(&example.text, example.platform) {
            Ok(conversation) => {
                let turns = turns(&conversation, &mut normaliser);
                let (mut rows, mut own) = (Vec::new(), Vec::new());
                views(&turns, conversation.platform, |_, view| {
                    features::own(view.here, &mut scratch, &mut part);
                    let mut row = part.clone();
                    own.push(part.len());
                    features::around(view, &mut scratch, &mut part);
                    row.extend(&part);
                    rows.push(row);
                });
                let asked = turns.iter().find(|t| !t.role.is_shop()).map_or("", |t| t.text.as_str());
                lessons.push(Lesson {
                    rows,
                    own,
                    broken: example.broken.clone(),
                    open: example.open.clone(),
                    fold: fold(asked),
                    text: example.text.clone(),
                });
            }
            Err(say) => wrong.push((example.place.0.clone(), example.place.1, say)),
        }
    }
    if wrong.is_empty() { Ok(lessons) } else { Err(wrong) }
}

/// Twins share the buyer's opening line: they must fall into the same part.
fn fold(asked: &str) -> u64 {
    let mut hash = 0xCBF2_9CE4_8422_2325u64;
    for c in asked.chars().filter(|c| c.is_alphanumeric()) {
        hash = (hash ^ u64::from(u32::from(c))).wrapping_mul(0x0100_0000_01B3);
    }
    (hash >> 20) % FOLDS
}

fn teach(rule: &str, lessons: &[Lesson], aim: Aim) -> (Head, Vec<(u32, f32)>, Score) {
    let mut held_out: Vec<(f32, bool, usize)> = Vec::new();
    for part in 0..FOLDS {
        let (weights, bias) = fit(rule, lessons, |lesson| lesson.fold != part);
        for (n, lesson) in
            lessons.iter().enumerate().filter(|(_, l)| l.fold == part && !l.open.iter().any(|o| o == rule))
        {
            let best = lesson.rows.iter().map(|row| svm::score(&weights, bias, row)).fold(f32::MIN, f32::max);
            held_out.push((best, lesson.broken.iter().any(|b| b == rule), n));
        }
    }
    held_out.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.2.cmp(&b.2)));
    let suspected = threshold(&held_out, aim.suspected);
    let certain = threshold(&held_out, aim.certain).max(suspected);
    let score = score(rule, &held_out, suspected, lessons);
    let (weights, bias) = fit(rule, lessons, |_| true);
    let own = own_floor(rule, lessons, &weights, bias, suspected);
    let largest = weights.iter().fold(0.0f32, |a, w| a.max(w.abs()));
    let kept =
        weights.iter().zip(0u32..).filter(|(w, _)| w.abs() > largest * PRUNE).map(|(w, f)| (f, *w)).collect();
    (Head { rule: rule.to_owned(), bias, own, suspected, certain, step: 0.0 }, kept, score)
}

/// Fits twice: first every turn of a broken dialogue is a hit, then only the one that looks most like it.
fn fit(rule: &str, lessons: &[Lesson], is_used: impl Fn(&Lesson) -> bool) -> (Vec<f32>, f32) {
    let used: Vec<&Lesson> =
        lessons.iter().filter(|l| is_used(l) && !l.open.iter().any(|o| o == rule)).collect();
    let is_hit = |lesson: &Lesson| lesson.broken.iter().any(|b| b == rule);
    let rows = |pick: &dyn Fn(&Lesson, usize) -> bool| -> Vec<Row<'_>> {
        let mut rows = Vec::new();
        for lesson in &used {
            for (n, features) in lesson.rows.iter().enumerate() {
                if !is_hit(lesson) || pick(lesson, n) {
                    rows.push(Row { features, is_hit: is_hit(lesson) });
                }
            }
        }
        rows
    };
    let (weights, bias) = svm::train(&rows(&|_, _| true), COSTS);
    let best = |lesson: &Lesson| {
        let scores = lesson.rows.iter().map(|row| svm::score(&weights, bias, row));
        scores.enumerate().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).map(|(n, _)| n)
    };
    svm::train(&rows(&|lesson, n| best(lesson) == Some(n)), COSTS)
}

/// The least that the own words of any charged hit add, with some room below; turns that stay under it are not looked
/// at further when a log is judged.
fn own_floor(rule: &str, lessons: &[Lesson], weights: &[f32], bias: f32, suspected: f32) -> f32 {
    const ROOM: f32 = 0.1;
    let mut floor = f32::MAX;
    for lesson in lessons.iter().filter(|l| l.broken.iter().any(|b| b == rule)) {
        for (row, own) in lesson.rows.iter().zip(&lesson.own) {
            if svm::score(weights, bias, row) >= suspected {
                floor = floor.min(svm::score(weights, 0.0, row.get(..*own).unwrap_or_default()));
            }
        }
    }
    floor - ROOM
}

/// The lowest score at which the precision over everything above it is still `aim`; never below what any rule should
/// be charged at.
fn threshold(held_out: &[(f32, bool, usize)], aim: f64) -> f32 {
    const FLOOR: f32 = -0.35;
    const CEILING: f32 = 0.6;
    let (mut right, mut wrong) = (0u32, 0u32);
    let mut best = CEILING;
    for (score, is_hit, _) in held_out {
        if *score < FLOOR {
            break;
        }
        right += u32::from(*is_hit);
        wrong += u32::from(!*is_hit);
        // One imagined false alarm: a few lucky hits alone prove nothing.
        if f64::from(right) / f64::from(right + wrong + 1) >= aim {
            best = *score;
        }
    }
    best.min(CEILING)
}

fn score(rule: &str, held_out: &[(f32, bool, usize)], threshold: f32, lessons: &[Lesson]) -> Score {
    let mut score = Score { rule: rule.to_owned(), hits: 0, found: 0, false_alarms: 0, wrong: Vec::new() };
    for (value, is_hit, lesson) in held_out {
        let fires = *value >= threshold;
        score.hits += usize::from(*is_hit);
        score.found += usize::from(*is_hit && fires);
        score.false_alarms += usize::from(!*is_hit && fires);
        if fires != *is_hit
            && let Some(lesson) = lessons.get(*lesson)
        {
            score.wrong.push((*is_hit, lesson.text.clone()));
        }
    }
    score
}
