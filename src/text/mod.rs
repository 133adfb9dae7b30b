//! The text as patterns see it: folded characters, evasions undone, with a way back to the original offsets.
//! Nothing here knows of rules or messages.

pub mod check;
pub mod fold;
pub mod lookalike;
pub mod normal;
pub(crate) mod numerals;
pub(crate) mod slips;

use std::borrow::Cow;

/// Bytes as a text, with a mark where they are none. Nearly all are a text throughout, which is asked first and fast.
#[must_use]
pub fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    simdutf8::basic::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}
