//! The buyer names an account that is drawn like the own one and is another: a warning to the shop, no fault.

use super::{Seen, Stage};
use crate::finding::Certainty;
use crate::model::Role;
use crate::text::lookalike::alike;

pub(super) fn look(stage: &Stage<'_>, min_chars: usize) -> Option<Seen> {
    let own = stage.scene.conversation.buyer;
    // A masked name can be anybody's.
    if own.chars().count() < min_chars || own.contains('*') {
        return None;
    }
    for (n, message) in stage.messages().iter().enumerate().filter(|(_, m)| m.role == Role::Buyer) {
        let Some(other) = names(message.text).find(|name| is_other(name, own, min_chars)) else { continue };
        let answer = (n + 1..stage.messages().len())
            .find(|n| stage.messages().get(*n).is_some_and(|m| m.role.is_shop()))?;
        let why = format!(
            "来问的账号和买家说的“{other}”长得很像，却不是同一个；核对、改动、关闭订单前，请让下单账号来联系。"
        );
        let seen = Stage::finding(answer, vec![n], why);
        return Some(Seen { certainty: Certainty::Suspected, ..seen });
    }
    None
}

/// Words of letters, digits and joining signs.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'))
}

/// Whether a word is another account's name: long enough, with a letter, drawn alike and yet different.
fn is_other(name: &str, own: &str, min_chars: usize) -> bool {
    name.chars().count() >= min_chars
        && name.chars().any(|c| c.is_ascii_alphabetic())
        && !name.eq_ignore_ascii_case(own)
        && alike(name, own)
}
