//! The buyer falls silent after a question of the agent, who never comes back. The log may end too early to be sure.

use super::{Seen, Stage};
use crate::finding::Certainty;
use crate::model::{Kind, Role};
use crate::rules::pack::SignalIx;

pub(super) fn look(stage: &Stage<'_>, messages: usize, said: SignalIx, unless: &[SignalIx]) -> Option<Seen> {
    let all = stage.messages();
    let buyers = all.iter().filter(|m| m.role == Role::Buyer).count();
    let ordered = all.iter().any(|m| m.kind == Kind::Card || !m.order_id.is_empty());
    if buyers < messages || ordered {
        return None;
    }
    let (ix, turn) = stage.scene.turns.iter().enumerate().rfind(|(_, turn)| turn.role != Role::System)?;
    if turn.role != Role::Agent || !stage.says(ix, said) || stage.anyone_says(unless) {
        return None;
    }
    let main = turn.messages.end.checked_sub(1)?;
    let why = "客服问完，买家没有再说话，客服也没有再联系，会话就结束了。若买家已下单、付款或道别，则不报。"
        .to_owned();
    let seen = Stage::finding(main, turn.messages.clone().collect(), why);
    Some(Seen { certainty: Certainty::Suspected, ..seen })
}
