//! The report as one JSON document: the contract `kefu-audit/report/1` with other programs.

use std::io;

use serde::Serialize;

use super::cards::{self, AgentView, ShopView};
use super::view::{self, FindingView, ProblemView, TemplateView};
use super::{Report, RunInfo, Style, Summary, morning};
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
    findings: Vec<FindingView<'a>>,
    not_judged: Vec<NotJudgedView<'a>>,
    problems: Vec<ProblemView<'a>>,
}

#[derive(Serialize)]
struct NotJudgedView<'a> {
    rule: &'a RuleId,
    reason: &'a str,
}

pub(super) fn write(report: &Report, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let document = Document {
        schema: SCHEMA,
        run: &report.run,
        summary: &report.summary,
        morning: morning::lines(report, style),
        agents: report.agents.iter().map(|card| cards::agent(card, report)).collect(),
        shops: report.shops.iter().map(cards::shop).collect(),
        templates: report.templates.iter().map(|t| view::template(t, style.reveal)).collect(),
        findings: report
            .findings
            .iter()
            .map(|j| view::finding(j, report, style.lang, style.reveal))
            .collect(),
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
