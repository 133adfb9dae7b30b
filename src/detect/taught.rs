//! The taught models on a conversation: what they see of each of the shop's turns, and which rules they see broken.
//! Saying why is the job of `weigh`.

use fixedbitset::FixedBitSet;

use crate::detect::facts::Facts;
use crate::detect::scene::Scene;
use crate::detect::signs::Signs;
use crate::detect::turn::Turn;
use crate::model::Role;
use crate::rules::pack::{Pack, RuleIx, SignalIx, Taught};
use crate::taught::features::{self, Alike, Feature, Place, View};
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

/// What one earlier turn adds to the scores.
#[derive(Debug)]
pub struct Said {
    /// How many features it has.
    features: usize,
    /// For each rule of each model, what they weigh together, not yet scaled.
    scores: Box<[f32]>,
}

/// The models that are asked.
#[derive(Default)]
pub struct Models<'p> {
    list: Vec<&'p Model>,
    /// The rules of all models, one after the other: number of the model, number in it, the rule of the pack if it has it.
    rules: Vec<(usize, usize, Option<RuleIx>)>,
    /// What a turn is measured by first, for each of them: close together, for every turn is.
    bars: Vec<Bar>,
    signs: Signs,
}

/// What the words of a turn and of the question before it must bring for a rule, without its bias.
struct Bar {
    /// After [`Step::Own`].
    own: f32,
    /// After [`Step::Asked`].
    asked: f32,
}

impl<'p> Models<'p> {
    /// These models and one more.
    #[must_use]
    pub fn with(mut self, model: &'p Model, pack: &Pack) -> Self {
        for (number, head) in model.heads.iter().enumerate() {
            let rule = pack.rules.iter().position(|rule| rule.meta.id.as_str() == head.rule);
            self.rules.push((self.list.len(), number, rule));
            let [own, asked] = [Step::Own, Step::Asked].map(|step| step.floor(head) - head.bias);
            self.bars.push(Bar { own, asked });
        }
        self.list.push(model);
        self.signs = Signs::new(&self.list, pack);
        self
    }

    /// A model by its number.
    #[must_use]
    pub fn get(&self, number: usize) -> Option<&'p Model> {
        self.list.get(number).copied()
    }

    /// What is known about the rule of a sight.
    #[must_use]
    pub fn head(&self, sight: &Sight) -> Option<&'p Head> {
        self.list.get(sight.model)?.heads.get(sight.head)
    }

    /// The rule of the pack that a sight is about.
    #[must_use]
    pub fn rule(&self, sight: &Sight) -> Option<RuleIx> {
        self.rules.get(self.number(sight))?.2
    }

    /// The rule of the pack for each rule of each model.
    pub fn rules(&self) -> impl Iterator<Item = Option<RuleIx>> {
        self.rules.iter().map(|(.., rule)| *rule)
    }

    /// The number of a rule among those of all models.
    fn number(&self, sight: &Sight) -> usize {
        let before: usize = self.list.iter().take(sight.model).map(|model| model.heads.len()).sum();
        before + sight.head
    }

    /// What features add to the score of each rule of each model.
    fn scores(&self, alike: Alike<'_>) -> Box<[f32]> {
        let mut scores = Vec::with_capacity(self.list.iter().map(|model| model.heads.len()).sum());
        self.list.iter().for_each(|model| model.scores(alike, &mut scores));
        scores.into_boxed_slice()
    }

    /// The entry of a rule in such a list.
    fn entry(&self, scores: &[f32], sight: &Sight) -> f32 {
        scores.get(self.number(sight)).copied().unwrap_or_default()
    }
}

/// What is looked for in a conversation.
pub struct Sieve<'p> {
    /// For each rule of each model what must stand around a turn that is charged, `None` for a rule that is not charged in
    /// this conversation; `None` to look for all rules everywhere.
    pub rules: Option<Vec<Option<&'p Taught>>>,
    /// Thresholds are lowered by so much, to show what was nearly seen too.
    pub slack: f32,
}

impl Sieve<'_> {
    /// Whether a rule, by its number among those of all models, is looked for at all.
    fn is_open(&self, number: usize) -> bool {
        self.rules.as_ref().is_none_or(|rules| rules.get(number).is_some_and(Option::is_some))
    }

    /// What must stand around a turn that is charged.
    fn conditions(&self, number: usize) -> Option<&Taught> {
        self.rules.as_ref().and_then(|rules| rules.get(number).copied().flatten())
    }
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
    /// What the buyer said to it.
    Answer,
    /// The signals that fire in both.
    Signs,
    /// Those that fired earlier.
    SignsBefore,
}

