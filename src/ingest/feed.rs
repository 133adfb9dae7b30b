//! Opens the inputs one after the other and cuts them into pieces that can be parsed apart. It meets the troubles
//! of whole files; those of rows are the parsers'.

use std::io;
use std::sync::Arc;

use encoding_rs::GB18030;

use super::book::Row;
use super::columns::{self, Layout};
use super::cut;
use super::formats::json::Manner;
use super::formats::text;
use super::formats::text::cell::{self, Talks};
use super::formats::{self, Choice, LogFormat, Reader, Sample};
use super::hint;
use super::intake::Batch;
use super::json_cut::{Element, Reader as JsonReader};
use super::sniff::{self, Encoding, NotText};
use super::source::{Opened, Source};
use super::trouble::Trouble;
use super::unpack::{Door, Fault};
use super::{Options, Progress, Recognised, xml};
use crate::problem::Severity;
use crate::say::Say;

mod book;
mod values;
mod words;

/// Usual size of a piece in bytes.
const PIECE: usize = 1 << 20;
/// The longest record in bytes that is read; beyond it a quote was left open or the file is no log.
const LONGEST: usize = 16 << 20;
/// The longest JSON value in bytes: replies of interfaces come as one object each, however many messages they hold.
const LONGEST_JSON: usize = 64 << 20;
/// After so many records without an end in one file, the rest of what is in memory is given up at once: each
/// costs another walk over it.
const PATIENCE: u32 = 16;

/// A piece of one input: whole records.
pub(super) struct Chunk {
    /// Index of the input in order of name.
    pub(super) file: u32,
    /// Number of the piece in its file.
    pub(super) index: u32,
    /// 1-based physical line of its first byte.
    pub(super) line: u64,
    /// The bytes are GB18030 rather than UTF-8.
    pub(super) gb18030: bool,
    pub(super) bytes: Vec<u8>,
    pub(super) shape: Shape,
}

/// How the piece is laid out.
pub(super) enum Shape {
    Csv {
        layout: Arc<Layout>,
        delimiter: u8,
        /// The content of a row is a whole talk.
        talks: Option<Arc<Talks>>,
    },
    /// A whole page.
    Page,
    /// Values, and how they are to be read.
    Json(Vec<Element>, Arc<Manner>),
    Text {
        layout: &'static text::Layout,
        known: Arc<text::Known>,
        carried: String,
    },
    Table {
        layout: Arc<Layout>,
        rows: Vec<Row>,
        talks: Option<Arc<Talks>>,
    },
}

/// How the rest of the open input is cut.
enum Cutter {
    /// Not at all.
    Page,
    Csv {
        layout: Arc<Layout>,
        delimiter: u8,
        talks: Option<Arc<Talks>>,
        broken: u32,
    },
    Json {
        reader: JsonReader,
        manner: Arc<Manner>,
        broken: u32,
    },
    Text {
        layout: &'static text::Layout,
        known: Arc<text::Known>,
        carried: String,
    },
}

struct Open {
    source: Box<Source>,
    cutter: Cutter,
    line: u64,
    index: u32,
    rows: bool,
    /// Inside a line that is too long: everything up to its end is dropped.
    skipping: bool,
}

/// The inputs, and what was met on the way.
pub(super) struct Feed<'o> {
    doors: std::vec::IntoIter<(String, Door)>,
    /// Names of the inputs opened so far, of their parts where they have any; places refer to them by index.
    names: Vec<String>,
    open: Option<Open>,
    book: Option<book::Book>,
    recognised: Vec<Recognised>,
    batch: Batch,
    options: &'o Options,
    progress: &'o dyn Progress,
}

impl<'o> Feed<'o> {
    /// The inputs must be in order of name.
    pub(super) fn new(doors: Vec<(String, Door)>, options: &'o Options, progress: &'o dyn Progress) -> Self {
        Self {
            doors: doors.into_iter(),
            names: Vec::new(),
            open: None,
            book: None,
            recognised: Vec::new(),
            batch: Batch::new(0, 0),
            options,
            progress,
        }
    }

