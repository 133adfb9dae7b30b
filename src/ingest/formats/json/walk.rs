//! Goes through the values of a piece of JSON to its messages: one at a time, with the line of each. What makes a
//! message is for `named` (keys known by name) and `known` (layouts known by heart).

use rustc_hash::FxHashSet;

use super::recognise::Manner;
use crate::ingest::Options;
use crate::ingest::columns::Column;
use crate::ingest::cut::newlines;
use crate::ingest::feed::Chunk;
use crate::ingest::intake::{Batch, Intake, Spot};
use crate::ingest::json_cut::Element;
use crate::ingest::packed::NEWEST_FIRST;
use crate::ingest::trouble::{Trouble, excerpt};
use crate::ingest::wanted::Script;
use crate::problem::Severity;
use crate::say::Say;

use super::named::Layouts;
use super::value::Path;

/// Values within values; more is no export.
pub(super) const DEEPEST: usize = 12;

/// The way through one value.
pub(super) struct Walk<'a, 'o> {
    /// The value.
    pub(super) text: &'a str,
    /// Line of its first byte.
    line: u64,
    /// How far newlines were counted, and how many; messages come in order of place.
    counted: (usize, u64),
    pub(super) seq: u64,
    pub(super) options: &'o Options,
    /// Names that the user gives as paths.
    pub(super) paths: &'o [(&'o str, Path)],
    /// Columns that are missing, with the paths that values speak for.
    pub(super) guesses: &'o [(Column, String)],
    pub(super) layouts: Layouts,
    /// Shops whose guessed marketplace was told.
    pub(super) told: FxHashSet<String>,
    pub(super) intake: Intake<'o>,
}

/// Parses the values of a piece.
pub(in crate::ingest) fn parse(
    chunk: &Chunk,
    elements: &[Element],
    manner: &Manner,
    options: &Options,
) -> Batch {
    let mut intake = Intake::new(chunk.file, chunk.bytes.len(), options);
    let mut seq = u64::from(chunk.index) << 32;
    if manner.newest_first {
        seq |= NEWEST_FIRST;
    }
    let (mut layouts, mut told) = (Layouts::default(), FxHashSet::default());
    let paths = super::named::paths(options);
    let only = options.only.as_deref();
    let sieve = only.filter(|w| w.like_column().is_none()).map(|w| w.sieve(Script::Json));
    for element in elements {
        let raw = chunk.bytes.get(element.start..element.end).unwrap_or_default();
        if sieve.is_some_and(|sieve| !sieve.any(raw)) {
            continue;
        }
        let line = chunk.line + element.lines;
        let Ok(text) = simdutf8::basic::from_utf8(raw) else {
            intake.reject(Spot { line, seq, raw }, invalid_bytes(raw));
            continue;
        };
        let mut walk = Walk {
            text,
            line,
            counted: (0, 0),
            seq,
            options,
            paths: &paths,
            guesses: &manner.guesses,
            layouts,
            told,
            intake,
        };
        match &manner.reading {
            Some(reading) => walk.known_value(reading),
            None => walk.named_value(),
        }
        (intake, seq, layouts, told) = (walk.intake, walk.seq, walk.layouts, walk.told);
    }
    if only.is_some() {
        intake.batch.lines = newlines(&chunk.bytes);
    }
    intake.batch
}

impl<'a> Walk<'a, '_> {
    /// The line of a part of the text.
    pub(super) fn line_of(&mut self, part: &str) -> u64 {
        let at = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let bytes = self.text.as_bytes();
        match bytes.get(self.counted.0..at) {
            Some(new) => self.counted = (at, self.counted.1 + newlines(new)),
            None => self.counted = (at, newlines(bytes.get(..at).unwrap_or_default())),
        }
        self.line + self.counted.1
    }

    /// Where a part of the text stands.
    pub(super) fn spot(&mut self, part: &'a str) -> Spot<'a> {
        Spot { line: self.line_of(part), seq: self.seq, raw: part.as_bytes() }
    }

    pub(super) fn invalid(&mut self, text: &'a str, error: &serde_json::Error) {
        let mut spot = self.spot(text);
        spot.line += u64::try_from(error.line().saturating_sub(1)).unwrap_or_default();
        self.intake.reject(spot, invalid(error));
    }
}

fn invalid(error: &serde_json::Error) -> Trouble {
    Trouble {
        code: "json-invalid",
        severity: Severity::Error,
        column: String::new(),
        what: Say::new(
            format!("这里不是消息或会话对象：{error}（行号从这个对象起算）"),
            format!("no message or conversation object here: {error} (lines counted from the object)"),
        ),
        next: Say::new(
            "用 JSON 校验工具检查这一处，或重新导出",
            "check this place with a JSON validator, or export again",
        ),
    }
}

fn invalid_bytes(raw: &[u8]) -> Trouble {
    let at = std::str::from_utf8(raw).map_or_else(|e| e.valid_up_to(), |_| 0);
    let shown = excerpt(raw.get(at.saturating_sub(12)..).unwrap_or_default());
    Trouble {
        code: "bytes-invalid",
        severity: Severity::Error,
        column: String::new(),
        what: Say::new(
            format!("这个对象里有不成字的字节：{shown}"),
            format!("the object holds bytes that are no characters: {shown}"),
        ),
        next: Say::new("用 UTF-8 重新导出", "export it again as UTF-8"),
    }
}
