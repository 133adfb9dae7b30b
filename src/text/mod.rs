//! The text as patterns see it: folded characters, evasions undone, with a way back to the original offsets.
//! Nothing here knows of rules or messages.

pub mod check;
pub mod fold;
pub mod lookalike;
pub mod normal;
pub(crate) mod numerals;
pub(crate) mod slips;
