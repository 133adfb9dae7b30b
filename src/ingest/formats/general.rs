//! The two general formats, which take every file that has a header or is JSON and that no other entry knows better.

use super::{Fit, Sample, Strength};
use crate::ingest::columns;
use crate::ingest::sniff;
use crate::say::Say;

/// Header names that must be known before a first line counts as a header.
const KNOWN: usize = 2;

/// CSV: the first line is a header of which names are known, and then nobody asks what stands in the cells. Else it is
/// what is left when nothing fits, so that its reader can say what is missing.
pub(super) fn csv(sample: &Sample<'_>) -> Option<Fit> {
    let first = sample.text.trim_start().lines().next().unwrap_or_default();
    let (delimiter, names) = sniff::delimiter(first);
    let known = columns::known_to(&names, sample.options);
    let strength = if known >= KNOWN { Strength::Sure } else { Strength::Last };
    let (zh, en) = match delimiter {
        b'\t' => ("制表符", "tabs"),
        b';' => ("分号", "semicolons"),
        _ => ("逗号", "commas"),
    };
    let n = names.len();
    Some(Fit {
        strength,
        why: Say::new(
            format!("首行用{zh}分成 {n} 列，认得其中 {known} 列"),
            format!("{en} cut the first line into {n} columns, {known} of which are known"),
        ),
    })
}

/// JSON: it begins with an object, or with an array of values.
pub(super) fn json(sample: &Sample<'_>) -> Option<Fit> {
    sniff::is_json(sample.text).then(|| Fit {
        strength: Strength::General,
        why: Say::new("以 JSON 的括号开头", "it begins with a JSON bracket"),
    })
}
