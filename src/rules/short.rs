//! The short form of a rule: words written in the rule itself. It becomes a signal and a case like any other, so that
//! nothing behind this file knows of it.

use crate::finding::Certainty;
use crate::rules::form::At;
use crate::rules::written::{CaseForm, Days, File, RuleForm, Scope, SignalForm, Speaker};

/// Gives every rule of a file that is written in the short form its signals and its case.
pub(crate) fn expand(file: &mut File) {
    let mut signals = Vec::new();
    // An id that cannot be named in an expression is told elsewhere.
    let is_name = |id: &str| id.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    for rule in file.rules.iter_mut().filter(|rule| !rule.phrases.is_empty() && is_name(&rule.id.value)) {
        let said = signal(rule, "said", Speaker::Shop, &rule.phrases, &rule.unless);
        let asked = (!rule.asked.is_empty()).then(|| signal(rule, "asked", Speaker::Buyer, &rule.asked, &[]));
        rule.cases.push(case(&said, asked.as_ref()));
        signals.push(said);
        signals.extend(asked);
    }
    file.signals.extend(signals);
}

fn signal(
    rule: &RuleForm,
    name: &str,
    speaker: Speaker,
    any: &[At<String>],
    unless: &[At<String>],
) -> SignalForm {
    let id = At { value: format!("{}.{name}", rule.id.value), ..rule.id.clone() };
    SignalForm {
        id,
        title: Some(rule.title.clone()),
        speaker,
        is: None,
        any: any.to_vec(),
        all: Vec::new(),
        none: Vec::new(),
        unless: unless.to_vec(),
        unless_near: None,
        longest: false,
        at_least: 1,
        near: None,
        scope: Scope::Turn,
        edge: None,
        max_chars: None,
        min_chars: None,
        // A buyer who asks for something in the negative asks for it all the same.
        guards: (speaker == Speaker::Buyer).then(Vec::new),
    }
}

fn case(said: &SignalForm, asked: Option<&SignalForm>) -> CaseForm {
    CaseForm {
        at: At { value: (), source: said.id.source, span: said.id.span },
        here: Some(said.id.clone()),
        prev: asked.map(|signal| signal.id.clone()),
        before: Vec::new(),
        not_before: Vec::new(),
        after: Vec::new(),
        not_after: Vec::new(),
        expect: Vec::new(),
        around: Vec::new(),
        not_around: Vec::new(),
        first: None,
        last: None,
        count: None,
        minutes: None,
        repeat: None,
        platforms: Vec::new(),
        hours: Vec::new(),
        setting: None,
        shops: Vec::new(),
        agents: Vec::new(),
        days: Days::default(),
        first_messages: None,
        last_messages: None,
        slower_than: None,
        faster_than: None,
        except: Vec::new(),
        alike: None,
        strict: false,
        certainty: Certainty::Certain,
        level: None,
    }
}
