//! Replies that hold no messages, and what they say instead: errors of the platforms' interfaces, and lists of sessions
//! that someone took for lists of messages. Data and one look-up.

use serde_json::value::RawValue;

use super::value::{Object, Path};
use crate::ingest::trouble::{Trouble, excerpt};
use crate::problem::Severity;
use crate::say::Say;

/// A reply without messages.
struct Reply {
    /// It has all of these.
    marks: &'static [&'static str],
    /// And at this path, when one is given, none of these values.
    unless: Option<(&'static str, &'static [&'static str])>,
    /// Where it says more.
    says: &'static [&'static str],
    zh: &'static str,
    en: &'static str,
    next_zh: &'static str,
    next_en: &'static str,
}

const RET: &str = "wangwang_eservice_chatlog_get_response.ret";

const REPLIES: &[Reply] = &[
    Reply {
        marks: &["error_response"],
        unless: None,
        says: &[
            "error_response.code",
            "error_response.msg",
            "error_response.sub_msg",
            "error_response.zh_desc",
        ],
        zh: "这是开放平台的错误应答，不是聊天记录",
        en: "this is an error of the open platform, not a chat log",
        next_zh: "按错误码处理（授权、参数、频率）后重新拉取",
        next_en: "mend what the code says (authorisation, parameters, rate) and fetch again",
    },
    Reply {
        marks: &[RET],
        unless: Some((RET, &["10000"])),
        says: &[RET],
        zh: "旺旺聊天记录接口没有成功（50000 时间不对：跨度超过 7 天或早于 30 天；40000 不是本店账号；30000 系统错误）",
        en: "the chat-log interface failed (50000 bad time: more than 7 days, or older than 30; 40000 not an account of this shop; 30000 system)",
        next_zh: "改正时间段或账号后重新拉取",
        next_en: "correct the dates or the account and fetch again",
    },
    Reply {
        marks: &["errcode", "errmsg"],
        unless: Some(("errcode", &["0"])),
        says: &["errcode", "errmsg"],
        zh: "这是企业微信的错误应答，不是聊天记录",
        en: "this is an error of WeCom, not a chat log",
        next_zh: "按错误码处理后重新拉取",
        next_en: "mend what the code says and fetch again",
    },
    Reply {
        marks: &["sub_session_id", "agent_nick_name"],
        unless: None,
        says: &[],
        zh: "这是 Udesk 的会话列表，只有会话概况，没有消息",
        en: "this is Udesk's list of sessions, without their messages",
        next_zh: "逐个会话导出聊天记录再传入",
        next_en: "export the chat log of each session and pass that",
    },
    Reply {
        marks: &["sessionID", "convertManualTime", "replyMsgCount"],
        unless: None,
        says: &[],
        zh: "这是会话列表，只有会话概况，没有消息",
        en: "this is a list of sessions, without their messages",
        next_zh: "用“查询聊天记录详情”接口导出消息再传入",
        next_en: "export the messages with the interface for chat details and pass them",
    },
    Reply {
        marks: &["createdTime", "closeTime", "customerMsgNum"],
        unless: None,
        says: &[],
        zh: "这是京东的会话列表，只有会话概况，没有消息",
        en: "this is JD's list of sessions, without their messages",
        next_zh: "用会话的 chat-logs 接口导出消息再传入",
        next_en: "export the messages with the sessions' chat-logs interface and pass them",
    },
];

/// Lists and objects within a reply that are looked into.
const DEEPEST: usize = 4;

/// What an object without messages is, when it is a known reply or holds one.
pub(super) fn explain(object: &Object<'_>) -> Option<Trouble> {
    explain_within(object, 0)
}

fn explain_within(object: &Object<'_>, depth: usize) -> Option<Trouble> {
    let inner = |raw: &str| {
        let raw = match raw.as_bytes().first() {
            Some(b'{') => raw,
            Some(b'[') => serde_json::from_str::<Vec<&RawValue>>(raw).ok()?.first()?.get(),
            _ => return None,
        };
        explain_within(&Object::parse(raw).ok()?, depth + 1)
    };
    own(object).or_else(|| {
        let mut values = object.0.iter().filter(|_| depth < DEEPEST).map(|(_, value)| value.get());
        values.find_map(inner)
    })
}

fn own(object: &Object<'_>) -> Option<Trouble> {
    let at = |path: &str| Path::new(path).find(object, None);
    let reply = REPLIES.iter().find(|reply| {
        reply.marks.iter().all(|mark| at(mark).is_some())
            && reply.unless.is_none_or(|(path, fine)| !fine.contains(&at(path).unwrap_or_default().trim()))
    })?;
    let said: Vec<String> =
        reply.says.iter().filter_map(|path| at(path)).map(|value| excerpt(value.as_bytes())).collect();
    let said = if said.is_empty() { String::new() } else { format!(": {}", said.join(" ")) };
    Some(Trouble {
        code: "reply-without-messages",
        severity: Severity::Error,
        column: String::new(),
        what: Say::new(format!("{}{said}", reply.zh), format!("{}{said}", reply.en)),
        next: Say::new(reply.next_zh, reply.next_en),
    })
}
