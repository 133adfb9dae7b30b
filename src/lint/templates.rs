//! What is checked: files, the reply templates in them, and the words of each with their way back to the file. How a
//! file becomes templates is the business of `forms`.

use crate::ingest::whole::Whole;
use crate::lint::piece::Piece;
use crate::lint::place::Lines;
use crate::model::Platform;
use crate::problem::{Place, Problem, Severity};
use crate::say::Say;

/// A file.
#[derive(Clone, Debug)]
pub struct Source {
    /// As the user named it, with `/`.
    pub name: String,
    /// Its text; `None` for a workbook.
    pub whole: Option<Whole>,
    /// Where its lines begin.
    pub lines: Lines,
    /// Whether something in it could not be read; then it is never rewritten.
    pub is_broken: bool,
}

impl Source {
    /// The text; empty for a workbook.
    #[must_use]
    pub fn text(&self) -> &str {
        self.whole.as_ref().map_or("", |whole| whole.text.as_str())
    }
}

/// One reply template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Index of its file.
    pub source: usize,
    /// The reply.
    pub text: Piece,
    /// The short code; empty text when there is none.
    pub code: Piece,
    /// The group; empty when there is none.
    pub group: String,
    /// The question that it answers; empty when there is none.
    pub question: String,
    /// The marketplace that the file names for it.
    pub platform: Option<Platform>,
}

/// What the other columns or keys said about a template.
#[derive(Clone, Debug, Default)]
pub(super) struct About {
    pub(super) code: Piece,
    pub(super) group: String,
    pub(super) question: String,
    pub(super) platform: Option<Platform>,
}

impl About {
    pub(super) fn template(&self, source: usize, text: Piece) -> Template {
        Template {
            source,
            text,
            code: self.code.clone(),
            group: self.group.clone(),
            question: self.question.clone(),
            platform: self.platform,
        }
    }
}

/// A platform as template files name it: its id or its Chinese name.
pub(super) fn platform(text: &str) -> Option<Platform> {
    let text = text.trim();
    Platform::ALL.into_iter().find(|p| p.zh() == text || p.id().eq_ignore_ascii_case(text))
}

/// A problem at a line of a file; line 0 means the whole file.
pub(super) fn problem(code: &'static str, file: &str, line: usize, what: Say, next: Say) -> Problem {
    let place = Place { file: file.to_owned(), line: line as u64, column: String::new() };
    Problem { code, severity: Severity::Error, place, what, next, count: 1 }
}
