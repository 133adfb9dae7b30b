//! What a check of templates found, with places in the files: the value that the baseline, the waivers, the fixes and
//! every output format work on.

use std::collections::BTreeMap;

use crate::finding::{Certainty, Level};
use crate::ids::{Fingerprint, RuleId};
use crate::lint::checks::letters;
use crate::lint::found::{Desk, Found, Part};
use crate::lint::piece::Piece;
use crate::lint::place::Lines;
use crate::lint::templates::{Source, Template};
use crate::mask;
use crate::model::Platform;
use crate::problem::Problem;
use crate::rules::meta::RuleMeta;
use crate::say::Say;
use crate::span::Span;

/// Most lines of a finding that are shown.
const MOST_LINES: usize = 6;
/// A longer line is cut to a window around the words, in characters.
const LONGEST_LINE: usize = 120;

/// A place in a file. Lines and columns count from 1, columns in characters; in a workbook they are row and column of
/// the cell.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// The file as the user named it.
    pub file: String,
    /// First line.
    pub line: usize,
    /// Column of the first character.
    pub column: usize,
    /// Last line.
    pub end_line: usize,
    /// Column after the last character.
    pub end_column: usize,
    /// `Sheet1!B12` in a workbook.
    pub cell: Option<String>,
}

/// The lines of the file around the words, as they stand there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// Number of the first line.
    pub first: usize,
    /// The lines, joined by `\n`; long ones are cut, marked by `…`.
    pub text: String,
    /// The words, in bytes of `text`.
    pub marks: Vec<Span>,
}

impl Excerpt {
    /// Number of the last line.
    #[must_use]
    pub fn last_line(&self) -> usize {
        self.first + self.text.matches('\n').count()
    }
}

/// Another place that a finding concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Other {
    /// Where.
    pub spot: Spot,
    /// The line there.
    pub excerpt: Excerpt,
}

/// How a finding stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// To be dealt with.
    #[default]
    New,
    /// It was there when the baseline was written.
    Known,
    /// Somebody took responsibility for it: the reason and the owner.
    Waived(String, String),
}

/// One fault of one template, at its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flagged {
    /// Names the finding by its content: the same after rows were moved or the file was saved in another form.
    pub id: Fingerprint,
    /// The rule or check.
    pub rule: RuleId,
    /// How grave.
    pub level: Level,
    /// How sure.
    pub certainty: Certainty,
    /// The marketplace that it was judged for.
    pub platform: Platform,
    /// Where the words stand.
    pub spot: Spot,
    /// The lines there.
    pub excerpt: Excerpt,
    /// The words.
    pub words: String,
    /// The template's code.
    pub code: String,
    /// The template's group.
    pub group: String,
    /// What was seen.
    pub why: Say,
    /// The other place of a contradiction or duplicate.
    pub other: Option<Other>,
    /// How it stands.
    pub state: State,
    /// Index of the file and the words' bytes in its text, of every span that stands there byte for byte; for fixes.
    pub(super) fixable: Vec<(usize, Span)>,
}

/// Everything that a check of templates has to say.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Files read, in order.
    pub files: Vec<String>,
    /// Templates checked.
    pub templates: usize,
    /// Rules and checks that were tried.
    pub rules_active: usize,
    /// The day that promotions and waivers were measured against, `YYYY-MM-DD`.
    pub as_of: String,
    /// The pack's name and version.
    pub pack: String,
    /// Findings, in order of file and place.
    pub findings: Vec<Flagged>,
    /// What went wrong with the input, the baseline or the waivers.
    pub problems: Vec<Problem>,
    /// What is known about the rules that were broken.
    pub rules: BTreeMap<RuleId, RuleMeta>,
    /// Findings of the baseline that are there no more.
    pub gone: usize,
    /// Words that `--fix` put in place, or would.
    pub fixed: usize,
    /// Findings that `--fix` could mend.
    pub fixable: usize,
}

impl Outcome {
    /// Findings that are to be dealt with.
    pub fn live(&self) -> impl Iterator<Item = &Flagged> {
        self.findings.iter().filter(|f| f.state == State::New)
    }

    /// How many findings stand so.
    #[must_use]
    pub fn count(&self, is: impl Fn(&State) -> bool) -> usize {
        self.findings.iter().filter(|f| is(&f.state)).count()
    }
}

/// Gives every fault its place and its name; sorted by place.
pub(super) fn place(desk: &Desk<'_>, sources: &[Source], found: Vec<Found>) -> Vec<Flagged> {
    let mut seen: BTreeMap<(RuleId, usize), usize> = BTreeMap::new();
    let mut flagged: Vec<Flagged> = Vec::with_capacity(found.len());
    for found in found {
        let Some(template) = desk.templates.get(found.template) else { continue };
        let ordinal = seen.entry((found.rule.clone(), found.template)).or_default();
        flagged.extend(one(desk, sources, template, found, *ordinal));
        *ordinal += 1;
    }
    flagged.sort_by(|a, b| (&a.spot, &a.rule, &a.id).cmp(&(&b.spot, &b.rule, &b.id)));
    flagged
}

