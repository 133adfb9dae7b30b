//! The conversations on the HTML page: one table each, with gaps, hand-overs, slow answers and the findings in place.

use std::io;

use super::{Esc, Marked, Sheet};
use crate::investigate::dossier::Relation;
use crate::model::Role;
use crate::report::dossier::view::{EntryView, SittingView};
use crate::report::dossier::words;
use crate::report::words as common;

impl Sheet<'_, '_> {
    pub(super) fn timeline(&mut self) -> io::Result<()> {
        let page = self.page;
        self.heading("时间线", "Timeline")?;
        for s in &page.sittings {
            self.sitting(s)?;
        }
        Ok(())
    }

    fn sitting(&mut self, s: &SittingView) -> io::Result<()> {
        let tag = if s.related == Relation::Asked { "bad" } else { "calm" };
        let relation = words::relation(s.related, self.lang);
        let day = s.lines.first().and_then(|l| l.said.sent_at.as_deref()).and_then(|at| at.get(..10));
        let shop = format!("{} {}", common::platform(s.platform, self.lang), s.shop);
        writeln!(
            self.out,
            "<div class=\"sitting\">\n<h3>{} {} <span class=\"tag {tag}\">{relation}</span></h3>",
            day.unwrap_or_default(),
            Esc(shop.trim())
        )?;
        let file = s.lines.first().map(|l| l.said.file.clone()).unwrap_or_default();
        let mut facts = vec![format!("{} {}", self.t("会话", "conversation"), s.conversation), file];
        facts.extend(
            (!s.orders.is_empty()).then(|| format!("{} {}", self.t("订单", "order"), s.orders.join(" "))),
        );
        writeln!(self.out, "<p>{}</p>\n<table class=\"log\">", Esc(&facts.join(" · ")))?;
        for e in &s.lines {
            self.entry(e)?;
        }
        writeln!(self.out, "</table>\n</div>")
    }

    fn entry(&mut self, e: &EntryView) -> io::Result<()> {
        let mut notes = Vec::new();
        if let Some(gap) = e.gap_seconds.filter(|gap| *gap >= 600) {
            notes.push(format!("{} {}", self.t("隔了", "after"), words::seconds(gap, self.lang)));
        }
        if let Some(from) = &e.taken_over_from {
            notes.push(format!("{} {from} → {}", self.t("换人", "handed over"), e.said.agent));
        }
        for note in notes {
            writeln!(self.out, "<tr class=\"note\"><td colspan=\"4\">{}</td></tr>", Esc(&note))?;
        }
        let role = match e.said.role {
            Role::Buyer => "buyer",
            Role::Agent => "agent",
            Role::Robot => "robot",
            Role::System => "system",
        };
        let hit = if e.findings.is_empty() { "" } else { " hit" };
        let at = e.said.sent_at.as_deref().and_then(|at| at.get(11..)).unwrap_or_default();
        let who = match e.said.role {
            Role::Agent if !e.said.agent.is_empty() => e.said.agent.as_str(),
            role => common::role(role, self.lang),
        };
        write!(
            self.out,
            "<tr class=\"{role}{hit}\"><td class=\"no\">{}</td><td class=\"at\">{}</td><td class=\"who\">{}</td><td>",
            e.said.line,
            Esc(at),
            Esc(who)
        )?;
        if e.said.recalled {
            write!(self.out, "<span class=\"tag\">{}</span> ", self.t("已撤回", "recalled"))?;
        }
        write!(self.out, "{}{}", words::kind(e.kind, self.lang), Marked(&e.said, self.lang))?;
        for n in &e.findings {
            write!(self.out, " <span class=\"tag bad\">{n}</span>")?;
        }
        if let Some(slow) = e.slow_seconds {
            let text = format!("{} {}", self.t("回复慢", "slow"), words::seconds(slow, self.lang));
            write!(self.out, " <span class=\"tag warn\">{text}</span>")?;
        }
        writeln!(self.out, "</td></tr>")
    }
}
