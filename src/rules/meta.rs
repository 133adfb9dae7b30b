//! What is known about a rule or a ladder besides how it is detected: titles, points, remedy, sources.
//! Plain data in both the rule files and the reports; nothing here matches text or adds up points.

use serde::{Deserialize, Serialize};

use crate::finding::Level;
use crate::ids::RuleId;
use crate::model::Platform;

/// What one breach counts as once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Per order where one is named, else per conversation (the platforms count 每笔交易).
    #[default]
    Order,
    /// Per conversation.
    Conversation,
    /// Per buyer and calendar day.
    BuyerDay,
}

/// What a figure of exposure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Currency {
    /// Points on a ladder (扣分).
    Points,
    /// Yuan.
    Yuan,
}

/// What one incident may cost on some platforms, if the buyer complains and wins. Always an estimate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exposure {
    /// Where the figure holds; empty means on every platform of the rule.
    #[serde(default)]
    pub platforms: Vec<Platform>,
    /// The low figure, in `unit`, 0 or more.
    pub low: u32,
    /// The high figure, in `unit`, at least `low`.
    pub high: u32,
    /// Points or yuan.
    pub unit: Currency,
    /// The ladder that the points add up on; none for money.
    pub ladder: Option<String>,
    /// The other figure that some source gives, in words.
    pub alternative: Option<String>,
    /// Seed file and section, or R-code.
    pub source: String,
}

/// Everything about a rule but its detection.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleMeta {
    /// The catalogue's id.
    pub id: RuleId,
    /// The family file it stands in: `invoice`, `payment`, `freight`, ...
    pub family: String,
    /// Chinese title.
    pub title: String,
    /// English title.
    pub title_en: String,
    /// Why it is a fault, in one or two Chinese sentences.
    pub why: String,
    /// How grave.
    pub level: Level,
    /// Where it holds; empty means on every platform, known or not.
    pub platforms: Vec<Platform>,
    /// What is charged once.
    pub unit: Unit,
    /// What an incident may cost; empty when no source gives a figure.
    pub exposure: Vec<Exposure>,
    /// The model answer, Chinese.
    pub remedy: String,
    /// Seed files and sections, R-codes.
    pub sources: Vec<String>,
}

impl RuleMeta {
    /// The exposures that hold on `platform`.
    pub fn exposure_on(&self, platform: Option<Platform>) -> impl Iterator<Item = &Exposure> {
        self.exposure
            .iter()
            .filter(move |e| e.platforms.is_empty() || platform.is_some_and(|p| e.platforms.contains(&p)))
    }
}

/// A place where points add up over a calendar year, as data of the pack.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ladder {
    /// `general`, `commitment`, `severe`, `jd-general`, ...
    pub id: String,
    /// The marketplace whose ladder it is.
    pub platform: Platform,
    /// Chinese name, for example 一般违规.
    pub title: String,
    /// English name.
    pub title_en: String,
    /// A wider ladder on which the same points count too (`commitment` is part of `general`).
    pub part_of: Option<String>,
    /// Only the heaviest node that is reached is executed.
    #[serde(default)]
    pub heaviest_only: bool,
    /// Every so many points a node recurs (Tmall general: every 12); none when `nodes` lists them all.
    pub every: Option<u32>,
    /// The steps, by rising points.
    pub nodes: Vec<Node>,
    /// Seed file and section, or R-code.
    pub source: String,
}

/// One step of a ladder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Node {
    /// Points at which it is reached.
    pub at: u32,
    /// What happens, Chinese.
    pub consequence: String,
    /// The sum due, in yuan; none when the source gives no sum.
    pub yuan: Option<u32>,
    /// How long the measures last, in days; none when permanent or not given.
    pub days: Option<u32>,
}
