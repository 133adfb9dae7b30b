//! Logs in JSON: layouts that are known by heart, each one a [`Table`] of data, and any other whose keys go by known
//! names. It turns values into rows of columns; roles, times and kinds are judged where every format's are.

mod desks;
mod hints;
mod jd;
mod known;
mod list;
mod named;
mod pdd;
mod reading;
mod recognise;
mod replies;
mod table;
mod taobao;
mod value;
mod walk;

pub(super) use list::*;
pub(in crate::ingest) use recognise::Manner;
pub(in crate::ingest) use table::Table;
pub(in crate::ingest) use walk::parse;
