//! The report as one JSON document: the contract `kefu-audit/report/1` with other programs.

use std::io;

use serde::Serialize;

use super::cards::{self, AgentView, ShopView};
use super::rows::Rows;
use super::view::{self, FindingView, ProblemView, TemplateView};
use super::{RunInfo, Summary, morning};
use crate::ids::RuleId;

/// The name of this shape; a change that breaks readers changes the number.
const SCHEMA: &str = "kefu-audit/report/1";

/// What stands before the findings.
#[derive(Serialize)]
struct Head<'a> {
    schema: &'static str,
    run: &'a RunInfo,
    summary: &'a Summary,
    /// What to do first, five lines.
    morning: [String; 5],
    agents: Vec<AgentView<'a>>,
    shops: Vec<ShopView<'a>>,
    templates: Vec<TemplateView<'a>>,
}

/// What stands after them.
#[derive(Serialize)]
struct Tail<'a> {
    not_judged: Vec<NotJudgedView<'a>>,
    problems: Vec<ProblemView<'a>>,
}

#[derive(Serialize)]
struct NotJudgedView<'a> {
    rule: &'a RuleId,
    reason: &'a str,
}

/// A finding as it stands in the document's list.
fn indented(finding: &FindingView<'_>) -> serde_json::Result<Vec<u8>> {
    let mut text = Deeper(Vec::new());
    serde_json::to_writer_pretty(&mut text, finding)?;
    Ok(text.0)
}

/// Takes JSON and sets it two levels deeper. A line break in JSON is never part of a text, and always ends what is
/// written at once.
struct Deeper(Vec<u8>);

impl io::Write for Deeper {
    fn write(&mut self, json: &[u8]) -> io::Result<usize> {
        self.0.extend_from_slice(json);
        if json.ends_with(b"\n") {
            self.0.extend_from_slice(b"    ");
        }
        Ok(json.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The findings are made and written batch by batch, so they are set between two halves of the document.
pub(super) fn write(rows: &Rows<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let Rows { report, style, .. } = *rows;
    let head = serde_json::to_string_pretty(&Head {
        schema: SCHEMA,
        run: &report.run,
        summary: &report.summary,
        morning: morning::lines(report, style),
        agents: report.agents.iter().map(|card| cards::agent(card, report)).collect(),
        shops: report.shops.iter().map(cards::shop).collect(),
        templates: report.templates.iter().map(|t| view::template(t, style.reveal)).collect(),
    })?;
    let tail = serde_json::to_string_pretty(&Tail {
        not_judged: report
            .not_judged
            .iter()
            .map(|n| NotJudgedView { rule: &n.rule, reason: n.reason.get(style.lang) })
            .collect(),
        problems: report.problems.iter().map(|p| view::problem(p, style.lang, style.reveal)).collect(),
    })?;
    write!(out, "{},\n  \"findings\": [", head.trim_end_matches("\n}"))?;
    let mut between = "\n    ";
    rows.each(indented, |row| {
        out.write_all(between.as_bytes())?;
        between = ",\n    ";
        out.write_all(&row?)
    })?;
    let end = if report.findings.is_empty() { "]" } else { "\n  ]" };
    writeln!(out, "{end},{}", tail.trim_start_matches('{'))
}