fn one(
    desk: &Desk<'_>,
    sources: &[Source],
    template: &Template,
    found: Found,
    ordinal: usize,
) -> Option<Flagged> {
    let source = sources.get(template.source)?;
    let piece = part(template, found.part);
    let first = *found.spans.first()?;
    let (spot, excerpt) = locate(source, piece, &found.spans);
    let about = letters(&piece.text);
    let id = Fingerprint::of(&["template", found.rule.as_str(), &about, &ordinal.to_string()]);
    let other = found.other.and_then(|(n, part_of, span)| {
        let other = desk.templates.get(n)?;
        let (spot, excerpt) = locate(sources.get(other.source)?, part(other, part_of), &[span]);
        Some(Other { spot, excerpt })
    });
    let is_fixable =
        |span: &&Span| found.part == Part::Text && piece.cell.is_none() && piece.is_verbatim(**span);
    let fixable =
        found.spans.iter().filter(is_fixable).map(|s| (template.source, piece.origin(*s))).collect();
    Some(Flagged {
        id,
        rule: found.rule,
        level: found.level,
        certainty: found.certainty,
        platform: desk.platform(template),
        spot,
        excerpt,
        words: first.of(&piece.text).to_owned(),
        code: template.code.text.trim().to_owned(),
        group: template.group.clone(),
        why: found.why,
        other,
        state: State::New,
        fixable,
    })
}

fn part(template: &Template, part: Part) -> &Piece {
    match part {
        Part::Text => &template.text,
        Part::Code => &template.code,
    }
}

/// The place of the first span, and the lines that hold the spans.
fn locate(source: &Source, piece: &Piece, spans: &[Span]) -> (Spot, Excerpt) {
    let first = spans.first().copied().unwrap_or(Span::new(0, 0));
    if let Some(cell) = &piece.cell {
        let spot = Spot {
            file: source.name.clone(),
            line: cell.row,
            column: cell.column,
            end_line: cell.row,
            end_column: cell.column + 1,
            cell: Some(format!("{}!{}", cell.sheet, cell.name())),
        };
        let (flat, marks) = mask::replace(&piece.text, spans, |_, c| if c == '\n' { '⏎' } else { c });
        let (text, marks) = cut(&flat, &marks);
        return (spot, Excerpt { first: cell.row, text, marks });
    }
    let text = source.text();
    let origin = piece.origin(first);
    let (line, column) = source.lines.place(text, origin.start);
    let (end_line, end_column) = source.lines.place(text, origin.end);
    let spot = Spot { file: source.name.clone(), line, column, end_line, end_column, cell: None };
    let all: Vec<Span> = spans.iter().map(|span| piece.origin(*span)).collect();
    (spot, excerpt(text, &source.lines, line, &all))
}

/// The lines from `line` on that hold the spans, a few at most.
fn excerpt(text: &str, lines: &Lines, line: usize, spans: &[Span]) -> Excerpt {
    let last = spans.iter().map(|span| lines.line(span.end.max(span.start + 1) - 1)).max().unwrap_or(line);
    let first = spans.iter().map(|span| lines.line(span.start)).min().unwrap_or(line);
    let first = first.max(line.saturating_sub(MOST_LINES - 1));
    let mut out = Excerpt { first, ..Excerpt::default() };
    for n in first..=last.min(first + MOST_LINES - 1) {
        let words = lines.text(text, n);
        let start = lines.start(n);
        let end = start + words.len();
        let inside: Vec<Span> = spans
            .iter()
            .filter(|span| span.start <= end && start < span.end.max(span.start + 1))
            .map(|span| Span::new(span.start.max(start) - start, span.end.min(end).max(start) - start))
            .collect();
        let (words, inside) = cut(words, &inside);
        if n > first {
            out.text.push('\n');
        }
        let base = out.text.len();
        out.text.push_str(&words);
        out.marks.extend(inside.iter().map(|span| Span::new(base + span.start, base + span.end)));
    }
    out
}

/// Cuts a long line to what surrounds the first span.
fn cut(line: &str, spans: &[Span]) -> (String, Vec<Span>) {
    if line.chars().count() <= LONGEST_LINE {
        return (line.to_owned(), spans.to_vec());
    }
    let middle = spans.first().map_or(0, |span| span.start);
    let back = line.get(..middle).unwrap_or_default().char_indices().rev().nth(LONGEST_LINE / 3);
    let start = back.map_or(0, |(at, _)| at);
    let end = line
        .get(start..)
        .and_then(|rest| rest.char_indices().nth(LONGEST_LINE))
        .map_or(line.len(), |(at, _)| start + at);
    let (head, tail) = (if start > 0 { "…" } else { "" }, if end < line.len() { "…" } else { "" });
    let text = format!("{head}{}{tail}", line.get(start..end).unwrap_or_default());
    let moved = spans
        .iter()
        .filter(|span| span.start < end && start <= span.start)
        .map(|span| Span::new(span.start - start + head.len(), span.end.min(end) - start + head.len()))
        .collect();
    (text, moved)
}
