//! Which logs are meant and how they are read: the same settings for every command that reads logs.

use std::path::PathBuf;

use super::Reader;
use crate::cli::values;
use crate::ingest::formats::LogFormat;
use crate::model::{Platform, Stamp};

/// What to read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Files, folders and patterns, as given.
    pub logs: Vec<PathBuf>,
    /// Canonical column names with the header each stands under.
    pub columns: Vec<(String, String)>,
    /// The format of every log; told by content when none.
    pub input_format: Option<&'static LogFormat>,
    /// The marketplace of rows that name none.
    pub platform: Option<Platform>,
    /// The shop of rows that name none.
    pub shop: Option<String>,
    /// Silence in minutes that ends a conversation; the reader's default when none.
    pub gap_minutes: Option<u32>,
    /// Only this agent.
    pub agent: Option<String>,
    /// Only from this moment on.
    pub since: Option<Stamp>,
    /// Only before this moment.
    pub until: Option<Stamp>,
    /// Threads; as many as the machine has when none.
    pub threads: Option<u32>,
}

/// Reads them.
pub(super) fn reading(r: &mut Reader<'_>) -> Reading {
    Reading {
        agent: r.text("agent"),
        since: r.one("since", |o, v| values::moment(o, v, false)),
        until: r.one("until", |o, v| values::moment(o, v, true)),
        ..input(r)
    }
}

/// Reads them for a command that knows no scope.
pub(super) fn input(r: &mut Reader<'_>) -> Reading {
    Reading {
        logs: r.found.get_many::<PathBuf>("logs").into_iter().flatten().cloned().collect(),
        columns: r.many("column", values::column),
        input_format: r.one("input-format", values::input_format),
        platform: r.one("platform", values::platform),
        shop: r.text("shop"),
        gap_minutes: r.one("gap", |o, v| values::number(o, v, 1, 10_080)),
        threads: r.one("threads", |o, v| values::number(o, v, 1, 1024)),
        ..Reading::default()
    }
}
