//! Rows dealt into partitions, in memory up to a limit and in an anonymous temporary file beyond it. It packs and
//! unpacks; which rows make a conversation is for `assemble`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Mutex, PoisonError};

use super::Recognised;
use super::assemble::Partition;
use super::intake::Batch;
use super::survey::Survey;
use super::trouble::{Folded, Trouble};
use crate::model::{Kind, Platform, Role, Stamp};
use crate::problem::{Place, Problem, Severity};
use crate::say::Say;

/// How many partitions there are: a fixed number, so that one of a ten-gigabyte log fits in memory.
pub(super) const PARTITIONS: usize = 128;
/// Set in [`Row::seq`] where a file begins with what was said last: of rows sent in one second the later in the file is
/// then the earlier.
pub(super) const NEWEST_FIRST: u64 = 1 << 63;
/// Texts of a row: session, shop, buyer, agent, order, content.
pub(super) const TEXTS: usize = 6;

/// The time of a row in a log without times; it stands before every moment.
pub(super) const UNTIMED: i64 = i64::MIN;

/// A row apart from its texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Milliseconds since 1970-01-01 UTC, or [`UNTIMED`].
    pub(super) at: i64,
    pub(super) file: u32,
    pub(super) line: u32,
    pub(super) seq: u64,
    pub(super) role: Role,
    pub(super) kind: Kind,
    pub(super) recalled: bool,
    pub(super) platform: Option<Platform>,
}

impl Row {
    /// When it was sent, to the second.
    pub(super) fn stamp(&self) -> Option<Stamp> {
        (self.at != UNTIMED).then(|| Stamp(self.at.div_euclid(1000)))
    }

    /// Whether a later row of the same buyer is still of one talk with this: no longer silence lies between them, or,
    /// where there are no times, they stand in one file.
    pub(super) fn together(&self, later: &Self, gap_ms: i64) -> bool {
        match (self.at == UNTIMED, later.at == UNTIMED) {
            (false, false) => later.at - self.at <= gap_ms,
            (true, true) => self.file == later.file,
            _ => false,
        }
    }

    /// Orders the rows of one file that were sent at one time.
    pub(super) fn place(&self) -> (u32, u64) {
        if self.seq & NEWEST_FIRST == 0 { (self.line, self.seq) } else { (!self.line, !self.seq) }
    }
}

/// Packed rows: numbers apart from texts, so that the texts of a partition can be checked and borrowed as one.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    head: Vec<u8>,
    text: Vec<u8>,
}

const ROLES: [Role; 4] = [Role::Buyer, Role::Agent, Role::Robot, Role::System];
const KINDS: [Kind; 4] = [Kind::Text, Kind::Image, Kind::Card, Kind::System];

impl Part {
    /// Room for rows that took `bytes` in their file.
    pub(super) fn with_room(bytes: usize) -> Self {
        // Numbers take about a sixth; partitions differ, so a little is added against growing.
        Self { head: Vec::with_capacity(bytes / 5), text: Vec::with_capacity(bytes + bytes / 8) }
    }

    /// Packs a row.
    pub(super) fn push(&mut self, row: &Row, texts: &[&str; TEXTS]) {
        let platform = row.platform.map_or(0, |p| 1 + p as u8);
        let flags = row.role as u8 | (row.kind as u8) << 2 | u8::from(row.recalled) << 4 | platform << 5;
        self.head.extend_from_slice(&row.at.to_le_bytes());
        self.head.push(flags);
        for number in [u64::from(row.file), u64::from(row.line), row.seq] {
            put(&mut self.head, number);
        }
        for text in texts {
            put(&mut self.head, u64::try_from(text.len()).unwrap_or_default());
            self.text.extend_from_slice(text.as_bytes());
        }
    }

    fn len(&self) -> usize {
        self.head.len() + self.text.len()
    }
}

/// Seven bits a byte, the lowest first.
fn put(head: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        head.push(u8::try_from(number & 0x7f).unwrap_or_default() | 0x80);
        number >>= 7;
    }
    head.push(u8::try_from(number).unwrap_or_default());
}

