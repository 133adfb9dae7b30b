//! What an investigation found, as one value. Nothing is masked here and nothing is formatted; formats do both.

use crate::finding::{Finding, Level, Line};
use crate::ids::RuleId;
use crate::judge::{Judged, Standing};
use crate::model::{Kind, Platform};
use crate::problem::Problem;
use crate::rules::meta::RuleMeta;

/// What the log says about the complaint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The shop broke a rule.
    AtFault,
    /// It may have: only suspected findings.
    Doubtful,
    /// It looks like a trap laid for the shop.
    Trap,
    /// The log speaks for the shop.
    Cleared,
    /// The log does not tell.
    NotEnough,
}

/// How a sitting belongs to the complaint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// It is what is asked about.
    Asked,
    /// The same buyer with the same shop at another time.
    Same,
    /// Another shop of the same logs on the same platform.
    OtherShop,
    /// An account of the same name on another platform, which may be somebody else.
    OtherPlatform,
}

/// One conversation of the buyer.
#[derive(Clone, Debug)]
pub struct Sitting {
    /// How it belongs to the complaint.
    pub relation: Relation,
    /// The conversation's id.
    pub id: String,
    /// The marketplace.
    pub platform: Option<Platform>,
    /// The shop.
    pub shop: String,
    /// Agents in order of appearance.
    pub agents: Vec<String>,
    /// Orders that its rows name.
    pub orders: Vec<String>,
    /// Its messages.
    pub entries: Vec<Entry>,
}

/// One message of a sitting.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The message, with every deciding word of the findings marked.
    pub line: Line,
    /// What it carries.
    pub kind: Kind,
    /// The order that the row names.
    pub order: String,
    /// Seconds since the message before; none for the first and without times.
    pub gap: Option<i64>,
    /// Seconds that the buyer had waited for this human answer, when that is slow.
    pub slow: Option<i64>,
    /// Another agent takes over here: the one before.
    pub taken_over_from: Option<String>,
    /// Numbers (from 1) of the findings that rest on it.
    pub hits: Vec<usize>,
}

/// A rule that fired.
#[derive(Clone, Debug)]
pub struct Fired {
    /// The finding.
    pub finding: Finding,
    /// Its figures.
    pub judged: Judged,
    /// What is known about the rule.
    pub rule: RuleMeta,
    /// It belongs to what is asked about.
    pub asked: bool,
    /// On which ladders its points count, and where they lead if it is the only one: empty when it is not counted.
    pub steps: Vec<Standing>,
}

/// A rule that nearly fired.
#[derive(Clone, Debug)]
pub struct Nearly {
    /// The rule.
    pub rule: RuleId,
    /// Its title.
    pub title: String,
    /// Its family.
    pub family: String,
    /// How grave it would be.
    pub level: Level,
    /// It belongs to the complaint's family.
    pub asked: bool,
    /// Why it did not fire, one Chinese sentence.
    pub why: String,
    /// The words that nearly fired.
    pub said: Vec<Line>,
    /// The lines that were in the way.
    pub against: Vec<Line>,
    /// Those lines speak for the shop.
    pub defends: bool,
    /// How much room a page gives it.
    pub room: Room,
}

/// How much room a page gives to a rule that nearly fired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Room {
    /// Only data formats tell it.
    None,
    /// A line.
    Brief,
    /// With the lines of the log.
    Full,
}

/// What became of a promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// A later line shows it kept.
    Kept,
    /// A later line shows it kept after it was due.
    Late,
    /// A later line breaks it.
    Broken,
    /// Not in the log: where to look, Chinese.
    Unknown(String),
}

/// Something that the shop promised.
#[derive(Clone, Debug)]
pub struct Promise {
    /// What kind, Chinese.
    pub title: String,
    /// The words.
    pub said: Vec<Line>,
    /// With 一般, 预计 or the like.
    pub hedged: bool,
    /// When it is due.
    pub due: Option<crate::model::Stamp>,
    /// What became of it.
    pub fate: Fate,
    /// The lines that show that.
    pub shown: Vec<Line>,
}

/// A warning about the buyer's side. Never a charge.
#[derive(Clone, Debug)]
pub struct Sign {
    /// What was seen, Chinese.
    pub title: String,
    /// More about it, Chinese; may be empty.
    pub note: String,
    /// Where.
    pub lines: Vec<Line>,
}

/// An account whose name looks like the buyer's.
#[derive(Clone, Debug)]
pub struct Alike {
    /// The account.
    pub buyer: String,
    /// How its name differs from the buyer's, Chinese: told even where both are masked.
    pub difference: String,
    /// Its conversations: shop, id, first line.
    pub sittings: Vec<(String, String, Option<Line>)>,
    /// Orders that both accounts name.
    pub shared_orders: Vec<String>,
}

/// What to do now.
#[derive(Clone, Debug, Default)]
pub struct Advice {
    /// What to answer the buyer.
    pub reply: String,
    /// What to keep for an appeal.
    pub collect: Vec<String>,
    /// What not to say.
    pub avoid: Vec<String>,
}

/// A source file with rows of the case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Index into [`Dossier::files`].
    pub file: u32,
    /// Rows of the case in it.
    pub rows: u64,
    /// Its SHA-256 in hexadecimal; none when it was not asked for.
    pub sha256: Option<String>,
}

/// What the complaint is said to be about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The family of rules.
    pub family: String,
    /// The topic's or rule's Chinese title.
    pub title: String,
    /// The one rule, when one was named.
    pub rule: Option<RuleId>,
}

/// Everything about one complaint.
#[derive(Clone, Debug)]
pub struct Dossier {
    /// What was asked: option and value.
    pub query: Vec<(&'static str, String)>,
    /// Version of the program.
    pub version: String,
    /// Name, version and date of the pack.
    pub pack: [String; 3],
    /// What the complaint is about, if that was said.
    pub complaint: Option<Complaint>,
    /// The marketplace.
    pub platform: Option<Platform>,
    /// The shop.
    pub shop: String,
    /// The buyer's account.
    pub buyer: String,
    /// What the log says.
    pub outcome: Outcome,
    /// Why, Chinese sentences.
    pub reasons: Vec<String>,
    /// Conversations, oldest first.
    pub sittings: Vec<Sitting>,
    /// What fired: what is asked about first, gravest first.
    pub fired: Vec<Fired>,
    /// The shop's ladders with everything that fired with it.
    pub ladders: Vec<Standing>,
    /// What nearly fired: the complaint's family first, nearest first.
    pub nearly: Vec<Nearly>,
    /// Lines of the shop that speak for it in the matter, whatever rule they touch.
    pub defence: Vec<Line>,
    /// Promises in order of time.
    pub promises: Vec<Promise>,
    /// Warnings about the buyer's side.
    pub signs: Vec<Sign>,
    /// Accounts that look like the buyer's.
    pub alike: Vec<Alike>,
    /// What to do.
    pub advice: Advice,
    /// Names of the inputs; lines refer to them.
    pub files: Vec<String>,
    /// The files that hold rows of the case.
    pub sources: Vec<Source>,
    /// Lines that were searched.
    pub searched: u64,
    /// Rules of the complaint's family that a log alone cannot show: title and reason.
    pub unjudged: Vec<(String, String)>,
    /// What went wrong with the input.
    pub problems: Vec<Problem>,
}
