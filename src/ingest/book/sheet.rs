//! One sheet: where its header is, and its rows in pieces. A sheet without a header is passed over when another one of the
//! workbook has one: covers, sums and pivots are no logs.

use std::sync::Arc;

use super::cells::{Cells, Spot};
use super::rows::Row;
use super::{Event, Sender, words};
use crate::ingest::columns::{self, Column, Layout};
use crate::ingest::formats::text::cell::{self, Talks as CellTalks};
use crate::ingest::trouble::Trouble;
use crate::ingest::{Options, hint, talks};
use crate::say::Say;

/// Rows among which the header is looked for.
const HEAD: usize = 20;
/// Usual size of a piece in bytes of text.
const PIECE: usize = 512 << 10;

/// One row as it comes.
#[derive(Clone, Debug, Default)]
struct Line {
    /// From 1.
    number: u64,
    text: String,
    /// Column, start and end of each cell.
    cells: Vec<(u32, usize, usize)>,
    rounded: Vec<u32>,
}

impl Line {
    fn cell(&self, column: usize) -> &str {
        let found = self.cells.iter().find(|(c, _, _)| usize::try_from(*c) == Ok(column));
        found.and_then(|(_, start, end)| self.text.get(*start..*end)).unwrap_or_default()
    }

    fn width(&self) -> usize {
        self.cells.last().and_then(|(c, _, _)| usize::try_from(*c).ok()).map_or(0, |c| c + 1)
    }

    fn all(&self, width: usize) -> Vec<String> {
        (0..width).map(|column| self.cell(column).trim().to_owned()).collect()
    }
}

/// Rows of a stream of cells.
struct Lines<C> {
    cells: C,
    pending: Option<Spot>,
    text: String,
    /// Nothing may be asked for after the end.
    ended: bool,
}

impl<C: Cells> Lines<C> {
    fn new(cells: C) -> Self {
        Self { cells, pending: None, text: String::new(), ended: false }
    }

    fn advance(&mut self) -> Result<(), String> {
        self.text.clear();
        self.pending = self.cells.next(&mut self.text)?;
        self.ended = self.pending.is_none();
        Ok(())
    }

    /// The next row that has a cell; `None` at the end.
    fn next(&mut self) -> Result<Option<Line>, String> {
        if self.pending.is_none() && !self.ended {
            self.advance()?;
        }
        let Some(first) = self.pending else { return Ok(None) };
        let mut line = Line { number: u64::from(first.row) + 1, ..Line::default() };
        while let Some(spot) = self.pending.filter(|spot| spot.row == first.row) {
            let start = line.text.len();
            line.text.push_str(&self.text);
            line.cells.push((spot.column, start, line.text.len()));
            if spot.rounded {
                line.rounded.push(spot.column);
            }
            self.advance()?;
        }
        Ok(Some(line))
    }
}

/// A sheet in which no header was found, until it is known whether another one has one.
struct Headless {
    name: String,
    troubles: Vec<(u64, Trouble)>,
    guesses: Vec<(Column, String)>,
    known: usize,
}

/// Reads the sheets of one workbook.
pub(super) struct Reader<'o> {
    sender: Sender,
    options: &'o Options,
    /// Whether sheets are named: where there is one alone, the file's name is enough.
    named: bool,
    any: bool,
    headless: Option<Headless>,
}

/// What rows are, and the line of the header.
enum Head {
    /// Rows are messages.
    Messages(Box<Layout>, Option<Arc<CellTalks>>, u64, Say),
    /// Rows are talks.
    Talks(talks::Header, u64),
}

impl<'o> Reader<'o> {
    pub(super) fn new(sender: Sender, options: &'o Options) -> Self {
        Self { sender, options, named: false, any: false, headless: None }
    }

    /// Takes notice of the sheets that will come.
    pub(super) fn plan(&mut self, names: Vec<String>) -> Vec<String> {
        self.named = names.len() > 1;
        names
    }

    fn name(&self, name: &str) -> Option<String> {
        self.named.then(|| name.to_owned())
    }

    fn send(&self, event: Event) -> bool {
        self.sender.send(event).is_ok()
    }

    /// Tells of a sheet that cannot be read, or of the workbook when no sheet is named.
    pub(super) fn lose(
        &mut self,
        name: Option<&str>,
        troubles: Vec<(u64, Trouble)>,
        guesses: Vec<(Column, String)>,
    ) {
        self.any = true;
        let name = name.and_then(|name| self.name(name));
        self.send(Event::Lost { name, troubles, guesses });
    }

    /// The last word: what no sheet has is told of the one that came nearest.
    pub(super) fn end(mut self) {
        match self.headless.take().filter(|_| !self.any) {
            Some(Headless { name, troubles, guesses, .. }) => self.lose(Some(&name), troubles, guesses),
            None if !self.any => self.lose(None, vec![(0, words::empty())], Vec::new()),
            None => {}
        }
        self.send(Event::End);
    }

    /// Reads one sheet.
    pub(super) fn sheet(&mut self, name: &str, cells: impl Cells) {
        let mut lines = Lines::new(cells);
        let mut head = Vec::new();
        while head.len() < HEAD {
            match lines.next() {
                Ok(Some(line)) => head.push(line),
                Ok(None) => break,
                Err(error) => return self.lose(Some(name), vec![(0, words::broken(&error))], Vec::new()),
            }
        }
        match self.header(name, &head) {
            Ok(Head::Messages(layout, talks, number, why)) => {
                let layout = Arc::new(*layout);
                let event = Event::Sheet { name: self.name(name), layout: Arc::clone(&layout), talks, why };
                self.any = true;
                if self.send(event) {
                    self.body(&head, &mut lines, &layout, number);
                }
            }
            Ok(Head::Talks(header, number)) => self.talks(name, &head, &mut lines, &header, number),
            Err(None) => {}
            Err(Some(found)) => {
                let better = self.headless.as_ref().is_none_or(|other| found.known > other.known);
                if better {
                    self.headless = Some(found);
                }
            }
        }
    }

