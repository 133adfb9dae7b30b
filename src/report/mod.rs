//! One value that holds everything a run has to say, and one file per format that writes it. Formats see nothing
//! but this value and the style; they neither judge nor decide the exit code.

mod agents;
mod cards;
mod csv;
pub mod dossier;
mod frame;
pub mod inspect;
mod json;
pub mod kpi;
pub mod lint;
mod morning;
mod ndjson;
pub mod problems;
pub mod rejects;
mod rows;
pub(crate) mod screen;
mod shops;
mod table;
mod view;
pub(crate) mod words;

use std::collections::BTreeMap;
use std::io;

use rayon::ThreadPool;
use serde::Serialize;

use self::rows::Rows;
use crate::finding::Level;
use crate::finding::shelf::{self, Shelf};
use crate::ids::RuleId;
use crate::judge::{AgentCard, Book, Judged, Judgement, ShopCard, Template};
use crate::kpi::{Counted, Plan};
use crate::model::Platform;
use crate::problem::Problem;
use crate::rules::meta::RuleMeta;
use crate::say::{Lang, Say};
use crate::tally::Tally;

/// What was run. Holds no time and no number of threads: the same input gives the same bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RunInfo {
    /// The program's version.
    pub version: String,
    /// The rule pack's name.
    pub pack: String,
    /// The rule pack's version.
    pub pack_version: String,
    /// The input files in the order that findings index.
    pub files: Vec<String>,
    /// Rules that were judged.
    pub rules_active: u64,
    /// The profiles whose figures hold, one a platform.
    pub profiles: Vec<ProfileInfo>,
    /// Conversations below which an agent is not ranked.
    pub min_sample: u64,
    /// Options that change what is found, as given.
    pub options: BTreeMap<String, String>,
}

/// A profile in force.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ProfileInfo {
    /// Its id.
    pub id: String,
    /// The marketplace.
    pub platform: Option<Platform>,
    /// What time its figures are from.
    pub date: String,
    /// Seed files and R-codes.
    pub source: String,
}

/// What went in and what came out, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Input files.
    pub files: u64,
    /// Rows read, the rejected ones among them.
    pub rows: u64,
    /// Rows that could not be used.
    pub rejected: u64,
    /// Messages judged.
    pub messages: u64,
    /// Conversations judged.
    pub conversations: u64,
    /// Rules that were judged.
    pub rules_active: u64,
    /// Findings that are violations.
    pub violations: u64,
    /// Findings that are warnings.
    pub warnings: u64,
    /// Findings that are notices.
    pub notices: u64,
    /// Findings that were waived.
    pub waived: u64,
    /// Rules that could not be judged for want of data.
    pub not_judged: u64,
}

/// A rule that could not be judged: not judged is not clean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotJudged {
    /// The rule.
    pub rule: RuleId,
    /// What was missing.
    pub reason: Say,
}

/// A line to mend, with its words.
#[derive(Clone, Debug)]
pub struct Phrase {
    /// What it breaks, and how far it reaches.
    pub template: Template,
    /// The line as first seen, unmasked.
    pub text: String,
}

/// Everything that a run has to say.
#[derive(Debug, Default)]
pub struct Report {
    /// What was run.
    pub run: RunInfo,
    /// The numbers.
    pub summary: Summary,
    /// Agents, worst first.
    pub agents: Vec<AgentCard>,
    /// Shops.
    pub shops: Vec<ShopCard>,
    /// Lines to mend.
    pub templates: Vec<Phrase>,
    /// Findings, gravest first, as the judge saw them.
    pub findings: Vec<Judged>,
    /// The findings themselves.
    pub shelf: Shelf,
    /// Rules that could not be judged.
    pub not_judged: Vec<NotJudged>,
    /// What went wrong with the input.
    pub problems: Vec<Problem>,
    /// What is known about the rules, by id.
    pub rules: BTreeMap<RuleId, RuleMeta>,
    /// Response times, and the definitions that they were counted by.
    pub times: (Counted, Plan),
}

