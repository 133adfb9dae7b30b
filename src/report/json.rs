//! The report as one JSON document: the contract `kefu-audit/report/1` with other programs.

use std::io;

use serde::ser::{Error, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::cards::{self, AgentView, ShopView};
use super::rows::Rows;
use super::view::{self, FindingView, ProblemView, TemplateView};
use super::{RunInfo, Summary, morning};
use crate::ids::RuleId;

/// The name of this shape; a change that breaks readers changes the number.
const SCHEMA: &str = "kefu-audit/report/1";

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    run: &'a RunInfo,
    summary: &'a Summary,
    /// What to do first, five lines.
    morning: [String; 5],
    agents: Vec<AgentView<'a>>,
    shops: Vec<ShopView<'a>>,
    templates: Vec<TemplateView<'a>>,
    findings: Findings<'a>,
    not_judged: Vec<NotJudgedView<'a>>,
    problems: Vec<ProblemView<'a>>,
}

#[derive(Serialize)]
struct NotJudgedView<'a> {
    rule: &'a RuleId,
    reason: &'a str,
}

/// The list of findings, written batch by batch.
struct Findings<'a>(Rows<'a>);

impl Serialize for Findings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.report.findings.len()))?;
        self.0.each(indented, |row| list.serialize_element(&row.map_err(S::Error::custom)?))?;
        list.end()
    }
}

/// A finding as it stands in the document's list.
fn indented(finding: &FindingView<'_>) -> serde_json::Result<Box<RawValue>> {
    let mut text = Deeper(Vec::new());
    serde_json::to_writer_pretty(&mut text, finding)?;
    RawValue::from_string(String::from_utf8(text.0).map_err(serde_json::Error::custom)?)
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

pub(super) fn write(rows: &Rows<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let Rows { report, style, .. } = *rows;
    let document = Document {
        schema: SCHEMA,
        run: &report.run,
        summary: &report.summary,
        morning: morning::lines(report, style),
        agents: report.agents.iter().map(|card| cards::agent(card, report)).collect(),
        shops: report.shops.iter().map(cards::shop).collect(),
        templates: report.templates.iter().map(|t| view::template(t, style.reveal)).collect(),
        findings: Findings(*rows),
        not_judged: report
            .not_judged
            .iter()
            .map(|n| NotJudgedView { rule: &n.rule, reason: n.reason.get(style.lang) })
            .collect(),
        problems: report.problems.iter().map(|p| view::problem(p, style.lang, style.reveal)).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}
