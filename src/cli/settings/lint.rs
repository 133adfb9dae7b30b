//! The settings of `lint`.

use std::path::PathBuf;

use clap::ArgMatches;

use super::{Color, Packs, Reader, packs};
use crate::cli::values;
use crate::detect::detector::Ways;
use crate::model::{Platform, Stamp};
use crate::problem::Problem;
use crate::report::lint::Format;
use crate::rules::lint::Field;
use crate::say::Lang;
use crate::verdict::FailOn;

/// What `kefu-audit lint` was asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Lint {
    /// Files, folders and patterns, as given.
    pub templates: Vec<PathBuf>,
    /// What standard input is called.
    pub stdin_name: Option<String>,
    /// Columns that the user names, with the header or key of each.
    pub columns: Vec<(Field, String)>,
    /// The marketplace of templates that name none.
    pub platform: Platform,
    /// The day that promotions and waivers are measured against; today when none.
    pub as_of: Option<Stamp>,
    /// The rules.
    pub packs: Packs,
    /// Which ways of recognising are used.
    pub ways: Ways,
    /// Findings that do not count.
    pub baseline: Option<PathBuf>,
    /// Where the present findings are written.
    pub write_baseline: Option<PathBuf>,
    /// Findings that somebody took responsibility for.
    pub waivers: Option<PathBuf>,
    /// Puts safe replacements in place.
    pub fix: bool,
    /// Shows what `fix` would change.
    pub diff: bool,
    /// The report's format.
    pub format: Format,
    /// Where the report goes; the screen when none.
    pub output: Option<PathBuf>,
    /// From which level on findings fail the run.
    pub fail_on: FailOn,
    /// The language.
    pub lang: Lang,
    /// Shows everything unmasked.
    pub reveal: bool,
    /// The summary only.
    pub quiet: bool,
    /// When to use colour.
    pub color: Color,
}

/// Makes the settings of `lint`.
pub(crate) fn lint(found: &ArgMatches, lang: Lang) -> Result<Lint, Vec<Problem>> {
    let mut r = Reader { found, faults: Vec::new() };
    let formats = [
        ("text", Format::Text),
        ("json", Format::Json),
        ("sarif", Format::Sarif),
        ("junit", Format::Junit),
        ("github", Format::Github),
        ("gitlab", Format::Gitlab),
        ("checkstyle", Format::Checkstyle),
    ];
    let levels = [
        ("violation", FailOn::Violation),
        ("warning", FailOn::Warning),
        ("notice", FailOn::Notice),
        ("never", FailOn::Never),
    ];
    let ways = [("written", Ways::Written), ("both", Ways::Both), ("taught", Ways::Taught)];
    let colors = [("auto", Color::Auto), ("always", Color::Always), ("never", Color::Never)];
    let path = |r: &Reader<'_>, name: &str| r.text(name).map(PathBuf::from);
    let lint = Lint {
        templates: found.get_many::<PathBuf>("templates").into_iter().flatten().cloned().collect(),
        stdin_name: r.text("stdin-name"),
        columns: r.many("column", values::template_column),
        platform: r.one("platform", values::platform).unwrap_or(Platform::Tmall),
        as_of: r.one("as-of", |o, v| values::moment(o, v, false)),
        packs: packs(found),
        ways: r.one("ways", |o, v| values::choice(o, v, &ways)).unwrap_or(Ways::Written),
        baseline: path(&r, "baseline"),
        write_baseline: path(&r, "write-baseline"),
        waivers: path(&r, "waivers"),
        fix: found.get_flag("fix"),
        diff: found.get_flag("diff"),
        format: r.one("format", |o, v| values::choice(o, v, &formats)).unwrap_or_default(),
        output: path(&r, "output"),
        fail_on: r.one("fail-on", |o, v| values::choice(o, v, &levels)).unwrap_or_default(),
        lang,
        reveal: found.get_flag("reveal"),
        quiet: found.get_flag("quiet"),
        color: r.one("color", |o, v| values::choice(o, v, &colors)).unwrap_or_default(),
    };
    if r.faults.is_empty() { Ok(lint) } else { Err(r.faults) }
}
