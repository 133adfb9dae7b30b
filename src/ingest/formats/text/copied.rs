//! Text copied out of Qianniu's chat window: `tb12**99 2025-9-18 9:05:03` or `店铺:小美 --> tb12**99 2025-9-18 9:05:20`,
//! the text below, then `已读`. In other versions account and moment stand on two lines.

use std::collections::BTreeMap;

use super::piece::{Composer, Draft, Line, Made, Piece};
use super::stamps;
use super::wangwang::is_account;
use crate::ingest::formats::{Fit, Sample, Strength};
use crate::ingest::roles;
use crate::say::Say;

/// Whether the line tells what became of the message above it.
fn is_state(line: &str) -> bool {
    matches!(line, "已读" | "未读" | "发送中" | "发送失败")
}

/// Furniture of the page that is copied along.
fn is_furniture(line: &str) -> bool {
    matches!(line, "商品详情页" | "商品推荐" | "¥" | "￥")
}

/// The account of a line that says that a message was withdrawn.
pub(super) fn recalled_by(line: &str) -> Option<&str> {
    let account = line.strip_suffix("撤回了一条消息").or_else(|| line.strip_suffix("撤回一条消息"))?.trim();
    (account.is_empty() || is_account(account)).then_some(account)
}

/// Who wrote, to whom, and when.
#[derive(Clone, Copy)]
struct Head<'a> {
    from: &'a str,
    to: &'a str,
    at: &'a str,
    /// Lines that it takes.
    lines: usize,
}

/// Account and addressee of `店铺:小美 --> tb12**99`.
fn people(text: &str) -> Option<(&str, &str)> {
    let (from, to) = match text.split_once("-->") {
        Some((from, to)) => (from.trim(), to.trim()),
        None => (text.trim(), ""),
    };
    (is_account(from) && (to.is_empty() || is_account(to))).then_some((from, to))
}

/// The head at line `i`, if it may be one.
fn head<'a>(line: impl Fn(usize) -> &'a str, i: usize) -> Option<Head<'a>> {
    let text = line(i);
    if let Some((before, at)) = stamps::at_end(text)
        && !before.is_empty()
    {
        let (from, to) = people(before)?;
        return Some(Head { from, to, at, lines: 1 });
    }
    let next = line(i + 1);
    if stamps::is_moment(next) || stamps::is_time(next) {
        let is_other =
            is_state(text) || stamps::date_alone(text).is_some() || stamps::at_start(text).is_some();
        let (from, to) = people(text).filter(|_| !is_other && !stamps::is_time(text))?;
        return Some(Head { from, to, at: next, lines: 2 });
    }
    None
}

/// Whether a message begins at this line, as far as one line tells.
pub(super) fn is_head(line: &str) -> bool {
    head(|i| if i == 0 { line } else { "" }, 0).is_some()
}

/// Nothing rules talks off.
pub(super) fn opens(_: &str) -> bool {
    false
}

fn lines_of(text: &str) -> Vec<&str> {
    text.lines().map(|line| line.trim_matches(|c: char| c.is_whitespace() || c.is_control())).collect()
}

pub(super) fn fits(sample: &Sample<'_>) -> Option<Fit> {
    let lines = lines_of(sample.text);
    if lines.iter().any(|line| line.contains("以下为一通会话")) {
        return None;
    }
    let at = |i: usize| lines.get(i).copied().unwrap_or_default();
    let heads: Vec<Head<'_>> = (0..lines.len()).filter_map(|i| head(at, i)).collect();
    let first = heads.first()?;
    let (n, shown) = (heads.len(), if first.lines == 2 { "账号 / 时间" } else { "账号 时间" });
    let arrows = heads.iter().filter(|h| !h.to.is_empty()).count();
    let staff = heads.iter().filter(|h| h.from.contains(':')).count();
    let states = lines.iter().filter(|line| is_state(line)).count();
    let one_line = heads.iter().filter(|h| h.lines == 1).count();
    let is_exact = arrows > 0 || one_line > 0 && (staff > 0 || states > 0) || begins_with_account(&lines);
    let why = Say::new(
        format!("有 {n} 处“{shown}”，其中 {arrows} 处写着“-->”、{staff} 处是子账号，{states} 行“已读/未读”"),
        format!(
            "{n} heads of account and moment, {arrows} with `-->`, {staff} of staff accounts, {states} lines `已读/未读`"
        ),
    );
    Some(Fit { strength: if is_exact { Strength::Exact } else { Strength::General }, why })
}

