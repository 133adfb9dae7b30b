//! TOML. The grammar is the `toml` crate's, which gives the place of every value; escapes inside a string are mapped
//! here, and where that does not give the very same words the string counts as one piece.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::tree::{self, Node};
use super::{Found, Input};
use crate::lint::piece::Piece;
use crate::lint::place::Lines;
use crate::lint::templates::problem;
use crate::say::Say;

pub(super) fn read(input: &Input<'_>) -> Found {
    let mut found = Found::default();
    let (table, errors) = DeTable::parse_recoverable(input.text);
    let lines = Lines::of(input.text);
    for error in &errors {
        let line = error.span().map_or(0, |span| lines.line(span.start));
        let what = Say::new(
            format!("不是合法的 TOML：{}", error.message()),
            format!("not valid TOML: {}", error.message()),
        );
        let next = Say::new(
            "中文键名要加引号；检查引号和括号是否成对",
            "put Chinese keys in quotes; check that quotes and brackets match",
        );
        found.problems.push(problem("toml-invalid", input.name, line, what, next));
    }
    if errors.is_empty() {
        tree::gather(input, map(input.text, table.get_ref()), &mut found);
    }
    found
}

fn map(text: &str, table: &DeTable<'_>) -> Node {
    let mut entries: Vec<(Piece, Node)> = table
        .iter()
        .map(|(key, value)| {
            let span = key.span();
            let mut piece = Piece::default();
            piece.push(key.get_ref(), span.start, span.len());
            (piece, node(text, value))
        })
        .collect();
    // The table is kept by name; the order of the file is wanted.
    entries.sort_by_key(|(key, _)| key.whole().start);
    Node::Map(entries)
}

fn node(text: &str, value: &Spanned<DeValue<'_>>) -> Node {
    let span = value.span();
    match value.get_ref() {
        DeValue::String(words) => Node::Text(string(text, span.start, span.end, words)),
        DeValue::Array(items) => Node::List(items.iter().map(|item| node(text, item)).collect()),
        DeValue::Table(table) => map(text, table),
        _ => Node::Other(Piece::verbatim(text.get(span.clone()).unwrap_or_default(), span.start)),
    }
}

fn string(text: &str, start: usize, end: usize, words: &str) -> Piece {
    let raw = text.get(start..end).unwrap_or_default();
    let marks = ["\"\"\"", "'''", "\"", "'"];
    let mark = marks.into_iter().find(|m| raw.len() >= 2 * m.len() && raw.starts_with(m) && raw.ends_with(m));
    let mapped = mark.map(|mark| inside(raw, start, mark));
    mapped.filter(|piece| piece.text == words).unwrap_or_else(|| {
        let mut piece = Piece::default();
        piece.push(words, start, end - start);
        piece
    })
}

/// The words between the marks, escapes undone.
fn inside(raw: &str, start: usize, mark: &str) -> Piece {
    let mut piece = Piece::default();
    let mut at = mark.len();
    let end = raw.len() - mark.len();
    if mark.len() == 3 {
        // A line end right after the opening marks does not count.
        let rest = raw.get(at..end).unwrap_or_default();
        at += if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) };
    }
    let has_escapes = mark.starts_with('"');
    while let Some(rest) = raw.get(at..end).filter(|rest| !rest.is_empty()) {
        let plain = if has_escapes { rest.find('\\').unwrap_or(rest.len()) } else { rest.len() };
        if plain > 0 {
            piece.push(rest.get(..plain).unwrap_or_default(), start + at, plain);
            at += plain;
            continue;
        }
        let (c, len) = escape(rest);
        let words = c.map(String::from).unwrap_or_default();
        piece.push(&words, start + at, len);
        at += len;
    }
    piece
}

/// The character of an escape and the escape's length in bytes; no character for a line that goes on.
fn escape(text: &str) -> (Option<char>, usize) {
    let code = |digits: usize| {
        let value = text.get(2..2 + digits).and_then(|hex| u32::from_str_radix(hex, 16).ok());
        (value.and_then(char::from_u32), 2 + digits)
    };
    match text.chars().nth(1) {
        Some('u') => code(4),
        Some('U') => code(8),
        Some('x') => code(2),
        Some('n') => (Some('\n'), 2),
        Some('t') => (Some('\t'), 2),
        Some('r') => (Some('\r'), 2),
        Some('b') => (Some('\u{8}'), 2),
        Some('f') => (Some('\u{c}'), 2),
        Some('e') => (Some('\u{1b}'), 2),
        Some(c @ ('"' | '\\')) => (Some(c), 2),
        _ => {
            let rest = text.get(1..).unwrap_or_default();
            (None, 1 + (rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len()))
        }
    }
}
