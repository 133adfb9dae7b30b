//! Example dialogues in one line (`平台：pdd | 买：能开票吗 | 客：不能`), turned into a conversation. Used by the rule
//! examples and the teaching bank; it judges nothing.

use crate::model::{Conversation, Kind, Message, Platform, Role, Stamp};
use crate::rules::written::PLATFORMS;
use crate::say::Say;

/// When the first message of an example is sent: 2026-03-12 10:00:00 Asia/Shanghai.
const START: i64 = 1_773_280_800;
/// Seconds between two messages of an example.
const STEP: i64 = 20;

/// Reads a dialogue; `default` is the platform when it names none.
///
/// # Errors
/// A sentence that names the part that cannot be read.
pub fn parse<'a>(line: &'a str, default: Option<Platform>) -> Result<Conversation<'a>, Say> {
    let mut platform = default;
    let mut messages: Vec<Message<'a>> = Vec::new();
    for part in line.split(" | ").map(str::trim).filter(|part| !part.is_empty()) {
        let Some((who, text)) = part.split_once('：').or_else(|| part.split_once(':')) else {
            return Err(unreadable(part));
        };
        let text = text.trim();
        let (role, kind) = match who.trim() {
            "平台" => {
                platform = PLATFORMS.iter().find(|(name, _)| *name == text).map(|(_, p)| *p);
                if platform.is_none() {
                    return Err(unreadable(part));
                }
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
        let line = u32::try_from(messages.len() + 1).unwrap_or(u32::MAX);
        messages.push(Message {
            file: 0,
            line,
            role,
            kind,
            recalled: false,
            at: Some(Stamp(START + STEP * i64::from(line))),
            agent: if role.is_shop() { "客服" } else { "" },
            text,
            order_id: "",
        });
    }
    if messages.is_empty() {
        return Err(Say::new("对话是空的", "the dialogue is empty"));
    }
    Ok(Conversation {
        id: "example".to_owned(), platform, shop: "示例店", buyer: "示例买家", messages
    })
}

fn unreadable(part: &str) -> Say {
    Say::new(
        format!("看不懂“{part}”：每句前要写 买： 客： 机： 系： 卡： 图： 或 平台：tmall|taobao|jd|pdd"),
        format!(
            "cannot read \"{part}\": begin each message with 买： 客： 机： 系： 卡： 图： or 平台：tmall|taobao|jd|pdd"
        ),
    )
}
