//! Response times as data: which messages of buyers ask for no answer (`[[exempt]]`), and how each KPI is counted
//! (`[[kpi]]`). Reads and describes; nothing is measured here.

use crate::model::{Kind, Platform};
use crate::rules::expr::Expr;
use crate::rules::form::{At, Fields};
use crate::rules::pack::SignalIx;
use crate::rules::written::PLATFORMS;
use crate::say::Say;

const KINDS: &[(&str, Kind)] = &[("text", Kind::Text), ("image", Kind::Image), ("card", Kind::Card)];
const MEASURES: &[(&str, Measure)] = &[
    ("count", Measure::Count),
    ("rate", Measure::Rate),
    ("mean", Measure::Mean),
    ("unanswered", Measure::Unanswered),
    ("ratio", Measure::Ratio),
    ("last", Measure::Last),
    ("robot", Measure::Robot),
];
const UNITS: &[(&str, Unit)] = &[
    ("message", Unit::Message),
    ("round", Unit::Round),
    ("first-message", Unit::First),
    ("buyer-day", Unit::BuyerDay),
];
const MISSING: &[(&str, Missing)] =
    &[("skip", Missing::Skip), ("cap", Missing::Cap), ("fail", Missing::Fail)];

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Conversations in which the buyer wrote.
    Count,
    /// The share of units answered within so many seconds.
    Rate,
    /// The mean wait.
    Mean,
    /// The share of units that nobody answered.
    Unanswered,
    /// Messages of agents per message of buyers (答问比).
    Ratio,
    /// The share of conversations in which the shop spoke last.
    Last,
    /// The share of robots in the shop's messages.
    Robot,
}

/// What is one unit of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Each message of the buyer, with the wait until a person answers.
    Message,
    /// From the first unanswered message of the buyer to the next answer.
    Round,
    /// The first round of a conversation, or after a silence.
    First,
    /// A buyer on a day, spoilt by one late message.
    BuyerDay,
}

/// What an unanswered unit means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// It is left out, and counted as such.
    Skip,
    /// It counts as the cap.
    Cap,
    /// It fails.
    Fail,
}

/// A condition that the platform sanctions by the day.
#[derive(Clone, Debug, PartialEq)]
pub struct Daily {
    /// More units a day than this.
    pub more_than: u64,
    /// A share below this, in percent.
    pub below: u64,
    /// The sum, in yuan.
    pub yuan: u32,
    /// What happens, Chinese.
    pub consequence: String,
}

/// A KPI by its definition.
#[derive(Clone, Debug, PartialEq)]
pub struct Kpi {
    /// `ww-3min`, ...
    pub id: String,
    /// Chinese name.
    pub title: String,
    /// English name.
    pub title_en: String,
    /// A short name for tables, Chinese and English; none keeps it out of the tables by agent and hour.
    pub short: Option<(String, String)>,
    /// Where it is counted; empty for everywhere.
    pub platforms: Vec<Platform>,
    /// Only in these profiles; empty for all that name no own definition of the same id.
    pub profiles: Vec<String>,
    /// What time the definition is from.
    pub date: String,
    /// What is counted.
    pub measure: Measure,
    /// What is one unit.
    pub unit: Unit,
    /// Minutes of the day (Asia/Shanghai) between which a question counts: from, to (excluded).
    pub window: (u32, u32),
    /// Seconds within which an answer is in time.
    pub within: u32,
    /// The longest wait that counts, in seconds; none for no cap.
    pub cap: Option<u32>,
    /// What an unanswered unit means.
    pub missing: Missing,
    /// Units whose answer comes on another day are left out.
    pub same_day: bool,
    /// Silence in seconds after which the next question is a first one again; none for never.
    pub gap: Option<u32>,
    /// Indices of the exemptions that hold.
    pub exempt: Vec<usize>,
    /// The platform's aim: at least so many percent.
    pub at_least: Option<u32>,
    /// The platform's aim: at most so many seconds.
    pub at_most: Option<u32>,
    /// Fewer units than this are not held against the shop.
    pub minimum: u64,
    /// What the platform sanctions by the day.
    pub daily: Option<Daily>,
    /// Shown in the short block of an audit.
    pub brief: bool,
    /// Seed file and section, or R-code.
    pub source: String,
}

impl Kpi {
    /// The finest difference of times that it needs, in seconds.
    #[must_use]
    pub fn needs(&self) -> Option<u32> {
        match self.measure {
            Measure::Rate => Some(self.within),
            Measure::Mean => Some(1),
            Measure::Count | Measure::Unanswered | Measure::Ratio | Measure::Last | Measure::Robot => None,
        }
    }
}

