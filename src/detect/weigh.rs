//! Why a taught model charged a turn: the words that weighed most, in it, in the question before it and in what the buyer
//! said to it, and the written signals that spoke for it. It explains; it does not judge.

use std::ops::Range;

use crate::detect::facts::Facts;
use crate::detect::scene::Scene;
use crate::detect::taught::Sight;
use crate::detect::turn::Turn;
use crate::model::Role;
use crate::taught::features::{self, Place, Scratch, answer_places, asked_places, named, places};
use crate::taught::model::Model;

/// Words shown at most.
const SHOWN: usize = 3;
/// Characters that weigh less than this share of the heaviest are not shown.
const LEAST: f32 = 0.35;

/// What spoke for a charge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reasons {
    /// In the shop's turn: bytes of its text, heaviest first.
    pub here: Vec<Range<usize>>,
    /// The buyer's turn before it.
    pub asked: Option<usize>,
    /// In that turn: bytes of its text, heaviest first.
    pub question: Vec<Range<usize>>,
    /// The buyer's turn after it.
    pub answered: Option<usize>,
    /// In that turn, where the charge rests on it: bytes of its text, heaviest first.
    pub answer: Vec<Range<usize>>,
    /// Titles of the written signals that spoke for it, heaviest first.
    pub signals: Vec<String>,
}

/// Everything that spoke for a charge.
#[must_use]
pub fn reasons(model: &Model, sight: Sight, scene: &Scene<'_>) -> Reasons {
    let Some(turn) = scene.turns.get(sight.turn) else { return Reasons::default() };
    let asked = (0..sight.turn).rev().find(|ix| scene.turns.get(*ix).is_some_and(|t| t.role == Role::Buyer));
    let question = asked.and_then(|ix| scene.turns.get(ix));
    let question = question.map(|turn| heavy(model, sight.head, &turn.text, &asked_places(&turn.text)));
    let answered = scene.answered(sight.turn);
    let answer = answered.and_then(|ix| scene.turns.get(ix)).filter(|turn| rests_on(model, &sight, turn));
    let answer = answer.map(|turn| heavy(model, sight.head, &turn.text, &answer_places(&turn.text)));
    Reasons {
        here: heavy_words(model, sight.head, turn),
        asked,
        question: question.unwrap_or_default(),
        answered,
        answer: answer.unwrap_or_default(),
        signals: signals(model, sight, asked, scene),
    }
}

/// The words of the shop's turn that weigh most for a rule, as ranges of bytes: neighbouring n-grams joined.
#[must_use]
pub fn heavy_words(model: &Model, head: usize, turn: &Turn<'_>) -> Vec<Range<usize>> {
    heavy(model, head, &turn.text, &places(&turn.text))
}

/// Whether the score would be too low without what the buyer said to it.
fn rests_on(model: &Model, sight: &Sight, answer: &Turn<'_>) -> bool {
    let mut scratch = Scratch::default();
    let features = features::answer(&answer.text, &mut scratch).each();
    let brings: f32 = features.map(|(feature, value)| model.weight(feature, sight.head) * value).sum();
    model.heads.get(sight.head).is_some_and(|head| sight.score - brings < head.suspected)
}