impl Step {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Own, Self::Asked, Self::Earlier, Self::Answer, Self::Signs, Self::SignsBefore];

    /// The score under which a rule is given up after this step: a share of the way from nothing to the threshold. Few
    /// charges are lost by it, most of the time is spared, and no rule is charged for signals alone. The signals of what was
    /// said earlier hardly ever decide.
    fn floor(self, head: &Head) -> f32 {
        match self {
            Self::Own => head.bias + head.own,
            Self::Asked | Self::Earlier | Self::Answer => head.on_the_way(0.35),
            Self::Signs => head.on_the_way(0.75),
            Self::SignsBefore => head.suspected,
        }
    }
}

/// What a thread keeps between conversations.
pub type Scratch = features::Scratch;

/// One of the shop's turns as the models see it.
pub struct Seen<'v, 's> {
    /// Its number in the conversation.
    pub turn: usize,
    /// The words.
    pub view: View<'v>,
    /// The buyer's turn before it.
    pub asked: Option<usize>,
    /// The buyer's turn after it.
    answered: Option<usize>,
    buyer_before: &'v [usize],
    shop_before: &'v [usize],
    scene: &'v Scene<'s>,
}

impl Seen<'_, '_> {
    /// Adds the features of one step: everything that a model can learn from, of the signals only those that are `heard`.
    pub fn add(&self, step: Step, heard: &FixedBitSet, scratch: &mut Scratch, out: &mut Vec<Feature>) {
        match step {
            Step::Own => out.extend(features::own(self.view.here, scratch).each()),
            Step::Asked => out.extend(features::asked(self.view.asked, scratch).each()),
            Step::Earlier => features::earlier(&self.view, scratch, out),
            Step::Answer => out.extend(features::answer(self.view.answer, scratch).each()),
            Step::Signs | Step::SignsBefore => {
                for (place, turns) in self.places(step) {
                    let fired = turns.iter().flat_map(|turn| self.scene.signs(*turn, heard));
                    let mut fired: Vec<u64> = fired.collect();
                    fired.sort_unstable();
                    fired.dedup();
                    out.extend(fired.into_iter().map(|signal| place.sign(signal)));
                }
            }
        }
    }

    /// Where signals count in a step, and the turns in which they fire.
    fn places(&self, step: Step) -> [(Place, &[usize]); 2] {
        match step {
            Step::SignsBefore => [(Place::Buyer, self.buyer_before), (Place::Shop, self.shop_before)],
            _ => [(Place::Here, std::slice::from_ref(&self.turn)), (Place::Asked, self.asked.as_slice())],
        }
    }

    /// What the words of the turn, of the buyer's turn before it or of the one after it add to the score of each rule; nothing
    /// when there is no such turn.
    fn scores(&self, step: Step, models: &Models<'_>, scratch: &mut Scratch) -> &[f32] {
        let known = |turn: usize| self.scene.known.get(turn);
        let scores = match step {
            Step::Asked => self.asked.and_then(known).map(|known| {
                known.asked.get_or_init(|| models.scores(features::asked(self.view.asked, scratch)))
            }),
            Step::Answer => self.answered.and_then(known).map(|known| {
                known.answer.get_or_init(|| models.scores(features::answer(self.view.answer, scratch)))
            }),
            _ => known(self.turn)
                .map(|known| known.own.get_or_init(|| models.scores(features::own(self.view.here, scratch)))),
        };
        scores.map_or(&[], |scores| scores)
    }

