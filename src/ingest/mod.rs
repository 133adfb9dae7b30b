//! Reads chat-log exports and yields conversations: bytes, decoding, columns, rows, grouping, in bounded memory.
//! It knows formats and columns, nothing of rules; it never stops at a bad row but counts and locates it.
//!
//! A reader cuts each input at record borders into pieces of about a mebibyte; the pieces are parsed on the
//! current rayon pool and their rows dealt into a fixed number of partitions by a hash of the conversation, so
//! that neither thread count nor the way the input is split over files shows in the result.

mod aliases;
mod assemble;
mod book;
mod columns;
mod csv_rows;
mod cut;
mod expand;
mod export;
mod feed;
pub mod formats;
mod hint;
mod intake;
mod json_cut;
mod mixed;
mod packed;
mod roles;
mod skim;
mod sniff;
mod source;
mod staff;
mod store;
mod survey;
mod talks;
mod times;
mod trouble;
mod unpack;
mod wanted;
pub mod whole;
mod xml;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use rayon::prelude::*;

pub use self::assemble::Partition;
pub use self::columns::Column;
pub use self::expand::{expand, expand_templates};
pub use self::export::Export;
use self::formats::LogFormat;
pub use self::roles::Ground;
pub use self::staff::Staff;
pub use self::store::{Counts, Reject, Store};
pub use self::survey::{Header, Seen, Sender, Survey};
pub use self::talks::Talks;
pub use self::times::Form;
pub use self::wanted::{Key, Wanted, says};

use self::feed::{Chunk, Feed, Shape};
use self::intake::Batch;
use self::store::Builder;
use self::unpack::Door;
use crate::model::{Platform, Role};
use crate::say::Say;

/// The name of the threads that read workbooks.
pub const WORKBOOK_THREAD: &str = "workbook";

/// How inputs are to be read.
#[derive(Clone, Debug)]
pub struct Options {
    /// Columns that the user names, with the header each stands under; they go before every alias.
    pub columns: Vec<(Column, String)>,
    /// The user's descriptions of exports; one holds for a file that has all of its headers.
    pub exports: Vec<Arc<Export>>,
    /// Names of the shops' people and robots.
    pub staff: Arc<Staff>,
    /// Talks that JD's lists among the inputs tell of; left empty, for they are found when reading begins.
    pub talks: Arc<Talks>,
    /// Silence in seconds that ends a conversation where the log has no session ids.
    pub gap_seconds: i64,
    /// The marketplace of rows that name none.
    pub platform: Option<Platform>,
    /// The shop of rows that name none.
    pub shop: Option<String>,
    /// The format of every input; told by content when none.
    pub input_format: Option<&'static LogFormat>,
    /// Whether rows that could not be used are kept for [`Store::rejects`].
    pub keep_rejects: bool,
    /// Whether what was understood of each file is counted for [`Store::surveys`].
    pub survey: bool,
    /// The rows that are wanted; all of them when none.
    pub only: Option<Arc<Wanted>>,
    /// Bytes of rows held in memory before they are written to a temporary file.
    pub memory_bytes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            columns: Vec::new(),
            exports: Vec::new(),
            staff: Arc::default(),
            talks: Arc::default(),
            gap_seconds: 1800,
            platform: None,
            shop: None,
            input_format: None,
            keep_rejects: false,
            survey: false,
            only: None,
            memory_bytes: 64 << 20,
        }
    }
}

/// Whether problems of this code are about single rows, which [`Counts::rejected`] counts.
#[must_use]
pub fn is_about_rows(code: &str) -> bool {
    const ROWS: [&str; 8] = [
        "role-unknown",
        "time-invalid",
        "row-torn",
        "bytes-invalid",
        "quote-unclosed",
        "record-too-long",
        "json-invalid",
        "talk-unreadable",
    ];
    ROWS.contains(&code)
}

/// One thing to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file.
    Path(PathBuf),
    /// Standard input, until it ends.
    Stdin,
    /// Standard input, copied to this file so that it can be read more than once.
    Spool(PathBuf),
}

impl Input {
    /// The name used in places and reports, with `/` on every system.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Path(path) => path.to_string_lossy().replace('\\', "/"),
            Self::Stdin | Self::Spool(_) => "<stdin>".to_owned(),
        }
    }
}

/// How an input was understood.
#[derive(Clone, Debug)]
pub struct Recognised {
    /// Index into [`Store::files`].
    pub file: u32,
    /// Its format.
    pub format: &'static LogFormat,
    /// What spoke for the format.
    pub why: Say,
    /// The encoding that it is written in.
    pub encoding: String,
}

/// Told how far reading has come.
pub trait Progress: Sync {
    /// `n` more bytes of input, as they stand in the file, were read.
    fn bytes(&self, n: u64);
}

impl Progress for () {
    fn bytes(&self, _: u64) {}
}

/// Reads every input, in order of name, on the current rayon pool. What went wrong is in [`Store::problems`].
pub fn read(inputs: &[Input], options: &Options, progress: &dyn Progress) -> Store {
    let doors = unpack::doors(inputs);
    let joined = joined(&doors, options);
    let options = joined.as_ref().unwrap_or(options);
    let mut feed = Feed::new(doors, options, progress);
    let builder = Mutex::new(Builder::new(options.memory_bytes));
    let width = (rayon::current_num_threads() * 2).clamp(2, 64);
    let mut round = feed.round(width);
    while !round.is_empty() {
        // The next pieces are read while these are parsed.
        let parse = || {
            round.into_par_iter().for_each(|chunk| {
                let batch = parse(&chunk, options);
                builder.lock().unwrap_or_else(std::sync::PoisonError::into_inner).merge(batch);
            });
        };
        let ((), next) = rayon::join(parse, || feed.round(width));
        round = next;
    }
    let mut builder = builder.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    let (files, recognised, batch) = feed.into_parts();
    builder.merge(batch);
    builder.finish(files, recognised, options.gap_seconds)
}

/// The options with the talks that lists among the inputs tell of; `None` when there are no such.
fn joined(doors: &[(String, Door)], options: &Options) -> Option<Options> {
    let talks = book::talks(doors, options);
    if talks.is_empty() {
        return None;
    }
    let mut staff = options.staff.as_ref().clone();
    for name in talks.people() {
        // What the user says of a name goes before the list.
        if staff.role(name).is_none() {
            staff.add(name, Role::Agent);
        }
    }
    Some(Options { talks: Arc::new(talks), staff: Arc::new(staff), ..options.clone() })
}

/// The rows of one piece of input.
fn parse(chunk: &Chunk, options: &Options) -> Batch {
    match (&chunk.shape, &options.only) {
        (Shape::Csv { layout, delimiter, .. }, None) => {
            let all = vec![(0..chunk.bytes.len(), chunk.line)];
            csv_rows::parse(chunk, layout, *delimiter, all, options)
        }
        (Shape::Csv { layout, delimiter, .. }, Some(wanted)) => {
            skim::parse(chunk, layout, *delimiter, wanted, options)
        }
        (Shape::Table { layout, rows, talks }, _) => {
            book::parse(chunk, rows, layout, talks.as_deref(), options)
        }
        (Shape::Page, _) => formats::page::parse(chunk, options),
        (Shape::Json(elements, manner), _) => formats::json::parse(chunk, elements, manner, options),
        (Shape::Text { layout, known, carried }, _) => {
            formats::text::parse(chunk, layout, known, carried, options)
        }
    }
}
