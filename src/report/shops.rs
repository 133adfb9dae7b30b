//! The shops on the screen: where each stands on every ladder of its platform, and what falls due, in words.

use std::io;

use super::screen::plain;
use super::table::{grid, section};
use super::{Report, Style, words};
use crate::judge::{Range, ShopCard, Standing, Step};
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
        let year = card.year.map(|y| y.to_string()).unwrap_or_default();
        let platform = words::platform(card.platform, style.lang);
        if !platform.is_empty() || !year.is_empty() {
            let gap = if platform.is_empty() || year.is_empty() { "" } else { " " };
            name = format!("{name} ({platform}{gap}{year})");
        }
        let money = words::cost(Range::default(), card.yuan, style.lang);
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
    report.shops.iter().try_for_each(|card| consequences(card, style, out))
}

fn ladder_cells(s: &Standing, style: &Style) -> [String; 5] {
    let pick = |zh, en| words::pick(style.lang, zh, en);
    let estimate = Range { low: s.low, high: s.high };
    let node = |step: &Option<Step>| step.as_ref().map_or_else(|| "-".to_owned(), |s| s.at.to_string());
    let (low, high) = (node(&s.reached_low), node(&s.reached_high));
    let next = match (s.next, s.left) {
        (Some(next), Some(left)) if style.lang == Lang::Zh => format!("{next} 分还差 {left}"),
        (Some(next), Some(left)) => format!("{left} to {next}"),
        _ => pick("已到顶", "top reached").to_owned(),
    };
    [
        pick(&s.title, &s.title_en).to_owned(),
        s.prior.to_string(),
        words::range(estimate),
        if low == high { high } else { format!("{low} / {high}") },
        next,
    ]
}

/// What falls due, in words, below the table.
fn consequences(card: &ShopCard, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    for standing in &card.ladders {
        for step in &standing.due_high {
            let sure = standing.due_low.iter().any(|low| low.at == step.at && low.times == step.times);
            let sum = step.yuan.map(|yuan| u64::from(yuan) * step.times).filter(|_| step.times > 1);
            let shop = plain(&card.shop);
            match style.lang {
                Lang::Zh => {
                    let when = if sure { "" } else { "（按高估）" };
                    let sum = sum.map(|n| {
                        format!("，共 {n} 元（按最高一次计为 {} 元）", step.yuan.unwrap_or_default())
                    });
                    writeln!(
                        out,
                        "{shop}：{}到 {} 分{when}：{}{}",
                        standing.title,
                        step.at,
                        step.consequence,
                        sum.unwrap_or_default()
                    )?;
                }
                Lang::En => {
                    let when = if sure { "" } else { " (high estimate)" };
                    let sum = sum.map(|n| {
                        format!(", {n} yuan in all ({} if charged once)", step.yuan.unwrap_or_default())
                    });
                    writeln!(
                        out,
                        "{shop}: {} at {} points{when}: {}{}",
                        standing.title_en,
                        step.at,
                        step.consequence,
                        sum.unwrap_or_default()
                    )?;
                }
            }
        }
    }
    match (card.earlier, style.lang) {
        (0, _) => Ok(()),
        (n, Lang::Zh) => writeln!(out, "{}：另有 {n} 次违规在以前的年度，不计入上表", plain(&card.shop)),
        (n, Lang::En) => {
            writeln!(out, "{}: {n} incidents of earlier years are not in the table", plain(&card.shop))
        }
    }
}
