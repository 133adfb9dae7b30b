//! kefu-audit: an auditor of customer-service chat logs for Chinese e-commerce.
//!
//! A log goes one way through the layers, and each layer imports only from those above it in this list:
//! vocabulary (`span`, `ids`, `say`, `text`), data (`model`, `problem`, `finding`), `rules` and `ingest`,
//! `detect`, `engine`, `judge`, `verdict`, `report`, `cli`, `cmd`. `tests/layers.rs` holds that order.
//!
//! The library neither prints nor exits: `main.rs` is the only place that does.

pub mod finding;
pub mod ids;
pub mod ingest;
pub mod model;
pub mod problem;
pub mod rules;
pub mod say;
pub mod span;
pub mod tally;
