//! Normalises one message: folds every character, undoes what people do to slip past filters (blanks or signs between
//! single characters, pinyin in brackets), and gives each punctuation mark one form. `Mapped` keeps, for every byte of
//! the result, where it came from, so that a hit can be shown in the words as they were written. It does not translate
//! Chinese numerals or variant names; slots and word lists of the rules do that.

use crate::span::Span;
use crate::text::fold::{GONE, fold};

/// One folded character and the byte of the original where it began.
#[derive(Clone, Copy)]
struct Cell {
    c: char,
    from: u32,
}

/// Normalises messages; keeps its scratch between calls.
#[derive(Default)]
pub struct Normaliser {
    cells: Vec<Cell>,
    /// The cells before a step that drops some.
    before: Vec<Cell>,
}

impl Normaliser {
    /// Appends the normalised form of `text` to `out`.
    pub fn append(&mut self, text: &str, out: &mut String) {
        self.fold(text);
        out.reserve(text.len());
        out.extend(self.cells.iter().map(|cell| cell.c));
    }

    /// The normalised form together with the way back.
    pub fn mapped(&mut self, text: &str) -> Mapped {
        self.fold(text);
        let mut mapped =
            Mapped { text: String::with_capacity(text.len()), from: Vec::new(), end: text.len() };
        for cell in &self.cells {
            mapped.text.push(cell.c);
            mapped.from.resize(mapped.text.len(), cell.from as usize);
        }
        mapped
    }

    fn fold(&mut self, text: &str) {
        self.cells.clear();
        let mut odd = false;
        let mut blank = true;
        for (from, original) in text.char_indices() {
            let mut c = fold(original);
            if c == GONE {
                continue;
            }
            if c == '\n' {
                c = ' ';
            }
            if c == ' ' {
                if blank {
                    continue;
                }
                odd = true;
            }
            blank = c == ' ';
            odd |= matches!(c, ',' | '.' | ':' | '（' | '*' | '_' | '^' | '|' | '·' | '•' | '-' | '`');
            self.cells.push(Cell { c, from: u32::try_from(from).unwrap_or(u32::MAX) });
        }
        if blank && !self.cells.is_empty() {
            self.cells.pop();
        }
        if odd {
            self.drop_glosses();
            self.drop_inserted();
            self.set_punctuation();
        }
    }

    fn at(&self, i: usize) -> char {
        at(&self.cells, i)
    }

    /// `务（wu）必` becomes `务必`.
    fn drop_glosses(&mut self) {
        std::mem::swap(&mut self.cells, &mut self.before);
        self.cells.clear();
        let cells = &self.before;
        let mut i = 0;
        while let Some(cell) = cells.get(i) {
            if cell.c == '（' && self.cells.last().is_some_and(|last| is_han(last.c)) {
                let letters = (1..=7).take_while(|n| at(cells, i + n).is_ascii_lowercase()).count();
                if letters > 0 && at(cells, i + letters + 1) == '）' && is_syllable(cells, i + 1, letters) {
                    i += letters + 2;
                    continue;
                }
            }
            self.cells.push(*cell);
            i += 1;
        }
    }

    /// Undoes `全 网 最 低`, `微*信`, `加-微-信`.
    fn drop_inserted(&mut self) {
        std::mem::swap(&mut self.cells, &mut self.before);
        self.cells.clear();
        let cells = &self.before;
        let mut i = 0;
        while let Some(cell) = cells.get(i) {
            let after_han = self.cells.last().is_some_and(|last| is_han(last.c));
            let between = after_han && is_han(at(cells, i + 1));
            let inserted = match cell.c {
                ' ' | '-' | '.' => between && is_spaced_out(cells, i),
                '*' | '_' | '^' | '|' | '·' | '•' | '`' => between,
                _ => false,
            };
            if !inserted {
                self.cells.push(*cell);
                i += 1;
                continue;
            }
            // The sign goes, and its equals that follow at every second place.
            while at(cells, i) == cell.c && is_han(at(cells, i + 1)) {
                self.cells.extend(cells.get(i + 1));
                i += 2;
            }
        }
    }

