//! Example dialogues in one line (`平台：pdd | 买：能开票吗 | 客：不能`), turned into a conversation. Used by the rule
//! examples and the teaching bank; it judges nothing.

use chrono::{NaiveDateTime, NaiveTime};

use crate::model::{Conversation, Kind, Message, Platform, Role, Stamp};
use crate::rules::written::PLATFORMS;
use crate::say::Say;

/// When the first message of an example is sent: 2026-03-12 10:00:20 Asia/Shanghai.
const START: i64 = 1_773_280_820;
/// Stands in front of an example that is only judged by the strict rules.
pub const STRICT: &str = "严格";
/// Seconds between two messages of an example.
const STEP: i64 = 20;

/// Reads a dialogue; `default` is the platform when it names none.
///
/// # Errors
/// A sentence that names the part that cannot be read.
pub fn parse<'a>(line: &'a str, default: Option<Platform>) -> Result<Conversation<'a>, Say> {
    let mut platform = default;
    let (mut shop, mut agent, mut buyer) = ("示例店", "客服", "示例买家");
    let mut clock = START;
    let mut messages: Vec<Message<'a>> = Vec::new();
    for part in line.split(" | ").map(str::trim).filter(|part| !part.is_empty()) {
        if part == STRICT {
            continue;
        }
        let Some((who, text)) = part.split_once('：').or_else(|| part.split_once(':')) else {
            return Err(unreadable(part));
        };
        let text = text.trim();
        // `买@10:00:05：` sets the clock for this message and those after it.
        let (who, moment) = who.split_once('@').map_or((who, None), |(who, moment)| (who, Some(moment)));
        if let Some(moment) = moment {
            clock = moved(clock, moment.trim()).ok_or_else(|| unreadable(part))?;
        }
        let (role, kind) = match who.trim() {
            "平台" => {
                platform = PLATFORMS.iter().find(|(name, _)| *name == text).map(|(_, p)| *p);
                if platform.is_none() {
                    return Err(unreadable(part));
                }
                continue;
            }
            "店铺" => {
                shop = text;
                continue;
            }
            "客服" => {
                agent = text;
                continue;
            }
            "买家" => {
                buyer = text;
                continue;
            }
            "时间" => {
                clock = moved(clock, text).ok_or_else(|| unreadable(part))?;
                continue;
            }
            "买" => (Role::Buyer, Kind::Text),
            "客" => (Role::Agent, Kind::Text),
            "机" => (Role::Robot, Kind::Text),
            "系" => (Role::System, Kind::System),
            "卡" => (Role::Buyer, Kind::Card),
            "图" => (Role::Buyer, Kind::Image),
            _ => return Err(unreadable(part)),
        };
        messages.push(Message {
            file: 0,
            line: u32::try_from(messages.len() + 1).unwrap_or(u32::MAX),
            role,
            kind,
            recalled: false,
            at: Some(Stamp(clock)),
            agent: if role.is_shop() { agent } else { "" },
            text,
            order_id: "",
        });
        clock += STEP;
    }
    if messages.is_empty() {
        return Err(Say::new("对话是空的", "the dialogue is empty"));
    }
    Ok(Conversation { id: "example".to_owned(), platform, shop, buyer, messages })
}

/// The clock set to `2026-03-12 23:30`, `23:30` or `23:30:05`, or moved on by `+90秒`, `+10分`, `+2小时` or `+1天`.
fn moved(clock: i64, text: &str) -> Option<i64> {
    if let Some(later) = text.strip_prefix('+') {
        let end = later.find(|c: char| !c.is_ascii_digit())?;
        let (number, unit) = later.split_at_checked(end)?;
        let seconds = match unit {
            "秒" => 1,
            "分" | "分钟" => 60,
            "小时" => 3600,
            "天" => 86_400,
            _ => return None,
        };
        // The clock has already moved on to the next message.
        return Some(clock - STEP + number.parse::<i64>().ok().filter(|n| *n <= 1_000_000)? * seconds);
    }
    let day = Stamp(clock).shanghai()?.date_naive();
    let full = |format| NaiveDateTime::parse_from_str(text, format).ok();
    let time = |format| Some(day.and_time(NaiveTime::parse_from_str(text, format).ok()?));
    let moment = full("%Y-%m-%d %H:%M:%S").or_else(|| full("%Y-%m-%d %H:%M"));
    let moment = moment.or_else(|| time("%H:%M:%S")).or_else(|| time("%H:%M"));
    moment.map(|at| Stamp::from_shanghai(at).0)
}

fn unreadable(part: &str) -> Say {
    Say::new(
        format!(
            "看不懂“{part}”：每句前要写 买： 客： 机： 系： 卡： 图：；开头可写 平台：tmall|taobao|jd|pdd、店铺：店名、客服：名字、买家：账号、时间：23:30 或 +10分；一句的时间写成 买@10:00:05："
        ),
        format!(
            "cannot read \"{part}\": begin each message with 买： 客： 机： 系： 卡： 图：; in front may stand 平台：tmall|taobao|jd|pdd, 店铺：shop, 客服：agent, 买家：buyer, 时间：23:30 or +10分; the time of one message is written 买@10:00:05："
        ),
    )
}
