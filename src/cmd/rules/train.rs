//! `kefu-audit rules train`: teaches the models from the examples of a pack, writes the weights, and prints how each
//! rule did on examples that it was not taught with.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use crate::cli::{Packs, RulesTrain, output};
use crate::cmd::pack::{self, WEIGHTS};
use crate::cmd::{FAILED, Streams};
use crate::problem::{Place, Problem, Severity};
use crate::report::problems;
use crate::rules::load;
use crate::rules::pack::Pack;
use crate::say::{Lang, Say};
use crate::train::corpus::{self, Example};
use crate::train::{Aim, Score, train};

/// Where a pack keeps its teaching examples.
const EXAMPLES: &str = "rules/examples";

/// Runs the command.
pub fn run(settings: &RulesTrain, streams: &mut Streams<'_>) -> u8 {
    let lang = settings.lang;
    let packs = Packs { base: Some(settings.pack.clone()), users: Vec::new() };
    let Some(pack) = pack::load(&packs, lang, streams) else { return FAILED };
    let trained = examples(&settings.pack, &pack).and_then(|examples| {
        train(&examples, &pack, Aim::at(settings.precision))
            .map_err(|wrong| wrong.into_iter().map(|(file, line, what)| problem(&file, line, what)).collect())
    });
    let trained = match trained {
        Ok(trained) => trained,
        Err(problems) => {
            let _ = problems::write(&problems, lang, streams.err);
            return FAILED;
        }
    };
    let bytes = trained.model.to_bytes();
    let written =
        output::write(Some(&settings.pack.join(WEIGHTS)), &mut io::sink(), |out| out.write_all(&bytes));
    let text = describe(&trained.scores, bytes.len(), settings.show, lang);
    match written.and_then(|()| output::write(None, streams.out, |out| out.write_all(text.as_bytes()))) {
        Ok(()) => 0,
        Err(problem) => {
            let _ = problems::write(&[problem], lang, streams.err);
            FAILED
        }
    }
}

/// Every teaching example of a pack, in order of file and line, then those of its rules.
///
/// # Errors
/// Every file or line that cannot be used.
pub fn examples(folder: &Path, pack: &Pack) -> Result<Vec<Example>, Vec<Problem>> {
    let folder = folder.join(EXAMPLES);
    let unreadable = |e: &io::Error| {
        vec![problem(
            &folder.display().to_string(),
            0,
            Say::new(format!("读不了：{e}"), format!("cannot be read: {e}")),
        )]
    };
    let mut paths: Vec<_> =
        fs::read_dir(&folder).map_err(|e| unreadable(&e))?.filter_map(Result::ok).map(|e| e.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "txt"));
    paths.sort();
    let mut examples = Vec::new();
    let mut problems = Vec::new();
    for path in paths {
        match load::file(&path) {
            Ok(source) => match corpus::read(&source, pack) {
                Ok(more) => examples.extend(more),
                Err(wrong) => {
                    problems.extend(wrong.into_iter().map(|(line, what)| problem(&source.name, line, what)));
                }
            },
            Err(_) => {
                problems.push(problem(&path.display().to_string(), 0, Say::new("读不了", "cannot be read")));
            }
        }
    }
    examples.extend(corpus::of_rules(pack));
    if problems.is_empty() { Ok(examples) } else { Err(problems) }
}

/// A line of examples that cannot be used.
pub(super) fn problem(file: &str, line: usize, what: Say) -> Problem {
    Problem {
        code: "example-unusable",
        severity: Severity::Error,
        place: Place { file: file.to_owned(), line: line as u64, column: String::new() },
        what,
        next: Say::new("改好这一行再训练", "mend this line and train again"),
        count: 1,
    }
}

fn describe(scores: &[Score], bytes: usize, show: usize, lang: Lang) -> String {
    let mut text = String::new();
    let (mut hits, mut found, mut alarms) = (0, 0, 0);
    for s in scores {
        hits += s.hits;
        found += s.found;
        alarms += s.false_alarms;
        let _ = writeln!(text, "{:34} {:4}/{:<4} +{}", s.rule, s.found, s.hits, s.false_alarms);
        for (must_fire, example) in s.wrong.iter().take(show) {
            let _ = writeln!(text, "    {} {example}", if *must_fire { '+' } else { '-' });
        }
    }
    let end = Say::new(
        format!(
            "{} 条规则；留出的例子里找到 {found}/{hits}，多报 {alarms}；权重 {bytes} 字节。",
            scores.len()
        ),
        format!(
            "{} rules; of held-out hits {found}/{hits} were found, {alarms} false alarms; weights {bytes} bytes.",
            scores.len()
        ),
    );
    let _ = writeln!(text, "{}", end.get(lang));
    text
}
