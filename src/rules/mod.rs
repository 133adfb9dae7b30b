//! Rule files: the written form, its checks, and the compiled form that only those checks can produce.

pub mod casework;
pub mod compile;
pub mod dialogue;
pub mod expr;
pub mod flaw;
pub mod form;
pub(crate) mod ladders;
pub mod lint;
pub mod literals;
pub mod load;
pub mod meta;
pub mod pack;
pub mod read;
mod short;
pub mod sugar;
mod vocabulary;
pub mod written;
