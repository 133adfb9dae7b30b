//! Masks what identifies a person - phone, mainland id, bank card, address, mail, WeChat and QQ handle - and
//! pseudonymises buyers. One character becomes one character, so that marks under the words stay right; spans
//! are handed back for the masked text. It masks for display only and never changes a finding.

mod signs;

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use self::signs::Signs;
use crate::span::Span;
use crate::text::check::luhn;

/// Masks `text`; `spans` (bytes of `text`) come back as bytes of the masked text.
#[must_use]
pub fn mask(text: &str, spans: &[Span]) -> (String, Vec<Span>) {
    let mut hidden: Vec<Range<usize>> = Vec::new();
    let signs = Signs::of(text);
    if signs.digits >= SHORTEST_NUMBER {
        digits(text, &mut hidden);
    }
    if signs.letters >= SHORTEST_HANDLE || signs.at {
        handles(text, &mut hidden);
    }
    if signs.digits > 0 && signs.street && signs.door {
        addresses(text, &mut hidden);
    }
    if hidden.is_empty() {
        return (text.to_owned(), spans.to_vec());
    }
    replace(text, spans, |at, c| if hidden.iter().any(|h| h.contains(&at)) { '*' } else { c })
}

/// No number of a person has fewer digits.
const SHORTEST_NUMBER: usize = 10;
/// No handle has fewer letters and digits in a row.
const SHORTEST_HANDLE: usize = 5;
/// Replaces characters one by one (`at` is the character's first byte) and carries the spans along.
pub fn replace(text: &str, spans: &[Span], by: impl Fn(usize, char) -> char) -> (String, Vec<Span>) {
    let mut out = String::with_capacity(text.len());
    let mut moved: Vec<Span> = spans.iter().map(|_| Span::new(0, 0)).collect();
    let ends = text.char_indices().map(|(at, c)| (at, Some(c))).chain([(text.len(), None)]);
    for (at, c) in ends {
        for (old, new) in spans.iter().zip(&mut moved) {
            if at <= old.start {
                new.start = out.len();
            }
            if at <= old.end {
                new.end = out.len();
            }
        }
        if let Some(c) = c {
            out.push(by(at, c));
        }
    }
    (out, moved)
}

/// A buyer's name in shared output: the first character and `**`.
#[must_use]
pub fn buyer(name: &str) -> String {
    name.chars().next().map_or_else(String::new, |first| format!("{first}**"))
}

// A pattern that does not compile hides nothing, which the tests below would show.
fn pattern(text: &str) -> Option<Regex> {
    Regex::new(text).ok()
}

/// What people put between groups of digits.
const SEPARATORS: [char; 5] = [' ', '-', '－', '—', '.'];

