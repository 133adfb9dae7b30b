//! Signals: their words looked up, those of `[[extend]]` added, and none made of itself.

use crate::rules::compile::{Compiler, NO_LIMIT};
use crate::rules::expr::Expr;
use crate::rules::flaw::hint_nearest;
use crate::rules::form::At;
use crate::rules::pack::{Body, Signal, SignalIx, Words};
use crate::rules::written::{File, SignalForm};
use crate::say::Say;

impl Compiler {
    pub(super) fn signals(&mut self, files: &[File]) {
        let forms: Vec<&SignalForm> = files.iter().flat_map(|f| &f.signals).collect();
        let mut kept = Vec::new();
        for form in forms {
            if self.signal_ix.contains_key(&form.id.value) {
                let what = Say::new(
                    format!("信号“{}”已经有了", form.id.value),
                    format!("the signal \"{}\" exists already", form.id.value),
                );
                self.flaw(
                    &form.id,
                    what,
                    Say::new(
                        "换个名字，或用 [[extend]] 给它加词",
                        "choose another name, or add words with [[extend]]",
                    ),
                );
                continue;
            }
            self.signal_ix.insert(form.id.value.clone(), kept.len());
            kept.push(form);
        }
        let defaults: Vec<At<String>> = files
            .iter()
            .find(|f| !f.default_guards.is_empty())
            .map(|f| f.default_guards.clone())
            .unwrap_or_default();
        for form in kept {
            let body = match &form.is {
                Some(text) => Body::Is(self.expr(text).unwrap_or(Expr::Or(Vec::new()))),
                None => Body::Words(Box::new(self.words(form, files, &defaults))),
            };
            let title = form.title.as_ref().map_or_else(|| form.id.value.clone(), |t| t.value.clone());
            self.pack.signals.push(Signal { id: form.id.value.clone(), title, speaker: form.speaker, body });
        }
        self.extends_exist(files);
        self.no_circles(files);
    }

    fn words(&mut self, form: &SignalForm, files: &[File], defaults: &[At<String>]) -> Words {
        let extends = files.iter().flat_map(|f| &f.extends).filter(|e| e.signal.value == form.id.value);
        let (mut any, mut unless) = (Vec::from_iter(&form.any), Vec::from_iter(&form.unless));
        for more in extends {
            any.extend(&more.any);
            unless.extend(&more.unless);
        }
        let mut all = form.all.as_slice();
        if any.is_empty()
            && let Some((first, rest)) = all.split_first()
        {
            any.push(first);
            all = rest;
        }
        if any.is_empty() {
            let what = Say::new(
                format!("信号“{}”没有任何词", form.id.value),
                format!("the signal \"{}\" has no words", form.id.value),
            );
            self.flaw(
                &form.id,
                what,
                Say::new(
                    "加一行 any = [\"……\"] 或 is = \"……\"",
                    "add a line any = [\"...\"] or is = \"...\"",
                ),
            );
        }
        let guards = form.guards.as_deref().unwrap_or(defaults);
        Words {
            any: self.patterns(any),
            all: self.patterns(all),
            none: self.patterns(&form.none),
            unless: self.patterns(unless),
            unless_near: form.unless_near.unwrap_or(0) as usize,
            longest: form.longest,
            at_least: form.at_least as usize,
            near: form.near.map(|n| n as usize),
            scope: form.scope,
            edge: form.edge,
            max_chars: form.max_chars.map_or(NO_LIMIT, |n| n as usize),
            min_chars: form.min_chars.map_or(0, |n| n as usize),
            guards: guards.iter().filter_map(|name| self.guard(name)).collect(),
        }
    }

    fn patterns<'w>(&mut self, written: impl IntoIterator<Item = &'w At<String>>) -> Vec<usize> {
        written.into_iter().filter_map(|w| self.vocabulary.pattern(w, &mut self.flaws)).collect()
    }

    fn guard(&mut self, name: &At<String>) -> Option<usize> {
        let found = self.vocabulary.guards.iter().position(|g| g.name == name.value);
        if found.is_none() {
            let what = Say::new(
                format!("没有叫“{}”的防护", name.value),
                format!("there is no guard \"{}\"", name.value),
            );
            let hint = hint_nearest(&name.value, self.vocabulary.guards.iter().map(|g| g.name.as_str()));
            self.flaw(name, what, hint);
        }
        found
    }

    /// Remembers which signals the user's files add words to.
    pub(super) fn extended(&mut self, files: &[File], users_from: usize) {
        let users = files.iter().skip(users_from).flat_map(|f| &f.extends);
        self.pack.extended = users.filter_map(|e| self.signal_ix.get(&e.signal.value).copied()).collect();
    }

    fn extends_exist(&mut self, files: &[File]) {
        for form in files.iter().flat_map(|f| &f.extends) {
            if !self.signal_ix.contains_key(&form.signal.value) {
                self.unknown_signal(&form.signal.value.clone(), &form.signal);
            }
        }
    }

    pub(super) fn unknown_signal<T>(&mut self, name: &str, at: &At<T>) {
        let what = Say::new(format!("没有叫“{name}”的信号"), format!("there is no signal \"{name}\""));
        let mut known: Vec<&str> = self.signal_ix.keys().map(String::as_str).collect();
        known.sort_unstable();
        let hint = hint_nearest(name, known.iter().copied());
        self.flaw(at, what, hint);
    }

    /// A signal that is made of itself would never end.
    fn no_circles(&mut self, files: &[File]) {
        let mut done = vec![0u8; self.pack.signals.len()];
        let circles: Vec<String> = (0..self.pack.signals.len())
            .filter(|ix| has_circle(*ix, &self.pack.signals, &mut done))
            .filter_map(|ix| self.pack.signals.get(ix).map(|s| s.id.clone()))
            .collect();
        for id in circles {
            let at = files.iter().flat_map(|f| &f.signals).find(|s| s.id.value == id).map(|s| s.id.clone());
            if let Some(at) = at {
                let what = Say::new(
                    format!("信号“{id}”绕了一圈又用到自己"),
                    format!("the signal \"{id}\" is made of itself"),
                );
                self.flaw(&at, what, Say::default());
            }
        }
    }
}

/// Whether walking from a signal comes back to a signal on the way; 1 marks the way, 2 what is known to end.
fn has_circle(ix: SignalIx, signals: &[Signal], done: &mut [u8]) -> bool {
    match done.get(ix) {
        Some(1) => return true,
        Some(2) | None => return false,
        Some(_) => {}
    }
    let mark = |done: &mut [u8], n| {
        if let Some(d) = done.get_mut(ix) {
            *d = n;
        }
    };
    mark(done, 1);
    let mut circle = false;
    if let Some(Signal { body: Body::Is(expr), .. }) = signals.get(ix) {
        let mut names = Vec::new();
        expr.names(&mut names);
        circle = names.iter().any(|(name, _)| has_circle(**name, signals, done));
    }
    mark(done, 2);
    circle
}
