//! The teaching examples of a pack: where they lie, and what is wrong with them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::cli::Packs;
use crate::problem::{Place, Problem, Severity};
use crate::rules::flaw::Source;
use crate::rules::load::{self, Failure};
use crate::rules::pack::Pack;
use crate::say::Say;
use crate::taught::corpus::{self, Example};
use crate::train::Mistakes;

/// Where a pack keeps its teaching examples.
const EXAMPLES: &str = "rules/examples";

/// The example files of the pack in `base`, or the built-in ones, in order of name.
///
/// # Errors
/// The folder or every file that cannot be read.
pub fn sources(base: Option<&Path>) -> Result<Vec<Source>, Vec<Problem>> {
    let Some(base) = base else { return Ok(corpus::built_in()) };
    let folder = base.join(EXAMPLES);
    let unreadable = |e: &io::Error| {
        let what = Say::new(format!("读不了：{e}"), format!("cannot be read: {e}"));
        vec![problem(&folder.display().to_string(), 0, what)]
    };
    let mut paths: Vec<_> =
        fs::read_dir(&folder).map_err(|e| unreadable(&e))?.filter_map(Result::ok).map(|e| e.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "txt"));
    paths.sort();
    let mut sources = Vec::with_capacity(paths.len());
    let mut problems = Vec::new();
    for path in paths {
        match load::file(&path) {
            Ok(source) => sources.push(source),
            Err(Failure::Unreadable(file, what)) => problems.push(problem(&file, 0, what)),
            Err(Failure::Flawed(..)) => {}
        }
    }
    if problems.is_empty() { Ok(sources) } else { Err(problems) }
}

/// Every teaching example of a pack, in order of file and line, then those of its rules.
///
/// # Errors
/// Every file or line that cannot be used.
pub fn examples(base: Option<&Path>, pack: &Pack) -> Result<Vec<Example>, Vec<Problem>> {
    let mut examples = read(&sources(base)?, pack)?;
    examples.extend(corpus::of_rules(pack));
    Ok(examples)
}

/// Whether a file that is given with `--rules` holds examples, not rules.
#[must_use]
pub fn is_examples(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "txt")
}

/// Where the examples of a user's rule file lie: beside it, `NAME.examples.txt`. A file of examples is its own place.
#[must_use]
pub fn beside(rules: &Path) -> PathBuf {
    if is_examples(rules) { rules.to_owned() } else { rules.with_extension("examples.txt") }
}

/// The user's example files that exist, in the order in which their rule files are given.
///
/// # Errors
/// Every file that cannot be read; one that is named itself must exist.
pub fn users(packs: &Packs) -> Result<Vec<Source>, Vec<Problem>> {
    let mut sources = Vec::new();
    let mut problems = Vec::new();
    for rules in &packs.users {
        let path = beside(rules);
        if !is_examples(rules) && !path.exists() {
            continue;
        }
        match load::file(&path) {
            Ok(source) => sources.push(source),
            Err(Failure::Unreadable(file, what)) => problems.push(problem(&file, 0, what)),
            Err(Failure::Flawed(..)) => {}
        }
    }
    if problems.is_empty() { Ok(sources) } else { Err(problems) }
}

/// The examples in these files.
///
/// # Errors
/// Every line that cannot be used.
pub fn read(sources: &[Source], pack: &Pack) -> Result<Vec<Example>, Vec<Problem>> {
    let mut examples = Vec::new();
    let mut problems = Vec::new();
    for source in sources {
        match corpus::read(source, pack) {
            Ok(more) => examples.extend(more),
            Err(wrong) => {
                problems.extend(wrong.into_iter().map(|(line, what)| problem(&source.name, line, what)));
            }
        }
    }
    if problems.is_empty() { Ok(examples) } else { Err(problems) }
}

/// Mistakes found while training, as problems.
#[must_use]
pub fn problems(mistakes: Mistakes) -> Vec<Problem> {
    mistakes.into_iter().map(|(file, line, what)| problem(&file, line, what)).collect()
}

/// A line of examples that cannot be used.
#[must_use]
pub fn problem(file: &str, line: usize, what: Say) -> Problem {
    Problem {
        code: "example-unusable",
        severity: Severity::Error,
        place: Place { file: file.to_owned(), line: line as u64, column: String::new() },
        what,
        next: Say::new("改好这一行再试", "mend this line and try again"),
        count: 1,
    }
}
