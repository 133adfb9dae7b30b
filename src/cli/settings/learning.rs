//! The settings of `rules draft`, `rules learn` and of cross-validation.

use std::path::PathBuf;

use clap::ArgMatches;

use super::{Packs, Reader, packs};
use crate::cli::values;
use crate::detect::detector::Ways;
use crate::ingest::formats::LogFormat;
use crate::model::Platform;
use crate::problem::Problem;
use crate::say::Lang;
use crate::train::Aim;

/// What `kefu-audit rules test --cross-validate` was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrossValidation {
    /// Measures with fewer dialogues too.
    pub curve: bool,
    /// The way of recognising whose figures are shown by rule.
    pub ways: Ways,
    /// The least precision that thresholds are chosen for, in percent.
    pub precision: u32,
    /// Prints at most so many dialogues that were got wrong, by rule.
    pub show: usize,
}

/// Makes the settings of cross-validation; `None` when it was not asked for.
pub(super) fn cross_validation(r: &mut Reader<'_>) -> Option<CrossValidation> {
    let ways = [("both", Ways::Both), ("written", Ways::Written), ("taught", Ways::Taught)];
    let curve = r.found.get_flag("curve");
    let cross = CrossValidation {
        curve,
        ways: r.one("ways", |o, v| values::choice(o, v, &ways)).unwrap_or(Ways::Taught),
        precision: precision(r),
        show: r.one("show", |o, v| values::number(o, v, 0, 10_000)).map_or(usize::MAX, |n| n as usize),
    };
    (curve || r.found.get_flag("cross-validate")).then_some(cross)
}

/// Reads `--precision`.
pub(super) fn precision(r: &mut Reader<'_>) -> u32 {
    r.one("precision", |o, v| values::number(o, v, 1, 99)).unwrap_or(Aim::DEFAULT)
}

/// What `kefu-audit rules draft` was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesDraft {
    /// The file of dialogues that must fire.
    pub hit: PathBuf,
    /// The file of dialogues that must not.
    pub ok: PathBuf,
    /// The new rule's id.
    pub id: String,
    /// Its title; the id when none.
    pub title: Option<String>,
    /// Where the rule goes; the screen when none.
    pub output: Option<PathBuf>,
    /// The pack's folder instead of the built-in one.
    pub base: Option<PathBuf>,
    /// The language.
    pub lang: Lang,
}

/// Makes the settings of `rules draft`.
pub(super) fn draft(found: &ArgMatches, lang: Lang) -> RulesDraft {
    let text = |name: &str| found.get_one::<String>(name).cloned();
    let path = |name: &str| text(name).map(PathBuf::from);
    RulesDraft {
        hit: path("hit").unwrap_or_default(),
        ok: path("ok").unwrap_or_default(),
        id: text("id").unwrap_or_else(|| "my-rule".to_owned()),
        title: text("title"),
        output: path("output"),
        base: path("pack"),
        lang,
    }
}

/// What `kefu-audit rules learn` was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesLearn {
    /// The finding's id.
    pub finding: String,
    /// Whether it was charged rightly.
    pub is_right: bool,
    /// A remark for the file.
    pub note: String,
    /// The file of examples that the case goes into.
    pub to: PathBuf,
    /// The logs that hold it: files, folders and patterns.
    pub logs: Vec<PathBuf>,
    /// The rules.
    pub packs: Packs,
    /// Silence in minutes that ends a conversation; the reader's default when none.
    pub gap_minutes: Option<u32>,
    /// The marketplace of rows that name none.
    pub platform: Option<Platform>,
    /// The shop of rows that name none.
    pub shop: Option<String>,
    /// Canonical column names with the header each stands under.
    pub columns: Vec<(String, String)>,
    /// The format of every log; told by content when none.
    pub input_format: Option<&'static LogFormat>,
    /// The language.
    pub lang: Lang,
}

/// Where reviewed cases go when nothing else is said.
const REVIEWED: &str = "kefu-reviewed.txt";

/// Makes the settings of `rules learn`.
pub(super) fn learn(found: &ArgMatches, lang: Lang) -> Result<RulesLearn, Vec<Problem>> {
    let mut r = Reader { found, faults: Vec::new() };
    let packs = packs(found);
    // The user's own rule file has its examples beside it.
    let beside = packs.users.last().map(|path| {
        if path.extension().is_some_and(|e| e == "txt") {
            path.clone()
        } else {
            path.with_extension("examples.txt")
        }
    });
    let learn = RulesLearn {
        finding: r.text("finding").unwrap_or_default().trim().to_lowercase(),
        is_right: r
            .one("verdict", |o, v| values::choice(o, v, &[("right", true), ("wrong", false)]))
            .unwrap_or_default(),
        note: r.text("note").unwrap_or_default(),
        to: r.text("to").map(PathBuf::from).or(beside).unwrap_or_else(|| PathBuf::from(REVIEWED)),
        logs: found.get_many::<PathBuf>("logs").into_iter().flatten().cloned().collect(),
        packs,
        gap_minutes: r.one("gap", |o, v| values::number(o, v, 1, 10_080)),
        platform: r.one("platform", values::platform),
        shop: r.text("shop"),
        columns: r.many("column", values::column),
        input_format: r.one("input-format", values::input_format),
        lang,
    };
    if r.faults.is_empty() { Ok(learn) } else { Err(r.faults) }
}
