//! What an investigation of one complaint needs to know beside the rules, as data of the pack: which words are a promise
//! and what keeps or breaks it, what a threat sounds like, and for each topic what to collect and what not to say.

use crate::rules::expr::Expr;
use crate::rules::form::{At, Fields};
use crate::rules::pack::SignalIx;

/// `[casework]`.
#[derive(Clone, Debug, Default)]
pub struct GeneralForm {
    pub(super) slow_seconds: u32,
    pub(super) hours: Vec<u32>,
    pub(super) source: String,
    pub(super) traps: Vec<At<String>>,
    pub(super) hedge: Option<At<String>>,
    pub(super) question: Option<At<String>>,
    pub(super) collect: Vec<String>,
    pub(super) avoid: Vec<String>,
    pub(super) replies: [String; 3],
}

/// `[[promise]]`.
#[derive(Clone, Debug)]
pub struct PromiseForm {
    pub(super) title: String,
    pub(super) said: At<String>,
    pub(super) kept: Option<At<String>>,
    pub(super) broken: Option<At<String>>,
    pub(super) missed: Option<At<String>>,
    pub(super) proof: String,
}

/// `[[threat]]`.
#[derive(Clone, Debug)]
pub struct ThreatForm {
    pub(super) title: String,
    pub(super) said: At<String>,
}

/// `[[topic]]`.
#[derive(Clone, Debug)]
pub struct TopicForm {
    pub(super) family: At<String>,
    pub(super) title: String,
    pub(super) words: Vec<String>,
    pub(super) said: Option<At<String>>,
    pub(super) defence: Option<At<String>>,
    pub(super) collect: Vec<String>,
    pub(super) avoid: Vec<String>,
    pub(super) cleared: String,
}

/// A kind of promise.
#[derive(Clone, Debug)]
pub struct PromiseKind {
    /// What is promised, Chinese.
    pub title: String,
    /// The shop's turn that promises.
    pub said: Expr<SignalIx>,
    /// A later turn that shows it kept.
    pub kept: Option<Expr<SignalIx>>,
    /// A later turn that breaks it.
    pub broken: Option<Expr<SignalIx>>,
    /// A later turn of the buyer that complains of it; it counts once the promise is due.
    pub missed: Option<Expr<SignalIx>>,
    /// Where to look when the log does not tell, Chinese.
    pub proof: String,
}

/// Words with which buyers announce a complaint.
#[derive(Clone, Debug)]
pub struct Threat {
    /// What is threatened, Chinese.
    pub title: String,
    /// The buyer's turn.
    pub said: Expr<SignalIx>,
}

/// What complaints are about: a family of rules.
#[derive(Clone, Debug)]
pub struct Topic {
    /// The family's file name.
    pub family: String,
    /// Chinese name.
    pub title: String,
    /// Other words that mean it, for `--complaint`.
    pub words: Vec<String>,
    /// Whether a turn speaks of it at all.
    pub said: Option<Expr<SignalIx>>,
    /// A turn of the shop that speaks for it.
    pub defence: Option<Expr<SignalIx>>,
    /// What to keep for an appeal.
    pub collect: Vec<String>,
    /// What not to say to the buyer.
    pub avoid: Vec<String>,
    /// What to answer when the log speaks for the shop.
    pub cleared: String,
}

/// Everything that an investigation takes from the pack.
#[derive(Clone, Debug, Default)]
pub struct Casework {
    /// A reply after so many seconds is marked as slow; 0 marks none.
    pub slow_seconds: u32,
    /// Slow replies are marked from this hour on, and before the second (Asia/Shanghai).
    pub hours: (u32, u32),
    /// Where these two figures come from.
    pub source: String,
    /// Rules that warn of a trap laid for the shop, by id.
    pub traps: Vec<String>,
    /// The shop leaves itself room.
    pub hedge: Option<Expr<SignalIx>>,
    /// The buyer asks something.
    pub question: Option<Expr<SignalIx>>,
    /// Kinds of promise.
    pub promises: Vec<PromiseKind>,
    /// Threats.
    pub threats: Vec<Threat>,
    /// Topics, in order of file and place.
    pub topics: Vec<Topic>,
    /// What to keep in every case.
    pub collect: Vec<String>,
    /// What never to say.
    pub avoid: Vec<String>,
    /// What to answer when the log speaks for the shop, when it does not tell, and when it looks like a trap.
    pub replies: Replies,
}

/// Answers for cases in which no rule gives one.
#[derive(Clone, Debug, Default)]
pub struct Replies {
    /// The log speaks for the shop.
    pub cleared: String,
    /// The log does not tell.
    pub unknown: String,
    /// It looks like a trap.
    pub trap: String,
}

impl Casework {
    /// The topic of a family.
    #[must_use]
    pub fn topic(&self, family: &str) -> Option<&Topic> {
        self.topics.iter().find(|t| t.family == family)
    }
}

fn plain(texts: Vec<At<String>>) -> Vec<String> {
    texts.into_iter().map(|t| t.value).collect()
}

fn words(text: Option<At<String>>) -> String {
    text.map(|t| t.value).unwrap_or_default()
}

/// Reads `[casework]`.
pub(super) fn general(f: &Fields<'_, '_>) -> GeneralForm {
    let form = GeneralForm {
        slow_seconds: f.number("slow_seconds").unwrap_or(0),
        hours: f.numbers("hours"),
        source: words(f.text("source")),
        traps: f.texts("traps"),
        hedge: f.text("hedge"),
        question: f.text("question"),
        collect: plain(f.texts("collect")),
        avoid: plain(f.texts("avoid")),
        replies: [f.text("cleared"), f.text("unknown"), f.text("trap")].map(words),
    };
    f.done();
    form
}

/// Reads `[[promise]]`.
pub(super) fn promise(f: &Fields<'_, '_>) -> PromiseForm {
    let form = PromiseForm {
        title: f.need("title").value,
        said: f.need("said"),
        kept: f.text("kept"),
        broken: f.text("broken"),
        missed: f.text("missed"),
        proof: f.need("proof").value,
    };
    f.done();
    form
}

/// Reads `[[threat]]`.
pub(super) fn threat(f: &Fields<'_, '_>) -> ThreatForm {
    let form = ThreatForm { title: f.need("title").value, said: f.need("said") };
    f.done();
    form
}

/// Reads `[[topic]]`.
pub(super) fn topic(f: &Fields<'_, '_>) -> TopicForm {
    let form = TopicForm {
        family: f.need("family"),
        title: f.need("title").value,
        words: plain(f.texts("words")),
        said: f.text("said"),
        defence: f.text("defence"),
        collect: plain(f.texts("collect")),
        avoid: plain(f.texts("avoid")),
        cleared: words(f.text("cleared")),
    };
    f.done();
    form
}
