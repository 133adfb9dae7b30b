//! Rows dealt into partitions, in memory up to a limit and in an anonymous temporary file beyond it. Which rows make a
//! conversation is for `assemble`.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Mutex, PoisonError};

use super::Recognised;
use super::assemble::Partition;
use super::intake::Batch;
use super::packed::Part;
use super::survey::Survey;
use super::trouble::{Folded, Trouble};
use crate::problem::{Place, Problem, Severity};
use crate::say::Say;
use crate::spill::{self, Spill};

/// How many partitions there are: a fixed number, so that one of a ten-gigabyte log is ten megabytes of rows: every
/// thread lays one out at a time, and that takes several times as much.
pub(super) const PARTITIONS: usize = 1024;
/// A row that could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// Index into [`Store::files`].
    pub file: u32,
    /// 1-based physical line where the row begins.
    pub line: u64,
    /// The offending column's header, empty when the whole row is meant.
    pub column: String,
    /// The problem's code.
    pub code: &'static str,
    /// The row as it stands in the file, without its line end.
    pub raw: String,
    /// What is wrong with it.
    pub reason: Say,
}

/// How much was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Inputs whose layout was understood.
    pub files: u64,
    /// Rows, rejected ones too.
    pub rows: u64,
    /// Rows that could not be used.
    pub rejected: u64,
    /// Lines that were run over while looking for wanted rows; 0 when all rows were read.
    pub lines: u64,
}

/// Part of a partition in the temporary file.
struct Segment {
    offset: u64,
    head: usize,
    text: usize,
}

#[derive(Default)]
struct Home {
    memory: Mutex<Part>,
    segments: Vec<Segment>,
}

/// Collects batches in any order.
pub(super) struct Builder {
    homes: Vec<Home>,
    held: usize,
    limit: usize,
    spill: Spill,
    folded: Folded,
    rejects: Vec<Reject>,
    counts: Counts,
    alike: BTreeSet<String>,
    surveys: BTreeMap<u32, Survey>,
}

impl Builder {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            homes: (0..PARTITIONS).map(|_| Home::default()).collect(),
            held: 0,
            limit,
            spill: Spill::default(),
            folded: Folded::default(),
            rejects: Vec::new(),
            counts: Counts::default(),
            alike: BTreeSet::new(),
            surveys: BTreeMap::new(),
        }
    }

    pub(super) fn merge(&mut self, batch: Batch) {
        for (home, part) in self.homes.iter_mut().zip(&batch.parts) {
            self.held += part.len();
            let memory = home.memory.get_mut().unwrap_or_else(PoisonError::into_inner);
            memory.head.extend_from_slice(&part.head);
            memory.text.extend_from_slice(&part.text);
        }
        self.folded.merge(batch.folded);
        self.rejects.extend(batch.rejects);
        self.counts.rows += batch.rows;
        self.counts.rejected += batch.rejected;
        self.counts.lines += batch.lines;
        self.alike.extend(batch.alike);
        for (file, survey) in batch.surveys {
            self.surveys.entry(file).or_default().merge(survey);
        }
        if self.held > self.limit {
            self.relieve();
        }
    }

    /// Moves what is held in memory to the file.
    fn relieve(&mut self) {
        match self.write_out() {
            Ok(()) => self.held = 0,
            Err(error) => {
                self.folded.add(u32::MAX, 0, spill_failed(&error));
                // Better slow than lost: the rows stay in memory from here on.
                self.limit = usize::MAX;
            }
        }
    }

    fn write_out(&mut self) -> io::Result<()> {
        for home in &mut self.homes {
            let part = home.memory.get_mut().unwrap_or_else(PoisonError::into_inner);
            if part.head.is_empty() {
                continue;
            }
            let offset = self.spill.put(&[&part.head, &part.text])?;
            home.segments.push(Segment { offset, head: part.head.len(), text: part.text.len() });
            // The room is kept: it is wanted again at once.
            part.head.clear();
            part.text.clear();
        }
        Ok(())
    }

    pub(super) fn finish(
        mut self,
        files: Vec<String>,
        recognised: Vec<Recognised>,
        gap_seconds: i64,
    ) -> Store {
        // Once there is a file it takes the last rows too: the memory is wanted for judging.
        if self.homes.iter().any(|home| !home.segments.is_empty()) && self.limit < usize::MAX {
            self.relieve();
        }
        for home in &mut self.homes {
            let part = home.memory.get_mut().unwrap_or_else(PoisonError::into_inner);
            part.head.shrink_to_fit();
            part.text.shrink_to_fit();
        }
        self.rejects.sort_by(|a, b| (a.file, a.line, &a.raw).cmp(&(b.file, b.line, &b.raw)));
        Store {
            counts: Counts { files: recognised.len() as u64, ..self.counts },
            recognised,
            alike: self.alike,
            surveys: self.surveys,
            problems: self.folded.into_problems(&files),
            files,
            rejects: self.rejects,
            homes: self.homes,
            spill: Mutex::new(self.spill),
            gap_ms: gap_seconds.saturating_mul(1000),
        }
    }
}

