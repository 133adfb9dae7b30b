//! Pieces of JSON, which end where a value ends, and pages, which are not cut at all.

use std::io;
use std::sync::Arc;

use super::{Chunk, Cutter, Feed, LONGEST_JSON, Open, PATIENCE, PIECE, Shape, words};
use crate::ingest::cut;
use crate::ingest::json_cut::Step;
use crate::ingest::source::Source;
use crate::ingest::xml;
use crate::text::lossy;

impl Feed<'_> {
    /// Everything at once.
    pub(super) fn page_piece(&mut self, open: &mut Open) -> io::Result<Option<Chunk>> {
        open.source.fill(LONGEST_JSON);
        let length = open.source.buffer.len();
        if length == 0 {
            return Ok(None);
        }
        if !open.source.ended {
            self.reject(open, length, words::too_long(LONGEST_JSON, false));
            while !open.source.ended {
                open.source.fill(PIECE);
                open.source.take(PIECE);
            }
            return Ok(None);
        }
        Ok(Some(self.chunk(open, length, Shape::Page)))
    }

    /// Makes a reply in XML the JSON that it stands for; `false` when it is too long for that, and that was told.
    pub(super) fn unfold_xml(&mut self, source: &mut Source) -> io::Result<bool> {
        source.force_utf8()?;
        source.fill(LONGEST_JSON);
        if !source.ended {
            self.trouble(1, words::too_long(LONGEST_JSON, false));
            return Ok(false);
        }
        let (json, fault) = xml::to_json(&lossy(&source.buffer));
        source.replace(json);
        if let Some((line, reason)) = fault {
            self.trouble(line, words::xml_broken(&reason));
        }
        Ok(true)
    }

    pub(super) fn json_piece(&mut self, open: &mut Open) -> io::Result<Option<Chunk>> {
        let mut want = PIECE;
        loop {
            open.source.fill(want);
            if open.skipping && self.skip(open) {
                continue;
            }
            if open.source.buffer.is_empty() {
                return Ok(None);
            }
            let Cutter::Json { reader, manner, broken } = &mut open.cutter else { return Ok(None) };
            match reader.step(&open.source.buffer, open.source.ended) {
                Step::Elements { elements, end } if elements.is_empty() => {
                    open.line += cut::newlines(&open.source.take(end));
                    if open.source.ended && open.source.buffer.is_empty() {
                        return Ok(None);
                    }
                }
                Step::Elements { elements, end } => {
                    let shape = Shape::Json(elements, Arc::clone(manner));
                    return Ok(Some(self.chunk(open, end, shape)));
                }
                Step::More if open.source.buffer.len() < LONGEST_JSON => {
                    want = (open.source.buffer.len() * 2).clamp(PIECE, LONGEST_JSON);
                }
                Step::More => {
                    *broken += 1;
                    let all = open.source.buffer.len();
                    let patient = *broken < PATIENCE;
                    let length = if patient { cut::first_line(&open.source.buffer) } else { all };
                    open.skipping = length == all;
                    self.reject(open, length, words::too_long(LONGEST_JSON, false));
                }
                Step::Broken { length } => self.reject(open, length, words::json_cut_off()),
            }
        }
    }
}
