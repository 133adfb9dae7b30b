//! Doubts about rules: a case or a rule that nothing can reach, a signal that no rule uses, a setting that no shop has.

use crate::model::Role;
use crate::rules::expr::Expr;
use crate::rules::flaw::{Flaw, Source};
use crate::rules::form::At;
use crate::rules::pack::{Body, Case, Rule, SignalIx};
use crate::rules::written::{CaseForm, File, RuleForm};
use crate::say::Say;
use crate::scrutiny::{Bench, signals};

/// Everybody who speaks.
const ALL: [Role; 4] = [Role::Buyer, Role::Agent, Role::Robot, Role::System];

/// Looks at the rules of a file; `sources` are the texts of all files of the pack.
pub(super) fn look(file: &File, sources: &[Source], bench: &Bench<'_>, doubts: &mut Vec<Flaw>) {
    for form in &file.rules {
        rule(form, bench, doubts);
    }
    for form in &file.signals {
        let name = form.id.value.as_str();
        if !is_used(&form.id, sources) {
            let what =
                Say::new(format!("没有规则用到信号“{name}”"), format!("no rule uses the signal \"{name}\""));
            let hint = Say::new(
                "在规则的 here、prev 等处写上它，或删掉它",
                "name it in a rule's here, prev and so on, or leave it out",
            );
            doubts.push(Flaw::doubt(form.id.source, form.id.range(), what, hint));
        }
    }
}

fn rule(form: &RuleForm, bench: &Bench<'_>, doubts: &mut Vec<Flaw>) {
    let Some(ix) = bench.pack.rules.iter().position(|r| r.meta.id.as_str() == form.id.value) else { return };
    let Some(rule) = bench.pack.rules.get(ix).filter(|r| r.enabled && r.unjudged.is_none()) else { return };
    // The compiled cases stand in the order of the written ones.
    let compiled = bench.pack.cases.iter().filter(|c| c.rule == ix);
    let mut blocked = Vec::new();
    for (written, case) in form.cases.iter().zip(compiled) {
        let place = place(written);
        match obstacle(case, rule, bench) {
            Some(why) => blocked.push((place, why)),
            None => idle_fields(written, &place, bench, doubts),
        }
    }
    if blocked.len() == form.cases.len() && !blocked.is_empty() {
        let reasons = |pick: fn(&Say) -> &str, stop: &str| {
            blocked.iter().map(|(_, why)| pick(why)).collect::<Vec<_>>().join(stop)
        };
        let what = Say::new(
            format!("这条规则永远不会报：{}", reasons(|say| &say.zh, "；")),
            format!("this rule can never fire: {}", reasons(|say| &say.en, "; ")),
        );
        doubts.push(Flaw::doubt(form.id.source, form.id.range(), what, Say::default()));
        return;
    }
    for (place, why) in blocked {
        let what = Say::new(
            format!("这一情形永远不成立：{}", why.zh),
            format!("this case can never hold: {}", why.en),
        );
        doubts.push(Flaw::doubt(place.source, place.range(), what, Say::default()));
    }
}

/// The best place to point at: what the case wants here, else the case itself.
fn place(written: &CaseForm) -> At<()> {
    let text = written.here.as_ref().or(written.prev.as_ref());
    text.map_or_else(|| written.at.clone(), |t| At { value: (), source: t.source, span: t.span })
}

/// Why a case can never hold; `None` when nothing speaks against it.
fn obstacle(case: &Case, rule: &Rule, bench: &Bench<'_>) -> Option<Say> {
    let on = &rule.meta.platforms;
    if !case.platforms.is_empty() && !on.is_empty() && !case.platforms.iter().any(|p| on.contains(p)) {
        return Some(Say::new("它的平台不在规则的平台里", "its platforms are none of the rule's"));
    }
    if let Some(name) = against_itself(&case.here) {
        let title = bench.pack.signals.get(name).map_or("", |s| s.id.as_str());
        return Some(Say::new(
            format!("既要说“{title}”又不能说"),
            format!("\"{title}\" must be said and must not"),
        ));
    }
    let may =
        |expr: &Expr<SignalIx>, roles: &[Role]| roles.iter().any(|role| can_be_said(expr, *role, bench));
    if !may(&case.here, &[Role::Agent, Role::Robot]) {
        return Some(Say::new(
            "here 要的话不是店铺说的，或永远说不出来",
            "what `here` wants is not the shop's to say, or can never be said",
        ));
    }
    if case.prev.as_ref().is_some_and(|expr| !may(expr, &[Role::Buyer])) {
        return Some(Say::new(
            "prev 要的话不是买家说的，或永远说不出来",
            "what `prev` wants is not the buyer's to say, or can never be said",
        ));
    }
    let contexts = case.before.iter().chain(&case.after).chain(&case.around);
    contexts.into_iter().find(|context| !may(&context.expr, &ALL)).map(|context| {
        Say::new(
            format!("“{}”不可能是同一个人说的，或永远说不出来", context.written),
            format!("nobody can say \"{}\"", context.written),
        )
    })
}

