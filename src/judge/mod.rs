//! Folds findings into incidents, points, agent cards, templates and shop ladders. It changes no finding, it only
//! orders and prices them, and it reads no clock: the same findings give the same judgement in any order.
//!
//! Every figure is an estimate of what an incident costs if the buyer complains and wins.

mod agents;
mod incidents;
mod shops;
mod standing;
mod templates;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;

pub use agents::{AgentCard, MIN_SAMPLE};
pub use shops::ShopCard;
pub use standing::{Standing, Step};
pub use templates::Template;

use crate::finding::{Finding, Level};
use crate::ids::RuleId;
use crate::model::Platform;
use crate::rules::meta::{Currency, Ladder, RuleMeta};
use crate::tally::Tally;

/// What is known about rules and ladders.
#[derive(Clone, Debug, Default)]
pub struct Book {
    /// Every active rule.
    pub rules: Vec<RuleMeta>,
    /// Every ladder, of all platforms.
    pub ladders: Vec<Ladder>,
}

impl Book {
    /// The ladder that `id` means on `platform`: the one of that name, or the platform's own (`jd-general` for
    /// `general` on JD).
    #[must_use]
    pub fn ladder(&self, platform: Option<Platform>, id: &str) -> Option<&Ladder> {
        let fits = |l: &&Ladder| platform.is_none_or(|p| p == l.platform);
        self.ladders.iter().filter(fits).find(|l| l.id == id).or_else(|| {
            let own = format!("{}-{id}", platform?);
            self.ladders.iter().find(|l| l.id == own)
        })
    }
}

/// Points that a shop had before this log, as the platform's back office shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prior {
    /// The shop's name as in the log.
    pub shop: String,
    /// The ladder's id.
    pub ladder: String,
    /// Points.
    pub points: u32,
}

/// A low and a high estimate, in points or yuan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Range {
    /// The low figure.
    pub low: u64,
    /// The high figure.
    pub high: u64,
}

impl Range {
    fn add(&mut self, cost: &Cost) {
        self.low = self.low.saturating_add(cost.low.into());
        self.high = self.high.saturating_add(cost.high.into());
    }
}

/// What one incident of a rule costs on the finding's platform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cost {
    /// The low figure, in `unit`.
    pub low: u32,
    /// The high figure, in `unit`.
    pub high: u32,
    /// Points or yuan.
    pub unit: Currency,
    /// The ladder that the points add up on; none for money and where the platform has no such ladder.
    pub ladder: Option<String>,
}

/// Whether a finding's cost is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Charge {
    /// It stands for its incident, and the incident is counted.
    Counted,
    /// Another finding stands for the same incident.
    SameIncident,
    /// The same words are counted already, for a dearer or equal rule of the same family.
    SameWords(RuleId),
    /// Its rule has no figure, or it is no violation.
    NoFigure,
}

/// A finding with what the judge knows about it.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The finding, as it was found.
    pub finding: Finding,
    /// The rule's figures on this platform, points first; empty unless the finding is a violation.
    pub costs: Vec<Cost>,
    /// Whether they are counted.
    pub charge: Charge,
    /// An index into [`Judgement::templates`], when the line is a template of the shop.
    pub template: Option<usize>,
}

impl Judged {
    /// The dearness of a finding: points high and low, then yuan high and low.
    fn weight(&self) -> (u64, u64, u64, u64) {
        let (points, yuan) = (self.sum(Currency::Points), self.sum(Currency::Yuan));
        (points.high, points.low, yuan.high, yuan.low)
    }

    /// What the rule costs once in `unit`, over all its figures.
    #[must_use]
    pub fn sum(&self, unit: Currency) -> Range {
        let mut range = Range::default();
        self.costs.iter().filter(|c| c.unit == unit).for_each(|c| range.add(c));
        range
    }

    /// The one order of findings in every format.
    fn order(&self) -> impl Ord + use<> {
        let f = &self.finding;
        let at = f.main_line().map(|l| (l.at, l.file, l.line));
        let place = (f.platform, f.shop.clone(), f.conversation.clone(), at);
        (Reverse(f.level), Reverse(self.weight()), place, f.rule.clone(), f.id.clone(), f.order_id.clone())
    }
}

/// Everything that the findings add up to.
#[derive(Clone, Debug, Default)]
pub struct Judgement {
    /// All findings, gravest first.
    pub findings: Vec<Judged>,
    /// One card per agent, worst first, those with too small a sample last.
    pub agents: Vec<AgentCard>,
    /// One card per shop, by platform and name.
    pub shops: Vec<ShopCard>,
    /// Lines that robots or several agents send again and again.
    pub templates: Vec<Template>,
    /// Prior points that fit no shop of the log or no ladder of its platform.
    pub unused_priors: Vec<Prior>,
}

/// Judges all findings of a run together.
#[must_use]
pub fn judge(findings: Vec<Finding>, tally: &Tally, book: &Book, priors: &[Prior]) -> Judgement {
    let rules: BTreeMap<&RuleId, &RuleMeta> = book.rules.iter().map(|r| (&r.id, r)).collect();
    let mut judged: Vec<Judged> = findings
        .into_iter()
        .map(|finding| {
            let costs = price(&finding, rules.get(&finding.rule).copied(), book);
            Judged { finding, costs, charge: Charge::NoFigure, template: None }
        })
        .collect();
    judged.sort_by_cached_key(Judged::order);
    let incidents = incidents::charge(&mut judged, &rules);
    let templates = templates::find(&mut judged, &incidents);
    let agents = agents::cards(&judged, &incidents, tally);
    let (shops, unused_priors) = shops::cards(&judged, &incidents, tally, book, priors);
    Judgement { findings: judged, agents, shops, templates, unused_priors }
}

/// The figures of a finding: only violations have any.
fn price(finding: &Finding, rule: Option<&RuleMeta>, book: &Book) -> Vec<Cost> {
    let Some(rule) = rule.filter(|_| finding.level == Level::Violation) else { return Vec::new() };
    let mut costs: Vec<Cost> = rule
        .exposure_on(finding.platform)
        .map(|e| Cost {
            low: e.low.min(e.high),
            high: e.high,
            unit: e.unit,
            ladder: e.ladder.as_ref().and_then(|id| book.ladder(finding.platform, id)).map(|l| l.id.clone()),
        })
        .collect();
    costs.sort_by_key(|c| c.unit);
    costs
}

#[cfg(test)]
mod tests;
