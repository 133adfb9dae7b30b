//! One finding per line, as in the JSON report's `findings`. It leaves out everything that is no finding.

use std::io;

use rayon::ThreadPool;

use super::{Report, Style, rows};

pub(super) fn write(
    report: &Report,
    style: &Style,
    pool: &ThreadPool,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    rows::each(
        report,
        style,
        pool,
        |finding| serde_json::to_vec(finding),
        |row| {
            out.write_all(&row?)?;
            out.write_all(b"\n")
        },
    )
}
