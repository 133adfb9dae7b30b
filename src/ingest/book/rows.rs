//! Rows of tables that are no text: packed by whoever reads them, and handed to the intake here.

use crate::ingest::Options;
use crate::ingest::columns::{Column, Layout};
use crate::ingest::feed::Chunk;
use crate::ingest::formats::text::cell::{self, Talks};
use crate::ingest::intake::{Batch, Cells, Intake, Spot};

/// A row as a stretch of a piece's text.
pub(in crate::ingest) struct Row {
    /// Its number in the sheet, from 1.
    pub(super) line: u64,
    /// The whole row, cells apart by tabs.
    pub(super) whole: (usize, usize),
    /// Each column's cell.
    pub(super) cells: [(usize, usize); Column::COUNT],
}

impl Row {
    /// Its number in the sheet, from 1.
    pub(in crate::ingest) fn line(&self) -> u64 {
        self.line
    }
}

/// Takes the rows of a piece.
pub(in crate::ingest) fn parse(
    chunk: &Chunk,
    rows: &[Row],
    layout: &Layout,
    talks: Option<&Talks>,
    options: &Options,
) -> Batch {
    let mut intake = Intake::new(chunk.file, chunk.bytes.len(), options);
    // Put together from texts, so it is valid.
    let text = simdutf8::basic::from_utf8(&chunk.bytes).unwrap_or_default();
    let part = |(start, end): (usize, usize)| text.get(start..end).unwrap_or_default();
    for row in rows {
        let cells: Cells<'_> = row.cells.map(part);
        let spot = Spot { line: row.line, seq: 0, raw: part(row.whole).as_bytes() };
        match talks {
            None => intake.take(spot, &cells, layout),
            Some(talks) => cell::take(&mut intake, talks, spot, &cells, None, options),
        }
    }
    if options.only.is_some() {
        intake.batch.lines = u64::try_from(rows.len()).unwrap_or_default();
    }
    intake.batch
}
