//! Turns: runs of messages by one speaker, with the normalised text that patterns see. Knows nothing of rules.

use std::ops::Range;

use crate::model::{Conversation, Kind, Message, Role};
use crate::text::normal::{Normaliser, is_han};

/// A run of messages by one speaker.
pub struct Turn<'a> {
    /// Who speaks.
    pub role: Role,
    /// Which agent; empty for buyers.
    pub agent: &'a str,
    /// Indices of its messages in the conversation.
    pub messages: Range<usize>,
    /// Normalised texts, joined by line breaks.
    pub text: String,
    /// For each message, its bytes in `text`.
    pub bounds: Vec<Range<usize>>,
    /// Its number among the turns of buyer and shop; system lines do not count.
    pub spoken: usize,
}

/// No clause reaches further than this to either side of what it is asked for, in characters: longer ones are no human
/// speech, and each match in them would be read against all of them.
const CLAUSE: usize = 300;
/// Words that stand for a picture in the text of a turn.
const IMAGE: &str = "[图片]";
/// Words that stand before the text of an order or goods card.
const CARD: &str = "[卡片]";

impl Turn<'_> {
    /// The bytes of the message that holds `offset`, or of the last one.
    #[must_use]
    pub fn message_at(&self, offset: usize) -> usize {
        self.bounds.iter().position(|b| offset <= b.end).unwrap_or(self.bounds.len().saturating_sub(1))
    }

    /// The bytes of message `n` of this turn.
    #[must_use]
    pub fn bound(&self, n: usize) -> Range<usize> {
        self.bounds.get(n).cloned().unwrap_or(0..0)
    }

    /// The clause around a stretch: up to the next punctuation, line break, or blank between Chinese characters; some hundred
    /// characters at most.
    #[must_use]
    pub fn clause(&self, hit: Range<usize>) -> Range<usize> {
        let before = self.text.get(..hit.start).unwrap_or_default();
        let after = self.text.get(hit.end..).unwrap_or_default();
        let mut start = hit.start;
        for (at, c) in before.char_indices().rev().take(CLAUSE) {
            if self.ends_clause(at, c) {
                break;
            }
            start = at;
        }
        let mut end = hit.end;
        for (at, c) in after.char_indices().take(CLAUSE) {
            if self.ends_clause(hit.end + at, c) {
                break;
            }
            end = hit.end + at + c.len_utf8();
        }
        start..end
    }

    fn ends_clause(&self, at: usize, c: char) -> bool {
        match c {
            '，' | '。' | '！' | '？' | '；' | '\n' | '~' => true,
            ' ' => {
                let before = self.text.get(..at).and_then(|t| t.chars().next_back());
                let after = self.text.get(at + 1..).and_then(|t| t.chars().next());
                before.is_some_and(is_han) && after.is_some_and(is_han)
            }
            _ => false,
        }
    }
}

/// Cuts a conversation into turns.
#[must_use]
pub fn turns<'a>(conversation: &'a Conversation<'a>, normaliser: &mut Normaliser) -> Vec<Turn<'a>> {
    let mut turns: Vec<Turn<'a>> = Vec::new();
    let mut spoken = 0;
    let mut open: Option<usize> = None;
    for (n, message) in conversation.messages.iter().enumerate() {
        // A note such as "withdrew a message" is the platform's, whoever it is about.
        let role = if message.kind == Kind::System { Role::System } else { message.role };
        let agent = if role == Role::Agent { message.agent } else { "" };
        let same = open.filter(|at| {
            turns.get(*at).is_some_and(|t| t.role == role && t.agent == agent && t.messages.end == n)
        });
        let at = same.unwrap_or_else(|| {
            turns.push(Turn { role, agent, messages: n..n, text: String::new(), bounds: Vec::new(), spoken });
            spoken += usize::from(role != Role::System);
            turns.len() - 1
        });
        if let Some(turn) = turns.get_mut(at) {
            add(turn, n, message, normaliser);
        }
        open = Some(at);
    }
    turns
}

fn add(turn: &mut Turn<'_>, n: usize, message: &Message<'_>, normaliser: &mut Normaliser) {
    if !turn.bounds.is_empty() {
        turn.text.push('\n');
    }
    let start = turn.text.len();
    turn.text.push_str(mark(message.kind));
    normaliser.append(message.text, &mut turn.text);
    turn.bounds.push(start..turn.text.len());
    turn.messages.end = n + 1;
}

/// What stands before the text of a message that is not words alone.
#[must_use]
pub fn mark(kind: Kind) -> &'static str {
    match kind {
        Kind::Image => IMAGE,
        Kind::Card => CARD,
        Kind::Text | Kind::System => "",
    }
}
