//! Talks flattened to `账号:内容`, one message a line and no times: `t******7:人工`, `某某旗舰店:小美:在的亲`. A staff account
//! holds a colon and so may a text, so that accounts are learned from the whole piece before lines are cut.

use std::collections::{BTreeMap, BTreeSet};

use super::piece::{Composer, Draft, Made, Piece};
use super::stamps;
use super::wangwang::is_account;
use crate::ingest::formats::{Fit, Sample, Strength};
use crate::ingest::roles;
use crate::say::Say;

/// The robot of Taobao shops.
const ROBOT: &str = "服务助手";
/// Parts of a shop's name.
const SHOP_MARKS: [&str; 5] = ["店", "官方", "专卖", "专营", "旗舰"];
/// The longest name of a member of staff in characters.
const NAME: usize = 12;

/// The accounts of a piece.
#[derive(Default)]
struct Accounts<'a> {
    shops: BTreeSet<&'a str>,
    /// Names behind a shop's, which make a staff account with it, and how often they stand there.
    staff: BTreeMap<&'a str, usize>,
    /// Names before the first colon of a line, and how often they stand there.
    others: BTreeMap<&'a str, usize>,
}

impl<'a> Accounts<'a> {
    fn of(lines: impl Iterator<Item = &'a str> + Clone) -> Self {
        let mut all = Self::default();
        for line in lines.clone() {
            let Some((first, rest)) = line.split_once(':') else { continue };
            let is_shop = SHOP_MARKS.iter().any(|mark| first.contains(mark));
            if is_account(first) && (is_shop || rest.strip_prefix(ROBOT).is_some_and(|r| r.starts_with(':')))
            {
                all.shops.insert(first);
            }
        }
        for line in lines {
            if let Some((_, to)) = line.split_once(" 转交给 ") {
                let to = to.split(['，', ',', ' ']).next().unwrap_or_default();
                *all.staff.entry(to).or_default() += 2;
            }
            let Some((first, rest)) = line.split_once(':') else { continue };
            match rest.split_once(':') {
                Some((second, _)) if all.shops.contains(first) => *all.staff.entry(second).or_default() += 1,
                _ => *all.others.entry(first).or_default() += 1,
            }
        }
        all
    }

    /// Account and text of a line that begins a message.
    fn head(&self, line: &'a str) -> Option<(&'a str, &'a str)> {
        let (first, rest) = line.split_once(':').or_else(|| line.split_once('：'))?;
        let (first, text) = (first.trim(), rest.trim_start());
        if self.shops.contains(first) {
            if let Some((second, text)) = rest.split_once(':')
                && self.is_staff(second)
            {
                return Some((line.get(..first.len() + 1 + second.len())?, text.trim_start()));
            }
            return Some((first, text));
        }
        if roles::is_role_word(first) {
            return Some((first, text));
        }
        let often = self.others.get(first).is_some_and(|n| *n > 1);
        let is_nick = first.contains('*') || often || first.chars().any(|c| c.is_ascii_alphanumeric());
        (is_account(first) && is_nick && stamps::at_start(first).is_none()).then_some((first, text))
    }

    fn is_staff(&self, name: &str) -> bool {
        name == ROBOT
            || self.staff.get(name).is_some_and(|n| *n > 1)
            || is_account(name) && name.chars().count() <= NAME && !name.starts_with('/')
    }
}

/// A talk may be cut at a blank line.
pub(super) fn opens(line: &str) -> bool {
    line.is_empty()
}

/// Whether a message begins here, as far as one line tells.
pub(super) fn is_head(line: &str) -> bool {
    line.split_once(':').is_some_and(|(first, _)| is_account(first))
}

pub(super) fn fits(sample: &Sample<'_>) -> Option<Fit> {
    let lines = || sample.text.lines().map(str::trim).filter(|line| !line.is_empty());
    let accounts = Accounts::of(lines());
    let heads: Vec<(&str, &str)> = lines().filter_map(|line| accounts.head(line)).collect();
    let (n, all) = (heads.len(), lines().count());
    // A text that happens to hold some colons is no log.
    if n < 2 || n * 5 < all * 4 {
        return None;
    }
    let staff = heads.iter().filter(|(account, _)| account.contains(':')).count();
    let words = heads.iter().filter(|(account, _)| roles::is_role_word(account)).count();
    if staff == 0 && words * 2 < n {
        return None;
    }
    Some(Fit {
        strength: if staff > 0 { Strength::Exact } else { Strength::General },
        why: Say::new(
            format!("{all} 行里有 {n} 行是“账号:内容”，其中子账号 {staff} 行、角色词 {words} 行；没有时间"),
            format!(
                "{n} of {all} lines read `account:text`, {staff} of them of staff accounts, {words} of words for a role; no times"
            ),
        ),
    })
}

pub(super) fn read<'a>(piece: &Piece<'a>) -> Made<'a> {
    let accounts = Accounts::of(piece.lines.iter().map(|line| line.text));
    let mut composer = Composer::new(piece);
    for (i, line) in piece.lines.iter().enumerate() {
        if let Some((account, text)) = accounts.head(line.text) {
            composer.open(Draft { sender: account.into(), ..Draft::default() }, i, text, i + 1);
        } else if line.text.is_empty() {
            composer.end_session(i);
        } else if !composer.is_open() {
            composer.stray(i);
        }
    }
    composer.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_learned_before_lines_are_cut() {
        let lines = [
            "t******7:人工",
            "t******7:由 服务助手 转交给 wjiao",
            "3ce官方旗舰店:服务助手:亲，您好",
            "3ce官方旗舰店:wjiao:欢迎来到:本店",
            "t******7:/:066 时间:10:00",
            "3ce官方旗舰店:好的，马上：发",
            "规格:大号",
        ];
        let accounts = Accounts::of(lines.iter().copied());
        let heads: Vec<Option<(&str, &str)>> = lines.iter().map(|line| accounts.head(line)).collect();
        assert_eq!(heads[0], Some(("t******7", "人工")));
        assert_eq!(heads[2], Some(("3ce官方旗舰店:服务助手", "亲，您好")));
        assert_eq!(heads[3], Some(("3ce官方旗舰店:wjiao", "欢迎来到:本店")));
        assert_eq!(heads[4], Some(("t******7", "/:066 时间:10:00")));
        assert_eq!(heads[5], Some(("3ce官方旗舰店", "好的，马上：发")));
        assert_eq!(heads[6], None);
    }
}
