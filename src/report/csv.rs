//! One row per finding for spreadsheets: UTF-8 with a mark and CRLF, as Excel wants it; no cell can be taken for a
//! formula.

use std::io;

use ::csv::{Terminator, WriterBuilder};

use super::rows::Rows;
use super::screen::plain;
use super::view::FindingView;
use super::words;
use crate::finding::Certainty;
use crate::rules::meta::Currency;
use crate::say::Lang;

const HEADERS: [(&str, &str); 25] = [
    ("编号", "id"),
    ("级别", "level"),
    ("规则", "rule"),
    ("标题", "title"),
    ("类别", "family"),
    ("把握", "certainty"),
    ("平台", "platform"),
    ("店铺", "shop"),
    ("客服", "agent"),
    ("买家", "buyer"),
    ("会话", "conversation"),
    ("订单号", "order_id"),
    ("时间", "sent_at"),
    ("文件", "file"),
    ("行号", "line"),
    ("内容", "text"),
    ("依据", "why"),
    ("最低", "low"),
    ("最高", "high"),
    ("单位", "unit"),
    ("另一说", "alternative"),
    ("分值出处", "source"),
    ("计分", "charge"),
    ("买家扬言", "threat"),
    ("建议话术", "remedy"),
];

pub(super) fn write(rows: &Rows<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let lang = rows.style.lang;
    out.write_all("\u{feff}".as_bytes())?;
    let mut csv = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out);
    csv.write_record(HEADERS.map(|(zh, en)| match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }))?;
    let make = |view: &FindingView<'_>| row(view, lang).map(|cell| safe(&cell));
    rows.each(make, |row| Ok(csv.write_record(row)?))?;
    csv.flush()
}

fn row(f: &FindingView<'_>, lang: Lang) -> [String; HEADERS.len()] {
    let unit = f.exposure.as_ref().map(|e| match e.unit {
        Currency::Points => words::pick(lang, "分", "points"),
        Currency::Yuan => words::pick(lang, "元", "yuan"),
        Currency::Days => words::pick(lang, "天", "days"),
    });
    let certainty = match f.certainty {
        Certainty::Certain => words::pick(lang, "确定", "certain"),
        Certainty::Suspected => words::pick(lang, "疑似", "suspected"),
    };
    [
        f.id.to_string(),
        words::level(f.level, lang).to_owned(),
        f.rule.to_string(),
        f.title.to_owned(),
        f.family.to_owned(),
        certainty.to_owned(),
        words::platform(f.platform, lang).to_owned(),
        f.shop.to_owned(),
        f.agent.to_owned(),
        f.buyer.clone(),
        f.conversation.to_owned(),
        f.order_id.to_owned(),
        f.sent_at.clone().unwrap_or_default(),
        f.file.to_owned(),
        f.line.to_string(),
        f.text.clone(),
        f.why.clone(),
        f.exposure.as_ref().map(|e| e.low.to_string()).unwrap_or_default(),
        f.exposure.as_ref().map(|e| e.high.to_string()).unwrap_or_default(),
        unit.unwrap_or_default().to_owned(),
        f.exposures.first().and_then(|c| c.alternative.clone()).unwrap_or_default(),
        f.exposures.first().map(|c| c.source.clone()).unwrap_or_default(),
        words::charge(f.charge, lang).to_owned(),
        f.threat.as_ref().map(|t| t.text.clone()).unwrap_or_default(),
        f.remedy.to_owned(),
    ]
}

/// One harmless line per cell, with a quote before what a spreadsheet would calculate.
pub(super) fn safe(cell: &str) -> String {
    let cell = plain(cell);
    if is_formula(&cell) { format!("'{cell}") } else { cell }
}

/// The same quote before a cell that must else stay as it is.
pub(super) fn quoted(cell: &str) -> String {
    let quote = if is_formula(&plain(cell)) { "'" } else { "" };
    format!("{quote}{cell}")
}

/// Whether a spreadsheet would calculate a harmless cell; blanks in front do not hide the sign from it.
fn is_formula(cell: &str) -> bool {
    let risky = |c: char| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠');
    cell.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{fffd}').starts_with(risky)
}
