//! The compiled form of a rule pack: everything looked up, parsed and checked. Only `compile` makes one, so whoever
//! holds a `Pack` need not doubt it. Regular expressions are built on first use: most are never needed in a run.

use std::borrow::Cow;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::finding::{Certainty, Level};
use crate::ingest::Export;
use crate::model::{Platform, Role, Stamp};
use crate::rules::casework::Casework;
use crate::rules::expr::{Expr, Reach};
use crate::rules::form::At;
use crate::rules::lazy::Lazy;
use crate::rules::lint::Lint;
use crate::rules::literals::Shape;
use crate::rules::meta::{Calculator, Ladder, Profile, RuleMeta};
use crate::rules::native::Native;
use crate::rules::timing::{Exempt, Kpi};
use crate::rules::written::{Edge, Scope, Speaker};

/// A pattern with the words that must stand in a text for it to match.
#[derive(Debug)]
pub struct Pattern {
    /// As written, with its sugar.
    pub written: Arc<str>,
    /// The expression.
    pub regex: Lazy,
    /// The shapes in which it can match, in sets of literals (indices into [`Pack::sets`]).
    pub shapes: Cow<'static, [Shape<u32>]>,
}

impl Pattern {
    /// Whether it can only match where certain words stand.
    #[must_use]
    pub fn needs_words(&self) -> bool {
        self.shapes.iter().all(|shape| !shape.needs.is_empty())
    }
}

/// What voids a hit by the words around it.
#[derive(Debug)]
pub struct Guard {
    /// Its name.
    pub name: String,
    /// Ends where the hit begins.
    pub just_before: Option<Lazy>,
    /// In the clause before the hit.
    pub before: Option<Lazy>,
    /// In the clause after the hit.
    pub after: Option<Lazy>,
    /// In the message, before or after the hit.
    pub message: Option<Lazy>,
    /// Opening and closing marks.
    pub enclosed: Vec<(char, char)>,
    /// Takes the guard back, ending where the hit begins.
    pub except: Option<Lazy>,
}

impl Guard {
    /// Its expressions.
    pub(super) fn expressions(&self) -> impl Iterator<Item = &Lazy> {
        [&self.just_before, &self.before, &self.after, &self.message, &self.except].into_iter().flatten()
    }
}

/// Index of a pattern.
pub type PatternIx = usize;
/// Index of a signal.
pub type SignalIx = usize;
/// Index of a rule.
pub type RuleIx = usize;

/// Words of a signal; see `docs/rule-language.md` for the meaning of each field.
#[derive(Debug)]
pub struct Words {
    /// One of these (at least [`Words::at_least`] different ones).
    pub any: Vec<PatternIx>,
    /// Each of these.
    pub all: Vec<PatternIx>,
    /// None of these.
    pub none: Vec<PatternIx>,
    /// Voids hits that it overlaps or comes near to.
    pub unless: Vec<PatternIx>,
    /// How near, in characters; 0 means that it must overlap or touch.
    pub unless_near: usize,
    /// A hit that covers a shorter `unless` counts all the same: the longer of the two wins.
    pub longest: bool,
    /// How many different entries of `any`.
    pub at_least: usize,
    /// Longest distance of `all` from the hit, in characters.
    pub near: Option<usize>,
    /// Where `all` and `none` are looked for.
    pub scope: Scope,
    /// Where the hit stands in its message.
    pub edge: Option<Edge>,
    /// Longest message, in characters without punctuation.
    pub max_chars: usize,
    /// Shortest message.
    pub min_chars: usize,
    /// Indices into [`Pack::guards`].
    pub guards: Vec<usize>,
}

/// What a signal is made of.
#[derive(Debug)]
pub enum Body {
    /// Words of its own.
    Words(Box<Words>),
    /// Other signals of the same turn.
    Is(Expr<SignalIx>),
}

/// What a turn says.
#[derive(Debug)]
pub struct Signal {
    /// `family.name`.
    pub id: String,
    /// For explanations; the id when none is written.
    pub title: String,
    /// Whose turns.
    pub speaker: Speaker,
    /// What it is made of.
    pub body: Body,
}