    /// The names that places refer to; the inputs whose layout was understood; troubles and rejected lines that the
    /// feed itself met.
    pub(super) fn into_parts(self) -> (Vec<String>, Vec<Recognised>, Batch) {
        (self.names, self.recognised, self.batch)
    }

    /// Up to `width` pieces; empty at the end of all inputs.
    pub(super) fn round(&mut self, width: usize) -> Vec<Chunk> {
        let mut round = Vec::with_capacity(width);
        while round.len() < width {
            match self.piece() {
                Some(chunk) => round.push(chunk),
                None => break,
            }
        }
        round
    }

    fn file(&self) -> u32 {
        u32::try_from(self.names.len().saturating_sub(1)).unwrap_or(u32::MAX)
    }

    fn piece(&mut self) -> Option<Chunk> {
        loop {
            if let Some(chunk) = self.book_piece() {
                return Some(chunk);
            }
            let Some(mut open) = self.open.take() else {
                let (name, door) = self.doors.next()?;
                self.names.push(name);
                match self.start(door) {
                    Ok(open) => self.open = open,
                    Err(error) => self.trouble(0, words::unreadable(&error)),
                }
                continue;
            };
            let step = match open.cutter {
                Cutter::Csv { .. } => self.csv_piece(&mut open),
                Cutter::Json { .. } => self.json_piece(&mut open),
                Cutter::Page => self.page_piece(&mut open),
                Cutter::Text { .. } => self.text_piece(&mut open),
            };
            open.source.report(self.progress);
            match step {
                Ok(Some(chunk)) => {
                    open.rows = true;
                    open.index += 1;
                    self.open = Some(open);
                    return Some(chunk);
                }
                Ok(None) => {
                    if !open.rows {
                        self.trouble(0, words::header_only());
                    }
                    self.broken_off(&mut open.source, open.line);
                }
                Err(error) => self.trouble(open.line, words::unreadable(&error)),
            }
        }
    }

    fn trouble(&mut self, line: u64, trouble: Trouble) {
        let file = self.file();
        self.batch.folded.add(file, line, trouble);
    }

    /// Tells that an input ended before its end, or was still being written.
    fn broken_off(&mut self, source: &mut Source, line: u64) {
        if let Some(error) = source.broke.take() {
            let trouble = Fault::of(&error).map_or_else(|| words::broken_off(&error), Fault::trouble);
            self.trouble(line, trouble);
        }
        if source.grew {
            self.trouble(line, words::growing());
        }
    }

    /// Opens an input and finds its format; `None` when the trouble was told.
    fn start(&mut self, door: Door) -> io::Result<Option<Open>> {
        if let Door::Shut(trouble) = door {
            self.trouble(0, trouble);
            return Ok(None);
        }
        let mut source = match Source::open(door)? {
            Opened::Text(source) => source,
            Opened::Empty => {
                self.trouble(0, words::empty());
                return Ok(None);
            }
            Opened::NotText(kind, source) => {
                let may_be_book = self.options.input_format.is_none_or(|f| matches!(f.reader, Reader::Book))
                    && matches!(kind, NotText::Zip | NotText::Xls | NotText::Binary);
                if !(may_be_book && self.start_book(*source)?) {
                    self.trouble(0, words::not_text(kind));
                }
                return Ok(None);
            }
        };
        source.report(self.progress);
        let is_xml = source.buffer.trim_ascii_start().starts_with(b"<") && xml::is_reply(&source.sample());
        if is_xml && !self.unfold_xml(&mut source)? {
            return Ok(None);
        }
        let (format, why) = match formats::choose(&Sample { text: &source.sample(), options: self.options }) {
            Choice::One(format, why) => (format, why),
            Choice::Many(fits) => {
                self.trouble(0, words::several_formats(&fits));
                return Ok(None);
            }
        };
        let why = if is_xml { words::from_xml(&why) } else { why };
        if !matches!(format.reader, Reader::Csv) {
            source.force_utf8()?;
        }
        let file = self.file();
        let encoding = source.encoding_name();
        if let Some(survey) = self.batch.survey(self.options, file) {
            survey.recognised = Some(Recognised { file, format, why: why.clone(), encoding });
        }
        let json = |manner| Cutter::Json { reader: JsonReader::new(), manner: Arc::new(manner), broken: 0 };
        let cutter = match format.reader {
            Reader::Text(layout) => {
                let known = text::learn(layout, &source.sample());
                Cutter::Text { layout, known, carried: String::new() }
            }
            Reader::Book => {
                self.trouble(0, words::no_book());
                return Ok(None);
            }
            Reader::Json(table) => {
                let manner = Manner::new(table, &source.sample(), self.options);
                if let Some(survey) = self.batch.survey(self.options, file) {
                    survey.guesses.clone_from(&manner.guesses);
                }
                json(manner)
            }
            Reader::Page => Cutter::Page,
            Reader::Csv => json(Manner::default()),
        };
        let mut open = Open { source, cutter, line: 1, index: 0, rows: false, skipping: false };
        if matches!(format.reader, Reader::Csv) {
            match self.csv_header(&mut open)? {
                Some(cutter) => open.cutter = cutter,
                None => return Ok(None),
            }
        }
        let encoding = open.source.encoding_name();
        self.recognised.push(Recognised { file: self.file(), format, why, encoding });
        Ok(Some(open))
    }

