//! A dossier in a terminal.

use std::io::{self, Write};

use super::Style;
use super::view::{EntryView, FiredView, Page, Said, SittingView};
use super::words;
use crate::investigate::dossier::Room;
use crate::report::screen::{bold, clean, marked, plain, width};
use crate::report::words::{self as common, pick};
use crate::span::Span;

/// Writes to a terminal, wrapped to its width.
struct Paper<'o> {
    out: &'o mut dyn Write,
    style: &'o Style,
}

impl Paper<'_> {
    fn t<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        pick(self.style.lang, zh, en)
    }

    fn heading(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "\n{}", bold(&format!("== {text}"), self.style.color))
    }

    /// A text behind a lead, wrapped under itself.
    fn row(&mut self, lead: &str, text: &str) -> io::Result<()> {
        self.marked(lead, &plain(text), &[])
    }

    fn marked(&mut self, lead: &str, text: &str, spans: &[Span]) -> io::Result<()> {
        let indent = " ".repeat(width(lead));
        let columns = usize::from(self.style.width).saturating_sub(width(lead)).max(20);
        for (n, row) in marked(text, spans, columns, self.style.color).iter().enumerate() {
            let row = format!("{}{row}", if n == 0 { lead } else { &indent });
            writeln!(self.out, "{}", row.trim_end())?;
        }
        Ok(())
    }

    /// A line of the log: `day.csv:12 客服 09:12:03 ...`.
    fn said(&mut self, indent: &str, said: &Said) -> io::Result<()> {
        let role = common::role(said.role, self.style.lang);
        let at = said.sent_at.as_deref().and_then(|at| at.get(5..16)).unwrap_or_default();
        let lead = format!("{indent}{} {at} {role}: ", plain(&words::place(said)));
        let (text, spans) = clean(&said.text, &said.bytes);
        let rest = words::left_out(said, self.style.lang);
        self.marked(&lead, &format!("{text}{rest}"), &spans)
    }
}

pub(super) fn write(page: &Page, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut paper = Paper { out, style };
    head(page, &mut paper)?;
    for sitting in &page.sittings {
        self::sitting(sitting, &mut paper)?;
    }
    fired(page, &mut paper)?;
    nearly(page, &mut paper)?;
    if page.is_single {
        return Ok(());
    }
    promises(page, &mut paper)?;
    buyer(page, &mut paper)?;
    advice(page, &mut paper)?;
    sources(page, &mut paper)
}

fn head(page: &Page, paper: &mut Paper<'_>) -> io::Result<()> {
    let lang = paper.style.lang;
    let platform = common::platform(page.platform, lang);
    let title = paper.t("投诉核查", "Complaint").to_owned();
    let shop = plain(&page.shop);
    let line = format!("{title} · {platform} {shop} · {} {}", paper.t("买家", "buyer"), plain(&page.buyer));
    writeln!(paper.out, "{}", bold(&line, paper.style.color))?;
    if let Some((title, rule)) = &page.complaint {
        let rule = rule.as_ref().map(|r| format!(" ({r})")).unwrap_or_default();
        let lead = paper.t("投诉事由 ", "about ").to_owned();
        paper.row(&lead, &format!("{title}{rule}"))?;
    }
    if page.is_single {
        return Ok(());
    }
    for (question, answer) in &page.answers {
        paper.row(&format!("  {question}  "), answer)?;
    }
    Ok(())
}

fn sitting(s: &SittingView, paper: &mut Paper<'_>) -> io::Result<()> {
    let lang = paper.style.lang;
    let began = s.lines.first().and_then(|l| l.said.sent_at.clone()).unwrap_or_default();
    let platform = common::platform(s.platform, lang);
    let mut facts = vec![
        words::relation(s.related, lang).to_owned(),
        began,
        format!("{platform} {}", plain(&s.shop)).trim().to_owned(),
        plain(&s.conversation),
    ];
    facts.extend(s.lines.first().map(|l| plain(&l.said.file)));
    if !s.orders.is_empty() {
        facts.push(format!("{} {}", paper.t("订单", "order"), plain(&s.orders.join(paper.t("、", ", ")))));
    }
    facts.retain(|fact| !fact.is_empty());
    paper.heading(&facts.join(" · "))?;
    let digits = s.lines.iter().map(|l| l.said.line.to_string().len()).max().unwrap_or(1);
    for line in &s.lines {
        entry(line, digits, paper)?;
    }
    Ok(())
}

