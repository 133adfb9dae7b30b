//! One finding per line, as in the JSON report's `findings`. It leaves out everything that is no finding.

use std::io;

use super::{Report, Style, view};

pub(super) fn write(report: &Report, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    for judged in &report.findings {
        serde_json::to_writer(&mut *out, &view::finding(judged, report, style.lang, style.reveal))?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
