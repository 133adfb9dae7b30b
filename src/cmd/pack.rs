//! Loads the rule pack that the settings name, and tells its mistakes.

use std::path::Path;

use crate::cli::Packs;
use crate::cmd::{Streams, bank};
use crate::judge::Book;
use crate::kpi::Plan;
use crate::problem::{Place, Problem, Severity};
use crate::report::{ProfileInfo, problems};
use crate::rules::flaw;
use crate::rules::load::{self, Failure};
use crate::rules::meta::Profile;
use crate::rules::pack::Pack;
use crate::rules::profiles::{self, InForce};
use crate::say::{Lang, Say};
use crate::taught::model::Model;

/// Where a pack keeps its trained weights.
pub const WEIGHTS: &str = "rules/model.bin";

/// Where a pack keeps what was found out about its patterns.
pub const PREPARED: &str = "rules/words.bin";

/// The pack with the user's files; `None` when it has mistakes, which are told.
pub fn load(packs: &Packs, lang: Lang, streams: &mut Streams<'_>) -> Option<Pack> {
    let loaded = sources(packs).and_then(|(base, users)| load::load(base, users));
    match loaded {
        Ok(pack) => Some(pack),
        Err(failure) => {
            tell(&failure, lang, streams);
            None
        }
    }
}

/// The figures that hold in a run.
pub struct Figures {
    /// The profiles in force, one a platform.
    pub profiles: Vec<Profile>,
    /// What the judge knows about rules and ladders.
    pub book: Book,
    /// How response times are counted, by shop and agent.
    pub plan: Plan,
}

impl Figures {
    /// The profiles as reports name them.
    #[must_use]
    pub fn infos(&self) -> Vec<ProfileInfo> {
        let info = |profile: &Profile| ProfileInfo {
            id: profile.id.clone(),
            platform: Some(profile.platform),
            date: profile.date.clone(),
            source: profile.source.clone(),
        };
        self.profiles.iter().map(info).collect()
    }
}

/// The figures of the profiles in force; `None` when the user's choice is wrong, which is told.
pub fn figures(pack: &Pack, wanted: &[String], lang: Lang, streams: &mut Streams<'_>) -> Option<Figures> {
    match profiles::in_force(pack, wanted) {
        Ok(InForce { profiles, ladders, rules, kpis }) => {
            let plan = Plan { kpis, exempts: pack.exempts.clone(), full: false };
            Some(Figures { profiles, book: Book { rules, ladders }, plan })
        }
        Err((what, next)) => {
            let problem = Problem {
                code: "profile-unknown",
                severity: Severity::Error,
                place: Place::default(),
                what,
                next,
                count: 1,
            };
            let _ = problems::write(&[problem], lang, streams.err);
            None
        }
    }
}

/// The weights of the pack in `base`, or the built-in ones; `None` when they cannot be read, which is told.
pub fn model(base: Option<&Path>, lang: Lang, streams: &mut Streams<'_>) -> Option<Model> {
    let Some(path) = base.map(|folder| folder.join(WEIGHTS)).filter(|path| path.exists()) else {
        return Some(Model::built_in());
    };
    let read = std::fs::read(&path).ok().and_then(Model::from_bytes);
    if read.is_none() {
        let what =
            Say::new("权重文件读不了或版本不对", "the weights cannot be read or are of another version");
        tell(&Failure::Unreadable(path.display().to_string(), what), lang, streams);
    }
    read
}

/// The files that the settings name: those of the pack, then the user's.
///
/// # Errors
/// When a file cannot be read.
pub(crate) fn sources(packs: &Packs) -> Result<(Vec<flaw::Source>, Vec<flaw::Source>), Failure> {
    let base = packs.base.as_deref().map_or_else(|| Ok(load::built_in()), load::folder)?;
    let users = packs
        .users
        .iter()
        .filter(|path| !bank::is_examples(path))
        .map(|path| load::file(path))
        .collect::<Result<Vec<_>, _>>()?;
    Ok((base, users))
}

/// Tells why a pack could not be loaded.
pub(crate) fn tell(failure: &Failure, lang: Lang, streams: &mut Streams<'_>) {
    match failure {
        Failure::Unreadable(file, what) => {
            let problem = Problem {
                code: "rules-unreadable",
                severity: Severity::Error,
                place: Place { file: file.clone(), ..Place::default() },
                what: what.clone(),
                next: Say::new(
                    "检查 --rules 或 --pack 的路径；权重可用 rules train 重做",
                    "check the path of --rules or --pack; make weights anew with rules train",
                ),
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
