//! From arguments to settings, once. Nothing below this layer sees an argument; nothing here does the work.

mod command;
mod faults;
pub mod output;
mod settings;
mod values;

use std::ffi::{OsStr, OsString};

pub use settings::{
    Audit, Color, CrossValidation, Estimate, Explain, Inspect, Investigate, Kpi, Lint, ListFormat, Look,
    Packs, Reading, Rules, RulesBacktest, RulesCheck, RulesDoc, RulesDraft, RulesInit, RulesLearn, RulesList,
    RulesSchema, RulesShow, RulesTest, RulesTrain, View,
};

use crate::problem::Problem;
use crate::say::Lang;

/// What the user asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// `kefu-audit audit`.
    Audit(Box<Audit>),
    /// `kefu-audit kpi`.
    Kpi(Box<Kpi>),
    /// `kefu-audit inspect`.
    Inspect(Box<Inspect>),
    /// `kefu-audit estimate`.
    Estimate(Estimate),
    /// `kefu-audit investigate`.
    Investigate(Box<Investigate>),
    /// `kefu-audit explain`.
    Explain(Box<Explain>),
    /// `kefu-audit lint`.
    Lint(Box<Lint>),
    /// `kefu-audit rules ...`.
    Rules(Rules),
    /// A text to print as it is: help, version, a completion script.
    Print(String),
}

/// The request and the language that everything is said in.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The language.
    pub lang: Lang,
    /// What to do.
    pub request: Request,
}

/// Reads the arguments, the program's own name first.
///
/// # Errors
/// The language to answer in, and every fault of the arguments.
pub fn settings(args: &[OsString], locale: Option<&str>) -> Result<Settings, (Lang, Vec<Problem>)> {
    let lang = language(args, locale);
    let matches = match command::command(lang).try_get_matches_from(args) {
        Ok(matches) => matches,
        Err(error) if !error.use_stderr() => {
            return Ok(Settings { lang, request: Request::Print(error.render().to_string()) });
        }
        Err(error) => return Err((lang, vec![*faults::explain(&error)])),
    };
    let request = match matches.subcommand() {
        Some(("audit", found)) => settings::audit(found, lang).map(|audit| Request::Audit(Box::new(audit))),
        Some(("kpi", found)) => settings::kpi(found, lang).map(|kpi| Request::Kpi(Box::new(kpi))),
        Some(("inspect", found)) => {
            settings::inspect(found, lang).map(|inspect| Request::Inspect(Box::new(inspect)))
        }
        Some(("estimate", found)) => settings::estimate(found, lang).map(Request::Estimate),
        Some(("investigate", found)) => {
            settings::investigate(found, lang).map(|found| Request::Investigate(Box::new(found)))
        }
        Some(("explain", found)) => {
            settings::explain(found, lang).map(|found| Request::Explain(Box::new(found)))
        }
        Some(("lint", found)) => settings::lint(found, lang).map(|lint| Request::Lint(Box::new(lint))),
        Some(("rules", found)) => match settings::rules(found, lang) {
            Some(rules) => rules.map(Request::Rules),
            None => Ok(Request::Print(command::command(lang).render_help().to_string())),
        },
        Some(("completions", found)) => Ok(Request::Print(command::completions(found, lang))),
        _ => Ok(Request::Print(command::command(lang).render_help().to_string())),
    };
    request.map(|request| Settings { lang, request }).map_err(|problems| (lang, problems))
}

/// `--lang` where it stands, else the locale, else Chinese. Read before everything else, since the help itself
/// needs it.
fn language(args: &[OsString], locale: Option<&str>) -> Lang {
    let mut args = args.iter().map(OsString::as_os_str).take_while(|arg| *arg != OsStr::new("--"));
    let mut given = None;
    while let Some(arg) = args.next() {
        let Some(arg) = arg.to_str() else { continue };
        given = match arg.strip_prefix("--lang") {
            Some("") => args.next().and_then(|next| next.to_str()),
            Some(value) => value.strip_prefix('='),
            None => given,
        };
    }
    match (given, locale) {
        (Some("en"), _) => Lang::En,
        (None, Some(locale)) if locale.starts_with("en") => Lang::En,
        _ => Lang::Zh,
    }
}

#[cfg(test)]
mod tests;
