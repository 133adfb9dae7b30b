//! Plain text: blocks divided by blank lines where there are such, else one template a line.

use super::{Found, Input};
use crate::lint::piece::Piece;
use crate::lint::templates::About;

pub(super) fn read(input: &Input<'_>) -> Found {
    let mut blocks: Vec<(usize, usize)> = Vec::new();
    let mut open: Option<(usize, usize)> = None;
    let mut lines: Vec<(usize, usize)> = Vec::new();
    let mut has_gap = false;
    let mut at = 0;
    for line in input.text.split_inclusive(['\n', '\r']) {
        let (start, end) = (at, at + line.trim_end_matches(['\n', '\r']).len());
        at += line.len();
        if line == "\n" && input.text.get(..start).is_some_and(|before| before.ends_with('\r')) {
            // The second half of a line end.
            continue;
        }
        if line.trim().is_empty() {
            has_gap |= open.is_some() && input.text.get(at..).is_some_and(|rest| !rest.trim().is_empty());
            blocks.extend(open.take());
        } else {
            lines.push((start, end));
            open = Some((open.map_or(start, |(first, _)| first), end));
        }
    }
    blocks.extend(open);
    let about = About::default();
    let templates = if has_gap { blocks } else { lines }
        .into_iter()
        .filter_map(|(start, end)| {
            let text = input.text.get(start..end)?;
            Some(about.template(input.index, Piece::verbatim(text, start)))
        })
        .collect();
    Found { templates, problems: Vec::new() }
}
