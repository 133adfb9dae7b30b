//! One card per agent and shop. A line is charged to its writer, whoever else served the conversation; robot lines and
//! templates are the shop's. Rates over a handful of conversations say nothing, so small samples are shown but not
//! ranked.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::incidents::Incident;
use super::interval::poisson;
use super::{Book, Ix, Judged, Range, Sums, numbers, together};
use crate::finding::Level;
use crate::ids::RuleId;
use crate::model::Platform;
use crate::rules::meta::Currency;
use crate::tally::{AgentKey, Handled, Tally};

/// Conversations below which an agent is not ranked, unless the user sets another number.
pub const MIN_SAMPLE: u64 = 30;

/// Incidents per thousand of the agent's own messages, with the exact 95 % Poisson interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Rate {
    /// Incidents per 1,000 messages.
    pub per_1000: f64,
    /// Low bound.
    pub low: f64,
    /// High bound.
    pub high: f64,
}

impl Rate {
    /// `None` without messages.
    fn of(incidents: u64, messages: u64) -> Option<Self> {
        if messages == 0 {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "counts of messages are far below 2^52")]
        let (seen, per) = (incidents as f64, 1000.0 / messages as f64);
        let (low, high) = poisson(incidents);
        let round = |n: f64| (n * per * 100.0).round() / 100.0;
        Some(Self { per_1000: round(seen), low: round(low), high: round(high) })
    }
}

/// What one agent did.
#[derive(Clone, Debug)]
pub struct AgentCard {
    /// Who, in which shop.
    pub key: AgentKey,
    /// Other shops of the log in which an account of this name wrote; each has its own card.
    pub elsewhere: Vec<String>,
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
    /// Incidents in conversations where the buyer threatens.
    pub live: u64,
    /// Conversations with at least one finding of this agent's own.
    pub faulty: u64,
    /// Incidents per message.
    pub rate: Option<Rate>,
    /// What the counted incidents come to.
    pub sums: Sums,
    /// The points per ladder; part-of ladders under the wider one.
    pub ladders: BTreeMap<String, Range>,
    /// Incidents per rule family.
    pub families: BTreeMap<String, u64>,
    /// The gravest finding: an index into the findings.
    pub worst: Option<usize>,
}

impl AgentCard {
    fn new(key: AgentKey, handled: Handled, min_sample: u64) -> Self {
        Self {
            key,
            elsewhere: Vec::new(),
            handled,
            ranked: handled.conversations >= min_sample,
            violations: 0,
            warnings: 0,
            notices: 0,
            live: 0,
            faulty: 0,
            rate: None,
            sums: Sums::default(),
            ladders: BTreeMap::new(),
            families: BTreeMap::new(),
            worst: None,
        }
    }

    /// Incidents of every level.
    #[must_use]
    pub fn incidents(&self) -> u64 {
        self.violations + self.warnings + self.notices
    }

    /// Conversations without a finding of this agent's own.
    #[must_use]
    pub fn clean(&self) -> u64 {
        self.handled.conversations.saturating_sub(self.faulty)
    }
}

/// Whom an incident is laid on: `None` means the shop.
pub(super) fn culprit(judged: &Judged) -> Option<&AgentKey> {
    let slip = &judged.slip;
    let own = judged.template.is_none() && !slip.is_robot && !slip.who.agent.is_empty();
    own.then_some(&slip.who)
}

/// A card for every agent of the tally, worst first.
pub(super) fn cards(
    judged: &[Judged],
    incidents: &[Incident],
    tally: &Tally,
    book: &Book,
    min_sample: u64,
) -> Vec<AgentCard> {
    let mut cards: BTreeMap<AgentKey, AgentCard> = tally
        .agents
        .iter()
        .map(|(key, &handled)| (key.clone(), AgentCard::new(key.clone(), handled, min_sample)))
        .collect();
    let families: BTreeMap<&RuleId, &str> = book.rules.iter().map(|r| (&r.id, r.family.as_str())).collect();
    // Incidents come gravest first, so the first one that an agent meets is the worst.
    for incident in incidents {
        let Some(head) = incident.head(judged) else { continue };
        let Some(key) = culprit(head) else { continue };
        let card = cards
            .entry(key.clone())
            .or_insert_with(|| AgentCard::new(key.clone(), Handled::default(), min_sample));
        match head.slip.level {
            Level::Violation => card.violations += 1,
            Level::Warning => card.warnings += 1,
            Level::Notice => card.notices += 1,
        }
        card.live += u64::from(head.slip.is_live);
        let family = families.get(&head.slip.rule).copied().unwrap_or_default();
        *card.families.entry(family.to_owned()).or_default() += 1;
        card.worst.get_or_insert(incident.head as usize);
        if incident.counted {
            charge(card, head, book);
        }
    }
    for (key, conversations) in faulty(judged) {
        if let Some(card) = cards.get_mut(key) {
            card.faulty = conversations;
        }
    }
    let shops = shops_of(cards.keys());
    let mut cards: Vec<AgentCard> = cards.into_values().collect();
    for card in &mut cards {
        card.rate = Rate::of(card.incidents(), card.handled.messages);
        let others = shops.get(&card.key.agent).into_iter().flatten();
        card.elsewhere = others
            .filter(|s| **s != (card.key.platform, card.key.shop.clone()))
            .map(|s| s.1.clone())
            .collect();
    }
    // Stable: equals stay in the order of platform, shop and name.
    cards.sort_by_key(|c| Reverse((c.ranked, c.live, c.sums.weight(), c.violations, c.warnings, c.notices)));
    cards
}

/// Adds what an incident costs to its agent's card.
fn charge(card: &mut AgentCard, head: &Judged, book: &Book) {
    for cost in head.costs.iter() {
        card.sums.add(cost);
        if cost.unit == Currency::Points
            && let Some(ladder) = book.widest(head.slip.who.platform, cost)
        {
            card.ladders.entry(ladder.to_owned()).or_default().add(cost);
        }
    }
}

/// For each agent, how many conversations have a finding of the agent's own.
fn faulty(judged: &[Judged]) -> BTreeMap<&AgentKey, u64> {
    let own = |i: Ix| {
        let j = judged.get(i as usize)?;
        Some((culprit(j)?, &j.slip.conversation))
    };
    let mut faulty: BTreeMap<&AgentKey, u64> = BTreeMap::new();
    together(numbers(judged), own, |of_one| {
        if let Some((key, _)) = of_one.first().and_then(|i| own(*i)) {
            *faulty.entry(key).or_default() += 1;
        }
    });
    faulty
}

type Shop = (Option<Platform>, String);

/// The shops in which each account name wrote.
fn shops_of<'a>(keys: impl Iterator<Item = &'a AgentKey>) -> BTreeMap<String, BTreeSet<Shop>> {
    let mut shops: BTreeMap<String, BTreeSet<Shop>> = BTreeMap::new();
    for key in keys {
        shops.entry(key.agent.clone()).or_default().insert((key.platform, key.shop.clone()));
    }
    shops
}
