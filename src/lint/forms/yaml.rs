//! YAML. The grammar is `saphyr-parser`'s, which tells where each scalar begins and ends; its words are then laid
//! beside the raw text, so that indentation, folding, quotes and escapes are accounted for. Where they cannot be laid
//! side by side the scalar counts as one piece.

use saphyr_parser::{Event, Parser, ScalarStyle, Span as YamlSpan};

use super::tree::{self, Node};
use super::{Found, Input};
use crate::lint::piece::Piece;
use crate::lint::templates::problem;
use crate::say::Say;

pub(super) fn read(input: &Input<'_>) -> Found {
    let mut found = Found::default();
    let starts: Vec<usize> = input.text.char_indices().map(|(at, _)| at).chain([input.text.len()]).collect();
    let mut builder = Builder { text: input.text, starts, open: Vec::new(), documents: Vec::new() };
    for event in Parser::new_from_str(input.text) {
        match event {
            Ok((event, span)) => builder.take(event, span),
            Err(error) => {
                let what = Say::new(
                    format!("不是合法的 YAML：{}", error.info()),
                    format!("not valid YAML: {}", error.info()),
                );
                let next = Say::new(
                    "检查缩进（只用空格）、冒号后的空格和引号",
                    "check the indentation (blanks only), the blank after each colon, and the quotes",
                );
                found.problems.push(problem("yaml-invalid", input.name, error.marker().line(), what, next));
                return found;
            }
        }
    }
    builder.documents.into_iter().for_each(|node| tree::gather(input, node, &mut found));
    found
}

/// A list or map that is not closed yet.
enum Open {
    List(Vec<Node>),
    Map(Vec<(Piece, Node)>, Option<Piece>),
}

struct Builder<'t> {
    text: &'t str,
    /// The byte of each character.
    starts: Vec<usize>,
    open: Vec<Open>,
    documents: Vec<Node>,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, span: YamlSpan) {
        match event {
            Event::SequenceStart(..) => self.open.push(Open::List(Vec::new())),
            Event::MappingStart(..) => self.open.push(Open::Map(Vec::new(), None)),
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open::List(items)) => self.add(Node::List(items)),
                Some(Open::Map(entries, _)) => self.add(Node::Map(entries)),
                None => {}
            },
            Event::Scalar(words, style, ..) => {
                let piece = self.piece(&words, style, span);
                let is_text = style != ScalarStyle::Plain || !is_plain_value(&words);
                self.add(if is_text { Node::Text(piece) } else { Node::Other(piece) });
            }
            // What an alias repeats was read where it was named.
            Event::Alias(_) => self.add(Node::Other(Piece::default())),
            _ => {}
        }
    }

    fn add(&mut self, node: Node) {
        match self.open.last_mut() {
            Some(Open::List(items)) => items.push(node),
            Some(Open::Map(entries, key)) => match (key.take(), node) {
                (None, Node::Text(piece) | Node::Other(piece)) => *key = Some(piece),
                (None, _) => *key = Some(Piece::default()),
                (Some(key), node) => entries.push((key, node)),
            },
            None => self.documents.push(node),
        }
    }

    fn piece(&self, words: &str, style: ScalarStyle, span: YamlSpan) -> Piece {
        let byte = |n: usize| self.starts.get(n).copied().unwrap_or(self.text.len());
        let (mut start, end) = (byte(span.start.index()), byte(span.end.index()));
        let raw = |start: usize| self.text.get(start..end).unwrap_or_default();
        match style {
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted if raw(start).starts_with(['\'', '"']) => {
                start += 1;
            }
            ScalarStyle::Literal | ScalarStyle::Folded if raw(start).starts_with(['|', '>']) => {
                start += raw(start).find('\n').map_or(0, |at| at + 1);
            }
            _ => {}
        }
        // A block scalar's span may end before its last line does.
        let rest = self.text.get(start..).unwrap_or_default();
        beside(words, rest, start, style).unwrap_or_else(|| {
            let mut piece = Piece::default();
            piece.push(words, start, end.saturating_sub(start));
            piece
        })
    }
}

/// A plain scalar that is no text: a number, a truth value, nothing.
fn is_plain_value(words: &str) -> bool {
    words.is_empty()
        || matches!(words, "~" | "null" | "true" | "false")
        || words.parse::<f64>().is_ok_and(f64::is_finite)
}

/// Lays words beside the raw text that they were read from; `None` when they do not fit.
fn beside(words: &str, raw: &str, start: usize, style: ScalarStyle) -> Option<Piece> {
    let mut piece = Piece::default();
    let mut at = 0;
    for (n, c) in words.char_indices() {
        let word = words.get(n..n + c.len_utf8())?;
        loop {
            let rest = raw.get(at..)?;
            let next = rest.chars().next();
            if style == ScalarStyle::DoubleQuoted && next == Some('\\') {
                let (found, len) = escape(rest);
                at += len;
                match found {
                    Some(found) if found == c => piece.push(word, start + at - len, len),
                    Some(_) => return None,
                    None => continue,
                }
                break;
            }
            if style == ScalarStyle::SingleQuoted && c == '\'' && rest.starts_with("''") {
                piece.push(word, start + at, 2);
                at += 2;
                break;
            }
            if next == Some(c) {
                piece.push(word, start + at, word.len());
                at += word.len();
                break;
            }
            let blanks = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
            if c == ' ' || c == '\n' {
                // A fold: the line end and indentation stand for it. At the very end there may be none left.
                piece.push(word, start + at, blanks);
                at += blanks;
                break;
            }
            if blanks == 0 {
                return None;
            }
            at += blanks;
        }
    }
    Some(piece)
}

/// The character of an escape and the escape's length in bytes; no character for a line that goes on.
fn escape(text: &str) -> (Option<char>, usize) {
    let code = |digits: usize| {
        let value = text.get(2..2 + digits).and_then(|hex| u32::from_str_radix(hex, 16).ok());
        (value.and_then(char::from_u32), 2 + digits)
    };
    let one = |c| (Some(c), 2);
    match text.chars().nth(1) {
        Some('x') => code(2),
        Some('u') => code(4),
        Some('U') => code(8),
        Some('n') => one('\n'),
        Some('t' | '\t') => one('\t'),
        Some('r') => one('\r'),
        Some('b') => one('\u{8}'),
        Some('f') => one('\u{c}'),
        Some('e') => one('\u{1b}'),
        Some('a') => one('\u{7}'),
        Some('v') => one('\u{b}'),
        Some('0') => one('\0'),
        Some('N') => one('\u{85}'),
        Some('_') => one('\u{a0}'),
        Some('L') => one('\u{2028}'),
        Some('P') => one('\u{2029}'),
        Some(c @ ('"' | '\\' | '/' | ' ')) => one(c),
        _ => {
            let rest = text.get(1..).unwrap_or_default();
            (None, 1 + (rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len()))
        }
    }
}
