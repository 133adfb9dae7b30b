//! The taught models on a conversation: what they see of each of the shop's turns, and which rules they see broken.
//! Saying why is the job of `weigh`.

use std::collections::{BTreeMap, BTreeSet};

use crate::detect::scene::Scene;
use crate::model::Role;
use crate::taught::features::{self, Feature, Signs, View};
use crate::taught::model::{Head, Model};

/// A rule that a taught model sees broken at a turn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sight {
    /// Number of the model.
    pub model: usize,
    /// Number of the rule in the model.
    pub head: usize,
    /// The shop's turn.
    pub turn: usize,
    /// How strongly.
    pub score: f32,
}

/// A rule that a turn's own words do not rule out.
#[derive(Clone, Copy, Debug)]
pub struct Open {
    model: usize,
    head: usize,
    /// What the turn's own words add to the score.
    own: f32,
}

/// What signals are trusted to add to a score: with the words further below the threshold they are not looked for. On
/// labelled conversations nothing is lost by that which a wider margin would find.
const SIGNS: f32 = 0.6;

/// What a thread keeps between conversations.
#[derive(Default)]
pub struct Scratch {
    features: features::Scratch,
    found: Vec<Feature>,
    scores: Vec<f32>,
}

/// One of the shop's turns as the models see it.
pub struct Seen<'v, 's> {
    /// Its number in the conversation.
    pub turn: usize,
    /// The words.
    pub view: View<'v>,
    /// The buyer's turn before it.
    pub asked: Option<usize>,
    buyer_before: &'v [usize],
    shop_before: &'v [usize],
    scene: &'v Scene<'s>,
}

impl Seen<'_, '_> {
    /// The features of everything but the turn's own words.
    pub fn around(&self, scratch: &mut features::Scratch, out: &mut Vec<Feature>) {
        features::around(&self.view, scratch, out);
        self.signs(scratch, out);
    }

    /// Adds the features of the signals that fired.
    fn signs(&self, scratch: &mut features::Scratch, out: &mut Vec<Feature>) {
        let all = |turns: &[usize]| -> Vec<u64> {
            turns.iter().flat_map(|turn| self.scene.signs(*turn)).copied().collect()
        };
        let signs = Signs {
            here: self.scene.signs(self.turn),
            asked: self.asked.map_or(&[], |turn| self.scene.signs(turn)),
            buyer_before: &all(self.buyer_before),
            shop_before: &all(self.shop_before),
        };
        features::signs(&signs, scratch, out);
    }
}

impl Scene<'_> {
    /// The numbers of the signals that fire in a turn.
    pub(super) fn signs(&self, turn: usize) -> &[u64] {
        let Some(known) = self.known.get(turn) else { return &[] };
        known.signs.get_or_init(|| {
            let fires = |ix: &usize| self.signal(turn, *ix).is_some();
            let fired = (0..self.pack.signals.len()).filter(fires);
            fired.filter_map(|ix| self.pack.signals.get(ix)).map(|s| features::named(&s.id)).collect()
        })
    }
}

/// Shows each of the shop's turns as the models see it.
pub fn views(scene: &Scene<'_>, mut show: impl FnMut(&Seen<'_, '_>)) {
    let (mut buyer, mut shop): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
    let (mut bought, mut sold): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    for (n, turn) in scene.turns.iter().enumerate() {
        match turn.role {
            Role::System => {}
            Role::Buyer => {
                buyer.push(n);
                bought.push(&turn.text);
            }
            Role::Agent | Role::Robot => {
                let (asked, words_before) =
                    bought.split_last().map_or(("", &[][..]), |(last, rest)| (*last, rest));
                let view = View {
                    here: &turn.text,
                    asked,
                    buyer_before: words_before,
                    shop_before: &sold,
                    platform: scene.conversation.platform,
                };
                show(&Seen {
                    turn: n,
                    view,
                    asked: buyer.last().copied(),
                    buyer_before: buyer.split_last().map_or(&[], |(_, rest)| rest),
                    shop_before: &shop,
                    scene,
                });
                shop.push(n);
                sold.push(&turn.text);
            }
        }
    }
}

