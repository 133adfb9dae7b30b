//! The rows that could not be used, as a table for a spreadsheet: where each stands, what is wrong with it, and the row as
//! it was, with a quote before what a spreadsheet would calculate.

use std::io;

use super::csv::{quoted, safe};
use crate::ingest::Reject;
use crate::say::Lang;

/// Writes the rows that were rejected as CSV; `files` are what they index.
///
/// # Errors
/// Whatever `out` answers.
pub fn write(rejects: &[Reject], files: &[String], lang: Lang, out: &mut dyn io::Write) -> io::Result<()> {
    out.write_all("\u{FEFF}".as_bytes())?;
    let mut csv = ::csv::Writer::from_writer(out);
    csv.write_record(["file", "line", "column", "code", "reason", "row"])?;
    for reject in rejects {
        let file = usize::try_from(reject.file).ok().and_then(|at| files.get(at));
        csv.write_record([
            safe(file.map_or("", String::as_str)),
            reject.line.to_string(),
            safe(&reject.column),
            reject.code.to_owned(),
            safe(reject.reason.get(lang)),
            quoted(&reject.raw),
        ])?;
    }
    csv.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::say::Say;

    #[test]
    fn no_cell_is_a_formula_and_the_row_stays_as_it_was() {
        let reject = Reject {
            file: 0,
            line: 7,
            column: "=A1".to_owned(),
            code: "row-short",
            raw: "=HYPERLINK(\"x\")\t\u{200b}b".to_owned(),
            reason: Say::new("少栏", "too short"),
        };
        let mut out = Vec::new();
        write(&[reject], &["日志.csv".to_owned()], Lang::Zh, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(
            text.lines().nth(1),
            Some("日志.csv,7,'=A1,row-short,少栏,\"'=HYPERLINK(\"\"x\"\")\t\u{200b}b\"")
        );
    }
}
