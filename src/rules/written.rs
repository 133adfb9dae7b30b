//! Rule files as written: one struct per kind of table. `read` fills them from TOML; `compile` looks up their names and
//! parses their patterns.

use crate::finding::{Certainty, Level};
use crate::model::{Platform, Stamp};
use crate::rules::casework;
use crate::rules::columns::{ColumnsForm, People};
use crate::rules::form::At;
use crate::rules::lint::LintForm;
use crate::rules::meta::{Calculator, Exposure, Ladder, Profile, Unit};
use crate::rules::native::Param;
use crate::rules::timing::{ExemptForm, KpiForm};

/// Platform names as rule files write them.
pub const PLATFORMS: &[(&str, Platform)] =
    &[("tmall", Platform::Tmall), ("taobao", Platform::Taobao), ("jd", Platform::Jd), ("pdd", Platform::Pdd)];
/// Levels as rule files write them.
pub const LEVELS: &[(&str, Level)] =
    &[("violation", Level::Violation), ("warning", Level::Warning), ("notice", Level::Notice)];
/// Whose turns a signal is looked for in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// The customer.
    Buyer,
    /// A person of the shop.
    Agent,
    /// The shop's automatic reply.
    Robot,
    /// Agent or robot.
    Shop,
    /// The platform.
    System,
    /// Everybody.
    Any,
}

/// How far from a hit its companions are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Up to the next punctuation.
    Clause,
    /// One message.
    Message,
    /// The whole turn.
    Turn,
}

/// Where in its message a hit must stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// It is the message.
    Whole,
    /// It begins the message.
    Start,
    /// It ends the message.
    End,
}

/// `[guards.NAME]`: what voids a hit by the words around it.
#[derive(Clone, Debug)]
pub struct GuardForm {
    /// Its name.
    pub name: At<String>,
    /// Patterns that end where the hit begins.
    pub just_before: Vec<At<String>>,
    /// Patterns in the clause before the hit.
    pub before: Vec<At<String>>,
    /// Patterns in the clause after the hit.
    pub after: Vec<At<String>>,
    /// Patterns in the hit's message, outside the hit itself.
    pub message: Vec<At<String>>,
    /// Pairs of opening and closing marks.
    pub enclosed: Vec<At<String>>,
    /// Patterns that, ending where the hit begins, take the guard back (double negation).
    pub except: Vec<At<String>>,
}

/// `[[signal]]`.
#[derive(Clone, Debug)]
pub struct SignalForm {
    /// `family.name`.
    pub id: At<String>,
    /// What it means, for explanations.
    pub title: Option<At<String>>,
    /// Whose turns.
    pub speaker: Speaker,
    /// Made of other signals instead of words.
    pub is: Option<At<String>>,
    /// One of these.
    pub any: Vec<At<String>>,
    /// Each of these.
    pub all: Vec<At<String>>,
    /// None of these.
    pub none: Vec<At<String>>,
    /// Voids hits that it overlaps or comes near to.
    pub unless: Vec<At<String>>,
    /// How near, in characters.
    pub unless_near: Option<u32>,
    /// The longer of hit and `unless` wins.
    pub longest: bool,
    /// How many different entries of `any`.
    pub at_least: u32,
    /// Longest distance of `all` from the hit, in characters.
    pub near: Option<u32>,
    /// Where `all` and `none` are looked for.
    pub scope: Scope,
    /// Where the hit stands.
    pub edge: Option<Edge>,
    /// Longest message, in characters without punctuation.
    pub max_chars: Option<u32>,
    /// Shortest message.
    pub min_chars: Option<u32>,
    /// Names of guards; `None` for the default ones.
    pub guards: Option<Vec<At<String>>>,
}

