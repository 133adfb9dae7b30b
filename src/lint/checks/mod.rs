//! The checks that only templates have, one file each. Their titles, levels and reasons are data of the pack; a check
//! that the rule files leave out does not run.

mod duplicate;
mod length;
mod placeholder;
mod promotion;
mod script;

pub(super) use duplicate::letters;

use crate::lint::found::{Desk, Found};

/// Runs every check.
pub(super) fn run(desk: &Desk<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for check in [placeholder::run, length::run, duplicate::run, promotion::run, script::run] {
        check(desk, &mut found);
    }
    found
}
