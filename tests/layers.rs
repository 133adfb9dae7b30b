//! Holds the order of the layers: a module imports only from its own layer or from those below it, and two modules
//! of one layer never import each other. Reads the sources as text, so it sees `use crate::...`, inline
//! `crate::...` and `super::...` that leaves the module, but not what a macro would put together.
//!
//! Code for tests (`mod tests`, `tests.rs`) may import what it likes.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use walkdir::WalkDir;

/// The layers from the bottom up, as the head of `src/lib.rs` tells them.
const LAYERS: [&[&str]; 14] = [
    &["span", "text", "ids", "say"],
    &["model", "problem", "spill", "tally", "mask"],
    &["finding"],
    &["rules", "ingest", "taught"],
    &["detect"],
    &["kpi"],
    &["engine", "lint", "selftest", "scrutiny", "train"],
    &["judge"],
    &["investigate"],
    &["verdict"],
    &["report"],
    &["manual"],
    &["cli"],
    &["cmd"],
];

/// One import between two top-level modules, with the file that holds it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Edge {
    from: String,
    to: String,
    file: String,
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

/// The path of a source file's module: `rules/check/mod.rs` is `["rules", "check"]`.
fn module_path(file: &str) -> Vec<&str> {
    let mut path: Vec<&str> = file.trim_end_matches(".rs").split('/').collect();
    if path.last() == Some(&"mod") {
        path.pop();
    }
    path
}

/// The source without comments and without the test module at its end.
fn code(source: &str) -> String {
    let mut out = String::new();
    for line in source.lines() {
        let start = line.trim_start();
        if start.starts_with("mod tests {") {
            break;
        }
        if !start.starts_with("//") {
            out.push_str(line.split_once(" //").map_or(line, |(before, _)| before));
            out.push('\n');
        }
    }
    out
}

fn ident(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    text.split_at(end).0
}

/// The names that follow a `crate::`: one, or the heads of a brace group.
fn heads(after: &str) -> Vec<&str> {
    let Some(group) = after.strip_prefix('{') else {
        return vec![ident(after)];
    };
    let (mut depth, mut names, mut at_head) = (0_usize, Vec::new(), true);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => at_head = true,
            c if at_head && !c.is_whitespace() => {
                names.push(ident(group.split_at(at).1));
                at_head = false;
            }
            _ => {}
        }
    }
    names
}

/// What a source text names at the root of the crate.
fn imports(file: &str, source: &str) -> BTreeSet<String> {
    let depth = module_path(file).len();
    let source = code(source);
    let mut found = BTreeSet::new();
    let whole_word = |before: &str| !before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
    for (at, mark) in source.match_indices("crate::") {
        let (before, after) = source.split_at(at);
        if whole_word(before) {
            found.extend(heads(after.trim_start_matches(mark)).into_iter().map(str::to_owned));
        }
    }
    for (at, mark) in source.match_indices("super::") {
        let (before, mut after) = source.split_at(at);
        let mut climbed = 0;
        while let Some(rest) = after.strip_prefix(mark) {
            (after, climbed) = (rest, climbed + 1);
        }
        if whole_word(before) && !before.ends_with(mark) && climbed >= depth {
            found.extend(heads(after).into_iter().map(str::to_owned));
        }
    }
    found.remove("");
    found
}

/// Every edge between two different top-level modules. Files are given as path below `src` and text.
fn edges<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> BTreeSet<Edge> {
    let mut all = BTreeSet::new();
    for (file, source) in files {
        let Some(from) = module_path(file).first().copied() else { continue };
        for to in imports(file, source).into_iter().filter(|to| to != from) {
            all.insert(Edge { from: from.to_owned(), to, file: file.to_owned() });
        }
    }
    all
}

