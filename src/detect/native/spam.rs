//! Again and again without a word from the buyer: contacts that no question called for, within a day.

use super::contacts::contacts as all_contacts;
use super::{Seen, Stage};

pub(super) fn look(stage: &Stage<'_>, contacts: usize, apart_minutes: u32, hours: u32) -> Option<Seen> {
    let window = i64::from(hours) * 3600;
    let all = all_contacts(stage, i64::from(apart_minutes) * 60);
    for run in all.chunk_by(|a, b| a.asked == b.asked) {
        // The first contact after a word of the buyer is the answer to it.
        let answers = run.first().is_some_and(|contact| contact.answers);
        let uncalled = run.get(usize::from(answers)..).unwrap_or_default();
        let dense = uncalled
            .windows(contacts.max(1))
            .find(|w| w.last().zip(w.first()).is_some_and(|(b, a)| b.from - a.from <= window));
        if let Some(dense) = dense {
            let evidence: Vec<usize> = dense.iter().flat_map(|contact| contact.messages(stage)).collect();
            let main = *evidence.last()?;
            let why = format!(
                "买家没有说话，店铺在 {hours} 小时内又主动找了 {contacts} 次（相隔不到 {apart_minutes} 分钟的算一次，答复买家的那次不算）。若买家中间说过话，则不报。"
            );
            return Some(Stage::finding(main, evidence, why));
        }
    }
    None
}
