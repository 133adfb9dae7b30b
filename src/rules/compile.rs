//! Makes a pack of rule files: looks up every name, parses every pattern, and notes every flaw of every file together.
//! Reading TOML is `written`'s job; whether the examples hold is `selftest`'s.

use rustc_hash::FxHashMap;

use crate::ids::RuleId;
use crate::rules::expr::{self, Expr, Named, Reach};
use crate::rules::flaw::{Flaw, hint_nearest};
use crate::rules::form::At;
use crate::rules::ladders;
use crate::rules::meta::RuleMeta;
use crate::rules::pack::{Body, Case, Context, Pack, Rule, RuleIx, Shop, Signal, SignalIx, Taught, Words};
use crate::rules::vocabulary::Vocabulary;
use crate::rules::written::{CaseForm, File, RuleForm, SignalForm};
use crate::say::Say;

/// Longest message when a signal sets no limit, in characters.
const NO_LIMIT: usize = usize::MAX;

/// Compiles files into a pack; files from `users_from` on are the user's.
///
/// # Errors
/// Every flaw found.
pub fn compile(files: &[File], users_from: usize) -> Result<Pack, Vec<Flaw>> {
    let mut flaws = Vec::new();
    let vocabulary = Vocabulary::gather(files, &mut flaws);
    let mut compiler = Compiler { vocabulary, flaws, signal_ix: FxHashMap::default(), pack: Pack::default() };
    compiler.name(files);
    compiler.signals(files);
    compiler.rules(files, users_from);
    compiler.overrides(files);
    compiler.cases(files);
    compiler.shops(files);
    compiler.ladders(files);
    if !compiler.flaws.is_empty() {
        compiler.flaws.sort_by_key(|f| (f.source, f.span.start));
        return Err(compiler.flaws);
    }
    let mut pack = compiler.pack;
    pack.patterns = compiler.vocabulary.patterns;
    pack.literals = compiler.vocabulary.literals;
    pack.guards = compiler.vocabulary.guards;
    Ok(pack)
}

struct Compiler {
    vocabulary: Vocabulary,
    flaws: Vec<Flaw>,
    signal_ix: FxHashMap<String, SignalIx>,
    pack: Pack,
}

impl Compiler {
    fn flaw<T>(&mut self, at: &At<T>, what: Say, hint: Say) {
        self.flaws.push(Flaw::new(at.source, at.range(), what, hint));
    }

    fn name(&mut self, files: &[File]) {
        let text = |pick: fn(&File) -> &Option<At<String>>| {
            files.iter().find_map(|f| pick(f).as_ref()).map(|t| t.value.clone()).unwrap_or_default()
        };
        self.pack.name = text(|f| &f.name);
        self.pack.version = text(|f| &f.version);
        self.pack.date = text(|f| &f.date);
    }

    fn signals(&mut self, files: &[File]) {
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
        let (mut any, mut unless) = (form.any.clone(), form.unless.clone());
        for more in extends {
            any.extend(more.any.iter().cloned());
            unless.extend(more.unless.iter().cloned());
        }
        let mut all = form.all.clone();
        if any.is_empty() && !all.is_empty() {
            any.push(all.remove(0));
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
            any: self.patterns(&any),
            all: self.patterns(&all),
            none: self.patterns(&form.none),
            unless: self.patterns(&unless),
            at_least: form.at_least as usize,
            near: form.near.map(|n| n as usize),
            scope: form.scope,
            edge: form.edge,
            max_chars: form.max_chars.map_or(NO_LIMIT, |n| n as usize),
            min_chars: form.min_chars.map_or(0, |n| n as usize),
            guards: guards.iter().filter_map(|name| self.guard(name)).collect(),
        }
    }

