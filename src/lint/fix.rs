//! Safe replacements: words that a rule fired on, by those that its rule file offers. Only words that stand in the file
//! byte for byte are touched, everything else stays as it is, and a file with a broken row is left alone.

use std::collections::BTreeMap;

use crate::lint::outcome::Flagged;
use crate::lint::templates::Source;
use crate::rules::pack::Pack;
use crate::span::Span;

/// The new bytes of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewritten {
    /// Index of the file.
    pub source: usize,
    /// Its new text, for showing.
    pub text: String,
    /// Its new bytes.
    pub bytes: Vec<u8>,
    /// How many words were put in place of others.
    pub words: usize,
}

/// One replacement.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Edit {
    span: Span,
    to: String,
}

/// Whether a finding's words can be replaced by its rule.
#[must_use]
pub fn can_fix(finding: &Flagged, pack: &Pack) -> bool {
    let rule = pack.rule(finding.rule.as_str());
    let from =
        |words: &str| rule.is_some_and(|r| r.replace.iter().any(|(from, _)| words.contains(from.as_str())));
    !finding.fixable.is_empty() && from(&finding.words)
}

/// The files that the replacements of these findings change.
#[must_use]
pub fn apply<'f>(
    sources: &[Source],
    findings: impl Iterator<Item = &'f Flagged>,
    pack: &Pack,
) -> Vec<Rewritten> {
    let mut edits: BTreeMap<usize, Vec<Edit>> = BTreeMap::new();
    for finding in findings {
        let Some(rule) = pack.rule(finding.rule.as_str()) else { continue };
        for (source, span) in &finding.fixable {
            let text = sources.get(*source).map_or("", Source::text);
            for (from, to) in rule.replace.iter().filter(|(_, to)| is_plain(to)) {
                let found = span.of(text).match_indices(from.as_str());
                edits.entry(*source).or_default().extend(found.map(|(at, words)| {
                    let start = span.start + at;
                    Edit { span: Span::new(start, start + words.len()), to: to.clone() }
                }));
            }
        }
    }
    edits.into_iter().filter_map(|(n, edits)| rewrite(n, sources.get(n)?, edits)).collect()
}

/// Whether words mean the same in every form: letters and Chinese punctuation, nothing that quotes or escapes.
fn is_plain(words: &str) -> bool {
    words.chars().all(|c| c.is_alphanumeric() || !c.is_ascii() && !c.is_control() && !c.is_whitespace())
}

fn rewrite(n: usize, source: &Source, mut edits: Vec<Edit>) -> Option<Rewritten> {
    let whole = source.whole.as_ref().filter(|whole| whole.is_exact && !source.is_broken)?;
    edits.sort();
    edits.dedup();
    let mut text = String::with_capacity(whole.text.len());
    let (mut at, mut words) = (0, 0);
    for edit in edits {
        if edit.span.start < at {
            // Overlaps the one before it, which goes first.
            continue;
        }
        text.push_str(whole.text.get(at..edit.span.start)?);
        text.push_str(&edit.to);
        at = edit.span.end;
        words += 1;
    }
    text.push_str(whole.text.get(at..)?);
    let bytes = whole.encode(&text)?;
    (words > 0).then_some(Rewritten { source: n, text, bytes, words })
}
