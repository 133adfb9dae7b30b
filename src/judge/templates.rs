//! Lines that a robot or several agents send again and again: one template to mend rather than many agents to
//! blame. The shop still answers for every incident.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::num::NonZeroU64;

use super::incidents::Incident;
use super::{Ix, Judged, Sums, numbers, together};
use crate::ids::RuleId;
use crate::model::Platform;

/// Conversations from which on a line is a template.
const MIN_CONVERSATIONS: usize = 3;

/// One line, one rule, and how far it reaches.
#[derive(Clone, Debug)]
pub struct Template {
    /// The rule that it breaks.
    pub rule: RuleId,
    /// The marketplace.
    pub platform: Option<Platform>,
    /// The shop.
    pub shop: String,
    /// The finding that shows the line first: an index into the findings.
    pub first: usize,
    /// Whether a robot sends it.
    pub robot: bool,
    /// Findings that it caused.
    pub times: u64,
    /// Conversations in which it stands.
    pub conversations: u64,
    /// Agents who sent it.
    pub agents: u64,
    /// What its counted incidents come to.
    pub sums: Sums,
}

/// Finds the templates, widest reach first, and points their findings to them.
pub(super) fn find(judged: &mut [Judged], incidents: &[Incident]) -> Vec<Template> {
    let mut lines = numbers(judged);
    lines.retain(|i| wording(judged, *i).is_some());
    let mut found: Vec<(Template, Vec<Ix>)> = Vec::new();
    together(
        lines,
        |i| wording(judged, i),
        |members| found.extend(template(judged, members).map(|template| (template, members.to_vec()))),
    );
    let order = |t: &Template| (Reverse((t.conversations, t.times)), t.first);
    found.sort_by_key(|(template, _)| order(template));
    for (n, (_, members)) in (0..).zip(&found) {
        for &i in members {
            if let Some(j) = judged.get_mut(i as usize) {
                j.template = Some(n);
            }
        }
    }
    for incident in incidents.iter().filter(|i| i.counted) {
        let Some(head) = incident.head(judged) else { continue };
        let Some((template, _)) = head.template.and_then(|n| found.get_mut(n as usize)) else { continue };
        head.costs.iter().for_each(|c| template.sums.add(c));
    }
    found.into_iter().map(|(template, _)| template).collect()
}

/// What makes two lines the same.
type Wording<'a> = (Option<Platform>, &'a str, &'a RuleId, bool, NonZeroU64);

/// The wording of a finding's line; none when it cannot be a template.
fn wording(judged: &[Judged], i: Ix) -> Option<Wording<'_>> {
    let slip = &judged.get(i as usize)?.slip;
    Some((slip.who.platform, &slip.who.shop, &slip.rule, slip.is_robot, slip.wording?))
}

/// The template of findings of one wording, the gravest first; none when it does not reach far enough.
fn template(judged: &[Judged], members: &[Ix]) -> Option<Template> {
    if members.len() < MIN_CONVERSATIONS {
        return None;
    }
    let slips = || members.iter().filter_map(|i| judged.get(*i as usize)).map(|j| &j.slip);
    let conversations: BTreeSet<&str> = slips().map(|slip| &*slip.conversation).collect();
    let agents: BTreeSet<&str> = slips().filter(|slip| !slip.is_robot).map(|slip| &*slip.who.agent).collect();
    let (first, slip) = (*members.first()?, slips().next()?);
    let reaches = conversations.len() >= MIN_CONVERSATIONS && (slip.is_robot || agents.len() >= 2);
    reaches.then(|| Template {
        rule: slip.rule.clone(),
        platform: slip.who.platform,
        shop: slip.who.shop.clone(),
        first: first as usize,
        robot: slip.is_robot,
        times: members.len() as u64,
        conversations: conversations.len() as u64,
        agents: agents.len() as u64,
        sums: Sums::default(),
    })
}
