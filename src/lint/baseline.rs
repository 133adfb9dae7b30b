//! The findings of a library on the day that checking began, so that only new ones fail. A finding is known by its
//! content, never by its line, and each entry excuses as many as it counted.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::Fingerprint;
use crate::lint::outcome::{Outcome, State};
use crate::lint::templates::problem;
use crate::mask;
use crate::problem::Problem;
use crate::say::Say;

/// The name of the file's shape.
const SCHEMA: &str = "kefu-audit/baseline/1";
/// Characters of the words that are kept, for people who look into the file.
const EXCERPT: usize = 24;

#[derive(Deserialize, Serialize)]
struct File {
    schema: String,
    findings: Vec<Entry>,
}

#[derive(Deserialize, Serialize)]
struct Entry {
    id: String,
    rule: String,
    count: usize,
    /// The words, masked; only for people.
    words: String,
}

/// How often each finding was there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline(BTreeMap<String, usize>);

impl Baseline {
    /// Reads a baseline file; `name` is for the problem.
    ///
    /// # Errors
    /// When it is none, or one of another version.
    pub fn read(name: &str, text: &str) -> Result<Self, Box<Problem>> {
        let next = Say::new("用 --write-baseline 重新生成", "write it anew with --write-baseline");
        let found: Result<serde_json::Value, _> = serde_json::from_str(text);
        let schema = found.as_ref().ok().and_then(|v| v.get("schema")).and_then(|v| v.as_str());
        match schema {
            Some(SCHEMA) => {}
            Some(other) => {
                let what = Say::new(
                    format!("基线是另一个版本（{other}），这个程序读 {SCHEMA}"),
                    format!("the baseline is of another version ({other}); this program reads {SCHEMA}"),
                );
                return Err(Box::new(problem("baseline-version", name, 0, what, next)));
            }
            None => {
                let what = Say::new("这不是基线文件", "this is not a baseline file");
                return Err(Box::new(problem("baseline-invalid", name, 0, what, next)));
            }
        }
        match serde_json::from_str::<File>(text) {
            Ok(file) => {
                let mut counts = BTreeMap::new();
                for entry in file.findings {
                    *counts.entry(entry.id).or_default() += entry.count;
                }
                Ok(Self(counts))
            }
            Err(error) => {
                let what =
                    Say::new(format!("基线读不了：{error}"), format!("the baseline cannot be read: {error}"));
                Err(Box::new(problem("baseline-invalid", name, error.line(), what, next)))
            }
        }
    }

    /// Marks the findings that were there before, and counts those that are there no more.
    pub fn apply(&self, outcome: &mut Outcome) {
        let mut left = self.0.clone();
        for finding in outcome.findings.iter_mut().filter(|f| f.state == State::New) {
            if let Some(count) = left.get_mut(&finding.id.to_string()).filter(|count| **count > 0) {
                *count -= 1;
                finding.state = State::Known;
            }
        }
        outcome.gone = left.values().sum();
    }
}

/// The baseline of an outcome: what is to be dealt with now, and what was known before. Waived findings are left to
/// their waivers.
///
/// # Errors
/// What serialising answers.
pub fn write(outcome: &Outcome) -> Result<String, serde_json::Error> {
    let mut entries: BTreeMap<Fingerprint, Entry> = BTreeMap::new();
    for finding in outcome.findings.iter().filter(|f| !matches!(f.state, State::Waived(..))) {
        let entry = entries.entry(finding.id).or_insert_with(|| Entry {
            id: finding.id.to_string(),
            rule: finding.rule.to_string(),
            count: 0,
            words: mask::mask(&finding.words, &[]).0.chars().take(EXCERPT).collect(),
        });
        entry.count += 1;
    }
    let mut findings: Vec<Entry> = entries.into_values().collect();
    findings.sort_by(|a, b| (&a.rule, &a.id).cmp(&(&b.rule, &b.id)));
    let file = File { schema: SCHEMA.to_owned(), findings };
    Ok(serde_json::to_string_pretty(&file)? + "\n")
}
