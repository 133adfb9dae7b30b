//! What is said about text layouts: lines without a message, and what had to be guessed.

use super::speakers::Guess;
use crate::ingest::trouble::{Trouble, excerpt};
use crate::model::Platform;
use crate::problem::Severity;
use crate::say::Say;

fn warning(code: &'static str, what: Say, next: Say) -> Trouble {
    Trouble { code, severity: Severity::Warning, column: String::new(), what, next }
}

/// A line that belongs to no message.
pub(super) fn stray(line: &str) -> Trouble {
    let shown = excerpt(line.as_bytes());
    warning(
        "line-stray",
        Say::new(
            format!("这一行不属于任何一条消息，没有用上：{shown}"),
            format!("the line belongs to no message and was left aside: {shown}"),
        ),
        Say::new(
            "多半是页面文字；如果是聊天内容，检查上面一条消息的开头",
            "most likely it is page furniture; if it is chat, check how the message above it begins",
        ),
    )
}

/// A message of a group.
pub(super) fn group_chat() -> Trouble {
    warning(
        "group-chat",
        Say::new(
            "群聊里的消息没有读：群里不止一位买家",
            "messages of a group chat were left aside: a group has more than one buyer",
        ),
        Say::new(
            "要检查群里的话，请把它另存成一问一答的记录",
            "to audit them, save the group's talk as a log of its own",
        ),
    )
}

/// A layout without times.
pub(super) fn no_times() -> Trouble {
    warning(
        "times-missing",
        Say::new(
            "这种格式没有时间，回复快慢、时段和先后隔多久都不算",
            "the format has no times: nothing that looks at the clock is judged",
        ),
        Say::new("要算响应时间，请导出带时间的格式", "export a format with times to have response times"),
    )
}

/// An account that was taken for staff's.
pub(super) fn guessed_staff(name: &str, guess: Guess) -> Trouble {
    let shown = excerpt(name.as_bytes());
    let (zh, en) = match guess {
        Guess::Often => ("它在更多的会话里说话", "it speaks in more talks than the other"),
        Guess::Second => ("先开口的算买家", "whoever speaks first counts as the buyer"),
    };
    warning(
        "staff-guessed",
        Say::new(
            format!("文件没有写谁是客服，猜“{shown}”是：{zh}"),
            format!("the file does not say who is staff; taken for staff: `{shown}`, for {en}"),
        ),
        Say::new(
            "把客服账号写进规则文件 [[shop]] 的 staff，例如 staff = [\"小李\"]",
            "list the staff accounts in a rule file, under [[shop]]: staff = [\"NAME\"]",
        ),
    )
}

/// The marketplace was told from the shop's name.
pub(in crate::ingest::formats) fn guessed_platform(shop: &str, platform: Platform) -> Trouble {
    let shown = if shop.is_empty() { "?".to_owned() } else { excerpt(shop.as_bytes()) };
    warning(
        "platform-guessed",
        Say::new(
            format!("文件没有写平台，按店名“{shown}”算{}", platform.zh()),
            format!("the file names no platform; by the shop's name `{shown}` it is {}", platform.id()),
        ),
        Say::new("不对就用 --platform 写明", "if that is wrong, name it with --platform"),
    )
}

/// A cell that should hold a talk and holds no message.
pub(super) fn no_talk() -> Trouble {
    Trouble {
        code: "talk-unreadable",
        severity: Severity::Error,
        column: String::new(),
        what: Say::new("这一格里没有认得出的消息", "the cell holds no message that can be told"),
        next: Say::new(
            "看看这一格是不是被截断了，或粘错了内容",
            "see whether the cell was cut off, or something else was pasted there",
        ),
    }
}

/// A cell in which nothing was said.
pub(super) fn empty_talk() -> Trouble {
    warning(
        "talk-empty",
        Say::new("这一格里没有消息，只有页面上的文字", "the cell holds words of the page and no messages"),
        Say::new("若这位买家当天没有说话，可以忽略", "ignore it if the buyer did not chat that day"),
    )
}
