//! Looks up the names that a file's casework uses: rules, signals, families.

use super::Compiler;
use crate::rules::casework::{Casework, GeneralForm, PromiseKind, Replies, Threat, Topic};
use crate::rules::form::At;
use crate::rules::written::File;
use crate::say::Say;

impl Compiler {
    /// Looks up the names of every file's casework.
    pub(super) fn casework(&mut self, files: &[File]) {
        let mut made = Casework::default();
        for form in files.iter().flat_map(|f| &f.casework) {
            self.general(form, &mut made);
        }
        for form in files.iter().flat_map(|f| &f.promises) {
            let Some(said) = self.expr(&form.said) else { continue };
            let mut part = |text: &Option<At<String>>| text.as_ref().and_then(|t| self.expr(t));
            let (kept, broken, missed) = (part(&form.kept), part(&form.broken), part(&form.missed));
            let (title, proof) = (form.title.clone(), form.proof.clone());
            made.promises.push(PromiseKind { title, said, kept, broken, missed, proof });
        }
        for form in files.iter().flat_map(|f| &f.threats) {
            let said = self.expr(&form.said);
            made.threats.extend(said.map(|said| Threat { title: form.title.clone(), said }));
        }
        for form in files.iter().flat_map(|f| &f.topics) {
            if !files.iter().any(|f| f.family == form.family.value) {
                let what = Say::new(
                    format!("没有规则文件“{}”", form.family.value),
                    format!("there is no rule file \"{}\"", form.family.value),
                );
                let hint =
                    Say::new("写规则文件的名字，不带 .toml", "write the name of a rule file without .toml");
                self.flaw(&form.family, what, hint);
            }
            made.topics.push(Topic {
                family: form.family.value.clone(),
                title: form.title.clone(),
                words: form.words.clone(),
                said: form.said.as_ref().and_then(|text| self.expr(text)),
                defence: form.defence.as_ref().and_then(|text| self.expr(text)),
                collect: form.collect.clone(),
                avoid: form.avoid.clone(),
                cleared: form.cleared.clone(),
            });
        }
        self.pack.casework = made;
    }

    /// Later files win over earlier ones, field by field.
    fn general(&mut self, form: &GeneralForm, made: &mut Casework) {
        if form.slow_seconds > 0 {
            made.slow_seconds = form.slow_seconds;
            made.source.clone_from(&form.source);
        }
        if let [from, to] = form.hours.as_slice() {
            made.hours = (*from, *to);
        }
        made.traps.extend(form.traps.iter().filter(|id| self.rule_ix(id).is_some()).map(|t| t.value.clone()));
        made.hedge = form.hedge.as_ref().and_then(|text| self.expr(text)).or(made.hedge.take());
        made.question = form.question.as_ref().and_then(|text| self.expr(text)).or(made.question.take());
        made.collect.extend(form.collect.iter().cloned());
        made.avoid.extend(form.avoid.iter().cloned());
        let Replies { cleared, unknown, trap } = &mut made.replies;
        for (mine, theirs) in [cleared, unknown, trap].into_iter().zip(&form.replies) {
            if !theirs.is_empty() {
                mine.clone_from(theirs);
            }
        }
    }
}
