//! The settings of `kpi`.

use std::path::PathBuf;

use clap::ArgMatches;

use super::{Color, Packs, Reader, Reading, packs, reading};
use crate::cli::values;
use crate::problem::Problem;
use crate::report::kpi::KpiFormat;
use crate::say::Lang;
use crate::verdict::Allowance;

/// What `kefu-audit kpi` was asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Kpi {
    /// What to read.
    pub reading: Reading,
    /// The rules.
    pub packs: Packs,
    /// The profiles wanted.
    pub profiles: Vec<String>,
    /// The format.
    pub format: KpiFormat,
    /// Where the figures go; the screen when none.
    pub output: Option<PathBuf>,
    /// How many rows may be lost.
    pub allow_bad_rows: Allowance,
    /// When to use colour.
    pub color: Color,
    /// The language.
    pub lang: Lang,
}

/// Makes the settings.
pub(crate) fn kpi(found: &ArgMatches, lang: Lang) -> Result<Kpi, Vec<Problem>> {
    let mut r = Reader { found, faults: Vec::new() };
    let formats = [("table", KpiFormat::Table), ("json", KpiFormat::Json), ("csv", KpiFormat::Csv)];
    let kpi = Kpi {
        reading: reading(&mut r),
        packs: packs(found),
        profiles: r.many("profile", |_, v| Ok(v.to_owned())),
        format: r.one("format", |o, v| values::choice(o, v, &formats)).unwrap_or_default(),
        output: r.text("output").map(PathBuf::from),
        allow_bad_rows: r.one("allow-bad-rows", values::allowance).unwrap_or_default(),
        color: r.one("color", |o, v| values::choice(o, v, &super::COLORS)).unwrap_or_default(),
        lang,
    };
    if r.faults.is_empty() { Ok(kpi) } else { Err(r.faults) }
}