    fn patterns(&mut self, written: &[At<String>]) -> Vec<usize> {
        written.iter().filter_map(|w| self.vocabulary.pattern(w, &mut self.flaws)).collect()
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

    fn extends_exist(&mut self, files: &[File]) {
        for form in files.iter().flat_map(|f| &f.extends) {
            if !self.signal_ix.contains_key(&form.signal.value) {
                self.unknown_signal(&form.signal.value.clone(), &form.signal);
            }
        }
    }

    fn unknown_signal<T>(&mut self, name: &str, at: &At<T>) {
        let what = Say::new(format!("没有叫“{name}”的信号"), format!("there is no signal \"{name}\""));
        let mut known: Vec<&str> = self.signal_ix.keys().map(String::as_str).collect();
        known.sort_unstable();
        let hint = hint_nearest(name, known.iter().copied());
        self.flaw(at, what, hint);
    }

    /// An expression with its names looked up; flaws are noted at their own place inside the text.
    fn expr(&mut self, text: &At<String>) -> Option<Expr<SignalIx>> {
        let context = self.context(text)?;
        if context.reach != Reach::Anywhere {
            let what = Say::new("这里不能写 within", "`within` has no meaning here");
            let hint = Say::new(
                "要限定范围，把条件移到 before 或 after",
                "to limit the reach, move the condition to `before` or `after`",
            );
            self.flaw(text, what, hint);
        }
        Some(context.expr)
    }

    fn context(&mut self, text: &At<String>) -> Option<Context> {
        // The text stands in quotes: its first byte is one after the start of the span.
        let inside = |span: &std::ops::Range<usize>| At {
            value: (),
            source: text.source,
            span: (text.span.0 + 1 + span.start, text.span.0 + 1 + span.end),
        };
        match expr::parse(&text.value) {
            Err((span, what)) => {
                self.flaw(&inside(&span), what, Say::default());
                None
            }
            Ok((expr, reach)) => {
                let mut unknown: Vec<Named> = Vec::new();
                let looked = expr.map(&mut |(name, span): &Named| match self.signal_ix.get(name) {
                    Some(ix) => Ok(*ix),
                    None => {
                        unknown.push((name.clone(), span.clone()));
                        Ok::<_, ()>(0)
                    }
                });
                for (name, span) in &unknown {
                    self.unknown_signal(name, &inside(span));
                }
                let expr = looked.ok().filter(|_| unknown.is_empty())?;
                Some(Context { expr, reach, written: text.value.clone() })
            }
        }
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

    fn rules(&mut self, files: &[File], users_from: usize) {
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
                    is_off: form.taught == Some(false),
                    needs: contexts(&form.taught_needs),
                    unless: contexts(&form.taught_unless),
                };
                self.pack.rules.push(Rule {
                    taught,
                    meta: meta(form, &file.family),
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
        let well_formed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !form.id.value.chars().all(well_formed) {
            let what = Say::new(
                "规则编号只能用小写字母、数字和 -",
                "a rule id is made of small letters, digits and -",
            );
            self.flaw(&form.id, what, Say::default());
        }
        match (&form.unjudged, form.cases.is_empty()) {
            (None, true) => {
                let what = Say::new(
                    "规则没有 [[rule.case]]，永远不会报",
                    "this rule has no [[rule.case]] and can never fire",
                );
                self.flaw(
                    &form.id,
                    what,
                    Say::new(
                        "加一段 [[rule.case]]，写 here = \"信号\"",
                        "add a [[rule.case]] with here = \"signal\"",
                    ),
                );
            }
            (None, false) if form.hit.is_empty() || form.ok.is_empty() => {
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

    fn rule_ix(&mut self, id: &At<String>) -> Option<RuleIx> {
        let found = self.pack.rules.iter().position(|r| r.meta.id.as_str() == id.value);
        if found.is_none() {
            let what =
                Say::new(format!("没有规则“{}”", id.value), format!("there is no rule \"{}\"", id.value));
            let hint = hint_nearest(&id.value, self.pack.rules.iter().map(|r| r.meta.id.as_str()));
            self.flaw(id, what, hint);
        }
        found
    }

    fn overrides(&mut self, files: &[File]) {
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

    fn cases(&mut self, files: &[File]) {
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

    fn ladders(&mut self, files: &[File]) {
        let placed: Vec<_> = files.iter().flat_map(|f| &f.ladders).collect();
        let all: Vec<_> = placed.iter().map(|(_, ladder)| ladder.clone()).collect();
        for (at, ladder) in placed {
            for what in ladders::check(ladder, &all) {
                self.flaw(at, what, Say::default());
            }
        }
        self.pack.ladders = all;
    }

    fn shops(&mut self, files: &[File]) {
        for form in files.iter().flat_map(|f| &f.shops) {
            let mut prior = Vec::new();
            for text in &form.prior {
                let pair = text
                    .value
                    .split_once('=')
                    .and_then(|(l, n)| Some((l.trim().to_owned(), n.trim().parse().ok()?)));
                match pair {
                    Some(pair) => prior.push(pair),
                    None => self.flaw(
                        text,
                        Say::new("已有扣分要写成“梯级=分数”", "prior points are written ladder=points"),
                        Say::new("例如 prior = [\"general=6\"]", "for example prior = [\"general=6\"]"),
                    ),
                }
            }
            let settings = form.settings.iter().map(|s| s.value.clone()).collect();
            self.pack.shops.push(Shop { name: form.name.value.clone(), settings, prior });
        }
    }
}

fn meta(form: &RuleForm, family: &str) -> RuleMeta {
    RuleMeta {
        id: RuleId::new(&form.id.value),
        family: family.to_owned(),
        title: form.title.value.clone(),
        title_en: form.title_en.value.clone(),
        why: form.why.value.clone(),
        level: form.level,
        platforms: form.platforms.clone(),
        unit: form.unit,
        exposure: form.exposure.clone(),
        remedy: form.remedy.clone(),
        sources: form.sources.clone(),
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
