//! Workbooks in the feed: what comes from the thread that reads one is given a name, and passed on as pieces.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use super::{Chunk, Feed, Recognised, Shape, words};
use crate::ingest::book::{self, Event, Kind};
use crate::ingest::columns::Layout;
use crate::ingest::formats;
use crate::ingest::formats::text::cell::Talks;
use crate::ingest::source::Source;
use crate::say::Say;

/// A workbook that is being read.
pub(super) struct Book {
    events: Receiver<Event>,
    kind: Kind,
    /// The input's name.
    file: String,
    /// Bytes of the file, told as read when it is at its end.
    bytes: u64,
    /// The present sheet's columns; none before the first sheet.
    layout: Option<Arc<Layout>>,
    talks: Option<Arc<Talks>>,
    index: u32,
    rows: bool,
    /// Whether the newest name in the feed is not used yet.
    fresh: bool,
}

impl Feed<'_> {
    /// Begins with a workbook; `false` when the input is none.
    pub(super) fn start_book(&mut self, source: Source) -> io::Result<bool> {
        let mut file = source.into_file()?;
        let Some(kind) = book::kind(&mut file)? else { return Ok(false) };
        let bytes = file.metadata().map_or(0, |m| m.len());
        let events = book::open(file, kind, self.options)?;
        let name = self.names.last().cloned().unwrap_or_default();
        let (layout, talks, index, rows, fresh) = (None, None, 0, false, true);
        self.book = Some(Book { events, kind, file: name, bytes, layout, talks, index, rows, fresh });
        Ok(true)
    }

    /// The next piece of the open workbook; `None` when there is none open, or no more.
    pub(super) fn book_piece(&mut self) -> Option<Chunk> {
        let mut book = self.book.take()?;
        loop {
            match book.events.recv() {
                Ok(Event::Rows { text, rows }) => {
                    let (file, index, layout) = (self.file(), book.index, book.layout.clone()?);
                    let talks = book.talks.clone();
                    let line = rows.first().map_or(0, book::Row::line);
                    book.index += 1;
                    book.rows = true;
                    self.book = Some(book);
                    let (bytes, shape) = (text.into_bytes(), Shape::Table { layout, rows, talks });
                    return Some(Chunk { file, index, line, gb18030: false, bytes, shape });
                }
                Ok(Event::Sheet { name, layout, talks, why }) => {
                    self.end_sheet(&book);
                    self.begin_sheet(&mut book, name);
                    let recognised = Recognised {
                        file: self.file(),
                        format: &formats::WORKBOOK,
                        why,
                        encoding: book.kind.name().to_owned(),
                    };
                    let file = self.file();
                    if let Some(survey) = self.batch.survey(self.options, file) {
                        survey.recognised = Some(recognised.clone());
                    }
                    self.recognised.push(recognised);
                    if let Some(trouble) = words::no_key(&layout) {
                        self.trouble(0, trouble);
                    }
                    (book.layout, book.talks) = (Some(layout), talks);
                }
                Ok(Event::Talks { name, talks }) => {
                    self.end_sheet(&book);
                    book.layout = None;
                    self.begin_sheet(&mut book, name);
                    self.list_of_talks(&book, talks.len());
                }
                Ok(Event::Note(line, trouble)) => self.trouble(line, trouble),
                Ok(Event::Lost { name, troubles, guesses }) => {
                    self.end_sheet(&book);
                    book.layout = None;
                    self.begin_sheet(&mut book, name);
                    let file = self.file();
                    if let Some(survey) = self.batch.survey(self.options, file) {
                        survey.guesses = guesses;
                    }
                    for (line, trouble) in troubles {
                        self.trouble(line, trouble);
                    }
                }
                end => {
                    self.end_sheet(&book);
                    if end.is_err() {
                        self.trouble(0, book::stopped());
                    }
                    self.progress.bytes(book.bytes);
                    return None;
                }
            }
        }
    }

    /// Tells what a list of talks is good for.
    fn list_of_talks(&mut self, book: &Book, n: usize) {
        let file = self.file();
        let why = Say::new(
            format!("有咨询时间、顾客、客服，共 {n} 次会话；没有消息，用来给 LOG 补客服、转接和会话编号"),
            format!(
                "it has time, customer and agent of {n} talks and no messages; agents, hand-overs and ids are joined to a LOG"
            ),
        );
        let recognised =
            Recognised { file, format: &formats::TALKS, why, encoding: book.kind.name().to_owned() };
        if let Some(survey) = self.batch.survey(self.options, file) {
            survey.recognised = Some(recognised.clone());
        }
        self.recognised.push(recognised);
        if self.options.talks.is_empty() {
            self.trouble(0, words::talks_alone());
        }
    }

    /// Gives the sheet a name of its own, `book.xlsx!sheet`, if it has one.
    fn begin_sheet(&mut self, book: &mut Book, name: Option<String>) {
        (book.rows, book.index) = (false, 0);
        let was_fresh = std::mem::replace(&mut book.fresh, false);
        let Some(sheet) = name else { return };
        if was_fresh {
            self.names.pop();
        }
        self.names.push(format!("{}!{sheet}", book.file));
    }

    fn end_sheet(&mut self, book: &Book) {
        if book.layout.is_some() && !book.rows {
            self.trouble(0, words::header_only());
        }
    }
}
