//! The evidence pack: a zip with the page, the raw rows, the rule texts and the arithmetic. The same dossier gives the
//! same bytes: entries are in order of name, times are fixed, nothing is compressed.

use std::io::{self, Cursor, Write};

use csv::{Terminator, WriterBuilder};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::view::{self, Page};
use super::{Style, html, json, md, words};
use crate::investigate::Dossier;
use crate::report::csv::safe;
use crate::report::view as common;
use crate::report::words as shared;

/// Writes the pack.
///
/// # Errors
/// Whatever `out` answers.
pub fn pack(dossier: &Dossier, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let page = view::page(dossier, style);
    let mut entries: Vec<(&str, Vec<u8>)> = vec![
        ("arithmetic.csv", arithmetic(&page, style)?),
        ("page.html", made(|out| html::write(&page, style.lang, out))?),
        ("page.json", made(|out| json::write(&page, out))?),
        ("page.md", made(|out| md::write(&page, style.lang, out))?),
        ("rows.csv", rows(dossier, style)?),
        ("rules.md", rules(&page).into_bytes()),
        ("sources.csv", sources(&page)?),
    ];
    entries.sort_by_key(|(name, _)| *name);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o640);
    for (name, bytes) in entries {
        zip.start_file(name, options)?;
        zip.write_all(&bytes)?;
    }
    out.write_all(zip.finish()?.get_ref())
}

fn made(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    write(&mut bytes)?;
    Ok(bytes)
}

/// A CSV for spreadsheets: UTF-8 with a mark, CRLF, no cell that could be calculated.
fn table(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> io::Result<Vec<u8>> {
    let mut bytes = "\u{feff}".as_bytes().to_vec();
    let mut csv = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(&mut bytes);
    csv.write_record(header)?;
    for row in rows {
        csv.write_record(row.iter().map(|cell| safe(cell)))?;
    }
    csv.flush()?;
    drop(csv);
    Ok(bytes)
}

/// Every row of the case, whole, in order of the timeline.
fn rows(d: &Dossier, style: &Style) -> io::Result<Vec<u8>> {
    let header = [
        "file",
        "line",
        "platform",
        "shop",
        "session_id",
        "buyer",
        "agent",
        "sender",
        "sent_at",
        "type",
        "content",
        "order_id",
        "recalled",
        "relation",
    ];
    let shown = |text: &str| common::shown(text, &[], style.reveal).0;
    let masked = view::page(d, style);
    let all = d.sittings.iter().zip(&masked.sittings).flat_map(|(s, view)| {
        s.entries.iter().zip(&view.lines).map(move |(e, v)| {
            vec![
                v.said.file.clone(),
                v.said.line.to_string(),
                s.platform.map_or("", |p| p.id()).to_owned(),
                s.shop.clone(),
                view.conversation.clone(),
                common::buyer(&d.buyer, style.reveal),
                e.line.agent.clone(),
                code(&e.line.role),
                v.said.sent_at.clone().unwrap_or_default(),
                code(&e.kind),
                shown(&e.line.text),
                e.order.clone(),
                if e.line.recalled { "1" } else { "" }.to_owned(),
                view.relation.to_owned(),
            ]
        })
    });
    table(&header, all)
}

/// The name that JSON has for a value of a few.
fn code(value: &impl serde::Serialize) -> String {
    let text = serde_json::to_string(value).unwrap_or_default();
    text.trim_matches('"').to_owned()
}

/// How the estimate comes about: every finding's figures, whether they count, and where the ladder leads.
fn arithmetic(page: &Page, style: &Style) -> io::Result<Vec<u8>> {
    let header = [
        "number",
        "finding",
        "rule",
        "title",
        "low",
        "high",
        "unit",
        "ladder",
        "charge",
        "source",
        "alternative",
    ];
    let findings = page.fired.iter().flat_map(|f| {
        f.figures.iter().map(move |e| {
            vec![
                f.number.to_string(),
                f.id.to_string(),
                f.rule.to_string(),
                f.title.clone(),
                e.low.to_string(),
                e.high.to_string(),
                code(&e.unit),
                e.ladder.clone().unwrap_or_default(),
                shared::charge(f.charge, style.lang).to_owned(),
                e.source.clone(),
                e.alternative.clone().unwrap_or_default(),
            ]
        })
    });
    let ladders = words::moved(page).into_iter().map(|s| {
        let sum = |n: u64| n.saturating_sub(s.prior).to_string();
        let mut row = vec![String::new(); header.len()];
        let cells = [
            (3, words::step(s, style.lang)),
            (4, sum(s.low)),
            (5, sum(s.high)),
            (6, "points".to_owned()),
            (7, s.ladder.clone()),
        ];
        for (at, text) in cells {
            if let Some(cell) = row.get_mut(at) {
                *cell = text;
            }
        }
        row
    });
    table(&header, findings.chain(ladders.collect::<Vec<_>>()))
}

/// The texts of the rules that fired, with the version of the pack.
fn rules(page: &Page) -> String {
    let [name, version, date] = &page.pack;
    let mut out = format!("# {name} {version} ({date})\n");
    let mut told = Vec::new();
    for f in &page.fired {
        if told.contains(&&f.rule) {
            continue;
        }
        told.push(&f.rule);
        let level = code(&f.level);
        let platforms: Vec<String> =
            f.figures.iter().map(|e| format!("{}-{} {}", e.low, e.high, code(&e.unit))).collect();
        out.push_str(&format!(
            "\n## {}（{}）\n\n{}\n\n- level: {level}\n- figures: {}\n- sources: {}\n- 改说：{}\n",
            f.title,
            f.rule,
            f.rule_why,
            platforms.join(", "),
            f.clauses.join(", "),
            f.remedy
        ));
    }
    out
}

fn sources(page: &Page) -> io::Result<Vec<u8>> {
    let row =
        |s: &view::SourceView| vec![s.file.clone(), s.rows.to_string(), s.sha256.clone().unwrap_or_default()];
    table(&["file", "rows", "sha256"], page.sources.iter().map(row))
}
