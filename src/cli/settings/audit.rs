//! The settings of `audit`.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::ArgMatches;

use super::{Color, Packs, Reader, Reading, packs, reading};
use crate::cli::values;
use crate::detect::detector::Ways;
use crate::judge::Prior;
use crate::problem::Problem;
use crate::report::Format;
use crate::say::Lang;
use crate::verdict::{Allowance, FailOn};

/// What `kefu-audit audit` was asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Audit {
    /// What to read.
    pub reading: Reading,
    /// The rules.
    pub packs: Packs,
    /// The report's format.
    pub format: Format,
    /// Where the report goes; the screen when none.
    pub output: Option<PathBuf>,
    /// From which level on findings fail the run.
    pub fail_on: FailOn,
    /// The language.
    pub lang: Lang,
    /// Points that shops had before.
    pub priors: Vec<Prior>,
    /// The day to judge points as of; the log's last day when none.
    pub as_of: Option<NaiveDate>,
    /// The profiles wanted; a platform's default when it has none here.
    pub profiles: Vec<String>,
    /// Conversations below which an agent is not ranked; the judge's default when none.
    pub min_sample: Option<u32>,
    /// Where rejected rows are kept.
    pub rejects: Option<PathBuf>,
    /// How many rows may be lost.
    pub allow_bad_rows: Allowance,
    /// Which ways of recognising are used.
    pub ways: Ways,
    /// Also judges what only the strict count as a fault.
    pub strict_ads: bool,
    /// Shows everything unmasked.
    pub reveal: bool,
    /// Tables only.
    pub quiet: bool,
    /// When to use colour.
    pub color: Color,
}

/// Makes the settings.
pub(crate) fn audit(found: &ArgMatches, lang: Lang) -> Result<Audit, Vec<Problem>> {
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
    let audit = Audit {
        reading: reading(&mut r),
        packs: packs(found),
        format: r.one("format", |o, v| values::choice(o, v, &formats)).unwrap_or_default(),
        output: r.text("output").map(PathBuf::from),
        fail_on: r.one("fail-on", |o, v| values::choice(o, v, &levels)).unwrap_or_default(),
        lang,
        priors: r.many("prior", values::prior),
        as_of: r.one("as-of", values::day),
        profiles: r.many("profile", |_, v| Ok(v.to_owned())),
        min_sample: r.one("min-sample", |o, v| values::number(o, v, 0, 1_000_000)),
        rejects: r.text("rejects").map(PathBuf::from),
        allow_bad_rows: r.one("allow-bad-rows", values::allowance).unwrap_or_default(),
        ways: r.one("ways", |o, v| values::choice(o, v, &ways)).unwrap_or_default(),
        strict_ads: found.get_flag("strict-ads"),
        reveal: found.get_flag("reveal"),
        quiet: found.get_flag("quiet"),
        color: r.one("color", |o, v| values::choice(o, v, &super::COLORS)).unwrap_or_default(),
    };
    if r.faults.is_empty() { Ok(audit) } else { Err(r.faults) }
}
