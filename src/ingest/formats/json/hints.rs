//! What an unknown JSON has to offer, for advice: the paths to its values, and which of them their values speak for.
//! Nothing is read by it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::named::lenient;
use super::value::{Object, plain};
use crate::ingest::columns::{Column, Layout};
use crate::ingest::trouble::{Trouble, list};
use crate::ingest::{Options, hint};
use crate::problem::Severity;
use crate::say::Say;

/// Objects of one kind: those with the same paths.
#[derive(Default)]
struct Kind {
    keys: Vec<String>,
    /// The values at the paths, by object.
    rows: Vec<Vec<String>>,
}

/// Objects within objects that are gone into.
const DEEPEST: usize = 3;

/// The paths to the plain values of an object, each with its value.
fn leaves(object: &Object<'_>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    go_into(object, "", 0, &mut found);
    found
}

fn go_into(object: &Object<'_>, before: &str, depth: usize, found: &mut Vec<(String, String)>) {
    for (key, value) in &object.0 {
        let path = format!("{before}{key}");
        let raw = value.get();
        // JSON within a text counts as an object too.
        let inner = if raw.starts_with('"') { plain(raw) } else { Cow::Borrowed(raw) };
        match Object::parse(inner.trim()) {
            Ok(object) if depth < DEEPEST => go_into(&object, &format!("{path}."), depth + 1, found),
            _ if raw.starts_with('[') => {}
            _ => found.push((path, plain(raw).into_owned())),
        }
    }
}

/// For each column that the commonest kind of object lacks, the path that its values speak for.
pub(super) fn guesses<'a>(
    objects: impl Iterator<Item = Object<'a>>,
    options: &Options,
) -> Vec<(Column, String)> {
    let mut kinds: BTreeMap<Vec<String>, Kind> = BTreeMap::new();
    for object in objects {
        let (paths, values): (Vec<String>, Vec<String>) = leaves(&object).into_iter().unzip();
        let kind = kinds.entry(paths).or_default();
        kind.rows.push(values);
        kind.keys = object.0.into_iter().map(|(key, _)| key.into_owned()).collect();
    }
    // An object within messages is as frequent as they are, but says less.
    let kind = kinds.into_iter().max_by_key(|(paths, kind)| paths.len() * kind.rows.len());
    let Some((paths, Kind { keys, rows })) = kind else { return Vec::new() };
    let lacking = match lenient(&keys, options) {
        Ok(layout) => layout.lacks(),
        Err(_) => Vec::new(),
    };
    hint::guess(&paths, &paths, &rows, &lacking, options)
}

/// The trouble of each indispensable column that an object lacks.
pub(super) fn missing(object: &Object<'_>, layout: &Layout, guesses: &[(Column, String)]) -> Vec<Trouble> {
    let paths: Vec<String> = leaves(object).into_iter().map(|(path, _)| path).collect();
    let found = list(&paths);
    let trouble = |column: Column| Trouble {
        code: "column-missing",
        severity: Severity::Error,
        column: column.name().to_owned(),
        what: Say::new(
            format!("这个对象里找不到“{}”（{column}）；有的键是：{found}", column.zh()),
            format!("the object has nothing for `{column}`; its keys are: {found}"),
        ),
        next: match guesses.iter().find(|(guessed, _)| *guessed == column) {
            Some((_, path)) => Say::new(
                format!("看内容，“{path}”像是这一项；对的话加上 --column {column}={path}"),
                format!("its values speak for `{path}`; if that is right, add --column {column}={path}"),
            ),
            None => Say::new(
                format!("用 --column {column}=键名 指出；里层的键写成“外层.里层”"),
                format!("name it with --column {column}=KEY, a nested one as OUTER.INNER"),
            ),
        },
    };
    layout.lacks().into_iter().map(trouble).collect()
}
