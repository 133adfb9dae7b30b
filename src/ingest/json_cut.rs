//! Finds the values of a JSON text without parsing them: the elements of a top-level array, one value per line, or
//! values one after the other. It keeps nothing but where it stands.

use super::cut::newlines;

/// One value within a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Newlines between the start of the piece and the value.
    pub(super) lines: u64,
}

/// What the next bytes hold.
pub(super) enum Step {
    /// Whole values, and how many bytes they take; no value when only blanks or brackets were there.
    Elements { elements: Vec<Element>, end: usize },
    /// The value is not whole yet.
    More,
    /// The first `length` bytes can never become a value.
    Broken { length: usize },
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Unknown,
    /// One value per line, so that a broken line costs that line alone.
    Lines,
    /// Elements of one array, or values after each other.
    Values,
}

/// Where the reading stands.
pub(super) struct Reader {
    mode: Mode,
}

impl Reader {
    pub(super) fn new() -> Self {
        Self { mode: Mode::Unknown }
    }

    /// Looks at the buffer, which begins where the last step ended.
    pub(super) fn step(&mut self, bytes: &[u8], ended: bool) -> Step {
        let (mode, from) = if self.mode == Mode::Unknown { first_look(bytes) } else { (self.mode, 0) };
        let step = match mode {
            Mode::Lines => lines(bytes, ended),
            _ => values(bytes, from, ended),
        };
        // Until something was taken the buffer still begins with the array's bracket.
        if !matches!(step, Step::More) {
            self.mode = mode;
        }
        step
    }
}

/// The mode, and how many bytes come before the first value.
fn first_look(bytes: &[u8]) -> (Mode, usize) {
    let blank = bytes.iter().take_while(|b| b.is_ascii_whitespace()).count();
    let text = bytes.get(blank..).unwrap_or_default();
    if text.first() == Some(&b'[') {
        return (Mode::Values, blank + 1);
    }
    let line = text.get(..super::cut::first_line(text)).unwrap_or_default();
    let whole = serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok();
    (if whole { Mode::Lines } else { Mode::Values }, 0)
}

fn lines(bytes: &[u8], ended: bool) -> Step {
    let whole = if ended { bytes.len() } else { memchr::memrchr(b'\n', bytes).map_or(0, |i| i + 1) };
    if whole == 0 {
        return Step::More;
    }
    let mut elements = Vec::new();
    let (mut start, mut count) = (0, 0);
    while start < whole {
        let rest = bytes.get(start..whole).unwrap_or_default();
        let length = super::cut::first_line(rest);
        let end = start + length;
        if rest.get(..length).is_some_and(|line| !line.trim_ascii().is_empty()) {
            elements.push(Element { start, end, lines: count });
        }
        count += 1;
        start = end;
    }
    Step::Elements { elements, end: whole }
}

fn values(bytes: &[u8], from: usize, ended: bool) -> Step {
    let mut elements = Vec::new();
    let (mut at, mut counted, mut count) = (from, 0, 0);
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        at += rest.iter().take_while(|b| b.is_ascii_whitespace() || matches!(**b, b',' | b']')).count();
        let rest = bytes.get(at..).unwrap_or_default();
        if rest.is_empty() {
            return Step::Elements { elements, end: at };
        }
        let Some(length) = value(rest, ended) else {
            return match (elements.is_empty(), ended) {
                (false, _) => Step::Elements { elements, end: at },
                (true, false) => Step::More,
                (true, true) => Step::Broken { length: bytes.len() },
            };
        };
        count += newlines(bytes.get(counted..at).unwrap_or_default());
        counted = at;
        elements.push(Element { start: at, end: at + length, lines: count });
        at += length;
    }
}

/// The length of the value at the start of `bytes`, when it is whole.
fn value(bytes: &[u8], ended: bool) -> Option<usize> {
    if !matches!(bytes.first(), Some(b'{' | b'[' | b'"')) {
        let plain = bytes.iter().position(|b| matches!(b, b',' | b']' | b'}' | b'\n' | b' ' | b'{' | b'['));
        // At least one byte, so that a stray bracket is stepped over and told as broken.
        return plain.map(|n| n.max(1)).or(ended.then_some(bytes.len()));
    }
    let (mut depth, mut quoted, mut at) = (0usize, false, 0);
    loop {
        let rest = bytes.get(at..)?;
        if quoted {
            let i = memchr::memchr2(b'"', b'\\', rest)?;
            if rest.get(i) == Some(&b'\\') {
                at += i + 2;
                continue;
            }
            quoted = false;
            at += i + 1;
        } else {
            let i = rest.iter().position(|b| matches!(b, b'"' | b'{' | b'[' | b'}' | b']'))?;
            at += i + 1;
            match rest.get(i) {
                Some(b'"') => quoted = true,
                Some(b'{' | b'[') => depth += 1,
                _ => depth = depth.saturating_sub(1),
            }
        }
        if depth == 0 && !quoted {
            return Some(at);
        }
    }
}
