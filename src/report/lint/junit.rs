//! JUnit XML: one suite a file, one case a finding, and one passing case for a file without any. Only what is at or
//! above a warning fails its case; notices pass.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::Style;
use super::view::{self, Shown};
use crate::finding::Level;
use crate::lint::outcome::Outcome;

/// Tests run at no time and on no host that would mean anything, and the same input gives the same bytes.
const NEVER: &str = "1970-01-01T00:00:00";

pub(super) fn write(outcome: &Outcome, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let all: Vec<Shown<'_>> = outcome.live().map(|f| view::shown(f, outcome, style)).collect();
    let mut xml = Writer::new_with_indent(&mut *out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.create_element("testsuites").write_inner_content(|xml| {
        for (n, file) in outcome.files.iter().enumerate() {
            let findings: Vec<&Shown<'_>> = all.iter().filter(|s| s.spot.file == *file).collect();
            suite(xml, (n, file), &findings, outcome, style)?;
        }
        Ok(())
    })?;
    xml.write_event(Event::Text(BytesText::new("\n")))
}

fn suite<W: io::Write>(
    xml: &mut Writer<W>,
    (n, file): (usize, &str),
    findings: &[&Shown<'_>],
    outcome: &Outcome,
    style: &Style,
) -> io::Result<()> {
    let failures = findings.iter().filter(|s| s.flagged.level > Level::Notice).count().to_string();
    let tests = findings.len().max(1).to_string();
    xml.create_element("testsuite")
        .with_attribute(("name", file))
        .with_attribute(("package", "kefu-audit"))
        .with_attribute(("id", n.to_string().as_str()))
        .with_attribute(("timestamp", NEVER))
        .with_attribute(("hostname", "localhost"))
        .with_attribute(("tests", tests.as_str()))
        .with_attribute(("failures", failures.as_str()))
        .with_attribute(("errors", "0"))
        .with_attribute(("time", "0"))
        .write_inner_content(|xml| {
            xml.create_element("properties").write_inner_content(|xml| {
                let property = xml.create_element("property").with_attribute(("name", "pack"));
                property.with_attribute(("value", outcome.pack.as_str())).write_empty()?;
                Ok(())
            })?;
            if findings.is_empty() {
                case(xml, "templates", file).write_empty()?;
            }
            for shown in findings {
                finding(xml, file, shown, style)?;
            }
            xml.create_element("system-out").write_empty()?;
            xml.create_element("system-err").write_empty()?;
            Ok(())
        })?;
    Ok(())
}

fn case<'x, W: io::Write>(
    xml: &'x mut Writer<W>,
    name: &str,
    file: &str,
) -> quick_xml::writer::ElementWriter<'x, W> {
    xml.create_element("testcase")
        .with_attribute(("name", name))
        .with_attribute(("classname", file))
        .with_attribute(("time", "0"))
}

fn finding<W: io::Write>(
    xml: &mut Writer<W>,
    file: &str,
    shown: &Shown<'_>,
    style: &Style,
) -> io::Result<()> {
    let spot = shown.spot;
    let name = format!("{} {}:{}", shown.rule, spot.line, spot.column);
    let element = case(xml, &name, file);
    if shown.flagged.level == Level::Notice {
        element.write_empty()?;
        return Ok(());
    }
    element.write_inner_content(|xml| {
        let place = spot.cell.clone().unwrap_or_else(|| format!("{}:{}", spot.line, spot.column));
        let text = format!("{file}:{place}\n{}", view::message(shown, style.lang));
        xml.create_element("failure")
            .with_attribute(("message", shown.title.as_str()))
            .with_attribute(("type", shown.rule))
            .write_text_content(BytesText::new(&text))?;
        Ok(())
    })?;
    Ok(())
}
