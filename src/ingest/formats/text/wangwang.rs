//! The two text exports of Wangwang and Qianniu: `2017-04-01 10:12:13 店铺:员工: 在的` with a bare date between days, and
//! `店铺:员工(2017-04-01 10:12:13): 在的` under headings ruled off with `====` and `-----`.

use super::copied::recalled_by;
use super::piece::{Composer, Draft, Made, Piece};
use super::stamps;
use crate::ingest::formats::{Fit, Sample};
use crate::ingest::roles;

/// The heading of talks with more than one buyer.
const GROUP: &str = "群聊";
/// How many lines at the beginning may be headings.
const HEADING: usize = 12;
/// Signs that a ruling line has at least.
const RULE: usize = 5;

fn is_rule(line: &str, sign: char) -> bool {
    line.len() >= RULE && line.chars().all(|c| c == sign)
}

/// Account and text of `店铺:员工: 在的`. The account may hold a colon and so may the text, so the colon between the two
/// is the one with a blank behind it, else the second one behind a shop's name.
pub(super) fn split_account(rest: &str) -> Option<(&str, &str)> {
    let rest = rest.trim_start();
    if let Some((word, text)) = rest.split_once([':', '：'])
        && roles::is_role_word(word)
    {
        return Some((word, text.trim_start()));
    }
    let spaced = rest.find(": ").or_else(|| rest.strip_suffix(':').map(str::len));
    if let Some(at) = spaced
        && let Some((account, text)) = rest.split_at_checked(at)
        && is_account(account)
    {
        return Some((account, text.strip_prefix(':').unwrap_or(text).trim_start()));
    }
    let (first, after) = rest.split_once(':')?;
    let is_shop = first.contains('店') || first.contains("官方");
    match after.split_once(':') {
        Some((second, text)) if is_shop && is_account(second) => {
            Some((rest.get(..first.len() + 1 + second.len())?, text.trim_start()))
        }
        _ => is_account(first).then_some((first, after.trim_start())),
    }
}

/// Whether something may be an account's name: short, with no blank and no sign of a sentence.
pub(super) fn is_account(name: &str) -> bool {
    !name.is_empty()
        && name.chars().count() <= 40
        && !name.contains("//")
        && !name.contains(|c: char| {
            c.is_whitespace() || matches!(c, '，' | '。' | '！' | '？' | '；' | ',' | ';' | '|' | '"')
        })
}

/// Moment, account and text of a head of the first style.
fn head_1(line: &str) -> Option<(&str, &str, &str)> {
    let (at, rest) = stamps::at_start(line)?;
    if !rest.starts_with(|c: char| c.is_whitespace()) {
        return None;
    }
    let rest = rest.trim();
    let (account, text) = match recalled_by(rest) {
        Some(account) if !account.is_empty() => {
            (account, rest.get(account.len()..).unwrap_or_default().trim())
        }
        _ => split_account(rest)?,
    };
    Some((at, account, text))
}

/// Whether a session begins here.
pub(super) fn opens_1(line: &str) -> bool {
    stamps::date_alone(line).is_some()
}

/// Whether a message begins here.
pub(super) fn is_head_1(line: &str) -> bool {
    head_1(line).is_some()
}

pub(super) fn fits_1(sample: &Sample<'_>) -> Option<Fit> {
    let mut lines = sample.text.lines().map(str::trim).filter(|line| !line.is_empty());
    let named = lines.clone().take(4).any(|line| line.contains("即时消息"));
    let heads = lines.clone().filter(|line| is_head_1(line)).count();
    let first = lines.find_map(head_1)?;
    let colon = sample.text.lines().filter_map(|line| head_1(line.trim())).any(|(_, a, _)| a.contains(':'));
    if !(named || colon) {
        return None;
    }
    let shown = first.0;
    Some(Fit::exact(
        format!("有 {heads} 行像“{shown} 账号: 内容”"),
        format!("{heads} lines read like `{shown} account: text`"),
    ))
}

pub(super) fn read_1<'a>(piece: &Piece<'a>) -> Made<'a> {
    let mut composer = Composer::new(piece);
    for (i, line) in piece.lines.iter().enumerate() {
        if let Some((at, account, text)) = head_1(line.text) {
            let draft = Draft { sender: account.into(), at, ..Draft::default() };
            composer.open(draft, i, text, i + 1);
        } else if stamps::date_alone(line.text).is_some() {
            composer.end_session(i);
        } else if !composer.is_open() && !line.text.is_empty() && !is_heading(line.number, line.text) {
            composer.stray(i);
        }
    }
    composer.finish()
}

