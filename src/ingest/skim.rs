//! Runs over the records of a CSV piece without parsing their fields: which records may be wanted, and what stands in
//! one column of each. It follows the same quoting as `cut`.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use memchr::{memchr, memchr2};
use rustc_hash::FxHashSet;

use super::Options;
use super::columns::Layout;
use super::csv_rows;
use super::cut;
use super::feed::Chunk;
use super::intake::Batch;
use super::wanted::{Script, Wanted};
use crate::text::lossy;

/// Records that may be wanted, neighbours joined: where they stand in the piece, and the line of the first.
pub(super) type Stretches = Vec<(Range<usize>, u64)>;

/// The rows of a piece that may be wanted, parsed; the others are only run over.
pub(super) fn parse(
    chunk: &Chunk,
    layout: &Arc<Layout>,
    delimiter: u8,
    wanted: &Wanted,
    options: &Options,
) -> Batch {
    let script = if chunk.gb18030 { Script::Gb18030 } else { Script::Utf8 };
    let column = wanted.like_column().and_then(|column| layout.field(column));
    let mut names = FxHashSet::default();
    let mut found = Stretches::new();
    let mut places = wanted.sieve(script).places(&chunk.bytes).peekable();
    let (mut at, mut line) = (0, chunk.line);
    while at < chunk.bytes.len() && (column.is_some() || places.peek().is_some()) {
        let (end, lines) = record_end(&chunk.bytes, at, delimiter);
        let record = chunk.bytes.get(at..end).unwrap_or_default();
        if let Some(column) = column {
            names.insert(field(record, column, delimiter));
        }
        let mut is_candidate = false;
        while places.next_if(|place| *place < end).is_some() {
            is_candidate = true;
        }
        if is_candidate {
            match found.last_mut() {
                Some((range, _)) if range.end == at => range.end = end,
                _ => found.push((at..end, line)),
            }
        }
        line += lines;
        at = end;
    }
    let mut batch = csv_rows::parse(chunk, layout, delimiter, found, options);
    batch.lines = line - chunk.line + cut::newlines(chunk.bytes.get(at..).unwrap_or_default());
    batch.alike = alike(names, chunk.gb18030, wanted);
    batch
}

/// The names that look like the one that is looked for.
fn alike(names: FxHashSet<&[u8]>, gb18030: bool, wanted: &Wanted) -> BTreeSet<String> {
    let mut alike = BTreeSet::new();
    #[allow(clippy::iter_over_hash_type, reason = "what is kept is put in order")]
    for raw in names {
        let text = if gb18030 { encoding_rs::GB18030.decode_without_bom_handling(raw).0 } else { lossy(raw) };
        let name = text.trim().trim_matches('"');
        if wanted.is_like(name) {
            alike.insert(name.to_owned());
        }
    }
    alike
}

/// The end of the record that begins at `start`, its newline included, and how many newlines it holds.
fn record_end(bytes: &[u8], start: usize, delimiter: u8) -> (usize, u64) {
    let mut at = start;
    let whole = |end: usize| (end, cut::newlines(bytes.get(start..end).unwrap_or_default()));
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(newline) = memchr(b'\n', rest) else { return whole(bytes.len()) };
        let line = rest.get(..newline).unwrap_or_default();
        match opening_quote(bytes, start, at, line, delimiter) {
            None if at == start => return (at + newline + 1, 1),
            None => return whole(at + newline + 1),
            Some(quote) => match closing_quote(bytes, quote + 1) {
                Some(close) => at = close + 1,
                None => return whole(bytes.len()),
            },
        }
    }
}

/// The first quote in `line` (which begins at `at`) that opens a field.
fn opening_quote(bytes: &[u8], start: usize, at: usize, line: &[u8], delimiter: u8) -> Option<usize> {
    let opens = |quote: &usize| {
        let before = at + quote;
        before == start || before.checked_sub(1).and_then(|i| bytes.get(i)) == Some(&delimiter)
    };
    memchr::memchr_iter(b'"', line).find(opens).map(|quote| at + quote)
}

/// The quote that closes a field, from its first byte on.
fn closing_quote(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let close = at + memchr(b'"', bytes.get(at..)?)?;
        if bytes.get(close + 1) != Some(&b'"') {
            return Some(close);
        }
        at = close + 2;
    }
}

/// The raw bytes of field `n` of a record.
fn field(record: &[u8], n: usize, delimiter: u8) -> &[u8] {
    let mut at = 0;
    for _ in 0..n {
        let Some(end) = field_end(record, at, delimiter) else { return &[] };
        at = end + 1;
    }
    let end = field_end(record, at, delimiter).unwrap_or(record.len());
    record.get(at..end).unwrap_or_default()
}

/// Where the field that begins at `at` ends: its delimiter or line end.
fn field_end(record: &[u8], at: usize, delimiter: u8) -> Option<usize> {
    let mut from = at;
    if record.get(at) == Some(&b'"') {
        from = closing_quote(record, at + 1)? + 1;
    }
    memchr2(delimiter, b'\n', record.get(from..)?).map(|i| from + i)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str) -> Vec<&str> {
        let mut out = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let (end, _) = record_end(text.as_bytes(), at, b',');
            out.push(text.get(at..end).unwrap_or_default());
            at = end;
        }
        out
    }

    #[test]
    fn records_end_where_the_parser_ends_them() {
        let text = "a,b\n\"x\ny\",c\nd,\"e \"\"f\"\"\n,\",g\n5\" wide,h\nlast";
        assert_eq!(
            records(text),
            ["a,b\n", "\"x\ny\",c\n", "d,\"e \"\"f\"\"\n,\",g\n", "5\" wide,h\n", "last"]
        );
    }

    #[test]
    fn fields_by_number() {
        let record = b"a,\"b,\"\"c\",d\n";
        let of = |n| std::str::from_utf8(field(record, n, b',')).unwrap();
        assert_eq!([of(0), of(1), of(2), of(3)], ["a", "\"b,\"\"c\"", "d", ""]);
    }
}
