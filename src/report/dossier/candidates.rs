//! What to say when a search came to nothing, or to more than one buyer: what was nearest, and how to choose.

use std::io::{self, Write};

use serde::Serialize;

use super::{Format, Style};
use crate::investigate::{Candidate, Found};
use crate::report::screen::{clean, plain};
use crate::report::view as common;
use crate::report::words::{self, pick};

/// Characters of a message in the list.
const SHOWN: usize = 40;

#[derive(Serialize)]
struct Document {
    schema: &'static str,
    found: &'static str,
    total: usize,
    candidates: Vec<Row>,
    look_alikes: Vec<String>,
}

#[derive(Serialize)]
struct Row {
    sent_at: Option<String>,
    platform: Option<crate::model::Platform>,
    shop: String,
    buyer: String,
    conversation: String,
    agent: String,
    file: String,
    line: u32,
    text: String,
}

/// Writes the list; JSON as JSON, every other format as text. Nothing when one buyer was found.
///
/// # Errors
/// Whatever `out` answers.
pub fn candidates(found: &Found, format: Format, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let (name, total, list, alike) = match found {
        Found::One(_) => return Ok(()),
        Found::Nothing { near, alike } => ("nothing", near.len(), near, alike.clone()),
        Found::Several { first, total } => ("several", *total, first, Vec::new()),
    };
    let rows: Vec<Row> = list.iter().map(|c| row(c, style)).collect();
    let look_alikes: Vec<String> = alike.iter().map(|n| common::buyer(n, style.reveal)).collect();
    if format == Format::Json {
        let schema = "kefu-audit/candidates/1";
        let document = Document { schema, found: name, total, candidates: rows, look_alikes };
        serde_json::to_writer_pretty(&mut *out, &document)?;
        return out.write_all(b"\n");
    }
    let t = |zh, en| pick(style.lang, zh, en);
    match found {
        Found::Several { .. } => {
            writeln!(
                out,
                "{}",
                t("符合的不止一位买家，请选一个：", "More than one buyer fits; choose one:")
            )?;
        }
        _ if rows.is_empty() && look_alikes.is_empty() => {
            let text = t("没有找到，也没有相近的。", "Nothing was found, nor anything near it.");
            return writeln!(out, "{text}");
        }
        _ => writeln!(out, "{}", t("没有找到。最接近的是：", "Nothing was found. The nearest:"))?,
    }
    for row in &rows {
        line(row, style, out)?;
    }
    if total > rows.len() {
        let more = total - rows.len();
        let text = t("还有更多会话没有列出：", "conversations not listed: ");
        writeln!(out, "  {text}{more}")?;
    }
    if !look_alikes.is_empty() {
        let lead = t("名字相似的账号：", "accounts that look alike: ");
        writeln!(out, "  {lead}{}", plain(&look_alikes.join(t("、", ", "))))?;
    }
    let hint = t(
        "用 --conversation 会话编号（或 --shop、--since）重新查；加 --reveal 看全名。",
        "Search again with --conversation ID (or --shop, --since); --reveal shows names in full.",
    );
    writeln!(out, "{hint}")
}

fn row(c: &Candidate, style: &Style) -> Row {
    let short: String = c.text.chars().take(SHOWN).collect();
    let made_up =
        c.id.strip_prefix(c.buyer.as_str()).filter(|rest| !c.buyer.is_empty() && rest.starts_with('@'));
    let buyer = common::buyer(&c.buyer, style.reveal);
    Row {
        sent_at: c.at.map(|at| at.to_string()),
        platform: c.platform,
        shop: c.shop.clone(),
        conversation: made_up.map_or_else(|| c.id.clone(), |rest| format!("{buyer}{rest}")),
        buyer,
        agent: c.agent.clone(),
        file: c.file.clone(),
        line: c.line,
        text: common::shown(&short, &[], style.reveal).0,
    }
}

fn line(row: &Row, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let platform = words::platform(row.platform, style.lang);
    let facts = [
        row.sent_at.clone().unwrap_or_default(),
        format!("{platform} {}", row.shop).trim().to_owned(),
        row.buyer.clone(),
        row.agent.clone(),
        row.conversation.clone(),
        format!("{}:{}", row.file, row.line),
    ];
    let facts: Vec<String> = facts.iter().filter(|f| !f.is_empty()).map(|f| plain(f)).collect();
    writeln!(out, "  {}\n      {}", facts.join(" · "), clean(&row.text, &[]).0)
}
