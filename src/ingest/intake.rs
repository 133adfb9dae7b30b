//! Judges one row's fields and packs the good ones into partitions. It does not know which format a row came from.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hasher;

use rustc_hash::FxHasher;

use super::columns::{Column, Layout};
use super::packed::{Part, Row, TEXTS, UNTIMED};
use super::roles::Ground;
use super::store::{PARTITIONS, Reject};
use super::survey::{self, Facts, Seen, Survey};
use super::talks::Talk;
use super::trouble::{Folded, Trouble, excerpt};
use super::{Options, roles, times};
use crate::model::{Kind, Platform, Role};
use crate::problem::Severity;
use crate::say::Say;
use crate::text::normal::Normaliser;

/// The fields of a row by [`Column::index`], empty where the row has none.
pub(super) type Cells<'a> = [&'a str; Column::COUNT];

/// What a piece of input gave.
pub(super) struct Batch {
    pub(super) parts: Vec<Part>,
    pub(super) folded: Folded,
    pub(super) rejects: Vec<Reject>,
    pub(super) rows: u64,
    pub(super) rejected: u64,
    /// Lines that were run over while looking for wanted rows.
    pub(super) lines: u64,
    /// Names that look like the one that is looked for.
    pub(super) alike: BTreeSet<String>,
    /// What was understood, by file; empty when nobody asked.
    pub(super) surveys: BTreeMap<u32, Survey>,
}

impl Batch {
    /// An empty batch for rows of about `bytes` in all; `partitions` is 0 where only troubles are collected.
    pub(super) fn new(partitions: usize, bytes: usize) -> Self {
        Self {
            parts: (0..partitions).map(|_| Part::with_room(bytes / partitions)).collect(),
            folded: Folded::default(),
            rejects: Vec::new(),
            rows: 0,
            rejected: 0,
            lines: 0,
            alike: BTreeSet::new(),
            surveys: BTreeMap::new(),
        }
    }

    /// The survey of a file, when one is wanted.
    pub(super) fn survey(&mut self, options: &Options, file: u32) -> Option<&mut Survey> {
        options.survey.then(|| self.surveys.entry(file).or_default())
    }

    /// Counts a row that cannot be used and keeps it if asked.
    pub(super) fn reject(&mut self, options: &Options, file: u32, line: u64, raw: &str, trouble: Trouble) {
        self.rows += 1;
        self.rejected += 1;
        if let Some(survey) = self.survey(options, file) {
            survey.rows += 1;
            survey.rejected += 1;
        }
        self.keep(options, file, line, raw, &trouble);
        self.folded.add(file, line, trouble);
    }

    fn keep(&mut self, options: &Options, file: u32, line: u64, raw: &str, trouble: &Trouble) {
        if options.keep_rejects {
            let raw = raw.trim_end_matches(['\n', '\r']).to_owned();
            let (code, column) = (trouble.code, trouble.column.clone());
            self.rejects.push(Reject { file, line, column, code, raw, reason: trouble.what.clone() });
        }
    }
}

/// Takes the rows of one piece.
pub(super) struct Intake<'o> {
    options: &'o Options,
    file: u32,
    normaliser: Normaliser,
    pub(super) batch: Batch,
}

/// Where a row stands.
#[derive(Clone, Copy)]
pub(super) struct Spot<'a> {
    /// 1-based physical line.
    pub(super) line: u64,
    /// Tells rows of one line apart.
    pub(super) seq: u64,
    /// The row as it stands in the file.
    pub(super) raw: &'a [u8],
}

impl<'o> Intake<'o> {
    /// For a piece of `bytes` bytes.
    pub(super) fn new(file: u32, bytes: usize, options: &'o Options) -> Self {
        let batch = Batch::new(PARTITIONS, bytes);
        Self { options, file, normaliser: Normaliser::default(), batch }
    }

    /// Counts a row that cannot be used.
    pub(super) fn reject(&mut self, spot: Spot<'_>, trouble: Trouble) {
        let raw = String::from_utf8_lossy(spot.raw);
        self.batch.reject(self.options, self.file, spot.line, &raw, trouble);
    }

    /// Counts a trouble that costs no row.
    pub(super) fn note(&mut self, line: u64, trouble: Trouble) {
        self.batch.folded.add(self.file, line, trouble);
    }

