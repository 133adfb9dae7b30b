//! Which rules and which agents bring most of a shop's estimate, on one ladder or in money. It only ranks what the
//! incidents say.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;

use super::agents::culprit;
use super::{Cost, Judged, Range};
use crate::ids::RuleId;

/// How many of each are told.
const TOLD: usize = 3;

/// What one rule brings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleShare {
    /// The rule.
    pub rule: RuleId,
    /// Counted incidents.
    pub incidents: u64,
    /// What they come to.
    pub amount: Range,
    /// What the dearest of them comes to, high figure.
    pub each: u64,
}

/// What one agent brings; without a name, the shop's robots and templates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AgentShare {
    /// The account, empty for robots and templates.
    pub agent: String,
    /// Counted incidents.
    pub incidents: u64,
    /// What they come to.
    pub amount: Range,
}

/// The three rules and the three agents that bring most, most first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Bringers {
    /// Rules.
    pub rules: Vec<RuleShare>,
    /// Agents.
    pub agents: Vec<AgentShare>,
}

#[derive(Default)]
struct Sum {
    incidents: u64,
    amount: Range,
    each: u64,
}

impl Sum {
    fn add(&mut self, cost: &Cost) {
        self.incidents += 1;
        self.amount.add(cost);
        self.each = self.each.max(cost.high.into());
    }

    /// Most first.
    fn order(&self) -> impl Ord + use<> {
        Reverse((self.amount.high, self.amount.low, self.incidents))
    }
}

/// Ranks the incidents whose costs are wanted.
pub(super) fn bringers(heads: &[&Judged], wanted: impl Fn(&Cost) -> bool) -> Bringers {
    let mut rules: BTreeMap<&RuleId, Sum> = BTreeMap::new();
    let mut agents: BTreeMap<&str, Sum> = BTreeMap::new();
    for head in heads {
        for cost in head.costs.iter().filter(|c| wanted(c) && c.high > 0) {
            rules.entry(&head.slip.rule).or_default().add(cost);
            agents.entry(culprit(head).map_or("", |key| &key.agent)).or_default().add(cost);
        }
    }
    let mut rules: Vec<_> = rules.into_iter().collect();
    let mut agents: Vec<_> = agents.into_iter().collect();
    // Stable: what brings equally much stays in the order of its name.
    rules.sort_by_key(|(_, sum)| sum.order());
    agents.sort_by_key(|(_, sum)| sum.order());
    Bringers {
        rules: rules
            .into_iter()
            .take(TOLD)
            .map(|(rule, s)| RuleShare {
                rule: rule.clone(),
                incidents: s.incidents,
                amount: s.amount,
                each: s.each,
            })
            .collect(),
        agents: agents
            .into_iter()
            .take(TOLD)
            .map(|(agent, s)| AgentShare {
                agent: agent.to_owned(),
                incidents: s.incidents,
                amount: s.amount,
            })
            .collect(),
    }
}
