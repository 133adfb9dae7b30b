//! Puts a finding together from what was seen: its name, its lines, its order.

use std::collections::BTreeSet;

use crate::detect::evidence::context;
use crate::finding::{Certainty, Finding, Level, Line};
use crate::ids::Fingerprint;
use crate::model::{Conversation, Message};
use crate::rules::meta::RuleMeta;

/// A finding of a rule; `None` when its main message is not among the evidence.
pub(super) fn made(
    conversation: &Conversation<'_>,
    meta: &RuleMeta,
    (certainty, level): (Certainty, Level),
    main_message: usize,
    evidence: Vec<(usize, Line)>,
    why: String,
) -> Option<Finding> {
    let main = evidence.iter().position(|(n, _)| *n == main_message)?;
    let message = conversation.messages.get(main_message)?;
    let platform = conversation.platform.map_or("", |p| p.id());
    let at = message.at.map(|at| at.to_string()).unwrap_or_default();
    let numbers: Vec<usize> = evidence.iter().map(|(n, _)| *n).collect();
    Some(Finding {
        id: Fingerprint::of(&[
            meta.id.as_str(),
            platform,
            conversation.shop,
            conversation.buyer,
            &at,
            message.text,
        ]),
        rule: meta.id.clone(),
        level,
        certainty,
        platform: conversation.platform,
        shop: conversation.shop.to_owned(),
        conversation: conversation.id.clone(),
        buyer: conversation.buyer.to_owned(),
        agent: message.agent.to_owned(),
        order_id: order_of(conversation, message).to_owned(),
        main,
        evidence: evidence.into_iter().map(|(_, line)| line).collect(),
        context: context(conversation, &numbers),
        why,
        threat: None,
        taught: None,
    })
}

/// The order that the message names, or the only one that the conversation names.
fn order_of<'a>(conversation: &Conversation<'a>, message: &Message<'a>) -> &'a str {
    if !message.order_id.is_empty() {
        return message.order_id;
    }
    let orders: BTreeSet<&str> =
        conversation.messages.iter().map(|m| m.order_id).filter(|o| !o.is_empty()).collect();
    match (orders.len(), orders.first()) {
        (1, Some(order)) => order,
        _ => "",
    }
}