    /// Counts a trouble of several rows that costs none.
    pub(super) fn note_many(&mut self, line: u64, count: u64, trouble: Trouble) {
        self.batch.folded.put(self.file, line, count, trouble);
    }

    /// Takes one row.
    pub(super) fn take(&mut self, spot: Spot<'_>, cells: &Cells<'_>, layout: &Layout) {
        let word = |column: Column| cells.get(column.index()).map_or("", |c| c.trim_ascii());
        let (buyer, agent, sender) = (word(Column::Buyer), word(Column::Agent), word(Column::Sender));
        let content = cells.get(Column::Content.index()).copied().unwrap_or_default();
        if sender.is_empty() && content.is_empty() && cells.iter().all(|c| c.trim_ascii().is_empty()) {
            // A spreadsheet's empty row holds nothing that could be lost.
            return;
        }
        if self.options.only.is_some() && !self.is_wanted(cells) {
            return;
        }
        let mut bad = Vec::new();
        let export = layout.export.as_deref();
        let given = export.and_then(|p| p.shop.as_ref()).or(self.options.shop.as_ref());
        let shop = match (word(Column::Shop), given) {
            ("", Some(given)) => given.as_str(),
            (shop, _) => shop,
        };
        let (kind, recalled) = self.kind(spot, word(Column::Kind), word(Column::Status), content, layout);
        let own = export.map_or(&[][..], |p| p.words.as_slice());
        let by_kind = (kind == Kind::System).then_some((Role::System, Ground::Kind));
        let taken = roles::judge(sender, (buyer, agent, shop), own, &self.options.staff).or(by_kind);
        // Several exports file the platform's notes under the buyer's or the agent's account.
        let taken = if roles::is_platform_note(content) {
            taken.filter(|(role, _)| *role == Role::System).or(by_kind).or(taken)
        } else {
            taken
        };
        if taken.is_none() {
            bad.push(unknown_role(layout.header(Column::Sender), sender.as_bytes()));
        }
        let (time, date) = (word(Column::SentAt), word(Column::Date));
        let at = moment(time.as_bytes(), date.as_bytes());
        // A reader without columns for times has none; every other refuses a file that lacks them.
        let is_timed = layout.field(Column::SentAt).is_some() || layout.field(Column::Date).is_some();
        if at.is_none() && is_timed {
            bad.push(bad_time(layout.header(Column::SentAt), time, date));
        }
        if let Some(survey) = self.batch.survey(self.options, self.file) {
            let form = at.map(|_| times::form(time.as_bytes()));
            survey.row(&survey::Row { layout, cells, taken, at, form });
        }
        let at = at.or((!is_timed).then_some(UNTIMED));
        let (Some((role, ground)), Some(at)) = (taken, at) else { return self.refuse(spot, bad) };
        // A staff account names the agent where no column does.
        let names_nobody = matches!(ground, Ground::OwnWord | Ground::Word | Ground::Kind);
        let agent = if agent.is_empty() && role.is_shop() && !names_nobody { sender } else { agent };
        let platform = self.platform(spot, word(Column::Platform), layout);
        let talk = self.talk(platform, buyer, at);
        let (session, buyer, agent) = joined(talk, (word(Column::SessionId), buyer, agent));
        let order = word(Column::OrderId);
        let row = Row {
            at,
            file: self.file,
            line: u32::try_from(spot.line).unwrap_or(u32::MAX),
            seq: spot.seq,
            role,
            kind,
            recalled,
            platform,
        };
        let texts = [session, shop, buyer, agent, order, content];
        self.batch.rows += 1;
        self.survey(spot, &row, &texts, talk.is_some());
        let home = partition(platform, shop, session, buyer);
        if let Some(part) = self.batch.parts.get_mut(home) {
            part.push(&row, &texts);
        }
    }

    /// Whether a row is wanted where only some are; names that look like the one wanted are noted.
    fn is_wanted(&mut self, cells: &Cells<'_>) -> bool {
        let Some(only) = &self.options.only else { return true };
        let word = |column: Column| cells.get(column.index()).map_or("", |c| c.trim_ascii());
        // JSON is not skimmed: its names are seen here.
        if let Some(name) = only.like_column().map(word).filter(|name| only.is_like(name)) {
            self.batch.alike.insert(name.to_owned());
        }
        if only.keeps(cells, &mut self.normaliser) {
            return true;
        }
        // A buyer is looked for by the name that JD's list has for him too.
        let at = moment(word(Column::SentAt).as_bytes(), word(Column::Date).as_bytes());
        let talk = at.and_then(|at| self.talk(None, word(Column::Buyer), at));
        talk.is_some_and(|talk| only.keeps(&named(cells, talk), &mut self.normaliser))
    }

