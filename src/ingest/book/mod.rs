//! Workbooks (XLSX, XLSM, XLSB, XLS, ODS) and, with the feature `parquet`, Parquet: which files are such, and their sheets as pieces of rows. A thread of its own
//! reads, a few pieces ahead of those who parse, so that XLSX takes no more memory than its table of texts; XLS (which
//! ends at 65,536 rows), XLSB and ODS are held whole, for their readers can do no other.

mod cells;
#[cfg(feature = "parquet")]
mod parquet;
mod rows;
mod sheet;
mod words;

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use calamine::{Ods, Reader, SheetType, Xls, Xlsb, Xlsx};

use super::Options;
use super::columns::{Column, Layout};
use super::formats::text::cell::Talks as CellTalks;
use super::talks::{Talk, Talks};
use super::trouble::Trouble;
use super::unpack::Door;
use crate::say::Say;

pub(super) use self::rows::{Row, parse};
pub(super) use self::words::stopped;

/// Pieces that wait to be parsed.
const AHEAD: usize = 4;
/// Parts of a workbook that must be held in memory may unpack to this many bytes.
const LARGEST: u64 = 1 << 30;

/// A kind of workbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Xlsx,
    Xlsb,
    Xls,
    Ods,
    Parquet,
}

impl Kind {
    /// What people call it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Xlsx => "XLSX",
            Self::Xlsb => "XLSB",
            Self::Xls => "XLS",
            Self::Ods => "ODS",
            Self::Parquet => "Parquet",
        }
    }
}

/// What comes from a workbook, in order.
pub(super) enum Event {
    /// A sheet with a header; its rows follow.
    Sheet { name: Option<String>, layout: Arc<Layout>, talks: Option<Arc<CellTalks>>, why: Say },
    /// Rows of the sheet.
    Rows { text: String, rows: Vec<Row> },
    /// A sheet that lists talks and holds no messages.
    Talks { name: Option<String>, talks: Vec<Talk> },
    /// Something about the present sheet; 0 for no line.
    Note(u64, Trouble),
    /// A sheet, or the whole workbook, that cannot be read.
    Lost { name: Option<String>, troubles: Vec<(u64, Trouble)>, guesses: Vec<(Column, String)> },
    /// Nothing more will come.
    End,
}

/// The kind of a file, told by content; `None` when it is no workbook.
pub(super) fn kind(file: &mut File) -> io::Result<Option<Kind>> {
    let mut start = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.by_ref().take(8).read_to_end(&mut start)?;
    file.seek(SeekFrom::Start(0))?;
    if start.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Ok(Some(Kind::Xls));
    }
    if start.starts_with(b"PAR1") {
        return Ok(Some(Kind::Parquet));
    }
    if !start.starts_with(b"PK") {
        return Ok(None);
    }
    let kind = zip::ZipArchive::new(&mut *file).ok().and_then(|archive| {
        let has = |name: &str| archive.file_names().flatten().any(|n| n == name);
        let kinds = [("xl/workbook.xml", Kind::Xlsx), ("xl/workbook.bin", Kind::Xlsb)];
        let office = kinds.into_iter().find(|(name, _)| has(name)).map(|(_, kind)| kind);
        office.or_else(|| (has("mimetype") && has("content.xml")).then_some(Kind::Ods))
    });
    file.seek(SeekFrom::Start(0))?;
    Ok(kind)
}

/// Begins to read a workbook.
pub(super) fn open(file: File, kind: Kind, options: &Options) -> io::Result<Receiver<Event>> {
    let (sender, receiver) = sync_channel(AHEAD);
    let options = options.clone();
    std::thread::Builder::new().name(super::WORKBOOK_THREAD.to_owned()).spawn(move || {
        let mut reader = sheet::Reader::new(sender.clone(), &options);
        if let Err(trouble) = read(file, kind, &mut reader) {
            reader.lose(None, vec![(0, trouble)], Vec::new());
        }
        reader.end();
    })?;
    Ok(receiver)
}

