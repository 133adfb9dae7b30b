//! Folds findings into incidents, points, agent cards, templates and shop ladders. It changes no finding, it only
//! orders and prices them, and it reads no clock: the same findings give the same judgement in any order.
//!
//! Every figure is an estimate of what an incident costs if the buyer complains and wins.
//!
//! **The one order.** Findings: those in conversations where the buyer threatens first, since that is where points are
//! really lost; then the gravest level; then the dearest (points, yuan, days); then platform, shop, conversation, time,
//! file, line, rule. Agents: those with enough conversations first; then by live risks, points, yuan, days, violations,
//! warnings, notices; then platform, shop, name. Every format shows these orders and makes none of its own.

mod agents;
mod bringers;
mod incidents;
mod interval;
mod priors;
mod shops;
mod standing;
mod templates;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use serde::Serialize;

pub use agents::{AgentCard, MIN_SAMPLE, Rate};
pub use bringers::{AgentShare, Bringers, RuleShare};
pub use shops::ShopCard;
pub use standing::{Standing, Step, StepMoney, Until, jump};
pub use templates::Template;

use crate::finding::{Level, Slip};
use crate::ids::RuleId;
use crate::model::Platform;
use crate::rules::meta::{Currency, Ladder, RuleMeta};
use crate::tally::Tally;

/// What is known about rules and ladders: the figures in force.
#[derive(Clone, Debug, Default)]
pub struct Book {
    /// Every active rule.
    pub rules: Vec<RuleMeta>,
    /// Every ladder, of all platforms, each id once.
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

    /// The widest ladder that a cost counts on.
    fn widest<'a>(&'a self, platform: Option<Platform>, cost: &'a Cost) -> Option<&'a str> {
        let id = cost.ladder.as_deref()?;
        Some(self.ladder(platform, id).and_then(|l| l.part_of.as_deref()).unwrap_or(id))
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
    /// The day that they are of; none for the judged day itself.
    pub date: Option<NaiveDate>,
}

/// What a judgement takes from the user beside the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Balances before the log.
    pub priors: Vec<Prior>,
    /// The day to judge, to its end; none for the day of the log's last message.
    pub as_of: Option<NaiveDate>,
    /// Conversations below which an agent is not ranked.
    pub min_sample: u64,
}

impl Default for Terms {
    fn default() -> Self {
        Self { priors: Vec::new(), as_of: None, min_sample: MIN_SAMPLE }
    }
}

/// A low and a high estimate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Range {
    /// The low figure.
    pub low: u64,
    /// The high figure.
    pub high: u64,
}

impl Range {
    /// Adds a cost; of days the greater one counts.
    fn add(&mut self, cost: &Cost) {
        let join = |mine: u64, more: u32| match cost.unit {
            Currency::Days => mine.max(more.into()),
            Currency::Points | Currency::Yuan => mine.saturating_add(more.into()),
        };
        self.low = join(self.low, cost.low);
        self.high = join(self.high, cost.high);
    }

    /// The high figure before the low one: how dear it is.
    fn weight(self) -> (u64, u64) {
        (self.high, self.low)
    }
}

/// Estimates in each unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sums {
    /// Points, all ladders together: for ranking only, since platforms never add ladders.
    pub points: Range,
    /// Yuan.
    pub yuan: Range,
    /// Days of measures against the shop, the gravest.
    pub days: Range,
}

impl Sums {
    fn add(&mut self, cost: &Cost) {
        match cost.unit {
            Currency::Points => self.points.add(cost),
            Currency::Yuan => self.yuan.add(cost),
            Currency::Days => self.days.add(cost),
        }
    }

    /// Whether nothing is estimated at all.
    #[must_use]
    pub fn is_none(self) -> bool {
        self == Self::default()
    }

    /// How dear it is, for the one order.
    fn weight(self) -> impl Ord + Copy {
        (self.points.weight(), self.yuan.weight(), self.days.weight())
    }
}

/// What one incident of a rule costs on the finding's platform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cost {
    /// The low figure, in `unit`.
    pub low: u32,
    /// The high figure, in `unit`.
    pub high: u32,
    /// Points, yuan or days.
    pub unit: Currency,
    /// The ladder that it counts on; none for money and where the platform has no such ladder.
    pub ladder: Option<String>,
    /// The other figure that some source gives, in words.
    pub alternative: Option<String>,
    /// Where the figure comes from.
    pub source: String,
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
    /// Its rule has no figure, or it is weaker than the rule's level.
    NoFigure,
}

