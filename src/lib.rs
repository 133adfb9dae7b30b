//! kefu-audit: an auditor of customer-service chat logs for Chinese e-commerce.
//!
//! A log goes one way through the layers, and each layer imports only from those above it in this list:
//!
//! - vocabulary: `span`, `text`, `ids`, `say`
//! - data: `model`, `problem`, `spill` (bytes put aside), `tally`, `mask`
//! - `finding`: what was seen, what the judge needs of it, the shelf
//! - `rules` (written form, checks, compiled form), `ingest` (formats, decoding, assembling), `taught` (weights)
//! - `detect`: turns, signals, cases, taught models, native rules on a conversation
//! - `kpi`: response times and their companions
//! - `engine`, `lint` (reply templates), `selftest`, `scrutiny` (doubts about rule files), `train`
//! - `judge`, `investigate`, `verdict`, `report`, `manual` (rules in words), `cli`, `cmd`
//!
//! `tests/layers.rs` holds that order.
//!
//! The library neither prints nor exits: `main.rs` is the only place that does.

pub mod cli;
pub mod cmd;
pub mod detect;
pub mod engine;
pub mod finding;
pub mod ids;
pub mod ingest;
pub mod investigate;
pub mod judge;
pub mod kpi;
pub mod lint;
pub mod manual;
pub mod mask;
pub mod model;
pub mod problem;
pub mod report;
pub mod rules;
pub mod say;
pub mod scrutiny;
pub mod selftest;
pub mod span;
pub mod spill;
pub mod tally;
pub mod taught;
pub mod text;
pub mod train;
pub mod verdict;
