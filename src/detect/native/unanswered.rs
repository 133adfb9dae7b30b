//! A question at the end of a conversation that nobody of the shop answers, not even a robot.

use super::{Seen, Stage, clock};
use crate::model::Role;
use crate::rules::pack::SignalIx;

pub(super) fn look(stage: &Stage<'_>, said: SignalIx) -> Option<Seen> {
    let rounds = stage.rounds();
    let round = rounds.last().filter(|round| round.exempt.is_none() && round.ask.reply.is_none())?;
    let asked = round.ask.message;
    let messages = stage.messages();
    let later = messages.get(asked + 1..)?;
    if later.iter().any(|m| m.role.is_shop()) {
        return None;
    }
    let turns = stage.scene.turns.iter().enumerate();
    let asks = turns
        .filter(|(_, t)| t.role == Role::Buyer && t.messages.end > asked)
        .any(|(ix, _)| stage.says(ix, said));
    if !asks {
        return None;
    }
    let end = asked + later.len();
    let evidence =
        (asked..=end).filter(|n| messages.get(*n).is_some_and(|m| m.role == Role::Buyer)).collect();
    let why = format!(
        "买家 {} 的问题直到会话结束都没有人回。若{}，则不报。",
        clock(round.ask.at),
        stage.exemptions()
    );
    Some(Stage::finding(asked, evidence, why))
}