/// The score of every rule of a model at each of the wanted turns.
pub(super) fn scores_at(
    model: &Model,
    scene: &Scene<'_>,
    wanted: &BTreeSet<usize>,
    scratch: &mut Scratch,
) -> BTreeMap<usize, Vec<f32>> {
    let mut all = BTreeMap::new();
    let mut features = Vec::new();
    views(scene, |seen| {
        if wanted.contains(&seen.turn) {
            features::own(seen.view.here, &mut scratch.features, &mut features);
            seen.around(&mut scratch.features, &mut scratch.found);
            features.append(&mut scratch.found);
            model.scores(&features, &mut scratch.scores);
            let sums = scratch.scores.iter().zip(&model.heads).map(|(score, head)| score + head.bias);
            all.insert(seen.turn, sums.collect());
        }
    });
    all
}

/// For every rule, the turn where it is seen most clearly, if it is seen at all. Thresholds are lowered by `slack`, to
/// show what was nearly seen too.
pub fn look(models: &[&Model], scene: &Scene<'_>, slack: f32, scratch: &mut Scratch) -> Vec<Sight> {
    let mut sights: Vec<Sight> = Vec::new();
    if models.iter().all(|model| model.is_empty()) {
        return sights;
    }
    views(scene, |seen| {
        let Some(known) = scene.known.get(seen.turn) else { return };
        let open = known.open.get_or_init(|| open(models, seen.view.here, scratch));
        if open.is_empty() {
            return;
        }
        features::around(&seen.view, &mut scratch.features, &mut scratch.found);
        let mut near = words(models, open, slack, scratch);
        if near.is_empty() {
            return;
        }
        // Signals cost far more to look for than n-grams: they are asked for where they could decide.
        scratch.found.clear();
        seen.signs(&mut scratch.features, &mut scratch.found);
        for (number, model) in models.iter().enumerate() {
            if !near.iter().any(|sight| sight.model == number) {
                continue;
            }
            model.scores(&scratch.found, &mut scratch.scores);
            for sight in near.iter_mut().filter(|sight| sight.model == number) {
                let scored = model.heads.get(sight.head).zip(scratch.scores.get(sight.head));
                let Some((head, signs)) = scored else { continue };
                let score = sight.score + signs;
                if score >= head.suspected - slack {
                    keep_best(&mut sights, Sight { turn: seen.turn, score, ..*sight });
                }
            }
        }
    });
    sights
}

/// The scores by words alone of open rules which signals could lift above their thresholds.
fn words(models: &[&Model], open: &[Open], slack: f32, scratch: &mut Scratch) -> Vec<Sight> {
    let mut near = Vec::new();
    for (number, model) in models.iter().enumerate() {
        let mut ours = open.iter().filter(|open| open.model == number).peekable();
        if ours.peek().is_none() {
            continue;
        }
        model.scores(&scratch.found, &mut scratch.scores);
        for open in ours {
            let scored = model.heads.get(open.head).zip(scratch.scores.get(open.head));
            let Some((head, around)) = scored else { continue };
            let score = open.own + around + head.bias;
            if score >= head.suspected - slack - SIGNS {
                near.push(Sight { model: number, head: open.head, turn: 0, score });
            }
        }
    }
    near
}

fn keep_best(sights: &mut Vec<Sight>, sight: Sight) {
    match sights.iter_mut().find(|s| (s.model, s.head) == (sight.model, sight.head)) {
        Some(best) if best.score >= sight.score => {}
        Some(best) => *best = sight,
        None => sights.push(sight),
    }
}

/// The rules that a turn's own words do not rule out.
fn open(models: &[&Model], here: &str, scratch: &mut Scratch) -> Box<[Open]> {
    features::own(here, &mut scratch.features, &mut scratch.found);
    let mut open = Vec::new();
    for (number, model) in models.iter().enumerate() {
        model.scores(&scratch.found, &mut scratch.scores);
        let scored = scratch.scores.iter().enumerate().zip(&model.heads);
        let may = |(_, own): &(usize, &f32), head: &Head| **own >= head.own;
        let found = scored.filter(|(scored, head)| may(scored, head));
        open.extend(found.map(|((head, own), _)| Open { model: number, head, own: *own }));
    }
    open.into()
}
