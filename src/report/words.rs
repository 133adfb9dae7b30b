//! The words that reports use for levels, platforms, points and money, in both languages.

use crate::finding::Level;
use crate::judge::{Range, Sums};
use crate::model::{Platform, Role};
use crate::rules::meta::Currency;
use crate::say::Lang;

/// One of two wordings.
pub(crate) fn pick<'a>(lang: Lang, zh: &'a str, en: &'a str) -> &'a str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

pub(crate) fn level(level: Level, lang: Lang) -> &'static str {
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

pub(crate) fn platform(platform: Option<Platform>, lang: Lang) -> &'static str {
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

/// `6 分 + 200 元 + 下架 3 天`, with what is nothing left out; empty when all are.
pub(super) fn cost(sums: Sums, lang: Lang) -> String {
    let part = |r: Range, unit: &str| (r.high > 0).then(|| format!("{} {unit}", range(r)));
    let days = match lang {
        Lang::Zh => (sums.days.high > 0).then(|| format!("下架 {} 天", range(sums.days))),
        Lang::En => part(sums.days, "days off the shelf"),
    };
    let points = part(sums.points, pick(lang, "分", "points"));
    let yuan = part(sums.yuan, pick(lang, "元", "yuan"));
    points.into_iter().chain(yuan).chain(days).collect::<Vec<_>>().join(" + ")
}

/// The amount of one unit alone.
pub(super) fn amount(range: Range, unit: Currency, lang: Lang) -> String {
    let none = Sums::default();
    match unit {
        Currency::Points => cost(Sums { points: range, ..none }, lang),
        Currency::Yuan => cost(Sums { yuan: range, ..none }, lang),
        Currency::Days => cost(Sums { days: range, ..none }, lang),
    }
}

/// A family of rules by its Chinese name; a user's own family keeps the name of its file.
pub(crate) fn family(id: &str, lang: Lang) -> &str {
    let zh = match id {
        "invoice" => "发票",
        "payment" => "付款",
        "freight" => "运费",
        "buyer-data" => "买家信息",
        "orders" => "订单",
        "after-sale" => "售后",
        "contact" => "联系方式和平台外",
        "conduct" => "辱骂和骚扰",
        "tone" => "语气",
        "advert" => "广告用语",
        "process" => "接待流程",
        "platform" => "防坑提醒",
        "timing" => "响应和频次",
        _ => id,
    };
    pick(lang, zh, id)
}
