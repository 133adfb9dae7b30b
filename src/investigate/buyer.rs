//! The buyer's side: threats, traps, questions asked again and again, accounts that look alike. These are warnings to the
//! reader; nothing here is a charge against anybody.

use std::collections::BTreeSet;

use super::dossier::{Alike, Fired, Sign};
use crate::detect::detector::{Detector, Scratch};
use crate::detect::evidence::{line, seen};
use crate::detect::scene::Scene;
use crate::finding::Line;
use crate::model::{Conversation, Kind, Role};
use crate::rules::casework::Casework;
use crate::text::normal::Normaliser;

/// Two questions are the same from this share of common pairs of characters on, in percent.
const SAME_PERCENT: usize = 70;
/// Shorter messages (hello, ok) are no questions of their own, in characters.
const SHORTEST: usize = 4;

/// Threats in conversations, by kind.
pub(super) fn threats(
    conversations: &[&Conversation<'_>],
    casework: &Casework,
    detector: &Detector<'_>,
    scratch: &mut Scratch,
) -> Vec<Sign> {
    let mut signs: Vec<Sign> = casework
        .threats
        .iter()
        .map(|t| Sign { title: format!("买家提到{}", t.title), note: String::new(), lines: Vec::new() })
        .collect();
    for conversation in conversations {
        detector.look(conversation, scratch, |scene, normaliser| {
            let buyers = |turn: &usize| scene.turns.get(*turn).is_some_and(|t| t.role == Role::Buyer);
            for turn in (0..scene.turns.len()).filter(buyers) {
                for (threat, sign) in casework.threats.iter().zip(&mut signs) {
                    if let Some(hits) = scene.holds(turn, &threat.said) {
                        sign.lines.extend(seen(scene, turn, &hits, normaliser));
                    }
                }
            }
        });
    }
    signs.retain(|sign| !sign.lines.is_empty());
    signs
}

/// Traps that fired, as warnings.
pub(super) fn traps(fired: &[Fired]) -> Vec<Sign> {
    let sign = |f: &Fired| Sign {
        title: f.rule.title.clone(),
        note: f.rule.why.clone(),
        lines: f.finding.evidence.clone(),
    };
    fired.iter().map(sign).collect()
}

/// Questions that the buyer asked again because no person had answered, and those left open at the end.
pub(super) fn unanswered(
    conversations: &[&Conversation<'_>],
    casework: &Casework,
    detector: &Detector<'_>,
    scratch: &mut Scratch,
) -> Vec<Sign> {
    let mut signs = Vec::new();
    for conversation in conversations {
        detector.look(conversation, scratch, |scene, normaliser| {
            signs.extend(repeated(scene, casework, normaliser));
            signs.extend(left_open(scene, casework));
        });
    }
    signs
}

/// A buyer's message that is a question worth answering.
fn questions(scene: &Scene<'_>, casework: &Casework, normaliser: &mut Normaliser) -> Vec<(usize, String)> {
    let mut questions = Vec::new();
    for (ix, turn) in scene.turns.iter().enumerate().filter(|(_, t)| t.role == Role::Buyer) {
        let asks = casework.question.as_ref().is_some_and(|q| scene.holds(ix, q).is_some());
        for n in turn.messages.clone() {
            let Some(message) = scene.conversation.messages.get(n) else { continue };
            let mut text = String::new();
            normaliser.append(message.text, &mut text);
            text.retain(char::is_alphanumeric);
            if asks && message.kind == Kind::Text && text.chars().count() >= SHORTEST {
                questions.push((n, text));
            }
        }
    }
    questions
}

fn repeated(scene: &Scene<'_>, casework: &Casework, normaliser: &mut Normaliser) -> Vec<Sign> {
    let questions = questions(scene, casework, normaliser);
    let messages = &scene.conversation.messages;
    let answered = |from: usize, to: usize| {
        messages.get(from..to).unwrap_or_default().iter().any(|m| m.role == Role::Agent)
    };
    let mut told = BTreeSet::new();
    let mut signs = Vec::new();
    for (i, (first, text)) in questions.iter().enumerate() {
        if told.contains(first) {
            continue;
        }
        let same = questions.iter().skip(i + 1).filter(|(_, other)| is_same(text, other));
        let again: Vec<usize> = same.map(|(n, _)| *n).collect();
        let Some(second) = again.first() else { continue };
        told.extend(again.iter().copied());
        let lines: Vec<Line> = std::iter::once(first)
            .chain(&again)
            .filter_map(|n| messages.get(*n))
            .map(|m| line(m, Vec::new()))
            .collect();
        let note = if answered(*first, *second) {
            "两次之间客服说过话，但买家仍在问同一件事。"
        } else {
            "两次之间没有人工答复。"
        };
        signs.push(Sign {
            title: format!("同一个问题问了 {} 次", lines.len()),
            note: note.to_owned(),
            lines,
        });
    }
    signs
}

/// A question at the end that nobody of the shop answered.
fn left_open(scene: &Scene<'_>, casework: &Casework) -> Option<Sign> {
    let last = scene.turns.iter().rposition(|t| t.role != Role::System)?;
    let turn = scene.turns.get(last).filter(|t| t.role == Role::Buyer)?;
    scene.holds(last, casework.question.as_ref()?)?;
    let lines = scene.conversation.messages.get(turn.messages.clone())?;
    Some(Sign {
        title: "最后的问题没有答复".to_owned(),
        note: String::new(),
        lines: lines.iter().map(|m| line(m, Vec::new())).collect(),
    })
}

fn is_same(a: &str, b: &str) -> bool {
    let pairs = |text: &str| {
        let chars: Vec<char> = text.chars().collect();
        chars.windows(2).filter_map(|w| Some((*w.first()?, *w.get(1)?))).collect::<BTreeSet<_>>()
    };
    let (a, b) = (pairs(a), pairs(b));
    let common = a.intersection(&b).count();
    common * 2 * 100 >= SAME_PERCENT * (a.len() + b.len()) && common > 0
}

/// Accounts that look alike, with what the log has of them.
pub(super) fn alike(
    buyer: &str,
    names: &[String],
    theirs: &[Conversation<'_>],
    own_orders: &BTreeSet<&str>,
) -> Vec<Alike> {
    names
        .iter()
        .map(|name| {
            let mine: Vec<&Conversation<'_>> = theirs.iter().filter(|c| c.buyer == name).collect();
            let orders: BTreeSet<&str> =
                mine.iter().flat_map(|c| &c.messages).map(|m| m.order_id).filter(|o| !o.is_empty()).collect();
            let first = |c: &Conversation<'_>| {
                let said = c.messages.iter().find(|m| m.role == Role::Buyer).or(c.messages.first());
                said.map(|m| line(m, Vec::new()))
            };
            Alike {
                buyer: name.clone(),
                difference: difference(buyer, name),
                sittings: mine.iter().map(|c| (c.shop.to_owned(), c.id.clone(), first(c))).collect(),
                shared_orders: orders.intersection(own_orders).map(|o| (*o).to_owned()).collect(),
            }
        })
        .collect()
}

/// Where two names that look alike differ.
fn difference(a: &str, b: &str) -> String {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let at = a.iter().zip(&b).take_while(|(x, y)| x == y).count() + 1;
    match b.len().cmp(&a.len()) {
        std::cmp::Ordering::Equal => format!("第 {at} 个字不同"),
        std::cmp::Ordering::Greater => format!("第 {at} 个字起多 {} 个字", b.len() - a.len()),
        std::cmp::Ordering::Less => format!("第 {at} 个字起少 {} 个字", a.len() - b.len()),
    }
}
