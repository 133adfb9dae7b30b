//! Talks that stand whole in one cell of a table: the cell is read by the text layout that it is written in, and buyer,
//! date, session and shop come from the row's other columns.

use std::sync::Arc;

use super::{Known, Layout, Piece, Taker, words};
use crate::ingest::columns::{self, Column};
use crate::ingest::formats::text::speakers;
use crate::ingest::formats::{Fit, LIST, LogFormat, Reader, Sample, Strength};
use crate::ingest::intake::{Cells, Intake, Spot};
use crate::ingest::{Options, sniff};
use crate::say::Say;

/// Cells that are looked at.
const LOOKED_AT: usize = 50;

/// How talks stand in cells.
#[derive(Clone, Debug)]
pub(in crate::ingest) struct Talks {
    pub(in crate::ingest) format: &'static LogFormat,
    layout: &'static Layout,
    known: Arc<Known>,
}

/// A row without its talk.
pub(super) struct Row<'a> {
    session: &'a str,
    shop: &'a str,
    buyer: &'a str,
    pub(super) order: &'a str,
    /// The row's line where the lines of the talk have none of their own.
    pub(super) line: Option<u64>,
}

impl<'a> Row<'a> {
    /// The session: the row's, or one made up.
    pub(super) fn session(&self, made: impl FnOnce() -> String) -> String {
        if self.session.is_empty() { made() } else { self.session.to_owned() }
    }

    /// The row's shop, or the one that the talk names.
    pub(super) fn shop<'b>(&self, named: &'b str) -> &'b str
    where
        'a: 'b,
    {
        if self.shop.is_empty() { named } else { self.shop }
    }

    /// The row's buyer, or the one that the talk names: nick and account may differ.
    pub(super) fn buyer<'b>(&self, named: &'b str) -> &'b str
    where
        'a: 'b,
    {
        if self.buyer.is_empty() { named } else { self.buyer }
    }
}

/// Whether the cells of a column are talks; all of them must be of one layout.
pub(in crate::ingest) fn recognise(
    layout: &columns::Layout,
    rows: &[Vec<String>],
    options: &Options,
) -> Option<Talks> {
    let content = layout.field(Column::Content)?;
    if layout.field(Column::Sender).is_some() {
        return None;
    }
    let cells = rows.iter().filter_map(|row| row.get(content)).map(String::as_str);
    let cells: Vec<&str> =
        cells.filter(|cell| cell.trim().lines().nth(1).is_some()).take(LOOKED_AT).collect();
    let best = |cell: &&str| {
        let sample = Sample { text: cell, options };
        let texts = LIST.iter().filter(|format| matches!(format.reader, Reader::Text(_)));
        let fits = texts.filter_map(|format| Some(((format.fits)(&sample)?.strength, format)));
        let fits: Vec<(Strength, &'static LogFormat)> = fits.filter(|(s, _)| *s > Strength::Last).collect();
        let top = fits.iter().map(|(strength, _)| *strength).max()?;
        match fits.iter().filter(|(strength, _)| *strength == top).collect::<Vec<_>>().as_slice() {
            [(_, one)] => Some(*one),
            _ => None,
        }
    };
    let mut found = cells.iter().filter_map(best);
    let format = found.next()?;
    let Reader::Text(reader) = format.reader else { return None };
    let fitting = 1 + found.clone().filter(|other| *other == format).count();
    // A talk may be too short to tell; another layout beside it would be another matter.
    if found.any(|other| other != format) || fitting * 2 < cells.len() {
        return None;
    }
    let pieces: Vec<Piece<'_>> = cells.iter().map(|cell| Piece::new(cell, 1, "")).collect();
    let sessions: Vec<_> = pieces.iter().flat_map(|piece| (reader.read)(piece).sessions).collect();
    let known = Arc::new(speakers::learn(&sessions, reader.staffing));
    Some(Talks { format, layout: reader, known })
}

/// A table whose header has talks and no speakers.
pub(in crate::ingest) fn fits(sample: &Sample<'_>) -> Option<Fit> {
    let text = sample.text.trim_start();
    let first = text.lines().next()?;
    let (delimiter, names) = sniff::delimiter(first);
    let layout = columns::resolve(&names, sample.options).ok()?;
    let body = text.get(first.len()..)?;
    let talks = recognise(&layout, &sniff::rows(body.as_bytes(), delimiter, None), sample.options)?;
    let column = layout.header(Column::Content);
    Some(Fit {
        strength: Strength::Nested,
        why: Say::new(
            format!("没有发送者一栏，“{column}”一格里是一整段会话：{}", talks.format.zh),
            format!("no column for the sender; a cell of `{column}` holds a whole talk: {}", talks.format.en),
        ),
    })
}

/// Takes the talk of a row. `line` is where its cell begins; without it every message stands at the row's line.
pub(in crate::ingest) fn take<'o>(
    intake: &mut Intake<'o>,
    talks: &Talks,
    spot: Spot<'_>,
    cells: &Cells<'_>,
    line: Option<u64>,
    options: &'o Options,
) {
    let word = |column: Column| cells.get(column.index()).map_or("", |c| c.trim());
    let text = cells.get(Column::Content.index()).copied().unwrap_or_default();
    if text.trim().is_empty() {
        return;
    }
    // A date alone stands in the place of the time, where there is no time.
    let date = match word(Column::Date) {
        "" => word(Column::SentAt),
        date => date,
    };
    let piece = Piece::new(text, line.unwrap_or(spot.line), date);
    let made = (talks.layout.read)(&piece);
    if made.sessions.is_empty() {
        // Words of the page alone are a talk without messages.
        return if made.stray.is_empty() {
            intake.note(spot.line, words::empty_talk());
        } else {
            intake.reject(spot, words::no_talk());
        };
    }
    let row = Row {
        session: word(Column::SessionId),
        shop: word(Column::Shop),
        buyer: word(Column::Buyer),
        order: word(Column::OrderId),
        line: line.is_none().then_some(spot.line),
    };
    let mut taker = Taker::new(intake, talks.layout, &talks.known, options);
    taker.seq = spot.seq << 20;
    taker.row = Some(row);
    for session in &made.sessions {
        taker.session(session);
    }
    for stray in made.stray.iter().filter_map(|i| piece.lines.get(*i)) {
        let at = line.map_or(spot.line, |_| stray.number);
        taker.intake.note(at, words::stray(stray.text));
    }
}
