//! What a chat log says, once read: messages and conversations. Nothing here knows of file formats or rules.
//!
//! Texts are borrowed from the buffer that the conversation was assembled in, so that a large log costs no
//! allocation per message.

use std::fmt;

use chrono::{DateTime, FixedOffset, NaiveDateTime};
use serde::{Deserialize, Serialize};

/// A marketplace whose rules the program knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    /// 天猫
    Tmall,
    /// 淘宝
    Taobao,
    /// 京东
    Jd,
    /// 拼多多
    Pdd,
}

impl Platform {
    /// Every platform, in the order of reports.
    pub const ALL: [Self; 4] = [Self::Tmall, Self::Taobao, Self::Jd, Self::Pdd];

    /// The id used in logs, options and reports.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Tmall => "tmall",
            Self::Taobao => "taobao",
            Self::Jd => "jd",
            Self::Pdd => "pdd",
        }
    }

    /// The name as Chinese users know it.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::Tmall => "天猫",
            Self::Taobao => "淘宝",
            Self::Jd => "京东",
            Self::Pdd => "拼多多",
        }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// Who speaks. Only agents and the shop's robots can break a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The customer.
    Buyer,
    /// A person of the shop.
    Agent,
    /// The shop's automatic reply (服务助手, jimi, ...).
    Robot,
    /// The platform: transfer notes, hints, status lines.
    System,
}

impl Role {
    /// Whether the shop answers for this speaker's words.
    #[must_use]
    pub fn is_shop(self) -> bool {
        matches!(self, Self::Agent | Self::Robot)
    }
}

/// What a message carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Words.
    Text,
    /// A picture, video or voice note; the text is empty or a marker such as `[图片]`.
    Image,
    /// An order or goods card.
    Card,
    /// A line written by the platform.
    System,
}

/// A moment in seconds since 1970-01-01 00:00:00 UTC; shown as Asia/Shanghai time (UTC+8, no summer time).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Stamp(pub i64);

/// Seconds that Asia/Shanghai is ahead of UTC.
const SHANGHAI: i32 = 8 * 3600;
/// Seconds of a day.
const DAY: i64 = 24 * 3600;

impl Stamp {
    /// The moment of a wall-clock reading in Asia/Shanghai.
    #[must_use]
    pub fn from_shanghai(local: NaiveDateTime) -> Self {
        Self(local.and_utc().timestamp() - i64::from(SHANGHAI))
    }

    /// The wall-clock reading in Asia/Shanghai; `None` for moments beyond the calendar.
    #[must_use]
    pub fn shanghai(self) -> Option<DateTime<FixedOffset>> {
        let zone = FixedOffset::east_opt(SHANGHAI)?;
        DateTime::from_timestamp(self.0, 0).map(|t| t.with_timezone(&zone))
    }

    /// Days since 1970-01-01 in Asia/Shanghai.
    #[must_use]
    pub fn day(self) -> i64 {
        self.local().div_euclid(DAY)
    }

    /// Seconds since midnight in Asia/Shanghai.
    #[must_use]
    pub fn second(self) -> u32 {
        u32::try_from(self.local().rem_euclid(DAY)).unwrap_or_default()
    }

    /// Hour of the day in Asia/Shanghai, 0 to 23.
    #[must_use]
    pub fn hour(self) -> u32 {
        self.second() / 3600
    }

    fn local(self) -> i64 {
        self.0.saturating_add(i64::from(SHANGHAI))
    }
}

impl fmt::Display for Stamp {
    /// `YYYY-MM-DD HH:MM:SS` in Asia/Shanghai.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(date) = self.shanghai().map(|t| t.date_naive()) else { return write!(f, "@{}", self.0) };
        let second = self.second();
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        write!(f, "{date} {hour:02}:{minute:02}:{second:02}")
    }
}

/// One row of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// Index into the run's sorted list of input files.
    pub file: u32,
    /// 1-based physical line where the row begins (for JSON: the line of the message object).
    pub line: u32,
    /// Who speaks.
    pub role: Role,
    /// What it carries.
    pub kind: Kind,
    /// Withdrawn by its writer; it stays evidence.
    pub recalled: bool,
    /// When it was sent; `None` in logs without times.
    pub at: Option<Stamp>,
    /// The agent on duty, empty when the log does not say.
    pub agent: &'a str,
    /// The words as they stand in the log.
    pub text: &'a str,
    /// The order that the row names, empty when none.
    pub order_id: &'a str,
}

/// What one buyer and one shop say in one sitting, in order of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation<'a> {
    /// The session id as the log gives it, else a made-up one that depends on the content alone.
    pub id: String,
    /// The marketplace; `None` when the log does not say, then only rules of every platform are judged.
    pub platform: Option<Platform>,
    /// The shop's name.
    pub shop: &'a str,
    /// The buyer's account name.
    pub buyer: &'a str,
    /// At least one message, ordered by time, then file, then line.
    pub messages: Vec<Message<'a>>,
}
