//! Rule files: the written form, its checks, and the compiled form that only those checks can produce.

pub mod casework;
pub mod columns;
pub mod compile;
pub mod dialogue;
pub mod expr;
pub mod flaw;
pub mod form;
pub(crate) mod ladders;
pub mod lazy;
pub mod lint;
pub mod literals;
pub mod load;
pub mod meta;
pub(crate) mod money;
pub mod native;
pub mod outline;
pub mod pack;
pub mod prepared;
pub mod profiles;
pub mod read;
pub mod schema;
mod short;
pub mod sugar;
mod terms;
pub mod timing;
mod vocabulary;
pub mod written;