/// `[[rule.case]]`.
#[derive(Clone, Debug)]
pub struct CaseForm {
    /// The table itself.
    pub at: At<()>,
    /// What the shop's turn says; any turn when none.
    pub here: Option<At<String>>,
    /// What the buyer's turn before it says.
    pub prev: Option<At<String>>,
    /// Earlier turns.
    pub before: Vec<At<String>>,
    /// Not in earlier turns.
    pub not_before: Vec<At<String>>,
    /// Later turns.
    pub after: Vec<At<String>>,
    /// Not in later turns.
    pub not_after: Vec<At<String>>,
    /// What should be said in the turn or later and is not.
    pub expect: Vec<At<String>>,
    /// Earlier, later or the same turn.
    pub around: Vec<At<String>>,
    /// Not earlier, later or in the same turn.
    pub not_around: Vec<At<String>>,
    /// Only in the shop's first so many turns.
    pub first: Option<u32>,
    /// Only in the shop's last so many turns.
    pub last: Option<u32>,
    /// At least so many turns.
    pub count: Option<u32>,
    /// Within so many minutes.
    pub minutes: Option<u32>,
    /// The same words so often.
    pub repeat: Option<u32>,
    /// Only on these platforms.
    pub platforms: Vec<Platform>,
    /// From hour, to hour.
    pub hours: Vec<u32>,
    /// A shop setting that must be on.
    pub setting: Option<At<String>>,
    /// Only in these shops.
    pub shops: Vec<At<String>>,
    /// Only turns of these agents.
    pub agents: Vec<At<String>>,
    /// First and last day.
    pub days: Days,
    /// Only among the first so many messages.
    pub first_messages: Option<u32>,
    /// Only among the last so many messages.
    pub last_messages: Option<u32>,
    /// Only so many seconds or more after the question.
    pub slower_than: Option<u32>,
    /// Only at most so many seconds after the question.
    pub faster_than: Option<u32>,
    /// What speaks for the shop.
    pub except: Vec<ExceptForm>,
    /// How alike repeated words must be, in percent.
    pub alike: Option<u32>,
    /// Only with the strict rules.
    pub strict: bool,
    /// How sure.
    pub certainty: Certainty,
    /// Instead of the rule's level.
    pub level: Option<Level>,
}

/// `from` and `until`: the first and the last day on which something holds, as the moments where they begin and end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Days {
    /// The first day begins.
    pub from: Option<Stamp>,
    /// The last day has ended.
    pub until: Option<Stamp>,
}

/// `[[rule.case.except]]`.
#[derive(Clone, Debug)]
pub struct ExceptForm {
    /// The table itself.
    pub at: At<()>,
    /// What must be found around the turn.
    pub when: Option<At<String>>,
    /// From hour, to hour.
    pub hours: Vec<u32>,
    /// Why it is no fault.
    pub reason: At<String>,
}

/// `[[rule]]`.
#[derive(Clone, Debug)]
pub struct RuleForm {
    /// Its id.
    pub id: At<String>,
    /// Chinese title.
    pub title: At<String>,
    /// English title.
    pub title_en: At<String>,
    /// Why it is a fault; empty when the writer does not say.
    pub why: String,
    /// How grave.
    pub level: Level,
    /// Where it holds.
    pub platforms: Vec<Platform>,
    /// What is charged once.
    pub unit: Unit,
    /// Model answer.
    pub remedy: String,
    /// Where it comes from.
    pub sources: Vec<String>,
    /// Wider rules.
    pub covers: Vec<At<String>>,
    /// Dialogues that must fire.
    pub hit: Vec<At<String>>,
    /// Dialogues that must not.
    pub ok: Vec<At<String>>,
    /// What it may cost.
    pub exposure: Vec<Exposure>,
    /// When it fires.
    pub cases: Vec<CaseForm>,
    /// The native rule that sees it, beside any cases.
    pub native: Option<At<String>>,
    /// The native rule's parameters.
    pub params: Vec<Param>,
    /// The short form: words that are a fault in the shop's mouth.
    pub phrases: Vec<At<String>>,
    /// The short form: words that void them.
    pub unless: Vec<At<String>>,
    /// The short form: only where the buyer's turn before says one of these.
    pub asked: Vec<At<String>>,
    /// First and last day.
    pub days: Days,
    /// Why a log alone cannot show it; then it has no cases.
    pub unjudged: Option<At<String>>,
    /// Only reply templates are judged by it, not logs.
    pub templates: bool,
    /// Safe replacements: words that may be put in place of others wherever the rule fires on them.
    pub replace: Vec<(At<String>, At<String>)>,
    /// Whether a taught model is used beside the written cases.
    pub taught: Option<bool>,
    /// What must be found around a turn that the taught model charges.
    pub taught_needs: Vec<At<String>>,
    /// What voids a charge of the taught model.
    pub taught_unless: Vec<At<String>>,
}