/// A signal that must hold and must not.
fn against_itself(expr: &Expr<SignalIx>) -> Option<SignalIx> {
    let Expr::And(parts) = expr else { return None };
    parts.iter().find_map(|part| match part {
        Expr::Name(ix) => {
            let forbids = |other: &Expr<SignalIx>| {
                matches!(other, Expr::Not(inner) if matches!(&**inner, Expr::Name(no) if no == ix))
            };
            parts.iter().any(forbids).then_some(*ix)
        }
        _ => against_itself(part),
    })
}

/// Whether one speaker can say what an expression wants.
fn can_be_said(expr: &Expr<SignalIx>, role: Role, bench: &Bench<'_>) -> bool {
    match expr {
        Expr::Not(_) => true,
        Expr::And(parts) => parts.iter().all(|part| can_be_said(part, role, bench)),
        Expr::Or(parts) => parts.iter().any(|part| can_be_said(part, role, bench)),
        Expr::Name(ix) => bench.pack.signals.get(*ix).is_some_and(|signal| {
            signal.speaker.hears(role)
                && match &signal.body {
                    Body::Is(inner) => can_be_said(inner, role, bench),
                    Body::Words(_) => signals::can_hold(*ix, bench),
                }
        }),
    }
}

/// Fields that have no effect, or wait for a setting that no shop has.
fn idle_fields(written: &CaseForm, place: &At<()>, bench: &Bench<'_>, doubts: &mut Vec<Flaw>) {
    if let Some(setting) = &written.setting
        && !bench.pack.shops.iter().any(|s| s.settings.contains(&setting.value))
    {
        let what = Say::new(
            format!("没有店铺有“{}”这个设置，这一情形不会报", setting.value),
            format!("no shop has the setting \"{}\", so this case fires nowhere", setting.value),
        );
        let hint = Say::new(
            format!("给店铺写上：[[shop]] name = \"店名\" settings = [\"{}\"]", setting.value),
            format!("give it to a shop: [[shop]] name = \"...\" settings = [\"{}\"]", setting.value),
        );
        doubts.push(Flaw::doubt(setting.source, setting.range(), what, hint));
    }
    let idle = [
        (written.minutes.is_some() && written.count.is_none(), "minutes", "count"),
        (written.alike.is_some() && written.repeat.is_none(), "alike", "repeat"),
    ];
    for (_, field, partner) in idle.iter().filter(|(is_idle, _, _)| *is_idle) {
        let what = Say::new(
            format!("只写 {field} 没有作用，要和 {partner} 一起写"),
            format!("`{field}` alone has no effect; it goes with `{partner}`"),
        );
        doubts.push(Flaw::doubt(place.source, place.range(), what, Say::default()));
    }
}

/// Whether any file names a signal besides where it is defined.
fn is_used(id: &At<String>, sources: &[Source]) -> bool {
    let name = id.value.as_str();
    let is_letter = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    let defined = sources.get(id.source).and_then(|s| s.text.get(id.range())).unwrap_or_default();
    // The short form of a rule makes signals that no file spells out; the rule uses them.
    if !defined.contains(name) {
        return true;
    }
    sources.iter().enumerate().any(|(n, source)| {
        source.text.match_indices(name).any(|(at, _)| {
            let before = source.text.get(..at).and_then(|t| t.chars().next_back());
            let after = source.text.get(at + name.len()..).and_then(|t| t.chars().next());
            let is_whole = !before.is_some_and(is_letter) && !after.is_some_and(is_letter);
            is_whole && !(n == id.source && id.range().contains(&at))
        })
    })
}