static RUNS: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(r"\d(?:[ \-－—.]?\d)*[Xx]?"));
// Written out to slip past filters, digits and characters mixed.
static CHINESE_RUNS: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"[\d零〇幺一二三四五六七八九](?:[ \-－—]?[\d零〇幺一二三四五六七八九]){10,}"));
static CARD_WORD: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"(?:卡号|账号|帐号|账户|帐户|银行卡|储蓄卡|对公|户名)[^\d]{0,12}$"));
static HANDLE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?ix)
        (?:微\s*信|薇\s*信|威\s*信|v\s*信|卫\s*星|加\s*[v薇微]|[v薇微]\s*[:：]|vx|wx|wechat|weixin|q\s*q|扣\s*扣|企\s*鹅)
        (?:号码?|群|帐号|账号|id)? [\s:：是为=,，。+➕~～\-—>《“]{0,8}
        ([a-z][a-z0-9_\-]{4,19} | [1-9][0-9]{4,11})",
    )
});
// Letters with digits, as handles are and words are not.
static TOKEN: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"[A-Za-z][A-Za-z_\-]*[0-9_][A-Za-z0-9_\-]*"));
static CONTACT: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"(?i)微信|薇信|威信|vx|wx|wechat|q\s*q|扣扣|加我|加一下|加下"));
static MAIL: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"(?i)([a-z0-9._%+\-]{1,64})@[a-z0-9\-]{1,63}(?:\.[a-z0-9\-]{1,63})+"));
// Once an administrative unit is named, everything down to the house number; without one, a street directly
// followed by its number.
static ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?x)
        (?: [省市区县州旗盟] ([\p{Han}A-Za-z0-9]{0,24}? (?:路|街|道|巷|弄|胡同|村|镇|乡|小区|花园|苑|公寓|大厦|广场|社区|屯|组)
            [\p{Han}A-Za-z0-9\s]{0,16}? [0-9一二三四五六七八九十百]{1,5} (?:号|弄|栋|幢|单元|室|楼|座|组|户|院))
          | ([\p{Han}]{1,6} (?:路|街|大道|巷|弄|胡同|小区|花园|苑|公寓|大厦|村) [东西南北中]?
            [0-9]{1,5} (?:号|弄|栋|幢|单元|室|座))
        ) ((?: \s? [\p{Han}A-Za-z0-9\-]{0,8}? (?:号楼|号|楼|弄|栋|幢|单元|室|层|座|户|院|塔|园|广场|前台)){0,6} (?: \s? [0-9]{1,5} (?:室|房)?)?)",
    )
});

/// Groups of digits that may be one number: 138 1234 5678.
const GROUPS: usize = 8;

/// Phones, ids and cards, told apart by length, first digits and check digits. A run of digit groups may hold more
/// than the number, as in 138 1234 5678 2件, so the longest stretch of groups that is a number is hidden.
fn digits(text: &str, hidden: &mut Vec<Range<usize>>) {
    for run in [&*RUNS, &*CHINESE_RUNS].into_iter().flatten().flat_map(|re| re.find_iter(text)) {
        let before = tail(text.get(..run.start()).unwrap_or_default());
        let card_word = CARD_WORD.as_ref().is_some_and(|re| re.is_match(before));
        let mut groups: Vec<Range<usize>> = Vec::new();
        for group in run.as_str().split(SEPARATORS) {
            let start = groups.last().map_or(0, |g| g.end + separator(run.as_str(), g.end));
            groups.push(start..start + group.len());
        }
        let mut first = 0;
        while let Some(from) = groups.get(first) {
            let stretches = groups.iter().enumerate().skip(first).take(GROUPS).collect::<Vec<_>>();
            let found = stretches.into_iter().rev().find(|(_, to)| {
                let stretch = run.as_str().get(from.start..to.end).unwrap_or_default();
                hide(stretch, run.start() + from.start, card_word, hidden)
            });
            first = found.map_or(first, |(last, _)| last) + 1;
        }
    }
}

/// The last characters of a text, enough for the word before a number.
fn tail(text: &str) -> &str {
    let start = text.char_indices().rev().nth(23).map_or(0, |(at, _)| at);
    text.get(start..).unwrap_or_default()
}

/// Bytes of the separator at `at`.
fn separator(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8)
}

/// Hides the middle of one number if it is a person's; says whether it was.
fn hide(stretch: &str, start: usize, card_word: bool, hidden: &mut Vec<Range<usize>>) -> bool {
    let signs: Vec<(usize, char)> = stretch.char_indices().filter(|(_, c)| !SEPARATORS.contains(c)).collect();
    let number: String = signs.iter().map(|&(_, c)| narrow(c)).collect();
    let Some((head, tail)) = kept(&number, card_word) else { return false };
    let last = signs.len().saturating_sub(tail);
    for &(at, c) in signs.iter().take(last).skip(head) {
        hidden.push(start + at..start + at + c.len_utf8());
    }
    true
}

