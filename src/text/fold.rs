//! What one character becomes before matching: compatibility forms, lower case, simplified characters, one form for
//! each punctuation mark. Only single characters are looked at; what depends on neighbours is done in `normal`.

use std::sync::OnceLock;

include!(concat!(env!("OUT_DIR"), "/fold_table.rs"));

/// Stands for a character that vanishes. No text holds it after folding: it is not a valid scalar of any script.
pub(crate) const GONE: char = '\u{FFFF}';

/// Folds a character; [`GONE`] when it carries no meaning (zero-width signs, variation selectors, accents).
pub(crate) fn fold(c: char) -> char {
    if c.is_ascii() {
        return ascii(c);
    }
    let code = u32::from(c);
    match u16::try_from(code) {
        Ok(low) => char::from_u32(u32::from(basic_plane().get(usize::from(low)).copied().unwrap_or(low)))
            .unwrap_or(c),
        Err(_) => beyond(code).unwrap_or(c),
    }
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

/// The table of the basic plane, filled on first use from the sparse pairs.
fn basic_plane() -> &'static [u16] {
    static TABLE: OnceLock<Vec<u16>> = OnceLock::new();
    TABLE.get_or_init(|| {
        (0..=u16::MAX).map(|code| char::from_u32(u32::from(code)).map_or(code, folded_code)).collect()
    })
}

fn folded_code(c: char) -> u16 {
    let plain = beyond(u32::from(c)).unwrap_or(c);
    let folded = match plain {
        c if c.is_ascii() => ascii(c),
        '➕' => '+',
        '❤' | '♥' | '♡' => '❤',
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

fn beyond(code: u32) -> Option<char> {
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
