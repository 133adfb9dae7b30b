//! The report for people in a terminal: the numbers, the agents, the shops, the templates, then each finding.

use std::io;

use comfy_table::{ContentArrangement, Table, presets};

use super::screen::{bold, plain};
use super::{Report, Style, frame, problems, view, words};
use crate::judge::{AgentCard, MIN_SAMPLE, ShopCard, Standing, Step};
use crate::say::Lang;

pub(super) fn write(report: &Report, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    head(report, style, out)?;
    agents(report, style, out)?;
    shops(report, style, out)?;
    templates(report, style, out)?;
    not_judged(report, style, out)?;
    if !report.problems.is_empty() {
        section(words::pick(style.lang, "输入有问题", "Problems with the input"), style, out)?;
        problems::write(&report.problems, style.lang, out)?;
    }
    if !style.quiet && !report.findings.is_empty() {
        section(words::pick(style.lang, "逐条结果", "Findings"), style, out)?;
        writeln!(out)?;
        for judged in &report.findings {
            frame::write(judged, report, style, out)?;
        }
    }
    Ok(())
}

fn head(report: &Report, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let s = &report.summary;
    let seconds = style.seconds.map(|n| match style.lang {
        Lang::Zh => format!("，用时 {n:.1} 秒"),
        Lang::En => format!(", {n:.1} s"),
    });
    let seconds = seconds.unwrap_or_default();
    match style.lang {
        Lang::Zh => writeln!(
            out,
            "文件 {}，行 {}，消息 {}，会话 {}，剔除 {} 行{seconds}\n规则 {} 条（{} {}）：违规 {}，警告 {}，提示 {}，已豁免 {}，未能判断 {}",
            s.files,
            s.rows,
            s.messages,
            s.conversations,
            s.rejected,
            s.rules_active,
            plain(&report.run.pack),
            plain(&report.run.pack_version),
            s.violations,
            s.warnings,
            s.notices,
            s.waived,
            s.not_judged,
        ),
        Lang::En => writeln!(
            out,
            "{} files, {} rows, {} messages, {} conversations, {} rows rejected{seconds}\n{} rules ({} {}): {} violations, {} warnings, {} notices, {} waived, {} not judged",
            s.files,
            s.rows,
            s.messages,
            s.conversations,
            s.rejected,
            s.rules_active,
            plain(&report.run.pack),
            plain(&report.run.pack_version),
            s.violations,
            s.warnings,
            s.notices,
            s.waived,
            s.not_judged,
        ),
    }
}

fn section(title: &str, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "\n{}", bold(title, style.color))
}

fn grid(style: &Style, header: &[(&str, &str)]) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .force_no_tty()
        .set_width(style.width.max(40))
        .set_header(header.iter().map(|(zh, en)| words::pick(style.lang, zh, en)));
    table
}

fn agents(report: &Report, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let pick = |zh, en| words::pick(style.lang, zh, en);
    let blamed = |c: &&AgentCard| c.violations + c.warnings + c.notices > 0;
    let cards: Vec<&AgentCard> = report.agents.iter().filter(blamed).collect();
    if report.agents.is_empty() {
        return Ok(());
    }
    section(pick("客服（问题重的在前）", "Agents, worst first"), style, out)?;
    if !cards.is_empty() {
        let mut table = grid(
            style,
            &[
                ("客服", "agent"),
                ("店铺", "shop"),
                ("会话", "conversations"),
                ("违规", "violations"),
                ("警告", "warnings"),
                ("提示", "notices"),
                ("预估", "estimate"),
                ("最重的问题", "worst"),
            ],
        );
        for c in &cards {
            let star = if c.ranked { "" } else { " *" };
            table.add_row(vec![
                format!("{}{star}", plain(&c.key.agent)),
                plain(&c.key.shop),
                c.handled.conversations.to_string(),
                c.violations.to_string(),
                c.warnings.to_string(),
                c.notices.to_string(),
                words::cost(c.points, c.yuan, style.lang),
                c.worst.as_ref().map(|w| plain(view::title(report, &w.0, style.lang))).unwrap_or_default(),
            ]);
        }
        writeln!(out, "{table}")?;
    }
    if cards.iter().any(|c| !c.ranked) {
        match style.lang {
            Lang::Zh => writeln!(out, "* 会话不足 {MIN_SAMPLE} 个，样本太小，不参加排名")?,
            Lang::En => writeln!(out, "* fewer than {MIN_SAMPLE} conversations: too small a sample to rank")?,
        }
    }
    let clean = report.agents.len() - cards.len();
    match style.lang {
        _ if clean == 0 => Ok(()),
        Lang::Zh => writeln!(out, "另有 {clean} 名客服没有发现问题"),
        Lang::En => writeln!(out, "{clean} more agents without findings"),
    }
}

fn shops(report: &Report, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
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
        let money = words::cost(crate::judge::Range::default(), card.yuan, style.lang);
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
    let estimate = crate::judge::Range { low: s.low, high: s.high };
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

fn templates(report: &Report, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    if report.templates.is_empty() {
        return Ok(());
    }
    let pick = |zh, en| words::pick(style.lang, zh, en);
    section(pick("要改的话术（不算到个人头上）", "Templates to mend, not laid on agents"), style, out)?;
    let mut table = grid(
        style,
        &[
            ("规则", "rule"),
            ("店铺", "shop"),
            ("来源", "source"),
            ("次数", "times"),
            ("会话", "conversations"),
            ("预估", "estimate"),
            ("话术", "text"),
        ],
    );
    for t in &report.templates {
        let source = match style.lang {
            _ if t.robot => pick("机器人", "robot").to_owned(),
            Lang::Zh => format!("{} 名客服", t.agents),
            Lang::En => format!("{} agents", t.agents),
        };
        table.add_row(vec![
            plain(view::title(report, &t.rule, style.lang)),
            plain(&t.shop),
            source,
            t.times.to_string(),
            t.conversations.to_string(),
            words::cost(t.points, crate::judge::Range::default(), style.lang),
            plain(&view::shown(&t.text, &[], style.reveal).0),
        ]);
    }
    writeln!(out, "{table}")
}

fn not_judged(report: &Report, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    if report.not_judged.is_empty() {
        return Ok(());
    }
    section(
        words::pick(style.lang, "未能判断（不等于没有问题）", "Not judged, which is not the same as clean"),
        style,
        out,
    )?;
    for n in &report.not_judged {
        writeln!(
            out,
            "  {}：{}",
            plain(view::title(report, &n.rule, style.lang)),
            plain(n.reason.get(style.lang))
        )?;
    }
    Ok(())
}