/// The ranges of a text that weigh most for a rule, by its n-grams in one of the places.
fn heavy(model: &Model, head: usize, text: &str, places: &[(u32, usize, usize)]) -> Vec<Range<usize>> {
    let chars: Vec<char> = text.chars().collect();
    let mut weights = vec![0.0f32; chars.len()];
    for (gram, start, end) in places {
        let weight = model.weight(*gram, head);
        let length = end.saturating_sub(*start).max(1);
        #[allow(clippy::cast_precision_loss, reason = "an n-gram has at most three characters")]
        let share = weight / length as f32;
        for w in weights.iter_mut().take(*end).skip(*start) {
            *w += share;
        }
    }
    let largest = weights.iter().fold(0.0f32, |a, b| a.max(*b));
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let mut runs: Vec<(f32, Range<usize>)> = Vec::new();
    let mut open: Option<(f32, usize)> = None;
    let ended = chars.iter().copied().chain(['\n']);
    for (n, (c, weight)) in ended.zip(weights.iter().chain([&0.0])).enumerate() {
        // Pieces end at punctuation: half a clause joined to the next reads like nothing.
        let is_heavy = *weight > largest * LEAST && *weight > 0.0 && c.is_alphanumeric();
        match (open, is_heavy) {
            (None, true) => open = Some((*weight, n)),
            (Some((sum, from)), true) => open = Some((sum + weight, from)),
            (Some((sum, from)), false) => {
                if let (Some(a), Some(b)) = (starts.get(from), starts.get(n)) {
                    runs.push((sum, *a..*b));
                }
                open = None;
            }
            (None, false) => {}
        }
    }
    // A lone character says little, unless there is nothing better.
    if runs.iter().any(|(_, r)| text.get(r.clone()).is_some_and(|t| t.chars().count() > 1)) {
        runs.retain(|(_, r)| text.get(r.clone()).is_some_and(|t| t.chars().count() > 1));
    }
    runs.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.start.cmp(&b.1.start)));
    runs.truncate(SHOWN);
    runs.into_iter().map(|(_, range)| range).collect()
}

/// The titles of signals that weigh for a rule.
fn signals(model: &Model, sight: Sight, asked: Option<usize>, scene: &Scene<'_>) -> Vec<String> {
    let heard = |turn: usize| scene.facts(turn).map(Facts::signals);
    let mut can_fire = heard(sight.turn).cloned().unwrap_or_default();
    asked.and_then(heard).into_iter().for_each(|heard| can_fire.union_with(heard));
    let mut heavy: Vec<(f32, &str)> = Vec::new();
    for ix in can_fire.ones() {
        let Some(signal) = scene.pack.signals.get(ix).filter(|s| s.title != s.id) else { continue };
        let of = |turn: usize, place: Place| {
            let (feature, value) = place.sign(named(&signal.id));
            let weight = model.weight(feature, sight.head) * value;
            if weight != 0.0 && scene.fires(turn, ix) { weight } else { 0.0 }
        };
        let weight = of(sight.turn, Place::Here) + asked.map_or(0.0, |turn| of(turn, Place::Asked));
        if weight > 0.0 {
            heavy.push((weight, &signal.title));
        }
    }
    heavy.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    heavy.dedup_by(|a, b| a.1 == b.1);
    heavy.truncate(SHOWN);
    heavy.into_iter().map(|(_, title)| title.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::detector::{Detector, Ways};
    use crate::detect::memory::Memory;
    use crate::detect::small;
    use crate::detect::turn::turns;
    use crate::rules::dialogue;
    use crate::taught::features::Feature;
    use crate::text::normal::Normaliser;

    /// The rule is charged from 0.5 on; the answer brings about a third.
    #[test]
    fn what_the_buyer_said_is_shown_where_the_charge_rests_on_it() {
        let mut scratch = Scratch::default();
        let answer: Vec<Feature> =
            features::answer("你骂人", &mut scratch).each().map(|(gram, _)| (gram, 0.5)).collect();
        let model = Model::new(small::model(0.0, -1.0, -1.0).heads, "", &[answer]);
        let pack = small::pack();
        let detector = Detector::new(&pack, &model, Ways::Both);
        let conversation = dialogue::parse("买：有票吗 | 客：不开 | 买：你骂人", None).unwrap();
        let turns = turns(&conversation, &mut Normaliser::default());
        let mut memory = Memory::default();
        let scene = detector.scene(&conversation, &turns, memory.recall(&turns));
        let shown = |score: f32| {
            let reasons = reasons(&model, Sight { model: 0, head: 0, turn: 1, score }, &scene);
            reasons.answer.iter().filter_map(|range| turns[2].text.get(range.clone())).collect::<Vec<_>>()
        };
        assert_eq!(shown(0.6), ["你骂人"]);
        assert!(shown(1.2).is_empty(), "it would be charged anyway");
    }
}
