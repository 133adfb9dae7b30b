//! Where rule files come from: the ones built in, a pack on disk instead of them, and the user's files on top.
//! Compiling is `compile`'s job.

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use rayon::prelude::*;

use crate::rules::compile::compile;
use crate::rules::flaw::{Flaw, Source};
use crate::rules::pack::Pack;
use crate::rules::prepared::Prepared;
use crate::rules::read;
use crate::rules::written::File;
use crate::say::Say;

mod built_in {
    include!(concat!(env!("OUT_DIR"), "/pack_files.rs"));
}

/// Why a pack could not be loaded.
#[derive(Debug)]
pub enum Failure {
    /// A file could not be read.
    Unreadable(String, Say),
    /// Mistakes in the files.
    Flawed(Vec<Flaw>, Vec<Source>),
}

/// The built-in rule files.
#[must_use]
pub fn built_in() -> Vec<Source> {
    built_in::FILES
        .iter()
        .map(|(name, text)| Source { name: (*name).to_owned(), text: Cow::Borrowed(text) })
        .collect()
}

/// The files of a pack on disk: `rules.toml` in `folder` and `rules/*.toml` beside it.
///
/// # Errors
/// When a file cannot be read.
pub fn folder(folder: &Path) -> Result<Vec<Source>, Failure> {
    let mut sources = vec![file(&folder.join("rules.toml"))?];
    let families = folder.join("rules");
    let listing = fs::read_dir(&families).map_err(|e| unreadable(&families, &e))?;
    let mut paths: Vec<_> = listing.filter_map(Result::ok).map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    paths.sort();
    for path in &paths {
        sources.push(file(path)?);
    }
    Ok(sources)
}

/// One rule file of the user's.
///
/// # Errors
/// When it cannot be read.
pub fn file(path: &Path) -> Result<Source, Failure> {
    let text = fs::read_to_string(path).map_err(|e| unreadable(path, &e))?;
    Ok(Source { name: path.display().to_string(), text: text.into() })
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    let say = Say::new(format!("规则文件读不了：{error}"), format!("cannot read the rule file: {error}"));
    Failure::Unreadable(path.display().to_string(), say)
}

/// A pack together with the files it was made of.
#[derive(Debug)]
pub struct Loaded {
    /// The pack.
    pub pack: Pack,
    /// The files as written, in the order of `sources`.
    pub files: Vec<File>,
    /// Their names and texts.
    pub sources: Vec<Source>,
    /// Files from here on are the user's.
    pub users_from: usize,
}

/// Compiles a base pack with the user's files on top.
///
/// # Errors
/// Every flaw of every file together.
pub fn load(base: Vec<Source>, users: Vec<Source>) -> Result<Pack, Failure> {
    open(base, users).map(|loaded| loaded.pack)
}

/// The same, and keeps the files.
///
/// # Errors
/// Every flaw of every file together.
pub fn open(base: Vec<Source>, users: Vec<Source>) -> Result<Loaded, Failure> {
    let users_from = base.len();
    let sources: Vec<Source> = base.into_iter().chain(users).collect();
    let mut flaws = Vec::new();
    let mut files = Vec::with_capacity(sources.len());
    let read = |(n, source): (usize, &Source)| read::read(n, family(&source.name), &source.text);
    let (each, ()): (Vec<_>, ()) =
        rayon::join(|| sources.par_iter().enumerate().map(read).collect(), Prepared::read_ahead);
    for (file, more) in each {
        flaws.extend(more);
        files.push(file);
    }
    let is_broken = |flaw: &Flaw| flaw.what.en.starts_with(read::NOT_TOML);
    if flaws.iter().any(is_broken) {
        flaws.retain(is_broken);
        return Err(Failure::Flawed(flaws, sources));
    }
    match compile(&files, users_from) {
        Ok(pack) if flaws.is_empty() => Ok(Loaded { pack, files, sources, users_from }),
        Ok(_) => Err(Failure::Flawed(flaws, sources)),
        Err(more) => {
            flaws.extend(more);
            flaws.sort_by_key(|f| (f.source, f.span.start));
            flaws.dedup();
            Err(Failure::Flawed(flaws, sources))
        }
    }
}

/// The file's name without folder and ending.
fn family(name: &str) -> &str {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    last.strip_suffix(".toml").unwrap_or(last)
}
