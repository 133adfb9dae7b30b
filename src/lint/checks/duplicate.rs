//! The same code or the same words twice in one file. Two files may be two agents' own collections, so they are not
//! compared.

use std::collections::BTreeMap;

use crate::lint::found::{Desk, Found, Part};
use crate::say::Say;
use crate::span::Span;
use crate::text::fold::fold;

/// Shorter texts (好的, 在的亲) are kept twice on purpose; in letters.
const SHORTEST: usize = 6;

pub(super) fn run(desk: &Desk<'_>, out: &mut Vec<Found>) {
    if let Some(meta) = desk.lint.check("template-code-duplicate") {
        let mut first: BTreeMap<(usize, String), usize> = BTreeMap::new();
        for (n, template, _) in desk.each() {
            let code = template.code.text.trim().to_lowercase();
            if code.is_empty() {
                continue;
            }
            let Some(other) = first.get(&(template.source, code.clone())) else {
                first.insert((template.source, code), n);
                continue;
            };
            let why = Say::new(
                format!("编码“{code}”前面已经用过。"),
                format!("The code \"{code}\" was used before."),
            );
            let whole = Span::new(0, template.code.text.len());
            let other_whole = desk.templates.get(*other).map_or(0, |t| t.code.text.len());
            out.push(Found {
                part: Part::Code,
                other: Some((*other, Part::Code, Span::new(0, other_whole))),
                ..Found::new(meta, n, whole, why)
            });
        }
    }
    if let Some(meta) = desk.lint.check("template-text-duplicate") {
        let mut first: BTreeMap<(usize, String), usize> = BTreeMap::new();
        for (n, template, _) in desk.each() {
            let words = letters(&template.text.text);
            if words.chars().count() < SHORTEST {
                continue;
            }
            let Some(other) = first.get(&(template.source, words.clone())) else {
                first.insert((template.source, words), n);
                continue;
            };
            let why =
                Say::new("这句话前面已经存过一条。", "These words are kept in another template already.");
            let whole = Span::new(0, template.text.text.len());
            let other_whole = desk.templates.get(*other).map_or(0, |t| t.text.text.len());
            out.push(Found {
                other: Some((*other, Part::Text, Span::new(0, other_whole))),
                ..Found::new(meta, n, whole, why)
            });
        }
    }
}

/// The letters and digits of a text in one form.
pub(in crate::lint) fn letters(text: &str) -> String {
    text.chars().map(fold).filter(|c| c.is_alphanumeric()).collect()
}
