//! Where the written words of a rule hold, but its taught model, which has seen hundreds of breaches and of harmless
//! look-alikes, finds nothing like a breach in the turns: then the words were about something else, and the rule is not
//! charged. Where even the words by themselves are no clear breach, the model must see the breach itself. What it would not
//! charge by itself is suspected at most, and a mere warning is taken back sooner. Only the pack's own rules are weighed so;
//! what a user's file adds is never taken back.

use std::collections::BTreeMap;

use crate::detect::case::{By, Fire};
use crate::detect::detector::Detector;
use crate::detect::scene::Scene;
use crate::detect::taught::{self, Sight};
use crate::finding::Level;
use crate::rules::pack::RuleIx;

/// How like a breach the turns look where the written words of a rule hold, by its taught model.
pub(super) struct Likeness {
    /// The best score among them.
    pub(super) score: f32,
    /// What scores less is not charged.
    pub(super) floor: f32,
    /// Whether the model would charge it by itself: what stands around the words, and the words alone.
    is_sure: bool,
}

impl Likeness {
    /// Whether they all look unlike a breach.
    pub(super) fn is_unlike(&self) -> bool {
        self.score < self.floor
    }
}

impl Detector<'_> {
    /// Drops the rules whose fires all look unlike a breach, and doubts those that the model would not charge.
    pub(super) fn without_unlike(
        &self,
        scene: &Scene<'_>,
        mut fires: BTreeMap<RuleIx, Vec<Fire>>,
        scratch: &mut taught::Scratch,
    ) -> BTreeMap<RuleIx, Vec<Fire>> {
        for (rule, likeness) in self.likeness(scene, &fires, scratch) {
            if likeness.is_unlike() {
                fires.remove(&rule);
            } else if !likeness.is_sure {
                fires.get_mut(&rule).into_iter().flatten().for_each(|fire| fire.doubted = true);
            }
        }
        fires
    }

    /// The rules whose written words hold and that have a model to ask, each with how like a breach its fires look.
    pub(super) fn likeness(
        &self,
        scene: &Scene<'_>,
        fires: &BTreeMap<RuleIx, Vec<Fire>>,
        scratch: &mut taught::Scratch,
    ) -> BTreeMap<RuleIx, Likeness> {
        let Some(limit) = self.pack.unlike.filter(|_| self.weighs()) else { return BTreeMap::new() };
        let share = |rule: RuleIx| {
            let is_warning = self.pack.rules.get(rule).is_some_and(|rule| rule.meta.level == Level::Warning);
            self.pack.unlike_warnings.filter(|_| is_warning).unwrap_or(limit)
        };
        // Whoever asks for the strict cases wants them all: the model was taught what breaks a rule without them.
        let is_strict = |case: usize| self.pack.cases.get(case).is_some_and(|case| case.strict);
        let is_written = |fire: &Fire| matches!(fire.by, By::Case(case) if !is_strict(case));
        let mut wanted: Vec<Sight> = Vec::new();
        let weighed = fires.iter().filter(|(_, list)| list.iter().all(is_written));
        let weighed: Vec<(RuleIx, usize)> =
            weighed.filter_map(|(rule, _)| Some((*rule, self.head_of(*rule)?))).collect();
        for (rule, head) in &weighed {
            let turns = fires.get(rule).into_iter().flatten().map(|fire| fire.turn);
            wanted.extend(turns.map(|turn| Sight { model: 0, head: *head, turn, score: f32::MIN }));
        }
        if wanted.is_empty() {
            return BTreeMap::new();
        }
        taught::score(&self.models, scene, &mut wanted, scratch);
        let heads = self.models.get(0).map_or(&[][..], |model| &model.heads);
        let likeness = |(rule, number): (RuleIx, usize)| {
            let head = heads.get(number)?;
            let sights = wanted.iter().filter(|sight| sight.head == number);
            let best = sights.max_by(|a, b| a.score.total_cmp(&b.score))?;
            let (words, least) = taught::alone(&self.models, scene, best, scratch)?;
            let usual = head.unlike.min(head.on_the_way(share(rule)));
            let floor = if words < least + self.pack.vague { head.suspected } else { usual };
            let is_sure = best.score >= head.suspected && words >= least;
            Some((rule, Likeness { score: best.score, floor, is_sure }))
        };
        weighed.into_iter().filter_map(likeness).collect()
    }

    /// The head that may speak against a rule: none for rules without a model and for those that a user's file changed.
    fn head_of(&self, rule: RuleIx) -> Option<usize> {
        let known = self.pack.rules.get(rule).filter(|r| !r.taught.is_off && !r.is_users)?;
        let mut cases = self.pack.cases.iter().filter(|case| case.rule == rule);
        if cases.any(|case| case.triggers.iter().any(|signal| self.pack.extended.contains(signal))) {
            return None;
        }
        self.models.get(0)?.heads.iter().position(|head| head.rule == known.meta.id.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::detector::{Scratch, Ways};
    use crate::detect::small;
    use crate::finding::{Certainty, Finding};
    use crate::rules::dialogue;
    use crate::rules::pack::Pack;
    use crate::taught::features;
    use crate::taught::model::Model;

    fn found(pack: &Pack, model: &Model) -> Vec<Finding> {
        let detector = Detector::new(pack, model, Ways::Both);
        let conversation = dialogue::parse("买：有票吗 | 客：不开", None).unwrap();
        detector.judge(&conversation, &mut Scratch::default())
    }

    /// The model charges from 0.5 on.
    #[test]
    fn what_the_model_would_not_charge_is_suspected() {
        let pack = small::pack();
        let charged = |score: f32| found(&pack, &small::model(score, -0.1, -1.0)).swap_remove(0);
        let (sure, doubted) = (charged(0.6), charged(0.4));
        assert_eq!((sure.certainty, doubted.certainty), (Certainty::Certain, Certainty::Suspected));
        assert!(!sure.why.contains("请人看一眼"), "{}", sure.why);
        assert!(doubted.why.contains("请人看一眼"), "{}", doubted.why);
    }

    /// The turn scores 0.4 on the way from 0 to 0.5, and held-out examples set the floor at 0.45: the pack lowers it to three
    /// quarters of the way for violations, not at all for warnings.
    #[test]
    fn a_doubted_warning_is_taken_back_sooner_than_a_violation() {
        let (marketplace, value) = features::platform(None);
        let charged = |level: &str, floor: f32| {
            let heads = small::model(0.0, floor, -1.0).heads;
            found(&small::of_level(level), &Model::new(heads, "", &[vec![(marketplace, 0.4 / value)]])).len()
        };
        assert_eq!((charged("violation", 0.45), charged("warning", 0.45)), (1, 0));
        assert_eq!((charged("violation", 0.3), charged("warning", 0.3)), (1, 1));
    }

    #[test]
    fn words_that_are_no_clear_breach_need_more_around_them() {
        let pack = small::pack();
        // The turn scores 0, the words by themselves too.
        let charged =
            |unlike: f32, least_of_words: f32| found(&pack, &small::model(0.0, unlike, least_of_words)).len();
        assert_eq!(charged(-0.1, -1.0), 1, "clear words, above what is unlike a breach");
        assert_eq!(charged(0.1, -1.0), 0, "clear words, but below it");
        assert_eq!(charged(-0.1, -0.2), 0, "vague words, and the rest is far from the threshold");
    }
}
