//! Judges one conversation: gate, cases, rules, findings. The only door into this layer.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::detect::case::{By, Fire};
use crate::detect::evidence::{evidence, line, originals, seen};
use crate::detect::gate::Gate;
use crate::detect::made::made;
use crate::detect::memory::{Known, Memory};
use crate::detect::native::{self, Stage};
use crate::detect::nearest::Lore;
use crate::detect::reviewed::Reviewed;
use crate::detect::scene::{Hit, Scene};
use crate::detect::talk::Talk;
use crate::detect::taught::{self, Models, Sight};
use crate::detect::turn::{self, Turn};
use crate::finding::{Certainty, Finding, Level, Line};
use crate::ids::RuleId;
use crate::model::{Conversation, Role};
use crate::rules::native::Native;
use crate::rules::pack::{Pack, Rule, RuleIx, SignalIx};
use crate::span::Span;
use crate::taught::model::{Head, Model};
use crate::text::normal::Normaliser;

/// Which ways of recognising are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ways {
    /// Written and taught.
    #[default]
    Both,
    /// Only written cases.
    Written,
    /// Only taught models.
    Taught,
}

/// Judges conversations by one pack. Shared by all threads.
pub struct Detector<'p> {
    pub(super) pack: &'p Pack,
    pub(super) gate: Gate,
    /// The pack's taught models, then those of the user's rules.
    pub(super) models: Models<'p>,
    /// What reviewers said.
    pub(super) reviewed: Option<&'p Reviewed>,
    /// Examples to compare with.
    pub(super) lore: Option<&'p Lore<'p>>,
    ways: Ways,
    /// Rules that are for templates alone are judged too.
    template_rules: bool,
    /// A question that nobody asked is taken for granted where the pack allows it.
    presumes: bool,
    /// Whether cases that are only for the strict are judged.
    pub(super) strict: bool,
}

/// What a thread keeps between conversations.
#[derive(Default)]
pub struct Scratch {
    pub(super) normaliser: Normaliser,
    pub(super) memory: Memory,
    pub(super) taught: taught::Scratch,
}

impl<'p> Detector<'p> {
    /// Prepares a pack and its taught models for judging.
    #[must_use]
    pub fn new(pack: &'p Pack, model: &'p Model, ways: Ways) -> Self {
        let detector = Self {
            pack,
            gate: Gate::new(pack),
            models: Models::default(),
            reviewed: None,
            lore: None,
            ways,
            template_rules: false,
            presumes: false,
            strict: false,
        };
        detector.with_model(model)
    }

    /// Judges by one more model.
    #[must_use]
    pub fn with_model(mut self, model: &'p Model) -> Self {
        self.models = self.models.with(model, self.pack);
        self
    }

    /// Names the nearest of these teaching examples beside what a model charges.
    #[must_use]
    pub fn with_lore(mut self, lore: &'p Lore<'p>) -> Self {
        self.lore = Some(lore);
        self
    }

    /// Charges what was reviewed as the reviewer said.
    #[must_use]
    pub fn with_reviewed(mut self, reviewed: &'p Reviewed) -> Self {
        self.reviewed = Some(reviewed);
        self
    }

    /// The head and the rule that a sight is about.
    pub(super) fn sighted(&self, sight: Sight) -> Option<(&'p Head, RuleIx)> {
        Some((self.models.head(&sight)?, self.models.rule(&sight)?))
    }

    /// Judges by the rules for reply templates too.
    #[must_use]
    pub fn with_template_rules(mut self) -> Self {
        self.template_rules = true;
        self
    }

    /// Takes for granted that a template was asked for: a question that the pack lists (`[[asked]]`) counts as asked
    /// when its subject is named. What rests on that is suspected at most.
    #[must_use]
    pub fn presuming(mut self) -> Self {
        self.presumes = true;
        self
    }

    /// Whether taught models may speak against written cases: not where only one of the two is asked, nor on templates,
    /// which lack what the models look at.
    pub(super) fn weighs(&self) -> bool {
        self.ways == Ways::Both && !self.presumes && !self.template_rules
    }

    /// Whether a rule is judged at all.
    pub(super) fn judges(&self, rule: &Rule) -> bool {
        rule.enabled && (self.template_rules || !rule.templates)
    }

