//! Teaches one rule: fits it, tries it on what was held out, chooses thresholds.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::taught::features::Feature;
use crate::taught::model::Head;
use crate::train::Aim;
use crate::train::course::{Course, FOLDS, Lesson};
use crate::train::svm::{Costs, Machine, Plane, Rows};

/// How hard mistakes weigh.
const COSTS: Costs = Costs { miss: 2.0, hit: 6.0 };
/// How calm a fit must be that only picks something (the turns that are hits, the features that weigh little), and one
/// that is kept.
const ROUGHLY: f32 = 0.2;
const WELL: f32 = 0.1;
/// Features that weigh less than this share of the heaviest are left out, and the rest learned again.
const THIN: f32 = 0.05;
/// Features that weigh less than this share are next to nothing: left out before parts are held out, which spares time, and
/// not stored.
const PRUNE: f32 = 0.012;
/// Thresholds lie between these scores: below the first nothing is like the examples, and above the second everything is.
const FLOOR: f32 = -0.3;
const CEILING: f32 = 0.6;

/// Real logs hold far more everyday talk than the examples do, so a false alarm there counts as so many.
const EVERYDAY: u32 = 5;

/// The written words were fitted to these examples, so a wrong charge that is left stands for several in real logs: it counts as so
/// many right ones that are lost, and in everyday talk as [`EVERYDAY`].
const FITTED: u32 = 3;

/// Nor is there crossed talk among the examples, though logs are full of it: a charge of it counts as so many missed hits.
const CROSSED: i32 = 3;

/// A dialogue judged by weights that it did not teach.
struct Tried {
    score: f32,
    /// What the words of the charged turn alone add.
    own: f32,
    is_hit: bool,
    is_everyday: bool,
    lesson: usize,
    /// The best score among the turns where written words of the rule hold.
    written: Option<f32>,
}

/// Everything learned about a rule.
pub(super) struct Learned {
    /// The head.
    pub(super) head: Head,
    /// The weights learned from all dialogues.
    pub(super) weights: Vec<Feature>,
    /// For each part held out, the bias and weights learned from the others.
    pub(super) parts: Vec<(f32, Vec<Feature>)>,
}

/// Teaches a rule from so large a share of the dialogues, then again with each part held out in turn. What is held out
/// is taken out of what was learned, and the rest learns on: that takes a fraction of the time of beginning anew. Only which
/// turn of a broken dialogue counts as the hit, and which features weigh next to nothing, was chosen with all of them in
/// sight.
pub(super) fn learn(rule: &str, course: &Course, share: f64, aim: Aim) -> Learned {
    let (mut machine, folds) = fit(rule, course, share);
    let mut tried: Vec<Tried> = Vec::new();
    let mut crossed: Vec<(f32, f32)> = Vec::new();
    let mut parts = Vec::new();
    for part in 0..FOLDS {
        let mut machine = machine.clone();
        machine.forget(|row| folds.get(row) == Some(&part));
        machine.learn(ROUGHLY);
        finish(&mut machine);
        let plane = machine.plane();
        let held_out = course.lessons.iter().enumerate().filter(|(_, l)| l.fold == part && !l.is_open(rule));
        tried.extend(held_out.map(|(n, lesson)| try_one(rule, &plane, course, lesson, n)));
        crossed.extend(cross(rule, course, part, &plane));
        parts.push((plane.bias, kept(&plane, &course.keys)));
    }
    finish(&mut machine);
    tried.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.lesson.cmp(&b.lesson)));
    let suspected = threshold(&tried, aim.suspected);
    let certain = threshold(&tried, aim.certain).max(suspected);
    let own = own_floor(&tried, &crossed, suspected);
    let unlike = unlike(&tried, suspected);
    let plane = machine.plane();
    let head = Head { rule: rule.to_owned(), bias: plane.bias, own, suspected, certain, unlike, step: 0.0 };
    Learned { head, weights: kept(&plane, &course.keys), parts }
}

