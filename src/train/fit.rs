//! Teaches one rule: fits it, tries it on what was held out, and has its thresholds chosen by that.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::taught::alone::Alone;
use crate::taught::features::Feature;
use crate::taught::model::Head;
use crate::train::Aim;
use crate::train::course::{Course, FOLDS, Lesson};
use crate::train::svm::{Costs, Machine, Plane, Rows};
use crate::train::thresholds::{Stray, Tried, alone_floor, least, threshold, unlike};

/// How hard mistakes weigh.
const COSTS: Costs = Costs { miss: 2.0, hit: 6.0 };
/// How calm a fit must be that only picks the turns that are hits.
const AT_A_GLANCE: f32 = 0.8;
/// One that picks the features that weigh little, or takes a part out.
const ROUGHLY: f32 = 0.2;
/// One that is kept.
const WELL: f32 = 0.1;
/// Features that weigh less than this share of the heaviest are left out, and the rest learned again.
const THIN: f32 = 0.05;
/// The same for words alone, which decide less finely.
const THIN_ALONE: f32 = 0.12;
/// One in so many dialogues of everyday talk is enough to know it by.
const EVERYDAY_ENOUGH: usize = 3;
/// Features that weigh less than this share are next to nothing: left out before parts are held out, which spares time, and
/// not stored.
const PRUNE: f32 = 0.012;

/// Rows that would have to come nearer to the border by more than this to teach anything are not looked at again when parts
/// are held out and light features left out: those shift few rows by as much.
const NEAR: f32 = 0.25;

/// Everything learned about a rule.
pub(super) struct Learned {
    /// The head.
    pub(super) head: Head,
    /// The weights learned from all dialogues.
    pub(super) weights: Vec<Feature>,
    /// For each part held out, the head and weights learned from the others, with the thresholds chosen over all parts.
    pub(super) parts: Vec<(Head, Vec<Feature>)>,
}

/// Teaches a rule from so large a share of the dialogues, then again with each part held out in turn. What is held out
/// is taken out of what was learned, and the rest learns on: that takes a fraction of the time of beginning anew. Only which
/// turn of a broken dialogue counts as the hit, and which features weigh next to nothing, was chosen with all of them in
/// sight.
pub(super) fn learn(rule: &str, course: &Course, share: f64, aim: Aim) -> Learned {
    let machines = Machines::new(rule, course, share);
    let mut tried: Vec<Tried> = Vec::new();
    let mut crossed: Vec<Stray> = Vec::new();
    let mut parts = Vec::new();
    for part in 0..FOLDS {
        let [whole, alone] = machines.without(part);
        let held_out = course.lessons.iter().enumerate().filter(|(_, l)| l.fold == part && !l.is_open(rule));
        tried.extend(held_out.map(|(n, lesson)| try_one(rule, [&whole, &alone], course, lesson, n)));
        crossed.extend(cross(rule, course, part, [&whole, &alone]));
        parts.push([whole, alone]);
    }
    tried.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.lesson.cmp(&b.lesson)));
    let suspected = threshold(&tried, aim.suspected);
    let certain = threshold(&tried, aim.certain).max(suspected);
    // Where no hit that was held out would be charged, all of them show what a hit's own words bring.
    let charged = if tried.iter().any(|t| t.is_hit && t.score >= suspected) { suspected } else { f32::MIN };
    let floor = alone_floor(&tried, &crossed, charged);
    let own =
        least(tried.iter().filter(|t| t.is_hit && t.score >= charged && t.alone >= floor).map(|t| t.own));
    let unlike = unlike(&tried, suspected);
    let known = |[whole, alone]: [Plane; 2]| {
        let alone = Alone::new(alone.bias, floor, &kept(&alone, &course.keys));
        let (rule, bias) = (rule.to_owned(), whole.bias);
        (Head { rule, bias, own, alone, suspected, certain, unlike, step: 0.0 }, kept(&whole, &course.keys))
    };
    let (head, weights) = known(machines.finish());
    Learned { head, weights, parts: parts.into_iter().map(known).collect() }
}

/// The turns of the hits of a rule in a part, as if the shop had said something that has nothing to do with the question:
/// the score of each, and how the words said there are judged alone.
fn cross(rule: &str, course: &Course, part: u64, [whole, alone]: [&Plane; 2]) -> Vec<Stray> {
    let lessons = course.lessons.iter().enumerate();
    let hits = lessons.filter(|(_, lesson)| lesson.fold == part && lesson.breaks(rule));
    let turns = hits.flat_map(|(number, lesson)| (0..lesson.rows.len()).map(move |row| (number, row)));
    let crossed = turns.filter_map(|(number, row)| course.crossed(number, row, rule));
    let judged = crossed.map(|turn| {
        let own = turn.words.get(..turn.own).unwrap_or_default();
        Stray { score: whole.score(&turn.words, &turn.signs), alone: alone.score(own, &[]) }
    });
    judged.collect()
}

