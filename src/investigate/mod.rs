//! One complaint and everything about it: finds the conversations, judges them with the same engine as an audit, and puts
//! together one [`Dossier`] that every format shows. It reads logs through `ingest` and writes nothing.

mod buyer;
mod decide;
pub mod dossier;
mod due;
pub mod find;
mod promises;
mod timeline;
mod weigh;

pub use decide::complaint;
pub use dossier::Dossier;
pub use find::{Candidate, Found, Query, find};
pub use weigh::{Context, Desk, build};