/// The turns of the hits of a rule in a part, as if the shop had said something that has nothing to do with the question:
/// the score of each, and what the words said there add.
fn cross(rule: &str, course: &Course, part: u64, plane: &Plane) -> Vec<(f32, f32)> {
    let lessons = course.lessons.iter().enumerate();
    let hits = lessons.filter(|(_, lesson)| lesson.fold == part && lesson.breaks(rule));
    let turns = hits.flat_map(|(number, lesson)| (0..lesson.rows.len()).map(move |row| (number, row)));
    let crossed = turns.filter_map(|(number, row)| course.crossed(number, row, rule));
    let judged = crossed.map(|turn| {
        let own = plane.sum(turn.words.get(..turn.own).unwrap_or_default());
        (plane.score(&turn.words, &turn.signs), own)
    });
    judged.collect()
}

fn try_one(rule: &str, plane: &Plane, course: &Course, lesson: &Lesson, number: usize) -> Tried {
    let scores: Vec<f32> = lesson
        .rows
        .iter()
        .zip(&lesson.signs)
        .map(|(row, signs)| plane.score(row, &course.signs_for(rule, signs)))
        .collect();
    let scored =
        scores.iter().zip(&lesson.rows).zip(&lesson.own).map(|((score, row), own)| (*score, row, *own));
    let best = scored.max_by(|a, b| a.0.total_cmp(&b.0));
    let own = best.map_or(0.0, |(_, row, own)| plane.sum(row.get(..own).unwrap_or_default()));
    let score = best.map_or(f32::MIN, |b| b.0);
    let written = lesson.written.iter().filter(|(name, _)| name == rule).flat_map(|(_, rows)| rows);
    let written = written.filter_map(|row| scores.get(*row)).copied().reduce(f32::max);
    let (is_hit, is_everyday) = (lesson.breaks(rule), lesson.is_everyday);
    Tried { score, own, is_hit, is_everyday, lesson: number, written }
}

/// Fits twice: first every turn of a broken dialogue is a hit, then only the one that looks most like it. With the
/// machine come the parts that its rows are held out with.
fn fit(rule: &str, course: &Course, share: f64) -> (Machine, Vec<u64>) {
    let (mut rows, mut folds) = (Rows::default(), Vec::new());
    let mut hits: Vec<Range<usize>> = Vec::new();
    for lesson in course.lessons.iter().filter(|l| l.share < share && !l.is_open(rule)) {
        let is_hit = lesson.breaks(rule);
        if is_hit {
            hits.push(rows.len()..rows.len() + lesson.rows.len());
        }
        for (words, signs) in lesson.rows.iter().zip(&lesson.signs) {
            rows.push(words, &course.signs_for(rule, signs), is_hit);
        }
        folds.resize(rows.len(), lesson.fold);
    }
    let mut machine = Machine::new(rows, course.keys.len(), COSTS);
    machine.learn(ROUGHLY);
    let mut left_out = BTreeSet::new();
    for turns in &hits {
        let scored = turns.clone().map(|n| (n, machine.score(n)));
        let best = scored.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).map(|(n, _)| n);
        left_out.extend(turns.clone().filter(|n| Some(*n) != best));
    }
    machine.forget(|n| left_out.contains(&n));
    machine.learn(WELL);
    machine.thin(PRUNE);
    (machine, folds)
}

/// Leaves out the features that weigh little and learns again without them. The weights then take two fifths of the
/// memory, are looked up faster, and judge as well as before.
fn finish(machine: &mut Machine) {
    machine.thin(THIN);
    machine.learn(WELL);
}

/// The weights that are large enough to keep, by feature of a model.
fn kept(plane: &Plane, keys: &[u32]) -> Vec<Feature> {
    let largest = plane.heaviest();
    let weights = keys.iter().copied().zip(plane.weights.iter().copied());
    weights.filter(|(_, w)| w.abs() > largest * PRUNE).collect()
}

/// What the words of a turn must add by themselves to be looked at further when a log is judged: where crossed talk that
/// would be charged most outnumbers hits, and never under the least that a charged hit adds, but for a little room.
fn own_floor(tried: &[Tried], crossed: &[(f32, f32)], suspected: f32) -> f32 {
    const ROOM: f32 = 0.05;
    let hits = tried.iter().filter(|t| t.is_hit).map(|t| (t.score, t.own, true));
    let crossed = crossed.iter().map(|(score, own)| (*score, *own, false));
    let charged = hits.chain(crossed).filter(|(score, ..)| *score >= suspected);
    let mut charged: Vec<(f32, bool)> = charged.map(|(_, own, is_hit)| (own, is_hit)).collect();
    charged.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
    let least = charged.iter().find(|(_, is_hit)| *is_hit).map_or(1.0, |(own, _)| own.min(1.0)) - ROOM;
    let (mut gain, mut best) = (0, (0, least));
    for (at, (own, is_hit)) in charged.iter().enumerate() {
        gain += if *is_hit { -1 } else { CROSSED };
        let next = charged.get(at + 1).map_or(1.0, |(next, _)| *next);
        if gain > best.0 {
            best = (gain, f32::midpoint(*own, next).max(least));
        }
    }
    best.1
}

