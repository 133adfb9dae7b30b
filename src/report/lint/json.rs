//! One JSON document: the contract `kefu-audit/lint/1` with other programs.

use std::io;

use serde::Serialize;

use super::Style;
use super::view;
use crate::finding::{Certainty, Level};
use crate::ids::Fingerprint;
use crate::lint::outcome::{Flagged, Outcome, Spot, State};
use crate::problem::Severity;

/// The name of this shape; a change that breaks readers changes the number.
const SCHEMA: &str = "kefu-audit/lint/1";

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    run: Run<'a>,
    summary: Summary,
    findings: Vec<Finding<'a>>,
    problems: Vec<Problem<'a>>,
}

#[derive(Serialize)]
struct Run<'a> {
    version: &'static str,
    pack: &'a str,
    as_of: &'a str,
    files: &'a [String],
}

#[derive(Serialize)]
struct Summary {
    files: usize,
    templates: usize,
    rules_active: usize,
    violations: usize,
    warnings: usize,
    notices: usize,
    baselined: usize,
    baseline_gone: usize,
    waived: usize,
    fixable: usize,
    fixed: usize,
}

#[derive(Serialize)]
struct Finding<'a> {
    id: Fingerprint,
    rule: &'a str,
    title: String,
    level: Level,
    certainty: Certainty,
    platform: &'static str,
    #[serde(flatten)]
    place: Place<'a>,
    code: String,
    group: String,
    words: String,
    why: String,
    reason: &'a str,
    remedy: &'a str,
    points: Option<Points>,
    cost: String,
    other: Option<Place<'a>>,
    state: &'static str,
    waiver: Option<Waiver<'a>>,
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    cell: Option<&'a str>,
}

#[derive(Serialize)]
struct Points {
    low: u64,
    high: u64,
}

#[derive(Serialize)]
struct Waiver<'a> {
    reason: &'a str,
    owner: &'a str,
}

#[derive(Serialize)]
struct Problem<'a> {
    code: &'a str,
    severity: &'a str,
    file: &'a str,
    line: u64,
    what: &'a str,
    next: &'a str,
}

pub(super) fn write(outcome: &Outcome, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let count = |level| outcome.live().filter(|f| f.level == level).count();
    let document = Document {
        schema: SCHEMA,
        run: Run {
            version: env!("CARGO_PKG_VERSION"),
            pack: &outcome.pack,
            as_of: &outcome.as_of,
            files: &outcome.files,
        },
        summary: Summary {
            files: outcome.files.len(),
            templates: outcome.templates,
            rules_active: outcome.rules_active,
            violations: count(Level::Violation),
            warnings: count(Level::Warning),
            notices: count(Level::Notice),
            baselined: outcome.count(|s| *s == State::Known),
            baseline_gone: outcome.gone,
            waived: outcome.count(|s| matches!(s, State::Waived(..))),
            fixable: outcome.fixable,
            fixed: outcome.fixed,
        },
        findings: outcome.findings.iter().map(|f| finding(f, outcome, style)).collect(),
        problems: outcome
            .problems
            .iter()
            .map(|p| Problem {
                code: p.code,
                severity: severity(p.severity),
                file: &p.place.file,
                line: p.place.line,
                what: p.what.get(style.lang),
                next: p.next.get(style.lang),
            })
            .collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "note",
    }
}

fn finding<'a>(flagged: &'a Flagged, outcome: &'a Outcome, style: &Style) -> Finding<'a> {
    let shown = view::shown(flagged, outcome, style);
    let (low, high) = shown.points;
    let (state, waiver) = match &flagged.state {
        State::New => ("new", None),
        State::Known => ("baseline", None),
        State::Waived(reason, owner) => ("waived", Some(Waiver { reason, owner })),
    };
    Finding {
        id: flagged.id,
        rule: shown.rule,
        title: shown.title,
        level: flagged.level,
        certainty: flagged.certainty,
        platform: flagged.platform.id(),
        place: place(&flagged.spot),
        code: shown.code,
        group: shown.group,
        words: shown.words,
        why: shown.why,
        reason: shown.reason,
        remedy: shown.remedy,
        points: (high > 0).then_some(Points { low, high }),
        cost: shown.cost,
        other: flagged.other.as_ref().map(|other| place(&other.spot)),
        state,
        waiver,
    }
}

fn place(spot: &Spot) -> Place<'_> {
    Place {
        file: &spot.file,
        line: spot.line,
        column: spot.column,
        end_line: spot.end_line,
        end_column: spot.end_column,
        cell: spot.cell.as_deref(),
    }
}
