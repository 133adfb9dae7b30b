//! The settings of `rules ...`.

use std::path::PathBuf;

use clap::ArgMatches;

use super::{Packs, Reader, packs};
use crate::cli::values;
use crate::problem::Problem;
use crate::say::Lang;

/// Which of the `rules` commands was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rules {
    /// `rules test`.
    Test(RulesTest),
    /// `rules train`.
    Train(RulesTrain),
}

/// Makes the settings; `None` when no sub-command is named.
pub(crate) fn rules(found: &ArgMatches, lang: Lang) -> Option<Result<Rules, Vec<Problem>>> {
    let (name, found) = found.subcommand()?;
    match name {
        "test" => Some(Ok(Rules::Test(rules_test(found, lang)))),
        "train" => Some(rules_train(found, lang).map(Rules::Train)),
        _ => None,
    }
}

/// What `kefu-audit rules test` was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesTest {
    /// Beginnings of rule ids; all rules when empty.
    pub ids: Vec<String>,
    /// The rules.
    pub packs: Packs,
    /// The language.
    pub lang: Lang,
}

/// Makes the settings of `rules test`.
fn rules_test(found: &ArgMatches, lang: Lang) -> RulesTest {
    let texts =
        |name: &str| found.get_many::<String>(name).into_iter().flatten().cloned().collect::<Vec<_>>();
    RulesTest { ids: texts("ids"), packs: packs(found), lang }
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
fn rules_train(found: &ArgMatches, lang: Lang) -> Result<RulesTrain, Vec<Problem>> {
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
