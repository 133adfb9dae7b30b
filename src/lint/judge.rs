//! Tries the rules on each template: a conversation in which the shop says this one thing, after the template's own
//! question where it has one, else after its group as the question.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::detect::detector::{Detector, Scratch};
use crate::finding::{Certainty, Finding, Level};
use crate::lint::found::{Desk, Found, Part};
use crate::lint::reading::{Reading, shown};
use crate::lint::templates::Template;
use crate::model::{Conversation, Kind, Message, Role};
use crate::rules::pack::{Pack, SignalIx};
use crate::say::Say;
use crate::span::Span;

/// Where each signal was heard in a template's text.
pub(super) type Heard = BTreeMap<SignalIx, Span>;

/// Every fault that the rules see, in the order of the templates, and where `wanted` signals were heard in each.
pub(super) fn run(
    desk: &Desk<'_>,
    detector: &Detector<'_>,
    pack: &Pack,
    wanted: &[SignalIx],
) -> (Vec<Found>, Vec<Heard>) {
    let each: Vec<_> = desk.each().collect();
    let judged: Vec<(Vec<Found>, Heard)> = each
        .par_iter()
        .with_min_len(4)
        .map_init(Scratch::default, |scratch, (n, template, reading)| {
            let talk = conversation(desk, template, reading);
            let findings = detector.judge(&talk, scratch);
            let sure =
                if findings.is_empty() { Vec::new() } else { unguessed(detector, &talk, template, scratch) };
            let mut found: Vec<Found> =
                findings.iter().filter_map(|finding| one(*n, reading, finding, &sure)).collect();
            only_the_nearest(&mut found, pack);
            let heard = detector.heard(&talk, wanted, scratch).into_iter();
            (found, heard.map(|(signal, _, span)| (signal, reading.masked.origin(span))).collect())
        })
        .collect();
    let (found, heard): (Vec<_>, Vec<_>) = judged.into_iter().unzip();
    (found.into_iter().flatten().collect(), heard)
}

/// What stands without any guess: without the group's name as a question, and without a question taken for granted.
fn unguessed(
    detector: &Detector<'_>,
    talk: &Conversation<'_>,
    template: &Template,
    scratch: &mut Scratch,
) -> Vec<Finding> {
    let mut talk = talk.clone();
    talk.messages.retain(|message| message.role.is_shop() || !template.question.is_empty());
    detector.judge_unpresumed(&talk, scratch)
}

/// A template as the only words of the shop.
fn conversation<'a>(desk: &Desk<'_>, template: &'a Template, reading: &'a Reading<'_>) -> Conversation<'a> {
    let message = |role, text: &'a str| Message {
        file: 0,
        line: 0,
        role,
        kind: Kind::Text,
        recalled: false,
        at: None,
        agent: "",
        text,
        order_id: "",
    };
    let asked = if template.question.is_empty() { &template.group } else { &template.question };
    let mut messages = Vec::with_capacity(2);
    if !asked.is_empty() {
        messages.push(message(Role::Buyer, asked));
    }
    messages.push(message(Role::Agent, &reading.masked.text));
    Conversation { id: String::new(), platform: Some(desk.platform(template)), shop: "", buyer: "", messages }
}

/// `sure` is what the file itself says. What it does not say is suspected at most, and a warning at most: a guess must
/// not fail a build that asks for violations.
fn one(n: usize, reading: &Reading<'_>, finding: &Finding, sure: &[Finding]) -> Option<Found> {
    let said = finding.evidence.iter().find(|line| line.role.is_shop())?;
    let mut spans: Vec<Span> = said.spans.iter().map(|span| reading.masked.origin(*span)).collect();
    spans.retain(|span| !span.is_empty());
    if spans.is_empty() {
        spans.push(reading.masked.whole());
    }
    let sure = sure.iter().find(|s| s.rule == finding.rule);
    let guess = (finding.level.min(Level::Warning), Certainty::Suspected);
    let (level, certainty) = sure.map_or(guess, |s| (s.level, s.certainty));
    let why = shown(&finding.why);
    Some(Found {
        rule: finding.rule.clone(),
        level,
        certainty,
        template: n,
        part: Part::Text,
        spans,
        why: Say::new(why.clone(), why),
        other: None,
    })
}

/// Where a rule of the logs has seen the same words, the wider rules for templates alone say nothing new.
fn only_the_nearest(found: &mut Vec<Found>, pack: &Pack) {
    let is_for_templates = |f: &Found| pack.rule(f.rule.as_str()).is_some_and(|rule| rule.templates);
    let taken: Vec<Span> =
        found.iter().filter(|f| !is_for_templates(f)).flat_map(|f| f.spans.iter().copied()).collect();
    found.retain(|f| {
        !is_for_templates(f) || !f.spans.iter().any(|span| taken.iter().any(|other| other.touches(*span)))
    });
}
