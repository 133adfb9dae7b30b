//! Contacts: messages of the shop close together count as one approach to the buyer. Shared by the rules on disturbance.

use super::Stage;
use crate::model::Role;

/// One approach.
#[derive(Clone, Copy)]
pub(super) struct Contact {
    /// Its first and last message; others than the shop's own may stand between them.
    messages: (usize, usize),
    /// When it began and ended, in seconds.
    pub(super) from: i64,
    to: i64,
    /// How many words of the buyer stand before it.
    pub(super) asked: usize,
    /// Whether it is the first since the buyer's last word.
    pub(super) answers: bool,
}

impl Contact {
    /// The shop's messages that it is made of.
    pub(super) fn messages(self, stage: &Stage<'_>) -> impl Iterator<Item = usize> {
        let (first, last) = self.messages;
        let is_shops =
            |n: &usize| stage.messages().get(*n).is_some_and(|m| m.role.is_shop() && m.at.is_some());
        (first..=last).filter(is_shops)
    }
}

/// Every contact of the conversation in order; messages at most `apart` seconds apart are one, unless the buyer says a
/// word between them.
pub(super) fn contacts(stage: &Stage<'_>, apart: i64) -> Vec<Contact> {
    let mut all: Vec<Contact> = Vec::new();
    let mut asked = 0;
    for (n, message) in stage.messages().iter().enumerate() {
        let Some(at) = message.at else { continue };
        if message.role == Role::Buyer {
            asked += 1;
        } else if message.role.is_shop() {
            let before = all.last_mut().filter(|c| c.asked == asked);
            let answers = asked > 0 && before.is_none();
            match before.filter(|c| at.0 - c.to <= apart) {
                Some(contact) => {
                    contact.messages.1 = n;
                    contact.to = at.0;
                }
                None => all.push(Contact { messages: (n, n), from: at.0, to: at.0, asked, answers }),
            }
        }
    }
    all
}
