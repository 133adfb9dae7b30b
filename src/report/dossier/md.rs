//! A dossier as Markdown. Whatever comes from the log is escaped, so that it cannot become markup.

use std::io::{self, Write};

use super::view::{EntryView, FiredView, Page, Said};
use super::words;
use crate::investigate::dossier::Room;
use crate::report::screen::clean;
use crate::report::words::{self as common, pick};
use crate::say::Lang;
use crate::span::Span;

/// A text in which nothing means anything to Markdown or HTML.
fn esc(text: &str) -> String {
    escaped(&clean(text, &[]).0)
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut is_start = true;
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '!' | '|' | '~' | '$'
            | '@' | ':' => {
                out.push('\\');
                out.push(c);
            }
            // A list or a heading begins only at the start of a line.
            '-' | '+' | '.' | '=' if is_start => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
        is_start = is_start && (c.is_ascii_digit() || c == ' ');
    }
    out
}

/// A line's words with the marks in bold.
fn words_of(said: &Said, lang: Lang) -> String {
    let (text, spans) = clean(&said.text, &said.bytes);
    let mut out = String::new();
    let mut at = 0;
    for Span { start, end } in spans {
        let part = |range: std::ops::Range<usize>| escaped(text.get(range).unwrap_or_default());
        out.push_str(&part(at..start));
        out.push_str(&format!("<mark>{}</mark>", part(start..end)));
        at = end;
    }
    out.push_str(&escaped(text.get(at..).unwrap_or_default()));
    out.push_str(&escaped(&words::left_out(said, lang)));
    out
}

fn quote(said: &Said, lang: Lang) -> String {
    let at = said.sent_at.clone().unwrap_or_default();
    let role = common::role(said.role, lang);
    format!("> {} · {at} · {role}：{}", esc(&words::place(said)), words_of(said, lang))
}

pub(super) fn write(page: &Page, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    head(page, lang, out)?;
    timeline(page, lang, out)?;
    fired(page, lang, out)?;
    nearly(page, lang, out)?;
    if page.is_single {
        return Ok(());
    }
    promises(page, lang, out)?;
    buyer(page, lang, out)?;
    advice(page, lang, out)?;
    sources(page, lang, out)
}

fn head(page: &Page, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    let t = |zh, en| pick(lang, zh, en);
    let platform = common::platform(page.platform, lang);
    let title = t("投诉核查", "Complaint");
    writeln!(
        out,
        "# {title}：{platform} {} · {} {}\n",
        esc(&page.shop),
        t("买家", "buyer"),
        esc(&page.buyer)
    )?;
    if let Some((title, rule)) = &page.complaint {
        let rule = rule.as_ref().map(|r| format!("（{}）", esc(r.as_str()))).unwrap_or_default();
        writeln!(out, "{}{}{rule}\n", t("投诉事由：", "About: "), esc(title))?;
    }
    if page.is_single {
        return Ok(());
    }
    writeln!(out, "| {} | {} |\n|---|---|", t("问", "question"), t("答", "answer"))?;
    for (question, answer) in &page.answers {
        writeln!(out, "| {} | {} |", esc(question), esc(answer))?;
    }
    writeln!(out)
}

