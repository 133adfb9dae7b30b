//! Makes conversations of the rows of one partition. The result depends on what the rows say, not on the order in
//! which they were read. Exports overlap: a row that another file holds word for word counts once.

use rustc_hash::FxHashMap;

use super::packed::{Row, TEXTS, unpack};
use crate::model::{Conversation, Message, Platform};

/// Rows of some conversations, whole, with their texts.
#[derive(Debug, Default)]
pub struct Partition {
    rows: Vec<Stored>,
    /// Valid UTF-8.
    text: Vec<u8>,
    gap_ms: i64,
}

#[derive(Debug)]
struct Stored {
    row: Row,
    /// Ends of the texts; the first begins at `start`.
    start: usize,
    ends: [usize; TEXTS],
}

/// A row's texts.
#[derive(PartialEq, Eq)]
struct Texts<'a> {
    session: &'a str,
    shop: &'a str,
    buyer: &'a str,
    agent: &'a str,
    order: &'a str,
    content: &'a str,
}

impl Stored {
    fn texts<'a>(&self, all: &'a str) -> Texts<'a> {
        let mut from = self.start;
        let [session, shop, buyer, agent, order, content] = self.ends.map(|end| {
            let text = all.get(from..end).unwrap_or_default();
            from = end;
            text
        });
        Texts { session, shop, buyer, agent, order, content }
    }
}

impl Stored {
    /// Whether a row of another file says the same of the same moment.
    fn repeats(&self, other: &Self, all: &str) -> bool {
        let (a, b) = (&self.row, &other.row);
        a.file != b.file
            && a.stamp().is_some()
            && (a.role, a.kind, a.recalled) == (b.role, b.kind, b.recalled)
            && self.texts(all) == other.texts(all)
    }
}

/// What rows of one conversation share: platform, shop, whether there is a session id, and it or the buyer.
type Key<'a> = (Option<Platform>, &'a str, bool, &'a str);

impl Partition {
    /// `None` when the bytes are not what was packed.
    pub(super) fn unpack(head: &[u8], text: Vec<u8>, gap_ms: i64) -> Option<Self> {
        simdutf8::basic::from_utf8(&text).ok()?;
        let mut rows = Vec::with_capacity(head.len() / 20);
        let mut rest = head;
        let mut start = 0;
        while !rest.is_empty() {
            let (row, lengths) = unpack(&mut rest)?;
            let mut end = start;
            let ends = lengths.map(|length| {
                end += length;
                end
            });
            rows.push(Stored { row, start, ends });
            start = end;
        }
        Some(Self { rows, text, gap_ms })
    }

    /// Rows, those included that another file repeats.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// The conversations, sorted by platform, shop, first time and id, without rows that another file repeats.
    #[must_use]
    pub fn conversations(&self) -> Vec<Conversation<'_>> {
        // Checked when it was unpacked; checking again is far cheaper than keeping a second copy.
        let text = simdutf8::basic::from_utf8(&self.text).unwrap_or_default();
        let mut groups: FxHashMap<Key<'_>, usize> = FxHashMap::default();
        let mut members: Vec<Vec<&Stored>> = Vec::new();
        for stored in &self.rows {
            let t = stored.texts(text);
            let by_session = !t.session.is_empty();
            let key = (stored.row.platform, t.shop, by_session, if by_session { t.session } else { t.buyer });
            let next = members.len();
            let group = *groups.entry(key).or_insert(next);
            match members.get_mut(group) {
                Some(rows) => rows.push(stored),
                None => members.push(vec![stored]),
            }
        }
        let mut conversations = Vec::with_capacity(members.len());
        for mut rows in members {
            rows.sort_unstable_by_key(|s| (s.row.at, s.row.file, s.row.place()));
            let rows = without_repeats(text, rows);
            if rows.first().is_some_and(|first| !first.texts(text).session.is_empty()) {
                conversations.push(conversation(text, &rows));
            } else {
                let together = |a: &&Stored, b: &&Stored| a.row.together(&b.row, self.gap_ms);
                conversations.extend(rows.chunk_by(together).map(|part| conversation(text, part)));
            }
        }
        conversations.sort_by(|a, b| {
            let first = |c: &Conversation<'_>| c.messages.first().and_then(|m| m.at);
            (a.platform, a.shop, first(a), &a.id).cmp(&(b.platform, b.shop, first(b), &b.id))
        });
        conversations
    }
}

/// Drops each row that an earlier file holds word for word, sent at the same time. `rows` are in order of time and file.
fn without_repeats<'s>(text: &str, rows: Vec<&'s Stored>) -> Vec<&'s Stored> {
    let one_file = rows.windows(2).all(|pair| matches!(pair, [a, b] if a.row.file == b.row.file));
    if one_file {
        return rows;
    }
    let mut kept: Vec<&Stored> = Vec::with_capacity(rows.len());
    for stored in rows {
        let together = kept.iter().rev().take_while(|k| k.row.at == stored.row.at);
        if !together.into_iter().any(|k| k.repeats(stored, text)) {
            kept.push(stored);
        }
    }
    kept
}

/// One conversation of rows in order.
fn conversation<'a>(text: &'a str, rows: &[&Stored]) -> Conversation<'a> {
    let mut made = Conversation {
        id: String::new(),
        platform: rows.first().and_then(|s| s.row.platform),
        shop: "",
        buyer: "",
        messages: Vec::with_capacity(rows.len()),
    };
    for stored in rows {
        let t = stored.texts(text);
        let row = &stored.row;
        if made.messages.is_empty() {
            t.session.clone_into(&mut made.id);
            made.shop = t.shop;
        }
        if made.buyer.is_empty() {
            made.buyer = t.buyer;
        }
        made.messages.push(Message {
            file: row.file,
            line: row.line,
            role: row.role,
            kind: row.kind,
            recalled: row.recalled,
            at: row.stamp(),
            agent: t.agent,
            text: t.content,
            order_id: t.order,
        });
    }
    if made.id.is_empty() {
        made.id = match made.messages.first().and_then(|m| m.at) {
            Some(first) => format!("{}@{}", made.buyer, first.to_string().replacen(' ', "T", 1)),
            None => made.buyer.to_owned(),
        };
    }
    made
}
