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

use super::{Charge, Ix, Judged, Sums, numbers, together};
use crate::ids::RuleId;
use crate::model::Platform;
use crate::rules::meta::{RuleMeta, Unit};

/// One incident.
pub(super) struct Incident {
    /// The finding that stands for it.
    pub(super) head: Ix,
    /// Whether its cost is counted.
    pub(super) counted: bool,
}

impl Incident {
    /// The finding that stands for it.
    pub(super) fn head<'j>(&self, judged: &'j [Judged]) -> Option<&'j Judged> {
        judged.get(self.head as usize)
    }
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
type Words = u32;

/// Groups the sorted findings into incidents and marks on each finding whether it is counted.
pub(super) fn charge(judged: &mut [Judged], rules: &BTreeMap<&RuleId, &RuleMeta>) -> Vec<Incident> {
    let family = |j: &Judged| rules.get(&j.slip.rule).map_or("", |rule| rule.family.as_str());
    let groups = Groups::new(judged, rules);
    let words = words(judged, family);
    let sums = |i: Number| judged.get(*groups.get(i).first()? as usize).map(Judged::sums);
    let mut by_weight: Vec<Number> = groups.numbers().collect();
    by_weight.retain(|&i| sums(i).is_some_and(|s| !s.is_none()));
    // Groups come in the order of the findings, so ties fall the same way on every run.
    by_weight.sort_by_key(|&i| Reverse(sums(i).map(Sums::weight)));

    let mut owners = Owners { groups: &groups, words: &words, of: vec![None; words.len()] };
    let mut counted = vec![false; groups.ranges.len()];
    for i in by_weight {
        if let Some(counted) = counted.get_mut(i as usize) {
            *counted = owners.own(i, &mut BTreeSet::new());
        }
    }
    let mut incidents = Vec::with_capacity(counted.len());
    for (number, counted) in groups.numbers().zip(counted) {
        let group = groups.get(number);
        let rival = owners.rival(group).and_then(|head| judged.get(head as usize));
        let rival = rival.map(|head| head.slip.rule.clone());
        for (n, &i) in group.iter().enumerate() {
            let Some(j) = judged.get_mut(i as usize) else { continue };
            j.charge = match &rival {
                _ if j.sums().is_none() => Charge::NoFigure,
                _ if counted && n == 0 => Charge::Counted,
                _ if n > 0 => Charge::SameIncident,
                Some(rule) => Charge::SameWords(rule.clone()),
                None => Charge::NoFigure,
            };
        }
        incidents.extend(group.first().map(|&head| Incident { head, counted }));
    }
    incidents
}

/// An incident's number, in the order of the findings that stand for them.
type Number = u32;

/// The findings of each incident, in one piece of memory: most incidents are a single finding.
struct Groups {
    /// Those of one incident together and in their order.
    members: Vec<Ix>,
    /// Where each incident's begin and end among them, in the order of the findings.
    ranges: Vec<Range<u32>>,
}

impl Groups {
    fn new(judged: &[Judged], rules: &BTreeMap<&RuleId, &RuleMeta>) -> Self {
        let key = |i: Ix| -> Option<Key<'_>> {
            let slip = &judged.get(i as usize)?.slip;
            let unit = rules.get(&slip.rule).map_or(Unit::Conversation, |r| r.unit);
            let scope = match (unit, slip.order, slip.buyer) {
                (Unit::Order, Some(order), _) => Scope::Order(&slip.conversation, order),
                (Unit::BuyerDay, _, Some(buyer)) => Scope::BuyerDay(buyer, slip.at.map(|at| at.day())),
                _ => Scope::Conversation(&slip.conversation),
            };
            Some((&slip.rule, slip.who.platform, &slip.who.shop, scope))
        };
        let (mut members, mut ranges) = (Vec::with_capacity(judged.len()), Vec::new());
        together(numbers(judged), key, |group| {
            let begin = ranges.last().map_or(0, |last: &Range<u32>| last.end);
            let length = u32::try_from(group.len()).unwrap_or(u32::MAX);
            ranges.push(begin..begin.saturating_add(length));
            members.extend_from_slice(group);
        });
        ranges.sort_by_key(|range| members.get(range.start as usize).copied());
        Self { members, ranges }
    }

    /// The numbers of all incidents.
    fn numbers(&self) -> impl Iterator<Item = Number> + use<> {
        (0..).take(self.ranges.len())
    }

    /// The findings of one; nothing beyond the last.
    fn get(&self, number: Number) -> &[Ix] {
        let range = self.ranges.get(number as usize).map(|range| range.start as usize..range.end as usize);
        range.and_then(|range| self.members.get(range)).unwrap_or_default()
    }
}

/// The words that each finding rests on.
fn words<'r>(judged: &[Judged], family: impl Fn(&Judged) -> &'r str) -> Vec<Words> {
    let place = |i: Ix| {
        let j = judged.get(i as usize)?;
        let slip = &j.slip;
        let talk = (slip.who.platform, &*slip.who.shop, &*slip.conversation);
        Some((family(j), talk, (slip.file, slip.line, slip.clause)))
    };
    let mut words = vec![0; judged.len()];
    let mut number = 0;
    together(numbers(judged), place, |same| {
        for i in same {
            if let Some(word) = words.get_mut(*i as usize) {
                *word = number;
            }
        }
        number += 1;
    });
    words
}

/// Which incident owns which words.
struct Owners<'g> {
    groups: &'g Groups,
    /// By finding.
    words: &'g [Words],
    /// By words.
    of: Vec<Option<Number>>,
}

impl Owners<'_> {
    /// The finding that stands for the incident that owns the words of this one.
    fn rival(&self, group: &[Ix]) -> Option<Ix> {
        let words = *self.words.get(*group.first()? as usize)?;
        self.groups.get((*self.of.get(words as usize)?)?).first().copied()
    }

    /// Tries to give incident `i` words of its own, moving owners aside where they have other words.
    fn own(&mut self, i: Number, seen: &mut BTreeSet<Words>) -> bool {
        for finding in self.groups.get(i) {
            let Some(&words) = self.words.get(*finding as usize) else { continue };
            if !seen.insert(words) {
                continue;
            }
            let free = match self.of.get(words as usize).copied().flatten() {
                None => true,
                Some(other) => self.own(other, seen),
            };
            if free && let Some(owner) = self.of.get_mut(words as usize) {
                *owner = Some(i);
                return true;
            }
        }
        false
    }
}
