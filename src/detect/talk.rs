//! Who waited for whom: each message of the buyer with the first answer of a person after it, and why it may ask for
//! none. The base of response times and of the rules that look at the clock. It judges nothing.

use crate::detect::scene::Scene;
use crate::model::{Conversation, Kind, Message, Role, Stamp};

/// An answer of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Index of the message.
    pub message: usize,
    /// When.
    pub at: Stamp,
}

/// A message of the buyer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Index of the message.
    pub message: usize,
    /// When.
    pub at: Stamp,
    /// Bit n: the pack's nth exemption holds.
    pub exempt: u32,
    /// The first answer of a person after it.
    pub reply: Option<Reply>,
    /// Seconds since the message before it, of anybody; none at the beginning.
    pub silence: Option<i64>,
}

impl Ask {
    /// Seconds until the answer.
    #[must_use]
    pub fn waited(&self) -> Option<i64> {
        self.reply.map(|reply| reply.at.0 - self.at.0)
    }
}

/// Messages of the buyer that one answer ends, or the end of the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Round<'t> {
    /// The first message that asks for an answer; the last one when none does.
    pub ask: &'t Ask,
    /// Why the round does not count: the exemption's index.
    pub exempt: Option<usize>,
}

/// How far the times of a conversation can be trusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clock {
    /// Every step from message to message is equal: made up. Known from four messages on.
    pub even: Option<bool>,
    /// No time has seconds, in at least three messages.
    pub minutes: bool,
}

/// A conversation as questions and answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Talk {
    /// Every message of the buyer with a time, in order.
    pub asks: Vec<Ask>,
    /// Its times.
    pub clock: Clock,
}

impl Talk {
    /// Looks at a conversation. Where any message has no time there are no questions.
    #[must_use]
    pub fn of(scene: &Scene<'_>) -> Self {
        let conversation = scene.conversation;
        if conversation.messages.iter().any(|m| m.at.is_none()) {
            return Self::default();
        }
        Self { asks: asks(scene), clock: clock(conversation) }
    }

    /// The rounds, when the exemptions of `mask` hold.
    pub fn rounds(&self, mask: u32, whole: u32) -> impl Iterator<Item = Round<'_>> {
        self.asks.chunk_by(|a, b| a.reply == b.reply).filter_map(move |asks| {
            let last = asks.last()?;
            let withdrawn = last.exempt & mask & whole;
            let open = asks.iter().find(|ask| ask.exempt & mask == 0);
            let exempt = match open {
                Some(_) if withdrawn == 0 => None,
                Some(_) => lowest(withdrawn),
                None => lowest(last.exempt & mask),
            };
            Some(Round { ask: open.unwrap_or(last), exempt })
        })
    }
}

fn lowest(bits: u32) -> Option<usize> {
    (bits != 0).then(|| bits.trailing_zeros() as usize)
}

/// Whether a message is an answer of a person.
#[must_use]
pub fn answers(message: &Message<'_>) -> bool {
    message.role == Role::Agent && message.kind != Kind::System && !message.recalled
}

fn asks(scene: &Scene<'_>) -> Vec<Ask> {
    let messages = &scene.conversation.messages;
    let mut asks = Vec::new();
    let mut reply: Option<Reply> = None;
    for (n, message) in messages.iter().enumerate().rev() {
        let Some(at) = message.at else { continue };
        if answers(message) {
            reply = Some(Reply { message: n, at });
        } else if message.role == Role::Buyer && message.kind != Kind::System {
            let before = n.checked_sub(1).and_then(|n| messages.get(n)).and_then(|m| m.at);
            let silence = before.map(|before| at.0 - before.0);
            asks.push(Ask { message: n, at, exempt: 0, reply, silence });
        }
    }
    asks.reverse();
    if asks.is_empty() {
        return asks;
    }
    let mut handovers: Vec<(usize, usize)> = Vec::new();
    for (turn_ix, turn) in scene.turns.iter().enumerate() {
        for (ix, exempt) in scene.pack.exempts.iter().enumerate() {
            if turn.role == Role::System
                && exempt.between.as_ref().is_some_and(|e| scene.holds(turn_ix, e).is_some())
            {
                handovers.push((turn.messages.start, ix));
            }
        }
        if turn.role == Role::Buyer {
            exempt_turn(scene, turn_ix, &mut asks);
        }
    }
    for (at, ix) in handovers {
        for ask in &mut asks {
            if ask.message < at && ask.reply.is_none_or(|reply| reply.message > at) {
                ask.exempt |= 1 << ix;
            }
        }
    }
    asks
}

/// Marks the messages of a buyer's turn that ask for no answer.
fn exempt_turn(scene: &Scene<'_>, turn_ix: usize, asks: &mut [Ask]) {
    let Some(turn) = scene.turns.get(turn_ix) else { return };
    let own = |ask: &&mut Ask| turn.messages.contains(&ask.message);
    for (ix, exempt) in scene.pack.exempts.iter().enumerate() {
        let bit = 1 << ix;
        if exempt.recalled || !exempt.kinds.is_empty() {
            for ask in asks.iter_mut().filter(own) {
                let message = scene.conversation.messages.get(ask.message);
                let is = |m: &Message<'_>| exempt.recalled && m.recalled || exempt.kinds.contains(&m.kind);
                ask.exempt |= if message.is_some_and(is) { bit } else { 0 };
            }
        }
        let Some(hits) = exempt.said.as_ref().and_then(|said| scene.holds(turn_ix, said)) else { continue };
        for ask in asks.iter_mut().filter(own) {
            let bound = turn.bound(ask.message - turn.messages.start);
            if hits.iter().any(|hit| hit.start < bound.end && bound.start < hit.end) {
                ask.exempt |= bit;
            }
        }
    }
}

fn clock(conversation: &Conversation<'_>) -> Clock {
    let times: Vec<i64> = conversation.messages.iter().filter_map(|m| m.at).map(|at| at.0).collect();
    let mut steps = times.windows(2).filter_map(|pair| Some(pair.last()? - pair.first()?));
    let even = (times.len() >= 4).then(|| {
        let first = steps.next();
        steps.all(|step| Some(step) == first)
    });
    let minutes = times.len() >= 3 && times.iter().all(|at| at.rem_euclid(60) == 0);
    Clock { even, minutes }
}
