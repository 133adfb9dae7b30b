//! The settings of `inspect`.

use std::path::PathBuf;

use clap::ArgMatches;

use super::reading::input;
use super::{Color, Packs, Reader, Reading, packs};
use crate::cli::values;
use crate::problem::Problem;
use crate::say::Lang;

/// What `kefu-audit inspect` was asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Inspect {
    /// What to read.
    pub reading: Reading,
    /// The rules, for what they tell of exports.
    pub packs: Packs,
    /// Shows phones, addresses, names unmasked.
    pub reveal: bool,
    /// Where it goes; the screen when none.
    pub output: Option<PathBuf>,
    /// When to use colour.
    pub color: Color,
    /// The language.
    pub lang: Lang,
}

/// Makes the settings.
pub(crate) fn inspect(found: &ArgMatches, lang: Lang) -> Result<Inspect, Vec<Problem>> {
    let mut r = Reader { found, faults: Vec::new() };
    let inspect = Inspect {
        reading: input(&mut r),
        packs: packs(found),
        reveal: found.get_flag("reveal"),
        output: r.text("output").map(PathBuf::from),
        color: r.one("color", |o, v| values::choice(o, v, &super::COLORS)).unwrap_or_default(),
        lang,
    };
    if r.faults.is_empty() { Ok(inspect) } else { Err(r.faults) }
}
