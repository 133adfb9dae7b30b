//! Text on a terminal: harmless, of known width, cut into rows that fit, with the deciding words marked under the
//! very columns where they stand, wide characters included.

use unicode_width::UnicodeWidthChar;

use crate::mask;
use crate::span::Span;

/// Bold red, the deciding words in colour.
const MARK: &str = "\u{1b}[1;31m";
const RESET: &str = "\u{1b}[0m";

/// Makes a text harmless: one line, no escapes, no signs that reorder or hide text. One character becomes one
/// character, so spans only need carrying along.
pub(super) fn clean(text: &str, spans: &[Span]) -> (String, Vec<Span>) {
    mask::replace(text, spans, |_, c| match c {
        '\n' => '⏎',
        '\t' | '\r' => ' ',
        c if c.is_control() || invisible(c) => '\u{fffd}',
        c => c,
    })
}

/// [`clean`] for a text without marks.
pub(crate) fn plain(text: &str) -> String {
    clean(text, &[]).0
}

/// Signs that change the direction of text, break lines or take no room.
fn invisible(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{61c}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// Columns that a text takes.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

/// One row of a wrapped text: stretches, marked or not.
#[derive(Default)]
struct Row {
    parts: Vec<(bool, String)>,
    used: usize,
}

/// Cuts a clean text into rows of at most `columns` and marks the spans: in colour, or by carets in a row of their
/// own below.
pub(super) fn marked(text: &str, spans: &[Span], columns: usize, color: bool) -> Vec<String> {
    let mut rows = vec![Row::default()];
    for (at, c) in text.char_indices() {
        let mark = spans.iter().any(|s| s.start <= at && at < s.end);
        let wide = c.width().unwrap_or(0);
        if rows.last().is_some_and(|row| row.used > 0 && row.used + wide > columns) {
            rows.push(Row::default());
        }
        if let Some(row) = rows.last_mut() {
            row.push(c, mark, wide);
        }
    }
    rows.iter().flat_map(|row| row.lines(color)).collect()
}

impl Row {
    fn push(&mut self, c: char, mark: bool, wide: usize) {
        self.used += wide;
        match self.parts.last_mut() {
            Some((same, part)) if *same == mark => part.push(c),
            _ => self.parts.push((mark, c.to_string())),
        }
    }

    fn lines(&self, color: bool) -> Vec<String> {
        let any = self.parts.iter().any(|(mark, _)| *mark);
        if color {
            let paint = |(mark, part): &(bool, String)| {
                if *mark { format!("{MARK}{part}{RESET}") } else { part.clone() }
            };
            return vec![self.parts.iter().map(paint).collect()];
        }
        let text = self.parts.iter().map(|(_, part)| part.as_str()).collect();
        if !any {
            return vec![text];
        }
        let under = |(mark, part): &(bool, String)| if *mark { "^" } else { " " }.repeat(width(part));
        let carets: String = self.parts.iter().map(under).collect();
        vec![text, carets.trim_end().to_owned()]
    }
}

/// A heading: bold where there is colour.
pub(super) fn bold(text: &str, color: bool) -> String {
    if color { format!("\u{1b}[1m{text}{RESET}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carets_stand_under_wide_characters() {
        let text = "亲ab不开发票哦";
        let start = text.find("不开").unwrap();
        let rows = marked(text, &[Span::new(start, start + 12)], 40, false);
        assert_eq!(rows, ["亲ab不开发票哦", "    ^^^^^^^^"]);
    }

    #[test]
    fn a_marked_stretch_may_cross_rows() {
        let rows = marked("一二三四", &[Span::new(3, 9)], 5, false);
        assert_eq!(rows, ["一二", "  ^^", "三四", "^^"]);
        assert_eq!(marked("一二", &[Span::new(3, 6)], 9, true), ["一\u{1b}[1;31m二\u{1b}[0m"]);
    }

    #[test]
    fn nothing_commands_the_terminal() {
        assert_eq!(plain("a\u{1b}[31mb\u{202e}c\nd\te\u{9b}"), "a\u{fffd}[31mb\u{fffd}c⏎d e\u{fffd}");
    }
}