    /// Reads the header and takes it off the buffer.
    fn csv_header(&mut self, open: &mut Open) -> io::Result<Option<Cutter>> {
        let source = &mut open.source;
        source.fill(PIECE);
        if source.encoding.is_none() {
            source.encoding = sniff::byte_encoding(&source.buffer);
        }
        let blank = source.buffer.iter().take_while(|b| b.is_ascii_whitespace()).count();
        let blank = source.buffer.get(..blank).and_then(|b| memchr::memrchr(b'\n', b)).map_or(0, |i| i + 1);
        open.line += cut::newlines(&source.take(blank));
        let mut length = cut::first_line(&source.buffer);
        // A quoted header name may hold a line end.
        while source.buffer.get(..length).is_some_and(|h| memchr::memchr_iter(b'"', h).count() % 2 == 1) {
            let more = cut::first_line(source.buffer.get(length..).unwrap_or_default());
            if more == 0 || length > 64 << 10 {
                break;
            }
            length += more;
        }
        let raw = source.take(length);
        let header = match source.encoding {
            Some(Encoding::Gb18030) => GB18030.decode_without_bom_handling(&raw).0.into_owned(),
            _ => String::from_utf8_lossy(&raw).into_owned(),
        };
        let line = open.line;
        open.line += cut::newlines(&raw);
        let (delimiter, names) = sniff::delimiter(&header);
        let troubles = match columns::resolve(&names, self.options) {
            Ok(layout) if layout.lacks().is_empty() => {
                if let Some(trouble) = words::no_key(&layout) {
                    self.trouble(line, trouble);
                }
                return Ok(Some(Cutter::Csv { layout: Arc::new(layout), delimiter, talks: None, broken: 0 }));
            }
            _ if names.len() < 2 => vec![words::one_column(&header)],
            Ok(layout) => {
                let rows = sniff::rows(&open.source.buffer, delimiter, open.source.encoding);
                if let Some(talks) = cell::recognise(&layout, &rows, self.options) {
                    let (layout, talks) = (Arc::new(layout), Some(Arc::new(talks)));
                    return Ok(Some(Cutter::Csv { layout, delimiter, talks, broken: 0 }));
                }
                let guesses = hint::guess(&names, &layout.unread, &rows, &layout.lacks(), self.options);
                let file = self.file();
                if let Some(survey) = self.batch.survey(self.options, file) {
                    survey.guesses.clone_from(&guesses);
                }
                columns::missing(&layout, &names, &guesses)
            }
            Err(troubles) => troubles,
        };
        for trouble in troubles {
            self.trouble(line, trouble);
        }
        Ok(None)
    }

