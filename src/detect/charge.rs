//! What the taught models add to what the written cases charge, what they found it on, and what a reviewer's verdict takes
//! away again.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::detect::case::{By, Fire, Side};
use crate::detect::detector::{Detector, holds_on};
use crate::detect::scene::{Hit, Scene};
use crate::detect::signal::may;
use crate::detect::taught::{Sieve, Sight};
use crate::detect::turn::Turn;
use crate::detect::weigh;
use crate::finding;
use crate::rules::pack::{Context, Rule, RuleIx};
use crate::taught::model::Head;
use crate::text::normal::Normaliser;

impl<'p> Detector<'p> {
    /// The taught rules that could be charged in a conversation by what the gate knows of its turns. Most rules need their
    /// subject to be named: that leaves few to be looked for.
    pub(super) fn sieve(&self, scene: &Scene<'_>) -> Sieve<'p> {
        let all = scene.heard_on(Side::Around, 0);
        let can_hold = |context: &Context| all.is_some_and(|signals| may(&context.expr, signals));
        let rules = self.models.rules().map(|rule| {
            let rule = self.pack.rules.get(rule?)?;
            let is_open = !rule.taught.is_off
                && self.judges(rule)
                && holds_on(rule, scene.conversation)
                && rule.taught.needs.iter().all(can_hold);
            is_open.then_some(&rule.taught)
        });
        Sieve { rules: Some(rules.collect()), slack: 0.0 }
    }

    /// Adds what only the taught models see. Siblings share their words: of one family, a turn is charged with the rule
    /// that is seen most clearly, with others only where they are certain, and the written rules go first.
    pub(super) fn add_taught(
        &self,
        scene: &Scene<'_>,
        sights: &[Sight],
        fires: &mut BTreeMap<RuleIx, Vec<Fire>>,
    ) {
        let mut charged: BTreeSet<(&str, usize)> = BTreeSet::new();
        for (rule, list) in fires.iter() {
            let family = self.pack.rules.get(*rule).map_or("", |r| r.meta.family.as_str());
            charged.extend(list.iter().map(|fire| (family, fire.turn)));
        }
        let mut seen: Vec<(&Sight, &Head, RuleIx, &Rule)> = sights
            .iter()
            .filter_map(|sight| {
                let (head, ix) = self.sighted(*sight)?;
                Some((sight, head, ix, self.pack.rules.get(ix)?))
            })
            .collect();
        let margin = |sight: &Sight, head: &Head| sight.score - head.suspected;
        seen.sort_by(|a, b| margin(b.0, b.1).total_cmp(&margin(a.0, a.1)).then(a.2.cmp(&b.2)));
        for (sight, head, ix, rule) in seen {
            let is_free = !charged.contains(&(rule.meta.family.as_str(), sight.turn));
            if fires.contains_key(&ix) || !(is_free || sight.score >= head.certain) {
                continue;
            }
            charged.insert((&rule.meta.family, sight.turn));
            let Some(model) = self.models.get(sight.model) else { continue };
            let reasons = weigh::reasons(model, *sight, scene);
            let hit = |r: &Range<usize>| Hit { start: r.start, end: r.end, signal: usize::MAX };
            let hits = reasons.here.iter().map(hit).collect();
            let around = [(reasons.asked, &reasons.question), (reasons.answered, &reasons.answer)];
            let support = around.into_iter().filter(|(_, words)| !words.is_empty());
            let support = support.filter_map(|(turn, words)| Some((turn?, words.iter().map(hit).collect())));
            let fire = Fire {
                by: By::Taught(*sight),
                turn: sight.turn,
                hits,
                support: support.collect(),
                presumed: false,
                doubted: false,
            };
            fires.insert(ix, vec![fire]);
        }
    }

    /// What a taught model founded a charge on.
    pub(super) fn reasons(&self, scene: &Scene<'_>, sight: Sight) -> finding::Taught {
        let (Some(model), Some((head, _))) = (self.models.get(sight.model), self.sighted(sight)) else {
            return finding::Taught::default();
        };
        let reasons = weigh::reasons(model, sight, scene);
        let turn = scene.turns.get(sight.turn);
        let [asked, answered] =
            [reasons.asked, reasons.answered].map(|turn| turn.and_then(|ix| scene.turns.get(ix)));
        let words = |turn: Option<&Turn<'_>>, ranges: &[Range<usize>]| -> Vec<String> {
            let text = turn.map_or("", |t| t.text.as_str());
            ranges.iter().filter_map(|r| text.get(r.clone())).map(|w| w.replace('\n', " / ")).collect()
        };
        let nearest = self.lore.zip(turn).and_then(|(lore, turn)| lore.nearest(&head.rule, turn, asked));
        #[allow(clippy::cast_possible_truncation, reason = "a score is of the order of one")]
        let hundredths = |score: f32| (score * 100.0).round() as i32;
        finding::Taught {
            score: hundredths(sight.score),
            threshold: hundredths(head.suspected),
            words: words(turn, &reasons.here),
            question: words(asked, &reasons.question),
            answer: words(answered, &reasons.answer),
            signals: reasons.signals,
            nearest: nearest.unwrap_or_default().to_owned(),
        }
    }

    /// Drops fires that a reviewer found wrong.
    pub(super) fn without_refuted(
        &self,
        scene: &Scene<'_>,
        mut fires: BTreeMap<RuleIx, Vec<Fire>>,
        normaliser: &mut Normaliser,
    ) -> BTreeMap<RuleIx, Vec<Fire>> {
        for (rule, list) in &mut fires {
            list.retain(|fire| self.reviewed_as(scene, *rule, fire.turn, normaliser) != Some(false));
        }
        fires.retain(|_, list| !list.is_empty());
        fires
    }

    /// What a reviewer said about charging a rule at a turn.
    pub(super) fn reviewed_as(
        &self,
        scene: &Scene<'_>,
        rule: RuleIx,
        turn: usize,
        normaliser: &mut Normaliser,
    ) -> Option<bool> {
        let id = self.pack.rules.get(rule)?.meta.id.as_str();
        self.reviewed?.verdict(id, scene.conversation, scene.turns, turn, normaliser)
    }
}
