//! From hits in turns back to the lines of the log, with the deciding words as they were written.

use std::collections::BTreeMap;

use crate::detect::case::Fire;
use crate::detect::scene::{Hit, Scene};
use crate::detect::turn;
use crate::finding::Line;
use crate::model::{Conversation, Message};
use crate::span::Span;
use crate::text::normal::Normaliser;

/// Lines of context shown before and after the evidence.
const CONTEXT: usize = 2;

/// For each message, stretches of its normalised text.
type Cuts = BTreeMap<usize, Vec<Span>>;

/// Every message that a fire rests on, with the deciding words, in order of the conversation.
pub(super) fn evidence(
    scene: &Scene<'_>,
    fires: &[Fire],
    main: usize,
    normaliser: &mut Normaliser,
) -> Vec<(usize, Line)> {
    let mut cuts = Cuts::new();
    cuts.entry(main).or_default();
    for fire in fires {
        let own = std::iter::once((fire.turn, &fire.hits));
        for (turn, hits) in own.chain(fire.support.iter().map(|(turn, hits)| (*turn, hits))) {
            place(scene, turn, hits, &mut cuts);
        }
    }
    lines(scene, cuts, normaliser)
}

/// The messages of a turn that hold hits, with the words of the hits marked.
#[must_use]
pub fn seen(scene: &Scene<'_>, turn: usize, hits: &[Hit], normaliser: &mut Normaliser) -> Vec<Line> {
    let mut cuts = Cuts::new();
    place(scene, turn, hits, &mut cuts);
    lines(scene, cuts, normaliser).into_iter().map(|(_, line)| line).collect()
}

/// Adds the words of hits in a turn to the messages where they stand.
fn place(scene: &Scene<'_>, turn: usize, hits: &[Hit], cuts: &mut Cuts) {
    let Some(turn) = scene.turns.get(turn) else { return };
    for hit in hits {
        for (n, bound) in turn.bounds.iter().enumerate() {
            let cut = hit.start.max(bound.start)..hit.end.min(bound.end);
            if cut.start < cut.end {
                let message = turn.messages.start + n;
                let cut = Span::new(cut.start - bound.start, cut.end - bound.start);
                cuts.entry(message).or_default().push(cut);
            }
        }
    }
}

fn lines(scene: &Scene<'_>, cuts: Cuts, normaliser: &mut Normaliser) -> Vec<(usize, Line)> {
    let messages = &scene.conversation.messages;
    cuts.into_iter()
        .filter_map(|(n, cuts)| messages.get(n).map(|m| (n, line(m, originals(m, &cuts, normaliser)))))
        .collect()
}

/// Maps stretches of a message's normalised text back to its words, joined; the mark of a picture or card has none.
pub(super) fn originals(message: &Message<'_>, cuts: &[Span], normaliser: &mut Normaliser) -> Vec<Span> {
    let mark = turn::mark(message.kind).len();
    let mut cuts = cuts.iter().filter(|cut| cut.end > mark).peekable();
    if cuts.peek().is_none() {
        return Vec::new();
    }
    let mapped = normaliser.mapped(message.text);
    let words = cuts.map(|cut| Span::new(cut.start.saturating_sub(mark), cut.end - mark));
    Span::joined(words.map(|span| mapped.original(span, message.text)).collect())
}

/// A message as a line with marks.
#[must_use]
pub fn line(message: &Message<'_>, spans: Vec<Span>) -> Line {
    Line {
        file: message.file,
        line: message.line,
        role: message.role,
        agent: message.agent.to_owned(),
        at: message.at,
        recalled: message.recalled,
        text: message.text.to_owned(),
        spans,
    }
}

/// Lines before the first and after the last evidence line.
pub(super) fn context(conversation: &Conversation<'_>, evidence: &[usize]) -> Vec<Line> {
    let (Some(first), Some(last)) = (evidence.first(), evidence.last()) else { return Vec::new() };
    let before = first.saturating_sub(CONTEXT)..*first;
    let after = last + 1..(last + 1 + CONTEXT).min(conversation.messages.len());
    before.chain(after).filter_map(|n| conversation.messages.get(n)).map(|m| line(m, Vec::new())).collect()
}
