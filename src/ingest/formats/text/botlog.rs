//! The log of a reply robot: `【关键词匹配】[2025-09-01 10:00:00]顾客nick: 问 【处理结果】： 答`, an entry and a blank line.

use std::borrow::Cow;

use super::piece::{Draft, Made, Piece, Session};
use super::stamps;
use crate::ingest::formats::{Fit, Sample};

/// What stands before the answer.
const ANSWER: &str = "【处理结果】";

/// Moment and the rest of a line that begins an entry.
fn head(line: &str) -> Option<(&str, &str)> {
    let (_, rest) = line.strip_prefix('【')?.split_once('】')?;
    let (at, rest) = stamps::at_start(rest.trim_start().strip_prefix('[')?)?;
    Some((at, rest.strip_prefix(']')?.trim_start()))
}

/// Whether an entry begins here.
pub(super) fn opens(line: &str) -> bool {
    head(line).is_some()
}

pub(super) fn fits(sample: &Sample<'_>) -> Option<Fit> {
    let entries = sample.text.lines().filter(|line| opens(line.trim())).count();
    let answers = sample.text.matches(ANSWER).count();
    (entries > 0 && answers > 0).then(|| {
        Fit::exact(
            format!("有 {entries} 行以“【…】[时间]”开头，{answers} 处“{ANSWER}”"),
            format!("{entries} lines begin with `【…】[time]`, {answers} places say `{ANSWER}` (the answer)"),
        )
    })
}

pub(super) fn read<'a>(piece: &Piece<'a>) -> Made<'a> {
    let mut made = Made::default();
    let mut session = Session::default();
    let starts: Vec<usize> = (0..piece.lines.len()).filter(|i| opens(piece.line(*i))).collect();
    let first = starts.first().copied().unwrap_or(piece.lines.len());
    made.stray.extend((0..first).filter(|i| !piece.line(*i).is_empty()));
    for (n, start) in starts.iter().enumerate() {
        let end = starts.get(n + 1).copied().unwrap_or(piece.lines.len());
        let Some((at, inline)) = head(piece.line(*start)) else { continue };
        let rest = piece.body(start + 1, end);
        let entry: Cow<'a, str> =
            if rest.is_empty() { Cow::Borrowed(inline) } else { Cow::Owned(format!("{inline}\n{rest}")) };
        let (question, answer) = entry.split_once(ANSWER).unwrap_or((&entry, ""));
        let Some((nick, question)) = question.split_once([':', '：']) else {
            made.stray.push(*start);
            continue;
        };
        let (nick, answer) =
            (nick.strip_prefix("顾客").unwrap_or(nick).trim(), answer.trim_start_matches([':', '：']).trim());
        let number = piece.lines.get(*start).map_or(0, |line| line.number);
        let draft = |sender: &str, body: &str| Draft {
            number,
            raw: piece.raw(*start, end),
            sender: Cow::Owned(sender.to_owned()),
            at,
            body: Cow::Owned(body.trim().to_owned()),
            ..Draft::default()
        };
        session.drafts.push(draft(nick, question));
        if !answer.is_empty() {
            session.drafts.push(draft("机器人", answer));
        }
    }
    made.sessions.push(session);
    made
}