    /// The talk of JD's list that a message belongs to.
    fn talk(&self, platform: Option<Platform>, buyer: &str, at: i64) -> Option<&'o Talk> {
        let may_be = matches!(platform, None | Some(Platform::Jd)) && !self.options.talks.is_empty();
        may_be.then(|| self.options.talks.find(buyer, at)).flatten()
    }

    /// Notes a message that was taken, when somebody wants to know.
    fn survey(&mut self, spot: Spot<'_>, row: &Row, texts: &[&str; TEXTS], joined: bool) {
        let Some(survey) = self.batch.survey(self.options, self.file) else { return };
        survey.rows += 1;
        survey.joined += u64::from(joined);
        let [_, shop, buyer, agent, _, content] = *texts;
        let facts = Facts { kind: row.kind, recalled: row.recalled, platform: row.platform, shop };
        let seen = || Seen {
            line: spot.line,
            seq: spot.seq,
            at: row.stamp(),
            role: row.role,
            kind: row.kind,
            recalled: row.recalled,
            buyer: buyer.to_owned(),
            agent: agent.to_owned(),
            text: content.to_owned(),
        };
        survey.message(seen, (spot.line, spot.seq), facts);
    }

    /// Tells of every bad field, but counts and keeps the row once.
    pub(super) fn refuse(&mut self, spot: Spot<'_>, bad: Vec<Trouble>) {
        let mut bad = bad.into_iter();
        if let Some(first) = bad.next() {
            self.reject(spot, first);
        }
        for more in bad {
            self.batch.folded.add(self.file, spot.line, more);
        }
    }

    fn kind(
        &mut self,
        spot: Spot<'_>,
        word: &str,
        state: &str,
        content: &str,
        layout: &Layout,
    ) -> (Kind, bool) {
        let (kind, recalled) = roles::kind(word).unwrap_or_else(|| {
            self.batch.folded.add(self.file, spot.line, unknown_kind(layout.header(Column::Kind), word));
            (Kind::Text, false)
        });
        if kind == Kind::Text && roles::is_recall_note(content.as_bytes()) {
            return (Kind::System, true);
        }
        if kind == Kind::Text && roles::is_platform_note(content) {
            return (Kind::System, recalled);
        }
        (kind, recalled || roles::is_recalled_state(state))
    }

    fn platform(&mut self, spot: Spot<'_>, word: &str, layout: &Layout) -> Option<Platform> {
        if word.is_empty() {
            return layout.export.as_ref().and_then(|p| p.platform).or(self.options.platform);
        }
        let platform = roles::platform(word);
        if platform.is_none() {
            let trouble = unknown_platform(layout.header(Column::Platform), word);
            self.batch.folded.add(self.file, spot.line, trouble);
        }
        platform
    }
}

/// A row with the buyer and the session of the talk that it belongs to.
fn named<'a>(cells: &Cells<'a>, talk: &'a Talk) -> Cells<'a> {
    let mut named = *cells;
    for (cell, column) in named.iter_mut().zip(Column::ALL) {
        match column {
            Column::Buyer => *cell = &talk.buyer,
            Column::SessionId if !talk.id.is_empty() => *cell = &talk.id,
            _ => {}
        }
    }
    named
}

/// Session, buyer and agent of a row, from the talk that it belongs to. A talk that was handed over does not tell which of
/// the two had the floor.
fn joined<'a>(talk: Option<&'a Talk>, own: (&'a str, &'a str, &'a str)) -> (&'a str, &'a str, &'a str) {
    let Some(talk) = talk else { return own };
    let (session, _, agent) = own;
    let session = if talk.id.is_empty() { session } else { &talk.id };
    let agent = if agent.is_empty() && talk.heir.is_empty() { &talk.agent } else { agent };
    (session, &talk.buyer, agent)
}

