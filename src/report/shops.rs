//! The shops on the screen: where each stands on every ladder of its platform, and what falls due, in words.

use std::io;

use super::screen::plain;
use super::table::{grid, section};
use super::{Report, Style, view, words};
use crate::judge::{AgentShare, Bringers, Range, RuleShare, ShopCard, Standing, Step};
use crate::rules::meta::Currency;
use crate::say::Lang;

/// The table of ladders, and below it what falls due.
pub(super) fn write(report: &Report, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let pick = |zh, en| words::pick(style.lang, zh, en);
    if report.shops.is_empty() {
        return Ok(());
    }
    section(
        pick("店铺扣分预估（买家投诉成立时）", "Shops: estimated points if buyers complain and win"),
        style,
        out,
    )?;
    let mut table = grid(
        style,
        &[
            ("店铺", "shop"),
            ("违规", "violations"),
            ("另计金额", "money"),
            ("类别", "ladder"),
            ("原有", "before"),
            ("估到", "estimate"),
            ("所到节点", "node"),
            ("距下一节点", "to the next"),
        ],
    );
    for card in &report.shops {
        let mut name = plain(&card.shop);
        let year = card.as_of.map(|day| day.format("%Y").to_string()).unwrap_or_default();
        let platform = words::platform(card.platform, style.lang);
        if !platform.is_empty() || !year.is_empty() {
            let gap = if platform.is_empty() || year.is_empty() { "" } else { " " };
            name = format!("{name} ({platform}{gap}{year})");
        }
        let money = words::amount(card.yuan, Currency::Yuan, style.lang);
        let mut first = vec![name, card.violations.to_string(), money];
        if card.ladders.is_empty() {
            table.add_row(first);
            continue;
        }
        for standing in &card.ladders {
            let mut row = std::mem::replace(&mut first, vec![String::new(); 3]);
            row.extend(ladder_cells(standing, style));
            table.add_row(row);
        }
    }
    writeln!(out, "{table}")?;
    report.shops.iter().try_for_each(|card| words_below(card, report, style, out))
}

fn ladder_cells(s: &Standing, style: &Style) -> [String; 5] {
    let pick = |zh, en| words::pick(style.lang, zh, en);
    let estimate = words::range(Range { low: s.low, high: s.high });
    let node = |step: &Option<Step>| step.as_ref().map_or_else(|| "-".to_owned(), |s| s.at.to_string());
    let (low, high) = (node(&s.reached_low), node(&s.reached_high));
    let next = match (s.next, s.left) {
        (Some(next), Some(left)) if style.lang == Lang::Zh => format!("{next} 分还差 {left}"),
        (Some(next), Some(left)) => format!("{left} to {next}"),
        _ if s.gravest => pick("按最重的一次", "the gravest counts").to_owned(),
        _ => pick("已到顶", "top reached").to_owned(),
    };
    [
        pick(&s.title, &s.title_en).to_owned(),
        s.prior.to_string(),
        if s.gravest { format!("{estimate} {}", pick("天", "days")) } else { estimate },
        if low == high { high } else { format!("{low} / {high}") },
        next,
    ]
}

/// What falls due, what would reach the next step, and who brings most, in words, below the table.
fn words_below(card: &ShopCard, report: &Report, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let shop = plain(&card.shop);
    let colon = words::pick(style.lang, "：", ": ");
    for standing in &card.ladders {
        for line in ladder_words(standing, report, style) {
            writeln!(out, "{shop}{colon}{line}")?;
        }
    }
    let money = words::pick(style.lang, "另计金额", "money");
    if let Some(line) = most(money, &card.yuan_bringers, Currency::Yuan, report, style) {
        writeln!(out, "{shop}{colon}{line}")?;
    }
    for (n, zh, en) in [
        (card.earlier, "次违规在以前的年度，不计入上表", "incidents of earlier years are not in the table"),
        (
            card.later,
            "次违规在要算的日子之后，不计入上表",
            "incidents after the judged day are not in the table",
        ),
    ] {
        match style.lang {
            _ if n == 0 => {}
            Lang::Zh => writeln!(out, "{shop}：另有 {n} {zh}")?,
            Lang::En => writeln!(out, "{shop}: {n} {en}")?,
        }
    }
    Ok(())
}

