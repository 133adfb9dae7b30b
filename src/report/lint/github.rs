//! GitHub workflow commands. A step shows ten annotations of each grade and drops the rest without a word, so what is
//! beyond is counted and told in a notice of its own.

use std::io;

use super::Style;
use super::view;
use crate::finding::Level;
use crate::lint::outcome::{Flagged, Outcome};
use crate::say::Lang;

/// Annotations of one grade that a step shows.
const SHOWN: usize = 10;

pub(super) fn write(outcome: &Outcome, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let mut cut = Vec::new();
    for level in [Level::Violation, Level::Warning, Level::Notice] {
        let all: Vec<&Flagged> = outcome.live().filter(|f| f.level == level).collect();
        // The last place of the notices is kept for the count.
        let room = if level == Level::Notice { SHOWN - 1 } else { SHOWN };
        for flagged in all.iter().take(room) {
            annotation(flagged, outcome, style, out)?;
        }
        if all.len() > room {
            let name = view::grade(level, ["error", "warning", "notice"]);
            cut.push(format!("{} {name}", all.len() - room));
        }
    }
    let (files, templates) = (outcome.files.len(), outcome.templates);
    let mut text = match style.lang {
        Lang::Zh => {
            format!("检查了 {files} 个文件里的 {templates} 条模板，{} 条问题", outcome.live().count())
        }
        Lang::En => {
            format!("{templates} templates in {files} files checked, {} findings", outcome.live().count())
        }
    };
    if !cut.is_empty() {
        text.push_str(&match style.lang {
            Lang::Zh => format!("；GitHub 每级只显示 {SHOWN} 条，未显示：{}", cut.join("、")),
            Lang::En => format!("; GitHub shows {SHOWN} of each grade, not shown: {}", cut.join(", ")),
        });
    }
    writeln!(out, "::notice title=kefu-audit::{}", data(&text))
}

fn annotation(
    flagged: &Flagged,
    outcome: &Outcome,
    style: &Style,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let shown = view::shown(flagged, outcome, style);
    let grade = view::grade(flagged.level, ["error", "warning", "notice"]);
    let spot = &flagged.spot;
    let mut place = format!("file={},line={},endLine={}", property(&spot.file), spot.line, spot.end_line);
    // Columns of a stretch over several lines are refused.
    if spot.line == spot.end_line && spot.cell.is_none() {
        place.push_str(&format!(",col={},endColumn={}", spot.column, spot.end_column));
    }
    let title = property(&format!("{} ({})", shown.title, shown.rule));
    writeln!(out, "::{grade} {place},title={title}::{}", data(&view::message(&shown, style.lang)))
}

/// The text of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
