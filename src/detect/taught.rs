//! The taught models on a conversation: what they see of each of the shop's turns, and which rules they see broken.
//! Saying why is the job of `weigh`.

use std::collections::{BTreeMap, BTreeSet};

use fixedbitset::FixedBitSet;

use crate::detect::facts::Facts;
use crate::detect::scene::Scene;
use crate::model::Role;
use crate::taught::features::{self, Feature, View};
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

/// What a turn is judged by, in the order in which it is looked at: each dearer than the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The words of the shop's turn.
    Own,
    /// Those of the buyer's turn before it.
    Asked,
    /// What was said earlier, and where.
    Earlier,
    /// The signals that fire in both.
    Signs,
    /// Those that fired earlier.
    SignsBefore,
}

impl Step {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Own, Self::Asked, Self::Earlier, Self::Signs, Self::SignsBefore];

    /// The score under which a rule is given up after this step: a share of the way from nothing to the threshold. Words
    /// must bring half of it, so that no rule is charged for signals alone: that spares two fifths of the false alarms
    /// of ordinary talk, and most of the time. The signals of what was said earlier hardly ever decide.
    fn floor(self, head: &Head) -> f32 {
        match self {
            Self::Own => head.bias + head.own,
            Self::Asked => head.on_the_way(0.4),
            Self::Earlier => head.on_the_way(0.5),
            Self::Signs => head.on_the_way(0.9),
            Self::SignsBefore => head.suspected,
        }
    }
}

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
    /// Adds the features of one step.
    pub fn add(&self, step: Step, scratch: &mut features::Scratch, out: &mut Vec<Feature>) {
        let earlier = |turns: &[usize]| -> Vec<u64> {
            turns.iter().flat_map(|turn| self.scene.signs(*turn)).copied().collect()
        };
        match step {
            Step::Own => features::own(self.view.here, scratch, out),
            Step::Asked => features::asked(self.view.asked, scratch, out),
            Step::Earlier => features::earlier(&self.view, scratch, out),
            Step::Signs => {
                let asked = self.asked.map_or(&[][..], |turn| self.scene.signs(turn));
                features::signs(self.scene.signs(self.turn), asked, scratch, out);
            }
            Step::SignsBefore => {
                features::signs_before(&earlier(self.buyer_before), &earlier(self.shop_before), scratch, out);
            }
        }
    }
}

impl Scene<'_> {
    /// The numbers of the signals that fire in a turn.
    pub(super) fn signs(&self, turn: usize) -> &[u64] {
        let Some(known) = self.known.get(turn) else { return &[] };
        known.signs.get_or_init(|| {
            let heard = self.facts(turn).map(Facts::signals);
            let fired = heard.into_iter().flat_map(FixedBitSet::ones).filter(|ix| self.fires(turn, *ix));
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
    views(scene, |seen| {
        if wanted.contains(&seen.turn) {
            scratch.found.clear();
            for step in Step::ALL {
                seen.add(step, &mut scratch.features, &mut scratch.found);
            }
            model.scores(&scratch.found, &mut scratch.scores);
            let sums = scratch.scores.iter().zip(&model.heads).map(|(score, head)| score + head.bias);
            all.insert(seen.turn, sums.collect());
        }
    });
    all
}

/// For every rule, the turn where it is seen most clearly, if it is seen at all. Thresholds are lowered by `slack`, to
/// show what was nearly seen too.
///
/// A turn is looked at step by step, each only for the rules that are left. The first two are remembered by text.
pub fn look(models: &[&Model], scene: &Scene<'_>, slack: f32, scratch: &mut Scratch) -> Vec<Sight> {
    let mut sights: Vec<Sight> = Vec::new();
    if models.iter().all(|model| model.is_empty()) {
        return sights;
    }
    views(scene, |seen| {
        let mut near = near(models, scene, seen, slack, scratch);
        for step in [Step::Earlier, Step::Signs, Step::SignsBefore] {
            if near.is_empty() {
                return;
            }
            scratch.found.clear();
            seen.add(step, &mut scratch.features, &mut scratch.found);
            add(models, &mut near, scratch);
            let floor = |sight: &Sight| {
                let head = models.get(sight.model)?.heads.get(sight.head)?;
                Some(step.floor(head) - slack)
            };
            near.retain(|sight| floor(sight).is_some_and(|floor| sight.score >= floor));
        }
        near.into_iter().for_each(|sight| keep_best(&mut sights, sight));
    });
    sights
}

/// The rules that the words of a turn and of the question before it leave open, with the score so far.
fn near(
    models: &[&Model],
    scene: &Scene<'_>,
    seen: &Seen<'_, '_>,
    slack: f32,
    scratch: &mut Scratch,
) -> Vec<Sight> {
    let Some(known) = scene.known.get(seen.turn) else { return Vec::new() };
    let open = known.open.get_or_init(|| open(models, seen.view.here, scratch));
    if open.is_empty() {
        return Vec::new();
    }
    let asked = seen.asked.and_then(|turn| scene.known.get(turn));
    let asked = asked.map(|known| known.asked.get_or_init(|| asked_scores(models, seen.view.asked, scratch)));
    let bases = models.iter().scan(0, |next, model| {
        let base = *next;
        *next += model.heads.len();
        Some(base)
    });
    let mut near = Vec::new();
    for (number, (model, base)) in models.iter().zip(bases).enumerate() {
        for open in open.iter().filter(|open| open.model == number) {
            let Some(head) = model.heads.get(open.head) else { continue };
            let asked = asked.and_then(|scores| scores.get(base + open.head)).copied().unwrap_or_default();
            let score = open.own + asked + head.bias;
            if score >= Step::Asked.floor(head) - slack {
                near.push(Sight { model: number, head: open.head, turn: seen.turn, score });
            }
        }
    }
    near
}

/// Adds what the features found weigh.
fn add(models: &[&Model], near: &mut [Sight], scratch: &mut Scratch) {
    for (number, model) in models.iter().enumerate() {
        if near.iter().any(|sight| sight.model == number) {
            model.scores(&scratch.found, &mut scratch.scores);
            for sight in near.iter_mut().filter(|sight| sight.model == number) {
                sight.score += scratch.scores.get(sight.head).copied().unwrap_or_default();
            }
        }
    }
}

/// What the words of a buyer's turn add to the score of every rule of every model.
fn asked_scores(models: &[&Model], asked: &str, scratch: &mut Scratch) -> Box<[f32]> {
    scratch.found.clear();
    features::asked(asked, &mut scratch.features, &mut scratch.found);
    let mut all = Vec::new();
    for model in models {
        model.scores(&scratch.found, &mut scratch.scores);
        all.extend_from_slice(&scratch.scores);
    }
    all.into()
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
    scratch.found.clear();
    features::own(here, &mut scratch.features, &mut scratch.found);
    let mut open = Vec::new();
    for (number, model) in models.iter().enumerate() {
        model.scores(&scratch.found, &mut scratch.scores);
        let scored = scratch.scores.iter().enumerate().zip(&model.heads);
        let may = |(_, own): &(usize, &f32), head: &Head| **own + head.bias >= Step::Own.floor(head);
        let found = scored.filter(|(scored, head)| may(scored, head));
        open.extend(found.map(|((head, own), _)| Open { model: number, head, own: *own }));
    }
    open.into()
}
