//! Rules without their cases: ids, examples, wider rules, and the user's changes to them.

use crate::ids::RuleId;
use crate::rules::compile::Compiler;
use crate::rules::flaw::hint_nearest;
use crate::rules::form::At;
use crate::rules::meta::RuleMeta;
use crate::rules::pack::{Rule, RuleIx, Taught};
use crate::rules::written::{File, RuleForm};
use crate::say::Say;
use crate::text::normal::is_han;

impl Compiler {
    pub(super) fn rules(&mut self, files: &[File], users_from: usize) {
        for (n, file) in files.iter().enumerate() {
            for form in &file.rules {
                if self.pack.rule(&form.id.value).is_some() {
                    let what = Say::new(
                        format!("规则“{}”已经有了", form.id.value),
                        format!("the rule \"{}\" exists already", form.id.value),
                    );
                    self.flaw(
                        &form.id,
                        what,
                        Say::new(
                            "换个编号，或用 [[override]] 改它",
                            "choose another id, or change it with [[override]]",
                        ),
                    );
                    continue;
                }
                self.check_rule(form);
                let mut contexts =
                    |list: &[At<String>]| list.iter().filter_map(|t| self.context(t)).collect();
                let taught = Taught {
                    // A rule of the user's learns only when told to.
                    is_off: !form.taught.unwrap_or(n < users_from),
                    needs: contexts(&form.taught_needs),
                    unless: contexts(&form.taught_unless),
                    from: form.days.from,
                    until: form.days.until,
                };
                self.pack.rules.push(Rule {
                    taught,
                    templates: form.templates,
                    replace: form.replace.iter().map(|(a, b)| (a.value.clone(), b.value.clone())).collect(),
                    meta: meta(form, &file.family),
                    native: None,
                    enabled: true,
                    covers: Vec::new(),
                    hit: form.hit.clone(),
                    ok: form.ok.clone(),
                    unjudged: form.unjudged.as_ref().map(|t| t.value.clone()),
                    is_users: n >= users_from,
                });
            }
        }
        for form in files.iter().flat_map(|f| &f.rules) {
            let covers: Vec<RuleIx> = form.covers.iter().filter_map(|id| self.rule_ix(id)).collect();
            if let Some(rule) = self.pack.rules.iter_mut().find(|r| r.meta.id.as_str() == form.id.value) {
                rule.covers = covers;
            }
        }
    }

    fn check_rule(&mut self, form: &RuleForm) {
        let well_formed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || is_han(c);
        if !form.id.value.chars().all(well_formed) {
            let what = Say::new(
                "规则编号只能用小写字母、数字、汉字和 -",
                "a rule id is made of small letters, digits, Chinese characters and -",
            );
            self.flaw(&form.id, what, Say::default());
        }
        let is_empty = form.cases.is_empty() && form.phrases.is_empty() && form.native.is_none();
        match (&form.unjudged, is_empty) {
            (None, true) if form.taught != Some(true) => {
                let what = Say::new(
                    "规则没有 phrases，也没有 [[rule.case]]，永远不会报",
                    "this rule has neither `phrases` nor a [[rule.case]] and can never fire",
                );
                self.flaw(
                    &form.id,
                    what,
                    Say::new("加一行 phrases = [\"……\"]", "add a line phrases = [\"...\"]"),
                );
            }
            (None, _) if form.hit.is_empty() || form.ok.is_empty() => {
                let what = Say::new("规则没有例子，不予加载", "a rule without examples is not loaded");
                let hint = Say::new(
                    "写上 hit = [\"客：……\"]（该报的）和 ok = [\"客：……\"]（不该报的）",
                    "write hit = [\"客：...\"] (must fire) and ok = [\"客：...\"] (must not)",
                );
                self.flaw(&form.id, what, hint);
            }
            _ => {}
        }
    }

    pub(super) fn rule_ix(&mut self, id: &At<String>) -> Option<RuleIx> {
        let found = self.pack.rules.iter().position(|r| r.meta.id.as_str() == id.value);
        if found.is_none() {
            let what =
                Say::new(format!("没有规则“{}”", id.value), format!("there is no rule \"{}\"", id.value));
            let hint = hint_nearest(&id.value, self.pack.rules.iter().map(|r| r.meta.id.as_str()));
            self.flaw(id, what, hint);
        }
        found
    }

    pub(super) fn overrides(&mut self, files: &[File]) {
        for form in files.iter().flat_map(|f| &f.overrides) {
            let Some(ix) = self.rule_ix(&form.id) else { continue };
            let Some(rule) = self.pack.rules.get_mut(ix) else { continue };
            rule.enabled = form.enabled.unwrap_or(rule.enabled);
            rule.meta.level = form.level.unwrap_or(rule.meta.level);
            if let Some(remedy) = &form.remedy {
                rule.meta.remedy.clone_from(&remedy.value);
            }
            for exposure in &mut rule.meta.exposure {
                exposure.low = form.low.unwrap_or(exposure.low);
                exposure.high = form.high.unwrap_or(exposure.high).max(exposure.low);
            }
        }
    }
}

fn meta(form: &RuleForm, family: &str) -> RuleMeta {
    RuleMeta {
        id: RuleId::new(&form.id.value),
        family: family.to_owned(),
        title: form.title.value.clone(),
        title_en: form.title_en.value.clone(),
        why: form.why.clone(),
        level: form.level,
        platforms: form.platforms.clone(),
        unit: form.unit,
        exposure: form.exposure.clone(),
        remedy: form.remedy.clone(),
        sources: form.sources.clone(),
    }
}
