//! What a text must hold for there to be anything to hide. Most lines hold none of it, and need no search.

/// What a text holds of it.
#[derive(Default)]
pub(super) struct Signs {
    /// Digits and Chinese numerals, those of other scripts by their bytes.
    pub(super) digits: usize,
    /// The longest row of letters and digits that handles are made of.
    pub(super) letters: usize,
    /// An @.
    pub(super) at: bool,
    /// A sign of a street.
    pub(super) street: bool,
    /// A sign of a house number.
    pub(super) door: bool,
}

impl Signs {
    /// Looks over a text.
    pub(super) fn of(text: &str) -> Self {
        let mut signs = Self::default();
        let mut row = 0;
        for c in text.chars() {
            row = if is_of_handle(c) { row + 1 } else { 0 };
            signs.letters = signs.letters.max(row);
            signs.at |= c == '@';
            match told(c) {
                Some(Told::Numeral) => signs.digits += 1,
                Some(Told::Foreign) => signs.digits += c.len_utf8(),
                Some(Told::Street) => signs.street = true,
                Some(Told::Door) => signs.door = true,
                Some(Told::Lane) => (signs.street, signs.door) = (true, true),
                None => {}
            }
        }
        signs
    }
}

/// Whether handles can be made of it. Patterns that ignore case take the long s and the Kelvin sign for letters.
fn is_of_handle(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | 'ſ' | '\u{212A}')
}

/// What a character may be part of.
enum Told {
    /// A digit or a Chinese numeral.
    Numeral,
    /// A digit of another script, whose bytes count where numbers are told by their length.
    Foreign,
    /// One of these is in the name of every street, village and block.
    Street,
    /// One of these follows every house number.
    Door,
    /// Both of it: a lane may have a number, and be one.
    Lane,
}

/// What a character tells. One kind a line reads better than one character a line.
#[rustfmt::skip]
fn told(c: char) -> Option<Told> {
    match c {
        '0'..='9' | '０'..='９' => Some(Told::Numeral),
        '零' | '〇' | '幺' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '百' => Some(Told::Numeral),
        '路' | '街' | '道' | '巷' | '同' | '村' | '镇' | '乡' | '区' | '园' | '苑' | '寓' | '厦' | '场' | '屯' => Some(Told::Street),
        '号' | '栋' | '幢' | '元' | '室' | '楼' | '座' | '户' | '院' => Some(Told::Door),
        '弄' | '组' => Some(Told::Lane),
        // Among Chinese characters and their punctuation there are no other digits.
        '\0'..='\x7f' | '\u{3000}'..='\u{9fff}' => None,
        c if c.is_numeric() => Some(Told::Foreign),
        _ => None,
    }
}