/// The score below which charges of written words are best taken back: where those that were wrong, by what they count, most
/// outweigh those that were right.
fn unlike(tried: &[Tried], suspected: f32) -> f32 {
    let weight = |one: &Tried| match one {
        Tried { is_hit: true, .. } => -1,
        Tried { is_everyday: true, .. } => i64::from(EVERYDAY),
        Tried { .. } => i64::from(FITTED),
    };
    let mut written: Vec<(f32, i64)> = tried.iter().filter_map(|t| Some((t.written?, weight(t)))).collect();
    written.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let (mut gain, mut best) = (0, (0, f32::MIN));
    for (at, (score, weight)) in written.iter().enumerate() {
        gain += weight;
        let next = written.get(at + 1).map_or(suspected, |(next, _)| *next);
        if gain > best.0 {
            best = (gain, f32::midpoint(*score, next).min(suspected));
        }
    }
    best.1
}

/// The lowest score at which the precision over everything above it is still `aim`.
fn threshold(tried: &[Tried], aim: f64) -> f32 {
    let (mut right, mut wrong) = (0u32, 0u32);
    let mut best = CEILING;
    for one in tried.iter().take_while(|one| one.score >= FLOOR) {
        right += u32::from(one.is_hit);
        wrong += match one {
            Tried { is_hit: true, .. } => 0,
            Tried { is_everyday: true, .. } => EVERYDAY,
            Tried { .. } => 1,
        };
        // One imagined false alarm: a few lucky hits alone prove nothing.
        if f64::from(right) / f64::from(right + wrong + 1) >= aim {
            best = one.score;
        }
    }
    best.min(CEILING)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(score: f32, own: f32) -> Tried {
        Tried { score, own, is_hit: true, is_everyday: false, lesson: 0, written: None }
    }

    #[test]
    fn own_words_must_bring_more_than_crossed_talk_does() {
        let hits = [-0.2, 0.4, 0.5, 0.6, 0.7, 0.8].map(|own| hit(0.3, own));
        let quiet = own_floor(&hits, &[], 0.0);
        assert!((quiet + 0.25).abs() < 0.001, "the least of a hit, and some room: {quiet}");
        let crossed = [-0.3, -0.1, 0.0, 0.1].map(|own| (0.2, own));
        let floor = own_floor(&hits, &crossed, 0.0);
        assert!((floor - 0.25).abs() < 0.001, "between crossed talk and the hits, but for one: {floor}");
        let uncharged = own_floor(&hits, &crossed, 0.25);
        assert!((uncharged - quiet).abs() < 0.001, "what is not charged anyway says nothing");
    }

    #[test]
    fn a_wrong_charge_of_written_words_outweighs_right_ones() {
        let written = |score: f32, is_hit: bool, is_everyday: bool| Tried {
            score,
            own: score,
            is_hit,
            is_everyday,
            lesson: 0,
            written: Some(score),
        };
        let tried = |is_everyday: bool| {
            let wrong = written(-0.2, false, is_everyday);
            let right = [-0.5, -0.4, -0.3, 0.1].map(|score| written(score, true, false));
            [wrong].into_iter().chain(right).collect::<Vec<_>>()
        };
        assert!(
            (unlike(&tried(true), 0.4) + 0.05).abs() < 0.001,
            "between the wrong one and the next right one"
        );
        assert!(unlike(&tried(false), 0.4) < -1.0, "three right ones below it are worth as much");
    }

    #[test]
    fn crossed_talk_that_says_what_hits_say_is_no_reason() {
        let hits = [0.1, 0.1, 0.1, 0.1].map(|own| hit(0.3, own));
        assert!((own_floor(&hits, &[(0.3, 0.9)], 0.0) - 0.05).abs() < 0.001);
    }
}
