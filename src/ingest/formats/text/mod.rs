//! Text layouts: exports in which messages are lines and not fields. Each layout is one file and one entry of a table:
//! where talks and messages begin, how its lines become messages, and how it tells staff from buyers. What all share is
//! here: pieces are cut where a talk begins, lines become messages, accounts become roles, and every line that belongs
//! to no message is told.

mod botlog;
pub(in crate::ingest) mod cell;
mod copied;
mod flat;
mod jingmai;
mod piece;
mod speakers;
mod stamps;
mod wangwang;
mod web;
mod words;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

pub(in crate::ingest) use self::speakers::Known;
pub(super) use self::words::guessed_platform;

use self::piece::{Made, Piece, Session};
use self::speakers::{Cast, Staffing};
use super::{Fit, LogFormat, Reader, Sample};
use crate::ingest::columns::{Column, Layout as Columns};
use crate::ingest::cut::{first_line, newlines};
use crate::ingest::feed::Chunk;
use crate::ingest::intake::{Batch, Cells, Intake, Spot, invalid_bytes, moment};
use crate::ingest::{Options, roles};
use crate::model::{Platform, Stamp};
use crate::text::lossy;

/// A text layout.
pub(in crate::ingest) struct Layout {
    /// Whether a talk begins (or has just ended) at this line, so that a piece may be cut before it.
    opens: fn(&str) -> bool,
    /// Whether a message begins at this line; a talk that is too long is cut there.
    is_head: fn(&str) -> bool,
    /// Makes messages of the lines.
    read: for<'a> fn(&Piece<'a>) -> Made<'a>,
    /// What holds beyond the end of a piece, from its text and from what held before.
    carry: fn(&str, &str) -> String,
    staffing: Staffing,
    market: Market,
    /// Its messages have a time.
    is_timed: bool,
}

/// Where the layout comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Market {
    /// Taobao or Tmall, whichever the shop's name tells.
    Taobao,
    Jd,
    /// The same where a shop is named, else nobody knows.
    Shop,
}

impl std::fmt::Debug for Layout {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Layout").field("market", &self.market).finish_non_exhaustive()
    }
}

