//! Rule files: the written form, its checks, and the compiled form that only those checks can produce.

pub mod ladders;
pub mod meta;
pub mod pack;
pub mod sugar;
mod vocabulary;
pub mod written;
