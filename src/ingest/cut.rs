//! Where CSV records end, told from quotes alone with the rules of the `csv` crate: a quote opens only at the
//! start of a field. It works on UTF-8 and on raw GB18030, where no half of a character looks like a quote, a
//! comma or a line end.

use memchr::{memchr, memrchr};

/// What a walk over the quotes found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scan {
    /// The end of the last whole record (after its newline); 0 when none is whole.
    pub(super) border: usize,
    /// The bytes end inside a quoted field.
    pub(super) inside: bool,
    /// Every closing quote is followed by a delimiter, a line end or the end of the bytes.
    pub(super) sound: bool,
}

/// Walks over `bytes`, which begin at the start of a record.
pub(super) fn scan(bytes: &[u8], delimiter: u8) -> Scan {
    let mut found = Scan { border: 0, inside: false, sound: true };
    // `from`: where the present stretch outside of quotes begins; `at`: how far it was looked at.
    let (mut from, mut at) = (0, 0);
    while let Some(quote) = next(bytes, at, b'"') {
        let opens = match quote.checked_sub(1).and_then(|i| bytes.get(i)) {
            None => true,
            Some(before) => ends_field(*before, delimiter),
        };
        if !opens {
            at = quote + 1;
            continue;
        }
        border(&mut found, bytes, from, quote);
        let mut inner = quote + 1;
        loop {
            let Some(close) = next(bytes, inner, b'"') else {
                found.inside = true;
                return found;
            };
            match bytes.get(close + 1) {
                Some(b'"') => inner = close + 2,
                after => {
                    found.sound &= after.is_none_or(|b| ends_field(*b, delimiter));
                    (from, at) = (close + 1, close + 1);
                    break;
                }
            }
        }
    }
    border(&mut found, bytes, from, bytes.len());
    found
}

fn next(bytes: &[u8], from: usize, byte: u8) -> Option<usize> {
    memchr(byte, bytes.get(from..)?).map(|i| from + i)
}

fn border(found: &mut Scan, bytes: &[u8], from: usize, to: usize) {
    if let Some(newline) = bytes.get(from..to).and_then(|stretch| memrchr(b'\n', stretch)) {
        found.border = from + newline + 1;
    }
}

fn ends_field(byte: u8, delimiter: u8) -> bool {
    byte == delimiter || matches!(byte, b'\n' | b'\r')
}

/// The length of the first physical line with its newline; all of `bytes` when there is none.
pub(super) fn first_line(bytes: &[u8]) -> usize {
    memchr(b'\n', bytes).map_or(bytes.len(), |i| i + 1)
}

/// How many newlines there are.
pub(super) fn newlines(bytes: &[u8]) -> u64 {
    // Counting is far quicker than walking from one to the next.
    u64::try_from(memchr::memchr_iter(b'\n', bytes).count()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn borders_keep_out_of_quotes() {
        let s = scan(b"a,b\n\"x\ny\",c\nd", b',');
        assert_eq!(s, Scan { border: 12, inside: false, sound: true });
        let s = scan(b"a,b\n\"x\ny,c\n", b',');
        assert_eq!((s.border, s.inside), (4, true));
        let s = scan(b"5\" screen,b\nc\n", b',');
        assert_eq!((s.border, s.inside), (14, false), "a quote within a field is a letter");
        let s = scan(b"\"say \"\"hi\"\"\",b\n", b',');
        assert_eq!((s.border, s.sound), (15, true));
        assert!(!scan(b"a,\"b\nc,\"d,e\"\n", b',').sound);
    }
}
