//! Rules in words: what a rule is about and what it may cost (`facts`), how it works (`how`), and the reference page of a
//! whole pack (`page`). Everything is told from the pack itself, so it cannot say other than what is judged. Nothing here
//! judges or prints.

pub mod facts;
pub mod how;
mod native;
pub mod page;

use crate::rules::pack::{Pack, Rule};
use crate::taught::model::Model;

/// How a rule is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// On logs.
    Live,
    /// On reply templates only.
    Templates,
    /// Switched off.
    Off,
    /// Not from a log alone.
    Unjudged,
}

/// How a rule is judged.
#[must_use]
pub fn state(rule: &Rule) -> State {
    match rule {
        Rule { unjudged: Some(_), .. } => State::Unjudged,
        Rule { enabled: false, .. } => State::Off,
        Rule { templates: true, .. } => State::Templates,
        _ => State::Live,
    }
}

/// What a rule is seen by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ways {
    /// Written cases.
    pub written: bool,
    /// A taught model.
    pub taught: bool,
    /// A native rule with parameters.
    pub native: bool,
}

/// What a rule is seen by.
#[must_use]
pub fn ways(rule: &Rule, pack: &Pack, model: &Model) -> Ways {
    let id = &rule.meta.id;
    let written = pack.cases.iter().any(|c| pack.rules.get(c.rule).is_some_and(|r| r.meta.id == *id));
    let taught = !rule.taught.is_off && model.heads.iter().any(|head| head.rule == id.as_str());
    Ways { written, taught, native: rule.native.is_some() }
}
