//! What one character becomes before matching: compatibility forms, lower case, simplified characters, one form for
//! each punctuation mark. Only single characters are looked at; what depends on neighbours is done in `normal`.

use std::sync::OnceLock;

use crate::text::{numerals, slips};

include!(concat!(env!("OUT_DIR"), "/fold_table.rs"));

/// Stands for a character that vanishes. No text holds it after folding: it is not a valid scalar of any script.
pub(crate) const GONE: char = '\u{FFFF}';

/// What a folded character may call for, as bits; see `normal`.
pub(crate) mod class {
    /// A sign or blank whose meaning depends on its neighbours.
    pub(crate) const ODD: u8 = 1;
    /// A digit written in Chinese, or a character that sounds like one.
    pub(crate) const NUMERAL: u8 = 2;
    /// A character that a common typing slip is told by.
    pub(crate) const SLIP: u8 = 4;
}

/// A character folded, with its class.
pub(crate) fn look(c: char) -> (char, u8) {
    let table = basic_plane();
    let entry = |code: u32| table.get(code as usize).copied().unwrap_or(code);
    let code = u32::from(c);
    let entry = if code <= 0xFFFF {
        entry(code)
    } else {
        match beyond(code) {
            // What it becomes may have a class of its own.
            Some(plain) if u32::from(plain) <= 0xFFFF => entry(u32::from(plain)),
            plain => return (plain.unwrap_or(c), 0),
        }
    };
    (char::from_u32(entry & 0xFFFF).unwrap_or(c), u8::try_from(entry >> 16).unwrap_or(0))
}

/// Folds a character; [`GONE`] when it carries no meaning (zero-width signs, variation selectors, accents).
pub(crate) fn fold(c: char) -> char {
    look(c).0
}

/// Every character that folds to `c`, itself among them if it does.
#[must_use]
pub(crate) fn sources(c: char) -> Vec<char> {
    // Nothing beyond the second supplementary plane folds to anything else.
    ('\0'..='\u{2FFFF}').filter(|from| fold(*from) == c).collect()
}

fn ascii(c: char) -> char {
    match c {
        '!' => '！',
        '?' => '？',
        ';' => '；',
        '(' => '（',
        ')' => '）',
        '\t' | '\x0b' | '\x0c' | '\r' => ' ',
        '\n' => '\n',
        '\0'..='\x1f' | '\x7f' => GONE,
        _ => c.to_ascii_lowercase(),
    }
}

/// The table of the basic plane, filled on first use from the sparse pairs: the folded character and, above its sixteen
/// bits, its class.
fn basic_plane() -> &'static [u32] {
    static TABLE: OnceLock<Vec<u32>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let classes = classes();
        // The pairs come in the order of the codes.
        let mut pairs = FOLDED.iter().peekable();
        let entry = |code: u16| {
            let pair = pairs.next_if(|(from, _)| *from == u32::from(code));
            let plain = char::from_u32(pair.map_or(u32::from(code), |(_, to)| *to));
            let folded = plain.map_or(code, folded_code);
            let class = classes.get(usize::from(folded)).copied().unwrap_or_default();
            u32::from(folded) | u32::from(class) << 16
        };
        (0..=u16::MAX).map(entry).collect()
    })
}

/// Signs and blanks whose meaning depends on their neighbours.
const ODD: &str = " ,.:（*_^|·•-`@#$&\\";

/// The classes of the characters of the basic plane.
fn classes() -> Vec<u8> {
    let mut classes = vec![0; 1 << 16];
    let odd = ODD.chars().map(|c| (c, class::ODD));
    let numerals = numerals::signs().map(|c| (c, class::NUMERAL));
    let marks = slips::marks().map(|c| (c, class::SLIP));
    for (c, class) in odd.chain(numerals).chain(marks) {
        if let Some(classes) = classes.get_mut(c as usize) {
            *classes |= class;
        }
    }
    classes
}

/// What a character becomes, given its plain form by Unicode's tables.
fn folded_code(plain: char) -> u16 {
    let folded = match plain {
        c if c.is_ascii() => ascii(c),
        '➕' | '✚' => '+',
        '❤' | '♥' | '♡' | '❥' => '❤',
        // Digits in circles, brackets and with stops, which have no plain form of their own in Unicode's tables.
        '⓿' => '0',
        '❶'..='❾' => digit_from(plain, '❶'),
        '➀'..='➈' => digit_from(plain, '➀'),
        '➊'..='➒' => digit_from(plain, '➊'),
        '⓵'..='⓽' => digit_from(plain, '⓵'),
        '⑴'..='⑼' => digit_from(plain, '⑴'),
        '⒈'..='⒐' => digit_from(plain, '⒈'),
        '㈠'..='㈨' => digit_from(plain, '㈠'),
        '﹏' | '〜' | '∼' => '~',
        '﹔' => '；',
        '【' | '〔' | '〖' => '[',
        '】' | '〕' | '〗' => ']',
        '『' => '「',
        '』' => '」',
        '｡' | '．' => '。',
        '‘' | '’' => '\'',
        '“' | '”' | '〝' | '〞' => plain,
        c if vanishes(c) => GONE,
        c if c.is_whitespace() => ' ',
        c => c,
    };
    u16::try_from(u32::from(folded)).unwrap_or(u16::MAX)
}

/// Signs that are seen by nobody: zero-width, direction marks, selectors, combining accents.
fn vanishes(c: char) -> bool {
    matches!(u32::from(c), 0xAD | 0x0300..=0x036F | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F
        | 0x20E3 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFFD)
}

/// The digit of a row of nine signs that begins with one.
fn digit_from(c: char, one: char) -> char {
    u32::from(c).checked_sub(u32::from(one)).and_then(|n| char::from_digit(n + 1, 10)).unwrap_or(c)
}

fn beyond(code: u32) -> Option<char> {
    // Letters in black circles and squares, and those that flags are made of; hearts of any colour.
    let letter = |first: u32| char::from_u32(u32::from('a') + code - first);
    match code {
        0x1F150..=0x1F169 => return letter(0x1F150),
        0x1F170..=0x1F189 => return letter(0x1F170),
        0x1F1E6..=0x1F1FF => return letter(0x1F1E6),
        0x1F493..=0x1F49F | 0x1F5A4 | 0x1F90D | 0x1F90E | 0x1F9E1 => return Some('❤'),
        _ => {}
    }
    let at = FOLDED.binary_search_by_key(&code, |(from, _)| *from).ok()?;
    FOLDED.get(at).and_then(|(_, to)| char::from_u32(*to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_width_case_script_and_signs() {
        let cases = [
            ('Ａ', 'a'),
            ('發', '发'),
            ('③', '3'),
            ('➕', '+'),
            ('Ⓥ', 'v'),
            ('🆅', 'v'),
            ('➃', '4'),
            ('⓿', '0'),
            ('⑸', '5'),
            ('💗', '❤'),
            ('ù', 'u'),
            ('？', '？'),
            ('?', '？'),
        ];
        for (from, to) in cases {
            assert_eq!(fold(from), to, "{from}");
        }
        assert_eq!(fold('\u{200B}'), GONE);
        assert_eq!(fold('𝐕'), 'v');
        assert_eq!(fold('：'), ':');
    }
}