    /// Also judges cases that are only for the strict (`strict = true` in a rule file), or leaves them out again.
    pub fn set_strict(&mut self, strict: bool) {
        self.strict = strict;
    }

    /// Every rule that a conversation breaks, in order of rule.
    pub fn judge(&self, conversation: &Conversation<'_>, scratch: &mut Scratch) -> Vec<Finding> {
        self.attend(conversation, scratch).0
    }

    /// The same, and takes no question for granted.
    pub fn judge_unpresumed(&self, conversation: &Conversation<'_>, scratch: &mut Scratch) -> Vec<Finding> {
        self.attend_as(conversation, scratch, false).0
    }

    /// Who waited for whom in a conversation; nothing is judged.
    pub fn talk(&self, conversation: &Conversation<'_>, scratch: &mut Scratch) -> Talk {
        let turns = turn::turns(conversation, &mut scratch.normaliser);
        Talk::of(&Scene::new(conversation, &turns, self.pack, &self.gate, scratch.memory.recall(&turns)))
    }

    /// Every rule that a conversation breaks, in order of rule, and who waited for whom.
    pub fn attend(&self, conversation: &Conversation<'_>, scratch: &mut Scratch) -> (Vec<Finding>, Talk) {
        self.attend_as(conversation, scratch, self.presumes)
    }

    fn attend_as(
        &self,
        conversation: &Conversation<'_>,
        scratch: &mut Scratch,
        presumes: bool,
    ) -> (Vec<Finding>, Talk) {
        let Scratch { normaliser, memory, taught } = scratch;
        let turns = turn::turns(conversation, normaliser);
        let mut scene = Scene::new(conversation, &turns, self.pack, &self.gate, memory.recall(&turns));
        scene.presumes = presumes;
        scene.strict = self.strict;
        let wanted = match self.ways {
            Ways::Taught => Vec::new(),
            _ => self.candidates(&scene),
        };
        let sights = match self.ways {
            Ways::Written => Vec::new(),
            _ => taught::look(&self.models, &scene, &self.sieve(&scene), taught),
        };
        let talk = Talk::of(&scene);
        let fires = self.fires(&scene, &wanted);
        let mut fires = self.without_unlike(&scene, fires, taught);
        self.add_taught(&scene, &sights, &mut fires);
        let fires = self.without_covered(fires);
        let fires = self.without_refuted(&scene, fires, normaliser);
        let mut findings: Vec<Finding> =
            fires.iter().filter_map(|(rule, fires)| self.finding(&scene, *rule, fires, normaliser)).collect();
        if self.ways != Ways::Taught {
            self.natives(&scene, &talk, &fires, &mut findings);
        }
        if !findings.is_empty() {
            let threat = self.threat(&scene, normaliser).map(Arc::new);
            findings.iter_mut().for_each(|finding| finding.threat.clone_from(&threat));
        }
        (findings, talk)
    }

    /// The first line in which the buyer threatens (`[[threat]]` of the pack).
    fn threat(&self, scene: &Scene<'_>, normaliser: &mut Normaliser) -> Option<Line> {
        let threats = &self.pack.casework.threats;
        let buyers = scene.turns.iter().enumerate().filter(|(_, turn)| turn.role == Role::Buyer);
        let (turn, hits) = buyers
            .flat_map(|(turn, _)| threats.iter().map(move |threat| (turn, threat)))
            .find_map(|(turn, threat)| Some((turn, scene.holds(turn, &threat.said)?)))?;
        seen(scene, turn, &hits, normaliser).into_iter().next()
    }

    /// The cases that can hold by what the gate knows, each with a shop's turn where it can; in order.
    pub(super) fn candidates(&self, scene: &Scene<'_>) -> Vec<(u32, usize)> {
        let mut wanted = Vec::new();
        for (turn, _) in scene.turns.iter().enumerate().filter(|(_, t)| t.role.is_shop()) {
            for ix in scene.cases(turn) {
                let Some(case) = self.pack.cases.get(*ix as usize) else { continue };
                let rule = self.pack.rules.get(case.rule);
                let is_on = rule.is_some_and(|r| self.judges(r) && holds_on(r, scene.conversation));
                if is_on && scene.is_promising(case, turn) {
                    wanted.push((*ix, turn));
                }
            }
        }
        wanted.sort_unstable();
        wanted
    }

