//! The agents on the screen: a table of all with findings, then a card for each of the first ten.

use std::io;

use super::screen::plain;
use super::table::{grid, section};
use super::{Report, Style, cards, view, words};
use crate::judge::{AgentCard, Range, Rate};
use crate::rules::meta::Currency;
use crate::say::Lang;

/// Cards shown below the table; the machine formats hold all.
const SHOWN: usize = 10;

pub(super) fn write(report: &Report, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let pick = |zh, en| words::pick(style.lang, zh, en);
    if report.agents.is_empty() {
        return Ok(());
    }
    section(pick("客服（问题重的在前）", "Agents, worst first"), style, out)?;
    let blamed: Vec<&AgentCard> = report.agents.iter().filter(|c| c.incidents() > 0).collect();
    if !blamed.is_empty() {
        table(&blamed, report, style, out)?;
    }
    if blamed.iter().any(|c| !c.ranked) {
        let n = report.run.min_sample;
        match style.lang {
            Lang::Zh => writeln!(out, "* 会话不足 {n} 个，样本太小，不参加排名（--min-sample 可改）")?,
            Lang::En => {
                writeln!(out, "* fewer than {n} conversations: too small a sample to rank (--min-sample)")?;
            }
        }
    }
    let clean = report.agents.len() - blamed.len();
    match style.lang {
        _ if clean == 0 => {}
        Lang::Zh => writeln!(out, "另有 {clean} 名客服没有发现问题")?,
        Lang::En => writeln!(out, "{clean} more agents without findings")?,
    }
    blamed.iter().take(SHOWN).try_for_each(|c| card(c, report, style, out))
}

fn table(blamed: &[&AgentCard], report: &Report, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let mut table = grid(
        style,
        &[
            ("客服", "agent"),
            ("店铺", "shop"),
            ("会话", "conversations"),
            ("无问题", "clean"),
            ("违规", "violations"),
            ("警告", "warnings"),
            ("提示", "notices"),
            ("现场风险", "live risks"),
            ("每千条", "per 1,000"),
            ("预估", "estimate"),
        ],
    );
    for c in blamed {
        let star = if c.ranked { "" } else { " *" };
        table.add_row(vec![
            format!("{}{star}", plain(&c.key.agent)),
            plain(&c.key.shop),
            c.handled.conversations.to_string(),
            percent(c.clean(), c.handled.conversations),
            c.violations.to_string(),
            c.warnings.to_string(),
            c.notices.to_string(),
            c.live.to_string(),
            c.rate.map(|r| format!("{:.1}", r.per_1000)).unwrap_or_default(),
            estimate(c, report, style),
        ]);
    }
    writeln!(out, "{table}")
}

/// One card: rate with its interval, families, the worst line and what to say instead.
fn card(c: &AgentCard, report: &Report, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let pick = |zh, en| words::pick(style.lang, zh, en);
    let unranked =
        if c.ranked { "" } else { pick("（样本小，不排名）", " (small sample, not ranked)") };
    let elsewhere = match (c.elsewhere.is_empty(), style.lang) {
        (true, _) => String::new(),
        (false, Lang::Zh) => format!("；同名账号还在：{}", plain(&c.elsewhere.join("、"))),
        (false, Lang::En) => format!("; the same account name also in: {}", plain(&c.elsewhere.join(", "))),
    };
    writeln!(out, "\n{}{unranked} · {}{elsewhere}", plain(&c.key.agent), plain(&c.key.shop))?;
    let (clean, all) = (c.clean(), c.handled.conversations);
    match style.lang {
        Lang::Zh => writeln!(out, "  会话 {all} 个，其中 {clean} 个没有问题（{}）", percent(clean, all))?,
        Lang::En => writeln!(out, "  {all} conversations, {clean} of them clean ({})", percent(clean, all))?,
    }
    if let Some(rate) = c.rate {
        writeln!(out, "  {}", rate_words(c, rate, style.lang))?;
    }
    let families: Vec<String> = c
        .families
        .iter()
        .map(|(id, n)| {
            format!("{} {n}", plain(words::family(if id.is_empty() { "?" } else { id }, style.lang)))
        })
        .collect();
    writeln!(out, "  {}{}", pick("按类：", "by family: "), families.join(pick("，", ", ")))?;
    let Some(worst) = cards::worst(c, report) else { return Ok(()) };
    let finding = report.shelf.get(&worst.slip)?;
    let seen = view::finding((worst, &finding), report, style.lang, style.reveal);
    writeln!(
        out,
        "  {}{}{}“{}”（{}:{}）",
        pick("最重：", "worst: "),
        plain(seen.title),
        pick("，", ", "),
        plain(&seen.text),
        plain(seen.file),
        seen.line
    )?;
    if seen.remedy.is_empty() {
        Ok(())
    } else {
        writeln!(out, "  {}{}", pick("改说：", "say: "), plain(seen.remedy))
    }
}

fn rate_words(c: &AgentCard, rate: Rate, lang: Lang) -> String {
    let Rate { per_1000, low, high } = rate;
    let (incidents, messages) = (c.incidents(), c.handled.messages);
    match lang {
        Lang::Zh => format!(
            "{messages} 条消息里 {incidents} 次，每千条 {per_1000:.1} 次（95% 区间 {low:.1} 到 {high:.1}，泊松精确区间）"
        ),
        Lang::En => format!(
            "{incidents} in {messages} messages, {per_1000:.1} per 1,000 (95 % interval {low:.1} to {high:.1}, exact Poisson)"
        ),
    }
}

/// A share in whole percent, rounded down so that 100% means all.
pub(super) fn percent(part: u64, whole: u64) -> String {
    (part * 100).checked_div(whole).map_or_else(|| "-".to_owned(), |n| format!("{n}%"))
}

/// Points per ladder, since platforms never add ladders to one another, then yuan and days.
fn estimate(card: &AgentCard, report: &Report, style: &Style) -> String {
    if card.ladders.len() < 2 {
        return words::cost(card.sums, style.lang);
    }
    let ladder = |(id, points): (&String, &Range)| {
        let amount = words::amount(*points, Currency::Points, style.lang);
        format!("{} {amount}", view::ladder_title(id, report, style.lang))
    };
    let rest = words::cost(crate::judge::Sums { points: Range::default(), ..card.sums }, style.lang);
    let parts = card.ladders.iter().map(ladder).chain((!rest.is_empty()).then_some(rest));
    parts.collect::<Vec<_>>().join(words::pick(style.lang, "，", ", "))
}