/// How many digits stay at both ends; `None` when it is not a person's number.
fn kept(number: &str, card_word: bool) -> Option<(usize, usize)> {
    let bare = number.trim_end_matches(['X', 'x']);
    let mobile = |n: &str| n.len() == 11 && n.starts_with('1') && n.chars().nth(1).is_some_and(|c| c >= '3');
    let digits = bare.len();
    if mobile(bare) {
        Some((3, 4))
    } else if bare.strip_prefix("86").or_else(|| bare.strip_prefix("0086")).is_some_and(mobile) {
        Some((digits - 8, 4))
    } else if number.len() == 18 && digits >= 17 && born(number) {
        Some((2, 2))
    } else if (12..=19).contains(&digits)
        && (card_word || digits >= 15 && bare.starts_with(['3', '4', '5', '6']) && luhn(bare))
    {
        Some((4, 4))
    } else if (10..=12).contains(&digits) && bare.starts_with('0') && !bare.starts_with("00") {
        Some((3, 2))
    } else {
        None
    }
}

/// A digit in any of the ways that people write it, as an ASCII digit.
fn narrow(c: char) -> char {
    const CHINESE: &str = "零一二三四五六七八九";
    let value = match c {
        '０'..='９' => Some(u32::from(c) - u32::from('０')),
        '〇' => Some(0),
        '幺' => Some(1),
        _ => CHINESE.chars().zip(0..).find(|(digit, _)| *digit == c).map(|(_, value)| value),
    };
    value.and_then(|v| char::from_digit(v, 10)).unwrap_or(c)
}

/// Whether digits 7 to 14 of an id are a date of birth.
fn born(id: &str) -> bool {
    let part = |r: Range<usize>| id.get(r).and_then(|s| s.parse::<u32>().ok()).unwrap_or_default();
    (1900..2100).contains(&part(6..10))
        && (1..=12).contains(&part(10..12))
        && (1..=31).contains(&part(12..14))
}

/// Handles after the name of a messenger, handles that make up a whole message or stand anywhere beside a
/// messenger's name, and mail addresses: the first two characters stay.
fn handles(text: &str, hidden: &mut Vec<Range<usize>>) {
    for re in [&*HANDLE, &*MAIL].into_iter().flatten() {
        for found in re.captures_iter(text).filter_map(|c| c.get(1)) {
            let keep: usize = found.as_str().chars().take(2).map(char::len_utf8).sum();
            hidden.push(found.start() + keep..found.end());
        }
    }
    let spoken = CONTACT.as_ref().is_some_and(|re| re.is_match(text));
    for token in TOKEN.iter().flat_map(|re| re.find_iter(text)) {
        let alone = token.as_str() == text.trim();
        if (6..=20).contains(&token.len()) && (spoken || alone) {
            hidden.push(token.start() + 2..token.end());
        }
    }
}

/// The part of an address below the last administrative unit that it names: 上海市浦东新区****.
fn addresses(text: &str, hidden: &mut Vec<Range<usize>>) {
    let Some(re) = &*ADDRESS else { return };
    for found in re.captures_iter(text) {
        let Some(detail) = found.get(1).or_else(|| found.get(2)) else { continue };
        let end = found.get(3).map_or(detail.end(), |rest| rest.end());
        hidden.push(detail.start() + unit_end(detail.as_str())..end);
    }
}