/// How much was read; the rest of the summary follows from the judgement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// Rows read, the rejected ones among them.
    pub rows: u64,
    /// Rows that could not be used.
    pub rejected: u64,
}

impl Report {
    /// Puts a report together. Prior points that fit nowhere become problems, so that none is lost in silence.
    #[must_use]
    pub fn new(
        run: RunInfo,
        read: Read,
        tally: &Tally,
        (judgement, shelf): (Judgement, Shelf),
        book: &Book,
        not_judged: Vec<NotJudged>,
        mut problems: Vec<Problem>,
    ) -> Self {
        problems.extend(judgement.unused_priors.iter().map(problems::unused_prior));
        problems.extend(problems::repeated(tally.repeated));
        let templates = phrases(judgement.templates, &judgement.findings, &shelf, &mut problems);
        problems.sort_by(|a, b| (&a.place, a.code, &a.what).cmp(&(&b.place, b.code, &b.what)));
        // A full disk stops rows and findings alike: it is told once.
        problems.dedup();
        let count = |level: Level| judgement.findings.iter().filter(|j| j.slip.level == level).count() as u64;
        let summary = Summary {
            files: run.files.len() as u64,
            rows: read.rows,
            rejected: read.rejected,
            messages: tally.messages,
            conversations: tally.conversations,
            rules_active: run.rules_active,
            violations: count(Level::Violation),
            warnings: count(Level::Warning),
            notices: count(Level::Notice),
            waived: 0,
            not_judged: not_judged.len() as u64,
        };
        Self {
            run,
            summary,
            agents: judgement.agents,
            shops: judgement.shops,
            templates,
            findings: judgement.findings,
            shelf,
            not_judged,
            problems,
            times: (Counted::default(), Plan::default()),
            rules: book.rules.iter().map(|r| (r.id.clone(), r.clone())).collect(),
        }
    }
}

/// Templates with the words of the findings that show them.
fn phrases(
    templates: Vec<Template>,
    findings: &[Judged],
    shelf: &Shelf,
    problems: &mut Vec<Problem>,
) -> Vec<Phrase> {
    let mut phrases = Vec::with_capacity(templates.len());
    for template in templates {
        let Some(first) = findings.get(template.first) else { continue };
        let text = match shelf.get(&first.slip) {
            Ok(finding) => finding.main_line().map(|line| line.text.clone()).unwrap_or_default(),
            Err(error) => {
                problems.push(shelf::lost(&error));
                String::new()
            }
        };
        phrases.push(Phrase { template, text });
    }
    phrases
}

/// An output format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people, in a terminal.
    #[default]
    Table,
    /// One JSON document, schema `kefu-audit/report/1`.
    Json,
    /// One JSON object per finding and line.
    Ndjson,
    /// One row per finding, for spreadsheets.
    Csv,
}

/// How a report is shown. Nothing here changes what it says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Style {
    /// The language.
    pub lang: Lang,
    /// Shows phones, addresses, names unmasked.
    pub reveal: bool,
    /// Columns of the terminal (table only).
    pub width: u16,
    /// Uses colour (table only).
    pub color: bool,
    /// Leaves out the single findings (table only).
    pub quiet: bool,
    /// How long the run took, in seconds (table only).
    pub seconds: Option<f64>,
}

impl Default for Style {
    fn default() -> Self {
        Self { lang: Lang::Zh, reveal: false, width: 100, color: false, quiet: false, seconds: None }
    }
}

/// Writes `report` in `format`; the rows of machine formats are made in `pool`.
///
/// # Errors
/// Whatever `out` answers.
pub fn write(
    report: &Report,
    format: Format,
    style: &Style,
    pool: &ThreadPool,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let rows = Rows { report, style, pool };
    match format {
        Format::Table => table::write(report, style, out),
        Format::Json => json::write(&rows, out),
        Format::Ndjson => ndjson::write(&rows, out),
        Format::Csv => csv::write(&rows, out),
    }
}

#[cfg(test)]
mod tests;
