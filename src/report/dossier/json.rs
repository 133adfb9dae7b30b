//! A dossier as one JSON document.

use std::io;

use super::view::Page;

pub(super) fn write(page: &Page, out: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, page)?;
    out.write_all(b"\n")
}
