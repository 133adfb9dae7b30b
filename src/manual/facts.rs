//! What is known about a rule besides how it works: level, platforms, figures with their sources, why, remedy, examples.

use std::fmt::Write as _;

use crate::manual::{State, state, ways};
use crate::model::Platform;
use crate::report::words::{self, pick};
use crate::rules::meta::{Currency, Exposure, Figure, RuleMeta, Unit};
use crate::rules::pack::{Pack, Rule};
use crate::say::Lang;
use crate::taught::model::Model;

/// Everything about a rule, for a terminal.
#[must_use]
pub fn show(rule: &Rule, pack: &Pack, model: &Model, lang: Lang) -> String {
    let meta = &rule.meta;
    let mut text = format!("{}  {} / {}\n", meta.id, meta.title, meta.title_en);
    let stop = pick(lang, "，", ", ");
    let facts = [
        words::level(meta.level, lang).to_owned(),
        platforms(&meta.platforms, lang),
        unit(meta.unit, lang).to_owned(),
        ways_words(rule, pack, model, lang),
        format!("{} {}", pick(lang, "类别", "family"), words::family(&meta.family, lang)),
    ];
    let _ = writeln!(text, "{}", facts.join(stop));
    if let Some(reason) = state_words(rule, lang) {
        let _ = writeln!(text, "{reason}");
    }
    let mut part = |name: &str, body: &str| {
        if !body.is_empty() {
            let _ = writeln!(text, "\n{name}\n  {body}");
        }
    };
    part(pick(lang, "为什么是错", "Why it is a fault"), &meta.why);
    let mut figures: Vec<String> =
        meta.exposure.iter().map(|e| figure_with_source(e, meta, pack, lang)).collect();
    figures.extend(profile_figures(meta, pack, lang));
    part(
        pick(lang, "买家投诉成立时的预估扣分或罚款", "Estimated cost if the buyer complains and wins"),
        &figures.join("\n  "),
    );
    part(pick(lang, "应该怎么说", "What to say instead"), &meta.remedy);
    let examples = |list: &[crate::rules::form::At<String>]| {
        list.iter().map(|e| e.value.as_str()).collect::<Vec<_>>().join("\n  ")
    };
    part(pick(lang, "这样会报", "Fires on"), &examples(&rule.hit));
    part(pick(lang, "这样不会报", "Does not fire on"), &examples(&rule.ok));
    part(pick(lang, "出处", "Sources"), &meta.sources.join(pick(lang, "、", ", ")));
    text
}

/// Why a rule is not judged on logs; `None` when it is.
#[must_use]
pub fn state_words(rule: &Rule, lang: Lang) -> Option<String> {
    match state(rule) {
        State::Live => None,
        State::Templates => {
            Some(pick(lang, "只用来检查快捷短语", "judged on reply templates only").to_owned())
        }
        State::Off => Some(pick(lang, "已停用", "switched off").to_owned()),
        State::Unjudged => {
            let reason = rule.unjudged.as_deref().unwrap_or_default();
            Some(format!("{}{reason}", pick(lang, "光看聊天记录判断不了：", "cannot be judged from a log: ")))
        }
    }
}

/// `天猫、淘宝`; all platforms when the list is empty.
#[must_use]
pub fn platforms(list: &[Platform], lang: Lang) -> String {
    if list.is_empty() {
        return pick(lang, "所有平台", "all platforms").to_owned();
    }
    let names: Vec<&str> = list.iter().map(|p| words::platform(Some(*p), lang)).collect();
    names.join(pick(lang, "、", ", "))
}

fn unit(unit: Unit, lang: Lang) -> &'static str {
    match unit {
        Unit::Order => pick(lang, "每笔订单算一次", "counted once per order"),
        Unit::Conversation => pick(lang, "每次会话算一次", "counted once per conversation"),
        Unit::BuyerDay => pick(lang, "每个买家每天算一次", "counted once per buyer and day"),
    }
}

/// How a rule recognises a fault.
#[must_use]
pub fn ways_words(rule: &Rule, pack: &Pack, model: &Model, lang: Lang) -> String {
    let seen = ways(rule, pack, model);
    let names = [
        (seen.written, pick(lang, "写明", "written")),
        (seen.taught, pick(lang, "学会", "taught")),
        (seen.native, pick(lang, "计时计数", "counted")),
    ];
    let names: Vec<&str> = names.iter().filter(|(is_so, _)| *is_so).map(|(_, name)| *name).collect();
    if names.is_empty() { "-".to_owned() } else { names.join("+") }
}

/// Every figure of a rule in short: `天猫 6 分；拼多多 100 元`.
#[must_use]
pub fn figures(meta: &RuleMeta, lang: Lang) -> String {
    let stop = pick(lang, "；", "; ");
    meta.exposure.iter().map(|e| figure(e, meta, lang)).collect::<Vec<_>>().join(stop)
}

fn figure(e: &Exposure, meta: &RuleMeta, lang: Lang) -> String {
    let on = if e.platforms.is_empty() { &meta.platforms } else { &e.platforms };
    let number = if e.low == e.high { e.high.to_string() } else { format!("{}-{}", e.low, e.high) };
    let unit = match e.unit {
        Currency::Points => pick(lang, "分", "points"),
        Currency::Yuan => pick(lang, "元", "yuan"),
        Currency::Days => pick(lang, "天（下架等）", "days of measures"),
    };
    format!("{} {number} {unit}", platforms(on, lang))
}

/// What other profiles say about a rule.
fn profile_figures(meta: &RuleMeta, pack: &Pack, lang: Lang) -> Vec<String> {
    let of_rule = |figure: &&Figure| figure.rules.iter().any(|id| id == meta.id.as_str());
    let profiles = pack
        .profiles
        .iter()
        .flat_map(|profile| profile.figures.iter().filter(of_rule).map(move |figure| (profile, figure)));
    profiles
        .map(|(profile, figure)| {
            let words = figure_with_source(&figure.exposure, meta, pack, lang);
            format!("--profile {}（{}）：{words}", profile.id, profile.date)
        })
        .collect()
}

/// A figure with its ladder, the other figure that some source gives, and the source.
#[must_use]
pub fn figure_with_source(e: &Exposure, meta: &RuleMeta, pack: &Pack, lang: Lang) -> String {
    let mut text = figure(e, meta, lang);
    if let Some(ladder) = &e.ladder {
        let known = pack.ladders.iter().find(|l| l.id == *ladder);
        let title = known.map_or(ladder.as_str(), |l| pick(lang, &l.title, &l.title_en));
        let _ = write!(text, "{}", pick(lang, "，计入", " on "));
        let _ = write!(text, "{title}");
    }
    if let Some(other) = &e.alternative {
        let _ = write!(text, "{}{other}", pick(lang, "；另一种说法：", "; other figure: "));
    }
    let _ = write!(text, "{}{}{}", pick(lang, "（出处 ", " (source "), e.source, pick(lang, "）", ")"));
    text
}
