//! Loads the rule pack that the settings name, and tells its mistakes.

use std::path::{Path, PathBuf};

use crate::cmd::Streams;
use crate::problem::{Place, Problem, Severity};
use crate::report::problems;
use crate::rules::flaw;
use crate::rules::load::{self, Failure};
use crate::rules::pack::Pack;
use crate::say::{Lang, Say};

/// The pack of `base` (built in when none) with the user's files; `None` when it has mistakes, which are told.
pub fn load(base: Option<&Path>, users: &[PathBuf], lang: Lang, streams: &mut Streams<'_>) -> Option<Pack> {
    let loaded = sources(base, users).and_then(|(base, users)| load::load(base, users));
    match loaded {
        Ok(pack) => Some(pack),
        Err(failure) => {
            tell(&failure, lang, streams);
            None
        }
    }
}

fn sources(
    base: Option<&Path>,
    users: &[PathBuf],
) -> Result<(Vec<flaw::Source>, Vec<flaw::Source>), Failure> {
    let base = base.map_or_else(|| Ok(load::built_in()), load::folder)?;
    let users = users.iter().map(|path| load::file(path)).collect::<Result<Vec<_>, _>>()?;
    Ok((base, users))
}

fn tell(failure: &Failure, lang: Lang, streams: &mut Streams<'_>) {
    match failure {
        Failure::Unreadable(file, what) => {
            let problem = Problem {
                code: "rules-unreadable",
                severity: Severity::Error,
                place: Place { file: file.clone(), ..Place::default() },
                what: what.clone(),
                next: Say::new("检查 --rules 或 --pack 的路径", "check the path of --rules or --pack"),
                count: 1,
            };
            let _ = problems::write(&[problem], lang, streams.err);
        }
        Failure::Flawed(flaws, sources) => {
            let colour = streams.err_is_terminal && !streams.no_color;
            let text = flaw::render(flaws, sources, lang, colour);
            let n = flaws.len();
            let end = Say::new(
                format!("规则文件有 {n} 处错误，什么都没有检查。"),
                format!("{n} mistakes in the rule files; nothing was audited."),
            );
            let _ = writeln!(streams.err, "{text}{}", end.get(lang));
        }
    }
}