/// What is wrong with a set of edges, one sentence each.
fn complaints(edges: &BTreeSet<Edge>) -> Vec<String> {
    let mut wrong = Vec::new();
    for edge in edges {
        let Edge { from, to, file } = edge;
        match (layer(from), layer(to)) {
            (None, _) => wrong.push(format!("src/{file}: module `{from}` has no place in LAYERS")),
            (_, None) => wrong.push(format!("src/{file}: `{to}` has no place in LAYERS")),
            (Some(mine), Some(theirs)) if theirs > mine => {
                wrong.push(format!("src/{file}: `{from}` climbs to `{to}`"));
            }
            (mine, theirs) if mine == theirs && from < to => {
                if let Some(back) = edges.iter().find(|e| e.from == *to && e.to == *from) {
                    wrong.push(format!(
                        "src/{file} and src/{}: `{from}` and `{to}` import each other",
                        back.file
                    ));
                }
            }
            _ => {}
        }
    }
    wrong
}

/// The sources of the library below `src`, apart from the two roots and files of tests, in order of path.
fn sources() -> io::Result<Vec<(String, String)>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    for entry in WalkDir::new(&root).sort_by_file_name() {
        let entry = entry?;
        let below = entry.path().strip_prefix(&root).map_err(io::Error::other)?;
        let name = below.to_string_lossy().replace('\\', "/");
        let skipped = ["lib.rs", "main.rs"].contains(&name.as_str()) || name.ends_with("/tests.rs");
        if name.ends_with(".rs") && !skipped && !name.contains("/tests/") {
            files.push((name, std::fs::read_to_string(entry.path())?));
        }
    }
    Ok(files)
}

fn judge(files: &[(&str, &str)]) -> Vec<String> {
    complaints(&edges(files.iter().copied()))
}

#[test]
fn no_module_imports_from_a_layer_above_it() {
    let files = sources().unwrap();
    let edges = edges(files.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    assert!(!edges.is_empty(), "no import was seen at all: the test reads nothing");
    let wrong = complaints(&edges);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_has_a_layer() {
    let homeless: BTreeSet<String> = sources()
        .unwrap()
        .iter()
        .filter_map(|(name, _)| module_path(name).first().map(|m| (*m).to_owned()))
        .filter(|module| layer(module).is_none())
        .collect();
    assert!(
        homeless.is_empty(),
        "put these modules into LAYERS and into the head of src/lib.rs: {homeless:?}"
    );
}

#[test]
fn a_climbing_edge_is_caught_however_it_is_written() {
    let ways = [
        ("rules/check.rs", "use crate::engine::Engine;"),
        ("rules/mod.rs", "pub(crate) use crate::{\n    model::{Kind, Role},\n    engine,\n};"),
        ("rules/mod.rs", "fn f() -> crate::engine::Engine { todo() }"),
        ("rules.rs", "use super::engine::Engine;"),
        ("rules/deep/check.rs", "use super::super::super::engine::Engine;"),
        ("rules/mod.rs", "use std::fmt; // a word\nuse crate::{ids, engine::Engine as E};"),
    ];
    for (file, source) in ways {
        assert_eq!(judge(&[(file, source)]), [format!("src/{file}: `rules` climbs to `engine`")], "{source}");
    }
}

#[test]
fn lawful_edges_pass() {
    let lawful = [
        ("engine.rs", "use crate::{detect::{self, Signal}, rules::Rule};"),
        ("rules/check.rs", "use super::meta::Points;\nuse crate::rules::written;"),
        ("rules/a/b.rs", "use super::super::meta::Points;"),
        ("ids.rs", "/// See [`crate::engine`].\nfn f() {} // crate::engine\n"),
        ("text/mod.rs", "#[cfg(test)]\nmod tests {\n    use crate::engine::Engine;\n}"),
        ("finding.rs", "use crate::model::Role;"),
    ];
    assert_eq!(judge(&lawful), Vec::<String>::new());
}

#[test]
fn neighbours_may_not_import_each_other() {
    let wrong = judge(&[("ingest/csv.rs", "use crate::rules::X;"), ("rules/y.rs", "use crate::ingest::Y;")]);
    assert_eq!(wrong, ["src/ingest/csv.rs and src/rules/y.rs: `ingest` and `rules` import each other"]);
}

#[test]
fn a_module_without_a_place_is_named() {
    assert_eq!(
        judge(&[("cmd/x.rs", "use crate::cellar::Y;")]),
        ["src/cmd/x.rs: `cellar` has no place in LAYERS"]
    );
}