/// A text format.
const fn format(
    id: &'static str,
    (zh, en): (&'static str, &'static str),
    layout: &'static Layout,
    fits: fn(&Sample<'_>) -> Option<Fit>,
) -> LogFormat {
    LogFormat { id, zh, en, reader: Reader::Text(layout), fits }
}

/// `2017-04-01 10:12:13 店铺:员工: 内容`.
pub(in crate::ingest) const WANGWANG_1: LogFormat = format(
    "wangwang-1",
    ("旺旺/千牛导出文本（时间 账号: 内容）", "Wangwang/Qianniu text export (time account: text)"),
    &Layout {
        opens: wangwang::opens_1,
        is_head: wangwang::is_head_1,
        read: wangwang::read_1,
        carry: piece::carry_nothing,
        staffing: Staffing::Colon,
        market: Market::Taobao,
        is_timed: true,
    },
    wangwang::fits_1,
);

/// `店铺:员工(2017-04-01 10:12:13): 内容`.
pub(in crate::ingest) const WANGWANG_2: LogFormat = format(
    "wangwang-2",
    ("旺旺/千牛导出文本（账号(时间): 内容）", "Wangwang/Qianniu text export (account(time): text)"),
    &Layout {
        opens: wangwang::opens_2,
        is_head: wangwang::is_head_2,
        read: wangwang::read_2,
        carry: wangwang::carry_2,
        staffing: Staffing::Colon,
        market: Market::Taobao,
        is_timed: true,
    },
    wangwang::fits_2,
);

/// `tb12**99 2025-9-18 9:05:03` and the text below.
pub(in crate::ingest) const QIANNIU_COPIED: LogFormat = format(
    "qianniu-copied",
    (
        "千牛聊天窗口复制的文本（账号 时间，下面是内容）",
        "text copied from Qianniu (account and time, the text below)",
    ),
    &Layout {
        opens: copied::opens,
        is_head: copied::is_head,
        read: copied::read,
        carry: piece::carry_date,
        staffing: Staffing::Colon,
        market: Market::Taobao,
        is_timed: true,
    },
    copied::fits,
);

/// Time, text, sender.
pub(in crate::ingest) const QIANNIU_WEB: LogFormat = format(
    "qianniu-web",
    (
        "千牛网页“聊天记录查询”的文本（时间、内容、发送人在最后）",
        "text of Qianniu's web chat search (time, text, the sender last)",
    ),
    &Layout {
        opens: web::opens,
        is_head: web::is_head,
        read: web::read,
        carry: piece::carry_date,
        staffing: Staffing::Colon,
        market: Market::Taobao,
        is_timed: true,
    },
    web::fits,
);

/// `a****bc 2026-10-07 10:00:00` and the text below.
pub(in crate::ingest) const JINGMAI: LogFormat = format(
    "jingmai",
    (
        "京麦聊天记录 LOG/TXT（名字 时间，下面是内容）",
        "Jingmai (JD) chat log (name and time, the text below)",
    ),
    &Layout {
        opens: jingmai::opens,
        is_head: jingmai::is_head,
        read: jingmai::read,
        carry: piece::carry_nothing,
        staffing: Staffing::Names,
        market: Market::Jd,
        is_timed: true,
    },
    jingmai::fits,
);

/// `t******7:人工`.
pub(in crate::ingest) const FLAT: LogFormat = format(
    "nick-text",
    ("账号:内容，一行一条，没有时间", "account:text, one a line, without times"),
    &Layout {
        opens: flat::opens,
        is_head: flat::is_head,
        read: flat::read,
        carry: piece::carry_nothing,
        staffing: Staffing::Colon,
        market: Market::Shop,
        is_timed: false,
    },
    flat::fits,
);

/// `【关键词匹配】[2025-09-01 10:00:00]顾客nick: 问 【处理结果】： 答`.
pub(in crate::ingest) const BOT_LOG: LogFormat = format(
    "bot-log",
    ("机器人日志（【…】[时间]顾客: 问 【处理结果】: 答）", "log of a reply robot (question and answer)"),
    &Layout {
        opens: botlog::opens,
        is_head: botlog::opens,
        read: botlog::read,
        carry: piece::carry_nothing,
        staffing: Staffing::Colon,
        market: Market::Shop,
        is_timed: true,
    },
    botlog::fits,
);

/// What is known of a file from its beginning.
pub(in crate::ingest) fn learn(layout: &Layout, sample: &str) -> Arc<Known> {
    let piece = Piece::new(sample, 1, "");
    Arc::new(speakers::learn(&(layout.read)(&piece).sessions, layout.staffing))
}

/// Where a piece of at most all of `bytes` may end: before the last line at which a talk begins, or, with `anywhere`,
/// before the last at which a message begins.
pub(in crate::ingest) fn border(layout: &Layout, bytes: &[u8], anywhere: bool) -> Option<usize> {
    let mut end = bytes.len();
    while let Some(newline) = bytes.get(..end).and_then(|b| memchr::memrchr(b'\n', b)) {
        let line = bytes.get(newline + 1..).unwrap_or_default();
        let line = line.get(..first_line(line)).unwrap_or_default();
        // The last line may not be whole yet.
        if end < bytes.len()
            && let Ok(line) = std::str::from_utf8(line)
        {
            let line = line.trim_matches(|c: char| c.is_whitespace() || c.is_control());
            if (layout.opens)(line) || anywhere && (layout.is_head)(line) {
                return Some(newline + 1);
            }
        }
        end = newline;
    }
    None
}

/// What holds after a piece, for the next one.
pub(in crate::ingest) fn carry(layout: &Layout, bytes: &[u8], before: &str) -> String {
    (layout.carry)(&lossy(bytes), before)
}

/// Every canonical column: text layouts fill those that they can.
static COLUMNS: LazyLock<Columns> = LazyLock::new(|| Columns::canonical(true));
/// The same without times.
static UNTIMED: LazyLock<Columns> = LazyLock::new(|| Columns::canonical(false));

/// Parses a piece.
pub(in crate::ingest) fn parse(
    chunk: &Chunk,
    layout: &Layout,
    known: &Known,
    carried: &str,
    options: &Options,
) -> Batch {
    let text = lossy(&chunk.bytes);
    let is_damaged = matches!(text, Cow::Owned(_));
    let piece = Piece::new(&text, chunk.line, carried);
    let mut intake = Intake::new(chunk.file, chunk.bytes.len(), options);
    let mut taker = Taker::new(&mut intake, layout, known, options);
    taker.seq = u64::from(chunk.index) << 32;
    taker.is_damaged = is_damaged;
    let made = (layout.read)(&piece);
    for session in &made.sessions {
        taker.session(session);
    }
    if !layout.is_timed && !made.sessions.is_empty() {
        taker.intake.note(0, words::no_times());
    }
    for line in made.stray.iter().filter_map(|i| piece.lines.get(*i)) {
        taker.intake.note(line.number, words::stray(line.text));
    }
    if options.only.is_some() {
        taker.intake.batch.lines = newlines(&chunk.bytes);
    }
    intake.batch
}

/// Hands sessions to the intake.
struct Taker<'a, 'o> {
    intake: &'a mut Intake<'o>,
    seq: u64,
    layout: &'a Layout,
    known: &'a Known,
    options: &'o Options,
    /// Bytes that are no characters stand somewhere in the piece, as U+FFFD.
    is_damaged: bool,
    /// Shops whose platform was told already.
    told: BTreeSet<String>,
    /// The row that the text is a cell of.
    row: Option<cell::Row<'a>>,
}

impl<'a, 'o> Taker<'a, 'o> {
    fn new(intake: &'a mut Intake<'o>, layout: &'a Layout, known: &'a Known, options: &'o Options) -> Self {
        let (seq, is_damaged, told, row) = (0, false, BTreeSet::new(), None);
        Self { intake, seq, layout, known, options, is_damaged, told, row }
    }

    fn session(&mut self, session: &Session<'_>) {
        if session.is_group {
            session.drafts.iter().for_each(|d| self.intake.note(d.number, words::group_chat()));
            return;
        }
        let cast = speakers::cast(session, self.layout.staffing, self.known, self.options);
        let first = session.drafts.first();
        for (name, guess) in &cast.guessed {
            self.intake.note(first.map_or(0, |d| d.number), words::guessed_staff(name, *guess));
        }
        let shop = if self.options.shop.is_some() { "" } else { &cast.shop };
        let platform = self.platform(&cast, first.map_or(0, |d| d.number));
        let row = self.row.take();
        let id = match &row {
            Some(row) => row.session(|| id(session, &cast, row.buyer(""))),
            None if session.is_bounded => id(session, &cast, ""),
            None => String::new(),
        };
        let shop = row.as_ref().map_or(shop, |row| row.shop(shop));
        let people = cast.buyers.iter().zip(&cast.agents);
        for (draft, (buyer, agent)) in session.drafts.iter().zip(people) {
            self.seq += 1;
            let line = row.as_ref().and_then(|row| row.line).unwrap_or(draft.number);
            let spot = Spot { line, seq: self.seq, raw: draft.raw.as_bytes() };
            let is_buyer = draft.sender == buyer.as_str();
            let buyer = row.as_ref().map_or(buyer.as_str(), |row| row.buyer(buyer));
            if self.is_damaged && draft.raw.contains('\u{fffd}') {
                self.intake.reject(spot, invalid_bytes("", draft.raw.as_bytes()));
                continue;
            }
            let cells: Cells<'_> = Column::ALL.map(|column| match column {
                Column::Platform => platform.map_or("", Platform::id),
                Column::Shop => shop,
                Column::SessionId => &id,
                Column::Buyer => buyer,
                Column::Agent => agent,
                Column::Sender if is_buyer => buyer,
                Column::Sender => &draft.sender,
                Column::SentAt => draft.at,
                Column::Date => draft.date,
                Column::Kind if draft.kind.is_empty() && is_picture(&draft.body) => "image",
                Column::Kind => draft.kind,
                Column::Content => &draft.body,
                Column::OrderId => row.as_ref().map_or("", |row| row.order),
                Column::Status => "",
            });
            let columns = if self.layout.is_timed { &COLUMNS } else { &UNTIMED };
            self.intake.take(spot, &cells, columns);
        }
        self.row = row;
    }

    /// The marketplace, unless the user named it: JD, or what the shop's name tells.
    fn platform(&mut self, cast: &Cast, line: u64) -> Option<Platform> {
        if self.options.platform.is_some() {
            return None;
        }
        match self.layout.market {
            Market::Jd => Some(Platform::Jd),
            Market::Shop if self.options.shop.is_none() && cast.shop.is_empty() => None,
            Market::Taobao | Market::Shop => {
                let shop = self.options.shop.as_deref().unwrap_or(&cast.shop);
                let platform = roles::taobao_or_tmall(shop);
                if self.told.insert(shop.to_owned()) {
                    self.intake.note(line, words::guessed_platform(shop, platform));
                }
                Some(platform)
            }
        }
    }
}

/// Whether a text is one picture's tag and nothing else.
fn is_picture(body: &str) -> bool {
    body.starts_with("<img ") && body.ends_with('>') && body.matches('<').count() == 1
}

/// An id for a talk that the file bounds, from what it says: the buyer and the first moment.
fn id(session: &Session<'_>, cast: &Cast, buyer: &str) -> String {
    let first = session.drafts.iter().find_map(|d| moment(d.at.as_bytes(), d.date.as_bytes()));
    let named = cast.buyers.first().map_or("", String::as_str);
    let buyer = if buyer.is_empty() { named } else { buyer };
    first.map_or_else(String::new, |ms| {
        format!("{buyer}@{}", Stamp(ms.div_euclid(1000)).to_string().replacen(' ', "T", 1))
    })
}
