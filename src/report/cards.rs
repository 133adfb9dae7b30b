//! What programs see of agents and shops: plain serialisable rows beside those of `view`.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::Report;
use crate::ids::{Fingerprint, RuleId};
use crate::judge::{AgentCard, Bringers, Judged, Range, Rate, ShopCard, Standing, Sums};
use crate::model::Platform;

#[derive(Serialize)]
pub(super) struct AgentView<'a> {
    platform: Option<Platform>,
    shop: &'a str,
    agent: &'a str,
    elsewhere: &'a [String],
    conversations: u64,
    messages: u64,
    ranked: bool,
    incidents: u64,
    violations: u64,
    warnings: u64,
    notices: u64,
    live_risks: u64,
    /// Conversations without a finding of the agent's own.
    clean_conversations: u64,
    rate: Option<Rate>,
    #[serde(flatten)]
    sums: Sums,
    ladders: &'a BTreeMap<String, Range>,
    families: &'a BTreeMap<String, u64>,
    worst_rule: Option<&'a RuleId>,
    worst_finding: Option<&'a Fingerprint>,
}

/// The finding that a card calls the worst.
pub(super) fn worst<'a>(card: &AgentCard, report: &'a Report) -> Option<&'a Judged> {
    report.findings.get(card.worst?)
}

pub(super) fn agent<'a>(card: &'a AgentCard, report: &'a Report) -> AgentView<'a> {
    let worst = worst(card, report).map(|j| &j.slip);
    AgentView {
        platform: card.key.platform,
        shop: &card.key.shop,
        agent: &card.key.agent,
        elsewhere: &card.elsewhere,
        conversations: card.handled.conversations,
        messages: card.handled.messages,
        ranked: card.ranked,
        incidents: card.incidents(),
        violations: card.violations,
        warnings: card.warnings,
        notices: card.notices,
        live_risks: card.live,
        clean_conversations: card.clean(),
        rate: card.rate,
        sums: card.sums,
        ladders: &card.ladders,
        families: &card.families,
        worst_rule: worst.map(|f| &f.rule),
        worst_finding: worst.map(|f| &f.id),
    }
}

#[derive(Serialize)]
pub(super) struct ShopView<'a> {
    platform: Option<Platform>,
    shop: &'a str,
    conversations: u64,
    as_of: Option<NaiveDate>,
    earlier_incidents: u64,
    later_incidents: u64,
    violations: u64,
    warnings: u64,
    notices: u64,
    robot: u64,
    live_risks: u64,
    yuan: Range,
    yuan_bringers: &'a Bringers,
    ladders: &'a [Standing],
}

pub(super) fn shop(card: &ShopCard) -> ShopView<'_> {
    ShopView {
        platform: card.platform,
        shop: &card.shop,
        conversations: card.conversations,
        as_of: card.as_of,
        earlier_incidents: card.earlier,
        later_incidents: card.later,
        violations: card.violations,
        warnings: card.warnings,
        notices: card.notices,
        robot: card.robot,
        live_risks: card.live,
        yuan: card.yuan,
        yuan_bringers: &card.yuan_bringers,
        ladders: &card.ladders,
    }
}
