//! SARIF 2.1.0, within what GitHub takes: one run, at most 25,000 results (the gravest first, the rest counted in a
//! note), fingerprints by content so that an alert survives moved rows.

use std::collections::BTreeMap;
use std::io;

use serde_json::{Value, json};

use super::Style;
use super::view;
use crate::finding::Certainty;
use crate::ids::RuleId;
use crate::lint::outcome::{Flagged, Outcome, Spot};
use crate::problem::Severity;
use crate::report::words;
use crate::say::Lang;

/// The schema of the format's own version.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// Results of one run that GitHub takes.
const MOST: usize = 25_000;
/// Tags of one rule that GitHub takes.
const TAGS: usize = 20;

pub(super) fn write(outcome: &Outcome, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let mut live: Vec<&Flagged> = outcome.live().collect();
    let cut = live.len().saturating_sub(MOST);
    if cut > 0 {
        live.sort_by_key(|f| std::cmp::Reverse(f.level));
        live.truncate(MOST);
    }
    let used: BTreeMap<&RuleId, usize> = {
        let mut ids: Vec<&RuleId> = live.iter().map(|f| &f.rule).collect();
        ids.sort();
        ids.dedup();
        ids.into_iter().enumerate().map(|(n, id)| (id, n)).collect()
    };
    let results: Vec<Value> = live.iter().map(|f| result(f, &used, outcome, style)).collect();
    let mut notes: Vec<Value> = outcome.problems.iter().map(|p| notification(p, style.lang)).collect();
    if cut > 0 {
        notes.push(json!({"level": "warning", "message": {"text": format!("{cut} results were left out")}}));
    }
    let failed = outcome.problems.iter().any(|p| p.severity == Severity::Error);
    let document = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "kefu-audit",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": used.keys().map(|id| rule(id, outcome, style.lang)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [{"executionSuccessful": !failed, "toolExecutionNotifications": notes}],
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

fn level(level: crate::finding::Level) -> &'static str {
    view::grade(level, ["error", "warning", "note"])
}

fn rule(id: &RuleId, outcome: &Outcome, lang: Lang) -> Value {
    let Some(meta) = outcome.rules.get(id) else { return json!({"id": id.as_str()}) };
    let tags: Vec<&str> = std::iter::once(meta.family.as_str())
        .chain(meta.sources.iter().map(String::as_str))
        .take(TAGS)
        .collect();
    let mut rule = json!({
        "id": id.as_str(),
        "shortDescription": {"text": words::pick(lang, &meta.title, &meta.title_en)},
        "fullDescription": {"text": meta.why},
        "defaultConfiguration": {"level": level(meta.level)},
        "properties": {"tags": tags, "precision": "high"},
    });
    if !meta.remedy.is_empty()
        && let Some(object) = rule.as_object_mut()
    {
        object.insert("help".to_owned(), json!({"text": meta.remedy}));
    }
    rule
}

fn result(flagged: &Flagged, used: &BTreeMap<&RuleId, usize>, outcome: &Outcome, style: &Style) -> Value {
    let shown = view::shown(flagged, outcome, style);
    let mut result = json!({
        "ruleId": shown.rule,
        "ruleIndex": used.get(&flagged.rule),
        "level": level(flagged.level),
        "message": {"text": view::message(&shown, style.lang)},
        "locations": [location(&flagged.spot)],
        "partialFingerprints": {
            "kefuAudit/v1": flagged.id,
            "primaryLocationLineHash": flagged.id,
        },
        "properties": {
            "certainty": if flagged.certainty == Certainty::Certain { "certain" } else { "suspected" },
            "platform": flagged.platform.id(),
        },
    });
    if let (Some(other), Some(object)) = (&flagged.other, result.as_object_mut()) {
        let mut place = location(&other.spot);
        if let Some(place) = place.as_object_mut() {
            place.insert("id".to_owned(), json!(1));
            let text = words::pick(style.lang, "另一处", "the other place");
            place.insert("message".to_owned(), json!({"text": text}));
        }
        object.insert("relatedLocations".to_owned(), json!([place]));
    }
    result
}

/// A region in text; a workbook has no lines, so its cell is named instead.
fn location(spot: &Spot) -> Value {
    let artifact = json!({"uri": view::uri(&spot.file)});
    match &spot.cell {
        Some(cell) => json!({
            "physicalLocation": {"artifactLocation": artifact, "region": {"startLine": spot.line}},
            "logicalLocations": [{"name": cell, "kind": "element"}],
        }),
        None => json!({
            "physicalLocation": {
                "artifactLocation": artifact,
                "region": {
                    "startLine": spot.line,
                    "startColumn": spot.column,
                    "endLine": spot.end_line,
                    "endColumn": spot.end_column,
                },
            },
        }),
    }
}

fn notification(problem: &crate::problem::Problem, lang: Lang) -> Value {
    let grade = match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "note",
    };
    let mut note = json!({
        "level": grade,
        "descriptor": {"id": problem.code},
        "message": {"text": format!("{}; {}", problem.what.get(lang), problem.next.get(lang))},
    });
    if !problem.place.file.is_empty()
        && let Some(object) = note.as_object_mut()
    {
        let mut place = json!({"artifactLocation": {"uri": view::uri(&problem.place.file)}});
        if problem.place.line > 0
            && let Some(place) = place.as_object_mut()
        {
            place.insert("region".to_owned(), json!({"startLine": problem.place.line}));
        }
        object.insert("locations".to_owned(), json!([{"physicalLocation": place}]));
    }
    note
}
