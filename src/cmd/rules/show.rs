//! `kefu-audit rules show|explain ID...`: everything about a rule, or how it works.

use crate::cli::{RulesShow, View};
use crate::cmd::rules::print;
use crate::cmd::{FAILED, Streams, pack};
use crate::manual::{facts, how};
use crate::problem::{Place, Problem, Severity};
use crate::report::problems;
use crate::rules::flaw::hint_nearest;
use crate::rules::pack::Pack;
use crate::say::Say;

/// Runs the command: 2 when an id names no rule.
pub fn run(settings: &RulesShow, streams: &mut Streams<'_>) -> u8 {
    let lang = settings.lang;
    let Some(pack) = pack::load(&settings.packs, lang, streams) else { return FAILED };
    let Some(model) = pack::model(settings.packs.base.as_deref(), lang, streams) else { return FAILED };
    let mut texts = Vec::new();
    let mut wrong = Vec::new();
    for id in &settings.ids {
        match pack.rule(id) {
            Some(rule) => texts.push(match settings.view {
                View::Facts => facts::show(rule, &pack, &model, lang),
                View::How => how::explain(rule, &pack, &model, lang),
            }),
            None => wrong.push(unknown(id, &pack)),
        }
    }
    let code = if wrong.is_empty() { 0 } else { FAILED };
    let _ = problems::write(&wrong, lang, streams.err);
    print(&texts.join("\n"), None, code, lang, streams)
}

/// An id that names no rule, with the nearest one.
pub(super) fn unknown(id: &str, pack: &Pack) -> Problem {
    Problem {
        code: "rule-unknown",
        severity: Severity::Error,
        place: Place::default(),
        what: Say::new(format!("没有规则“{id}”"), format!("there is no rule \"{id}\"")),
        next: hint_nearest(id, pack.rules.iter().map(|r| r.meta.id.as_str())),
        count: 1,
    }
}
