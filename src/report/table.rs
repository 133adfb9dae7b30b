//! The report for people in a terminal: the numbers, the agents, the shops, the templates, then each finding.

use std::io;

use comfy_table::{ContentArrangement, Table, presets};

use super::screen::{bold, plain};
use super::{Phrase, Report, Style, agents, frame, kpi, morning, problems, shops, view, words};
use crate::say::Lang;

pub(super) fn write(report: &Report, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    head(report, style, out)?;
    profiles(report, style, out)?;
    agents::write(report, style, out)?;
    shops::write(report, style, out)?;
    templates(report, style, out)?;
    kpi::brief(&report.times.0, &report.times.1, style, out)?;
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
    section(words::pick(style.lang, "今天先做", "First today"), style, out)?;
    morning::lines(report, style).iter().zip(1..).try_for_each(|(line, n)| writeln!(out, "{n}. {line}"))
}

/// Which figures hold: `口径：tmall-seeds（2024-01）……`.
fn profiles(report: &Report, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    if report.run.profiles.is_empty() {
        return Ok(());
    }
    let name = |p: &super::ProfileInfo| format!("{}（{}）", plain(&p.id), plain(&p.date));
    let all: Vec<String> = report.run.profiles.iter().map(name).collect();
    let pick = |zh, en| words::pick(style.lang, zh, en);
    writeln!(out, "{}{}", pick("分值和指标的口径：", "figures of: "), all.join(pick("，", ", ")))
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

/// A heading after an empty line.
pub(super) fn section(title: &str, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "\n{}", bold(title, style.color))
}

/// An empty table that fits the width.
pub(super) fn grid(style: &Style, header: &[(&str, &str)]) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .force_no_tty()
        .set_width(style.width.max(40))
        .set_header(header.iter().map(|(zh, en)| words::pick(style.lang, zh, en)));
    table
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
            ("发了", "sent"),
            ("会话", "conversations"),
            ("预估", "estimate"),
            ("话术", "text"),
        ],
    );
    for Phrase { template: t, text } in &report.templates {
        let source = match style.lang {
            _ if t.robot => pick("机器人", "robot").to_owned(),
            Lang::Zh => format!("{} 名客服", t.agents),
            Lang::En => format!("{} agents", t.agents),
        };
        table.add_row(vec![
            plain(view::title(report, &t.rule, style.lang)),
            plain(&t.shop),
            source,
            match style.lang {
                Lang::Zh => format!("{} 次", t.times),
                Lang::En => format!("{} times", t.times),
            },
            t.conversations.to_string(),
            words::cost(t.sums, style.lang),
            plain(&view::shown(text, &[], style.reveal).0),
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
            "  {}{}{}",
            plain(view::title(report, &n.rule, style.lang)),
            words::pick(style.lang, "：", ": "),
            plain(n.reason.get(style.lang))
        )?;
    }
    Ok(())
}