    /// The header among the first rows; what is wrong with the row that is most like one otherwise.
    fn header(&self, name: &str, head: &[Line]) -> Result<Head, Option<Headless>> {
        let width = head.iter().map(Line::width).max().unwrap_or_default();
        let mut best: Option<Headless> = None;
        for (n, line) in head.iter().enumerate() {
            let names = line.all(width);
            let known = columns::known_to(&names, self.options);
            let (troubles, guesses) = match columns::resolve(&names, self.options) {
                Ok(layout) if layout.lacks().is_empty() => {
                    let why = words::header(line.number, known);
                    return Ok(Head::Messages(Box::new(layout), None, line.number, why));
                }
                Ok(layout)
                    if layout.field(Column::Content).is_none() && talks::Header::of(&names).is_some() =>
                {
                    return talks::Header::of(&names).map(|h| Head::Talks(h, line.number)).ok_or(None);
                }
                Ok(layout) => {
                    let below: Vec<Vec<String>> = head.iter().skip(n + 1).map(|l| l.all(width)).collect();
                    if let Some(talks) = cell::recognise(&layout, &below, self.options) {
                        let why = words::talks(line.number, talks.format);
                        let talks = Some(Arc::new(talks));
                        return Ok(Head::Messages(Box::new(layout), talks, line.number, why));
                    }
                    let guesses = hint::guess(&names, &layout.unread, &below, &layout.lacks(), self.options);
                    let filled: Vec<&String> = names.iter().filter(|n| !n.is_empty()).collect();
                    (columns::missing(&layout, &filled, &guesses), guesses)
                }
                Err(troubles) => (troubles, Vec::new()),
            };
            if line.cells.len() > 1 && best.as_ref().is_none_or(|other| known > other.known) {
                let troubles = troubles.into_iter().map(|trouble| (line.number, trouble)).collect();
                best = Some(Headless { name: name.to_owned(), troubles, guesses, known });
            }
        }
        Err(best)
    }

    /// Sends the rows below the header.
    fn body<C: Cells>(&self, head: &[Line], lines: &mut Lines<C>, layout: &Layout, header: u64) {
        let mut piece = Piece::default();
        for line in head.iter().filter(|line| line.number > header) {
            piece.add(line, layout);
        }
        loop {
            if piece.text.len() >= PIECE && !self.flush(&mut piece) {
                return;
            }
            match lines.next() {
                Ok(Some(line)) => piece.add(&line, layout),
                Ok(None) => break,
                Err(error) => {
                    let last = piece.rows.last().map_or(header, |row| row.line);
                    piece.notes.push((last + 1, words::broken(&error)));
                    break;
                }
            }
        }
        self.flush(&mut piece);
    }

    /// Sends the talks below the header.
    fn talks<C: Cells>(
        &mut self,
        name: &str,
        head: &[Line],
        lines: &mut Lines<C>,
        header: &talks::Header,
        number: u64,
    ) {
        self.any = true;
        let (mut talks, mut notes) = (Vec::new(), Vec::new());
        let mut add = |line: &Line| match header.talk(|column| line.cell(column)) {
            Ok(talk) => talks.extend(talk),
            Err(trouble) => notes.push((line.number, trouble)),
        };
        head.iter().filter(|line| line.number > number).for_each(&mut add);
        let broken = loop {
            match lines.next() {
                Ok(Some(line)) => add(&line),
                Ok(None) => break None,
                Err(error) => break Some((0, words::broken(&error))),
            }
        };
        notes.extend(broken);
        if self.send(Event::Talks { name: self.name(name), talks }) {
            notes.into_iter().all(|(line, trouble)| self.send(Event::Note(line, trouble)));
        }
    }

    fn flush(&self, piece: &mut Piece) -> bool {
        let Piece { text, rows, notes } = std::mem::take(piece);
        notes.into_iter().all(|(line, trouble)| self.send(Event::Note(line, trouble)))
            && (rows.is_empty() || self.send(Event::Rows { text, rows }))
    }
}

/// Rows that are gathered.
#[derive(Default)]
struct Piece {
    text: String,
    rows: Vec<Row>,
    notes: Vec<(u64, Trouble)>,
}

impl Piece {
    fn add(&mut self, line: &Line, layout: &Layout) {
        let start = self.text.len();
        let mut cells = [(0, 0); Column::COUNT];
        for (n, (column, from, to)) in line.cells.iter().enumerate() {
            if n > 0 {
                self.text.push('\t');
            }
            let at = self.text.len();
            self.text.push_str(line.text.get(*from..*to).unwrap_or_default());
            for (cell, known) in cells.iter_mut().zip(Column::ALL) {
                if layout.field(known).and_then(|field| u32::try_from(field).ok()) == Some(*column) {
                    *cell = (at, self.text.len());
                }
            }
        }
        for column in Column::ALL {
            let field = layout.field(column).and_then(|field| u32::try_from(field).ok());
            if field.is_some_and(|field| line.rounded.contains(&field)) {
                self.notes.push((line.number, words::rounded(layout.header(column))));
            }
        }
        self.rows.push(Row { line: line.number, whole: (start, self.text.len()), cells });
    }
}