/// Why a message of the buyer asks for no answer in time.
#[derive(Clone, Debug, PartialEq)]
pub struct Exempt {
    /// `closing`, `wait`, ...
    pub id: String,
    /// The reason, Chinese.
    pub title: String,
    /// The reason, English.
    pub title_en: String,
    /// The reason in a word or two, Chinese.
    pub short: String,
    /// What the message says.
    pub said: Option<Expr<SignalIx>>,
    /// What the message is.
    pub kinds: Vec<Kind>,
    /// The message was withdrawn.
    pub recalled: bool,
    /// Said last, it exempts everything that the buyer asked before in the same round.
    pub whole: bool,
    /// What the platform says between the message and its answer.
    pub between: Option<Expr<SignalIx>>,
}

/// `[[exempt]]` as written.
#[derive(Clone, Debug)]
pub(crate) struct ExemptForm {
    pub(crate) id: At<String>,
    pub(crate) title: String,
    pub(crate) title_en: String,
    pub(crate) short: Option<At<String>>,
    pub(crate) said: Option<At<String>>,
    pub(crate) kinds: Vec<Kind>,
    pub(crate) recalled: bool,
    pub(crate) whole: bool,
    pub(crate) between: Option<At<String>>,
}

/// `[[kpi]]` as written: names of exemptions are not looked up.
#[derive(Clone, Debug)]
pub(crate) struct KpiForm {
    pub(crate) at: At<()>,
    pub(crate) kpi: Kpi,
    pub(crate) exempt: Vec<At<String>>,
    pub(crate) profiles: Vec<At<String>>,
}

pub(crate) fn exempt(f: &Fields<'_, '_>) -> ExemptForm {
    let form = ExemptForm {
        id: f.need("id"),
        title: f.need("title").value,
        title_en: f.need("title_en").value,
        short: f.text("short"),
        said: f.text("said"),
        kinds: f.choices("kinds", KINDS),
        recalled: f.flag("recalled").unwrap_or(false),
        whole: f.flag("whole").unwrap_or(false),
        between: f.text("between"),
    };
    f.done();
    form
}

pub(crate) fn kpi(f: &Fields<'_, '_>) -> KpiForm {
    let profiles = f.texts("profiles");
    let form = KpiForm {
        at: f.at(),
        exempt: f.texts("exempt"),
        kpi: Kpi {
            id: f.need("id").value,
            title: f.need("title").value,
            title_en: f.need("title_en").value,
            short: f.text("short").map(|t| t.value).zip(f.text("short_en").map(|t| t.value)),
            platforms: f.choices("platforms", PLATFORMS),
            profiles: profiles.iter().map(|p| p.value.clone()).collect(),
            date: f.need("date").value,
            measure: f.choice("measure", MEASURES).unwrap_or(Measure::Rate),
            unit: f.choice("unit", UNITS).unwrap_or(Unit::Round),
            window: window(f),
            within: f.number("within").unwrap_or(0),
            cap: f.number("cap"),
            missing: f.choice("unanswered", MISSING).unwrap_or(Missing::Fail),
            same_day: f.flag("same_day").unwrap_or(false),
            gap: f.number("gap"),
            exempt: Vec::new(),
            at_least: f.number("at_least"),
            at_most: f.number("at_most"),
            minimum: f.number("minimum").unwrap_or(0).into(),
            daily: f.tables("daily").first().map(daily),
            brief: f.flag("brief").unwrap_or(false),
            source: f.need("source").value,
        },
        profiles,
    };
    f.done();
    form
}

fn daily(f: &Fields<'_, '_>) -> Daily {
    let form = Daily {
        more_than: f.number("more_than").unwrap_or(0).into(),
        below: f.number("below").unwrap_or(0).into(),
        yuan: f.number("yuan").unwrap_or(0),
        consequence: f.need("consequence").value,
    };
    f.done();
    form
}

/// `["08:00", "23:00"]` in minutes of the day; the whole day when absent.
fn window(f: &Fields<'_, '_>) -> (u32, u32) {
    let texts = f.texts("window");
    let minutes = |text: &str| {
        let (hour, minute) = text.split_once(':')?;
        let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
        (hour <= 24 && minute < 60).then_some(hour * 60 + minute)
    };
    match texts.as_slice() {
        [] => (0, 24 * 60),
        [from, to] => match (minutes(&from.value), minutes(&to.value)) {
            (Some(from), Some(to)) if from < to => (from, to),
            _ => wrong_window(f, from),
        },
        [one, ..] => wrong_window(f, one),
    }
}

fn wrong_window(f: &Fields<'_, '_>, at: &At<String>) -> (u32, u32) {
    let what = Say::new("window 要写起止两个钟点", "`window` takes two times of day");
    let hint =
        Say::new("例如 window = [\"08:00\", \"23:00\"]", "for example window = [\"08:00\", \"23:00\"]");
    f.wrong(at.range(), what, hint);
    (0, 24 * 60)
}
