//! From findings to incidents: what is charged once. An incident is a rule in an order, a conversation or a
//! buyer's day; and where several rules of one family rest on the same words, those words pay once.
//!
//! The choice is a matching: every counted incident owns a stretch of words that no other incident of its
//! family owns. Taken dearest first, with augmenting paths, the counted total is the greatest possible, so one
//! more finding can never lower it, whatever the order.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::{Charge, Judged, Sums};
use crate::ids::RuleId;
use crate::model::Platform;
use crate::rules::meta::{RuleMeta, Unit};

/// One incident: indices into the sorted findings, the one that stands for it first.
pub(super) struct Incident {
    /// The family of its rule, empty when the rule is unknown.
    pub(super) family: String,
    /// The finding that stands for it.
    pub(super) head: usize,
    /// Whether its cost is counted.
    pub(super) counted: bool,
}

/// What makes two findings one incident.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a> {
    rule: &'a RuleId,
    platform: Option<Platform>,
    shop: &'a str,
    scope: Scope<'a>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Scope<'a> {
    Conversation(&'a str),
    Order(&'a str, &'a str),
    BuyerDay(&'a str, Option<chrono::NaiveDate>),
}

/// A stretch of words: a clause of one message, as one family sees it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Words {
    family: String,
    conversation: (Option<Platform>, String, String),
    file: u32,
    line: u32,
    clause: usize,
}

/// Groups the sorted findings into incidents and marks on each finding whether it is counted.
pub(super) fn charge(judged: &mut [Judged], rules: &BTreeMap<&RuleId, &RuleMeta>) -> Vec<Incident> {
    let groups = group(judged, rules);
    let families: Vec<String> = groups
        .iter()
        .map(|g| g.first().and_then(|&i| judged.get(i)).and_then(|j| rules.get(&j.finding.rule)))
        .map(|rule| rule.map_or_else(String::new, |r| r.family.clone()))
        .collect();
    let places: Vec<Vec<Words>> = groups
        .iter()
        .zip(&families)
        .map(|(g, family)| g.iter().filter_map(|&i| judged.get(i)).map(|j| words(j, family)).collect())
        .collect();
    let sums: Vec<Option<Sums>> =
        groups.iter().map(|g| g.first().and_then(|&i| judged.get(i)).map(Judged::sums)).collect();
    let mut by_weight: Vec<usize> =
        (0..groups.len()).filter(|&i| sums.get(i).copied().flatten().is_some_and(|s| !s.is_none())).collect();
    // Groups come in the order of the findings, so ties fall the same way on every run.
    by_weight.sort_by_key(|&i| Reverse(sums.get(i).copied().flatten().map(Sums::weight)));

    let mut owner: BTreeMap<Words, usize> = BTreeMap::new();
    let mut counted = BTreeSet::new();
    for i in by_weight {
        if own(i, &places, &mut owner, &mut BTreeSet::new()) {
            counted.insert(i);
        }
    }
    let rival = |i: usize| places.get(i).and_then(|p| p.first()).and_then(|w| owner.get(w)).copied();
    let verdicts: Vec<(bool, Option<RuleId>)> = (0..groups.len())
        .map(|i| {
            let head =
                rival(i).and_then(|r| groups.get(r)).and_then(|g| g.first()).and_then(|&h| judged.get(h));
            (counted.contains(&i), head.map(|j| j.finding.rule.clone()))
        })
        .collect();
    let mut incidents = Vec::with_capacity(groups.len());
    for ((group, family), (counted, rival)) in groups.iter().zip(families).zip(verdicts) {
        for (n, &i) in group.iter().enumerate() {
            let Some(j) = judged.get_mut(i) else { continue };
            j.charge = match &rival {
                _ if j.sums().is_none() => Charge::NoFigure,
                _ if counted && n == 0 => Charge::Counted,
                _ if n > 0 => Charge::SameIncident,
                Some(rule) => Charge::SameWords(rule.clone()),
                None => Charge::NoFigure,
            };
        }
        if let Some(&head) = group.first() {
            incidents.push(Incident { family, head, counted });
        }
    }
    incidents
}

/// Findings of one incident together, both in the order of the findings.
fn group(judged: &[Judged], rules: &BTreeMap<&RuleId, &RuleMeta>) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<Key<'_>, Vec<usize>> = BTreeMap::new();
    for (i, j) in judged.iter().enumerate() {
        let f = &j.finding;
        let unit = rules.get(&f.rule).map_or(Unit::Conversation, |r| r.unit);
        let scope = match unit {
            Unit::Order if !f.order_id.is_empty() => Scope::Order(&f.conversation, &f.order_id),
            Unit::BuyerDay if !f.buyer.is_empty() => {
                let day = f.main_line().and_then(|l| l.at).and_then(|at| at.shanghai());
                Scope::BuyerDay(&f.buyer, day.map(|t| t.date_naive()))
            }
            _ => Scope::Conversation(&f.conversation),
        };
        groups.entry(Key { rule: &f.rule, platform: f.platform, shop: &f.shop, scope }).or_default().push(i);
    }
    let mut groups: Vec<Vec<usize>> = groups.into_values().collect();
    groups.sort();
    groups
}

/// Tries to give incident `i` words of its own, moving owners aside where they have other words.
fn own(
    i: usize,
    places: &[Vec<Words>],
    owner: &mut BTreeMap<Words, usize>,
    seen: &mut BTreeSet<Words>,
) -> bool {
    let Some(mine) = places.get(i) else { return false };
    for words in mine {
        if !seen.insert(words.clone()) {
            continue;
        }
        let free = match owner.get(words).copied() {
            None => true,
            Some(other) => own(other, places, owner, seen),
        };
        if free {
            owner.insert(words.clone(), i);
            return true;
        }
    }
    false
}

/// The words that a finding rests on: the clause of its main line in which the deciding words begin. A clause
/// rather than overlapping spans, because "in the same clause" divides findings cleanly while "overlaps" chains.
fn words(judged: &Judged, family: &str) -> Words {
    let f = &judged.finding;
    let conversation = (f.platform, f.shop.clone(), f.conversation.clone());
    let (file, line, clause) = f.main_line().map_or((0, 0, 0), |l| {
        let start = l.spans.first().map_or(0, |s| s.start);
        let before = l.text.get(..start).unwrap_or_default();
        (l.file, l.line, before.matches(['，', ',', '。', '！', '!', '？', '?', '；', ';', '\n']).count())
    });
    Words { family: family.to_owned(), conversation, file, line, clause }
}
