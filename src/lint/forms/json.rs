//! JSON and JSON lines. The grammar is `serde_json`'s; raw values keep the place of every string, and its escapes are
//! mapped one by one.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::tree::{self, Node};
use super::{Found, Input};
use crate::lint::piece::Piece;
use crate::lint::place::Lines;
use crate::lint::templates::problem;
use crate::say::Say;

/// One document.
pub(super) fn read(input: &Input<'_>) -> Found {
    let mut found = Found::default();
    match serde_json::from_str::<&RawValue>(input.text) {
        Ok(raw) => tree::gather(input, node(input.text, raw), &mut found),
        Err(error) => {
            found.problems.push(invalid(input, error.line(), &error));
        }
    }
    found
}

/// One document a line.
pub(super) fn read_lines(input: &Input<'_>) -> Found {
    let mut found = Found::default();
    let lines = Lines::of(input.text);
    let mut nodes = Vec::new();
    let mut n = 1;
    while lines.start(n) < input.text.len() {
        let line = lines.text(input.text, n);
        if !line.trim().is_empty() {
            match serde_json::from_str::<&RawValue>(line) {
                Ok(raw) => nodes.push(node(input.text, raw)),
                Err(error) => found.problems.push(invalid(input, n, &error)),
            }
        }
        if lines.start(n + 1) <= lines.start(n) {
            break;
        }
        n += 1;
    }
    tree::gather(input, Node::List(nodes), &mut found);
    found
}

fn invalid(input: &Input<'_>, line: usize, error: &serde_json::Error) -> crate::problem::Problem {
    let column = error.column();
    let what = Say::new(
        format!("不是合法的 JSON（第 {column} 字节附近：{error}）"),
        format!("not valid JSON (near byte {column}: {error})"),
    );
    let next = Say::new("检查引号、逗号和括号是否成对", "check that quotes, commas and brackets match");
    problem("json-invalid", input.name, line, what, next)
}

/// The entries of an object in their order, a key given twice both times.
struct Entries<'a>(Vec<(&'a RawValue, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Entries<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;
        impl<'de> Visitor<'de> for Each {
            type Value = Entries<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Each)
    }
}

/// The tree of a raw value, which lies inside `text`.
fn node(text: &str, raw: &RawValue) -> Node {
    let words = raw.get();
    // Both are slices of one string; the difference of their addresses is the place of the inner one.
    let from = (words.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    match words.as_bytes().first() {
        Some(b'"') => Node::Text(string(words, from)),
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(words).unwrap_or_default();
            Node::List(items.into_iter().map(|item| node(text, item)).collect())
        }
        Some(b'{') => {
            let entries = serde_json::from_str::<Entries<'_>>(words).map(|e| e.0).unwrap_or_default();
            let entry = |(key, value): (&RawValue, &RawValue)| {
                let from = (key.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
                (string(key.get(), from), node(text, value))
            };
            Node::Map(entries.into_iter().map(entry).collect())
        }
        _ => Node::Other(Piece::verbatim(words, from)),
    }
}

/// A string without its quotes and escapes.
fn string(raw: &str, from: usize) -> Piece {
    let inner = raw.strip_prefix('"').and_then(|r| r.strip_suffix('"')).unwrap_or(raw);
    let from = from + 1;
    let mut piece = Piece::default();
    let mut at = 0;
    while let Some(rest) = inner.get(at..).filter(|rest| !rest.is_empty()) {
        let plain = rest.find('\\').unwrap_or(rest.len());
        if plain > 0 {
            piece.push(rest.get(..plain).unwrap_or_default(), from + at, plain);
            at += plain;
            continue;
        }
        let (c, len) = escape(rest);
        piece.push(c.encode_utf8(&mut [0; 4]), from + at, len);
        at += len;
    }
    piece
}

/// The character of an escape at the start of a text, and the escape's length in bytes.
fn escape(text: &str) -> (char, usize) {
    let simple = |c| match c {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'f' => '\u{c}',
        c => c,
    };
    match text.chars().nth(1) {
        Some('u') => {
            let unit = |at: usize| u32::from_str_radix(text.get(at..at + 4)?, 16).ok();
            let high = unit(2).unwrap_or(0xfffd);
            if let Some(low) = unit(8).filter(|low| {
                (0xd800..0xdc00).contains(&high)
                    && (0xdc00..0xe000).contains(low)
                    && text.get(6..8) == Some("\\u")
            }) {
                let code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                return (char::from_u32(code).unwrap_or('\u{fffd}'), 12);
            }
            (char::from_u32(high).unwrap_or('\u{fffd}'), 6)
        }
        Some(c) => (simple(c), 1 + c.len_utf8()),
        None => ('\\', 1),
    }
}
