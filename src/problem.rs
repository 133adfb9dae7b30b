//! Something that went wrong with an input, told to the person who must mend it: what, where, why, what next.
//! A problem never stops the run by itself; the verdict decides what it means.

use crate::say::Say;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Something was lost: a file, a row, a rule. The run ends with exit code 2 unless it was allowed.
    Error,
    /// Nothing was lost, but the reader should know.
    Warning,
}

/// A place in an input file.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file as the user named it.
    pub file: String,
    /// 1-based physical line; 0 when the whole file is meant.
    pub line: u64,
    /// The column's name or number, empty when the whole row is meant.
    pub column: String,
}

/// One problem. Equal problems of many rows are folded into one with a count (see [`Problem::count`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// A stable code such as `row-torn`, for filters and tests.
    pub code: &'static str,
    /// Whether something was lost.
    pub severity: Severity,
    /// Where the first case stands.
    pub place: Place,
    /// What is wrong, in one sentence with the offending value.
    pub what: Say,
    /// What to do next.
    pub next: Say,
    /// How many rows have this same problem in this file; at least 1.
    pub count: u64,
}
