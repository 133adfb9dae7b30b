//! The compiled form of a rule pack: everything looked up, parsed and checked. Only `compile` makes one, so whoever
//! holds a `Pack` need not doubt it. Regular expressions are built on first use: most are never needed in a run.

use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};

use crate::finding::{Certainty, Level};
use crate::model::{Platform, Role};
use crate::rules::casework::Casework;
use crate::rules::expr::{Expr, Reach};
use crate::rules::form::At;
use crate::rules::lint::Lint;
use crate::rules::meta::{Ladder, RuleMeta};
use crate::rules::written::{Edge, Scope, Speaker};

/// A regular expression that is compiled when first asked for.
#[derive(Debug)]
pub struct Lazy {
    source: String,
    regex: OnceLock<Option<Regex>>,
}

impl Lazy {
    /// Keeps a regular expression whose syntax was checked before.
    #[must_use]
    pub fn new(source: String) -> Self {
        Self { source, regex: OnceLock::new() }
    }

    /// The compiled form; `None` when it grows beyond the size limit, which `compile` rules out for patterns.
    pub fn get(&self) -> Option<&Regex> {
        self.regex
            .get_or_init(|| {
                RegexBuilder::new(&self.source).size_limit(64 << 20).dfa_size_limit(1 << 20).build().ok()
            })
            .as_ref()
    }

    /// The expression itself.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }
}

/// A pattern with the words that must stand in a text for it to match.
#[derive(Debug)]
pub struct Pattern {
    /// As written, with its sugar.
    pub written: String,
    /// The expression.
    pub regex: Lazy,
    /// Sets of literals (indices into [`Pack::literals`], ordered): of each set one must stand.
    pub needs: Vec<Vec<u32>>,
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
    /// Voids hits that it overlaps or touches.
    pub unless: Vec<PatternIx>,
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
    /// As written.
    pub written: String,
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
    /// Conditions on the taught model of this rule.
    pub taught: Taught,
    /// Only reply templates are judged by it, not logs.
    pub templates: bool,
    /// Safe replacements: these words, wherever the rule fires on them, by those.
    pub replace: Vec<(String, String)>,
    /// From a file of the user's.
    pub is_users: bool,
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
    /// Every pattern, each once.
    pub patterns: Vec<Pattern>,
    /// Every guard.
    pub guards: Vec<Guard>,
    /// Words looked for by the automaton, each once, none empty.
    pub literals: Vec<String>,
    /// Places where points add up.
    pub ladders: Vec<Ladder>,
    /// Shops with settings.
    pub shops: Vec<Shop>,
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
