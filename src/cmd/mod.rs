//! One short file per command: settings in, text out, exit code back. The streams are handed in by `main`.

pub mod audit;
pub mod bank;
pub mod estimate;
pub mod explain;
pub mod inspect;
pub mod investigate;
pub mod kpi;
pub mod lint;
pub mod logs;
pub mod own;
pub mod pack;
pub mod rules;

use std::io::Write;
use std::path::Path;

use crate::cli::Color;

/// Where a command writes, and what is known about the terminal.
pub struct Streams<'s> {
    /// For what was asked.
    pub out: &'s mut dyn Write,
    /// For problems and progress.
    pub err: &'s mut dyn Write,
    /// Whether `out` is a terminal.
    pub out_is_terminal: bool,
    /// Whether `err` is a terminal.
    pub err_is_terminal: bool,
    /// Columns of the terminal.
    pub width: u16,
    /// Whether the user asked for no colour by `NO_COLOR`.
    pub no_color: bool,
}

impl Streams<'_> {
    /// Whether what is written is coloured: by what the user wants, and whether it goes to a terminal.
    fn paints(&self, color: Color, output: Option<&Path>) -> bool {
        color.on(output.is_none() && self.out_is_terminal, self.no_color)
    }
}

/// The exit code of a job that could not be done.
pub const FAILED: u8 = 2;
