//! One finding on the screen: what, who, where, the dialogue with the deciding words marked, why, what it may cost
//! and what to say instead.

use std::io;

use super::screen::{bold, clean, marked, plain, width};
use super::view::{self, FindingView, LineView};
use super::{Report, Style, words};
use crate::finding::{Certainty, Level};
use crate::judge::Judged;

/// Writes the block of one finding, an empty line at its end.
pub(super) fn write(j: &Judged, report: &Report, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let finding = report.shelf.get(&j.slip)?;
    let view = view::finding((j, &finding), report, style.lang, style.reveal);
    head(&view, style, out)?;
    let lines = view::dialogue(&finding, style.reveal);
    let digits = lines.iter().map(|l| l.line.to_string().len()).max().unwrap_or(1);
    for line in &lines {
        dialogue_line(line, digits, style, out)?;
    }
    let pick = |zh, en| words::pick(style.lang, zh, en);
    fact(pick("依据", "why"), &view.why, style, out)?;
    fact(pick("预估", "cost"), &cost(j, &view, report, style), style, out)?;
    if let Some(threat) = &view.threat {
        let text = format!("{} {}{}", threat.line, pick("买家：", "buyer: "), threat.text);
        fact(pick("风险", "risk"), &text, style, out)?;
    }
    fact(pick("改说", "say"), view.remedy, style, out)?;
    writeln!(out)
}

fn head(f: &FindingView<'_>, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let pick = |zh, en| words::pick(style.lang, zh, en);
    let sign = match f.level {
        Level::Violation => '✗',
        Level::Warning => '!',
        Level::Notice => '·',
    };
    let suspected = match f.certainty {
        Certainty::Certain => "",
        Certainty::Suspected => pick("（疑似）", " (suspected)"),
    };
    let live = if f.threat.is_some() { pick("［现场风险］", " [live risk]") } else { "" };
    let title = format!("{sign} {} {}{suspected}{live}", words::level(f.level, style.lang), plain(f.title));
    writeln!(out, "{}  {}", bold(&title, style.color), plain(f.rule.as_str()))?;
    let platform = words::platform(f.platform, style.lang);
    let shop = if platform.is_empty() { plain(f.shop) } else { format!("{}（{platform}）", plain(f.shop)) };
    let facts = [
        (pick("客服", "agent"), plain(f.agent)),
        (pick("店铺", "shop"), shop),
        (pick("买家", "buyer"), plain(&f.buyer)),
        (pick("会话", "conversation"), plain(f.conversation)),
        (pick("订单", "order"), plain(f.order_id)),
        ("", f.sent_at.clone().unwrap_or_default()),
        ("", format!("{}:{}", plain(f.file), f.line)),
    ];
    let said: Vec<String> = facts
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| if name.is_empty() { value.clone() } else { format!("{name} {value}") })
        .collect();
    writeln!(out, "  {}", said.join(" · "))
}

fn dialogue_line(line: &LineView, digits: usize, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let sign = if line.evidence { '>' } else { ' ' };
    let recalled = if line.recalled { words::pick(style.lang, "（已撤回）", "(recalled) ") } else { "" };
    let lead = format!("  {sign} {:>digits$} {}{recalled}: ", line.line, words::role(line.role, style.lang));
    let indent = " ".repeat(width(&lead));
    let (text, spans) = clean(&line.text, &line.bytes);
    let columns = usize::from(style.width).saturating_sub(width(&lead)).max(20);
    for (n, row) in marked(&text, &spans, columns, style.color).iter().enumerate() {
        writeln!(out, "{}{row}", if n == 0 { &lead } else { &indent })?;
    }
    Ok(())
}

/// A named sentence below the dialogue, wrapped under itself; nothing when it is empty.
fn fact(name: &str, text: &str, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    let lead = format!("  {name} ");
    let indent = " ".repeat(width(&lead));
    let columns = usize::from(style.width).saturating_sub(width(&lead)).max(20);
    for (n, row) in marked(&plain(text), &[], columns, false).iter().enumerate() {
        writeln!(out, "{}{row}", if n == 0 { &lead } else { &indent })?;
    }
    Ok(())
}

/// `6 分（违背承诺）；计入；另一说：6 分 + 一万元保证金；出处 S1e`; empty when the rule has no figure.
fn cost(j: &Judged, f: &FindingView<'_>, report: &Report, style: &Style) -> String {
    let pick = |zh, en| words::pick(style.lang, zh, en);
    let all = words::cost(j.sums(), style.lang);
    if all.is_empty() {
        return all;
    }
    let ladder =
        f.ladder.map_or_else(String::new, |id| format!("（{}）", view::ladder_title(id, report, style.lang)));
    let other = f.counted_as.map(|rule| format!(" {}", view::title(report, rule, style.lang)));
    let stop = pick("；", "; ");
    let charge = format!("{}{}", words::charge(f.charge, style.lang), other.unwrap_or_default());
    let alternatives = j.costs.iter().filter_map(|c| c.alternative.as_ref());
    let mut said: Vec<String> = alternatives.map(|a| format!("{}{a}", pick("另一说：", "or: "))).collect();
    said.dedup();
    let mut sources: Vec<&str> = j.costs.iter().map(|c| c.source.as_str()).collect();
    sources.dedup();
    let source = format!("{}{}", pick("出处 ", "source "), sources.join(stop));
    let parts: Vec<String> =
        [format!("{all}{ladder}"), charge].into_iter().chain(said).chain([source]).collect();
    parts.join(stop)
}
