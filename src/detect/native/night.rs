//! Contacts late at night that no word of the buyer called for.

use super::contacts::{Contact, contacts as all_contacts};
use super::{Seen, Stage, clock, is_between};
use crate::model::{Role, Stamp};

pub(super) fn look(
    stage: &Stage<'_>,
    contacts: usize,
    apart_minutes: u32,
    night: (u32, u32),
    answer_hours: u32,
) -> Option<Seen> {
    let quiet = i64::from(answer_hours) * 3600;
    let is_called_for = |at: i64| {
        let buyers = stage.messages().iter().filter(|m| m.role == Role::Buyer).filter_map(|m| m.at);
        buyers.into_iter().any(|said| said.0 <= at && at - said.0 <= quiet)
    };
    let wanted = |c: &Contact| is_between(Stamp(c.from).hour(), night) && !is_called_for(c.from);
    let all = all_contacts(stage, i64::from(apart_minutes) * 60);
    let uncalled: Vec<Contact> = all.into_iter().filter(wanted).collect();
    if uncalled.len() < contacts.max(1) {
        return None;
    }
    let times: Vec<String> = uncalled.iter().map(|c| clock(Stamp(c.from))).collect();
    let evidence: Vec<usize> = uncalled.into_iter().flat_map(|c| c.messages(stage)).collect();
    let main = *evidence.first()?;
    let why = format!(
        "深夜 {} 点到 {} 点主动找买家 {} 次：{}。若买家在此前 {answer_hours} 小时内说过话，则不报。",
        night.0,
        night.1,
        times.len(),
        times.join("、")
    );
    Some(Stage::finding(main, evidence, why))
}
