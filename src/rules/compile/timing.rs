//! Looks up the signals, exemptions and profiles that response times name, and the parameters of native rules.

use super::Compiler;
use crate::rules::flaw::hint_nearest;
use crate::rules::native::Native;
use crate::rules::timing::{Exempt, Measure};
use crate::rules::written::File;
use crate::say::Say;

/// Exemptions at most: each is one bit of a message.
const MOST: usize = 32;

impl Compiler {
    /// Makes the native rules, with the user's changes to their parameters.
    pub(super) fn natives(&mut self, files: &[File]) {
        for form in files.iter().flat_map(|f| &f.rules) {
            let Some(name) = &form.native else { continue };
            let mut params = form.params.clone();
            let changes = files.iter().flat_map(|f| &f.overrides).filter(|o| o.id.value == form.id.value);
            params.extend(changes.flat_map(|o| o.params.iter().cloned()));
            let signal = |name: &str| self.signal_ix.get(name).copied();
            let native = Native::new(name, &params, &signal, &mut self.flaws);
            if let Some(rule) = self.pack.rules.iter_mut().find(|r| r.meta.id.as_str() == form.id.value) {
                rule.native = native;
            }
        }
    }

    /// Looks up the exemptions of every file, then the KPI definitions that use them.
    pub(super) fn timing(&mut self, files: &[File]) {
        for form in files.iter().flat_map(|f| &f.exempts).take(MOST) {
            let said = form.said.as_ref().and_then(|text| self.expr(text));
            let between = form.between.as_ref().and_then(|text| self.expr(text));
            self.pack.exempts.push(Exempt {
                id: form.id.value.clone(),
                title: form.title.clone(),
                title_en: form.title_en.clone(),
                short: form.short.as_ref().map_or_else(|| form.title.clone(), |t| t.value.clone()),
                said,
                kinds: form.kinds.clone(),
                recalled: form.recalled,
                whole: form.whole,
                between,
            });
        }
        for form in files.iter().flat_map(|f| &f.kpis) {
            let mut kpi = form.kpi.clone();
            for name in &form.exempt {
                match self.pack.exempts.iter().position(|e| e.id == name.value) {
                    Some(ix) => kpi.exempt.push(ix),
                    None => {
                        let what = Say::new(
                            format!("没有豁免“{}”", name.value),
                            format!("there is no exemption \"{}\"", name.value),
                        );
                        let hint = hint_nearest(&name.value, self.pack.exempts.iter().map(|e| e.id.as_str()));
                        self.flaw(name, what, hint);
                    }
                }
            }
            for name in &form.profiles {
                if !files.iter().flat_map(|f| &f.profiles).any(|(_, p)| p.id == name.value) {
                    let what = Say::new(
                        format!("没有口径“{}”", name.value),
                        format!("there is no profile \"{}\"", name.value),
                    );
                    self.flaw(name, what, Say::default());
                }
            }
            if kpi.measure == Measure::Rate && kpi.within == 0 {
                let what = Say::new("rate 要写 within（秒）", "a rate needs `within` (seconds)");
                self.flaw(&form.at, what, Say::default());
            }
            self.pack.kpis.push(kpi);
        }
    }
}
