//! Short answers without a friendly word, one after the other.

use super::{Seen, Stage};
use crate::model::Role;
use crate::rules::pack::SignalIx;

pub(super) fn look(stage: &Stage<'_>, turns: usize, max_chars: usize, courtesy: SignalIx) -> Option<Seen> {
    let mut cold: Vec<usize> = Vec::new();
    let mut asked = false;
    for (ix, turn) in stage.scene.turns.iter().enumerate() {
        match turn.role {
            Role::Buyer => asked = true,
            Role::Agent => {
                // Emoticons and pictures are friendly in their way.
                let is_short = || {
                    let letters = turn.text.chars().filter(|c| c.is_alphanumeric());
                    (1..=max_chars).contains(&letters.take(max_chars + 1).count()) && !turn.text.contains('[')
                };
                if asked && is_short() && !stage.says(ix, courtesy) {
                    cold.push(ix);
                } else {
                    cold.clear();
                }
                if cold.len() >= turns.max(1) {
                    return seen(stage, &cold);
                }
                asked = false;
            }
            Role::Robot | Role::System => {}
        }
    }
    None
}

fn seen(stage: &Stage<'_>, cold: &[usize]) -> Option<Seen> {
    let turns: Vec<_> = cold.iter().filter_map(|ix| stage.scene.turns.get(*ix)).collect();
    let said: Vec<String> = turns.iter().map(|t| format!("“{}”", t.text.replace('\n', " / "))).collect();
    let evidence: Vec<usize> = turns.iter().flat_map(|t| t.messages.clone()).collect();
    let main = *evidence.last()?;
    let why = format!(
        "连着 {} 次只回{}，没有称呼也没有礼貌用语。若其中一次带称呼、礼貌用语或表情，则不报。",
        said.len(),
        said.join("、")
    );
    Some(Stage::finding(main, evidence, why))
}
