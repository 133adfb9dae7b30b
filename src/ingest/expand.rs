//! Arguments into inputs: files, folders, patterns and `-`. It opens nothing but folders.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::Input;
use crate::problem::{Place, Problem, Severity};
use crate::say::Say;

/// Endings of logs that a folder is searched for.
const LOGS: &[&str] = &[
    "csv", "tsv", "txt", "json", "jsonl", "ndjson", "log", "xlsx", "xlsm", "xlsb", "xls", "ods", "zip", "gz",
    "zst", "html", "htm", "parquet",
];
/// Endings of template files that a folder is searched for.
const TEMPLATES: &[&str] = &["csv", "tsv", "txt", "json", "jsonl", "ndjson", "yaml", "yml", "toml", "xlsx"];

/// The inputs that `args` mean, sorted by name, each file once; and what was wrong with the arguments.
///
/// `-` is standard input. A folder gives every log below it, hidden ones aside; a name that does not exist is tried
/// as a pattern (`logs/2025-*.csv`).
#[must_use]
pub fn expand(args: &[String]) -> (Vec<Input>, Vec<Problem>) {
    expand_to(args, LOGS)
}

/// The same for files of reply templates.
#[must_use]
pub fn expand_templates(args: &[String]) -> (Vec<Input>, Vec<Problem>) {
    expand_to(args, TEMPLATES)
}

fn expand_to(args: &[String], endings: &[&str]) -> (Vec<Input>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut found: Vec<Input> = Vec::new();
    for arg in args {
        if arg == "-" {
            found.push(Input::Stdin);
            continue;
        }
        let path = Path::new(arg);
        if path.is_dir() {
            folder(arg, path, endings, &mut found, &mut problems);
        } else if path.exists() {
            found.push(Input::Path(path.to_path_buf()));
        } else {
            pattern(arg, endings, &mut found, &mut problems);
        }
    }
    found.sort_by_key(Input::name);
    let mut seen = BTreeSet::new();
    found.retain(|input| {
        let new = seen.insert(identity(input));
        if !new {
            problems.push(duplicate(&input.name()));
        }
        new
    });
    (found, problems)
}

/// What makes two names the same file.
fn identity(input: &Input) -> PathBuf {
    match input {
        Input::Stdin => PathBuf::from("-"),
        Input::Path(path) | Input::Spool(path) => path.canonicalize().unwrap_or_else(|_| path.clone()),
    }
}

fn folder(arg: &str, path: &Path, endings: &[&str], found: &mut Vec<Input>, problems: &mut Vec<Problem>) {
    let before = found.len();
    let hidden = |name: &std::ffi::OsStr| name.to_string_lossy().starts_with('.');
    let walk = WalkDir::new(path).into_iter().filter_entry(|e| e.depth() == 0 || !hidden(e.file_name()));
    for entry in walk {
        match entry {
            Ok(entry) if has_ending(entry.path(), endings) => found.push(Input::Path(entry.into_path())),
            Ok(_) => {}
            Err(error) => {
                let at = error.path().map_or_else(|| arg.to_owned(), |p| p.to_string_lossy().into_owned());
                problems.push(unreadable(&at, &error));
            }
        }
    }
    if found.len() == before {
        problems.push(empty_folder(arg, endings));
    }
}

/// Whether a file of an archive may be a log by its name: one without an ending may.
pub(super) fn may_be_log(name: &str) -> bool {
    let ending = Path::new(name).extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
    ending.is_none_or(|e| LOGS.contains(&e.as_str()))
}

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    let ending = path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
    ending.is_some_and(|e| endings.contains(&e.as_str())) && path.is_file()
}

fn pattern(arg: &str, endings: &[&str], found: &mut Vec<Input>, problems: &mut Vec<Problem>) {
    let before = found.len();
    // Hidden files must be named, as in a shell.
    let dots = glob::MatchOptions { require_literal_leading_dot: true, ..glob::MatchOptions::default() };
    if let Ok(paths) = glob::glob_with(arg, dots) {
        for path in paths.flatten() {
            if path.is_dir() {
                folder(&path.to_string_lossy(), &path, endings, found, problems);
            } else {
                found.push(Input::Path(path));
            }
        }
    }
    if found.len() == before {
        problems.push(missing(arg));
    }
}

fn problem(code: &'static str, severity: Severity, file: &str, what: Say, next: Say) -> Problem {
    let place = Place { file: file.to_owned(), ..Place::default() };
    Problem { code, severity, place, what, next, count: 1 }
}

fn missing(arg: &str) -> Problem {
    problem(
        "input-missing",
        Severity::Error,
        arg,
        Say::new(
            "没有这个文件或文件夹，也没有文件符合这个通配符",
            "no such file or folder, and nothing fits it as a pattern",
        ),
        Say::new(
            "检查路径；通配符要加引号，例如 '日志/*.csv'",
            "check the path; quote patterns, for example 'logs/*.csv'",
        ),
    )
}

fn empty_folder(arg: &str, endings: &[&str]) -> Problem {
    let endings = endings.join(", ");
    problem(
        "folder-empty",
        Severity::Error,
        arg,
        Say::new("文件夹里没有可以读的文件", "the folder holds no files that can be read"),
        Say::new(
            format!("放入以 {endings} 结尾的文件，或直接写出文件名"),
            format!("put files ending in {endings} into it, or name the files"),
        ),
    )
}

fn unreadable(at: &str, error: &walkdir::Error) -> Problem {
    problem(
        "file-unreadable",
        Severity::Error,
        at,
        Say::new(format!("打不开：{error}"), format!("cannot be opened: {error}")),
        Say::new("检查权限后再运行", "check the permissions and run again"),
    )
}

fn duplicate(name: &str) -> Problem {
    problem(
        "input-duplicate",
        Severity::Warning,
        name,
        Say::new("同一个文件给了两次，只读一次", "the same file was given twice; it is read once"),
        Say::new("去掉重复的参数", "drop one of the arguments"),
    )
}
