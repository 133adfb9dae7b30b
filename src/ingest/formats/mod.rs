//! The list of formats that logs come in, and the choice among them by content. It looks at the beginning of a text and
//! names the format with the reason; it reads no messages.
//!
//! Every format is one entry of [`LIST`]: an id for `--input-format`, a name, how it is recognised, and which reader
//! takes it. A file is given to the entry that fits it best; when two fit equally well, the file is refused and both
//! are named.

mod general;
pub(super) mod json;
pub(super) mod page;
pub(super) mod text;

use super::Options;
use crate::say::Say;

/// A format that logs come in.
#[derive(Debug)]
pub struct LogFormat {
    /// The word for `--input-format`.
    pub id: &'static str,
    /// What Chinese users call it.
    pub zh: &'static str,
    /// The same in English.
    pub en: &'static str,
    /// Which reader takes it.
    pub(super) reader: Reader,
    /// Whether a text is in this format, and why.
    pub(super) fits: fn(&Sample<'_>) -> Option<Fit>,
}

impl Eq for LogFormat {}

impl PartialEq for LogFormat {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// The readers behind the formats.
#[derive(Clone, Copy, Debug)]
pub(super) enum Reader {
    /// Rows with a header.
    Csv,
    /// Sheets with a header; no text, so none is looked at for it.
    Book,
    /// A page saved from a browser.
    Page,
    /// JSON values, of a layout that is known by heart or with keys that go by known names.
    Json(Option<&'static json::Table>),
    /// Lines in one of the text layouts.
    Text(&'static text::Layout),
}

/// The beginning of an input.
pub(super) struct Sample<'a> {
    /// Decoded; it ends at a line end unless the input ends there.
    pub(super) text: &'a str,
    /// The columns that the user named count as known.
    pub(super) options: &'a Options,
}

/// How well a format fits; a better one wins over every lesser one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// Nothing speaks for it; it is what is left.
    Last,
    /// The general form is there, and another format may be the more exact one.
    General,
    /// The marks of this very format are there.
    Exact,
    /// It begins as no other format does, whatever stands in its fields.
    Sure,
    /// They are there, and within them those of another one.
    Nested,
}

/// That a format fits, and why.
#[derive(Clone, Debug)]
pub(super) struct Fit {
    pub(super) strength: Strength,
    /// What was seen, as the end of a sentence that begins with the format's name.
    pub(super) why: Say,
}

impl Fit {
    /// The marks of this very format were seen.
    pub(super) fn exact(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { strength: Strength::Exact, why: Say::new(zh, en) }
    }
}

/// Workbooks, which the feed recognises before there is a text to look at.
pub(super) const WORKBOOK: LogFormat = LogFormat {
    id: "workbook",
    zh: "工作簿（XLSX、XLS、ODS）或 Parquet，每张表有表头",
    en: "workbook (XLSX, XLS, ODS) or Parquet, each sheet with a header",
    reader: Reader::Book,
    fits: |_| None,
};

/// JD's list of talks, a workbook that is joined to a log.
pub(super) const TALKS: LogFormat = LogFormat {
    id: "jd-talks",
    zh: "京东会话清单（补客服、转接和会话编号）",
    en: "JD's list of talks (agents, hand-overs and ids for a log)",
    reader: Reader::Book,
    fits: |_| None,
};

/// A table with a whole talk in a cell.
const TALK_CELLS: LogFormat = LogFormat {
    id: "talk-cells",
    zh: "一格一整段会话的 CSV",
    en: "CSV with a whole talk in a cell",
    reader: Reader::Csv,
    fits: text::cell::fits,
};

/// Every format, in the order of help texts.
pub static LIST: &[LogFormat] = &[
    LogFormat {
        id: "csv",
        zh: "带表头的 CSV（逗号、制表符或分号分隔）",
        en: "CSV with a header (comma, tab or semicolon)",
        reader: Reader::Csv,
        fits: general::csv,
    },
    LogFormat {
        id: "json",
        zh: "JSON 消息或会话（数组、对象或每行一条）",
        en: "JSON messages or conversations (array, object or one a line)",
        reader: Reader::Json(None),
        fits: general::json,
    },
    TALK_CELLS,
    WORKBOOK,
    TALKS,
    json::CHATLOG,
    json::OPENIM,
    json::SDK,
    json::LEYAN,
    json::AI_AGENT,
    json::JD_POP,
    json::JD_DONGDONG,
    json::JD_WEB,
    json::PDD_CHAT,
    json::PDD_LOGISTICS,
    json::WECOM,
    json::MEIQIA,
    json::UDESK,
    json::IMA51,
    json::QIYU,
    page::PAGE,
    text::WANGWANG_1,
    text::WANGWANG_2,
    text::QIANNIU_COPIED,
    text::QIANNIU_WEB,
    text::JINGMAI,
    text::FLAT,
    text::BOT_LOG,
];

/// The format of this id.
#[must_use]
pub fn by_id(id: &str) -> Option<&'static LogFormat> {
    LIST.iter().find(|format| format.id == id)
}

/// What was chosen.
pub(super) enum Choice {
    /// One format, and why.
    One(&'static LogFormat, Say),
    /// These fit equally well.
    Many(Vec<(&'static LogFormat, Say)>),
}

/// Chooses the format of an input; the user's word goes before everything that is seen.
pub(super) fn choose(sample: &Sample<'_>) -> Choice {
    if let Some(format) = sample.options.input_format {
        return Choice::One(format, Say::new("由 --input-format 指定", "named by --input-format"));
    }
    let fits = LIST.iter().filter_map(|format| Some((format, (format.fits)(sample)?)));
    let mut best: Vec<(&'static LogFormat, Fit)> = Vec::new();
    for (format, fit) in fits {
        match best.first().map_or(std::cmp::Ordering::Greater, |(_, b)| fit.strength.cmp(&b.strength)) {
            std::cmp::Ordering::Greater => best = vec![(format, fit)],
            std::cmp::Ordering::Equal => best.push((format, fit)),
            std::cmp::Ordering::Less => {}
        }
    }
    let mut best: Vec<(&'static LogFormat, Say)> =
        best.into_iter().map(|(format, fit)| (format, fit.why)).collect();
    match best.pop() {
        Some((format, why)) if best.is_empty() => Choice::One(format, why),
        Some(last) => {
            best.push(last);
            Choice::Many(best)
        }
        None => Choice::Many(best),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(text: &str, options: &Options) -> Vec<&'static str> {
        match choose(&Sample { text, options }) {
            Choice::One(format, _) => vec![format.id],
            Choice::Many(many) => many.into_iter().map(|(format, _)| format.id).collect(),
        }
    }

    #[test]
    fn ids_are_unique_and_known() {
        for format in LIST {
            assert_eq!(LIST.iter().filter(|f| f.id == format.id).count(), 1, "{}", format.id);
            assert_eq!(by_id(format.id), Some(format));
        }
    }

    #[test]
    fn content_decides_and_the_users_word_goes_before_it() {
        let mut options = Options::default();
        assert_eq!(chosen("sender,sent_at,content\n", &options), ["csv"]);
        assert_eq!(chosen(" [ {\"sender\": 1}]", &options), ["json"]);
        assert_eq!(chosen("[图片],a\n", &options), ["csv"]);
        let pasted = "某某店:小美 --> tb1 2025-9-18 9:05:20\n在的\n已读\n";
        assert_eq!(chosen(pasted, &options), ["qianniu-copied"]);
        let cell = format!("sender,sent_at,content\nbuyer,2025-01-01 10:00:00,\"{pasted}\"\n");
        assert_eq!(chosen(&cell, &options), ["csv"]);
        options.input_format = by_id("csv");
        assert_eq!(chosen("[{}]", &options), ["csv"]);
    }
}
