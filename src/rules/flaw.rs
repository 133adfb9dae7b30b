//! What is wrong in a rule file, with the place, and how it is shown: the line itself, a caret under the words, a
//! hint. Every reader of rule files collects flaws and goes on, so that the writer sees all of them at once.

use std::borrow::Cow;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level as Rank, Renderer, Snippet};

use crate::say::{Lang, Say};

/// A rule file's name and text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// As the user named it, or `rules/<family>.toml` for a built-in one.
    pub name: String,
    /// The whole text.
    pub text: Cow<'static, str>,
}

/// One mistake in a rule file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Index into the list of sources.
    pub source: usize,
    /// Where, in bytes of the file's text.
    pub span: Range<usize>,
    /// What is wrong.
    pub what: Say,
    /// What to do; may be empty.
    pub hint: Say,
    /// The file loads all the same; it is probably not what the writer meant.
    pub is_doubt: bool,
}

impl Flaw {
    /// A flaw with a hint.
    pub fn new(source: usize, span: Range<usize>, what: Say, hint: Say) -> Self {
        Self { source, span, what, hint, is_doubt: false }
    }

    /// Something that loads and is probably not meant.
    pub fn doubt(source: usize, span: Range<usize>, what: Say, hint: Say) -> Self {
        Self { is_doubt: true, ..Self::new(source, span, what, hint) }
    }
}

/// 1-based line and column (in characters) of a byte offset.
#[must_use]
pub fn line_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

/// All flaws as text for a terminal.
#[must_use]
pub fn render(flaws: &[Flaw], sources: &[Source], lang: Lang, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut out = String::new();
    for flaw in flaws {
        let Some(source) = sources.get(flaw.source) else { continue };
        let end = flaw.span.end.min(source.text.len());
        let span = flaw.span.start.min(end)..end;
        let snippet = Snippet::source(&*source.text)
            .path(source.name.as_str())
            .annotation(AnnotationKind::Primary.span(span));
        let rank = if flaw.is_doubt { Rank::WARNING } else { Rank::ERROR };
        let mut group: Group<'_> = rank.primary_title(flaw.what.get(lang)).element(snippet);
        let hint = flaw.hint.get(lang);
        if !hint.is_empty() {
            group = group.element(Rank::HELP.message(hint));
        }
        out.push_str(&renderer.render(&[group]));
        out.push('\n');
    }
    out
}

/// The known name that looks most like `name`, if any comes near.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|k| (strsim::jaro_winkler(name, k), k))
        .filter(|(score, _)| *score >= 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, k)| k)
}

/// A hint that names the nearest known name, or lists what is known when nothing comes near.
pub fn hint_nearest<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> Say {
    match nearest(name, known.clone()) {
        Some(k) => Say::new(format!("是不是“{k}”？"), format!("did you mean \"{k}\"?")),
        None => {
            let list: Vec<&str> = known.take(30).collect();
            Say::new(format!("可用的有：{}", list.join("、")), format!("known: {}", list.join(", ")))
        }
    }
}