    /// Adds to the scores of rules what a step adds to them.
    fn weigh(&self, step: Step, models: &Models<'_>, sights: &mut [Sight], scratch: &mut Scratch) {
        let remembered = |turn: usize| self.scene.known.get(turn).zip(self.scene.turns.get(turn));
        match step {
            Step::Own | Step::Asked | Step::Answer => {
                let scores = self.scores(step, models, scratch);
                sights.iter_mut().for_each(|sight| sight.score += models.entry(scores, sight));
            }
            Step::Earlier => {
                let (bought, sold) =
                    (features::latest(self.view.buyer_before), features::latest(self.view.shop_before));
                for (turns, latest) in [(self.buyer_before, bought), (self.shop_before, sold)] {
                    let turns = turns.get(turns.len() - latest.len()..).unwrap_or_default();
                    let said: Vec<&Said> = turns
                        .iter()
                        .filter_map(|turn| remembered(*turn))
                        .map(|(known, turn)| known.said.get_or_init(|| said(models, turn, scratch)))
                        .collect();
                    let scale = features::scale(said.iter().map(|said| said.features).sum());
                    for sight in sights.iter_mut() {
                        let all = said.iter().map(|said| models.entry(&said.scores, sight));
                        sight.score += all.sum::<f32>() * scale;
                    }
                }
                let (platform, value) = features::platform(self.view.platform);
                for sight in sights {
                    let weight = models.get(sight.model).map(|model| model.weight(platform, sight.head));
                    sight.score += weight.unwrap_or_default() * value;
                }
            }
            Step::Signs | Step::SignsBefore => {
                for (place, turns) in self.places(step) {
                    self.weigh_signs(place, turns, models, sights);
                }
            }
        }
    }

    /// Looks for the signals that weigh for the rules, and for no others.
    fn weigh_signs(&self, place: Place, turns: &[usize], models: &Models<'_>, sights: &mut [Sight]) {
        let fires = |turn: usize, signal: SignalIx| {
            self.scene.facts(turn).is_some_and(|facts| facts.signals().contains(signal))
                && self.scene.fires(turn, signal)
        };
        for sight in sights {
            let signs = models.signs.of(models.number(sight), place).iter();
            let fired = signs.filter(|sign| turns.iter().any(|turn| fires(*turn, sign.signal)));
            sight.score += fired.map(|sign| sign.weight).sum::<f32>();
        }
    }
}