/// A finding with what the judge says about it.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The finding, as the judge sees it.
    pub slip: Box<Slip>,
    /// The rule's figures on this platform, points first; empty where the finding is weaker than its rule. Findings of one
    /// rule share them.
    pub costs: Arc<Vec<Cost>>,
    /// Whether they are counted.
    pub charge: Charge,
    /// An index into [`Judgement::templates`], when the line is a template of the shop.
    pub template: Option<u32>,
}

impl Judged {
    /// What the rule costs once, over all its figures.
    #[must_use]
    pub fn sums(&self) -> Sums {
        let mut sums = Sums::default();
        self.costs.iter().for_each(|c| sums.add(c));
        sums
    }

    /// The one order of findings in every format; see the module's head.
    fn order(&self) -> impl Ord + '_ {
        let s = &self.slip;
        let place = (s.who.platform, &s.who.shop, &s.conversation, (s.at, s.file, s.line));
        let grave = (Reverse(s.is_live), Reverse(s.level), Reverse(self.sums().weight()));
        (grave, place, &s.rule, &s.id, s.order)
    }
}

/// Everything that the findings add up to.
#[derive(Clone, Debug, Default)]
pub struct Judgement {
    /// Findings, gravest first.
    pub findings: Vec<Judged>,
    /// One card per agent, worst first, those with too small a sample last.
    pub agents: Vec<AgentCard>,
    /// One card per shop, by platform and name.
    pub shops: Vec<ShopCard>,
    /// Lines that robots or several agents send again and again.
    pub templates: Vec<Template>,
    /// Prior points that fit no shop of the log or no ladder of its platform, or are of a later day.
    pub unused_priors: Vec<Prior>,
}

/// The figures by what they hang on.
type Prices = BTreeMap<(RuleId, Option<Platform>, Level), Arc<Vec<Cost>>>;

/// A finding's number in the one order. Of large logs there are as many of these as findings several times over, so
/// they are small.
type Ix = u32;

/// Judges all findings of a run together.
#[must_use]
pub fn judge(slips: Vec<Box<Slip>>, tally: &Tally, book: &Book, terms: &Terms) -> Judgement {
    let rules: BTreeMap<&RuleId, &RuleMeta> = book.rules.iter().map(|r| (&r.id, r)).collect();
    let mut prices: Prices = BTreeMap::new();
    let mut judged: Vec<Judged> = slips
        .into_iter()
        .map(|slip| {
            let rule = rules.get(&slip.rule).copied();
            let known = (slip.rule.clone(), slip.who.platform, slip.level);
            let costs = prices.entry(known).or_insert_with(|| Arc::new(price(&slip, rule, book)));
            Judged { costs: Arc::clone(costs), slip, charge: Charge::NoFigure, template: None }
        })
        .collect();
    // Findings that no key tells apart are the same to a reader.
    judged.sort_unstable_by(|a, b| a.order().cmp(&b.order()));
    let incidents = incidents::charge(&mut judged, &rules);
    let templates = templates::find(&mut judged, &incidents);
    let agents = agents::cards(&judged, &incidents, tally, book, terms.min_sample);
    let (shops, unused_priors) = shops::cards(&judged, &incidents, tally, book, (&terms.priors, terms.as_of));
    Judgement { findings: judged, agents, shops, templates, unused_priors }
}

/// The numbers of all findings.
fn numbers(judged: &[Judged]) -> Vec<Ix> {
    (0..).take(judged.len()).collect()
}

/// Shows the findings that have the same key, together and in their order; keys in order too.
fn together<K: Ord>(mut all: Vec<Ix>, key: impl Fn(Ix) -> K, show: impl FnMut(&[Ix])) {
    all.sort_by_key(|i| key(*i));
    all.chunk_by(|a, b| key(*a) == key(*b)).for_each(show);
}

/// The figures of a finding. A finding weaker than its rule's level has none: a case that only warns is not what the
/// platforms charge.
fn price(slip: &Slip, rule: Option<&RuleMeta>, book: &Book) -> Vec<Cost> {
    let Some(rule) = rule.filter(|r| r.level > Level::Notice && slip.level >= r.level) else {
        return Vec::new();
    };
    let mut costs: Vec<Cost> = rule
        .exposure_on(slip.who.platform)
        .map(|e| Cost {
            low: e.low.min(e.high),
            high: e.high,
            unit: e.unit,
            ladder: e.ladder.as_ref().and_then(|id| book.ladder(slip.who.platform, id)).map(|l| l.id.clone()),
            alternative: e.alternative.clone(),
            source: e.source.clone(),
        })
        .collect();
    costs.sort_by_key(|c| c.unit);
    costs
}

#[cfg(test)]
mod tests;