/// Whether an account stands above the first time of day and text below the last: with times alone on their lines, that
/// is what tells this layout from the one in which the sender comes last.
fn begins_with_account(lines: &[&str]) -> bool {
    let is_stamp = |line: &&str| stamps::is_time(line) || stamps::is_moment(line);
    let filled: Vec<&str> = lines
        .iter()
        .copied()
        .filter(|line| !line.is_empty() && stamps::date_alone(line).is_none() && !is_state(line))
        .collect();
    let first = filled.iter().position(is_stamp);
    let last = filled.iter().rposition(is_stamp);
    match (first, last) {
        (Some(1), Some(last)) => {
            // `时间 / 内容 / 账号` would end in an account.
            let end = filled.last().copied().unwrap_or_default();
            let opener = filled.first().copied().unwrap_or_default();
            filled.len() - last >= 2 && end != opener && is_account(opener)
        }
        _ => false,
    }
}

/// The accounts that are certain, and how often each name stands in a head.
struct Accounts<'a> {
    partners: Vec<&'a str>,
    seen: BTreeMap<&'a str, usize>,
}

impl<'a> Accounts<'a> {
    fn of(lines: &[Line<'a>], at: impl Fn(usize) -> &'a str + Copy) -> Self {
        let (mut partners, mut seen) = (Vec::new(), BTreeMap::new());
        for h in (0..lines.len()).filter_map(|i| head(at, i)) {
            *seen.entry(h.from).or_insert(0) += 1;
            if !h.to.is_empty() && !partners.contains(&h.to) && partners.len() < 1000 {
                partners.push(h.to);
            }
        }
        Self { partners, seen }
    }

    /// Whether a head is one and not a sentence that ends in a moment.
    fn trusts(&self, head: &Head<'_>) -> bool {
        let name = head.from;
        !head.to.is_empty()
            || name.contains(':')
            || name.contains("**")
            || self.partners.is_empty()
            || self.partners.contains(&name)
            || name.contains(|c: char| c.is_ascii_alphanumeric())
            || self.seen.get(name).is_some_and(|n| *n > 1)
    }
}

pub(super) fn read<'a>(piece: &Piece<'a>) -> Made<'a> {
    let at = |i: usize| piece.line(i);
    let accounts = Accounts::of(&piece.lines, at);
    let mut composer = Composer::new(piece);
    let (mut date, mut last_at, mut last_date) = (piece.carried, "", "");
    let mut i = 0;
    while i < piece.lines.len() {
        let line = piece.line(i);
        if let Some(h) = head(at, i).filter(|h| accounts.trusts(h)) {
            (last_at, last_date) = (h.at, if stamps::is_time(h.at) { date } else { "" });
            let draft =
                Draft { sender: h.from.into(), to: h.to, at: h.at, date: last_date, ..Draft::default() };
            composer.open(draft, i, "", i + h.lines);
            i += h.lines;
            continue;
        }
        if let Some(alone) = stamps::date_alone(line) {
            composer.close(i);
            date = alone;
        } else if let Some(account) = recalled_by(line).filter(|_| !last_at.is_empty()) {
            let sender = speaker(account, &composer);
            let draft = Draft { sender: sender.into(), at: last_at, date: last_date, ..Draft::default() };
            composer.open(draft, i, line, i + 1);
            composer.close(i + 1);
        } else if is_note(line) && !last_at.is_empty() {
            let draft = Draft {
                sender: "系统".into(),
                at: last_at,
                date: last_date,
                kind: "system",
                ..Draft::default()
            };
            composer.open(draft, i, line, i + 1);
            if !piece.line(i + 1).starts_with("原因：") {
                composer.close(i + 1);
            }
        // Right below a head, such a line is what somebody wrote.
        } else if (is_state(line) || is_furniture(line)) && !composer.begins_text(i) {
            composer.close(i);
        } else if !composer.is_open() && !line.is_empty() {
            composer.stray(i);
        }
        i += 1;
    }
    composer.finish()
}

/// A line that the platform writes between messages.
fn is_note(line: &str) -> bool {
    roles::is_platform_note(line) || line.starts_with("当前用户来自")
}

/// Whom 你 and 对方 mean in a window that belongs to the staff.
fn speaker<'a>(account: &'a str, composer: &Composer<'_, 'a>) -> String {
    let last = |staff: bool| {
        let mut drafts = composer.session.drafts.iter().rev();
        drafts.find(|d| d.sender.contains(':') == staff && d.kind.is_empty()).map(|d| d.sender.to_string())
    };
    match account {
        "你" | "您" | "" => last(true).unwrap_or_else(|| "客服".to_owned()),
        "对方" => last(false).unwrap_or_else(|| "买家".to_owned()),
        _ => account.to_owned(),
    }
}