/// Where the last 省, 市, 区 or 县 of a text ends (bytes), 小区 and 社区 not being such; 0 when there is none.
fn unit_end(text: &str) -> usize {
    let mut ends = text.char_indices().filter(|&(at, c)| {
        let before = text.get(..at).unwrap_or_default();
        matches!(c, '省' | '市' | '区' | '县') && !(c == '区' && before.ends_with(['小', '社']))
    });
    ends.next_back().map_or(0, |(at, c)| at + c.len_utf8())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn masked(text: &str) -> String {
        mask(text, &[]).0
    }

    #[test]
    fn hides_what_names_a_person() {
        let cases = [
            ("电话13812345678谢谢", "电话138****5678谢谢"),
            ("138-1234-5678", "138-****-5678"),
            ("１３８１２３４５６７８", "１３８****５６７８"),
            ("13812345678 2件", "138****5678 2件"),
            ("138 1234 5678 2件", "138 **** 5678 2件"),
            ("2件 138.1234.5678", "2件 138.****.5678"),
            ("1 13812345678-13912345678", "1 138****5678-139****5678"),
            ("一三八1二3四五六七八", "一三八****五六七八"),
            ("id 440106199003071234", "id 44**************34"),
            ("+8613812345678", "+86138****5678"),
            ("身份证11010119900307123X哦", "身份证11**************3X哦"),
            ("卡号 6222 0212 3456 7890 123", "卡号 6222 **** **** ***0 123"),
            ("4111111111111111", "4111********1111"),
            ("座机021-12345678", "座机021-******78"),
            ("加微信：abc_12345吧", "加微信：ab*******吧"),
            ("您加一下 jcdn7359 我这边", "您加一下 jc****** 我这边"),
            ("abc_12345", "ab*******"),
            ("QQ 123456789", "QQ 12*******"),
            ("邮箱wangfei@example.com", "邮箱wa*****@example.com"),
            ("收货地址：上海市浦东新区张江路88号3栋201室", "收货地址：上海市浦东新区************"),
            ("寄金水区文化路88号绿城3号楼1单元502，谢谢", "寄金水区*****************，谢谢"),
            ("我住幸福小区5号楼", "*********"),
        ];
        for (text, expected) in cases {
            assert_eq!(masked(text), expected, "{text}");
        }
    }

    #[test]
    fn leaves_other_numbers_alone() {
        for text in [
            "订单号1234567890123456789",
            "一共1280元，3天到",
            "快递在路上，5号到",
            "微信不能用哦",
            "QQ糖2包",
            "这个hdr400是什么",
            "2024-03-02 10:11:12",
            "不开发票",
        ] {
            assert_eq!(masked(text), text);
        }
    }

    /// What addresses, numbers and handles are made of, and what stands between them.
    const PIECES: [&str; 32] = [
        "138",
        "1234",
        "5678",
        "０２１",
        "٣٤",
        "一三八零",
        "6222",
        "X",
        "卡号",
        "微信",
        "vx",
        "abc_1",
        "ſKab1",
        "@a.com",
        "wang",
        "省",
        "市",
        "区",
        "文化",
        "路",
        "弄",
        "胡同",
        "二组",
        "村",
        "88",
        "号",
        "楼",
        "室",
        " ",
        "-",
        "：",
        "哦",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        /// Texts with too few signs to be searched have nothing to hide.
        #[test]
        fn what_is_not_searched_has_nothing_to_hide(
            text in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..9).prop_map(|pieces| pieces.concat())
        ) {
            let mut hidden = Vec::new();
            digits(&text, &mut hidden);
            handles(&text, &mut hidden);
            addresses(&text, &mut hidden);
            let all = replace(&text, &[], |at, c| if hidden.iter().any(|h| h.contains(&at)) { '*' } else { c });
            prop_assert_eq!(mask(&text, &[]), all);
        }
    }

    #[test]
    fn spans_follow_the_characters() {
        let text = "打１３８１２３４５６７８加微信";
        let start = text.find("加微信").unwrap();
        let (masked, spans) = mask(text, &[Span::new(0, 3), Span::new(start, text.len())]);
        assert_eq!(masked.chars().count(), text.chars().count());
        assert_eq!(spans.iter().map(|s| s.of(&masked)).collect::<Vec<_>>(), ["打", "加微信"]);
    }

    #[test]
    fn a_buyer_keeps_one_character() {
        assert_eq!((buyer("张三丰"), buyer("tb1"), buyer("")), ("张**".into(), "t**".into(), String::new()));
    }
}
