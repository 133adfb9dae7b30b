//! `kefu-audit rules ...`: one file per sub-command.

pub mod backtest;
pub mod check;
mod cross;
pub mod doc;
pub mod draft;
pub mod init;
pub mod learn;
pub mod list;
pub mod schema;
pub mod show;
pub mod test;
pub mod train;

use comfy_table::{ContentArrangement, Table, presets};

use crate::cli::{Rules, output};
use crate::cmd::{FAILED, Streams};
use crate::report::problems;
use crate::report::words::pick;
use crate::say::Lang;

/// Runs the sub-command; the exit code comes back.
pub fn run(rules: &Rules, streams: &mut Streams<'_>) -> u8 {
    match rules {
        Rules::List(settings) => list::run(settings, streams),
        Rules::Show(settings) => show::run(settings, streams),
        Rules::Check(settings) => check::run(settings, streams),
        Rules::Test(settings) => test::run(settings, streams),
        Rules::Draft(settings) => draft::run(settings, streams),
        Rules::Learn(settings) => learn::run(settings, streams),
        Rules::Doc(settings) => doc::run(settings, streams),
        Rules::Schema(settings) => schema::run(settings, streams),
        Rules::Init(settings) => init::run(settings, streams),
        Rules::Backtest(settings) => backtest::run(settings, streams),
        Rules::Train(settings) => train::run(settings, streams),
    }
}

/// Prints a text, or writes it to a file; `code` comes back when that went well.
fn print(text: &str, file: Option<&std::path::Path>, code: u8, lang: Lang, streams: &mut Streams<'_>) -> u8 {
    match output::write(file, streams.out, |out| out.write_all(text.as_bytes())) {
        Ok(()) => code,
        Err(problem) => {
            let _ = problems::write(&[problem], lang, streams.err);
            FAILED
        }
    }
}

/// An empty table that fits the width.
fn grid(heads: &[(&str, &str)], width: u16, lang: Lang) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .force_no_tty()
        .set_width(width.max(40))
        .set_header(heads.iter().map(|(zh, en)| pick(lang, zh, en)));
    table
}