fn timeline(page: &Page, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    let t = |zh, en| pick(lang, zh, en);
    writeln!(out, "## {}\n", t("时间线", "Timeline"))?;
    for s in &page.sittings {
        let file = s.lines.first().map(|l| l.said.file.as_str()).unwrap_or_default();
        let orders = if s.orders.is_empty() {
            String::new()
        } else {
            format!(" · {} {}", t("订单", "order"), esc(&s.orders.join(" ")))
        };
        let platform = common::platform(s.platform, lang);
        writeln!(
            out,
            "### {} · {platform} {} · {}{orders}\n\n{}\n",
            words::relation(s.related, lang),
            esc(&s.shop),
            esc(&s.conversation),
            esc(file)
        )?;
        let names =
            [t("行", "line"), t("时间", "time"), t("谁", "who"), t("内容", "words"), t("标记", "marks")];
        writeln!(out, "| {} |\n|---:|---|---|---|---|", names.join(" | "))?;
        for e in &s.lines {
            entry(e, lang, out)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn entry(e: &EntryView, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    let mut marks: Vec<String> = e.findings.iter().map(|n| format!("\\[{n}\\]")).collect();
    marks.extend(
        e.slow_seconds.map(|s| format!("{}{}", pick(lang, "回复慢：", "slow: "), words::seconds(s, lang))),
    );
    marks.extend(
        e.gap_seconds
            .filter(|g| *g >= 600)
            .map(|g| format!("{}{}", pick(lang, "隔 ", "gap "), words::seconds(g, lang))),
    );
    marks.extend(
        e.taken_over_from.as_ref().map(|a| format!("{}{}", pick(lang, "接替 ", "takes over from "), esc(a))),
    );
    let recalled = if e.said.recalled { pick(lang, "（已撤回）", "\\(recalled\\) ") } else { "" };
    writeln!(
        out,
        "| {} | {} | {} {} | {}{recalled}{} | {} |",
        e.said.line,
        e.said.sent_at.as_deref().unwrap_or_default(),
        common::role(e.said.role, lang),
        if e.said.role == crate::model::Role::Agent { esc(&e.said.agent) } else { String::new() },
        esc(words::kind(e.kind, lang)),
        words_of(&e.said, lang),
        marks.join(pick(lang, "；", "; "))
    )
}

fn fired(page: &Page, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    if page.fired.is_empty() {
        return Ok(());
    }
    writeln!(out, "## {}\n", pick(lang, "成立的规则", "What fired"))?;
    for f in &page.fired {
        finding(f, lang, out)?;
    }
    let moved = words::moved(page);
    if !page.is_single && !moved.is_empty() {
        writeln!(out, "{}\n", pick(lang, "合计：", "In all:"))?;
        for standing in moved {
            writeln!(out, "- {}", esc(&words::step(standing, lang)))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn finding(f: &FiredView, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    let t = |zh, en| pick(lang, zh, en);
    let suspected = match f.certainty {
        crate::finding::Certainty::Certain => "",
        crate::finding::Certainty::Suspected => t("（疑似）", " (suspected)"),
    };
    let other = if f.asked { "" } else { t(" · 其他会话", " · another conversation") };
    writeln!(
        out,
        "### {}. {} {}{suspected}{other}\n\n`{}` · {}\n",
        f.number,
        common::level(f.level, lang),
        esc(&f.title),
        f.rule,
        f.id
    )?;
    for said in &f.evidence {
        writeln!(out, "{}\n>", quote(said, lang))?;
    }
    writeln!(out)?;
    let facts = [
        (t("依据", "Why"), f.why.clone()),
        (t("规则", "Rule"), f.rule_why.clone()),
        (t("出处", "Source"), f.clauses.join(t("、", ", "))),
        (t("预估", "Cost"), words::cost(f, lang)),
    ];
    for (name, text) in facts {
        writeln!(out, "- {name}：{}", esc(&text))?;
    }
    for step in &f.steps {
        writeln!(out, "- {}：{}", t("阶梯", "Ladder"), esc(&words::step(step, lang)))?;
    }
    writeln!(out, "- {}：{}\n", t("改说", "Say"), esc(&f.remedy))
}

fn nearly(page: &Page, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    let t = |zh, en| pick(lang, zh, en);
    if !page.defence.is_empty() {
        writeln!(out, "## {}\n", t("为客服说话的句子", "Lines that speak for the agent"))?;
        for said in &page.defence {
            writeln!(out, "{}\n>", quote(said, lang))?;
        }
        writeln!(out)?;
    }
    if page.nearly.iter().all(|n| n.room == Room::None) {
        return Ok(());
    }
    writeln!(out, "## {}\n", t("差一点成立的规则，为什么没有成立", "What nearly fired, and why not"))?;
    for n in page.nearly.iter().filter(|n| n.room == Room::Full) {
        let defence = if n.defends { t("【为客服说话】", "\\(speaks for the agent\\) ") } else { "" };
        writeln!(out, "- {defence}**{}**（{}）：{}", esc(&n.title), esc(n.rule.as_str()), esc(&n.why))?;
        let lines = if n.against.is_empty() { &n.said } else { &n.against };
        for said in lines.iter().take(3) {
            writeln!(out, "  {}\n  >", quote(said, lang))?;
        }
    }
    let brief: Vec<_> = page.nearly.iter().filter(|n| n.room == Room::Brief).collect();
    if !brief.is_empty() {
        writeln!(out, "\n{}\n", t("另外看过、没有成立的规则：", "Also looked at:"))?;
        for n in brief {
            writeln!(out, "- {}：{}", esc(&n.title), esc(&n.why))?;
        }
    }
    writeln!(out)
}

fn promises(page: &Page, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    if page.promises.is_empty() {
        return Ok(());
    }
    writeln!(out, "## {}\n", pick(lang, "客服的承诺", "Promises"))?;
    for p in &page.promises {
        let due =
            p.due.as_ref().map(|d| format!("，{} {}", pick(lang, "到期", "due"), esc(d))).unwrap_or_default();
        let hedged = if p.hedged { pick(lang, "（留有余地）", " (hedged)") } else { "" };
        writeln!(out, "- {}{hedged}{due}：{}", esc(&p.title), esc(&words::fate(&p.state, lang)))?;
        for said in p.said.iter().chain(&p.shown) {
            writeln!(out, "  {}\n  >", quote(said, lang))?;
        }
    }
    writeln!(out)
}

fn buyer(page: &Page, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    if page.signs.is_empty() && page.alike.is_empty() {
        return Ok(());
    }
    let t = |zh, en| pick(lang, zh, en);
    writeln!(
        out,
        "## {}\n",
        t("买家一侧的提醒（只作提醒，不是指控）", "The buyer's side (warnings, never charges)")
    )?;
    for sign in &page.signs {
        let note = if sign.note.is_empty() { String::new() } else { format!("：{}", esc(&sign.note)) };
        writeln!(out, "- {}{note}", esc(&sign.title))?;
        for said in &sign.lines {
            writeln!(out, "  {}\n  >", quote(said, lang))?;
        }
    }
    for a in &page.alike {
        let shared = if a.shared_orders.is_empty() {
            String::new()
        } else {
            format!("{}{}", t("，提到同一订单 ", ", names the same order "), esc(&a.shared_orders.join(" ")))
        };
        writeln!(
            out,
            "- {} {}（{}）{shared}",
            t("相似账号", "look-alike account"),
            esc(&a.buyer),
            esc(&a.difference)
        )?;
        for (shop, id, said) in &a.sittings {
            writeln!(out, "  - {} {}", esc(shop), esc(id))?;
            if let Some(said) = said {
                writeln!(out, "    {}", quote(said, lang))?;
            }
        }
    }
    writeln!(out)
}

fn advice(page: &Page, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    let t = |zh, en| pick(lang, zh, en);
    writeln!(
        out,
        "## {}\n\n{}\n\n> {}\n",
        t("怎么做", "What to do"),
        t("回复买家：", "Answer:"),
        esc(&page.advice.reply)
    )?;
    let lists =
        [(t("申诉要留", "Collect"), &page.advice.collect), (t("不要说", "Do not say"), &page.advice.avoid)];
    for (name, list) in lists {
        writeln!(out, "{name}{}\n", t("：", ":"))?;
        for item in list {
            writeln!(out, "- {}", esc(item))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn sources(page: &Page, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    let t = |zh, en| pick(lang, zh, en);
    writeln!(out, "## {}\n", t("来源", "Sources"))?;
    for s in &page.sources {
        let hash = s.sha256.as_ref().map(|h| format!(" · SHA-256 {h}")).unwrap_or_default();
        writeln!(out, "- {} · {} {}{hash}", esc(&s.file), s.rows, t("行", "rows"))?;
    }
    for (title, why) in &page.not_judged {
        writeln!(out, "- {}{}（{}）", t("光看记录判断不了：", "not judged: "), esc(title), esc(why))?;
    }
    for p in &page.problems {
        writeln!(out, "- {} {}", esc(&p.place), esc(&p.what))?;
    }
    let [name, version, date] = &page.pack;
    let masked = if page.masked { t("已打码", "masked") } else { t("未打码", "not masked") };
    writeln!(out, "\nkefu-audit {} · {} {version} ({date}) · {masked}", page.version, esc(name))
}
