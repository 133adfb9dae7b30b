//! Proves rules by their own examples: every `hit` dialogue must make its rule fire, no `ok` dialogue may. It reports;
//! it does not change a rule.

use crate::detect::detector::{Detector, Scratch, Ways};
use crate::rules::dialogue;
use crate::rules::form::At;
use crate::rules::pack::{Pack, Rule};
use crate::say::Say;
use crate::taught::corpus::Example;
use crate::taught::model::Model;

/// What an example showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// As it should be.
    Proved,
    /// A `hit` that the rule does not see.
    Missed,
    /// An `ok` that the rule charges, with the reason it gave.
    FalseAlarm(String),
    /// A `hit` whose finding stands on a line that is not the shop's.
    Misplaced,
    /// The dialogue cannot be read.
    Unreadable(Say),
}

/// One example of a rule with its outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// The rule's id.
    pub rule: String,
    /// Whether the example must fire.
    pub must_fire: bool,
    /// The dialogue and its place.
    pub example: At<String>,
    /// What it showed.
    pub outcome: Outcome,
    /// Other rules that fired on it, with level and place beside the point; for authors.
    pub others: Vec<String>,
}

/// Tries every example of every rule that can fire, in order of rule.
#[must_use]
pub fn run(pack: &Pack, model: &Model, ways: Ways) -> Vec<Trial> {
    let mut detector = Detector::new(pack, model, ways).with_template_rules();
    let mut scratch = Scratch::default();
    let mut trials = Vec::new();
    for rule in pack.rules.iter().filter(|r| r.enabled && r.unjudged.is_none()) {
        for (examples, must_fire) in [(&rule.hit, true), (&rule.ok, false)] {
            for example in examples {
                detector.set_strict(example.value.starts_with(dialogue::STRICT));
                trials.push(try_one(&detector, &mut scratch, rule, example, must_fire));
            }
        }
    }
    trials
}

/// How many of these dialogues, none of which breaks it, a rule's written cases charge.
#[must_use]
pub fn alarms(pack: &Pack, rule: &str, dialogues: &[Example]) -> usize {
    let model = Model::default();
    let detector = Detector::new(pack, &model, Ways::Written);
    let mut scratch = Scratch::default();
    let mut is_charged = |example: &&Example| {
        dialogue::parse(&example.text, example.platform)
            .is_ok_and(|talk| detector.judge(&talk, &mut scratch).iter().any(|f| f.rule.as_str() == rule))
    };
    dialogues.iter().filter(|example| is_charged(example)).count()
}

/// Tries one dialogue against one rule.
pub fn try_one(
    detector: &Detector<'_>,
    scratch: &mut Scratch,
    rule: &Rule,
    example: &At<String>,
    must_fire: bool,
) -> Trial {
    let id = rule.meta.id.as_str();
    let default = rule.meta.platforms.first().copied().or(Some(crate::model::Platform::Tmall));
    let mut trial = Trial {
        rule: id.to_owned(),
        must_fire,
        example: example.clone(),
        outcome: Outcome::Proved,
        others: Vec::new(),
    };
    let conversation = match dialogue::parse(&example.value, default) {
        Ok(conversation) => conversation,
        Err(say) => {
            trial.outcome = Outcome::Unreadable(say);
            return trial;
        }
    };
    let findings = detector.judge(&conversation, scratch);
    let found = findings.iter().find(|f| f.rule.as_str() == id);
    trial.others = findings.iter().filter(|f| f.rule.as_str() != id).map(|f| f.rule.to_string()).collect();
    trial.outcome = match (found, must_fire) {
        (None, true) => Outcome::Missed,
        (Some(f), false) => Outcome::FalseAlarm(f.why.clone()),
        (Some(f), true)
            if !(rule.native.is_some() || f.main_line().is_some_and(|line| line.role.is_shop())) =>
        {
            Outcome::Misplaced
        }
        _ => Outcome::Proved,
    };
    trial
}