/// `[[override]]`: a user's change to a rule.
#[derive(Clone, Debug)]
pub struct OverrideForm {
    /// Which rule.
    pub id: At<String>,
    /// On or off.
    pub enabled: Option<bool>,
    /// Another level.
    pub level: Option<Level>,
    /// Another low figure.
    pub low: Option<u32>,
    /// Another high figure.
    pub high: Option<u32>,
    /// Another model answer.
    pub remedy: Option<At<String>>,
    /// Other parameters of a native rule.
    pub params: Vec<Param>,
}

/// `[[extend]]`: more words for a signal that exists.
#[derive(Clone, Debug)]
pub struct ExtendForm {
    /// Which signal.
    pub signal: At<String>,
    /// More alternatives.
    pub any: Vec<At<String>>,
    /// More exceptions.
    pub unless: Vec<At<String>>,
}

/// `[[shop]]`: what a shop has agreed with its platform.
#[derive(Clone, Debug)]
pub struct ShopForm {
    /// Its name as in the log.
    pub name: At<String>,
    /// Settings that are on, for `setting = ` in cases.
    pub settings: Vec<At<String>>,
    /// Points it has already: `ladder=points`.
    pub prior: Vec<At<String>>,
    /// The day that those points are of, `YYYY-MM-DD`.
    pub prior_date: Option<At<String>>,
    /// Names of its people and robots, for logs that do not say who is who.
    pub people: People,
}

/// One rule file.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// The family: the file's name without folder and ending.
    pub family: String,
    /// Pack name, if this file has a `[pack]`.
    pub name: Option<At<String>>,
    /// Pack version.
    pub version: Option<At<String>>,
    /// Date of the pack.
    pub date: Option<At<String>>,
    /// The floor under which a rule's taught model voids its written cases is at most so many percent of the way to its
    /// threshold.
    pub unlike: Option<u32>,
    /// The same for rules that are no more than a warning.
    pub unlike_warnings: Option<u32>,
    /// Words that by themselves score less than this above their floor, in hundredths, are no clear breach.
    pub vague: Option<u32>,
    /// Guards that signals have when they name none.
    pub default_guards: Vec<At<String>>,
    /// `[lists]`.
    pub lists: Vec<(At<String>, Vec<At<String>>)>,
    /// `[slots]`.
    pub slots: Vec<(At<String>, Vec<At<String>>)>,
    /// `[checks]`: slots whose check digits are tested, each with the name of the test.
    pub checks: Vec<(At<String>, Vec<At<String>>)>,
    /// `[guards.*]`.
    pub guards: Vec<GuardForm>,
    /// `[[signal]]`.
    pub signals: Vec<SignalForm>,
    /// `[[rule]]`.
    pub rules: Vec<RuleForm>,
    /// `[[override]]`.
    pub overrides: Vec<OverrideForm>,
    /// `[[extend]]`.
    pub extends: Vec<ExtendForm>,
    /// `[[shop]]`.
    pub shops: Vec<ShopForm>,
    /// `[columns]`.
    pub columns: Vec<ColumnsForm>,
    /// `[[asked]]`: a buyer's question, and the subject whose naming lets a template stand as an answer to it.
    pub asked: Vec<(At<String>, At<String>)>,
    /// `[lint]`.
    pub lint: LintForm,
    /// `[[ladder]]`.
    pub ladders: Vec<(At<()>, Ladder)>,
    /// `[[exempt]]`.
    pub(crate) exempts: Vec<ExemptForm>,
    /// `[[kpi]]`.
    pub(crate) kpis: Vec<KpiForm>,
    /// `[[profile]]`.
    pub profiles: Vec<(At<()>, Profile)>,
    /// `[[estimate]]`.
    pub calculators: Vec<(At<()>, Calculator)>,
    /// `[casework]`.
    pub casework: Vec<casework::GeneralForm>,
    /// `[[promise]]`.
    pub promises: Vec<casework::PromiseForm>,
    /// `[[threat]]`.
    pub threats: Vec<casework::ThreatForm>,
    /// `[[topic]]`.
    pub topics: Vec<casework::TopicForm>,
}