impl Scene<'_> {
    /// The numbers of those signals among the heard ones that fire in a turn.
    fn signs<'a>(&'a self, turn: usize, heard: &'a FixedBitSet) -> impl Iterator<Item = u64> + 'a {
        let possible = self.facts(turn).map(Facts::signals);
        let heard = possible.into_iter().flat_map(|signals| signals.intersection(heard));
        let fired = heard.filter(move |ix| self.fires(turn, *ix));
        fired.filter_map(|ix| self.pack.signals.get(ix)).map(|s| features::named(&s.id))
    }

    /// The buyer's turn right after one, system lines aside.
    pub(super) fn answered(&self, turn: usize) -> Option<usize> {
        let mut later = self.turns.iter().enumerate().skip(turn + 1);
        later
            .find(|(_, turn)| turn.role != Role::System)
            .filter(|(_, turn)| turn.role == Role::Buyer)
            .map(|(at, _)| at)
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
                let answered = scene.answered(n);
                let answer = answered.and_then(|turn| scene.turns.get(turn));
                let view = View {
                    here: &turn.text,
                    asked,
                    buyer_before: words_before,
                    shop_before: &sold,
                    answer: answer.map_or("", |turn| &turn.text),
                    platform: scene.conversation.platform,
                };
                show(&Seen {
                    turn: n,
                    view,
                    asked: buyer.last().copied(),
                    answered,
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

/// The whole score of rules at turns: `wanted` names the turn, the model and the rule of each.
pub(super) fn score(models: &Models<'_>, scene: &Scene<'_>, wanted: &mut [Sight], scratch: &mut Scratch) {
    views(scene, |seen| {
        for sight in wanted.iter_mut().filter(|sight| sight.turn == seen.turn) {
            sight.score = models.head(sight).map_or(0.0, |head| head.bias);
            for step in Step::ALL {
                seen.weigh(step, models, std::slice::from_mut(sight), scratch);
            }
        }
    });
}

/// For every rule, the turn where it is seen most clearly, if it is seen at all.
///
/// A turn is looked at step by step, each only for the rules that are left; what hangs on a text alone is remembered.
pub fn look(models: &Models<'_>, scene: &Scene<'_>, sieve: &Sieve<'_>, scratch: &mut Scratch) -> Vec<Sight> {
    let mut sights: Vec<Sight> = Vec::new();
    if !(0..models.bars.len()).any(|number| sieve.is_open(number)) {
        return sights;
    }
    views(scene, |seen| {
        let mut near = near(models, seen, sieve, scratch);
        stand_alone(models, seen, sieve, &mut near, scratch);
        for step in [Step::Earlier, Step::Answer, Step::Signs, Step::SignsBefore] {
            if near.is_empty() {
                return;
            }
            seen.weigh(step, models, &mut near, scratch);
            let floor = |sight: &Sight| Some(step.floor(models.head(sight)?) - sieve.slack);
            near.retain(|sight| floor(sight).is_some_and(|floor| sight.score >= floor));
        }
        // A turn where a rule must not be charged does not hide another where it may.
        near.retain(|sight| {
            let conditions = sieve.conditions(models.number(sight));
            conditions.is_none_or(|taught| scene.allows(taught, sight.turn))
        });
        near.into_iter().for_each(|sight| keep_best(&mut sights, sight));
    });
    sights
}

/// The rules that the words of a turn and of the question before it leave open, with the score so far.
fn near(models: &Models<'_>, seen: &Seen<'_, '_>, sieve: &Sieve<'_>, scratch: &mut Scratch) -> Vec<Sight> {
    let own = seen.scores(Step::Own, models, scratch);
    let bars = models.bars.iter().zip(own).enumerate();
    let mut bars = bars.filter(|(number, (bar, own))| **own >= bar.own && sieve.is_open(*number)).peekable();
    if bars.peek().is_none() {
        return Vec::new();
    }
    let asked = seen.scores(Step::Asked, models, scratch);
    let mut near = Vec::new();
    for (number, (bar, own)) in bars {
        let score = own + asked.get(number).copied().unwrap_or_default();
        if score < bar.asked - sieve.slack {
            continue;
        }
        if let Some((model, head, _)) = models.rules.get(number).copied() {
            let sight = Sight { model, head, turn: seen.turn, score };
            let bias = models.head(&sight).map_or(0.0, |head| head.bias);
            near.push(Sight { score: score + bias, ..sight });
        }
    }
    near
}

/// Keeps the rules that a turn's words speak of by themselves: the question alone is no fault.
fn stand_alone(
    models: &Models<'_>,
    seen: &Seen<'_, '_>,
    sieve: &Sieve<'_>,
    near: &mut Vec<Sight>,
    scratch: &mut Scratch,
) {
    if near.is_empty() {
        return;
    }
    let own = features::own(seen.view.here, scratch);
    let room = |sight: &Sight| models.head(sight).map(|head| head.alone.score(own) - head.alone.floor);
    near.retain(|sight| room(sight).is_some_and(|room| room >= -sieve.slack));
}

/// How the words of a turn are judged by themselves, and what they need for a charge.
pub fn alone(
    models: &Models<'_>,
    scene: &Scene<'_>,
    sight: &Sight,
    scratch: &mut Scratch,
) -> Option<(f32, f32)> {
    let alone = &models.head(sight)?.alone;
    let turn = scene.turns.get(sight.turn)?;
    Some((alone.score(features::own(&turn.text, scratch)), alone.floor))
}

/// What the words of a turn add when they were said earlier.
fn said(models: &Models<'_>, turn: &Turn<'_>, scratch: &mut Scratch) -> Said {
    let alike = features::said(&turn.text, turn.role, scratch);
    Said { features: alike.features.len(), scores: models.scores(alike) }
}

fn keep_best(sights: &mut Vec<Sight>, sight: Sight) {
    match sights.iter_mut().find(|s| (s.model, s.head) == (sight.model, sight.head)) {
        Some(best) if best.score >= sight.score => {}
        Some(best) => *best = sight,
        None => sights.push(sight),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::detector::{Detector, Ways};
    use crate::detect::memory::Memory;
    use crate::detect::small;
    use crate::detect::turn::turns;
    use crate::rules::dialogue;
    use crate::text::normal::Normaliser;

    #[test]
    fn a_turn_is_answered_by_the_buyer_alone() {
        let (pack, model) = (small::pack(), Model::default());
        let detector = Detector::new(&pack, &model, Ways::Both);
        let talk = "客：在的 | 买：有票吗 | 客：不开 | 系：买家已付款 | 买：我要投诉 | 客：请便 | 机：欢迎光临 | 买：呵";
        let conversation = dialogue::parse(talk, None).unwrap();
        let turns = turns(&conversation, &mut Normaliser::default());
        let mut memory = Memory::default();
        let scene = detector.scene(&conversation, &turns, memory.recall(&turns));
        let mut heard = Vec::new();
        views(&scene, |seen| heard.push((seen.view.here.to_owned(), seen.view.answer.to_owned())));
        let answers: Vec<(&str, &str)> =
            heard.iter().map(|(here, answer)| (here.as_str(), answer.as_str())).collect();
        assert_eq!(answers, [("在的", "有票吗"), ("不开", "我要投诉"), ("请便", ""), ("欢迎光临", "呵")]);
    }
}
