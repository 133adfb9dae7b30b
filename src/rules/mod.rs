//! Rule files: the written form, its checks, and the compiled form that only those checks can produce.

pub mod expr;
pub mod flaw;
pub mod form;
pub mod literals;
pub mod meta;
pub mod sugar;
