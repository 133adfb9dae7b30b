//! The text of Qianniu's web page 聊天记录查询, where the sender comes last: time of day, text, account, a blank line; dates
//! on lines of their own.

use super::piece::{Composer, Draft, Made, Piece};
use super::stamps;
use super::wangwang::is_account;
use crate::ingest::formats::{Fit, Sample, Strength};
use crate::say::Say;

/// Words of the page around the messages.
const FURNITURE: [&str; 6] =
    ["聊天记录查询", "查询结果", "客户昵称", "员工账号", "账号信息保护显示", "没有更多内容了"];
/// The word at the head of a page.
const PAGE: &str = "聊天记录查询";
/// The longest account in characters.
const LONGEST: usize = 60;

fn is_furniture(line: &str) -> bool {
    FURNITURE.contains(&line)
        || ["客户昵称", "员工账号", "筛选范围", "查询结果"].iter().any(|word| {
            line.strip_prefix(word).is_some_and(|rest| rest.starts_with([':', '：', ' ', '(', '（']))
        })
}

/// Whether a page begins here.
pub(super) fn opens(line: &str) -> bool {
    line == PAGE
}

/// Whether a message begins here.
pub(super) fn is_head(line: &str) -> bool {
    stamps::is_time(line) || stamps::is_moment(line)
}

pub(super) fn fits(sample: &Sample<'_>) -> Option<Fit> {
    let lines: Vec<&str> =
        sample.text.lines().map(|l| l.trim_matches(|c: char| c.is_whitespace() || c.is_control())).collect();
    let times: Vec<usize> = (0..lines.len()).filter(|i| lines.get(*i).is_some_and(|l| is_head(l))).collect();
    let (first, last) = (*times.first()?, *times.last()?);
    let words = lines.iter().filter(|line| is_furniture(line) || line.contains("网页版无法展示")).count();
    // A blank line above a time ends a message; an account above it would begin one.
    let parted =
        times.iter().skip(1).filter(|i| i.checked_sub(1).and_then(|i| lines.get(i)) == Some(&"")).count();
    let above = lines.get(..first).unwrap_or_default();
    let has_account_above = above
        .iter()
        .any(|line| !line.is_empty() && !is_furniture(line) && stamps::date_alone(line).is_none());
    let below = lines.get(last + 1..).unwrap_or_default();
    let below = below.iter().filter(|line| !line.is_empty() && !is_furniture(line)).count();
    let is_exact = words > 0 || !has_account_above && below >= 2 && (parted > 0 || times.len() == 1);
    let n = times.len();
    if has_account_above && words == 0 && below < 2 {
        return None;
    }
    Some(Fit {
        strength: if is_exact { Strength::Exact } else { Strength::General },
        why: Say::new(
            format!("有 {n} 行只写时间，{parted} 处时间上面空一行，页面文字 {words} 行；发送人在内容下面"),
            format!(
                "{n} lines are a time alone, {parted} with a blank line above, {words} lines of page words; the sender comes last"
            ),
        ),
    })
}

pub(super) fn read<'a>(piece: &Piece<'a>) -> Made<'a> {
    let mut composer = Composer::new(piece);
    let mut date = piece.carried;
    let mut i = 0;
    while i < piece.lines.len() {
        let line = piece.line(i);
        if is_head(line) {
            let end = block_end(piece, i + 1);
            message(piece, &mut composer, date, i, end);
            i = end;
            continue;
        }
        if line == PAGE {
            finish_page(&mut composer, i);
        } else if let Some(alone) = stamps::date_alone(line) {
            date = alone;
        } else if let Some(nick) = named(line, "客户昵称") {
            composer.session.buyer = nick;
        } else if !line.is_empty() && !is_furniture(line) {
            composer.stray(i);
        }
        i += 1;
    }
    finish_page(&mut composer, piece.lines.len());
    composer.finish()
}

/// The value behind `客户昵称:`.
fn named<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    let value = line.strip_prefix(word)?.trim_start_matches([':', '：']).trim();
    (!value.is_empty() && is_account(value)).then_some(value)
}

/// The first line after `from` that is no part of the message: the next time, date or word of the page.
fn block_end(piece: &Piece<'_>, from: usize) -> usize {
    let ends = |line: &str| is_head(line) || stamps::date_alone(line).is_some() || is_furniture(line);
    (from..piece.lines.len()).find(|i| ends(piece.line(*i))).unwrap_or(piece.lines.len())
}

/// One message: line `head` is its time, the last filled line before `end` its sender.
fn message<'a>(piece: &Piece<'a>, composer: &mut Composer<'_, 'a>, date: &'a str, head: usize, end: usize) {
    let at = piece.line(head);
    let filled = (head + 1..end).rev().find(|i| !piece.line(*i).is_empty());
    let Some(last) = filled else {
        composer.stray(head);
        return;
    };
    let sender = piece.line(last);
    let is_sender = is_account(sender) && sender.chars().count() <= LONGEST && !sender.contains('/');
    // Without a sender below it, the text would be taken for one.
    let (sender, text_end) = if is_sender { (sender, last) } else { ("", end) };
    let date = if stamps::is_time(at) { date } else { "" };
    let draft = Draft { sender: sender.into(), at, date, ..Draft::default() };
    composer.open(draft, head, "", head + 1);
    composer.close_body(text_end, end);
}

/// All accounts of a page without a colon are one buyer's: nick and account may differ.
fn finish_page(composer: &mut Composer<'_, '_>, end: usize) {
    let session = &mut composer.session;
    let is_buyer = |sender: &str| {
        !sender.is_empty() && !sender.contains([':', '：']) && !crate::ingest::roles::is_role_word(sender)
    };
    let mut buyer = session.buyer.to_owned();
    for draft in &mut session.drafts {
        if is_buyer(&draft.sender) {
            if buyer.is_empty() {
                buyer = draft.sender.to_string();
            } else {
                draft.sender = buyer.clone().into();
            }
        }
    }
    composer.end_session(end);
}