    /// A conversation as this detector looks at it.
    #[must_use]
    pub fn scene<'s>(
        &'s self,
        conversation: &'s Conversation<'s>,
        turns: &'s [Turn<'s>],
        known: Vec<&'s Known>,
    ) -> Scene<'s> {
        Scene::new(conversation, turns, self.pack, &self.gate, known)
    }

    /// Each rule whose written words hold, with the turns where they do; nothing is weighed yet.
    #[must_use]
    pub fn written(&self, scene: &Scene<'_>) -> Vec<(String, Vec<usize>)> {
        let fires = self.fires(scene, &self.candidates(scene)).into_iter();
        let named = |rule: RuleIx| self.pack.rules.get(rule).map(|rule| rule.meta.id.to_string());
        fires
            .filter_map(|(rule, list)| Some((named(rule)?, list.iter().map(|fire| fire.turn).collect())))
            .collect()
    }

    /// Where signals are heard in the shop's messages of a conversation: signal, message, stretch of its text. Nothing is
    /// judged.
    pub fn heard(
        &self,
        conversation: &Conversation<'_>,
        signals: &[SignalIx],
        scratch: &mut Scratch,
    ) -> Vec<(SignalIx, usize, Span)> {
        let Scratch { normaliser, memory, .. } = scratch;
        let turns = turn::turns(conversation, normaliser);
        let scene = Scene::new(conversation, &turns, self.pack, &self.gate, memory.recall(&turns));
        let mut heard = Vec::new();
        for (ix, turn) in turns.iter().enumerate().filter(|(_, turn)| turn.role.is_shop()) {
            for signal in signals {
                let Some(hit) = scene.signal(ix, *signal).and_then(|hits| hits.first().copied()) else {
                    continue;
                };
                let n = turn.message_at(hit.end);
                let (message, bound) = (turn.messages.start + n, turn.bound(n));
                let cut =
                    Span::new(hit.start.max(bound.start) - bound.start, hit.end.min(bound.end) - bound.start);
                let said = conversation.messages.get(message);
                let spans = said.map(|m| originals(m, &[cut], normaliser)).unwrap_or_default();
                heard.extend(spans.into_iter().map(|span| (*signal, message, span)));
            }
        }
        heard
    }

    pub(super) fn fires(&self, scene: &Scene<'_>, wanted: &[(u32, usize)]) -> BTreeMap<RuleIx, Vec<Fire>> {
        let mut all: BTreeMap<RuleIx, Vec<Fire>> = BTreeMap::new();
        for wanted in wanted.chunk_by(|a, b| a.0 == b.0) {
            let Some(case_ix) = wanted.first().map(|(ix, _)| *ix as usize) else { continue };
            let Some(case) = self.pack.cases.get(case_ix) else { continue };
            let fires: Vec<Fire> =
                wanted.iter().filter_map(|(_, turn)| scene.weigh(case_ix, case, *turn).ok()).collect();
            let fires = scene.enough(case, fires);
            if !fires.is_empty() {
                all.entry(case.rule).or_default().extend(fires);
            }
        }
        all
    }

    /// Drops fires of a wider rule on turns where a narrower one that covers it fired.
    fn without_covered(&self, mut fires: BTreeMap<RuleIx, Vec<Fire>>) -> BTreeMap<RuleIx, Vec<Fire>> {
        let mut covered: BTreeSet<(RuleIx, usize)> = BTreeSet::new();
        for (rule, list) in &fires {
            for wider in self.pack.rules.get(*rule).into_iter().flat_map(|r| &r.covers) {
                covered.extend(list.iter().map(|fire| (*wider, fire.turn)));
            }
        }
        for (rule, list) in &mut fires {
            list.retain(|fire| !covered.contains(&(*rule, fire.turn)));
        }
        fires.retain(|_, list| !list.is_empty());
        fires
    }

    /// One finding of all fires of a rule; the surest and earliest fire leads.
    fn finding(
        &self,
        scene: &Scene<'_>,
        rule: RuleIx,
        fires: &[Fire],
        normaliser: &mut Normaliser,
    ) -> Option<Finding> {
        let meta = &self.pack.rules.get(rule)?.meta;
        let grade = |fire: &Fire| self.grade(fire, meta.level);
        let lead = fires.iter().enumerate().max_by_key(|(n, f)| (grade(f), Reverse(f.turn), Reverse(*n)))?.1;
        let (mut certainty, level) = grade(lead);
        if self.reviewed_as(scene, rule, lead.turn, normaliser) == Some(true) {
            certainty = Certainty::Certain;
        }
        let conversation = scene.conversation;
        let main_message = self.main_message(scene, lead)?;
        let evidence = evidence(scene, fires, main_message, normaliser);
        let taught = match lead.by {
            By::Taught(sight) => Some(self.reasons(scene, sight)),
            By::Case(_) => None,
        };
        let why = match (&taught, lead.by) {
            (Some(taught), _) => scene.why_taught(taught),
            (None, By::Case(ix)) => {
                self.pack.cases.get(ix).map(|case| scene.why(case, lead)).unwrap_or_default()
            }
            (None, By::Taught(_)) => String::new(),
        };
        let finding = made(conversation, meta, (certainty, level), main_message, evidence, why)?;
        Some(Finding { taught: taught.map(Box::new), ..finding })
    }

    /// What the native rules see, but for rules that fired already.
    fn natives(
        &self,
        scene: &Scene<'_>,
        talk: &Talk,
        fired: &BTreeMap<RuleIx, Vec<Fire>>,
        findings: &mut Vec<Finding>,
    ) {
        let stage = Stage::new(scene, talk);
        for (ix, rule) in self.pack.rules.iter().enumerate() {
            let Some(native) = &rule.native else { continue };
            if fired.contains_key(&ix) || !self.judges(rule) || !holds_on(rule, scene.conversation) {
                continue;
            }
            let Some(seen) = native::look(native, &stage) else { continue };
            let message = |n: usize| Some((n, line(scene.conversation.messages.get(n)?, Vec::new())));
            let evidence = seen.evidence.iter().filter_map(|n| message(*n)).collect();
            let grade = (seen.certainty, rule.meta.level);
            findings.extend(made(scene.conversation, &rule.meta, grade, seen.main, evidence, seen.why));
        }
    }

    /// Whether a rule rests on the times of messages.
    #[must_use]
    pub fn looks_at_the_clock(&self, rule: &RuleId) -> bool {
        let native = self.pack.rule(rule.as_str()).and_then(|r| r.native.as_ref());
        native.is_some_and(Native::looks_at_the_clock)
    }

    /// How sure and how grave a fire is.
    fn grade(&self, fire: &Fire, level: Level) -> (Certainty, Level) {
        match fire.by {
            By::Case(ix) => {
                let case = self.pack.cases.get(ix);
                let sure = case.map_or(Certainty::Suspected, |c| c.certainty);
                (
                    if fire.presumed || fire.doubted { Certainty::Suspected } else { sure },
                    case.and_then(|c| c.level).unwrap_or(level),
                )
            }
            By::Taught(sight) => {
                let is_certain = self.sighted(sight).is_some_and(|(h, _)| sight.score >= h.certain);
                (if is_certain { Certainty::Certain } else { Certainty::Suspected }, level)
            }
        }
    }

    /// The message where the first hit of the core signal ends.
    fn main_message(&self, scene: &Scene<'_>, fire: &Fire) -> Option<usize> {
        let turn = scene.turns.get(fire.turn)?;
        let end = fire.hits.first().map_or(0, |hit| hit.end);
        Some(turn.messages.start + turn.message_at(end))
    }
}

/// Whether a rule holds on the conversation's platform.
pub(super) fn holds_on(rule: &Rule, conversation: &Conversation<'_>) -> bool {
    let platforms = &rule.meta.platforms;
    platforms.is_empty() || conversation.platform.is_some_and(|p| platforms.contains(&p))
}

/// Hits of one turn as the words of the turn's text, for tests and explanations.
#[must_use]
pub fn words<'t>(turn: &'t Turn<'_>, hits: &[Hit]) -> Vec<&'t str> {
    hits.iter().filter_map(|h| turn.text.get(h.start..h.end)).collect()
}