/// Everything that was read, by partition; every conversation lies in one partition whole.
pub struct Store {
    files: Vec<String>,
    recognised: Vec<Recognised>,
    counts: Counts,
    problems: Vec<Problem>,
    rejects: Vec<Reject>,
    homes: Vec<Home>,
    spill: Mutex<Spill>,
    alike: BTreeSet<String>,
    surveys: BTreeMap<u32, Survey>,
    gap_ms: i64,
}

impl Store {
    /// Names of the inputs, sorted; messages refer to them by index.
    #[must_use]
    pub fn files(&self) -> &[String] {
        &self.files
    }

    /// What was understood of a file, by index into [`Store::files`]; `None` when nobody asked or nothing was read of it.
    #[must_use]
    pub fn survey(&self, file: u32) -> Option<&Survey> {
        self.surveys.get(&file)
    }

    /// How much was read.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// How each input was understood, in the order of [`Store::files`]; those that could not be read are missing.
    #[must_use]
    pub fn recognised(&self) -> &[Recognised] {
        &self.recognised
    }

    /// What went wrong, by file, line and column; equal problems of one file and column are one entry.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The rows that could not be used, by file and line; empty unless they were to be kept.
    #[must_use]
    pub fn rejects(&self) -> &[Reject] {
        &self.rejects
    }

    /// Names that look like the one that was looked for, when rows were wanted by a name.
    #[must_use]
    pub fn alike(&self) -> &BTreeSet<String> {
        &self.alike
    }

    /// The number of partitions, many of them empty when little was read.
    #[must_use]
    pub fn partitions(&self) -> usize {
        self.homes.len()
    }

    /// Unpacks partition `i`; an index beyond the last gives an empty one.
    ///
    /// # Errors
    /// When the temporary file cannot be read back.
    pub fn load(&self, i: usize) -> Result<Partition, Problem> {
        self.unpack(i, |memory| Part::clone(memory))
    }

    /// The same, and forgets what memory holds of the partition: it is read once only.
    ///
    /// # Errors
    /// When the temporary file cannot be read back.
    pub fn take(&self, i: usize) -> Result<Partition, Problem> {
        self.unpack(i, std::mem::take)
    }

    fn unpack(&self, i: usize, of_memory: impl FnOnce(&mut Part) -> Part) -> Result<Partition, Problem> {
        let Some(home) = self.homes.get(i) else { return Ok(Partition::default()) };
        let (mut head, mut text) = (Vec::new(), Vec::new());
        self.read_back(home, &mut head, &mut text).map_err(|e| lost(&e))?;
        let memory = of_memory(&mut home.memory.lock().unwrap_or_else(PoisonError::into_inner));
        if head.is_empty() {
            (head, text) = (memory.head, memory.text);
        } else {
            head.extend_from_slice(&memory.head);
            text.extend_from_slice(&memory.text);
        }
        Partition::unpack(&head, text, self.gap_ms)
            .ok_or_else(|| lost(&io::Error::from(io::ErrorKind::InvalidData)))
    }

    fn read_back(&self, home: &Home, head: &mut Vec<u8>, text: &mut Vec<u8>) -> io::Result<()> {
        let mut spill = self.spill.lock().unwrap_or_else(PoisonError::into_inner);
        for segment in &home.segments {
            let mut at = segment.offset;
            for (buffer, length) in [(&mut *head, segment.head), (&mut *text, segment.text)] {
                let from = buffer.len();
                buffer.resize(from + length, 0);
                spill.read(at, buffer.get_mut(from..).unwrap_or_default())?;
                at += length as u64;
            }
        }
        Ok(())
    }
}

fn spill_failed(error: &io::Error) -> Trouble {
    let [what, next] = spill::unwritable(error);
    Trouble { code: "spill-failed", severity: Severity::Warning, column: String::new(), what, next }
}

fn lost(error: &io::Error) -> Problem {
    let [what, next] = spill::unreadable(error);
    Problem { code: "spill-lost", severity: Severity::Error, place: Place::default(), what, next, count: 1 }
}
