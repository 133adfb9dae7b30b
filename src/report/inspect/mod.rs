//! How each file was read, for people who want to know why a log is not understood, or whether it is: format, columns,
//! speakers, times, the first messages, problems, and what to do next. It reads nothing and decides nothing.

mod advice;
mod facts;
mod words;

use std::io;

use crate::ingest::Survey;
use crate::problem::Problem;
use crate::report::screen::{bold, plain, width};
use crate::report::{Style, problems};

/// One file.
pub struct Inspected<'s> {
    /// Its name: of an input, or of a part of one.
    pub name: &'s str,
    /// The input, as a command takes it.
    pub input: String,
    /// What was understood; `None` when nothing could be read.
    pub survey: Option<&'s Survey>,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
    /// Conversations that have messages of it.
    pub conversations: u64,
}

/// What `kefu-audit inspect` has to say.
pub struct Inspection<'s> {
    /// The files, in order of name.
    pub files: Vec<Inspected<'s>>,
    /// Silence in minutes that ends a conversation where the log has no session ids.
    pub gap_minutes: i64,
    /// The options that the next command needs too, as they were given.
    pub options: Vec<String>,
}

/// Writes what was found of every file.
///
/// # Errors
/// Whatever `out` answers.
pub fn write(inspection: &Inspection<'_>, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    for (n, file) in inspection.files.iter().enumerate() {
        if n > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{}", bold(&plain(file.name), style.color))?;
        for fact in facts::of(file, inspection, style) {
            fact.write(style, out)?;
        }
        if !file.problems.is_empty() {
            writeln!(out, "{}", bold(words::pick(style, "问题", "Problems"), style.color))?;
            problems::write(&file.problems, style.lang, out)?;
        }
        writeln!(out, "{}", bold(words::pick(style, "下一步", "Next"), style.color))?;
        for line in advice::of(file, inspection, style) {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

/// A fact with its label; further lines stand below the first.
struct Fact {
    label: &'static str,
    lines: Vec<String>,
}

impl Fact {
    fn write(&self, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
        let room = words::pick(style, "      ", "         ").len();
        for (n, line) in self.lines.iter().enumerate() {
            let label = if n == 0 { self.label } else { "" };
            let blank = " ".repeat(room.saturating_sub(width(label)) + 2);
            writeln!(out, "  {label}{blank}{line}")?;
        }
        Ok(())
    }
}
