//! Lines that a robot or several agents send again and again: one template to mend rather than many agents to
//! blame. The shop still answers for every incident.

use std::collections::{BTreeMap, BTreeSet};

use super::incidents::Incident;
use super::{Judged, Sums};
use crate::ids::RuleId;
use crate::model::{Platform, Role};

/// Conversations from which on a line is a template.
const MIN_CONVERSATIONS: usize = 3;
/// Shorter lines (没有, 嗯) are people's own words however often they occur; in characters.
const MIN_CHARS: usize = 10;

/// One line, one rule, and how far it reaches.
#[derive(Clone, Debug)]
pub struct Template {
    /// The rule that it breaks.
    pub rule: RuleId,
    /// The marketplace.
    pub platform: Option<Platform>,
    /// The shop.
    pub shop: String,
    /// The line as first seen, unmasked.
    pub text: String,
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

#[derive(Default)]
struct Reach<'a> {
    members: Vec<usize>,
    conversations: BTreeSet<&'a str>,
    agents: BTreeSet<&'a str>,
    robot: bool,
}

/// Finds the templates, widest reach first, and points their findings to them.
pub(super) fn find(judged: &mut [Judged], incidents: &[Incident]) -> Vec<Template> {
    let mut found: Vec<(Template, Vec<usize>)> = reaches(judged)
        .into_values()
        .filter(Reach::is_template)
        .filter_map(|reach| {
            let first = judged.get(*reach.members.first()?)?;
            let template = Template {
                rule: first.finding.rule.clone(),
                platform: first.finding.platform,
                shop: first.finding.shop.clone(),
                text: first.finding.main_line()?.text.clone(),
                robot: reach.robot,
                times: reach.members.len() as u64,
                conversations: reach.conversations.len() as u64,
                agents: reach.agents.len() as u64,
                sums: Sums::default(),
            };
            Some((template, reach.members))
        })
        .collect();
    // Stable: what reaches equally far stays in the order of shop, rule and line.
    found.sort_by_key(|(t, _)| std::cmp::Reverse((t.conversations, t.times)));
    for (n, (_, members)) in found.iter().enumerate() {
        for &i in members {
            if let Some(j) = judged.get_mut(i) {
                j.template = Some(n);
            }
        }
    }
    for incident in incidents.iter().filter(|i| i.counted) {
        let Some(head) = judged.get(incident.head) else { continue };
        let Some((template, _)) = head.template.and_then(|n| found.get_mut(n)) else { continue };
        head.costs.iter().for_each(|c| template.sums.add(c));
    }
    found.into_iter().map(|(template, _)| template).collect()
}

type Line<'a> = (Option<Platform>, &'a str, &'a RuleId, bool, String);

fn reaches(judged: &[Judged]) -> BTreeMap<Line<'_>, Reach<'_>> {
    let mut lines: BTreeMap<Line<'_>, Reach<'_>> = BTreeMap::new();
    for (i, j) in judged.iter().enumerate() {
        let f = &j.finding;
        let Some(line) = f.main_line() else { continue };
        let robot = line.role == Role::Robot;
        let folded = fold(&line.text);
        if folded.is_empty() || !robot && folded.chars().count() < MIN_CHARS {
            continue;
        }
        let reach = lines.entry((f.platform, &f.shop, &f.rule, robot, folded)).or_default();
        reach.members.push(i);
        reach.conversations.insert(&f.conversation);
        reach.robot = robot;
        if !robot {
            reach.agents.insert(&f.agent);
        }
    }
    lines
}

impl Reach<'_> {
    fn is_template(&self) -> bool {
        self.conversations.len() >= MIN_CONVERSATIONS && (self.robot || self.agents.len() >= 2)
    }
}

/// A line without blanks, letters in lower case, every run of digits as one `0`: order numbers and prices differ
/// between two uses of one template.
fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).flat_map(char::to_lowercase) {
        match c.is_numeric() {
            true if out.ends_with('0') => {}
            true => out.push('0'),
            false => out.push(c),
        }
    }
    out
}