fn entry(e: &EntryView, digits: usize, paper: &mut Paper<'_>) -> io::Result<()> {
    let lang = paper.style.lang;
    if let Some(gap) = e.gap_seconds.filter(|gap| *gap >= 600) {
        writeln!(paper.out, "       … {}", words::seconds(gap, lang))?;
    }
    if let Some(from) = &e.taken_over_from {
        let note =
            format!("{} {} → {}", paper.t("换人：", "handed over:"), plain(from), plain(&e.said.agent));
        writeln!(paper.out, "       {note}")?;
    }
    let sign = if e.findings.is_empty() { ' ' } else { '>' };
    let time = e.said.sent_at.as_deref().and_then(|at| at.get(11..)).unwrap_or_default();
    let role = common::role(e.said.role, lang);
    let who = if e.said.role == crate::model::Role::Agent { plain(&e.said.agent) } else { String::new() };
    let who = if who.is_empty() { role.to_owned() } else { format!("{role} {who}") };
    let lead = format!("{sign} {:>digits$} {time} {who}: ", e.said.line);
    let mut before = words::kind(e.kind, lang).to_owned();
    if e.said.recalled {
        before.push_str(paper.t("（已撤回）", "(recalled) "));
    }
    let shift = before.len();
    let (text, spans) = clean(&e.said.text, &e.said.bytes);
    let spans: Vec<Span> = spans.iter().map(|s| Span::new(s.start + shift, s.end + shift)).collect();
    let mut after = words::left_out(&e.said, lang);
    if !e.findings.is_empty() {
        let numbers: Vec<String> = e.findings.iter().map(|n| format!("[{n}]")).collect();
        after.push_str(&format!("  {}", numbers.join("")));
    }
    if let Some(slow) = e.slow_seconds {
        after.push_str(&format!("  ({} {})", paper.t("回复慢：", "slow:"), words::seconds(slow, lang)));
    }
    paper.marked(&lead, &format!("{before}{text}{after}"), &spans)
}

fn fired(page: &Page, paper: &mut Paper<'_>) -> io::Result<()> {
    if page.fired.is_empty() {
        return Ok(());
    }
    let heading = paper.t("成立的规则", "What fired").to_owned();
    paper.heading(&heading)?;
    for f in &page.fired {
        self::finding(f, paper)?;
    }
    let moved = words::moved(page);
    if !page.is_single && !moved.is_empty() {
        let lead = format!("  {} ", paper.t("合计", "in all"));
        for standing in moved {
            let text = words::step(standing, paper.style.lang);
            paper.row(&lead, &text)?;
        }
    }
    Ok(())
}

fn finding(f: &FiredView, paper: &mut Paper<'_>) -> io::Result<()> {
    let lang = paper.style.lang;
    let suspected = match f.certainty {
        crate::finding::Certainty::Certain => "",
        crate::finding::Certainty::Suspected => paper.t("（疑似）", " (suspected)"),
    };
    let other = if f.asked { "" } else { paper.t(" · 其他会话", " · another conversation") };
    let title = format!("[{}] {} {}{suspected}", f.number, common::level(f.level, lang), plain(&f.title));
    let title = bold(&title, paper.style.color);
    writeln!(paper.out, "{title}  {}{other}  #{}", plain(f.rule.as_str()), f.id)?;
    for said in &f.evidence {
        paper.said("    ", said)?;
    }
    let facts = [
        (paper.t("依据", "why"), f.why.clone()),
        (paper.t("规则", "rule"), f.rule_why.clone()),
        (paper.t("出处", "source"), f.clauses.join(paper.t("、", ", "))),
        (paper.t("预估", "cost"), words::cost(f, lang)),
    ];
    let facts: Vec<(String, String)> = facts.into_iter().map(|(n, t)| (format!("    {n} "), t)).collect();
    for (lead, text) in &facts {
        paper.row(lead, text)?;
    }
    let lead = format!("    {} ", paper.t("阶梯", "ladder"));
    for step in &f.steps {
        paper.row(&lead, &words::step(step, lang))?;
    }
    let lead = format!("    {} ", paper.t("改说", "say"));
    paper.row(&lead, &f.remedy)
}

/// Lines that speak for the agent in the matter itself.
fn defence(page: &Page, paper: &mut Paper<'_>) -> io::Result<()> {
    if page.defence.is_empty() {
        return Ok(());
    }
    let heading = paper.t("为客服说话的句子", "Lines that speak for the agent").to_owned();
    paper.heading(&heading)?;
    page.defence.iter().try_for_each(|said| paper.said("  ", said))
}

