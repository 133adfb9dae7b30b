//! A text that was made from another one - a cell without its quotes, a JSON string without its escapes, a template
//! without its placeholders - with the way back: every stretch of it to the stretch that it came from.

use crate::span::Span;

/// A stretch of the made text and where it came from. Equal lengths mean the same bytes; others stand for each other
/// as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Part {
    at: usize,
    len: usize,
    from: usize,
    from_len: usize,
}

/// The place of a cell in a workbook.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// The sheet's name.
    pub sheet: String,
    /// 1-based row.
    pub row: usize,
    /// 1-based column.
    pub column: usize,
}

impl Cell {
    /// `B12`.
    #[must_use]
    pub fn name(&self) -> String {
        let (mut letters, mut rest) = (Vec::new(), self.column);
        while rest > 0 {
            letters.push(char::from(b'A' + u8::try_from((rest - 1) % 26).unwrap_or(0)));
            rest = (rest - 1) / 26;
        }
        letters.iter().rev().collect::<String>() + &self.row.to_string()
    }
}

/// A made text with the way back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Piece {
    /// The text.
    pub text: String,
    parts: Vec<Part>,
    /// Set when the original is a cell of a workbook, whose text it then is.
    pub cell: Option<Cell>,
}

impl Piece {
    /// A stretch of an original taken over as it is.
    #[must_use]
    pub fn verbatim(text: &str, from: usize) -> Self {
        let mut piece = Self::default();
        piece.push(text, from, text.len());
        piece
    }

    /// Appends `text`, which stands for `from_len` bytes at `from` of the original.
    pub fn push(&mut self, text: &str, from: usize, from_len: usize) {
        let (at, len) = (self.text.len(), text.len());
        self.text.push_str(text);
        match self.parts.last_mut() {
            Some(last)
                if last.len == last.from_len && len == from_len && last.from + last.from_len == from =>
            {
                last.len += len;
                last.from_len += len;
            }
            _ => self.parts.push(Part { at, len, from, from_len }),
        }
    }

    /// Where a stretch of the text came from. A stretch that cuts into a part that stands as a whole takes all of it.
    #[must_use]
    pub fn origin(&self, span: Span) -> Span {
        let first = self.parts.iter().find(|p| span.start < p.at + p.len).or(self.parts.last());
        let last =
            self.parts.iter().rev().find(|p| p.at < span.end.max(span.start + 1)).or(self.parts.first());
        let (Some(first), Some(last)) = (first, last) else { return Span::new(0, 0) };
        let start = if first.len == first.from_len {
            first.from + span.start.saturating_sub(first.at).min(first.len)
        } else {
            first.from
        };
        let end = if last.len == last.from_len {
            last.from + span.end.saturating_sub(last.at).min(last.len)
        } else {
            last.from + last.from_len
        };
        Span::new(start, end)
    }

    /// Whether a stretch of the text stands in the original byte for byte.
    #[must_use]
    pub fn is_verbatim(&self, span: Span) -> bool {
        self.parts.iter().any(|p| p.len == p.from_len && p.at <= span.start && span.end <= p.at + p.len)
    }

    /// The stretch of the original that the whole text came from.
    #[must_use]
    pub fn whole(&self) -> Span {
        self.origin(Span::new(0, self.text.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_finds_its_way_back() {
        // "a""b" in a CSV file.
        let mut piece = Piece::verbatim("a", 1);
        piece.push("\"", 2, 2);
        piece.push("b", 4, 1);
        assert_eq!(piece.text, "a\"b");
        assert_eq!(piece.origin(Span::new(0, 1)), Span::new(1, 2));
        assert_eq!(piece.origin(Span::new(1, 2)), Span::new(2, 4));
        assert_eq!(piece.origin(Span::new(1, 3)), Span::new(2, 5));
        assert!(piece.is_verbatim(Span::new(2, 3)) && !piece.is_verbatim(Span::new(0, 3)));
        assert_eq!(piece.origin(Span::new(3, 3)), Span::new(5, 5));
    }

    #[test]
    fn cells_are_named_as_in_excel() {
        let name = |row, column| Cell { sheet: String::new(), row, column }.name();
        assert_eq!([name(1, 1), name(12, 26), name(3, 27), name(9, 703)], ["A1", "Z12", "AA3", "AAA9"]);
    }
}
