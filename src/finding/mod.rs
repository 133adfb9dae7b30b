//! One rule broken in one conversation, with all the lines that show it. Points, titles and remedies are looked
//! up by rule id later; a finding only says what was seen and where.

pub mod shelf;
mod slip;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::ids::{Fingerprint, RuleId};
use crate::model::{Platform, Role, Stamp};
use crate::span::Span;

pub use slip::Slip;

/// How grave a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Worth a look.
    Notice,
    /// The shop's own quality rules: tone, process.
    Warning,
    /// A platform or the law sanctions it.
    Violation,
}

/// How sure the program is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// Needs data that the log lacks, or rests on weaker evidence.
    Suspected,
    /// The log shows it.
    Certain,
}

/// A message with the stretches that decided. Also used for the lines of context around the evidence, with no
/// spans.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Index into the run's sorted list of input files.
    pub file: u32,
    /// 1-based physical line.
    pub line: u32,
    /// Who spoke.
    pub role: Role,
    /// The agent on duty, empty for buyers and when unknown.
    pub agent: String,
    /// When; `None` in logs without times.
    pub at: Option<Stamp>,
    /// Withdrawn by its writer.
    pub recalled: bool,
    /// The words as logged.
    pub text: String,
    /// The deciding words, ordered and disjoint; empty in context lines.
    pub spans: Vec<Span>,
}

/// What a taught model founded a charge on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taught {
    /// How strongly it saw the rule broken, in hundredths; may be negative.
    pub score: i32,
    /// From which score on it charges, in hundredths.
    pub threshold: i32,
    /// The words of the shop that weighed most, heaviest first, normalised.
    pub words: Vec<String>,
    /// The words of the buyer's question that weighed most.
    pub question: Vec<String>,
    /// The words of what the buyer said to it that weighed most, where the charge rests on them.
    pub answer: Vec<String>,
    /// Titles of the written signals that spoke for it.
    pub signals: Vec<String>,
    /// The teaching example that is nearest; empty when no examples are at hand.
    pub nearest: String,
}

/// One rule broken in one conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Names the finding by its content.
    pub id: Fingerprint,
    /// The rule.
    pub rule: RuleId,
    /// How grave; a shop's own rule file may have changed it.
    pub level: Level,
    /// How sure.
    pub certainty: Certainty,
    /// The marketplace, if the log names one.
    pub platform: Option<Platform>,
    /// The shop.
    pub shop: String,
    /// The conversation's id.
    pub conversation: String,
    /// The buyer's account, unmasked; formats mask it.
    pub buyer: String,
    /// The writer of the main line; the agent on duty when a robot wrote it.
    pub agent: String,
    /// The order that the main line names, or the only one that the conversation names; else empty.
    pub order_id: String,
    /// The line that shows the fault best: an index into `evidence`.
    pub main: usize,
    /// Every line that the finding rests on, in the order of the conversation; shop lines and buyer lines alike.
    pub evidence: Vec<Line>,
    /// Up to two lines before the first and after the last evidence line, and none that is evidence itself.
    pub context: Vec<Line>,
    /// Why it fired, one or two Chinese sentences.
    pub why: String,
    /// The first line in which the buyer threatens to complain, report or expose the shop: a live risk. The findings of a
    /// conversation share it.
    pub threat: Option<Arc<Line>>,
    /// What a taught model founded it on; `None` when a written case saw it.
    pub taught: Option<Box<Taught>>,
}

impl Finding {
    /// The line that shows the fault best.
    #[must_use]
    pub fn main_line(&self) -> Option<&Line> {
        self.evidence.get(self.main)
    }
}
