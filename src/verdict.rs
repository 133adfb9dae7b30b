//! The exit code, computed before anything is printed and the same for every format: 0 clean, 1 findings at or
//! above the chosen level, 2 something was lost. 2 wins over 1. It prints nothing.

use crate::finding::Level;

/// From which level on findings fail the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FailOn {
    /// Violations.
    #[default]
    Violation,
    /// Violations and warnings.
    Warning,
    /// Any finding.
    Notice,
    /// Findings never fail the run.
    Never,
}

impl FailOn {
    fn holds(self, level: Level) -> bool {
        match self {
            Self::Violation => level >= Level::Violation,
            Self::Warning => level >= Level::Warning,
            Self::Notice => true,
            Self::Never => false,
        }
    }
}

/// How many rows may be lost before the run counts as failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowance {
    /// At most so many rows.
    Rows(u64),
    /// At most so many thousandths of a percent of all rows.
    MilliPercent(u64),
}

impl Default for Allowance {
    fn default() -> Self {
        Self::Rows(0)
    }
}

impl Allowance {
    fn covers(self, rejected: u64, rows: u64) -> bool {
        match self {
            Self::Rows(n) => rejected <= n,
            // Whole numbers, so that 0.1% of 1000 rows is exactly 1 row.
            Self::MilliPercent(n) => u128::from(rejected) * 100_000 <= u128::from(n) * u128::from(rows),
        }
    }
}

/// What was lost on the way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lost {
    /// Rows read, the rejected ones among them.
    pub rows: u64,
    /// Rows that could not be used.
    pub rejected: u64,
    /// Whole files, rules or detectors that failed. No allowance covers these.
    pub whole: u64,
}

/// How the run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing at or above the chosen level.
    Clean,
    /// Findings at or above the chosen level.
    Found,
    /// The job could not be done in full.
    Failed,
}

impl Verdict {
    /// The exit code.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Found => 1,
            Self::Failed => 2,
        }
    }
}

/// Weighs findings and losses.
#[must_use]
pub fn verdict(
    levels: impl IntoIterator<Item = Level>,
    fail_on: FailOn,
    lost: Lost,
    allow: Allowance,
) -> Verdict {
    if lost.whole > 0 || !allow.covers(lost.rejected, lost.rows) {
        return Verdict::Failed;
    }
    if levels.into_iter().any(|level| fail_on.holds(level)) { Verdict::Found } else { Verdict::Clean }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(levels: &[Level], fail_on: FailOn, lost: Lost, allow: Allowance) -> u8 {
        verdict(levels.iter().copied(), fail_on, lost, allow).code()
    }

    #[test]
    fn findings_count_from_the_chosen_level_on() {
        let of = |level, fail_on| code(&[level], fail_on, Lost::default(), Allowance::default());
        let levels = [Level::Violation, Level::Warning, Level::Notice];
        let row = |fail_on| levels.map(|level| of(level, fail_on));
        assert_eq!(row(FailOn::Violation), [1, 0, 0]);
        assert_eq!(row(FailOn::Warning), [1, 1, 0]);
        assert_eq!(row(FailOn::Notice), [1, 1, 1]);
        assert_eq!(row(FailOn::Never), [0, 0, 0]);
        assert_eq!(code(&[], FailOn::Notice, Lost::default(), Allowance::default()), 0);
    }

    #[test]
    fn losses_win_over_findings_unless_allowed() {
        let lost = Lost { rows: 1000, rejected: 2, whole: 0 };
        let of = |allow| code(&[Level::Violation], FailOn::Violation, lost, allow);
        assert_eq!(of(Allowance::Rows(1)), 2);
        assert_eq!(of(Allowance::Rows(2)), 1);
        assert_eq!(of(Allowance::MilliPercent(199)), 2);
        assert_eq!(of(Allowance::MilliPercent(200)), 1);
    }

    #[test]
    fn a_lost_file_is_never_allowed() {
        let lost = Lost { rows: 10, rejected: 0, whole: 1 };
        assert_eq!(code(&[], FailOn::Never, lost, Allowance::MilliPercent(100_000)), 2);
    }
}