/// The talks that workbooks among the inputs list. Only asked for when there are messages elsewhere to join them with.
pub(super) fn talks(doors: &[(String, Door)], options: &Options) -> Talks {
    let mut talks = Talks::default();
    let (mut books, mut others) = (Vec::new(), 0);
    for (_, door) in doors {
        // What cannot be read is told when its turn comes.
        match door
            .file()
            .and_then(|file| file.map_or(Ok(None), |mut file| Ok(kind(&mut file)?.zip(Some(file)))))
        {
            Ok(Some((kind, file))) => books.push((kind, file)),
            _ => others += 1,
        }
    }
    if others > 0 {
        for (kind, file) in books {
            let Ok(events) = open(file, kind, options) else { continue };
            for event in events {
                match event {
                    Event::Talks { talks: more, .. } => talks.add(more),
                    // A log of messages is none; the thread ends when nobody listens.
                    Event::Sheet { .. } | Event::End => break,
                    _ => {}
                }
            }
        }
    }
    talks.finish();
    talks
}

/// Where events go; sending fails when nobody listens any more, and then there is nothing left to do.
type Sender = SyncSender<Event>;

fn read(mut file: File, kind: Kind, reader: &mut sheet::Reader<'_>) -> Result<(), Trouble> {
    if kind == Kind::Parquet {
        return parquet_table(file, reader);
    }
    if kind != Kind::Xls {
        check_size(&mut file).map_err(|error| words::invalid(&error))?.map_or(Ok(()), Err)?;
    }
    let file = BufReader::new(file);
    match kind {
        Kind::Xlsx => {
            let mut book = Xlsx::new(file).map_err(|e| words::invalid(&e))?;
            for name in reader.plan(names(&book)) {
                match book.worksheet_cells_reader(&name) {
                    Ok(cells) => reader.sheet(&name, cells),
                    Err(error) => reader.lose(Some(&name), vec![(0, words::invalid(&error))], Vec::new()),
                }
            }
        }
        Kind::Xlsb => ranges(&mut Xlsb::new(file).map_err(|e| words::invalid(&e))?, reader),
        Kind::Xls => ranges(&mut Xls::new(file).map_err(|e| words::invalid(&e))?, reader),
        Kind::Ods => ranges(&mut Ods::new(file).map_err(|e| words::invalid(&e))?, reader),
        Kind::Parquet => {}
    }
    Ok(())
}

#[cfg(feature = "parquet")]
fn parquet_table(file: File, reader: &mut sheet::Reader<'_>) -> Result<(), Trouble> {
    let table = parquet::Table::open(file).map_err(|e| words::invalid(&e))?;
    reader.sheet("", table);
    Ok(())
}

/// Without the feature `parquet` its reader is not built in.
#[cfg(not(feature = "parquet"))]
fn parquet_table(_: File, _: &mut sheet::Reader<'_>) -> Result<(), Trouble> {
    Err(words::no_parquet())
}

/// The sheets that have cells, charts and the like left out.
fn names<B: Reader<BufReader<File>>>(book: &B) -> Vec<String> {
    let sheets = book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    sheets.map(|sheet| sheet.name.clone()).collect()
}

/// Sheets of a workbook that is held whole.
fn ranges<B>(book: &mut B, reader: &mut sheet::Reader<'_>)
where
    B: Reader<BufReader<File>>,
    B::Error: std::fmt::Display,
{
    for name in reader.plan(names(book)) {
        match book.worksheet_range(&name) {
            Ok(range) => reader.sheet(&name, cells::Held::new(&range)),
            Err(error) => reader.lose(Some(&name), vec![(0, words::invalid(&error))], Vec::new()),
        }
    }
}

/// What is wrong with the size of what must be held in memory.
fn check_size(file: &mut File) -> io::Result<Option<Trouble>> {
    const HELD: [&str; 4] = ["xl/sharedStrings.xml", "xl/sharedStrings.bin", "xl/styles.xml", "content.xml"];
    let mut archive = zip::ZipArchive::new(&mut *file).map_err(io::Error::other)?;
    let mut trouble = None;
    for name in HELD {
        // Only the directory is looked at: nothing is unpacked here.
        let size = archive.index_for_name(name).and_then(|i| archive.by_index_raw(i).ok().map(|f| f.size()));
        if let Some(size) = size.filter(|size| *size > LARGEST) {
            trouble = Some(words::too_large(name, size, LARGEST));
        }
    }
    file.seek(SeekFrom::Start(0))?;
    Ok(trouble)
}
