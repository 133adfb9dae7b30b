//! From findings to incidents: what is charged once. An incident is a rule in an order, a conversation or a
//! buyer's day; and where several rules of one family rest on the same words, those words pay once.
//!
//! The choice is a matching: every counted incident owns a stretch of words that no other incident of its
//! family owns. Taken dearest first, with augmenting paths, the counted total is the greatest possible, so one
//! more finding can never lower it, whatever the order.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU64;
use std::ops::Range;

use super::{Charge, Judged, Sums, together};
use crate::ids::RuleId;
use crate::model::Platform;
use crate::rules::meta::{RuleMeta, Unit};

/// One incident: indices into the sorted findings, the one that stands for it first.
pub(super) struct Incident<'r> {
    /// The family of its rule, empty when the rule is unknown.
    pub(super) family: &'r str,
    /// The finding that stands for it.
    pub(super) head: usize,
    /// Whether its cost is counted.
    pub(super) counted: bool,
}

/// What makes two findings one incident.
type Key<'a> = (&'a RuleId, Option<Platform>, &'a str, Scope<'a>);

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Scope<'a> {
    Conversation(&'a str),
    Order(&'a str, NonZeroU64),
    BuyerDay(NonZeroU64, Option<i64>),
}

/// A stretch of words, numbered: a clause of one message, as one family sees it.
type Words = usize;

/// Groups the sorted findings into incidents and marks on each finding whether it is counted.
pub(super) fn charge<'r>(
    judged: &mut [Judged],
    rules: &BTreeMap<&RuleId, &'r RuleMeta>,
) -> Vec<Incident<'r>> {
    let family = |j: &Judged| rules.get(&j.slip.rule).map_or("", |rule| rule.family.as_str());
    let groups = Groups::new(judged, rules);
    let words = words(judged, family);
    let sums = |i: usize| judged.get(*groups.get(i).first()?).map(Judged::sums);
    let mut by_weight: Vec<usize> =
        (0..groups.len()).filter(|&i| sums(i).is_some_and(|s| !s.is_none())).collect();
    // Groups come in the order of the findings, so ties fall the same way on every run.
    by_weight.sort_by_key(|&i| Reverse(sums(i).map(Sums::weight)));

    let mut owners = Owners { groups: &groups, words: &words, of: BTreeMap::new() };
    let mut counted = vec![false; groups.len()];
    for i in by_weight {
        if let Some(counted) = counted.get_mut(i) {
            *counted = owners.own(i, &mut BTreeSet::new());
        }
    }
    let mut incidents = Vec::with_capacity(groups.len());
    for (number, counted) in counted.into_iter().enumerate() {
        let group = groups.get(number);
        let rival = owners.rival(group).and_then(|head| judged.get(head)).map(|head| head.slip.rule.clone());
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
        if let Some((head, j)) = group.first().and_then(|&head| Some((head, judged.get(head)?))) {
            incidents.push(Incident { family: family(j), head, counted });
        }
    }
    incidents
}

/// The findings of each incident, in one piece of memory: most incidents are a single finding.
struct Groups {
    /// Indices into the sorted findings, those of one incident together and in their order.
    members: Vec<usize>,
    /// Where each incident's begin and end, in the order of the findings.
    ranges: Vec<Range<usize>>,
}

impl Groups {
    fn new(judged: &[Judged], rules: &BTreeMap<&RuleId, &RuleMeta>) -> Self {
        let key = |i: usize| -> Option<Key<'_>> {
            let slip = &judged.get(i)?.slip;
            let unit = rules.get(&slip.rule).map_or(Unit::Conversation, |r| r.unit);
            let scope = match (unit, slip.order, slip.buyer) {
                (Unit::Order, Some(order), _) => Scope::Order(&slip.conversation, order),
                (Unit::BuyerDay, _, Some(buyer)) => Scope::BuyerDay(buyer, slip.at.map(|at| at.day())),
                _ => Scope::Conversation(&slip.conversation),
            };
            Some((&slip.rule, slip.who.platform, &slip.who.shop, scope))
        };
        let (mut members, mut ranges) = (Vec::with_capacity(judged.len()), Vec::new());
        together((0..judged.len()).collect(), key, |group| {
            ranges.push(members.len()..members.len() + group.len());
            members.extend_from_slice(group);
        });
        ranges.sort_by_key(|range| members.get(range.start).copied());
        Self { members, ranges }
    }

    /// How many there are.
    fn len(&self) -> usize {
        self.ranges.len()
    }

    /// The findings of one; nothing beyond the last.
    fn get(&self, number: usize) -> &[usize] {
        let range = self.ranges.get(number).cloned();
        range.and_then(|range| self.members.get(range)).unwrap_or_default()
    }
}

/// The words that each finding rests on.
fn words<'r>(judged: &[Judged], family: impl Fn(&Judged) -> &'r str) -> Vec<Words> {
    let place = |i: usize| {
        let j = judged.get(i)?;
        let slip = &j.slip;
        let talk = (slip.who.platform, &*slip.who.shop, &*slip.conversation);
        Some((family(j), talk, (slip.file, slip.line, slip.clause)))
    };
    let mut words = vec![0; judged.len()];
    let mut number = 0;
    together((0..judged.len()).collect(), place, |same| {
        number += 1;
        for i in same {
            if let Some(word) = words.get_mut(*i) {
                *word = number;
            }
        }
    });
    words
}

/// Which incident owns which words.
struct Owners<'g> {
    groups: &'g Groups,
    /// By finding.
    words: &'g [Words],
    of: BTreeMap<Words, usize>,
}

impl Owners<'_> {
    /// The finding that stands for the incident that owns the words of this one.
    fn rival(&self, group: &[usize]) -> Option<usize> {
        let owner = self.of.get(self.words.get(*group.first()?)?)?;
        self.groups.get(*owner).first().copied()
    }

    /// Tries to give incident `i` words of its own, moving owners aside where they have other words.
    fn own(&mut self, i: usize, seen: &mut BTreeSet<Words>) -> bool {
        for finding in self.groups.get(i) {
            let Some(&words) = self.words.get(*finding) else { continue };
            if !seen.insert(words) {
                continue;
            }
            let free = match self.of.get(&words).copied() {
                None => true,
                Some(other) => self.own(other, seen),
            };
            if free {
                self.of.insert(words, i);
                return true;
            }
        }
        false
    }
}