fn nearly(page: &Page, paper: &mut Paper<'_>) -> io::Result<()> {
    defence(page, paper)?;
    if page.nearly.iter().all(|n| n.room == Room::None) {
        return Ok(());
    }
    let heading = paper.t("差一点成立的规则，为什么没有成立", "What nearly fired, and why not").to_owned();
    paper.heading(&heading)?;
    let of = |room: Room| page.nearly.iter().filter(move |n| n.room == room);
    for n in of(Room::Full) {
        let sign = if n.defends { '+' } else { '-' };
        let title = bold(&format!("{sign} {}", plain(&n.title)), paper.style.color);
        writeln!(paper.out, "{title}  {}", plain(n.rule.as_str()))?;
        paper.row("    ", &n.why)?;
        let lines: Vec<&Said> =
            if n.against.is_empty() { n.said.iter().collect() } else { n.against.iter().collect() };
        for said in lines.into_iter().take(3) {
            paper.said("    ", said)?;
        }
    }
    if of(Room::Full).any(|n| n.defends) {
        let note = paper
            .t("带 + 的是为客服说话的句子，申诉时先用这些。", "Lines marked + speak for the agent.")
            .to_owned();
        paper.row("  ", &note)?;
    }
    if of(Room::Brief).next().is_some() {
        let note = paper.t("另外看过、没有成立的规则：", "Also looked at:").to_owned();
        paper.row("  ", &note)?;
        for n in of(Room::Brief) {
            paper.row("    ", &format!("{}：{}", n.title, n.why))?;
        }
    }
    Ok(())
}

fn promises(page: &Page, paper: &mut Paper<'_>) -> io::Result<()> {
    if page.promises.is_empty() {
        return Ok(());
    }
    let heading = paper.t("客服的承诺", "Promises").to_owned();
    paper.heading(&heading)?;
    for p in &page.promises {
        let due = p.due.as_ref().map(|d| format!("{} {d}", paper.t("，到期", ", due"))).unwrap_or_default();
        let hedged = if p.hedged { paper.t("（留有余地）", " (hedged)") } else { "" };
        let fate = words::fate(&p.state, paper.style.lang);
        paper.row("  ", &format!("{}{hedged}{due}：{fate}", p.title))?;
        for said in p.said.iter().chain(&p.shown) {
            paper.said("    ", said)?;
        }
    }
    Ok(())
}

fn buyer(page: &Page, paper: &mut Paper<'_>) -> io::Result<()> {
    if page.signs.is_empty() && page.alike.is_empty() {
        return Ok(());
    }
    let heading = paper
        .t("买家一侧的提醒（只作提醒，不是指控）", "The buyer's side (warnings, never charges)")
        .to_owned();
    paper.heading(&heading)?;
    for sign in &page.signs {
        let note = if sign.note.is_empty() { String::new() } else { format!("：{}", sign.note) };
        paper.row("  ", &format!("{}{note}", sign.title))?;
        for said in &sign.lines {
            paper.said("    ", said)?;
        }
    }
    for a in &page.alike {
        let shared = if a.shared_orders.is_empty() {
            String::new()
        } else {
            format!("{}{}", paper.t("，提到同一订单 ", ", names the same order "), a.shared_orders.join(" "))
        };
        let lead = paper.t("相似账号 ", "look-alike account ").to_owned();
        paper.row("  ", &format!("{lead}{}（{}）{shared}", a.buyer, a.difference))?;
        for (shop, id, said) in &a.sittings {
            paper.row("    ", &format!("{shop} {id}"))?;
            if let Some(said) = said {
                paper.said("      ", said)?;
            }
        }
    }
    Ok(())
}

fn advice(page: &Page, paper: &mut Paper<'_>) -> io::Result<()> {
    let heading = paper.t("怎么做", "What to do").to_owned();
    paper.heading(&heading)?;
    let lead = format!("  {} ", paper.t("回复", "reply"));
    paper.row(&lead, &page.advice.reply)?;
    let lists = [
        (paper.t("申诉要留", "collect").to_owned(), &page.advice.collect),
        (paper.t("不要说", "do not say").to_owned(), &page.advice.avoid),
    ];
    for (name, list) in lists {
        for item in list {
            paper.row(&format!("  {name} · "), item)?;
        }
    }
    Ok(())
}

fn sources(page: &Page, paper: &mut Paper<'_>) -> io::Result<()> {
    let heading = paper.t("来源", "Sources").to_owned();
    paper.heading(&heading)?;
    for s in &page.sources {
        let hash = s.sha256.as_ref().map(|h| format!("  SHA-256 {h}")).unwrap_or_default();
        let rows = paper.t("行", "rows").to_owned();
        paper.row("  ", &format!("{}  {} {rows}{hash}", s.file, s.rows))?;
    }
    for (title, why) in &page.not_judged {
        let lead = paper.t("光看记录判断不了：", "not judged: ").to_owned();
        paper.row("  ", &format!("{lead}{title}（{why}）"))?;
    }
    for p in &page.problems {
        paper.row("  ! ", &format!("{} {}", p.place, p.what))?;
    }
    let [name, version, date] = &page.pack;
    let text = format!("kefu-audit {} · {name} {version} ({date})", page.version);
    let lines = match paper.style.lang {
        crate::say::Lang::Zh => format!("查找了 {} 行", page.searched_lines),
        crate::say::Lang::En => format!("{} lines searched", page.searched_lines),
    };
    paper.row("  ", &format!("{text} · {lines}"))
}
