//! The rows of a piece of CSV, with the physical line of each. A row with a broken quote costs its first line only:
//! what the quote had swallowed is read again.

use std::borrow::Cow;

use csv::ByteRecord;

use super::Options;
use super::columns::{Column, Layout};
use super::cut;
use super::feed::{Chunk, Shape};
use super::formats::text::cell::{self, Talks};
use super::intake::{Batch, Cells, Intake, Spot, invalid_bytes};
use super::mixed;
use super::skim::Stretches;
use super::trouble::Trouble;
use crate::problem::Severity;
use crate::say::Say;

/// A piece may be read again at most this many times over before a swallowed stretch is given up.
const REREADS: usize = 4;
/// What beginning anew costs, in bytes that could have been read meanwhile.
const RESTART: usize = 2048;

/// Lines still to be read.
struct Stretch {
    start: usize,
    end: usize,
    line: u64,
}

struct Parser<'a, 'o> {
    bytes: &'a [u8],
    layout: &'a Layout,
    talks: Option<&'a Talks>,
    options: &'o Options,
    delimiter: u8,
    intake: Intake<'o>,
    again: Vec<Stretch>,
    budget: usize,
}

/// Parses stretches of whole records of a piece, each with the line of its first.
pub(super) fn parse(
    chunk: &Chunk,
    layout: &Layout,
    delimiter: u8,
    stretches: Stretches,
    options: &Options,
) -> Batch {
    if stretches.is_empty() {
        return Batch::new(0, 0);
    }
    let mut decoded = Vec::new();
    let mut again = Vec::with_capacity(stretches.len());
    let mut others = Vec::new();
    let whole = stretches.len() == 1;
    let mut plain: &[u8] = &[];
    for (range, line) in stretches {
        let piece = mixed::decode(chunk.bytes.get(range).unwrap_or_default(), chunk.gb18030);
        others.extend(piece.other.map(|(before, count)| (line + before, count)));
        let start = decoded.len();
        let end = start + piece.bytes.len();
        match piece.bytes {
            // Nearly every piece of nearly every log: it is parsed where it stands.
            Cow::Borrowed(bytes) if whole => plain = bytes,
            bytes => decoded.extend_from_slice(&bytes),
        }
        again.push(Stretch { start, end, line });
    }
    let bytes: &[u8] = if decoded.is_empty() { plain } else { &decoded };
    let wanted: usize = again.iter().map(|s| s.end - s.start).sum();
    let mut parser = Parser {
        bytes,
        layout,
        talks: match &chunk.shape {
            Shape::Csv { talks, .. } => talks.as_deref(),
            _ => None,
        },
        options,
        delimiter,
        intake: Intake::new(chunk.file, wanted, options),
        again,
        budget: wanted.saturating_mul(REREADS),
    };
    for (line, count) in others {
        parser.intake.note_many(line, count, mixed_encodings(chunk.gb18030));
    }
    while let Some(stretch) = parser.again.pop() {
        parser.stretch(&stretch);
    }
    parser.intake.batch
}

