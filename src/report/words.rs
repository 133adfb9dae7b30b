//! The words that reports use for levels, platforms, points and money, in both languages.

use crate::finding::Level;
use crate::judge::Range;
use crate::model::{Platform, Role};
use crate::say::Lang;

/// One of two wordings.
pub(super) fn pick<'a>(lang: Lang, zh: &'a str, en: &'a str) -> &'a str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

pub(super) fn level(level: Level, lang: Lang) -> &'static str {
    match level {
        Level::Violation => pick(lang, "违规", "violation"),
        Level::Warning => pick(lang, "警告", "warning"),
        Level::Notice => pick(lang, "提示", "notice"),
    }
}

pub(super) fn role(role: Role, lang: Lang) -> &'static str {
    match role {
        Role::Buyer => pick(lang, "买家", "buyer"),
        Role::Agent => pick(lang, "客服", "agent"),
        Role::Robot => pick(lang, "机器人", "robot"),
        Role::System => pick(lang, "系统", "system"),
    }
}

pub(super) fn platform(platform: Option<Platform>, lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => platform.map_or("", Platform::zh),
        Lang::En => platform.map_or("", Platform::id),
    }
}

/// The code of a charge (see `view`) in words.
pub(super) fn charge(code: &str, lang: Lang) -> &'static str {
    match code {
        "counted" => pick(lang, "计入", "counted"),
        "same-incident" => pick(lang, "同一次违规，不重复计", "same incident, not counted again"),
        "same-words" => pick(lang, "同一句话已按别的规则计入", "same words, counted under another rule"),
        _ => pick(lang, "不计分", "no figure"),
    }
}

/// `6`, or `4-6`.
pub(super) fn range(range: Range) -> String {
    if range.low == range.high { range.high.to_string() } else { format!("{}-{}", range.low, range.high) }
}

/// `6 分 + 200 元`, with what is nothing left out; empty when both are.
pub(super) fn cost(points: Range, yuan: Range, lang: Lang) -> String {
    let part = |r: Range, unit: &str| (r.high > 0).then(|| format!("{} {unit}", range(r)));
    let points = part(points, pick(lang, "分", "points"));
    let yuan = part(yuan, pick(lang, "元", "yuan"));
    points.into_iter().chain(yuan).collect::<Vec<_>>().join(" + ")
}
