//! The words of a dossier in both languages: what it comes to, what became of promises, where points lead.

use super::view::{FiredView, Page, Said};
use crate::finding::{Certainty, Level};
use crate::investigate::dossier::{Fate, Outcome, Relation};
use crate::judge::{Range, Standing, Step, Sums};
use crate::model::Kind;
use crate::report::words::{self, pick};
use crate::say::Lang;

pub(super) fn outcome_code(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::AtFault => "at-fault",
        Outcome::Doubtful => "doubtful",
        Outcome::Trap => "trap",
        Outcome::Cleared => "cleared",
        Outcome::NotEnough => "not-enough",
    }
}

pub(super) fn outcome(outcome: Outcome, lang: Lang) -> &'static str {
    match outcome {
        Outcome::AtFault => pick(lang, "客服有违规", "the shop is at fault"),
        Outcome::Doubtful => pick(lang, "疑似违规，待人工确认", "a breach is suspected"),
        Outcome::Trap => pick(lang, "像是给店铺设的局", "it looks like a trap"),
        Outcome::Cleared => pick(lang, "记录支持客服", "the log speaks for the shop"),
        Outcome::NotEnough => pick(lang, "记录不足以判断", "the log does not tell"),
    }
}

pub(super) fn relation_code(relation: Relation) -> &'static str {
    match relation {
        Relation::Asked => "asked",
        Relation::Same => "same-shop",
        Relation::OtherShop => "other-shop",
        Relation::OtherPlatform => "other-platform",
    }
}

pub(super) fn relation(relation: Relation, lang: Lang) -> &'static str {
    match relation {
        Relation::Asked => pick(lang, "本次投诉", "asked about"),
        Relation::Same => pick(lang, "同店其他会话", "same shop, another time"),
        Relation::OtherShop => pick(lang, "同组其他店铺", "another shop of the group"),
        Relation::OtherPlatform => pick(
            lang,
            "其他平台的同名账号，不一定是同一人",
            "same name on another platform, maybe somebody else",
        ),
    }
}

pub(super) fn fate_code(fate: &Fate) -> &'static str {
    match fate {
        Fate::Kept => "kept",
        Fate::Late => "late",
        Fate::Broken => "broken",
        Fate::Unknown(_) => "not-in-log",
    }
}

pub(super) fn fate(fate: &Fate, lang: Lang) -> String {
    match fate {
        Fate::Kept => pick(lang, "已兑现", "kept").to_owned(),
        Fate::Late => pick(lang, "兑现了，但超过期限", "kept, but late").to_owned(),
        Fate::Broken => pick(lang, "没有兑现", "broken").to_owned(),
        Fate::Unknown(proof) => format!("{}{proof}", pick(lang, "记录里没有结果：", "not in the log: ")),
    }
}

/// What stands for a message that is not words.
pub(super) fn kind(kind: Kind, lang: Lang) -> &'static str {
    match kind {
        Kind::Image => pick(lang, "〔图片〕", "(picture) "),
        Kind::Card => pick(lang, "〔卡片〕", "(card) "),
        Kind::Text | Kind::System => "",
    }
}

/// `3 分 20 秒`.
pub(super) fn seconds(n: i64, lang: Lang) -> String {
    let parts = [
        (n / 86_400, pick(lang, "天", "d")),
        (n % 86_400 / 3600, pick(lang, "小时", "h")),
        (n % 3600 / 60, pick(lang, "分", "min")),
        (n % 60, pick(lang, "秒", "s")),
    ];
    let shown: Vec<String> =
        parts.iter().filter(|(n, _)| *n > 0).take(2).map(|(n, unit)| format!("{n} {unit}")).collect();
    if shown.is_empty() { pick(lang, "0 秒", "0 s").to_owned() } else { shown.join(" ") }
}

/// `day.csv:12`.
pub(super) fn place(said: &Said) -> String {
    format!("{}:{}", said.file, said.line)
}

/// How many characters of a message are not shown; empty when all are.
pub(super) fn left_out(said: &Said, lang: Lang) -> String {
    match (said.left_out, lang) {
        (0, _) => String::new(),
        (n, Lang::Zh) => format!("……（另有 {n} 字未显示，见原文件第 {} 行）", said.line),
        (n, Lang::En) => format!("... ({n} characters not shown, see line {} of the file)", said.line),
    }
}

/// What a finding may cost.
pub(super) fn cost(fired: &FiredView, lang: Lang) -> String {
    let text = words::cost(fired.sums, lang);
    match (text.is_empty(), fired.charge) {
        (true, _) => pick(lang, "没有分值", "no figure").to_owned(),
        (false, "counted") => text,
        (false, charge) => format!("{text}（{}）", words::charge(charge, lang)),
    }
}

/// Where points lead: `一般违规：6 分 → 12 分，到达 12 分节点（……）`.
pub(super) fn step(s: &Standing, lang: Lang) -> String {
    let after = words::range(Range { low: s.low, high: s.high });
    let title = pick(lang, &s.title, &s.title_en);
    let moved = match lang {
        Lang::Zh => format!("{title}：从 {} 分到 {after} 分", s.prior),
        Lang::En => format!("{title}: from {} to {after} points", s.prior),
    };
    let due: Vec<String> = s.due_high.iter().map(|step| node(step, s, lang)).collect();
    if !due.is_empty() {
        return format!("{moved}{}{}", pick(lang, "，", ", "), due.join(pick(lang, "；", "; ")));
    }
    match (s.next.zip(s.left), lang) {
        (Some((next, left)), Lang::Zh) => format!("{moved}，没有到达新节点，离 {next} 分还差 {left} 分"),
        (Some((next, left)), Lang::En) => format!("{moved}, no new node, {left} short of {next}"),
        (None, _) => moved,
    }
}