    fn csv_piece(&mut self, open: &mut Open) -> io::Result<Option<Chunk>> {
        let mut want = PIECE;
        loop {
            open.source.fill(want);
            if open.skipping && self.skip(open) {
                continue;
            }
            if open.source.buffer.is_empty() {
                return Ok(None);
            }
            let Cutter::Csv { layout, delimiter, talks, broken } = &mut open.cutter else { return Ok(None) };
            let found = cut::scan(&open.source.buffer, *delimiter);
            let end =
                if open.source.ended && !found.inside { open.source.buffer.len() } else { found.border };
            if end > 0 {
                let talks = talks.clone();
                let shape = Shape::Csv { layout: Arc::clone(layout), delimiter: *delimiter, talks };
                return Ok(Some(self.chunk(open, end, shape)));
            }
            if !open.source.ended && open.source.buffer.len() < LONGEST {
                want = (open.source.buffer.len() * 2).clamp(PIECE, LONGEST);
                continue;
            }
            *broken += 1;
            let patient = *broken < PATIENCE;
            let trouble = if open.source.ended {
                words::unclosed_quote(patient)
            } else {
                words::too_long(LONGEST, found.inside)
            };
            let length =
                if patient { cut::first_line(&open.source.buffer) } else { open.source.buffer.len() };
            open.skipping = !open.source.ended && length == open.source.buffer.len();
            self.reject(open, length, trouble);
        }
    }

    /// Drops the rest of a line that was too long; whether more must be read.
    fn skip(&mut self, open: &mut Open) -> bool {
        let length = cut::first_line(&open.source.buffer);
        let dropped = open.source.take(length);
        open.line += cut::newlines(&dropped);
        open.skipping = dropped.last() != Some(&b'\n') && !open.source.ended;
        open.skipping
    }

    fn reject(&mut self, open: &mut Open, length: usize, trouble: Trouble) {
        let raw = open.source.take(length);
        let file = self.file();
        open.rows = true;
        let gb18030 = open.source.encoding == Some(Encoding::Gb18030);
        let text =
            if gb18030 { GB18030.decode_without_bom_handling(&raw).0 } else { String::from_utf8_lossy(&raw) };
        self.batch.reject(self.options, file, open.line, &text, trouble);
        open.line += cut::newlines(&raw);
    }

    fn chunk(&mut self, open: &mut Open, end: usize, shape: Shape) -> Chunk {
        let line = open.line;
        let bytes = open.source.take(end);
        open.line += cut::newlines(&bytes);
        if open.source.encoding.is_none() {
            open.source.encoding = sniff::byte_encoding(&bytes);
        }
        let gb18030 = open.source.encoding == Some(Encoding::Gb18030);
        Chunk { file: self.file(), index: open.index, line, gb18030, bytes, shape }
    }

    fn text_piece(&mut self, open: &mut Open) -> io::Result<Option<Chunk>> {
        let mut want = PIECE;
        loop {
            open.source.fill(want);
            if open.skipping && self.skip(open) {
                continue;
            }
            let bytes = &open.source.buffer;
            if bytes.is_empty() {
                return Ok(None);
            }
            let Cutter::Text { layout, known, carried } = &mut open.cutter else { return Ok(None) };
            let is_long = bytes.len() >= LONGEST;
            let end = if open.source.ended && !is_long {
                Some(bytes.len())
            } else {
                text::border(layout, bytes, false)
                    .or_else(|| is_long.then(|| text::border(layout, bytes, true)).flatten())
            };
            let Some(end) = end else {
                if !is_long {
                    want = (bytes.len() * 2).clamp(PIECE, LONGEST);
                    continue;
                }
                let length = cut::first_line(bytes);
                open.skipping = !open.source.ended && length == bytes.len();
                self.reject(open, length, words::too_long(LONGEST, false));
                continue;
            };
            let after = text::carry(layout, bytes.get(..end).unwrap_or_default(), carried);
            let before = std::mem::replace(carried, after);
            let shape = Shape::Text { layout, known: Arc::clone(known), carried: before };
            return Ok(Some(self.chunk(open, end, shape)));
        }
    }
}
