//! Where a number of points stands on one ladder: the step reached, what falls due on the way, and the next step. It
//! walks the incidents in the order of their time; it does not know where they come from.

use chrono::NaiveDate;
use serde::Serialize;

use super::Range;
use super::bringers::Bringers;
use crate::ids::RuleId;
use crate::model::Stamp;
use crate::rules::meta::{Ladder, Node};

/// Seconds of a day.
const DAY: i64 = 86_400;

/// A step of a ladder that is reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Points at which it stands.
    pub at: u64,
    /// How often it falls due: more than once only where a step recurs.
    pub times: u64,
    /// The day of the last incident that reached it; none without times.
    pub on: Option<NaiveDate>,
    /// What happens, Chinese.
    pub consequence: String,
    /// The sum due each time, in yuan.
    pub yuan: Option<u32>,
    /// How long the measures last, in days.
    pub days: Option<u32>,
}

/// The sums due at the steps, in yuan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct StepMoney {
    /// By the low figure.
    pub low: u64,
    /// By the high figure, every multiple of a recurring step charged (每扣十二分 read literally).
    pub high: u64,
    /// By the high figure, a recurring step charged once: the other reading.
    pub once: u64,
}

/// What still lies before the next step, told in incidents of the rule that brings most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Until {
    /// The rule.
    pub rule: RuleId,
    /// Points that one incident of it brings, high figure.
    pub each: u64,
    /// How many more reach the next step.
    pub times: u64,
}

/// A shop on one ladder, on the day of its card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// The ladder's id.
    pub ladder: String,
    /// Chinese name.
    pub title: String,
    /// English name.
    pub title_en: String,
    /// A wider ladder on which the same points count too.
    pub part_of: Option<String>,
    /// Whether the gravest incident decides instead of the sum (days).
    pub gravest: bool,
    /// Points before this log.
    pub prior: u64,
    /// The day that they are of.
    pub prior_date: Option<NaiveDate>,
    /// Points of an earlier year that were cleared since.
    pub lapsed: u64,
    /// Counted incidents of this log on or before `prior_date`: the balance may hold them already.
    pub overlap: u64,
    /// Points with this log's, low figure.
    pub low: u64,
    /// Points with this log's, high figure.
    pub high: u64,
    /// The step that the low figure stands on.
    pub reached_low: Option<Step>,
    /// The step that the high figure stands on.
    pub reached_high: Option<Step>,
    /// What this log makes fall due by the low figure, in order of time.
    pub due_low: Vec<Step>,
    /// What this log makes fall due by the high figure, in order of time.
    pub due_high: Vec<Step>,
    /// The sums of those steps.
    pub money: StepMoney,
    /// The next step above the high figure; none beyond the last.
    pub next: Option<u64>,
    /// Points from the high figure to it.
    pub left: Option<u64>,
    /// The same in incidents.
    pub until: Option<Until>,
    /// The rules and agents that bring most.
    pub bringers: Bringers,
}

/// What was on the ladder before the log.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Before {
    pub(super) points: u64,
    pub(super) date: Option<NaiveDate>,
    pub(super) lapsed: u64,
}

/// One incident on a ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fall {
    pub(super) at: Option<Stamp>,
    pub(super) points: Range,
}

/// Places `before` and the incidents on the ladder.
pub(super) fn standing(
    ladder: &Ladder,
    before: Before,
    mut falls: Vec<Fall>,
    bringers: Bringers,
) -> Standing {
    falls.sort();
    let (low, due_low) = climb(ladder, before.points, falls.iter().map(|f| (f.at, f.points.low)));
    let (high, due_high) = climb(ladder, before.points, falls.iter().map(|f| (f.at, f.points.high)));
    let sum = |due: &[Step]| due.iter().map(|s| s.times * u64::from(s.yuan.unwrap_or(0))).sum();
    let money = StepMoney {
        low: sum(&due_low),
        high: sum(&due_high),
        once: due_high.iter().map(|s| u64::from(s.yuan.unwrap_or(0))).sum(),
    };
    let next = next(ladder, high).filter(|_| !ladder.gravest);
    let left = next.map(|n| n - high);
    let overlaps = |f: &&Fall| before.date.is_some_and(|day| day_of(f.at).is_some_and(|on| on <= day));
    Standing {
        ladder: ladder.id.clone(),
        title: ladder.title.clone(),
        title_en: ladder.title_en.clone(),
        part_of: ladder.part_of.clone(),
        gravest: ladder.gravest,
        prior: before.points,
        prior_date: before.date,
        lapsed: before.lapsed,
        overlap: falls.iter().filter(overlaps).count() as u64,
        low,
        high,
        reached_low: steps(ladder, 0, low).pop(),
        reached_high: steps(ladder, 0, high).pop(),
        due_low,
        due_high,
        money,
        next,
        left,
        until: until(left, &bringers),
        bringers,
    }
}

