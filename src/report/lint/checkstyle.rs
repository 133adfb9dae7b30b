//! Checkstyle XML, which Jenkins, reviewdog and many editors read.

use std::collections::BTreeMap;
use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::Style;
use super::view::{self, Shown};
use crate::lint::outcome::Outcome;

pub(super) fn write(outcome: &Outcome, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let mut files: BTreeMap<&str, Vec<Shown<'_>>> =
        outcome.files.iter().map(|file| (file.as_str(), Vec::new())).collect();
    for flagged in outcome.live() {
        let shown = view::shown(flagged, outcome, style);
        files.entry(flagged.spot.file.as_str()).or_default().push(shown);
    }
    let mut xml = Writer::new_with_indent(&mut *out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.create_element("checkstyle").with_attribute(("version", "8.0")).write_inner_content(|xml| {
        for (file, findings) in &files {
            let element = xml.create_element("file").with_attribute(("name", *file));
            if findings.is_empty() {
                element.write_empty()?;
                continue;
            }
            element.write_inner_content(|xml| {
                for shown in findings {
                    let spot = shown.spot;
                    xml.create_element("error")
                        .with_attribute(("line", spot.line.to_string().as_str()))
                        .with_attribute(("column", spot.column.to_string().as_str()))
                        .with_attribute((
                            "severity",
                            view::grade(shown.flagged.level, ["error", "warning", "info"]),
                        ))
                        .with_attribute(("message", view::message(shown, style.lang).as_str()))
                        .with_attribute(("source", format!("kefu-audit.{}", shown.rule).as_str()))
                        .write_empty()?;
                }
                Ok(())
            })?;
        }
        Ok(())
    })?;
    xml.write_event(Event::Text(BytesText::new("\n")))
}
