//! A template as it will be read: its placeholders found, and its text with each of them masked by one letter that no
//! rule knows, so that a name between braces can never be taken for the shop's words.

use crate::lint::piece::Piece;
use crate::rules::lint::{Lint, Mark, Variable};
use crate::span::Span;

/// Stands for a placeholder while rules are tried. A letter of no living script, so that it neither ends a clause nor
/// vanishes in normalising.
pub(super) const MASK: char = '\u{A66E}';
/// How the mask is shown to people.
const SHOWN: &str = "{…}";
/// Longest name between marks, in characters.
const LONGEST: usize = 30;

/// A placeholder in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Placeholder<'l> {
    /// With its marks, in bytes of the template's text.
    pub(super) span: Span,
    /// The variable; `None` when nobody knows it.
    pub(super) variable: Option<&'l Variable>,
}

/// What is wrong with a placeholder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Half of the marks is missing.
    Unclosed(Span),
    /// No name between the marks.
    Empty(Span),
    /// A name that nobody knows.
    Unknown(Span, String),
}

/// A template's text, read.
#[derive(Clone, Debug)]
pub(super) struct Reading<'l> {
    /// The text with masks, and the way back to the template's text.
    pub(super) masked: Piece,
    pub(super) placeholders: Vec<Placeholder<'l>>,
    pub(super) faults: Vec<Fault>,
}

impl<'l> Reading<'l> {
    pub(super) fn of(text: &str, lint: &'l Lint) -> Self {
        let mut reading = Self { masked: Piece::default(), placeholders: Vec::new(), faults: Vec::new() };
        let (mut at, mut plain) = (0, 0);
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let found = lint.marks.iter().find_map(|mark| reading.try_mark(text, at, mark, lint));
            match found {
                Some(end) => {
                    reading.plain(text, plain, at);
                    reading.masked.push(MASK.encode_utf8(&mut [0; 4]), at, end - at);
                    (at, plain) = (end, end);
                }
                None => at += rest.chars().next().map_or(1, char::len_utf8),
            }
        }
        reading.plain(text, plain, text.len());
        reading.stray_closings(text, lint);
        reading
    }

    fn plain(&mut self, text: &str, from: usize, to: usize) {
        if let Some(words) = text.get(from..to).filter(|words| !words.is_empty()) {
            self.masked.push(words, from, words.len());
        }
    }

    /// The end of the placeholder that begins at `at` with this mark; notes it, or what is wrong with it.
    fn try_mark(&mut self, text: &str, at: usize, mark: &Mark, lint: &'l Lint) -> Option<usize> {
        let inside = text.get(at..)?.strip_prefix(mark.open.as_str())?;
        let limit = inside.char_indices().nth(LONGEST + 1).map_or(inside.len(), |(n, _)| n);
        let line = inside.get(..limit)?.split(['\n', '\r']).next()?;
        let close = line.find(mark.close.as_str()).filter(|close| {
            // Another opening before the closing: this one is not closed.
            mark.open == mark.close || !line.get(..*close).is_some_and(|n| n.contains(mark.open.as_str()))
        });
        let from = at + mark.open.len();
        if mark.known_only {
            let close = close?;
            let variable = lint.variable(line.get(..close)?.trim())?;
            let end = from + close + mark.close.len();
            self.placeholders.push(Placeholder { span: Span::new(at, end), variable: Some(variable) });
            return Some(end);
        }
        let Some(close) = close else {
            self.faults.push(Fault::Unclosed(Span::new(at, from)));
            return Some(from);
        };
        let name = line.get(..close)?.trim();
        let span = Span::new(at, from + close + mark.close.len());
        let variable = lint.variable(name);
        match (name.is_empty(), variable) {
            (true, _) => self.faults.push(Fault::Empty(span)),
            (false, None) => self.faults.push(Fault::Unknown(span, name.to_owned())),
            (false, Some(_)) => {}
        }
        self.placeholders.push(Placeholder { span, variable });
        Some(span.end)
    }

    /// Closing marks that no opening belongs to.
    fn stray_closings(&mut self, text: &str, lint: &Lint) {
        let mut closings: Vec<&str> =
            lint.marks.iter().filter(|m| !m.known_only).map(|m| m.close.as_str()).collect();
        closings.sort_by_key(|close| close.len());
        let Some(shortest) = closings.first().filter(|close| !close.is_empty()) else { return };
        for (at, close) in text.match_indices(shortest) {
            let span = Span::new(at, at + close.len());
            if !self.placeholders.iter().any(|p| p.span.covers(span)) {
                self.faults.push(Fault::Unclosed(span));
            }
        }
    }

    /// The longest text that can be sent, in characters.
    pub(super) fn longest(&self, text: &str) -> usize {
        let count = |words: &str| words.chars().count();
        let filled: usize = self
            .placeholders
            .iter()
            .map(|p| match p.variable {
                Some(v) => v.max.max(count(&v.sample)),
                None => count(p.span.of(text)),
            })
            .sum();
        let marks: usize = self.placeholders.iter().map(|p| count(p.span.of(text))).sum();
        count(text) - marks + filled
    }
}

/// A sentence about the masked text, for people.
pub(super) fn shown(words: &str) -> String {
    words.replace(MASK, SHOWN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::load;

    #[test]
    fn placeholders_are_told_from_what_only_looks_like_them() {
        let pack = load::load(load::built_in(), Vec::new()).unwrap();
        let faults = |text: &str| {
            let reading = Reading::of(text, &pack.lint);
            let words = |f: &Fault| match f {
                Fault::Unclosed(s) => format!("unclosed {}", s.of(text)),
                Fault::Empty(s) => format!("empty {}", s.of(text)),
                Fault::Unknown(_, name) => format!("unknown {name}"),
            };
            (reading.masked.text, reading.faults.iter().map(words).collect::<Vec<_>>().join(" "))
        };
        let mask = MASK.to_string();
        let cases = [
            ("{买家昵称}您好", "Ꙩ您好", ""),
            ("{{订单号}}与${运单号}", "Ꙩ与Ꙩ", ""),
            ("【温馨提示】95%好评[微笑]", "【温馨提示】95%好评[微笑]", ""),
            ("[买家昵称]【订单号】%城市%", "ꙨꙨꙨ", ""),
            ("{买家呢称}在吗", "Ꙩ在吗", "unknown 买家呢称"),
            ("{买家昵称您好", "Ꙩ买家昵称您好", "unclosed {"),
            ("买家昵称}您好", "买家昵称}您好", "unclosed }"),
            ("{ }您好", "Ꙩ您好", "empty { }"),
            ("{买家{订单号}", "Ꙩ买家Ꙩ", "unclosed {"),
        ];
        for (text, masked, told) in cases {
            assert_eq!(faults(text), (masked.replace('Ꙩ', &mask), told.to_owned()), "{text}");
        }
        let reading = Reading::of("{买家昵称}好", &pack.lint);
        assert_eq!(reading.longest("{买家昵称}好"), 26);
        assert_eq!(reading.masked.origin(Span::new(3, 6)), Span::new(14, 17));
    }
}
