//! What a fix would change, as a unified diff; masked like everything else.

use std::io;

use similar::TextDiff;

use crate::ingest::whole::Whole;
use crate::mask;
use crate::report::screen;

/// Writes the difference between two states of a file.
///
/// # Errors
/// Whatever `out` answers.
pub fn diff(name: &str, old: &[u8], new: &[u8], reveal: bool, out: &mut dyn io::Write) -> io::Result<()> {
    let text = |bytes: &[u8]| Whole::decode(bytes).map(|w| w.text).unwrap_or_default();
    let (old, new) = (text(old), text(new));
    let changes = TextDiff::from_lines(&old, &new);
    let (from, to) = (format!("a/{name}"), format!("b/{name}"));
    let unified = changes.unified_diff().context_radius(1).header(&from, &to).to_string();
    for line in unified.lines() {
        let shown = if reveal { line.to_owned() } else { mask::mask(line, &[]).0 };
        writeln!(out, "{}", screen::plain(&shown))?;
    }
    Ok(())
}
