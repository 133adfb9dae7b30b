//! Where the written words of a rule hold, but its taught model, which has seen hundreds of breaches and of harmless
//! look-alikes, finds nothing like a breach in the turns: then the words were about something else, and the rule is not
//! charged. Only the pack's own rules are weighed so; what a user's file adds is never taken back.

use std::collections::{BTreeMap, BTreeSet};

use crate::detect::case::{By, Fire};
use crate::detect::detector::Detector;
use crate::detect::scene::Scene;
use crate::detect::taught;
use crate::rules::pack::RuleIx;

impl Detector<'_> {
    /// Drops the rules whose fires all look unlike a breach.
    pub(super) fn without_unlike(
        &self,
        scene: &Scene<'_>,
        mut fires: BTreeMap<RuleIx, Vec<Fire>>,
        scratch: &mut taught::Scratch,
    ) -> BTreeMap<RuleIx, Vec<Fire>> {
        let unlike = self.unlike(scene, &fires, scratch);
        fires.retain(|rule, _| !unlike.contains_key(rule));
        fires
    }

    /// The rules whose fires all look unlike a breach, each with the best likeness among them and the floor it is under.
    pub(super) fn unlike(
        &self,
        scene: &Scene<'_>,
        fires: &BTreeMap<RuleIx, Vec<Fire>>,
        scratch: &mut taught::Scratch,
    ) -> BTreeMap<RuleIx, (f32, f32)> {
        let Some(share) = self.pack.unlike.filter(|_| self.weighs()) else { return BTreeMap::new() };
        let written = |fire: &&Fire| matches!(fire.by, By::Case(_));
        let weighed: Vec<(RuleIx, usize, &Vec<Fire>)> =
            fires.iter().filter_map(|(rule, list)| Some((*rule, self.head_of(*rule)?, list))).collect();
        let turns: BTreeSet<usize> = weighed
            .iter()
            .flat_map(|(_, _, list)| list.iter().filter(written))
            .map(|fire| fire.turn)
            .collect();
        if turns.is_empty() {
            return BTreeMap::new();
        }
        let Some(model) = self.models.first() else { return BTreeMap::new() };
        let scores = taught::scores_at(model, scene, &turns, scratch);
        let best = |head: usize, list: &[Fire]| {
            let at = |fire: &Fire| scores.get(&fire.turn).and_then(|s| s.get(head)).copied();
            list.iter().filter_map(at).fold(f32::MIN, f32::max)
        };
        weighed
            .into_iter()
            .filter(|(_, _, list)| list.iter().all(|fire| written(&fire)))
            .filter_map(|(rule, number, list)| {
                let head = model.heads.get(number)?;
                let (likeness, floor) = (best(number, list), head.unlike.min(head.on_the_way(share)));
                (likeness < floor).then_some((rule, (likeness, floor)))
            })
            .collect()
    }

    /// The head that may speak against a rule: none for rules without a model and for those that a user's file changed.
    fn head_of(&self, rule: RuleIx) -> Option<usize> {
        let known = self.pack.rules.get(rule).filter(|r| !r.taught.is_off && !r.is_users)?;
        let mut cases = self.pack.cases.iter().filter(|case| case.rule == rule);
        if cases.any(|case| case.triggers.iter().any(|signal| self.pack.extended.contains(signal))) {
            return None;
        }
        self.models.first()?.heads.iter().position(|head| head.rule == known.meta.id.as_str())
    }
}
