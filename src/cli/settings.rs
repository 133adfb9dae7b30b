//! The settings of `audit`, made once from the arguments. All faults are told together.

use std::path::PathBuf;

use clap::ArgMatches;

use super::values;
use crate::detect::detector::Ways;
use crate::judge::Prior;
use crate::model::{Platform, Stamp};
use crate::problem::Problem;
use crate::report::Format;
use crate::say::Lang;
use crate::verdict::{Allowance, FailOn};

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Color {
    /// On a terminal.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    /// Decides for an output: whether it is a terminal, and whether the user's `NO_COLOR` is set.
    #[must_use]
    pub fn on(self, terminal: bool, no_color: bool) -> bool {
        match self {
            Self::Auto => terminal && !no_color,
            Self::Always => true,
            Self::Never => false,
        }
    }
}

/// What `kefu-audit audit` was asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Audit {
    /// Files, folders and patterns, as given.
    pub logs: Vec<PathBuf>,
    /// Further rule files, in the order given.
    pub rules: Vec<PathBuf>,
    /// The pack instead of the built-in one.
    pub pack: Option<PathBuf>,
    /// The report's format.
    pub format: Format,
    /// Where the report goes; the screen when none.
    pub output: Option<PathBuf>,
    /// From which level on findings fail the run.
    pub fail_on: FailOn,
    /// The language.
    pub lang: Lang,
    /// Threads; as many as the machine has when none.
    pub threads: Option<u32>,
    /// Silence in minutes that ends a conversation; the reader's default when none.
    pub gap_minutes: Option<u32>,
    /// The marketplace of rows that name none.
    pub platform: Option<Platform>,
    /// The shop of rows that name none.
    pub shop: Option<String>,
    /// Only this agent.
    pub agent: Option<String>,
    /// Only from this moment on.
    pub since: Option<Stamp>,
    /// Only before this moment.
    pub until: Option<Stamp>,
    /// Canonical column names with the header each stands under.
    pub columns: Vec<(String, String)>,
    /// Points that shops had before.
    pub priors: Vec<Prior>,
    /// Where rejected rows are kept.
    pub rejects: Option<PathBuf>,
    /// How many rows may be lost.
    pub allow_bad_rows: Allowance,
    /// Which ways of recognising are used.
    pub ways: Ways,
    /// Shows everything unmasked.
    pub reveal: bool,
    /// Tables only.
    pub quiet: bool,
    /// When to use colour.
    pub color: Color,
}

/// What `kefu-audit rules test` was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesTest {
    /// Beginnings of rule ids; all rules when empty.
    pub ids: Vec<String>,
    /// Further rule files, in the order given.
    pub rules: Vec<PathBuf>,
    /// The pack instead of the built-in one.
    pub pack: Option<PathBuf>,
    /// The language.
    pub lang: Lang,
}

/// Makes the settings of `rules test`.
pub(super) fn rules_test(found: &ArgMatches, lang: Lang) -> RulesTest {
    let texts =
        |name: &str| found.get_many::<String>(name).into_iter().flatten().cloned().collect::<Vec<_>>();
    RulesTest {
        ids: texts("ids"),
        rules: texts("rules").into_iter().map(PathBuf::from).collect(),
        pack: found.get_one::<String>("pack").map(PathBuf::from),
        lang,
    }
}

/// What `kefu-audit rules train` was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesTrain {
    /// The pack's folder.
    pub pack: PathBuf,
    /// The least precision that thresholds are chosen for, in percent.
    pub precision: u32,
    /// Prints what held-out examples were got wrong, at most so many a rule.
    pub show: usize,
    /// The language.
    pub lang: Lang,
}

/// Makes the settings of `rules train`.
pub(super) fn rules_train(found: &ArgMatches, lang: Lang) -> Result<RulesTrain, Vec<Problem>> {
    let mut r = Reader { found, faults: Vec::new() };
    let show = r.one("show", |o, v| values::number(o, v, 0, 10_000)).unwrap_or(0);
    let precision = r.one("precision", |o, v| values::number(o, v, 1, 99)).unwrap_or(75);
    let pack = PathBuf::from(r.text("pack").unwrap_or_else(|| ".".to_owned()));
    if r.faults.is_empty() {
        Ok(RulesTrain { pack, precision, show: show as usize, lang })
    } else {
        Err(r.faults)
    }
}

/// Reads single options and keeps the faults.
struct Reader<'a> {
    found: &'a ArgMatches,
    faults: Vec<Problem>,
}

impl Reader<'_> {
    fn text(&self, name: &str) -> Option<String> {
        self.found.get_one::<String>(name).cloned()
    }

    fn one<T>(&mut self, name: &str, read: impl FnOnce(&str, &str) -> Result<T, Box<Problem>>) -> Option<T> {
        let value = self.text(name)?;
        read(&format!("--{name}"), &value).map_err(|fault| self.faults.push(*fault)).ok()
    }

    fn many<T>(&mut self, name: &str, read: impl Fn(&str, &str) -> Result<T, Box<Problem>>) -> Vec<T> {
        let values: Vec<String> = self.found.get_many(name).into_iter().flatten().cloned().collect();
        let mut read_one =
            |value: &String| read(&format!("--{name}"), value).map_err(|fault| self.faults.push(*fault)).ok();
        values.iter().filter_map(&mut read_one).collect()
    }
}

/// Makes the settings.
pub(super) fn audit(found: &ArgMatches, lang: Lang) -> Result<Audit, Vec<Problem>> {
    let mut r = Reader { found, faults: Vec::new() };
    let formats =
        [("table", Format::Table), ("json", Format::Json), ("ndjson", Format::Ndjson), ("csv", Format::Csv)];
    let levels = [
        ("violation", FailOn::Violation),
        ("warning", FailOn::Warning),
        ("notice", FailOn::Notice),
        ("never", FailOn::Never),
    ];
    let ways = [("both", Ways::Both), ("written", Ways::Written), ("taught", Ways::Taught)];
    let colors = [("auto", Color::Auto), ("always", Color::Always), ("never", Color::Never)];
    let audit = Audit {
        logs: found.get_many::<PathBuf>("logs").into_iter().flatten().cloned().collect(),
        rules: r.many("rules", |_, v| Ok(PathBuf::from(v))),
        pack: r.text("pack").map(PathBuf::from),
        format: r.one("format", |o, v| values::choice(o, v, &formats)).unwrap_or_default(),
        output: r.text("output").map(PathBuf::from),
        fail_on: r.one("fail-on", |o, v| values::choice(o, v, &levels)).unwrap_or_default(),
        lang,
        threads: r.one("threads", |o, v| values::number(o, v, 1, 1024)),
        gap_minutes: r.one("gap", |o, v| values::number(o, v, 1, 10_080)),
        platform: r.one("platform", values::platform),
        shop: r.text("shop"),
        agent: r.text("agent"),
        since: r.one("since", |o, v| values::moment(o, v, false)),
        until: r.one("until", |o, v| values::moment(o, v, true)),
        columns: r.many("column", values::column),
        priors: r.many("prior", values::prior),
        rejects: r.text("rejects").map(PathBuf::from),
        allow_bad_rows: r.one("allow-bad-rows", values::allowance).unwrap_or_default(),
        ways: r.one("ways", |o, v| values::choice(o, v, &ways)).unwrap_or_default(),
        reveal: found.get_flag("reveal"),
        quiet: found.get_flag("quiet"),
        color: r.one("color", |o, v| values::choice(o, v, &colors)).unwrap_or_default(),
    };
    if r.faults.is_empty() { Ok(audit) } else { Err(r.faults) }
}