fn try_one(
    rule: &str,
    [whole, alone]: [&Plane; 2],
    course: &Course,
    lesson: &Lesson,
    number: usize,
) -> Tried {
    let scores: Vec<f32> = lesson
        .rows
        .iter()
        .zip(&lesson.signs)
        .map(|(row, signs)| whole.score(row, &course.signs_for(rule, signs)))
        .collect();
    let best = scores.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1));
    let words = best.map(|(row, _)| lesson.words_of(row)).unwrap_or_default();
    let (own, alone) = (whole.sum(words), alone.score(words, &[]));
    let score = best.map_or(f32::MIN, |(_, score)| score);
    let written = lesson.written.iter().filter(|(name, _)| name == rule).flat_map(|(_, rows)| rows);
    let written = written.filter_map(|row| scores.get(*row)).copied().reduce(f32::max);
    let (is_hit, is_everyday) = (lesson.breaks(rule), lesson.is_everyday);
    Tried { score, own, alone, is_hit, is_everyday, lesson: number, written }
}

/// The two machines of a rule: one that judges a turn with all that stands around it, and one that judges its words alone
/// and has learned to tell hits from everyday talk. With each come the parts that its rows are held out with.
struct Machines {
    both: [(Machine, Vec<u64>); 2],
}

impl Machines {
    /// Fits the first twice: first every turn of a broken dialogue is a hit, then only the one that looks most like it. The
    /// second learns from those turns and from everyday talk.
    fn new(rule: &str, course: &Course, share: f64) -> Self {
        let (mut rows, mut folds) = (Rows::default(), Vec::new());
        let mut hits: Vec<(&Lesson, Range<usize>)> = Vec::new();
        let is_in = |lesson: &Lesson| lesson.share < share && !lesson.is_open(rule);
        for lesson in course.lessons.iter().filter(|lesson| is_in(lesson)) {
            let is_hit = lesson.breaks(rule);
            if is_hit {
                hits.push((lesson, rows.len()..rows.len() + lesson.rows.len()));
            }
            for (words, signs) in lesson.rows.iter().zip(&lesson.signs) {
                rows.push(words, &course.signs_for(rule, signs), is_hit);
            }
            folds.resize(rows.len(), lesson.fold);
        }
        let mut machine = Machine::new(rows, course.keys.len(), COSTS);
        machine.learn(AT_A_GLANCE);
        let (mut own, mut own_folds) = (Rows::default(), Vec::new());
        let mut left_out = BTreeSet::new();
        for (lesson, turns) in &hits {
            let scored = turns.clone().map(|n| (n, machine.score(n)));
            let best = scored.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).map(|(n, _)| n);
            left_out.extend(turns.clone().filter(|n| Some(*n) != best));
            if let Some(best) = best {
                own.push(lesson.words_of(best - turns.start), &[], true);
                own_folds.push(lesson.fold);
            }
        }
        machine.forget(|n| left_out.contains(&n));
        machine.learn(WELL);
        let near = machine.stay_near(NEAR);
        let folds = near.into_iter().filter_map(|n| folds.get(n)).copied().collect();
        machine.thin(PRUNE);
        let everyday = course.lessons.iter().filter(|lesson| lesson.is_everyday && is_in(lesson));
        for lesson in everyday.step_by(EVERYDAY_ENOUGH) {
            (0..lesson.rows.len()).for_each(|row| own.push(lesson.words_of(row), &[], false));
            own_folds.resize(own.len(), lesson.fold);
        }
        let mut alone = Machine::new(own, course.keys.len(), COSTS);
        alone.learn(ROUGHLY);
        alone.thin(PRUNE);
        Self { both: [(machine, folds), (alone, own_folds)] }
    }

    /// What they know without one part.
    fn without(&self, part: u64) -> [Plane; 2] {
        let machines = self.both.each_ref().map(|(machine, folds)| {
            let mut machine = machine.clone();
            machine.forget(|row| folds.get(row) == Some(&part));
            machine.learn(ROUGHLY);
            machine
        });
        finish(machines)
    }

    /// What they know of everything.
    fn finish(self) -> [Plane; 2] {
        finish(self.both.map(|(machine, _)| machine))
    }
}

/// Leaves out the features that weigh little and learns again without them. The weights then take two fifths of the
/// memory, are looked up faster, and judge as well as before.
fn finish([whole, alone]: [Machine; 2]) -> [Plane; 2] {
    [(whole, THIN), (alone, THIN_ALONE)].map(|(mut machine, share)| {
        machine.thin(share);
        machine.learn(WELL);
        machine.plane()
    })
}

/// The weights that are large enough to keep, by feature of a model.
fn kept(plane: &Plane, keys: &[u32]) -> Vec<Feature> {
    let largest = plane.heaviest();
    let weights = keys.iter().copied().zip(plane.weights.iter().copied());
    weights.filter(|(_, w)| w.abs() > largest * PRUNE).collect()
}
