//! Figures as rows to read: value, numerator, denominator, what was left out, and how they stand to the platform's aim.
//! Where the times cannot carry a figure it is off, with the reason.

use chrono::NaiveDate;

use super::figure::{Figure, Left};
use super::{Counted, Figures, Plan, Times};
use crate::model::Platform;
use crate::rules::timing::{Daily, Kpi, Measure, Unit};

/// Whose figure it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// The shop as a whole.
    Shop,
    /// An agent.
    Agent(String),
    /// An hour of the day.
    Hour(u8),
    /// A day.
    Day(NaiveDate),
}

/// Why a figure is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Off {
    /// No times, or times in equal steps.
    MadeUp,
    /// Times to the minute, and the figure needs seconds.
    ToMinutes,
}

/// How a figure stands to the platform's aim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aim {
    /// It is reached.
    Reached,
    /// It is missed.
    Missed,
    /// Fewer units than the platform judges.
    TooFew,
}

/// One figure of one group.
#[derive(Clone, Debug, PartialEq)]
pub struct Row<'k> {
    /// The marketplace.
    pub platform: Option<Platform>,
    /// The shop.
    pub shop: &'k str,
    /// Whose figure it is.
    pub group: Group,
    /// By which definition.
    pub kpi: &'k Kpi,
    /// Percent, seconds, a ratio or a number; none when nothing was counted or the figure is off.
    pub value: Option<f64>,
    /// What was counted.
    pub numerator: u64,
    /// Of how many.
    pub denominator: u64,
    /// What was left out, by reason.
    pub left: Vec<(Left, u64)>,
    /// Waits that 50 %, 90 % and 100 % do not exceed; only of means.
    pub spread: Option<(u32, u32, u32)>,
    /// Against the platform's aim; only of whole shops.
    pub aim: Option<Aim>,
    /// Why it is off.
    pub off: Option<Off>,
}

/// Every figure, by platform, shop, group, definition.
#[must_use]
pub fn rows<'k>(counted: &'k Counted, plan: &'k Plan) -> Vec<Row<'k>> {
    let mut rows = Vec::new();
    for ((platform, shop), figures) in &counted.shops {
        let mut add = |group: Group, of: &'k Figures| {
            for (kpi, figure) in plan.kpis.iter().zip(of) {
                if kpi.platforms.len() == Platform::ALL.len()
                    || platform.is_some_and(|p| kpi.platforms.contains(&p))
                {
                    rows.push(row((*platform, shop), group.clone(), kpi, figure, figures.times));
                }
            }
        };
        add(Group::Shop, &figures.all);
        figures.agents.iter().for_each(|(agent, of)| add(Group::Agent(agent.clone()), of));
        figures.hours.iter().for_each(|(hour, of)| add(Group::Hour(*hour), of));
        if plan.full {
            figures.dates().for_each(|(day, of)| add(Group::Day(day), of));
        }
    }
    rows
}

fn row<'k>(
    (platform, shop): (Option<Platform>, &'k str),
    group: Group,
    kpi: &'k Kpi,
    figure: &Figure,
    times: Times,
) -> Row<'k> {
    let off = off(kpi, times);
    let (numerator, denominator) = (figure.numerator(), figure.denominator());
    let is_shop = group == Group::Shop;
    let spread = || Some((figure.percentile(50)?, figure.percentile(90)?, figure.percentile(100)?));
    Row {
        platform,
        shop,
        group,
        kpi,
        value: if off.is_some() { None } else { value(kpi, numerator, denominator) },
        numerator,
        denominator,
        left: figure.left().iter().map(|(why, n)| (*why, *n)).collect(),
        spread: if kpi.measure == Measure::Mean && off.is_none() { spread() } else { None },
        aim: if is_shop && off.is_none() { aim(kpi, numerator, denominator) } else { None },
        off,
    }
}

fn off(kpi: &Kpi, times: Times) -> Option<Off> {
    let needs = kpi.needs()?;
    if !times.usable() {
        return Some(Off::MadeUp);
    }
    (needs < times.finest()).then_some(Off::ToMinutes)
}

/// Rounded as it is shown: percents and seconds to tenths, ratios to hundredths.
fn value(kpi: &Kpi, numerator: u64, denominator: u64) -> Option<f64> {
    let per = |places: u64| (numerator * places + denominator / 2).checked_div(denominator);
    #[expect(clippy::cast_precision_loss, reason = "counts of messages are far below 2^52")]
    let shown = |n: u64, places: u64| n as f64 / places as f64;
    match kpi.measure {
        Measure::Count => Some(shown(numerator, 1)),
        Measure::Ratio => per(100).map(|n| shown(n, 100)),
        Measure::Mean => per(10).map(|n| shown(n, 10)),
        Measure::Rate | Measure::Unanswered | Measure::Last | Measure::Robot => {
            per(1000).map(|n| shown(n, 10))
        }
    }
}

fn aim(kpi: &Kpi, numerator: u64, denominator: u64) -> Option<Aim> {
    let reached = match (kpi.at_least, kpi.at_most) {
        (Some(least), _) => numerator * 100 >= u64::from(least) * denominator,
        (None, Some(most)) => numerator <= u64::from(most) * denominator,
        (None, None) => return None,
    };
    if denominator == 0 || denominator < kpi.minimum {
        return Some(Aim::TooFew);
    }
    Some(if reached { Aim::Reached } else { Aim::Missed })
}

/// A day on which a shop met what the platform sanctions.
#[derive(Clone, Debug, PartialEq)]
pub struct Sanction<'k> {
    /// The marketplace.
    pub platform: Option<Platform>,
    /// The shop.
    pub shop: &'k str,
    /// The day.
    pub day: NaiveDate,
    /// The definition.
    pub kpi: &'k Kpi,
    /// What is sanctioned.
    pub daily: &'k Daily,
    /// Units in time.
    pub numerator: u64,
    /// Units.
    pub denominator: u64,
}

/// Every such day, by platform, shop, definition, day.
#[must_use]
pub fn sanctions<'k>(counted: &'k Counted, plan: &'k Plan) -> Vec<Sanction<'k>> {
    let mut all = Vec::new();
    for ((platform, shop), figures) in &counted.shops {
        for (ix, kpi) in plan.kpis.iter().enumerate() {
            let Some(daily) = kpi.daily.as_ref().filter(|_| off(kpi, figures.times).is_none()) else {
                continue;
            };
            for (day, of) in figures.dates() {
                let Some(figure) = of.get(ix) else { continue };
                let (numerator, denominator) = (figure.numerator(), figure.denominator());
                if denominator > daily.more_than && numerator * 100 < daily.below * denominator {
                    let platform = *platform;
                    all.push(Sanction { platform, shop, day, kpi, daily, numerator, denominator });
                }
            }
        }
    }
    all
}

impl Unit {
    /// What is counted, in Chinese and English.
    #[must_use]
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Message => ("按买家消息", "by message of the buyer"),
            Self::Round => ("按轮次（从第一句没回的话算起）", "by round, from the first unanswered message"),
            Self::First => ("按首句", "by first message"),
            Self::BuyerDay => {
                ("按买家和天（一句超时就算超时）", "by buyer and day, spoilt by one late message")
            }
        }
    }
}