fn node(step: &Step, s: &Standing, lang: Lang) -> String {
    let is_sure = s.due_low.iter().any(|low| low.at == step.at);
    let by_high = if is_sure { "" } else { pick(lang, "（按高值）", " (by the high figure)") };
    match lang {
        Lang::Zh => format!("到达 {} 分节点{by_high}：{}", step.at, step.consequence),
        Lang::En => format!("reaches node {}{by_high}: {}", step.at, step.consequence),
    }
}

/// What was looked for: `买家 m** · 从 2026-03-12`.
pub(super) fn asked(page: &Page, lang: Lang) -> Option<String> {
    let name = |option: &str| match option {
        "buyer" => Some(pick(lang, "买家", "buyer")),
        "order" => Some(pick(lang, "订单", "order")),
        "conversation" => Some(pick(lang, "会话", "conversation")),
        "text" => Some(pick(lang, "原话", "words")),
        "agent" => Some(pick(lang, "客服", "agent")),
        "shop" => Some(pick(lang, "店铺", "shop")),
        "since" => Some(pick(lang, "从", "from")),
        "until" => Some(pick(lang, "到", "until")),
        "finding" => Some(pick(lang, "结果编号", "finding")),
        _ => None,
    };
    let parts: Vec<String> =
        page.query.iter().filter_map(|(option, value)| Some(format!("{} {value}", name(option)?))).collect();
    let lead = pick(lang, "查找：", "searched for: ");
    (!parts.is_empty()).then(|| format!("{lead}{}", parts.join(pick(lang, "，", ", "))))
}

/// Ladders on which something moved.
pub(super) fn moved(page: &Page) -> Vec<&Standing> {
    page.ladders.iter().filter(|s| s.high > s.prior).collect()
}

/// The four questions of whoever has three minutes, answered.
pub(super) fn answers(page: &Page, lang: Lang) -> Vec<(String, String)> {
    let p = |zh, en| pick(lang, zh, en).to_owned();
    let outcome = outcome(page.verdict, lang);
    vec![
        (
            p("有没有违规", "Was a rule broken?"),
            format!("{outcome}{}{}", p("。", ". "), page.reasons.join("")),
        ),
        (p("能不能证明", "Can it be proved?"), proof(page, lang)),
        (p("可能的代价", "What may it cost?"), price(page, lang)),
        (p("怎么回复", "What to answer?"), page.advice.reply.clone()),
    ]
}

fn proof(page: &Page, lang: Lang) -> String {
    let asked = page.fired.iter().filter(|f| f.asked);
    let mut lines: Vec<&Said> = match page.verdict {
        Outcome::AtFault | Outcome::Doubtful => asked
            .flat_map(|f| f.evidence.iter().filter(|s| s.role.is_shop() && !s.spans.is_empty()))
            .collect(),
        Outcome::Cleared => {
            let near = page.nearly.iter().filter(|n| n.asked && n.defends).flat_map(|n| &n.against);
            page.defence.iter().chain(near).collect()
        }
        Outcome::Trap => page.signs.iter().flat_map(|s| &s.lines).chain(&page.defence).collect(),
        Outcome::NotEnough => Vec::new(),
    };
    lines.sort_by_key(|said| (&said.file, said.line));
    lines.dedup_by_key(|said| (&said.file, said.line));
    let total = lines.len();
    let shown: Vec<String> = lines.into_iter().take(6).map(place).collect();
    let list = shown.join(pick(lang, "、", ", "));
    let suspected = page.fired.iter().any(|f| f.asked && f.certainty == Certainty::Suspected);
    match (total, lang) {
        (0, _) => pick(
            lang,
            "记录里没有能作证的句子，要另找材料（见“怎么做”）。",
            "No line proves it; other material is needed (see below).",
        )
        .to_owned(),
        (n, Lang::Zh) => {
            let more = if n > 6 { format!(" 等 {n} 处") } else { String::new() };
            let doubt = if suspected { "；其中疑似的要人工看原文" } else { "" };
            format!("{list}{more}{doubt}。")
        }
        (n, Lang::En) => {
            let more = if n > 6 { format!(" and more, {n} in all") } else { String::new() };
            let doubt = if suspected { "; suspected ones need a person's eye" } else { "" };
            format!("{list}{more}{doubt}.")
        }
    }
}

fn price(page: &Page, lang: Lang) -> String {
    let moved = moved(page);
    // Points are told by the ladders that they lead up.
    let mut rest = Sums::default();
    for sums in page.fired.iter().filter(|f| f.charge == "counted").map(|f| f.sums) {
        rest.yuan.low += sums.yuan.low;
        rest.yuan.high += sums.yuan.high;
        rest.days = rest.days.max(sums.days);
    }
    let rest = words::cost(rest, lang);
    let mut parts: Vec<String> = moved.iter().map(|s| step(s, lang)).collect();
    parts.extend((!rest.is_empty()).then_some(rest));
    if parts.is_empty() {
        let is_grave = page.fired.iter().any(|f| f.asked && f.level == Level::Violation);
        return if is_grave {
            pick(
                lang,
                "有违规，但没有查到分值；平台仍可能处罚。",
                "A breach for which no figure is known; the platform may still sanction it.",
            )
        } else {
            pick(lang, "记录里没有会扣分的事。", "Nothing in the log costs points.")
        }
        .to_owned();
    }
    let estimate = pick(
        lang,
        "（估算：买家投诉成立时，只算这位买家的会话）",
        " (an estimate: if the complaint is upheld, this buyer's conversations alone)",
    );
    format!("{}{estimate}", parts.join(pick(lang, "；", "; ")))
}