impl Parser<'_, '_> {
    fn stretch(&mut self, stretch: &Stretch) {
        let bytes = self.bytes.get(stretch.start..stretch.end).unwrap_or_default();
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.delimiter)
            .buffer_capacity(bytes.len().min(64 << 10))
            .from_reader(bytes);
        let mut record = ByteRecord::new();
        let mut before = (0usize, 0u64);
        // Reading from memory cannot fail, and byte records may hold anything.
        while reader.read_byte_record(&mut record).unwrap_or(false) {
            let after = (
                usize::try_from(reader.position().byte()).unwrap_or(bytes.len()),
                reader.position().line() - 1,
            );
            let whole = bytes.get(before.0..after.0).unwrap_or_default();
            // The reader leaves line ends and blank lines to the next record.
            let blank = whole.iter().take_while(|b| matches!(**b, b'\r' | b'\n')).count();
            let skipped = cut::newlines(whole.get(..blank).unwrap_or_default());
            let raw = whole.get(blank..).unwrap_or_default();
            let line = stretch.line + before.1 + skipped;
            let tall = after.1 - before.1 - skipped > 1 || after.0 >= bytes.len();
            self.record(&record, Spot { line, seq: 0, raw }, tall, stretch.start + before.0 + blank);
            before = after;
        }
    }

    fn record(&mut self, record: &ByteRecord, spot: Spot<'_>, tall: bool, start: usize) {
        if tall {
            let found = cut::scan(spot.raw, self.delimiter);
            if found.inside || !found.sound {
                let first = cut::first_line(spot.raw);
                let cost = spot.raw.len() + RESTART;
                if first < spot.raw.len() && cost <= self.budget {
                    self.budget -= cost;
                    let line = Spot { raw: spot.raw.get(..first).unwrap_or_default(), ..spot };
                    self.intake.reject(line, broken_quote(true));
                    let (end, line) = (start + spot.raw.len(), spot.line + 1);
                    self.again.push(Stretch { start: start + first, end, line });
                    return;
                }
                // On a line of its own, or at the end of all patience, the fields decide below.
                if found.inside || first < spot.raw.len() {
                    return self.intake.reject(spot, broken_quote(false));
                }
            }
        }
        if record.len() != self.layout.width {
            if record.iter().all(|f| f.trim_ascii().is_empty()) {
                return;
            }
            return self.intake.reject(spot, torn(record.len(), self.layout.width));
        }
        // One check for the whole record; only a record that fails it is looked at field by field.
        let whole = simdutf8::basic::from_utf8(record.as_slice()).unwrap_or_default();
        let mut cells: Cells<'_> = [""; Column::COUNT];
        let mut bad = Vec::new();
        for (cell, column) in cells.iter_mut().zip(Column::ALL) {
            let Some(field) = self.layout.field(column) else { continue };
            let bytes = record.get(field).unwrap_or_default();
            match record.range(field).and_then(|range| whole.get(range)) {
                Some(text) => *cell = text,
                None => match std::str::from_utf8(bytes) {
                    Ok(text) => *cell = text,
                    Err(_) => bad.push(invalid_bytes(self.layout.header(column), bytes)),
                },
            }
        }
        if !bad.is_empty() {
            return self.intake.refuse(spot, bad);
        }
        let Some(talks) = self.talks else { return self.intake.take(spot, &cells, self.layout) };
        // Line ends in the cells before the talk put its lines further down.
        let before = self.layout.field(Column::Content).unwrap_or_default();
        let above: u64 = record.iter().take(before).map(cut::newlines).sum();
        cell::take(&mut self.intake, talks, spot, &cells, Some(spot.line + above), self.options);
    }
}

/// Some lines are in another encoding than the file.
fn mixed_encodings(gb18030: bool) -> Trouble {
    let (own, other) = if gb18030 { ("GB18030", "UTF-8") } else { ("UTF-8", "GB18030") };
    Trouble {
        code: "encoding-mixed",
        severity: Severity::Warning,
        column: String::new(),
        what: Say::new(
            format!("文件是 {own}，从这里起有些行是 {other}，按 {other} 读了"),
            format!("the file is {own}, but some lines from here on are {other} and were read as such"),
        ),
        next: Say::new(
            "多半是几份导出拼成的一个文件；可以的话分开传入",
            "most likely exports were joined into one file; pass them one by one if you can",
        ),
    }
}

fn torn(found: usize, wanted: usize) -> Trouble {
    Trouble {
        code: "row-torn",
        severity: Severity::Error,
        column: String::new(),
        what: Say::new(
            format!("这一行有 {found} 个字段，表头有 {wanted} 个"),
            format!("the row has {found} fields, the header {wanted}"),
        ),
        next: Say::new(
            "含逗号、引号或换行的内容要用双引号括起来，里面的引号写成两个",
            "quote fields that hold delimiters, quotes or line ends, and double the quotes inside",
        ),
    }
}

/// `reread`: the lines that the quote had swallowed were read after all.
fn broken_quote(reread: bool) -> Trouble {
    Trouble {
        code: "quote-unclosed",
        severity: Severity::Error,
        column: String::new(),
        what: Say::new(
            "这一行有引号没有闭合，后面的行被吞进了同一格",
            "a quote opens on this line and swallows the lines after it",
        ),
        next: close_it(reread),
    }
}

/// What to do about an open quote.
pub(super) fn close_it(reread: bool) -> Say {
    let (zh, en) = if reread {
        ("；其后各行已照常读取", "; the lines after it were read as usual")
    } else {
        ("；被它吞掉的行没有读到", "; the lines that it swallowed were not read")
    };
    Say::new(
        format!("补上右引号，字段内部的引号写成两个{zh}"),
        format!("close it, and double quotes inside a field{en}"),
    )
}
