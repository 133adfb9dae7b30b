//! Whether two account names look alike to a hurried eye: signs that are drawn alike, doubled or left out. Names that
//! are equal do not count. Only shapes are compared; who owns an account nobody can tell from its name.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::text::fold::{GONE, fold};

/// Signs drawn alike, each group under its first sign. Sources: Unicode's confusables for Latin letters and digits, and
/// Chinese characters that differ in one stroke.
const GROUPS: [&str; 34] = [
    "0o〇口",
    "1il|丨",
    "2z",
    "5s",
    "8b",
    "9gq",
    "uv",
    "cç",
    "己已巳",
    "日曰目",
    "土士",
    "末未",
    "人入八",
    "大太犬",
    "天夭",
    "干千于",
    "小少",
    "木本",
    "王玉主",
    "田由甲申",
    "白自",
    "子孑孒",
    "刀力",
    "午牛",
    "贝见",
    "今令",
    "晴睛",
    "戊戌戍",
    "拔拨",
    "泠冷",
    "免兔",
    "鸟乌",
    "兰三",
    "青清情",
];

/// For every sign of a group, the group's first one.
static FIRSTS: LazyLock<FxHashMap<char, char>> = LazyLock::new(|| {
    let group = |g: &'static str| {
        let first = g.chars().next();
        g.chars().filter_map(move |c| Some((c, first?)))
    };
    GROUPS.into_iter().flat_map(group).collect()
});

/// The shape of a name: folded, every sign replaced by the first one drawn like it, signs between letters left out.
#[must_use]
pub fn shape(name: &str) -> Vec<char> {
    let folded = name.chars().map(fold).filter(|c| *c != GONE);
    let mut shape: Vec<char> = Vec::new();
    for c in folded {
        let c = FIRSTS.get(&c).copied().unwrap_or(c);
        // `rn` is drawn like `m`, `vv` like `w`.
        match (shape.last(), c) {
            (Some('r'), 'n') => replace_last(&mut shape, 'm'),
            (Some('u'), 'u') => replace_last(&mut shape, 'w'),
            _ if c.is_alphanumeric() => shape.push(c),
            _ => {}
        }
    }
    shape
}

fn replace_last(shape: &mut [char], by: char) {
    if let Some(last) = shape.last_mut() {
        *last = by;
    }
}

/// Whether two different names look alike: the same shape, or, from four signs on, one sign added, left out, changed or
/// two neighbours swapped.
#[must_use]
pub fn alike(a: &str, b: &str) -> bool {
    a != b && alike_shapes(&shape(a), &shape(b))
}

/// [`alike`] for the shapes of two different names.
#[must_use]
pub fn alike_shapes(a: &[char], b: &[char]) -> bool {
    if a == b {
        return !a.is_empty();
    }
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.len() < 4 || long.len() - short.len() > 1 {
        return false;
    }
    let head = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    let tail = short.iter().rev().zip(long.iter().rev()).take_while(|(x, y)| x == y).count();
    let (left, more) = (short.len().saturating_sub(head + tail), long.len().saturating_sub(head + tail));
    if left <= 1 && more <= 1 {
        return true;
    }
    let swapped = |at: usize| short.get(at) == long.get(at + 1) && short.get(at + 1) == long.get(at);
    left == 2 && more == 2 && swapped(head)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_alike() {
        let pairs = [
            ("tb_l2345", "tb_12345"),
            ("小鹿0123", "小鹿O123"),
            ("晚风yy88", "晚风yy888"),
            ("团子妈妈", "團子媽媽"),
            ("己亥杂诗", "已亥杂诗"),
            ("modern_cat", "modem_cat"),
            ("ab.cd.ef", "abcdef"),
            ("夜爬泰山a", "夜爬秦山a"),
            ("user1243", "user1234"),
        ];
        for (a, b) in pairs {
            assert!(alike(a, b) && alike(b, a), "{a} {b}");
        }
    }

    #[test]
    fn names_that_do_not() {
        let pairs =
            [("小鹿", "小鹿"), ("小鹿", "小雨"), ("tb123", "jd123"), ("", ""), ("", "a"), ("阿北", "阿南")];
        for (a, b) in pairs {
            assert!(!alike(a, b), "{a} {b}");
        }
    }
}
