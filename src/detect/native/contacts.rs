//! Contacts: messages of the shop close together count as one approach to the buyer. Shared by the rules on disturbance.

use super::Stage;
use crate::model::Role;

/// One approach.
pub(super) struct Contact {
    /// Its messages.
    pub(super) messages: Vec<usize>,
    /// When it began and ended, in seconds.
    pub(super) from: i64,
    pub(super) to: i64,
}

/// The shop's approaches between two words of the buyer.
pub(super) struct Run {
    /// The contacts in order; the answer to the buyer's last word is the first of them when `answers`.
    pub(super) contacts: Vec<Contact>,
    /// Whether the buyer wrote before.
    pub(super) answers: bool,
}

/// Every run of the conversation; messages at most `apart` seconds apart are one contact.
pub(super) fn runs(stage: &Stage<'_>, apart: i64) -> Vec<Run> {
    let mut runs = vec![Run { contacts: Vec::new(), answers: false }];
    for (n, message) in stage.messages().iter().enumerate() {
        let Some(at) = message.at else { continue };
        if message.role == Role::Buyer {
            runs.push(Run { contacts: Vec::new(), answers: true });
        } else if message.role.is_shop()
            && let Some(run) = runs.last_mut()
        {
            match run.contacts.last_mut().filter(|c| at.0 - c.to <= apart) {
                Some(contact) => {
                    contact.messages.push(n);
                    contact.to = at.0;
                }
                None => run.contacts.push(Contact { messages: vec![n], from: at.0, to: at.0 }),
            }
        }
    }
    runs
}