    /// Commas, stops and colons that are not part of a number or an address take their Chinese form.
    fn set_punctuation(&mut self) {
        for i in 0..self.cells.len() {
            let before = if i == 0 { '\n' } else { self.at(i - 1) };
            let after = self.at(i + 1);
            let inside = before.is_ascii_alphanumeric() && after.is_ascii_alphanumeric();
            let set = match self.at(i) {
                ',' if !(before.is_ascii_digit() && after.is_ascii_digit()) => '，',
                '.' if !inside => '。',
                ':' if !(before.is_ascii_digit() && after.is_ascii_digit() || after == '/') => '：',
                _ => continue,
            };
            if let Some(cell) = self.cells.get_mut(i) {
                cell.c = set;
            }
        }
    }
}

fn at(cells: &[Cell], i: usize) -> char {
    cells.get(i).map_or('\n', |cell| cell.c)
}

/// Whether letters look like one pinyin syllable: consonants, vowels, then at most n, ng or r.
fn is_syllable(cells: &[Cell], start: usize, len: usize) -> bool {
    let vowel = |c: char| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'v');
    let letters: String = (start..start + len).map(|i| at(cells, i)).collect();
    let Some(initial) = letters.find(vowel) else { return false };
    let (head, rest) = letters.split_at(initial);
    let tail = rest.trim_start_matches(vowel);
    let vowels = rest.len() - tail.len();
    head.len() <= 2 && !head.contains('v') && vowels <= 3 && matches!(tail, "" | "n" | "ng" | "r")
}

/// Whether at least two more of the same sign stand between single Han characters from `i` on.
fn is_spaced_out(cells: &[Cell], i: usize) -> bool {
    let sign = at(cells, i);
    // The last link may end in a longer word, so only links whose character stands alone count.
    let links =
        (0..3).take_while(|n| at(cells, i + 2 * n) == sign && is_han(at(cells, i + 2 * n + 1))).count();
    links == 3 || (links == 2 && at(cells, i + 4) != sign && !is_han(at(cells, i + 4)))
}

/// A normalised text and, for every byte of it, the byte of the original where its character began.
pub struct Mapped {
    /// The normalised text.
    pub text: String,
    from: Vec<usize>,
    end: usize,
}

impl Mapped {
    /// The stretch of the original that a stretch of the normalised text came from; both on character boundaries.
    #[must_use]
    pub fn original(&self, span: Span, original: &str) -> Span {
        let start = self.from.get(span.start).copied().unwrap_or(self.end);
        let last = span.end.checked_sub(1).and_then(|at| self.from.get(at)).copied().unwrap_or(start);
        let width = original.get(last..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        Span::new(start, (last + width).max(start))
    }
}

/// Whether a character is a Chinese one.
#[must_use]
pub fn is_han(c: char) -> bool {
    matches!(u32::from(c), 0x3400..=0x9FFF | 0x2_0000..=0x3_FFFF)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn normal(text: &str) -> String {
        let mut out = String::new();
        Normaliser::default().append(text, &mut out);
        out
    }

    #[test]
    fn undoes_evasion() {
        let cases = [
            ("發票開不了", "发票开不了"),
            ("全 网 最 低 价", "全网最低价"),
            ("微*信", "微信"),
            ("务（wù）必", "务必"),
            ("加我ＶＸ：abc", "加我vx：abc"),
            ("加➕Ⓥ", "加+v"),
            ("微\u{200B}信", "微信"),
            ("好的 在的", "好的 在的"),
            ("3.5元,12:30发,好.", "3.5元，12:30发，好。"),
            ("会员（vip）", "会员（vip）"),
            ("https://a.cn/b?x", "https://a.cn/b？x"),
            ("  多 余  ", "多 余"),
        ];
        for (from, to) in cases {
            assert_eq!(normal(from), to, "{from}");
        }
    }

    proptest! {
        #[test]
        fn mapped_agrees_and_maps_onto_boundaries(text in "[a-z微信 全网最（）wu,.:*发票\u{200B}１２😊]{0,24}") {
            let mapped = Normaliser::default().mapped(&text);
            prop_assert_eq!(&mapped.text, &normal(&text));
            for (start, c) in mapped.text.char_indices() {
                let span = mapped.original(Span::new(start, start + c.len_utf8()), &text);
                prop_assert!(text.get(span.start..span.end).is_some_and(|words| !words.is_empty()));
            }
        }
    }
}
