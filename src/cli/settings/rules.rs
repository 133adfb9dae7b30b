//! The settings of `rules ...`.

use std::path::{Path, PathBuf};

use clap::ArgMatches;

use super::learning::{self, CrossValidation, RulesDraft, RulesLearn};
use super::{Packs, Reader, packs};
use crate::cli::values;
use crate::model::Platform;
use crate::problem::Problem;
use crate::say::Lang;

/// Which of the `rules` commands was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rules {
    /// `rules list`.
    List(RulesList),
    /// `rules show` and `rules explain`.
    Show(RulesShow),
    /// `rules check`.
    Check(RulesCheck),
    /// `rules test`.
    Test(RulesTest),
    /// `rules draft`.
    Draft(RulesDraft),
    /// `rules learn`.
    Learn(Box<RulesLearn>),
    /// `rules init`.
    Init(RulesInit),
    /// `rules backtest`.
    Backtest(RulesBacktest),
    /// `rules doc`.
    Doc(RulesDoc),
    /// `rules schema`.
    Schema(RulesSchema),
    /// `rules train`.
    Train(RulesTrain),
}

/// Makes the settings; `None` when no sub-command is named.
pub(crate) fn rules(found: &ArgMatches, lang: Lang) -> Option<Result<Rules, Vec<Problem>>> {
    let (name, found) = found.subcommand()?;
    Some(match name {
        "list" => list(found, lang).map(Rules::List),
        "show" => Ok(Rules::Show(show(found, View::Facts, lang))),
        "explain" => Ok(Rules::Show(show(found, View::How, lang))),
        "check" => Ok(Rules::Check(check(found, lang))),
        "test" => rules_test(found, lang).map(Rules::Test),
        "draft" => Ok(Rules::Draft(learning::draft(found, lang))),
        "learn" => learning::learn(found, lang).map(|learn| Rules::Learn(Box::new(learn))),
        "init" => Ok(Rules::Init(init(found, lang))),
        "backtest" => backtest(found, lang).map(Rules::Backtest),
        "doc" => Ok(Rules::Doc(RulesDoc { packs: packs(found), output: path(found, "output"), lang })),
        "schema" => Ok(Rules::Schema(RulesSchema { output: path(found, "output"), lang })),
        "train" => rules_train(found, lang).map(Rules::Train),
        _ => return None,
    })
}

fn texts(found: &ArgMatches, name: &str) -> Vec<String> {
    found.get_many::<String>(name).into_iter().flatten().cloned().collect()
}

fn path(found: &ArgMatches, name: &str) -> Option<PathBuf> {
    found.get_one::<String>(name).map(PathBuf::from)
}

/// How lists are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ListFormat {
    /// For people.
    #[default]
    Table,
    /// For programs.
    Json,
}

const FORMATS: &[(&str, ListFormat)] = &[("table", ListFormat::Table), ("json", ListFormat::Json)];

/// What `kefu-audit rules list` was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesList {
    /// Also rules that are not judged.
    pub all: bool,
    /// Only this family.
    pub family: Option<String>,
    /// Only this platform.
    pub platform: Option<Platform>,
    /// How to print.
    pub format: ListFormat,
    /// The rules.
    pub packs: Packs,
    /// The language.
    pub lang: Lang,
}

fn list(found: &ArgMatches, lang: Lang) -> Result<RulesList, Vec<Problem>> {
    let mut r = Reader { found, faults: Vec::new() };
    let list = RulesList {
        all: found.get_flag("all"),
        family: r.text("family"),
        platform: r.one("platform", values::platform),
        format: r.one("format", |o, v| values::choice(o, v, FORMATS)).unwrap_or_default(),
        packs: packs(found),
        lang,
    };
    if r.faults.is_empty() { Ok(list) } else { Err(r.faults) }
}

/// What is shown of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Why, figures, remedy, examples.
    Facts,
    /// Cases, signals, guards.
    How,
}

/// What `kefu-audit rules show` or `explain` was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesShow {
    /// Rule ids.
    pub ids: Vec<String>,
    /// What to show.
    pub view: View,
    /// The rules.
    pub packs: Packs,
    /// The language.
    pub lang: Lang,
}

fn show(found: &ArgMatches, view: View, lang: Lang) -> RulesShow {
    RulesShow { ids: texts(found, "ids"), view, packs: packs(found), lang }
}

/// What `kefu-audit rules check` was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesCheck {
    /// The rules; without files of the user's the pack itself is checked.
    pub packs: Packs,
    /// Doubts count as mistakes.
    pub strict: bool,
    /// The language.
    pub lang: Lang,
}

