//! `kefu-audit rules ...`: one file per sub-command.

pub mod test;
pub mod train;

use crate::cli::Rules;
use crate::cmd::Streams;

/// Runs the sub-command; the exit code comes back.
pub fn run(rules: &Rules, streams: &mut Streams<'_>) -> u8 {
    match rules {
        Rules::Test(settings) => test::run(settings, streams),
        Rules::Train(settings) => train::run(settings, streams),
    }
}
