//! A conversation as a timeline: gaps, slow human answers, agents taking over, and which findings rest on which line.

use std::collections::BTreeMap;

use super::dossier::{Entry, Relation, Sitting};
use crate::detect::evidence::line;
use crate::finding::Finding;
use crate::model::{Conversation, Role, Stamp};
use crate::rules::casework::Casework;
use crate::span::Span;

/// Marks of findings: by file, line and words (JSON may keep a whole log on one line), the deciding stretches and the
/// findings' numbers.
#[derive(Default)]
pub(super) struct Marks(BTreeMap<(u32, u32, String), Mark>);

/// The deciding words of a message, and the numbers of the findings that rest on it.
type Mark = (Vec<Span>, Vec<usize>);

impl Marks {
    /// Adds the evidence of finding `number`.
    pub(super) fn add(&mut self, number: usize, finding: &Finding) {
        for line in &finding.evidence {
            let (spans, hits) = self.0.entry((line.file, line.line, line.text.clone())).or_default();
            spans.extend(&line.spans);
            if !hits.contains(&number) {
                hits.push(number);
            }
        }
    }
}

/// Makes a sitting of a conversation.
pub(super) fn sitting(
    conversation: &Conversation<'_>,
    relation: Relation,
    marks: &Marks,
    casework: &Casework,
) -> Sitting {
    let mut sitting = Sitting {
        relation,
        id: conversation.id.clone(),
        platform: conversation.platform,
        shop: conversation.shop.to_owned(),
        agents: Vec::new(),
        orders: Vec::new(),
        entries: Vec::with_capacity(conversation.messages.len()),
    };
    let mut before: Option<Stamp> = None;
    let mut waiting: Option<Stamp> = None;
    let mut agent: Option<&str> = None;
    for message in &conversation.messages {
        let key = (message.file, message.line, message.text.to_owned());
        let (spans, hits) = marks.0.get(&key).cloned().unwrap_or_default();
        let spans = Span::joined(spans);
        let is_agent = message.role == Role::Agent;
        let slow =
            is_agent.then(|| waiting.take()).flatten().and_then(|since| slow(since, message.at?, casework));
        if message.role == Role::Buyer {
            waiting = waiting.or(message.at);
        }
        let named = is_agent && !message.agent.is_empty();
        let taken_over_from = agent.filter(|a| named && *a != message.agent).map(str::to_owned);
        if named {
            agent = Some(message.agent);
            push_new(&mut sitting.agents, message.agent);
        }
        push_new(&mut sitting.orders, message.order_id);
        sitting.entries.push(Entry {
            line: line(message, spans),
            kind: message.kind,
            order: message.order_id.to_owned(),
            gap: before.zip(message.at).map(|(a, b)| b.0 - a.0),
            slow,
            taken_over_from,
            hits,
        });
        before = message.at.or(before);
    }
    sitting
}

fn push_new(list: &mut Vec<String>, value: &str) {
    if !value.is_empty() && !list.iter().any(|known| known == value) {
        list.push(value.to_owned());
    }
}

/// Seconds of a wait that is slow: longer than the pack's limit and begun in its hours.
fn slow(since: Stamp, until: Stamp, casework: &Casework) -> Option<i64> {
    let wait = until.0 - since.0;
    let (from, to) = casework.hours;
    let is_open = from == to || (from..to).contains(&since.hour());
    (casework.slow_seconds > 0 && is_open && wait > i64::from(casework.slow_seconds)).then_some(wait)
}