fn ladder_words(s: &Standing, report: &Report, style: &Style) -> Vec<String> {
    let mut lines: Vec<String> = s.due_high.iter().map(|step| due(s, step, style.lang)).collect();
    let rule = |id| view::title(report, id, style.lang);
    if let (Some(u), Some(next)) = (&s.until, s.next) {
        lines.push(match style.lang {
            Lang::Zh => format!("{}：再有 {} 次 {} 就到 {next} 分", s.title, u.times, rule(&u.rule)),
            Lang::En => format!("{}: {} more of {} reach {next}", s.title_en, u.times, rule(&u.rule)),
        });
    }
    let unit = if s.gravest { Currency::Days } else { Currency::Points };
    // What a part brings, the wider ladder tells.
    let title = words::pick(style.lang, &s.title, &s.title_en);
    lines.extend(most(title, &s.bringers, unit, report, style).filter(|_| s.part_of.is_none()));
    let date = s.prior_date.map(|d| d.to_string()).unwrap_or_default();
    let (title, title_en, overlap, lapsed) = (&s.title, &s.title_en, s.overlap, s.lapsed);
    match style.lang {
        _ if overlap == 0 => {}
        Lang::Zh => lines.push(format!(
            "{title}：原有扣分是 {date} 的，记录里有 {overlap} 次违规在这天或以前；平台若已处理，就重复计了"
        )),
        Lang::En => lines.push(format!(
            "{title_en}: the prior balance is of {date}, and {overlap} incidents are not later; if the platform has charged them, they count twice"
        )),
    }
    match style.lang {
        _ if lapsed == 0 => {}
        Lang::Zh => lines.push(format!("{title}：去年的 {lapsed} 分已在年底清零")),
        Lang::En => lines.push(format!("{title_en}: {lapsed} points of an earlier year were cleared")),
    }
    lines
}

/// `一般违规到 24 分（按高估）：……，共 20000 元（按最高一次计为 10000 元）`.
fn due(s: &Standing, step: &Step, lang: Lang) -> String {
    let sure = s.due_low.iter().any(|low| low.at == step.at && low.times == step.times);
    let sum = step.yuan.filter(|_| step.times > 1).map(|yuan| (u64::from(yuan) * step.times, yuan));
    let (at, what) = (step.at, &step.consequence);
    match lang {
        Lang::Zh => {
            let when = if sure { "" } else { "（按高估）" };
            let sum = sum.map(|(n, once)| format!("，共 {n} 元（只罚一次则 {once} 元）")).unwrap_or_default();
            let unit = if s.gravest { "天" } else { "分" };
            format!("{}到 {at} {unit}{when}：{what}{sum}", s.title)
        }
        Lang::En => {
            let when = if sure { "" } else { " (high estimate)" };
            let sum = sum
                .map(|(n, once)| format!(", {n} yuan in all ({once} if charged once)"))
                .unwrap_or_default();
            let unit = if s.gravest { "days" } else { "points" };
            format!("{} at {at} {unit}{when}: {what}{sum}", s.title_en)
        }
    }
}

/// `一般违规最多的规则：……；最多的客服：……`.
fn most(title: &str, b: &Bringers, unit: Currency, report: &Report, style: &Style) -> Option<String> {
    let pick = |zh, en| words::pick(style.lang, zh, en);
    let share = |name: &str, amount: Range, n: u64| {
        let amount = words::amount(amount, unit, style.lang);
        match style.lang {
            Lang::Zh => format!("{name} {amount}（{n} 次）"),
            Lang::En => format!("{name} {amount} ({n})"),
        }
    };
    let rule = |r: &RuleShare| share(&plain(view::title(report, &r.rule, style.lang)), r.amount, r.incidents);
    let agent = |a: &AgentShare| {
        let name =
            if a.agent.is_empty() { pick("机器人和话术", "robots and templates") } else { &a.agent };
        share(&plain(name), a.amount, a.incidents)
    };
    if b.rules.is_empty() {
        return None;
    }
    let comma = pick("、", ", ");
    let rules: Vec<String> = b.rules.iter().map(rule).collect();
    let agents: Vec<String> = b.agents.iter().map(agent).collect();
    Some(format!(
        "{title}{}{}{}{}",
        pick("最多的规则：", ": most by "),
        rules.join(comma),
        pick("；最多的客服：", "; by "),
        agents.join(comma)
    ))
}
