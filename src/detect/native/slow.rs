//! Late answers: the first one of a conversation, and later ones. Unanswered questions are for `unanswered`.

use super::{Seen, Stage, clock, is_between, spell};
use crate::detect::talk::{Ask, Reply, Round};

/// The first answer of a person came after `limit` seconds.
pub(super) fn first(stage: &Stage<'_>, limit: u32, aims: &[u32], hours: (u32, u32)) -> Option<Seen> {
    let rounds = stage.rounds();
    let round = rounds.iter().find(|round| round.exempt.is_none())?;
    let late = late(stage, round, limit, hours)?;
    let missed: Vec<String> = aims.iter().map(|aim| spell(i64::from(*aim))).collect();
    let missed = if missed.is_empty() {
        String::new()
    } else {
        format!("，{}的目标也没做到", missed.join("、"))
    };
    let why = format!("{}{missed}。{}", late.words(limit), excuses(stage, hours));
    Some(Stage::finding(late.reply.message, vec![late.ask.message], why))
}

/// A later answer came after `limit` seconds; all of them together.
pub(super) fn later(stage: &Stage<'_>, limit: u32, hours: (u32, u32)) -> Option<Seen> {
    let rounds = stage.rounds();
    let counted = rounds.iter().filter(|round| round.exempt.is_none()).skip(1);
    let all: Vec<Late> = counted.filter_map(|round| late(stage, round, limit, hours)).collect();
    let worst = all.iter().max_by_key(|late| (late.waited, std::cmp::Reverse(late.ask.message)))?;
    let more = if all.len() > 1 { format!("；这样的共 {} 次", all.len()) } else { String::new() };
    let why = format!("{}{more}。{}", worst.words(limit), excuses(stage, hours));
    let evidence = all.iter().flat_map(|late| [late.ask.message, late.reply.message]).collect();
    Some(Stage::finding(worst.reply.message, evidence, why))
}

struct Late {
    ask: Ask,
    reply: Reply,
    waited: i64,
}

impl Late {
    fn words(&self, limit: u32) -> String {
        format!(
            "买家 {} 发问，客服 {} 才回，等了 {}，超过 {}",
            clock(self.ask.at),
            clock(self.reply.at),
            spell(self.waited),
            spell(i64::from(limit))
        )
    }
}

/// Times to the minute may be off by a minute, for which nobody is charged.
fn late(stage: &Stage<'_>, round: &Round<'_>, limit: u32, hours: (u32, u32)) -> Option<Late> {
    let (ask, reply) = (*round.ask, round.ask.reply?);
    let waited = ask.waited()?;
    let blur = if stage.talk.clock.minutes { 59 } else { 0 };
    let counts = is_between(ask.at.hour(), hours) && ask.at.day() == reply.at.day();
    (counts && waited > i64::from(limit) + blur).then_some(Late { ask, reply, waited })
}

fn excuses(stage: &Stage<'_>, (from, to): (u32, u32)) -> String {
    format!("若在 {from} 点到 {to} 点以外、隔了天，或{}，则不报。", stage.exemptions())
}
