//! Traditional and simplified characters in one text. A character is traditional when it has a simplified form, and
//! simplified when the encoding of traditional Chinese (Big5) lacks it; what both scripts share counts for neither.

use encoding_rs::BIG5;

use crate::lint::found::{Desk, Found};
use crate::say::Say;
use crate::span::Span;
use crate::text::fold::fold;
use crate::text::normal::is_han;

pub(super) fn run(desk: &Desk<'_>, out: &mut Vec<Found>) {
    let Some(meta) = desk.lint.check("template-script-mixed") else { return };
    for (n, template, _) in desk.each() {
        let text = &template.text.text;
        let mut traditional = text.char_indices().filter(|(_, c)| is_traditional(*c));
        let Some((at, old)) = traditional.next() else { continue };
        let Some(new) = text.chars().find(|c| is_simplified(*c)) else { continue };
        let spans = std::iter::once((at, old))
            .chain(traditional)
            .map(|(at, c)| Span::new(at, at + c.len_utf8()))
            .collect();
        let why = Say::new(
            format!("“{old}”是繁体，“{new}”是简体。"),
            format!("\"{old}\" is traditional, \"{new}\" simplified."),
        );
        out.push(Found { spans, ..Found::new(meta, n, Span::new(at, at), why) });
    }
}

fn is_traditional(c: char) -> bool {
    is_han(c) && fold(c) != c && is_han(fold(c)) && in_big5(c)
}

fn is_simplified(c: char) -> bool {
    is_han(c) && fold(c) == c && !in_big5(c)
}

fn in_big5(c: char) -> bool {
    let (_, _, unmappable) = BIG5.encode(c.encode_utf8(&mut [0; 4]));
    !unmappable
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_characters_count_for_neither_script() {
        assert!("發貨後裡麵".chars().all(is_traditional));
        assert!("发货们这".chars().all(is_simplified));
        for c in "的不是好后里台面亲".chars() {
            assert!(!is_traditional(c), "{c}");
        }
        for c in "的不是好后里台面".chars() {
            assert!(!is_simplified(c), "{c}");
        }
    }
}
