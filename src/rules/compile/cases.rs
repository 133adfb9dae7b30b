//! Cases: when a rule fires. Names are looked up, and what must be there for a case to be worth a look is worked out.

use crate::rules::compile::Compiler;
use crate::rules::expr::Expr;
use crate::rules::form::At;
use crate::rules::pack::{Body, Case, Context, Exception, Limits, RuleIx, Signal, SignalIx};
use crate::rules::written::{CaseForm, Days, ExceptForm, File};
use crate::say::Say;

impl Compiler {
    pub(super) fn cases(&mut self, files: &[File]) {
        for form in files.iter().flat_map(|f| &f.rules) {
            let Some(rule) = self.pack.rules.iter().position(|r| r.meta.id.as_str() == form.id.value) else {
                continue;
            };
            for case in &form.cases {
                let compiled = self.case(rule, case, form.days);
                if self.pack.rules.get(rule).is_some_and(|r| r.enabled) {
                    self.pack.cases.extend(compiled);
                }
            }
        }
    }

    fn case(&mut self, rule: RuleIx, form: &CaseForm, days: Days) -> Option<Case> {
        let here = match &form.here {
            Some(text) => self.expr(text),
            None => Some(Expr::And(Vec::new())),
        };
        let prev = form.prev.as_ref().and_then(|text| self.expr(text));
        let before = self.contexts(&form.before);
        let not_before = self.contexts(&form.not_before);
        let after = self.contexts(&form.after);
        let mut not_after = self.contexts(&form.not_after);
        let expected = self.contexts(&form.expect);
        not_after.extend(expected.into_iter().map(|context| Context { is_expected: true, ..context }));
        let around = self.contexts(&form.around);
        let not_around = self.contexts(&form.not_around);
        let except = form.except.iter().filter_map(|e| self.exception(e)).collect();
        let here = here?;
        let triggers = self.triggers(&here, form)?;
        let mut needs = Vec::new();
        needed(&here, &self.pack.signals, &mut needs);
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
            hours: self.hours(&form.hours, &form.at),
            setting: form.setting.as_ref().map(|t| t.value.clone()),
            limits: limits(form, days),
            except,
            alike: form.alike.unwrap_or(100),
            strict: form.strict,
            certainty: form.certainty,
            level: form.level,
        })
    }

    fn contexts(&mut self, list: &[At<String>]) -> Vec<Context> {
        list.iter().filter_map(|text| self.context(text)).collect()
    }

    fn hours(&mut self, hours: &[u32], at: &At<()>) -> Option<(u32, u32)> {
        match hours {
            [] => None,
            [from, to] if *from < 24 && *to <= 24 && from != to => Some((*from, *to)),
            _ => {
                let what = Say::new(
                    "hours 要写两个不同的整点，0 到 24，如 [0, 6]",
                    "`hours` takes two different hours from 0 to 24, such as [0, 6]",
                );
                self.flaw(at, what, Say::default());
                None
            }
        }
    }

    fn exception(&mut self, form: &ExceptForm) -> Option<Exception> {
        let when = form.when.as_ref().map(|text| self.context(text));
        let hours = self.hours(&form.hours, &form.at);
        if when.is_none() && form.hours.is_empty() {
            let what = Say::new("例外没有写条件", "this exception has no condition");
            let hint = Say::new(
                "写 when = \"信号\" 或 hours = [23, 8]",
                "write when = \"signal\" or hours = [23, 8]",
            );
            self.flaw(&form.at, what, hint);
        }
        let when = match when {
            Some(context) => Some(context?),
            None => None,
        };
        Some(Exception { when, hours, reason: form.reason.value.clone() })
    }

    /// The signals that bring a case up. A case that any turn can begin must be bound to its surroundings, or it would
    /// fire everywhere.
    fn triggers(&mut self, here: &Expr<SignalIx>, form: &CaseForm) -> Option<Vec<SignalIx>> {
        if let Some(triggers) = triggers(here, &self.pack.signals) {
            return Some(triggers);
        }
        let is_bound = form.prev.is_some()
            || !form.before.is_empty()
            || !form.after.is_empty()
            || !form.around.is_empty()
            || form.count.is_some()
            || form.repeat.is_some()
            || form.slower_than.is_some()
            || form.faster_than.is_some();
        if is_bound {
            return Some(Vec::new());
        }
        let what = Say::new("这一条对客服的任何一句话都成立", "this case holds for whatever the shop says");
        let hint = Say::new(
            "写 here = \"信号\"，或用 prev、before、after、around、count 限定前后文",
            "write here = \"signal\", or bind it by prev, before, after, around or count",
        );
        match &form.here {
            Some(text) => self.flaw(text, what, hint),
            None => self.flaw(&form.at, what, hint),
        }
        None
    }
}

/// The case's own days within those of its rule.
fn limits(form: &CaseForm, days: Days) -> Limits {
    let texts = |list: &[At<String>]| list.iter().map(|t| t.value.clone()).collect();
    Limits {
        shops: texts(&form.shops),
        agents: texts(&form.agents),
        from: form.days.from.max(days.from),
        until: match (form.days.until, days.until) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        },
        first_messages: form.first_messages.map(|n| n as usize),
        last_messages: form.last_messages.map(|n| n as usize),
        slower_than: form.slower_than.map(i64::from),
        faster_than: form.faster_than.map(i64::from),
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