/// Whether a line outside of messages is a heading of the export.
fn is_heading(number: u64, line: &str) -> bool {
    usize::try_from(number).is_ok_and(|n| n <= HEADING)
        || is_rule(line, '=')
        || is_rule(line, '-')
        || matches!(line, "单聊" | "群聊")
        || line.contains("即时消息")
}

/// Account, moment and text of a head of the second style.
fn head_2(line: &str) -> Option<(&str, &str, &str)> {
    for (open, _) in line.match_indices(['(', '（']) {
        let (account, rest) = line.split_at_checked(open)?;
        let inside = rest.strip_prefix(['(', '（'])?;
        let Some((at, after)) = stamps::at_start(inside) else { continue };
        let after = after.strip_prefix([')', '）'])?.strip_prefix([':', '：'])?;
        return (!account.trim().is_empty()).then_some((account.trim(), at, after.trim_start()));
    }
    None
}

/// Whether a session ends here.
pub(super) fn opens_2(line: &str) -> bool {
    is_rule(line, '-')
}

/// The heading that holds after a text.
pub(super) fn carry_2(text: &str, before: &str) -> String {
    let headings = text.lines().rev().map(str::trim);
    headings.into_iter().find(|line| matches!(*line, "单聊" | GROUP)).unwrap_or(before).to_owned()
}

/// Whether a message begins here.
pub(super) fn is_head_2(line: &str) -> bool {
    head_2(line).is_some()
}

pub(super) fn fits_2(sample: &Sample<'_>) -> Option<Fit> {
    let lines = || sample.text.lines().map(str::trim).filter(|line| !line.is_empty());
    let heads = lines().filter(|line| is_head_2(line)).count();
    let (account, at, _) = lines().find_map(head_2)?;
    let headed = lines().take(HEADING).any(|line| matches!(line, "单聊" | "群聊") || is_rule(line, '='));
    (headed || account.contains(':') || heads > 1).then(|| {
        Fit::exact(
            format!("有 {heads} 行像“账号({at}): 内容”"),
            format!("{heads} lines read like `account({at}): text`"),
        )
    })
}

pub(super) fn read_2<'a>(piece: &Piece<'a>) -> Made<'a> {
    let mut composer = Composer::new(piece);
    let mut is_group = piece.carried == GROUP;
    for (i, line) in piece.lines.iter().enumerate() {
        if let Some((account, at, text)) = head_2(line.text) {
            let draft = Draft { sender: account.into(), at, ..Draft::default() };
            composer.open(draft, i, text, i + 1);
            composer.session.is_group = is_group;
        } else if is_rule(line.text, '-') || is_rule(line.text, '=') {
            composer.end_session(i);
        } else if !composer.is_open() && matches!(line.text, "单聊" | "群聊") {
            is_group = line.text == GROUP;
        } else if !composer.is_open() && !line.text.is_empty() && !is_near_rule(piece, i) {
            composer.stray(i);
        }
    }
    composer.finish()
}

/// Headings stand at the beginning of the file or within a few lines of a ruling line.
fn is_near_rule(piece: &Piece<'_>, i: usize) -> bool {
    let near = piece.lines.get(i.saturating_sub(3)..(i + 4).min(piece.lines.len())).unwrap_or_default();
    let number = piece.lines.get(i).map_or(0, |line| line.number);
    is_heading(number, piece.line(i)) || near.iter().any(|l| is_rule(l.text, '=') || is_rule(l.text, '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_told_from_texts_that_hold_colons() {
        for (rest, account, text) in [
            (" 某某旗舰店:小美: 在的", "某某旗舰店:小美", "在的"),
            (" 某某旗舰店:小美: /:^_^ 时间: 10:00", "某某旗舰店:小美", "/:^_^ 时间: 10:00"),
            (" 某某旗舰店:小美:好的：亲", "某某旗舰店:小美", "好的：亲"),
            (" tb1:你好: 在吗", "tb1:你好", "在吗"),
            (" tb1:http://a.b/c", "tb1", "http://a.b/c"),
            (" 系统提示: 对方：已离线", "系统提示", "对方：已离线"),
            (" 某某旗舰店:小美:", "某某旗舰店:小美", ""),
        ] {
            assert_eq!(split_account(rest), Some((account, text)), "{rest}");
        }
        assert_eq!(split_account("今天 发货: 好"), None);
    }

    #[test]
    fn a_moment_in_brackets_ends_the_account() {
        assert_eq!(head_2("a(b)(2017-04-01 10:12:13): x(1)"), Some(("a(b)", "2017-04-01 10:12:13", "x(1)")));
        assert_eq!(head_2("(2017-04-01 10:12:13): x"), None);
        assert_eq!(head_2("订单(2017-04-01 10:12:13)已发货"), None);
    }
}
