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
    /// Days of a measure against the whole shop (Pinduoduo: goods off the shelf for 3, 7 or 15 days). The gravest
    /// incident decides; days never add up.
    Days,
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
#[derive(Clone, Debug, PartialEq)]
pub struct Ladder {
    /// `general`, `commitment`, `severe`, `jd-general`, ...
    pub id: String,
    /// The marketplace whose ladder it is.
    pub platform: Platform,
    /// The only profile in which it holds, instead of the ladder of the same id without profile; none for all.
    pub profile: Option<String>,
    /// Chinese name, for example 一般违规.
    pub title: String,
    /// English name.
    pub title_en: String,
    /// A wider ladder on which the same points count too (`commitment` is part of `general`).
    pub part_of: Option<String>,
    /// Only the heaviest node is executed, where one incident meets several or another falls due while one runs.
    pub heaviest_only: bool,
    /// Incidents do not add up; the gravest decides (Pinduoduo's days).
    pub gravest: bool,
    /// Every so many points a node recurs (Tmall general: every 12); none when `nodes` lists them all.
    pub every: Option<u32>,
    /// A balance of at least so many points is not cleared at the year's end; none when all are cleared.
    pub carries_from: Option<u32>,
    /// The steps, by rising points.
    pub nodes: Vec<Node>,
    /// Seed file and section, or R-code.
    pub source: String,
}

/// One step of a ladder.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Points at which it is reached; days on a ladder of days.
    pub at: u32,
    /// What happens, Chinese.
    pub consequence: String,
    /// The sum due, in yuan; none when the source gives no sum.
    pub yuan: Option<u32>,
    /// How long the measures last, in days; none when permanent or not given.
    pub days: Option<u32>,
}

/// What a profile says about some rules, instead of their own figures of the same unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Ids of the rules.
    pub rules: Vec<String>,
    /// The figure; its `platforms` are those of the profile.
    pub exposure: Exposure,
}

/// A platform's figures as they stood at a date: which ladders, exposures and KPI definitions hold. Of each platform
/// one profile is in force in a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// `tmall-seeds`, `tmall-2023`, ...
    pub id: String,
    /// The marketplace.
    pub platform: Platform,
    /// Chinese name.
    pub title: String,
    /// English name.
    pub title_en: String,
    /// What time its figures are from: a year, a month or a day.
    pub date: String,
    /// Whether it is in force unless the user names another.
    pub is_default: bool,
    /// Where it differs from the figures in the rules.
    pub figures: Vec<Figure>,
    /// Seed files and R-codes.
    pub source: String,
}

/// One row of a calculator: what so many orders at the so-manieth time cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Tier {
    /// The first occurrence that it covers, from 1.
    pub from: u32,
    /// The last one; none for all later ones.
    pub to: Option<u32>,
    /// The least number of orders.
    pub orders_from: u32,
    /// The first number of orders that it no longer covers; none for all.
    pub orders_below: Option<u32>,
    /// Whether it is for a large scale in a short time, whatever the numbers.
    pub large_scale: bool,
    /// Points.
    pub points: u32,
    /// What happens, Chinese.
    pub consequence: String,
}

/// A calculator for a breach that a log cannot show: `kefu-audit estimate ID`.
#[derive(Clone, Debug, PartialEq)]
pub struct Calculator {
    /// `false-trade`.
    pub id: String,
    /// Where it holds.
    pub platforms: Vec<Platform>,
    /// Chinese name.
    pub title: String,
    /// English name.
    pub title_en: String,
    /// The ladder that its points add up on.
    pub ladder: String,
    /// Its rows; the first that fits counts.
    pub tiers: Vec<Tier>,
    /// Seed files and R-codes.
    pub source: String,
}