fn check(found: &ArgMatches, lang: Lang) -> RulesCheck {
    let users = texts(found, "files").into_iter().map(PathBuf::from).collect();
    RulesCheck { packs: Packs { base: path(found, "pack"), users }, strict: found.get_flag("strict"), lang }
}

/// What `kefu-audit rules test` was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesTest {
    /// Beginnings of rule ids; all rules when empty.
    pub ids: Vec<String>,
    /// Files of examples.
    pub examples: Vec<PathBuf>,
    /// The rules.
    pub packs: Packs,
    /// Measures on held-out dialogues instead.
    pub cross: Option<CrossValidation>,
    /// The language.
    pub lang: Lang,
}

impl RulesTest {
    /// Whether a rule was asked for.
    #[must_use]
    pub fn wants(&self, rule: &str) -> bool {
        self.ids.is_empty() || self.ids.iter().any(|id| rule.starts_with(id))
    }
}

/// Words that end in `.toml` or `.txt` are files, the others ids.
fn rules_test(found: &ArgMatches, lang: Lang) -> Result<RulesTest, Vec<Problem>> {
    let mut r = Reader { found, faults: Vec::new() };
    let cross = learning::cross_validation(&mut r);
    let mut test = RulesTest { ids: Vec::new(), examples: Vec::new(), packs: packs(found), cross, lang };
    for word in texts(found, "ids") {
        match Path::new(&word).extension().and_then(|e| e.to_str()) {
            Some("toml") => test.packs.users.push(word.into()),
            Some("txt") => test.examples.push(word.into()),
            _ => test.ids.push(word),
        }
    }
    if r.faults.is_empty() { Ok(test) } else { Err(r.faults) }
}

/// What `kefu-audit rules init` was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesInit {
    /// Where the file goes.
    pub file: PathBuf,
    /// The language.
    pub lang: Lang,
}

fn init(found: &ArgMatches, lang: Lang) -> RulesInit {
    RulesInit { file: path(found, "file").unwrap_or_else(|| "my-rules.toml".into()), lang }
}

/// What `kefu-audit rules backtest` was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesBacktest {
    /// Files, folders and patterns, as given.
    pub logs: Vec<String>,
    /// The old rules.
    pub old: Packs,
    /// The new rules.
    pub new: Packs,
    /// The marketplace of rows that name none.
    pub platform: Option<Platform>,
    /// The shop of rows that name none.
    pub shop: Option<String>,
    /// Differences listed of each rule.
    pub show: usize,
    /// How to print.
    pub format: ListFormat,
    /// The language.
    pub lang: Lang,
}

fn backtest(found: &ArgMatches, lang: Lang) -> Result<RulesBacktest, Vec<Problem>> {
    let mut r = Reader { found, faults: Vec::new() };
    let backtest = RulesBacktest {
        logs: texts(found, "logs"),
        old: side(&texts(found, "old")),
        new: side(&texts(found, "new")),
        platform: r.one("platform", values::platform),
        shop: r.text("shop"),
        show: r.one("show", |o, v| values::number(o, v, 0, 10_000)).unwrap_or(5) as usize,
        format: r.one("format", |o, v| values::choice(o, v, FORMATS)).unwrap_or_default(),
        lang,
    };
    if r.faults.is_empty() { Ok(backtest) } else { Err(r.faults) }
}

/// A folder is a pack that takes the place of the built-in one, a file stands on top of it.
fn side(paths: &[String]) -> Packs {
    let mut packs = Packs::default();
    for path in paths.iter().map(PathBuf::from) {
        if path.is_dir() {
            packs.base = Some(path);
        } else {
            packs.users.push(path);
        }
    }
    packs
}

/// What `kefu-audit rules doc` was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesDoc {
    /// The rules.
    pub packs: Packs,
    /// Where the page goes; the screen when none.
    pub output: Option<PathBuf>,
    /// The language.
    pub lang: Lang,
}

/// What `kefu-audit rules schema` was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesSchema {
    /// Where the schema goes; the screen when none.
    pub output: Option<PathBuf>,
    /// The language.
    pub lang: Lang,
}

/// What `kefu-audit rules train` was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesTrain {
    /// The pack's folder.
    pub pack: PathBuf,
    /// The least precision that thresholds are chosen for, in percent.
    pub precision: u32,
    /// The language.
    pub lang: Lang,
}

/// Makes the settings of `rules train`.
fn rules_train(found: &ArgMatches, lang: Lang) -> Result<RulesTrain, Vec<Problem>> {
    let mut r = Reader { found, faults: Vec::new() };
    let precision = learning::precision(&mut r);
    let pack = PathBuf::from(r.text("pack").unwrap_or_else(|| ".".to_owned()));
    if r.faults.is_empty() { Ok(RulesTrain { pack, precision, lang }) } else { Err(r.faults) }
}