fn get(head: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = head.split_off_first()?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

/// Unpacks one row and the lengths of its texts.
pub(super) fn unpack(head: &mut &[u8]) -> Option<(Row, [usize; TEXTS])> {
    let (at, rest) = head.split_first_chunk::<8>()?;
    *head = rest;
    let flags = *head.split_off_first()?;
    let file = u32::try_from(get(head)?).ok()?;
    let line = u32::try_from(get(head)?).ok()?;
    let seq = get(head)?;
    let mut lengths = [0; TEXTS];
    for length in &mut lengths {
        *length = usize::try_from(get(head)?).ok()?;
    }
    let row = Row {
        at: i64::from_le_bytes(*at),
        file,
        line,
        seq,
        role: *ROLES.get(usize::from(flags & 3))?,
        kind: *KINDS.get(usize::from(flags >> 2 & 3))?,
        recalled: flags & 0x10 != 0,
        platform: usize::from(flags >> 5).checked_sub(1).and_then(|i| Platform::ALL.get(i).copied()),
    };
    Some((row, lengths))
}

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
    spill: Option<(File, u64)>,
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
            spill: None,
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
            match self.write_out() {
                Ok(()) => self.held = 0,
                Err(error) => {
                    self.folded.add(u32::MAX, 0, spill_failed(&error));
                    // Better slow than lost: the rows stay in memory from here on.
                    self.limit = usize::MAX;
                }
            }
        }
    }

    fn write_out(&mut self) -> io::Result<()> {
        let (file, end) = match &mut self.spill {
            Some(spill) => spill,
            none => none.insert((tempfile::tempfile()?, 0)),
        };
        for home in &mut self.homes {
            let part = home.memory.get_mut().unwrap_or_else(PoisonError::into_inner);
            if part.head.is_empty() {
                continue;
            }
            file.seek(SeekFrom::Start(*end))?;
            file.write_all(&part.head)?;
            file.write_all(&part.text)?;
            home.segments.push(Segment { offset: *end, head: part.head.len(), text: part.text.len() });
            *end += u64::try_from(part.len()).unwrap_or_default();
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
            spill: self.spill.map(|(file, _)| Mutex::new(file)),
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
    spill: Option<Mutex<File>>,
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
        let Some(spill) = &self.spill else { return Ok(()) };
        let mut file = spill.lock().unwrap_or_else(PoisonError::into_inner);
        for segment in &home.segments {
            file.seek(SeekFrom::Start(segment.offset))?;
            for (buffer, length) in [(&mut *head, segment.head), (&mut *text, segment.text)] {
                let from = buffer.len();
                buffer.resize(from + length, 0);
                file.read_exact(buffer.get_mut(from..).unwrap_or_default())?;
            }
        }
        Ok(())
    }
}

fn spill_failed(error: &io::Error) -> Trouble {
    Trouble {
        code: "spill-failed",
        severity: Severity::Warning,
        column: String::new(),
        what: Say::new(
            format!("临时文件写不下去，改为全部放在内存里：{error}"),
            format!("the temporary file cannot be written, so all rows stay in memory: {error}"),
        ),
        next: Say::new(
            "清理临时目录所在的磁盘，或用 TMPDIR 换一个目录",
            "free the disk of the temporary folder, or set TMPDIR",
        ),
    }
}

fn lost(error: &io::Error) -> Problem {
    Problem {
        code: "spill-lost",
        severity: Severity::Error,
        place: Place::default(),
        what: Say::new(
            format!("临时文件读不回来：{error}"),
            format!("the temporary file cannot be read back: {error}"),
        ),
        next: Say::new(
            "检查临时目录所在的磁盘后再运行",
            "check the disk of the temporary folder and run again",
        ),
        count: 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_kind_and_platform_survives_packing() {
        for (role, kind) in ROLES.into_iter().zip(KINDS) {
            for platform in Platform::ALL.into_iter().map(Some).chain([None]) {
                let row = Row {
                    at: -5,
                    file: 300,
                    line: u32::MAX,
                    seq: u64::MAX,
                    role,
                    kind,
                    recalled: true,
                    platform,
                };
                let mut part = Part::default();
                part.push(&row, &["", "s", "", "", "", &"x".repeat(200)]);
                let mut head = part.head.as_slice();
                assert_eq!(unpack(&mut head), Some((row, [0, 1, 0, 0, 0, 200])));
                assert!(head.is_empty());
            }
        }
    }
}
