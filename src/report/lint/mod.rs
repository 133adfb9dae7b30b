//! The outcome of checking reply templates, one file per format. Formats see one [`Outcome`] and nothing else; the exit
//! code was decided before.

mod checkstyle;
mod diff;
mod github;
mod gitlab;
mod json;
mod junit;
mod sarif;
mod text;
mod view;

use std::io;

pub use diff::diff;

use crate::lint::outcome::Outcome;
use crate::say::Lang;

/// An output format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people, with the lines and carets.
    #[default]
    Text,
    /// One JSON document, schema `kefu-audit/lint/1`.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// JUnit XML.
    Junit,
    /// Workflow commands that GitHub shows beside the lines.
    Github,
    /// GitLab code quality.
    Gitlab,
    /// Checkstyle XML.
    Checkstyle,
}

/// How it is shown.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// The language.
    pub lang: Lang,
    /// Shows phones and other handles unmasked.
    pub reveal: bool,
    /// Uses colour (text only).
    pub color: bool,
    /// Leaves out the single findings (text only).
    pub quiet: bool,
}

/// Writes an outcome.
///
/// # Errors
/// Whatever `out` answers.
pub fn write(outcome: &Outcome, format: Format, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    match format {
        Format::Text => text::write(outcome, style, out),
        Format::Json => json::write(outcome, style, out),
        Format::Sarif => sarif::write(outcome, style, out),
        Format::Junit => junit::write(outcome, style, out),
        Format::Github => github::write(outcome, style, out),
        Format::Gitlab => gitlab::write(outcome, style, out),
        Format::Checkstyle => checkstyle::write(outcome, style, out),
    }
}
