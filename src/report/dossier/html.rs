//! A dossier as one HTML page: no script, no network, nothing from the log but escaped text. Prints on A4.

use std::fmt;
use std::io::{self, Write};

use super::view::{FiredView, NearlyView, Page, PromiseView, Said};
use super::words;
use crate::finding::{Certainty, Level};
use crate::investigate::dossier::{Fate, Room};
use crate::report::screen::clean;
use crate::report::words::{self as common, pick};
use crate::say::Lang;
use crate::span::Span;

mod timeline;

const STYLE: &str = include_str!("page.css");

/// A text that is only text to a browser, wherever it stands.
struct Esc<'t>(&'t str);

impl fmt::Display for Esc<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write as _;
        for c in clean(self.0, &[]).0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// A line's words with its marks.
struct Marked<'s>(&'s Said, Lang);

impl fmt::Display for Marked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(said, lang) = self;
        let part = |start: usize, end: usize| Esc(said.text.get(start..end).unwrap_or_default());
        let mut at = 0;
        for Span { start, end } in &said.bytes {
            write!(f, "{}<mark>{}</mark>", part(at, *start), part(*start, *end))?;
            at = *end;
        }
        write!(f, "{}{}", part(at, said.text.len()), Esc(&words::left_out(said, *lang)))
    }
}

/// A line quoted: place, time, speaker, words.
struct Quoted<'s>(&'s Said, Lang);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(said, lang) = self;
        let at = said.sent_at.as_deref().and_then(|at| at.get(5..16)).unwrap_or_default();
        let role = common::role(said.role, *lang);
        let place = words::place(said);
        write!(
            f,
            "<div class=\"said\"><span class=\"code\">{} {}</span>{role}：{}</div>",
            Esc(&place),
            Esc(at),
            Marked(said, *lang)
        )
    }
}

/// The page and where it goes.
struct Sheet<'p, 'o> {
    page: &'p Page,
    lang: Lang,
    out: &'o mut dyn Write,
}

pub(super) fn write(page: &Page, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    let mut sheet = Sheet { page, lang, out };
    sheet.head()?;
    if !page.is_single {
        sheet.verdict()?;
    }
    sheet.fired()?;
    sheet.nearly()?;
    if !page.is_single {
        sheet.advice()?;
        sheet.promises()?;
        sheet.buyer()?;
    }
    sheet.timeline()?;
    sheet.sources()?;
    writeln!(sheet.out, "</body>\n</html>")
}