/// The same for points that come at once, without a log: a calculator's.
#[must_use]
pub fn jump(ladder: &Ladder, prior: u64, points: u64) -> Standing {
    let before = Before { points: prior, ..Before::default() };
    let fall = Fall { at: None, points: Range { low: points, high: points } };
    standing(ladder, before, vec![fall], Bringers::default())
}

fn until(left: Option<u64>, bringers: &Bringers) -> Option<Until> {
    let most = bringers.rules.first().filter(|r| r.each > 0)?;
    Some(Until { rule: most.rule.clone(), each: most.each, times: left?.div_ceil(most.each) })
}

fn day_of(at: Option<Stamp>) -> Option<NaiveDate> {
    Some(at?.shanghai()?.date_naive())
}

/// Walks up from `prior`: the points in the end, and what falls due on the way.
fn climb(ladder: &Ladder, prior: u64, falls: impl Iterator<Item = (Option<Stamp>, u64)>) -> (u64, Vec<Step>) {
    let mut total = prior;
    let mut due: Vec<Step> = Vec::new();
    let mut running_to: Option<Stamp> = None;
    for (at, points) in falls {
        let from = total;
        total = if ladder.gravest { total.max(points) } else { total.saturating_add(points) };
        let mut crossed = steps(ladder, from, total);
        let Some(last) = crossed.last().cloned() else { continue };
        if ladder.heaviest_only || ladder.gravest {
            crossed.drain(..crossed.len().saturating_sub(1));
            // A step that falls due while a lighter one runs takes its place. Without times, they all run.
            let runs = due.last().is_some_and(|_| match (running_to, at) {
                (Some(end), Some(at)) => at < end,
                (_, None) => true,
                (None, Some(_)) => false,
            });
            if runs || ladder.gravest {
                due.pop();
            }
            running_to = at.zip(last.days).map(|(at, days)| Stamp(at.0 + i64::from(days) * DAY));
        }
        for step in crossed {
            add(&mut due, Step { on: day_of(at), ..step });
        }
    }
    (total, due)
}

/// Adds a step; the same recurring step again only counts up.
fn add(due: &mut Vec<Step>, step: Step) {
    match due.last_mut().filter(|last| last.consequence == step.consequence) {
        Some(last) => *last = Step { times: last.times + step.times, ..step },
        None => due.push(step),
    }
}

/// Steps that are crossed on the way from `from` (not itself) to `to`.
fn steps(ladder: &Ladder, from: u64, to: u64) -> Vec<Step> {
    let step = |node: &Node, at: u64, times: u64| Step {
        at,
        times,
        on: None,
        consequence: node.consequence.clone(),
        yuan: node.yuan,
        days: node.days,
    };
    if let Some(every) = ladder.every.map(u64::from).filter(|&n| n > 0) {
        let times = (to / every).saturating_sub(from / every);
        let at = to / every * every;
        let node = ladder.nodes.iter().rfind(|n| u64::from(n.at) <= at);
        return node.filter(|_| times > 0).map(|n| step(n, at, times)).into_iter().collect();
    }
    let crossed = |n: &&Node| from < u64::from(n.at) && u64::from(n.at) <= to;
    ladder.nodes.iter().filter(crossed).map(|n| step(n, n.at.into(), 1)).collect()
}

fn next(ladder: &Ladder, points: u64) -> Option<u64> {
    match ladder.every.map(u64::from).filter(|&n| n > 0) {
        Some(every) => (points / every + 1).checked_mul(every),
        None => ladder.nodes.iter().map(|n| u64::from(n.at)).find(|&at| at > points),
    }
}
