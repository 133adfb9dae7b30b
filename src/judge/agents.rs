//! One card per agent. Robot lines and templates are the shop's, not the agent's; rates over a handful of
//! conversations say nothing, so small samples are shown but not ranked.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::incidents::Incident;
use super::{Judged, Range};
use crate::finding::Level;
use crate::ids::{Fingerprint, RuleId};
use crate::model::Role;
use crate::rules::meta::Currency;
use crate::tally::{AgentKey, Handled, Tally};

/// Conversations below which an agent is not ranked.
pub const MIN_SAMPLE: u64 = 30;

/// What one agent did.
#[derive(Clone, Debug)]
pub struct AgentCard {
    /// Who.
    pub key: AgentKey,
    /// How much was handled.
    pub handled: Handled,
    /// Whether the sample is large enough to compare.
    pub ranked: bool,
    /// Incidents that are violations.
    pub violations: u64,
    /// Incidents that are warnings.
    pub warnings: u64,
    /// Incidents that are notices.
    pub notices: u64,
    /// Points of the counted incidents.
    pub points: Range,
    /// Yuan of the counted incidents.
    pub yuan: Range,
    /// Incidents per rule family.
    pub families: BTreeMap<String, u64>,
    /// The gravest finding: its rule and its fingerprint.
    pub worst: Option<(RuleId, Fingerprint)>,
}

impl AgentCard {
    fn new(key: AgentKey, handled: Handled) -> Self {
        Self {
            key,
            handled,
            ranked: handled.conversations >= MIN_SAMPLE,
            violations: 0,
            warnings: 0,
            notices: 0,
            points: Range::default(),
            yuan: Range::default(),
            families: BTreeMap::new(),
            worst: None,
        }
    }
}

/// Whom an incident is laid on: `None` means the shop.
fn culprit(judged: &Judged) -> Option<AgentKey> {
    let f = &judged.finding;
    let own = judged.template.is_none() && f.main_line().is_none_or(|l| l.role != Role::Robot);
    (own && !f.agent.is_empty()).then(|| AgentKey {
        platform: f.platform,
        shop: f.shop.clone(),
        agent: f.agent.clone(),
    })
}

/// A card for every agent of the tally, worst first.
pub(super) fn cards(judged: &[Judged], incidents: &[Incident], tally: &Tally) -> Vec<AgentCard> {
    let mut cards: BTreeMap<AgentKey, AgentCard> = tally
        .agents
        .iter()
        .map(|(key, &handled)| (key.clone(), AgentCard::new(key.clone(), handled)))
        .collect();
    // Incidents come gravest first, so the first one that an agent meets is the worst.
    for incident in incidents {
        let Some(head) = judged.get(incident.head) else { continue };
        let Some(key) = culprit(head) else { continue };
        let card = cards.entry(key.clone()).or_insert_with(|| AgentCard::new(key, Handled::default()));
        match head.finding.level {
            Level::Violation => card.violations += 1,
            Level::Warning => card.warnings += 1,
            Level::Notice => card.notices += 1,
        }
        *card.families.entry(incident.family.clone()).or_default() += 1;
        card.worst.get_or_insert_with(|| (head.finding.rule.clone(), head.finding.id.clone()));
        if incident.counted {
            for cost in &head.costs {
                match cost.unit {
                    Currency::Points => card.points.add(cost),
                    Currency::Yuan => card.yuan.add(cost),
                }
            }
        }
    }
    let mut cards: Vec<AgentCard> = cards.into_values().collect();
    // Stable: equals stay in the order of platform, shop and name.
    cards.sort_by_key(|c| {
        let weight = (c.points.high, c.points.low, c.yuan.high, c.violations, c.warnings, c.notices);
        Reverse((c.ranked, weight))
    });
    cards
}
