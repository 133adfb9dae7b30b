//! What the shop promised, when it is due, and whether a later line keeps or breaks it. Which words are a promise is data
//! of the pack.

use super::dossier::{Fate, Promise};
use super::due::due;
use crate::detect::detector::{Detector, Scratch};
use crate::detect::evidence::seen;
use crate::detect::scene::{Hit, Scene};
use crate::finding::Line;
use crate::model::{Conversation, Stamp};
use crate::rules::casework::{Casework, PromiseKind};
use crate::text::normal::Normaliser;

/// A later line about a promise.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Kept,
    Broken,
    Missed,
}

/// A line about a kind of promise, in order of time.
struct Mention {
    kind: usize,
    word: Word,
    at: Option<Stamp>,
    place: (usize, usize),
    lines: Vec<Line>,
}

/// Promises of conversations in order of time, all of one shop.
pub(super) fn promises(
    conversations: &[&Conversation<'_>],
    casework: &Casework,
    detector: &Detector<'_>,
    scratch: &mut Scratch,
) -> Vec<Promise> {
    let mut made: Vec<(usize, (usize, usize), Promise)> = Vec::new();
    let mut mentions = Vec::new();
    for (n, conversation) in conversations.iter().enumerate() {
        detector.look(conversation, scratch, |scene, normaliser| {
            for turn in 0..scene.turns.len() {
                for (kind, promise) in casework.promises.iter().enumerate() {
                    mentions.extend(mention(scene, kind, promise, (n, turn), normaliser));
                    let is_shop = scene.turns.get(turn).is_some_and(|t| t.role.is_shop());
                    if let Some(hits) = scene.holds(turn, &promise.said).filter(|_| is_shop) {
                        let promise = self::promise(scene, turn, &hits, promise, casework, normaliser);
                        made.push((kind, (n, turn), promise));
                    }
                }
            }
        });
    }
    made.into_iter()
        .map(|(kind, place, mut promise)| {
            let later = mentions.iter().filter(|m| m.kind == kind && m.place > place);
            settle(&mut promise, later);
            promise
        })
        .collect()
}

fn promise(
    scene: &Scene<'_>,
    turn: usize,
    hits: &[Hit],
    kind: &PromiseKind,
    casework: &Casework,
    normaliser: &mut Normaliser,
) -> Promise {
    let said = seen(scene, turn, hits, normaliser);
    let at = said.first().and_then(|line| line.at);
    let words = scene.turns.get(turn).zip(hits.first()).map(|(t, hit)| {
        let clause = t.clause(hit.start..hit.end);
        t.text.get(clause).unwrap_or_default()
    });
    Promise {
        title: kind.title.clone(),
        hedged: casework.hedge.as_ref().is_some_and(|hedge| scene.holds(turn, hedge).is_some()),
        due: words.zip(at).and_then(|(words, at)| due(words, at)),
        fate: Fate::Unknown(kind.proof.clone()),
        said,
        shown: Vec::new(),
    }
}

/// What a turn says about promises of a kind that were made before.
fn mention(
    scene: &Scene<'_>,
    kind: usize,
    promise: &PromiseKind,
    place: (usize, usize),
    normaliser: &mut Normaliser,
) -> Option<Mention> {
    let ways =
        [(Word::Broken, &promise.broken), (Word::Kept, &promise.kept), (Word::Missed, &promise.missed)];
    ways.into_iter().find_map(|(word, expr)| {
        let hits = scene.holds(place.1, expr.as_ref()?)?;
        let lines = seen(scene, place.1, &hits, normaliser);
        Some(Mention { kind, word, at: lines.first().and_then(|l| l.at), place, lines })
    })
}

/// The first line of the shop that keeps or breaks a promise decides. A buyer who complains of it once it is due tells
/// that it was not kept in time, whatever the shop says then.
fn settle<'m>(promise: &mut Promise, later: impl Iterator<Item = &'m Mention>) {
    for mention in later {
        let overdue = promise.due.zip(mention.at).map(|(due, at)| at > due);
        let is_missed = promise.fate == Fate::Broken;
        let fate = match mention.word {
            Word::Missed if is_missed || !overdue.unwrap_or(promise.due.is_none()) => continue,
            Word::Missed | Word::Broken => Fate::Broken,
            Word::Kept if is_missed || overdue == Some(true) => Fate::Late,
            Word::Kept => Fate::Kept,
        };
        promise.fate = fate;
        promise.shown.extend(mention.lines.iter().cloned());
        if mention.word != Word::Missed {
            return;
        }
    }
}
