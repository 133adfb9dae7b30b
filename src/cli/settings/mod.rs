//! The settings of each command, made once from the arguments. All faults are told together. One file per command.

mod audit;
mod estimate;
mod inspect;
mod investigate;
mod kpi;
mod learning;
mod lint;
mod reading;
mod rules;

use std::path::PathBuf;

use clap::ArgMatches;

pub use audit::Audit;
pub(super) use audit::audit;
pub use estimate::Estimate;
pub(super) use estimate::estimate;
pub use inspect::Inspect;
pub(super) use inspect::inspect;
pub use investigate::{Explain, Investigate, Look};
pub(super) use investigate::{explain, investigate};
pub use kpi::Kpi;
pub(super) use kpi::kpi;
pub use learning::{CrossValidation, RulesDraft, RulesLearn};
pub use lint::Lint;
pub(super) use lint::lint;
pub use reading::Reading;
use reading::reading;
pub(super) use rules::rules;
pub use rules::{
    ListFormat, Rules, RulesBacktest, RulesCheck, RulesDoc, RulesInit, RulesList, RulesSchema, RulesShow,
    RulesTest, RulesTrain, View,
};

use crate::problem::Problem;

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

/// The words for it.
const COLORS: [(&str, Color); 3] =
    [("auto", Color::Auto), ("always", Color::Always), ("never", Color::Never)];

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

/// Which rules a command works with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packs {
    /// The pack's folder instead of the built-in one.
    pub base: Option<PathBuf>,
    /// Further rule files, in the order given.
    pub users: Vec<PathBuf>,
}

/// Reads `--pack` and `--rules`.
fn packs(found: &ArgMatches) -> Packs {
    let paths = |name: &str| found.get_many::<String>(name).into_iter().flatten().map(PathBuf::from);
    Packs { base: paths("pack").next(), users: paths("rules").collect() }
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
