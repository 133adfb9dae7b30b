//! The same answer to different words of the buyer, again and again.

use std::collections::BTreeMap;

use super::{Seen, Stage};
use crate::model::Role;
use crate::rules::pack::SignalIx;

pub(super) fn look(stage: &Stage<'_>, times: usize, min_chars: usize, unless: &[SignalIx]) -> Option<Seen> {
    let mut answers: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (ix, turn) in stage.scene.turns.iter().enumerate().filter(|(_, t)| t.role == Role::Agent) {
        let same = answers.entry(&turn.text).or_default();
        same.push(ix);
        let is_long =
            || turn.text.chars().filter(|c| c.is_alphanumeric()).take(min_chars).count() == min_chars;
        let is_called_for = || unless.iter().any(|signal| stage.says(ix, *signal));
        if same.len() >= times.max(2) && is_long() && !is_called_for() {
            let turns: Vec<_> = same.iter().filter_map(|ix| stage.scene.turns.get(*ix)).collect();
            let evidence: Vec<usize> = turns.iter().flat_map(|t| t.messages.clone()).collect();
            let main = *evidence.last()?;
            let why = format!(
                "同一句“{}”原样回了 {} 次。若是必须反复说明的规定，则不报。",
                turn.text.replace('\n', " / "),
                same.len()
            );
            return Some(Stage::finding(main, evidence, why));
        }
    }
    None
}
