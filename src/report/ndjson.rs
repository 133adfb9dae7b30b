//! One finding per line, as in the JSON report's `findings`. It leaves out everything that is no finding.

use std::io;

use super::rows::Rows;

pub(super) fn write(rows: &Rows<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    rows.each(
        |finding| serde_json::to_vec(finding),
        |row| {
            out.write_all(&row?)?;
            out.write_all(b"\n")
        },
    )
}
