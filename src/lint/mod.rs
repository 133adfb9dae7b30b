//! Checks scripted reply templates (快捷短语) by the rules of the logs and by checks of their own, with the exact place of
//! every word. It reads files' bytes that it is given and neither opens nor writes a file; prices, the exit code and the
//! output are for the layers above.

pub mod baseline;
mod checks;
mod contradictions;
pub mod fix;
pub mod forms;
mod found;
mod judge;
pub mod outcome;
pub mod piece;
pub mod place;
mod reading;
pub mod templates;
pub mod waive;

use rayon::prelude::*;

use crate::detect::detector::Detector;
use crate::lint::found::Desk;
use crate::lint::outcome::Outcome;
use crate::lint::reading::Reading;
use crate::lint::templates::{Source, Template};
use crate::model::{Platform, Stamp};
use crate::problem::Problem;
use crate::rules::lint::Field;
use crate::rules::meta::RuleMeta;
use crate::rules::pack::Pack;

/// How templates are checked.
#[derive(Clone, Debug)]
pub struct Options {
    /// The marketplace of templates that name none.
    pub platform: Platform,
    /// The day that promotions are measured against.
    pub as_of: Stamp,
    /// Columns that the user names, with the header or key of each.
    pub columns: Vec<(Field, String)>,
}

/// Files and the templates in them.
#[derive(Clone, Debug, Default)]
pub struct Library {
    /// The files, in order of name.
    pub sources: Vec<Source>,
    /// Their templates, in order of file and place.
    pub templates: Vec<Template>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// Reads files given as name and bytes.
#[must_use]
pub fn read(files: &[(String, Vec<u8>)], pack: &Pack, options: &Options) -> Library {
    let how = forms::Options { lint: &pack.lint, columns: &options.columns };
    let each: Vec<_> =
        files.par_iter().enumerate().map(|(n, (name, bytes))| forms::read(n, name, bytes, how)).collect();
    let mut library = Library::default();
    for (source, found) in each {
        library.sources.push(source);
        library.templates.extend(found.templates);
        library.problems.extend(found.problems);
    }
    library
}

/// Checks a library. `metas` is what is known about the rules, with the figures in force; `detector` judges by the rules; make it with template rules and presuming.
#[must_use]
pub fn check(
    library: &Library,
    pack: &Pack,
    metas: &[RuleMeta],
    detector: &Detector<'_>,
    options: &Options,
) -> Outcome {
    let readings: Vec<Reading<'_>> =
        library.templates.iter().map(|t| Reading::of(&t.text.text, &pack.lint)).collect();
    let desk = Desk {
        templates: &library.templates,
        readings: &readings,
        lint: &pack.lint,
        as_of: options.as_of,
        platform: options.platform,
    };
    let wanted = contradictions::wanted(&pack.lint);
    let (mut found, heard) = judge::run(&desk, detector, pack, &wanted);
    found.extend(checks::run(&desk));
    found.extend(contradictions::run(&desk, &heard));
    let findings = outcome::place(&desk, &library.sources, found);
    let judged = pack.rules.iter().filter(|r| r.enabled && r.unjudged.is_none()).count();
    let mut outcome = Outcome {
        files: library.sources.iter().map(|s| s.name.clone()).collect(),
        templates: library.templates.len(),
        rules_active: judged + pack.lint.checks.len(),
        as_of: options.as_of.shanghai().map(|t| t.date_naive().to_string()).unwrap_or_default(),
        pack: format!("{} {}", pack.name, pack.version),
        rules: metas.iter().chain(&pack.lint.checks).map(|m| (m.id.clone(), m.clone())).collect(),
        problems: library.problems.clone(),
        findings,
        ..Outcome::default()
    };
    outcome.fixable = outcome.live().filter(|f| fix::can_fix(f, pack)).count();
    outcome
}
