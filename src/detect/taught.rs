//! The taught models on a conversation: what they see of each turn, which rules they see broken, and in which words.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::detect::turn::Turn;
use crate::model::{Platform, Role};
use crate::taught::features::{self, Feature, View, places};
use crate::taught::model::Model;

/// A rule that a taught model sees broken at a turn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sight {
    /// Number of the rule in the model.
    pub head: usize,
    /// The shop's turn.
    pub turn: usize,
    /// How strongly.
    pub score: f32,
}

/// What a thread keeps between conversations.
#[derive(Default)]
pub struct Scratch {
    features: features::Scratch,
    found: Vec<Feature>,
    scores: Vec<f32>,
    /// For turns seen before, the rules whose models look further, with the score of the turn's own words.
    known: FxHashMap<Box<str>, Arc<[(usize, f32)]>>,
}

/// Turns remembered per thread.
const REMEMBERED: usize = 100_000;

impl Scratch {
    /// The rules that a turn's own words do not rule out.
    fn open(&mut self, model: &Model, here: &str) -> Arc<[(usize, f32)]> {
        if let Some(known) = self.known.get(here) {
            return Arc::clone(known);
        }
        features::own(here, &mut self.features, &mut self.found);
        model.scores(&self.found, &mut self.scores);
        let open = self.scores.iter().copied().enumerate().zip(&model.heads);
        let open: Arc<[(usize, f32)]> =
            open.filter(|((_, own), head)| *own >= head.own).map(|(scored, _)| scored).collect();
        if self.known.len() >= REMEMBERED {
            self.known.clear();
        }
        self.known.insert(here.into(), Arc::clone(&open));
        open
    }
}

/// Shows what the models see of each of the shop's turns.
pub fn views(turns: &[Turn<'_>], platform: Option<Platform>, mut show: impl FnMut(usize, &View<'_>)) {
    let mut buyer: Vec<&str> = Vec::new();
    let mut shop: Vec<&str> = Vec::new();
    for (n, turn) in turns.iter().enumerate() {
        match turn.role {
            Role::System => {}
            Role::Buyer => buyer.push(&turn.text),
            Role::Agent | Role::Robot => {
                let (asked, earlier) = buyer.split_last().map_or(("", &[][..]), |(last, rest)| (*last, rest));
                show(
                    n,
                    &View { here: &turn.text, asked, buyer_before: earlier, shop_before: &shop, platform },
                );
                shop.push(&turn.text);
            }
        }
    }
}

/// The score of every rule at each of the wanted turns.
pub fn scores_at(
    model: &Model,
    turns: &[Turn<'_>],
    platform: Option<Platform>,
    wanted: &BTreeSet<usize>,
    scratch: &mut Scratch,
) -> BTreeMap<usize, Vec<f32>> {
    let mut all = BTreeMap::new();
    views(turns, platform, |turn, view| {
        if !wanted.contains(&turn) {
            return;
        }
        features::own(view.here, &mut scratch.features, &mut scratch.found);
        model.scores(&scratch.found, &mut scratch.scores);
        let own = scratch.scores.clone();
        features::around(view, &mut scratch.features, &mut scratch.found);
        model.scores(&scratch.found, &mut scratch.scores);
        let sums = own.iter().zip(&scratch.scores).zip(&model.heads).map(|((a, b), head)| a + b + head.bias);
        all.insert(turn, sums.collect());
    });
    all
}

/// For every rule, the turn where it is seen most clearly, if it is seen at all.
pub fn look(
    model: &Model,
    turns: &[Turn<'_>],
    platform: Option<Platform>,
    scratch: &mut Scratch,
) -> Vec<Sight> {
    look_below(model, turns, platform, 0.0, scratch)
}

/// [`look`], with thresholds lowered by `slack`: what was nearly seen too.
pub fn look_below(
    model: &Model,
    turns: &[Turn<'_>],
    platform: Option<Platform>,
    slack: f32,
    scratch: &mut Scratch,
) -> Vec<Sight> {
    let mut sights: Vec<Sight> = Vec::new();
    if model.is_empty() {
        return sights;
    }
    views(turns, platform, |turn, view| {
        let open = scratch.open(model, view.here);
        if open.is_empty() {
            return;
        }
        features::around(view, &mut scratch.features, &mut scratch.found);
        model.scores(&scratch.found, &mut scratch.scores);
        for (head, own) in open.iter() {
            let (Some(known), Some(around)) = (model.heads.get(*head), scratch.scores.get(*head)) else {
                continue;
            };
            let score = own + around + known.bias;
            if score < known.suspected - slack {
                continue;
            }
            let sight = Sight { head: *head, turn, score };
            match sights.iter_mut().find(|s| s.head == *head) {
                Some(best) if best.score >= score => {}
                Some(best) => *best = sight,
                None => sights.push(sight),
            }
        }
    });
    sights
}

/// The words of a turn that weigh most for a rule, as ranges of bytes: neighbouring n-grams joined, heaviest first.
#[must_use]
pub fn heavy_words(model: &Model, head: usize, turn: &Turn<'_>) -> Vec<std::ops::Range<usize>> {
    const SHOWN: usize = 3;
    let count = turn.text.chars().count();
    let mut weights = vec![0.0f32; count];
    for (gram, start, end) in places(&turn.text) {
        let weight = model.weight(gram, head);
        let length = end.saturating_sub(start).max(1);
        #[allow(clippy::cast_precision_loss, reason = "an n-gram has at most four characters")]
        let share = weight / length as f32;
        for w in weights.iter_mut().take(end).skip(start) {
            *w += share;
        }
    }
    let largest = weights.iter().fold(0.0f32, |a, b| a.max(*b));
    let starts: Vec<usize> = turn.text.char_indices().map(|(at, _)| at).chain([turn.text.len()]).collect();
    let mut runs: Vec<(f32, std::ops::Range<usize>)> = Vec::new();
    let mut open: Option<(f32, usize)> = None;
    for (n, weight) in weights.iter().chain([&0.0]).enumerate() {
        let is_heavy = *weight > largest * 0.35 && *weight > 0.0;
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
    runs.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.start.cmp(&b.1.start)));
    runs.truncate(SHOWN);
    runs.into_iter().map(|(_, range)| range).collect()
}
