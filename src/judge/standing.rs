//! Where a number of points stands on one ladder: the step reached, what falls due, and the next step.
//! It does not know where the points come from.

use serde::Serialize;

use crate::rules::meta::{Ladder, Node};

/// A step of a ladder that is reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Points at which it stands.
    pub at: u64,
    /// How often it falls due: more than once only where a step recurs and the points jump over several.
    pub times: u64,
    /// What happens, Chinese.
    pub consequence: String,
    /// The sum due each time, in yuan.
    pub yuan: Option<u32>,
    /// How long the measures last, in days.
    pub days: Option<u32>,
}

/// A shop on one ladder, in the year of its card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// The ladder's id.
    pub ladder: String,
    /// Chinese name.
    pub title: String,
    /// English name.
    pub title_en: String,
    /// Points before this log.
    pub prior: u64,
    /// Points with this log's, low figure.
    pub low: u64,
    /// Points with this log's, high figure.
    pub high: u64,
    /// The step that the low figure stands on.
    pub reached_low: Option<Step>,
    /// The step that the high figure stands on.
    pub reached_high: Option<Step>,
    /// What this log makes fall due by the low figure, lightest first.
    pub due_low: Vec<Step>,
    /// What this log makes fall due by the high figure, lightest first.
    pub due_high: Vec<Step>,
    /// The next step above the high figure; none beyond the last.
    pub next: Option<u64>,
    /// Points from the high figure to it.
    pub left: Option<u64>,
}

/// Places `prior` points and the log's own on the ladder.
pub(super) fn standing(ladder: &Ladder, prior: u64, own: super::Range) -> Standing {
    let (low, high) = (prior.saturating_add(own.low), prior.saturating_add(own.high));
    let next = next(ladder, high);
    Standing {
        ladder: ladder.id.clone(),
        title: ladder.title.clone(),
        title_en: ladder.title_en.clone(),
        prior,
        low,
        high,
        reached_low: steps(ladder, 0, low).pop(),
        reached_high: steps(ladder, 0, high).pop(),
        due_low: due(ladder, prior, low),
        due_high: due(ladder, prior, high),
        next,
        left: next.map(|n| n - high),
    }
}

/// Steps that are crossed on the way from `from` (not itself) to `to`.
fn steps(ladder: &Ladder, from: u64, to: u64) -> Vec<Step> {
    let step = |node: &Node, at: u64, times: u64| Step {
        at,
        times,
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

/// What is executed: every step crossed, or the heaviest alone.
fn due(ladder: &Ladder, prior: u64, total: u64) -> Vec<Step> {
    let mut steps = steps(ladder, prior, total);
    if ladder.heaviest_only {
        steps.drain(..steps.len().saturating_sub(1));
    }
    steps
}

fn next(ladder: &Ladder, points: u64) -> Option<u64> {
    match ladder.every.map(u64::from).filter(|&n| n > 0) {
        Some(every) => (points / every + 1).checked_mul(every),
        None => ladder.nodes.iter().map(|n| u64::from(n.at)).find(|&at| at > points),
    }
}
