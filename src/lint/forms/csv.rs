//! CSV with the exact bytes of every cell. The common CSV crates give the words without their place, so the few rules
//! of the form stand here: quotes around a cell, `""` for a quote inside it, any line end.

use super::table::{self, Row};
use super::{Found, Input, Options};
use crate::lint::piece::Piece;
use crate::lint::place::Lines;
use crate::lint::templates::problem;
use crate::problem::Problem;
use crate::say::Say;

/// Delimiters that exports use.
const DELIMITERS: [char; 3] = [',', '\t', ';'];

/// The delimiter under which the first line is the header of a template table.
pub(super) fn delimiter(text: &str, options: Options<'_>) -> Option<char> {
    let first = text.lines().find(|line| !line.trim().is_empty())?;
    DELIMITERS.into_iter().find(|delimiter| {
        let cells: Vec<&str> = first.split(*delimiter).map(|c| c.trim().trim_matches('"')).collect();
        cells.len() > 1 && table::is_header(options, &cells)
    })
}

/// Reads a table.
pub(super) fn read(input: &Input<'_>, delimiter: char) -> Found {
    let mut found = Found::default();
    let rows = Reader { text: input.text, at: 0, delimiter }.rows(input);
    table::read(input, rows, &mut found);
    found
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    delimiter: char,
}

/// How a cell ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Cell,
    Row,
}

/// What is wrong with a cell, with its place.
enum Flaw {
    Unclosed(usize),
    Stray(usize),
}

impl Reader<'_> {
    fn rows(mut self, input: &Input<'_>) -> Vec<Row> {
        let lines = Lines::of(self.text);
        let mut rows = Vec::new();
        while self.at < self.text.len() {
            let mut row = Row { line: lines.line(self.at), cells: Vec::new(), flaw: None };
            loop {
                let (cell, end, flaw) = self.cell();
                row.cells.push(cell);
                if let Some(flaw) = flaw {
                    row.flaw = row.flaw.or_else(|| Some(told(input, &lines, &flaw)));
                }
                if end == End::Row {
                    break;
                }
            }
            rows.push(row);
        }
        rows
    }

    fn peek(&self) -> Option<char> {
        self.text.get(self.at..).and_then(|rest| rest.chars().next())
    }

    fn cell(&mut self) -> (Piece, End, Option<Flaw>) {
        let mut piece = Piece::default();
        let mut flaw = None;
        if self.peek() == Some('"') {
            let opened = self.at;
            self.at += 1;
            if !self.quoted(&mut piece) {
                flaw = Some(Flaw::Unclosed(opened));
            }
        }
        let from = self.at;
        while let Some(c) = self.peek() {
            if c == self.delimiter || c == '\n' || c == '\r' {
                break;
            }
            self.at += c.len_utf8();
        }
        let bare = self.text.get(from..self.at).unwrap_or_default();
        if !bare.is_empty() {
            if !piece.text.is_empty() && !bare.trim().is_empty() {
                flaw = flaw.or(Some(Flaw::Stray(from)));
            }
            piece.push(bare, from, bare.len());
        }
        (piece, self.end(), flaw)
    }

    /// Reads up to the closing quote; whether there is one.
    fn quoted(&mut self, piece: &mut Piece) -> bool {
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let Some(quote) = rest.find('"') else {
                piece.push(rest, self.at, rest.len());
                self.at = self.text.len();
                return false;
            };
            let words = rest.get(..quote).unwrap_or_default();
            if !words.is_empty() {
                piece.push(words, self.at, quote);
            }
            self.at += quote + 1;
            if self.peek() != Some('"') {
                return true;
            }
            piece.push("\"", self.at - 1, 2);
            self.at += 1;
        }
    }

    fn end(&mut self) -> End {
        match self.peek() {
            Some(c) if c == self.delimiter => {
                self.at += c.len_utf8();
                End::Cell
            }
            Some('\r') => {
                self.at += 1;
                self.at += usize::from(self.peek() == Some('\n'));
                End::Row
            }
            Some(_) => {
                self.at += 1;
                End::Row
            }
            None => End::Row,
        }
    }
}

fn told(input: &Input<'_>, lines: &Lines, flaw: &Flaw) -> Problem {
    match flaw {
        Flaw::Unclosed(at) => problem(
            "quote-unclosed",
            input.name,
            lines.line(*at),
            Say::new(
                "双引号没有关上，从这里到文件末尾都读不出来",
                "a quote is not closed; nothing from here to the end can be read",
            ),
            Say::new(
                "在这一格的末尾补上英文双引号；正文里的双引号要写成两个",
                "close the cell with a double quote; a quote inside the text is written twice",
            ),
        ),
        Flaw::Stray(at) => problem(
            "quote-broken",
            input.name,
            lines.line(*at),
            Say::new(
                "引号关上之后还有字，多半是上面某一格的引号没有配对",
                "there are words after the closing quote; a quote above is probably not paired",
            ),
            Say::new(
                "检查这一行和上面几行的英文双引号；正文里的双引号要写成两个",
                "check the double quotes of this row and those above; a quote inside the text is written twice",
            ),
        ),
    }
}