impl Speaker {
    /// Whether a signal for this speaker is looked for in turns of `role`.
    #[must_use]
    pub fn hears(self, role: Role) -> bool {
        match self {
            Self::Buyer => role == Role::Buyer,
            Self::Agent => role == Role::Agent,
            Self::Robot => role == Role::Robot,
            Self::Shop => role.is_shop(),
            Self::System => role == Role::System,
            Self::Any => true,
        }
    }
}

/// Something that must be found elsewhere in the conversation, or must not.
#[derive(Debug)]
pub struct Context {
    /// What.
    pub expr: Expr<SignalIx>,
    /// How far away.
    pub reach: Reach,
    /// In at least so many turns.
    pub times: usize,
    /// It should have been said and was not (`expect`): the judged turn itself counts too.
    pub is_expected: bool,
    /// As written.
    pub written: String,
}

/// Where and when a case is looked for at all, besides platform, hours and shop setting. Empty lists and `None` set no
/// limit.
#[derive(Debug, Default)]
pub struct Limits {
    /// Only in these shops.
    pub shops: Vec<String>,
    /// Only turns of these agents.
    pub agents: Vec<String>,
    /// Only turns from this moment on; a turn without a time counts as today's.
    pub from: Option<Stamp>,
    /// Only turns before this moment; a turn without a time counts as today's.
    pub until: Option<Stamp>,
    /// Only turns that begin among the first so many messages of buyer and shop.
    pub first_messages: Option<usize>,
    /// Only turns that end among the last so many messages of buyer and shop.
    pub last_messages: Option<usize>,
    /// Only turns so many seconds or more after the first message that they answer.
    pub slower_than: Option<i64>,
    /// Only turns at most so many seconds after the first message that they answer.
    pub faster_than: Option<i64>,
}

/// What speaks for the shop although everything holds, with the reason to print.
#[derive(Debug)]
pub struct Exception {
    /// What must be found around the turn; the hours alone decide when none.
    pub when: Option<Context>,
    /// From hour, to hour (Asia/Shanghai); any hour when none.
    pub hours: Option<(u32, u32)>,
    /// Why it is no fault, a short Chinese clause.
    pub reason: String,
}

/// One way in which a rule fires.
#[derive(Debug)]
pub struct Case {
    /// Which rule.
    pub rule: RuleIx,
    /// What the shop's turn says.
    pub here: Expr<SignalIx>,
    /// Signals of which one must be there for `here` to hold.
    pub triggers: Vec<SignalIx>,
    /// Signals with words of their own that must all hold for `here` to hold.
    pub needs: Vec<SignalIx>,
    /// What the buyer's turn before it says.
    pub prev: Option<Expr<SignalIx>>,
    /// Earlier turns.
    pub before: Vec<Context>,
    /// Not in earlier turns.
    pub not_before: Vec<Context>,
    /// Later turns.
    pub after: Vec<Context>,
    /// Not in later turns.
    pub not_after: Vec<Context>,
    /// Earlier, later or the same turn.
    pub around: Vec<Context>,
    /// Nowhere.
    pub not_around: Vec<Context>,
    /// Only in the shop's first so many turns.
    pub first: Option<usize>,
    /// Only in the shop's last so many turns.
    pub last: Option<usize>,
    /// At least so many turns.
    pub count: usize,
    /// Within so many seconds.
    pub seconds: Option<i64>,
    /// The same words so often.
    pub repeat: usize,
    /// Only on these platforms; empty for all.
    pub platforms: Vec<Platform>,
    /// From hour, to hour (Asia/Shanghai).
    pub hours: Option<(u32, u32)>,
    /// A shop setting that must be on.
    pub setting: Option<String>,
    /// Further limits of place and time.
    pub limits: Limits,
    /// What speaks for the shop.
    pub except: Vec<Exception>,
    /// How alike repeated words must be, in percent; 100 means the same.
    pub alike: u32,
    /// Only judged when the user asks for the strict rules (`--strict-ads`).
    pub strict: bool,
    /// How sure.
    pub certainty: Certainty,
    /// Instead of the rule's level.
    pub level: Option<Level>,
}

/// What the written side demands of a rule's taught model.
#[derive(Debug, Default)]
pub struct Taught {
    /// The written cases say everything; no model is used.
    pub is_off: bool,
    /// Each must be found around the turn.
    pub needs: Vec<Context>,
    /// None may be found around the turn.
    pub unless: Vec<Context>,
    /// Only turns from this moment on.
    pub from: Option<Stamp>,
    /// Only turns before this moment.
    pub until: Option<Stamp>,
}