/// The moment of a row whose date may stand in a column of its own.
pub(super) fn moment(time: &[u8], date: &[u8]) -> Option<i64> {
    if date.is_empty() {
        return times::parse(time);
    }
    // A time of day is short; a full moment beside a date column is taken as it is.
    if time.len() > 12
        && let Some(at) = times::parse(time)
    {
        return Some(at);
    }
    let day = date.split(|b| matches!(b, b' ' | b'T')).next().unwrap_or_default();
    times::parse(&[day, b" ", time].concat()).or_else(|| times::parse(time))
}

/// The partition of a conversation: the same for any file, thread or run.
fn partition(platform: Option<Platform>, shop: &str, session: &str, buyer: &str) -> usize {
    let mut hash = FxHasher::default();
    hash.write_u8(platform.map_or(0, |p| 1 + p as u8));
    hash.write(shop.as_bytes());
    hash.write_u8(u8::from(session.is_empty()));
    hash.write(if session.is_empty() { buyer } else { session }.as_bytes());
    let most = u64::try_from(PARTITIONS).unwrap_or(1);
    usize::try_from((hash.finish() >> 20) % most).unwrap_or_default()
}

pub(super) fn invalid_bytes(header: &str, value: &[u8]) -> Trouble {
    let shown = excerpt(value);
    Trouble {
        code: "bytes-invalid",
        severity: Severity::Error,
        column: header.to_owned(),
        what: Say::new(
            format!("这一格有不成字的字节：{shown}"),
            format!("the field holds bytes that are no characters: {shown}"),
        ),
        next: Say::new(
            "用 UTF-8 或 GB18030 重新导出；不要在半个汉字处截断文件",
            "export it again as UTF-8 or GB18030, and do not cut files within a character",
        ),
    }
}

fn unknown_role(header: &str, value: &[u8]) -> Trouble {
    let shown = excerpt(value);
    Trouble {
        code: "role-unknown",
        severity: Severity::Error,
        column: header.to_owned(),
        what: Say::new(
            format!("看不出“{shown}”是买家、客服、机器人还是系统"),
            format!("cannot tell whether `{shown}` is buyer, agent, robot or system"),
        ),
        next: Say::new(
            "写 buyer/agent/robot/system（或 买家/客服/机器人/系统），或补上买家列、客服列以便按账号对照；列认错了就用 --column sender=表头名；自家的叫法写进 [columns]（kefu-audit inspect 给出写法）",
            "write buyer/agent/robot/system, or add buyer and agent columns to compare accounts with; if it is the wrong column, use --column sender=HEADER; words of your own go into [columns], as `kefu-audit inspect` shows",
        ),
    }
}

fn bad_time(header: &str, time: &str, date: &str) -> Trouble {
    let shown = excerpt(format!("{date} {time}").trim().as_bytes());
    Trouble {
        code: "time-invalid",
        severity: Severity::Error,
        column: header.to_owned(),
        what: Say::new(
            format!("“{shown}”不是完整的日期和时间"),
            format!("`{shown}` is no full date and time"),
        ),
        next: Say::new(
            "写成 2025-01-31 09:05:00（北京时间）；列认错了就用 --column sent_at=表头名",
            "write it as 2025-01-31 09:05:00 (Beijing time); if it is the wrong column, use --column sent_at=HEADER",
        ),
    }
}

fn unknown_kind(header: &str, value: &str) -> Trouble {
    let shown = excerpt(value.as_bytes());
    Trouble {
        code: "type-unknown",
        severity: Severity::Warning,
        column: header.to_owned(),
        what: Say::new(
            format!("不认识的消息类型“{shown}”，按文本处理"),
            format!("unknown message type `{shown}`, taken for text"),
        ),
        next: Say::new("写 text/image/card/system（或 文本/图片/卡片/系统）", "write text/image/card/system"),
    }
}

fn unknown_platform(header: &str, value: &str) -> Trouble {
    let shown = excerpt(value.as_bytes());
    Trouble {
        code: "platform-unknown",
        severity: Severity::Warning,
        column: header.to_owned(),
        what: Say::new(
            format!("不认识的平台“{shown}”，只按各平台通用的规则检查"),
            format!("unknown platform `{shown}`: only rules of every platform are judged"),
        ),
        next: Say::new(
            "写 tmall/taobao/jd/pdd（或 天猫/淘宝/京东/拼多多）",
            "write tmall, taobao, jd or pdd",
        ),
    }
}
