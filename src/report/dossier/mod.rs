//! A dossier for people and programs: one masked [`view::Page`], shown as text, Markdown, HTML or JSON.

mod candidates;
mod html;
mod json;
mod md;
mod pack;
mod text;
mod view;
mod words;

use std::io;

pub use candidates::candidates;
pub use pack::pack;

use crate::investigate::Dossier;
use crate::say::Lang;

/// A format of a dossier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people, in a terminal.
    #[default]
    Text,
    /// Markdown.
    Md,
    /// One page that needs nothing else.
    Html,
    /// One JSON document, schema `kefu-audit/dossier/1`.
    Json,
}

/// How a dossier is shown. Nothing here changes what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// The language.
    pub lang: Lang,
    /// Shows phones, addresses, names unmasked.
    pub reveal: bool,
    /// Columns of the terminal (text only).
    pub width: u16,
    /// Uses colour (text only).
    pub color: bool,
    /// Shows only this finding (from 1) and what belongs to it.
    pub only: Option<usize>,
}

/// Writes a dossier in a format.
///
/// # Errors
/// Whatever `out` answers.
pub fn write(dossier: &Dossier, format: Format, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let page = view::page(dossier, style);
    match format {
        Format::Text => text::write(&page, style, out),
        Format::Md => md::write(&page, style.lang, out),
        Format::Html => html::write(&page, style.lang, out),
        Format::Json => json::write(&page, out),
    }
}