/// A rule, ready to be judged.
#[derive(Debug)]
pub struct Rule {
    /// Titles, points, remedy, sources.
    pub meta: RuleMeta,
    /// Switched on.
    pub enabled: bool,
    /// Wider rules that are not reported on the same turn.
    pub covers: Vec<RuleIx>,
    /// Dialogues that must fire.
    pub hit: Vec<At<String>>,
    /// Dialogues that must not.
    pub ok: Vec<At<String>>,
    /// Why a log alone cannot show it.
    pub unjudged: Option<String>,
    /// The native rule that sees it, beside any cases.
    pub native: Option<Native>,
    /// Conditions on the taught model of this rule.
    pub taught: Taught,
    /// Only reply templates are judged by it, not logs.
    pub templates: bool,
    /// Safe replacements: these words, wherever the rule fires on them, by those.
    pub replace: Vec<(String, String)>,
    /// From a file of the user's.
    pub is_users: bool,
}

impl Rule {
    /// Whether a model is learned for it, where it has examples enough.
    #[must_use]
    pub fn is_taught(&self) -> bool {
        self.enabled && !self.taught.is_off
    }
}

/// A shop's own settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shop {
    /// Its name as in the log.
    pub name: String,
    /// Settings that are on.
    pub settings: Vec<String>,
    /// Points it has already, by ladder.
    pub prior: Vec<(String, u32)>,
    /// The day that those points are of; none for the year that is judged.
    pub prior_date: Option<NaiveDate>,
}

/// A whole rule pack.
#[derive(Debug, Default)]
pub struct Pack {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its date.
    pub date: String,
    /// Every rule, in order of file and place.
    pub rules: Vec<Rule>,
    /// Every case of every enabled rule.
    pub cases: Vec<Case>,
    /// Every signal.
    pub signals: Vec<Signal>,
    /// Signals that a user's file added words to.
    pub extended: Vec<SignalIx>,
    /// A written case is not charged where the score of the rule's taught model is below its own floor
    /// ([`crate::taught::model::Head::unlike`]), and that floor is at most this share of the way from nothing to the
    /// threshold; 0 to 1. Nothing is taken back when `None`.
    pub unlike: Option<f32>,
    /// The same for rules that are no more than a warning; as [`Pack::unlike`] when `None`. Warnings are of tone for the most
    /// part, which words alone tell badly: those that the model doubts are seldom right.
    pub unlike_warnings: Option<f32>,
    /// Words that by themselves score less than this above their floor are no clear breach: the model must see the breach
    /// itself.
    pub vague: f32,
    /// Every pattern, each once.
    pub patterns: Vec<Pattern>,
    /// Every guard.
    pub guards: Vec<Guard>,
    /// Words looked for by the automaton, each once, none empty.
    pub literals: Vec<Cow<'static, str>>,
    /// Sets of literals that patterns need, each once: ordered indices into [`Pack::literals`].
    pub sets: Vec<Cow<'static, [u32]>>,
    /// Places where points add up, of every profile.
    pub ladders: Vec<Ladder>,
    /// Dated figures, of which one a platform is in force in a run.
    pub profiles: Vec<Profile>,
    /// Calculators for what a log cannot show.
    pub calculators: Vec<Calculator>,
    /// Shops with settings.
    pub shops: Vec<Shop>,
    /// The user's descriptions of exports.
    pub exports: Vec<Arc<Export>>,
    /// Names of the shops' people and robots.
    pub staff: Vec<(String, Role)>,
    /// Why a message of the buyer asks for no answer in time.
    pub exempts: Vec<Exempt>,
    /// KPI definitions of every profile.
    pub kpis: Vec<Kpi>,
    /// What an investigation needs beside the rules.
    pub casework: Casework,
    /// Questions of buyers that a template is taken to answer when it names the subject: signal and subject.
    pub asked: Vec<(SignalIx, SignalIx)>,
    /// What checking templates needs.
    pub lint: Lint,
}

impl Pack {
    /// The rule of an id.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.meta.id.as_str() == id)
    }
}
