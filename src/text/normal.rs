//! Normalises one message: folds every character, undoes what people do to slip past filters (blanks or signs between
//! single characters, pinyin in brackets), and gives each punctuation mark one form. `Mapped` keeps, for every byte of
//! the result, where it came from, so that a hit can be shown in the words as they were written. Long numbers spelt in
//! Chinese become digits and clear typing slips the words meant; short numerals and variant names are left to the slots
//! and word lists of the rules.

use crate::span::Span;
use crate::text::fold::{GONE, class, look};
use crate::text::{numerals, slips};

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
        let mut classes = 0;
        let mut repeats = false;
        let mut last = ' ';
        for (from, original) in text.char_indices() {
            let (mut c, class) = look(original);
            if c == GONE {
                continue;
            }
            if c == '\n' {
                c = ' ';
            }
            if c == ' ' && last == ' ' {
                continue;
            }
            classes |= class;
            repeats |= c == last;
            last = c;
            self.cells.push(Cell { c, from: u32::try_from(from).unwrap_or(u32::MAX) });
        }
        if last == ' ' && !self.cells.is_empty() {
            self.cells.pop();
        }
        if classes & class::ODD != 0 {
            self.drop_glosses();
            self.drop_inserted();
            self.set_punctuation();
        }
        if classes & class::NUMERAL != 0 {
            self.read_numbers();
        }
        if repeats {
            self.shorten();
        }
        if classes & class::SLIP != 0 {
            self.mend_slips();
        }
    }

    /// `一三八零零零零八八八八` becomes `13800008888`.
    fn read_numbers(&mut self) {
        let is_digit = |c: char| c.is_ascii_digit() || look(c).1 & class::NUMERAL != 0;
        let mut start = 0;
        while start < self.cells.len() {
            let length = (start..).take_while(|i| is_digit(self.at(*i))).count();
            if length >= numerals::SHORTEST {
                let run: Vec<char> = (start..start + length).map(|i| self.at(i)).collect();
                for (cell, digit) in
                    self.cells.iter_mut().skip(start).zip(numerals::spelt(&run).into_iter().flatten())
                {
                    cell.c = digit;
                }
            }
            start += length + 1;
        }
    }

    /// `开不了哦哦哦` becomes `开不了哦`, `好好好好` becomes `好好`.
    fn shorten(&mut self) {
        let (mut before, mut last, mut run) = ('\n', '\n', 0);
        self.cells.retain(|cell| {
            if cell.c == last {
                run += 1;
            } else {
                (before, last, run) = (last, cell.c, 1);
            }
            let is_final = is_particle(last) && (is_han(before) || before.is_alphanumeric());
            let is_word = is_han(last) && look(last).1 & class::NUMERAL == 0;
            run == 1 || !is_final && (run == 2 || !is_word)
        });
    }

    fn mend_slips(&mut self) {
        for i in 0..self.cells.len() {
            if look(self.at(i)).1 & class::SLIP == 0 {
                continue;
            }
            if let Some((start, word)) = slips::find(i, |at| self.at(at)) {
                for (cell, c) in self.cells.iter_mut().skip(start).zip(word.chars()) {
                    cell.c = c;
                }
            }
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
            // A run of signs that no sentence has goes, `傻@#$帽`; a single one is looked at like a blank.
            let signs = (i..).take_while(|at_| is_sign(at(cells, *at_))).count();
            if signs > 1 {
                if !(after_han && is_han(at(cells, i + signs))) {
                    self.cells.extend(cells.iter().skip(i).take(signs));
                }
                i += signs;
                continue;
            }
            let between = after_han && is_han(at(cells, i + 1));
            let inserted = match cell.c {
                ' ' | '-' | '.' => between && is_spaced_out(cells, i),
                c => between && is_sign(c),
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

/// Signs that stand in no sentence.
fn is_sign(c: char) -> bool {
    matches!(c, '*' | '_' | '^' | '|' | '·' | '•' | '`' | '@' | '#' | '$' | '&' | '\\')
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

/// Particles that end a sentence and are drawn out at will.
fn is_particle(c: char) -> bool {
    "哦噢喔啊呀呢嘛吧啦咯呗嘞哟呐哒吗".contains(c)
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
            ("开不了哦哦哦", "开不了哦"),
            ("好好好好的", "好好的"),
            ("哦哦", "哦哦"),
            ("哈哈哈哈", "哈哈"),
            ("加我一三八零零零零八八八八", "加我13800008888"),
            ("扣9⓿二肆⁹₈③⑸⒋➃㈤㊄", "扣902498354455"),
            ("买二送一", "买二送一"),
            ("開法票加運廢", "开发票加运费"),
            ("傻@#$帽", "傻帽"),
            ("微❤💗", "微❤❤"),
            ("🅥🆇", "vx"),
        ];
        for (from, to) in cases {
            assert_eq!(normal(from), to, "{from}");
        }
    }

    /// What people do to words, one character at a time: signs that nobody sees, another script, another width.
    fn disguise(c: char, how: u8) -> String {
        match (how % 4, c) {
            (1, c) => format!("{c}\u{200B}"),
            (2, '发') => "發".to_owned(),
            (2, '开') => "開".to_owned(),
            (2, c) if c.is_ascii_alphanumeric() => {
                char::from_u32(u32::from(c) + 0xFEE0).map(String::from).unwrap_or_default()
            }
            (3, c) if is_han(c) => format!("{c}（xin）"),
            (3, c) => c.to_ascii_uppercase().to_string(),
            _ => c.to_string(),
        }
    }

    proptest! {
        /// Whoever points at the disguised words points at the span that comes back.
        #[test]
        fn a_hit_is_shown_in_the_words_as_written(
            word in prop::sample::select(vec!["加微信", "开发票", "发票加点", "加vx", "13800008888"]),
            before in "[亲您好，。 ]{0,6}",
            after in "[，。哦呢 ]{0,4}",
            how in prop::collection::vec(0u8..4, 12),
        ) {
            let shown: Vec<String> = word.chars().zip(&how).map(|(c, how)| disguise(c, *how)).collect();
            let text = format!("{before}{}{after}", shown.concat());
            let mapped = Normaliser::default().mapped(&text);
            let at = mapped.text.find(word);
            prop_assert!(at.is_some(), "{} in {}", word, mapped.text);
            let at = at.unwrap();
            let span = mapped.original(Span::new(at, at + word.len()), &text);
            prop_assert_eq!(span.start, before.len());
            // The last sign's own decoration may stay outside; its character may not.
            let last = shown.last().and_then(|s| s.chars().next()).map_or(0, char::len_utf8);
            let rest: usize = shown.iter().rev().skip(1).map(String::len).sum();
            prop_assert_eq!(span.end, before.len() + rest + last);
        }

        #[test]
        fn mapped_agrees_and_maps_onto_boundaries(text in "[a-z微信 全网最（）wu,.:*@#一三八扒衫哦好法票\u{200B}１２⓿❤🅥😊]{0,24}") {
            let mapped = Normaliser::default().mapped(&text);
            prop_assert_eq!(&mapped.text, &normal(&text));
            for (start, c) in mapped.text.char_indices() {
                let span = mapped.original(Span::new(start, start + c.len_utf8()), &text);
                prop_assert!(text.get(span.start..span.end).is_some_and(|words| !words.is_empty()));
            }
        }
    }
}