impl Sheet<'_, '_> {
    fn t<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        pick(self.lang, zh, en)
    }

    fn heading(&mut self, zh: &str, en: &str) -> io::Result<()> {
        let text = self.t(zh, en);
        writeln!(self.out, "<h2>{text}</h2>")
    }

    fn head(&mut self) -> io::Result<()> {
        let page = self.page;
        let lang = self.t("zh-CN", "en");
        let title = self.t("投诉核查", "Complaint");
        let shop = format!("{} {}", common::platform(page.platform, self.lang), page.shop);
        let buyer = format!("{} {}", self.t("买家", "buyer"), page.buyer);
        writeln!(self.out, "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">")?;
        // Even if a text should ever slip through unescaped, nothing may run or load.
        writeln!(
            self.out,
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        )?;
        writeln!(self.out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
        writeln!(self.out, "<title>{title}：{} · {}</title>", Esc(&shop), Esc(&buyer))?;
        writeln!(self.out, "<style>\n{STYLE}</style>\n</head>\n<body>")?;
        writeln!(self.out, "<header>\n<h1>{title}：{} · {}</h1>", Esc(shop.trim()), Esc(&buyer))?;
        let mut facts = Vec::new();
        if let Some((title, rule)) = &page.complaint {
            let rule = rule.as_ref().map(|r| format!("（{r}）")).unwrap_or_default();
            facts.push(format!("{}{title}{rule}", self.t("投诉事由：", "about: ")));
        }
        facts.extend(words::asked(page, self.lang));
        writeln!(self.out, "<p>{}</p>\n</header>", Esc(&facts.join(" · ")))
    }

    fn verdict(&mut self) -> io::Result<()> {
        writeln!(self.out, "<div class=\"verdict {}\">\n<dl>", self.page.outcome)?;
        for (n, (question, answer)) in self.page.answers.iter().enumerate() {
            write!(self.out, "<dt>{}</dt><dd>", Esc(question))?;
            if n == 0 {
                let outcome = words::outcome(self.page.verdict, self.lang);
                let reasons = self.page.reasons.join("");
                writeln!(self.out, "<strong class=\"top\">{outcome}</strong><br>{}</dd>", Esc(&reasons))?;
            } else {
                writeln!(self.out, "{}</dd>", Esc(answer))?;
            }
        }
        writeln!(self.out, "</dl>\n</div>")
    }

    fn fired(&mut self) -> io::Result<()> {
        let page = self.page;
        if page.fired.is_empty() {
            return Ok(());
        }
        self.heading("成立的规则", "What fired")?;
        for f in &page.fired {
            self.finding(f)?;
        }
        let moved = words::moved(page);
        if !page.is_single && !moved.is_empty() {
            let all = self.t("合计", "in all");
            for standing in moved {
                let text = words::step(standing, self.lang);
                writeln!(self.out, "<p><strong>{all}</strong> {}</p>", Esc(&text))?;
            }
        }
        Ok(())
    }

    fn finding(&mut self, f: &FiredView) -> io::Result<()> {
        let (level, tag) = match f.level {
            Level::Violation => ("violation", "bad"),
            Level::Warning => ("warning", "warn"),
            Level::Notice => ("notice", "calm"),
        };
        let name = common::level(f.level, self.lang);
        write!(
            self.out,
            "<div class=\"card {level}\">\n<h3>{}. {} <span class=\"tag {tag}\">{name}</span>",
            f.number,
            Esc(&f.title)
        )?;
        if f.certainty == Certainty::Suspected {
            write!(self.out, " <span class=\"tag warn\">{}</span>", self.t("疑似", "suspected"))?;
        }
        if !f.asked {
            write!(self.out, " <span class=\"tag\">{}</span>", self.t("其他会话", "another conversation"))?;
        }
        writeln!(self.out, " <code>{} #{}</code></h3>", Esc(f.rule.as_str()), f.id)?;
        for said in &f.evidence {
            writeln!(self.out, "{}", Quoted(said, self.lang))?;
        }
        let mut facts = vec![
            (self.t("依据", "why"), f.why.clone()),
            (self.t("规则", "rule"), f.rule_why.clone()),
            (self.t("出处", "source"), f.clauses.join(self.t("、", ", "))),
            (self.t("预估", "cost"), words::cost(f, self.lang)),
        ];
        facts.extend(f.steps.iter().map(|s| (self.t("阶梯", "ladder"), words::step(s, self.lang))));
        facts.push((self.t("改说", "say"), f.remedy.clone()));
        writeln!(self.out, "<dl class=\"facts\">")?;
        for (name, text) in facts {
            writeln!(self.out, "<dt>{name}</dt><dd>{}</dd>", Esc(&text))?;
        }
        writeln!(self.out, "</dl>\n</div>")
    }

    fn nearly(&mut self) -> io::Result<()> {
        let page = self.page;
        if !page.defence.is_empty() {
            self.heading("为客服说话的句子", "Lines that speak for the agent")?;
            writeln!(self.out, "<div class=\"card good\">")?;
            for said in &page.defence {
                writeln!(self.out, "{}", Quoted(said, self.lang))?;
            }
            writeln!(self.out, "</div>")?;
        }
        if page.nearly.iter().all(|n| n.room == Room::None) {
            return Ok(());
        }
        self.heading("差一点成立的规则，为什么没有成立", "What nearly fired, and why not")?;
        for n in page.nearly.iter().filter(|n| n.room == Room::Full) {
            self.near(n)?;
        }
        let brief: Vec<&NearlyView> = page.nearly.iter().filter(|n| n.room == Room::Brief).collect();
        if !brief.is_empty() {
            let also = self.t("另外看过、没有成立的规则", "Also looked at");
            writeln!(self.out, "<h3>{also}</h3>\n<ul class=\"brief\">")?;
            for n in brief {
                writeln!(self.out, "<li>{}：{}</li>", Esc(&n.title), Esc(&n.why))?;
            }
            writeln!(self.out, "</ul>")?;
        }
        Ok(())
    }

    fn near(&mut self, n: &NearlyView) -> io::Result<()> {
        let class = if n.defends { " good" } else { "" };
        write!(self.out, "<div class=\"card{class}\">\n<h3>{}", Esc(&n.title))?;
        if n.defends {
            let tag = self.t("为客服说话", "speaks for the agent");
            write!(self.out, " <span class=\"tag good\">{tag}</span>")?;
        }
        writeln!(self.out, " <code>{}</code></h3>\n<p>{}</p>", Esc(n.rule.as_str()), Esc(&n.why))?;
        let lines = if n.against.is_empty() { &n.said } else { &n.against };
        for said in lines.iter().take(3) {
            writeln!(self.out, "{}", Quoted(said, self.lang))?;
        }
        writeln!(self.out, "</div>")
    }

    fn promises(&mut self) -> io::Result<()> {
        let page = self.page;
        if page.promises.is_empty() {
            return Ok(());
        }
        self.heading("客服的承诺", "Promises")?;
        for p in &page.promises {
            self.promise(p)?;
        }
        Ok(())
    }

    fn promise(&mut self, p: &PromiseView) -> io::Result<()> {
        let tag = match p.state {
            Fate::Kept => "good",
            Fate::Late => "warn",
            Fate::Broken => "bad",
            Fate::Unknown(_) => "",
        };
        let state = match &p.state {
            Fate::Unknown(_) => self.t("记录里没有结果", "not in the log").to_owned(),
            state => words::fate(state, self.lang),
        };
        write!(
            self.out,
            "<div class=\"card\">\n<h3>{} <span class=\"tag {tag}\">{state}</span></h3>\n<p>",
            Esc(&p.title)
        )?;
        if let Some(due) = &p.due {
            write!(self.out, "{} {}。", self.t("到期", "due"), Esc(due))?;
        }
        if p.hedged {
            write!(self.out, "{}", self.t("话里留有余地。", "Hedged. "))?;
        }
        if let Some(look_at) = &p.look_at {
            write!(self.out, "{}。", Esc(look_at))?;
        }
        writeln!(self.out, "</p>")?;
        for said in p.said.iter().chain(&p.shown) {
            writeln!(self.out, "{}", Quoted(said, self.lang))?;
        }
        writeln!(self.out, "</div>")
    }

    fn buyer(&mut self) -> io::Result<()> {
        let page = self.page;
        if page.signs.is_empty() && page.alike.is_empty() {
            return Ok(());
        }
        self.heading("买家一侧的提醒（只作提醒，不是指控）", "The buyer's side (warnings, never charges)")?;
        for sign in &page.signs {
            writeln!(
                self.out,
                "<div class=\"card\">\n<h3>{}</h3>\n<p>{}</p>",
                Esc(&sign.title),
                Esc(&sign.note)
            )?;
            for said in &sign.lines {
                writeln!(self.out, "{}", Quoted(said, self.lang))?;
            }
            writeln!(self.out, "</div>")?;
        }
        for a in &page.alike {
            let name = self.t("相似账号", "Look-alike account");
            writeln!(
                self.out,
                "<div class=\"card\">\n<h3>{name} {}（{}）</h3>",
                Esc(&a.buyer),
                Esc(&a.difference)
            )?;
            if !a.shared_orders.is_empty() {
                let shared = self.t("提到同一个订单：", "names the same order: ");
                writeln!(self.out, "<p>{shared}{}</p>", Esc(&a.shared_orders.join(" ")))?;
            }
            for (shop, id, said) in &a.sittings {
                writeln!(self.out, "<p>{} <code>{}</code></p>", Esc(shop), Esc(id))?;
                if let Some(said) = said {
                    writeln!(self.out, "{}", Quoted(said, self.lang))?;
                }
            }
            writeln!(self.out, "</div>")?;
        }
        Ok(())
    }

    fn advice(&mut self) -> io::Result<()> {
        let page = self.page;
        self.heading("怎么做", "What to do")?;
        let reply = self.t("可以这样回复买家", "Answer");
        writeln!(
            self.out,
            "<div class=\"reply\"><strong>{reply}</strong><br>{}</div>",
            Esc(&page.advice.reply)
        )?;
        let lists = [
            (self.t("申诉要留的材料", "Collect for an appeal"), &page.advice.collect),
            (self.t("不要这样说", "Do not say"), &page.advice.avoid),
        ];
        for (name, list) in lists {
            writeln!(self.out, "<h3>{name}</h3>\n<ul>")?;
            for item in list {
                writeln!(self.out, "<li>{}</li>", Esc(item))?;
            }
            writeln!(self.out, "</ul>")?;
        }
        Ok(())
    }

    fn sources(&mut self) -> io::Result<()> {
        let page = self.page;
        self.heading("来源", "Sources")?;
        writeln!(self.out, "<table class=\"files\">")?;
        for s in &page.sources {
            let hash = s.sha256.as_ref().map(|h| format!("SHA-256 {h}")).unwrap_or_default();
            let rows = self.t("行", "rows");
            writeln!(
                self.out,
                "<tr><td>{}</td><td>{} {rows}</td><td class=\"code\">{hash}</td></tr>",
                Esc(&s.file),
                s.rows
            )?;
        }
        writeln!(self.out, "</table>\n<ul class=\"brief\">")?;
        for (title, why) in &page.not_judged {
            let lead = self.t("光看记录判断不了：", "not judged: ");
            writeln!(self.out, "<li>{lead}{}（{}）</li>", Esc(title), Esc(why))?;
        }
        for p in &page.problems {
            writeln!(self.out, "<li>{} {}</li>", Esc(&p.place), Esc(&p.what))?;
        }
        let [name, version, date] = &page.pack;
        let masked =
            if page.masked { self.t("已打码", "masked") } else { self.t("未打码", "not masked") };
        let searched = match self.lang {
            Lang::Zh => format!("查找了 {} 行", page.searched_lines),
            Lang::En => format!("{} lines searched", page.searched_lines),
        };
        writeln!(
            self.out,
            "</ul>\n<footer>kefu-audit {} · {} {} ({}) · {masked} · {searched}</footer>",
            Esc(&page.version),
            Esc(name),
            Esc(version),
            Esc(date)
        )
    }
}
