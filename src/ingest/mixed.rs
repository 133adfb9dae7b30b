//! CSV bytes as UTF-8, line by line where a file is of two encodings: exports of different programs are often joined
//! into one file. Which of the two is the file's own was judged before.

use std::borrow::Cow;

use encoding_rs::GB18030;

/// Chinese characters that a line must have before it counts as one of the other encoding; fewer may be chance.
const ENOUGH: usize = 2;

/// A piece in UTF-8.
pub(super) struct Decoded<'a> {
    /// In the place of each sequence that is no character stands a byte that no UTF-8 has.
    pub(super) bytes: Cow<'a, [u8]>,
    /// Lines in the other encoding: how many lines come before the first, and how many there are.
    pub(super) other: Option<(u64, u64)>,
}

/// Decodes whole lines that are GB18030 or, for the most part, UTF-8.
pub(super) fn decode(raw: &[u8], gb18030: bool) -> Decoded<'_> {
    if !gb18030 && simdutf8::basic::from_utf8(raw).is_ok() {
        return Decoded { bytes: Cow::Borrowed(raw), other: None };
    }
    let mut bytes = Vec::with_capacity(raw.len() + raw.len() / 2);
    let mut other: Option<(u64, u64)> = None;
    // Lines of the file's own encoding are decoded together: one by one would be slow.
    let (mut own, mut at) = (0, 0);
    for (number, line) in (0..).zip(raw.split_inclusive(|b| *b == b'\n')) {
        let is_other = if gb18030 { is_utf8(line) } else { is_gb18030(line) };
        if is_other {
            decode_own(&mut bytes, raw.get(own..at).unwrap_or_default(), gb18030);
            // The other way round.
            decode_own(&mut bytes, line, !gb18030);
            own = at + line.len();
            let (_, count) = other.get_or_insert((number, 0));
            *count += 1;
        }
        at += line.len();
    }
    decode_own(&mut bytes, raw.get(own..).unwrap_or_default(), gb18030);
    Decoded { bytes: Cow::Owned(bytes), other }
}

fn decode_own(bytes: &mut Vec<u8>, raw: &[u8], gb18030: bool) {
    if !gb18030 {
        bytes.extend_from_slice(raw);
    } else if let Some(text) = GB18030.decode_without_bom_handling_and_without_replacement(raw) {
        bytes.extend_from_slice(text.as_bytes());
    } else {
        let (text, _) = GB18030.decode_without_bom_handling(raw);
        for (i, stretch) in text.split('\u{fffd}').enumerate() {
            if i > 0 {
                bytes.push(0xff);
            }
            bytes.extend_from_slice(stretch.as_bytes());
        }
    }
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// Whether a line amid GB18030 is UTF-8. Chinese in GB18030 hardly ever is by chance.
fn is_utf8(line: &[u8]) -> bool {
    !line.is_ascii()
        && std::str::from_utf8(line)
            .is_ok_and(|text| text.chars().filter(|c| is_han(*c)).nth(ENOUGH - 1).is_some())
}

/// Whether a line amid UTF-8 is GB18030, rather than UTF-8 with a torn character.
fn is_gb18030(line: &[u8]) -> bool {
    if line.is_ascii() || std::str::from_utf8(line).is_ok() {
        return false;
    }
    // Halves of GB18030 may make two bytes of UTF-8 by chance, but hardly the three of a Chinese character.
    let has_utf8 = line.utf8_chunks().any(|chunk| chunk.valid().chars().any(|c| c >= '\u{800}'));
    let text = GB18030.decode_without_bom_handling_and_without_replacement(line);
    !has_utf8 && text.is_some_and(|text| text.chars().filter(|c| is_han(*c)).nth(ENOUGH - 1).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_two_encodings() {
        let text = "买家,在吗\nagent,ok\n客服,在的亲\n";
        let gbk = GB18030.encode(text).0.into_owned();
        let utf8 = text.as_bytes();
        for (raw, gb18030, other) in [
            ([utf8, &gbk].concat(), false, Some((3, 2))),
            ([gbk.as_slice(), utf8].concat(), true, Some((3, 2))),
            ([utf8, utf8].concat(), false, None),
            ([gbk.as_slice(), &gbk].concat(), true, None),
        ] {
            let decoded = decode(&raw, gb18030);
            assert_eq!(String::from_utf8_lossy(&decoded.bytes), text.repeat(2));
            assert_eq!(decoded.other, other);
        }
        let torn = "买家,在\u{4f60}".as_bytes();
        let torn = &torn[..torn.len() - 1];
        assert_eq!(decode(torn, false).other, None);
        assert_eq!(decode(torn, false).bytes, torn);
        assert_eq!(
            decode(b"a,\xc4\xe3\xff\n", true).bytes,
            "a,你".as_bytes().iter().chain(b"\xff\n").copied().collect::<Vec<_>>()
        );
    }
}
