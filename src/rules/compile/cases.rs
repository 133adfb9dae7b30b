//! Cases: when a rule fires. Names are looked up, and what must be there for a case to be worth a look is worked out.

use crate::rules::compile::Compiler;
use crate::rules::expr::Expr;
use crate::rules::form::At;
use crate::rules::pack::{Body, Case, RuleIx, Signal, SignalIx};
use crate::rules::written::{CaseForm, File};
use crate::say::Say;

impl Compiler {
    pub(super) fn cases(&mut self, files: &[File]) {
        for form in files.iter().flat_map(|f| &f.rules) {
            let Some(rule) = self.pack.rules.iter().position(|r| r.meta.id.as_str() == form.id.value) else {
                continue;
            };
            for case in &form.cases {
                let compiled = self.case(rule, case);
                if self.pack.rules.get(rule).is_some_and(|r| r.enabled) {
                    self.pack.cases.extend(compiled);
                }
            }
        }
    }

    fn case(&mut self, rule: RuleIx, form: &CaseForm) -> Option<Case> {
        let here = self.expr(&form.here);
        let prev = form.prev.as_ref().and_then(|text| self.expr(text));
        let mut contexts =
            |list: &[At<String>]| list.iter().filter_map(|t| self.context(t)).collect::<Vec<_>>();
        let before = contexts(&form.before);
        let not_before = contexts(&form.not_before);
        let after = contexts(&form.after);
        let not_after = contexts(&form.not_after);
        let around = contexts(&form.around);
        let not_around = contexts(&form.not_around);
        let here = here?;
        let Some(triggers) = triggers(&here, &self.pack.signals) else {
            let what =
                Say::new("here 里至少要有一个不带 ! 的信号", "`here` needs at least one signal without !");
            self.flaw(&form.here, what, Say::default());
            return None;
        };
        let mut needs = Vec::new();
        needed(&here, &self.pack.signals, &mut needs);
        let hours = match form.hours.as_slice() {
            [] => None,
            [from, to] => Some((*from, *to)),
            _ => {
                let what =
                    Say::new("hours 要写两个小时，如 [0, 6]", "`hours` takes two hours, such as [0, 6]");
                self.flaw(&form.at, what, Say::default());
                None
            }
        };
        Some(Case {
            rule,
            here,
            triggers,
            needs,
            prev,
            before,
            not_before,
            after,
            not_after,
            around,
            not_around,
            first: form.first.map(|n| n as usize),
            last: form.last.map(|n| n as usize),
            count: form.count.unwrap_or(1).max(1) as usize,
            seconds: form.minutes.map(|m| i64::from(m) * 60),
            repeat: form.repeat.unwrap_or(1).max(1) as usize,
            platforms: form.platforms.clone(),
            hours,
            setting: form.setting.as_ref().map(|t| t.value.clone()),
            certainty: form.certainty,
            level: form.level,
        })
    }
}

/// Signals with words of their own, of which at least one must hold for the expression to hold.
fn triggers(expr: &Expr<SignalIx>, signals: &[Signal]) -> Option<Vec<SignalIx>> {
    match expr {
        Expr::Not(_) => None,
        Expr::Name(ix) => match &signals.get(*ix)?.body {
            Body::Words(_) => Some(vec![*ix]),
            Body::Is(inner) => triggers(inner, signals),
        },
        Expr::And(parts) => parts.iter().filter_map(|p| triggers(p, signals)).min_by_key(Vec::len),
        Expr::Or(parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(triggers(part, signals)?);
            }
            (!all.is_empty()).then_some(all)
        }
    }
}

/// Signals with words of their own that must all hold for the expression to hold.
fn needed(expr: &Expr<SignalIx>, signals: &[Signal], out: &mut Vec<SignalIx>) {
    match expr {
        Expr::Not(_) | Expr::Or(_) => {}
        Expr::And(parts) => parts.iter().for_each(|part| needed(part, signals, out)),
        Expr::Name(ix) => match signals.get(*ix).map(|s| &s.body) {
            Some(Body::Words(_)) => out.push(*ix),
            Some(Body::Is(inner)) => needed(inner, signals, out),
            None => {}
        },
    }
}
