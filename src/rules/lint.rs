//! What checking reply templates needs besides the rules: names of columns, placeholder marks and variables, length
//! limits, the checks that only templates have, words and figures that contradict each other. Reads the `[lint]` table
//! and compiles it; what is done with it is `lint`'s job.

use rustc_hash::FxHashMap;

use crate::finding::Level;
use crate::ids::RuleId;
use crate::model::Platform;
use crate::rules::flaw::{Flaw, hint_nearest};
use crate::rules::form::{At, Fields};
use crate::rules::lazy::Lazy;
use crate::rules::meta::{RuleMeta, Unit};
use crate::rules::pack::SignalIx;
use crate::rules::vocabulary::Vocabulary;
use crate::rules::written::{File, LEVELS, PLATFORMS};
use crate::say::Say;

/// What a column of a template file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// The reply itself.
    Text,
    /// The short code that agents type.
    Code,
    /// The group that the phrase is kept in.
    Group,
    /// The question that it answers.
    Question,
    /// The marketplace it is for.
    Platform,
}

/// The fields as rule files and options write them.
pub const FIELDS: [(&str, Field); 5] = [
    ("text", Field::Text),
    ("code", Field::Code),
    ("group", Field::Group),
    ("question", Field::Question),
    ("platform", Field::Platform),
];

/// The signs around a placeholder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Before the name.
    pub open: String,
    /// After it.
    pub close: String,
    /// The signs are used for other things too: only a known variable between them makes a placeholder.
    pub known_only: bool,
}

/// A placeholder that the shop's tool fills in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The name between the marks.
    pub name: String,
    /// The longest value that is filled in, in characters.
    pub max: usize,
    /// A value such as the tool fills in.
    pub sample: String,
}

/// How long a sent message may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Where; empty for everywhere.
    pub platforms: Vec<Platform>,
    /// Characters.
    pub chars: usize,
    /// Where the figure comes from.
    pub source: String,
}

/// Two signals that one shop's templates must not both hold.
#[derive(Debug)]
pub struct Contradiction {
    /// The promise.
    pub says: SignalIx,
    /// What breaks it.
    pub against: SignalIx,
    /// What they are about.
    pub about: String,
}

/// A figure that all templates of a shop must agree on: the first number of each match.
#[derive(Debug)]
pub struct Figure {
    /// What it is.
    pub about: String,
    /// Where it stands.
    pub pattern: Lazy,
}

/// A promotion known by its name.
#[derive(Debug)]
pub struct Event {
    /// Its names.
    pub pattern: Lazy,
    /// Its last day: month and day.
    pub ends: (u32, u32),
}

/// Everything of the `[lint]` tables.
#[derive(Debug, Default)]
pub struct Lint {
    /// Headers and keys, folded to lower case, by what they mean.
    pub columns: Vec<(String, Field)>,
    /// Placeholder marks, longest opening first.
    pub marks: Vec<Mark>,
    /// Placeholders by name.
    pub variables: Vec<Variable>,
    /// Length limits; the first that fits a platform counts, a user's before the built-in ones.
    pub limits: Vec<Limit>,
    /// What is known about the checks that only templates have.
    pub checks: Vec<RuleMeta>,
    /// Pairs that contradict each other.
    pub contradictions: Vec<Contradiction>,
    /// Figures that must agree.
    pub figures: Vec<Figure>,
    /// Words that make a date the end of a promotion.
    pub promotion: Option<Lazy>,
    /// Promotions that are known by name.
    pub events: Vec<Event>,
}

impl Lint {
    /// Its expressions.
    pub(super) fn expressions(&self) -> impl Iterator<Item = &Lazy> {
        let figures = self.figures.iter().map(|figure| &figure.pattern);
        figures.chain(self.events.iter().map(|event| &event.pattern)).chain(&self.promotion)
    }
}

/// The `[lint]` table of one file as written.
#[derive(Clone, Debug, Default)]
pub struct LintForm {
    columns: Vec<(At<String>, Vec<At<String>>)>,
    marks: Vec<Mark>,
    variables: Vec<Variable>,
    limits: Vec<Limit>,
    checks: Vec<RuleMeta>,
    contradictions: Vec<(At<String>, At<String>, String)>,
    figures: Vec<(String, Vec<At<String>>)>,
    promotion: Vec<At<String>>,
    events: Vec<(Vec<At<String>>, At<String>)>,
}

/// Reads the `[lint]` tables of one file.
pub(super) fn read(fields: &Fields<'_, '_>, family: &str) -> LintForm {
    let mut form = LintForm::default();
    for lint in fields.tables("lint") {
        form.columns = lint.free("columns");
        form.promotion = lint.texts("promotion");
        let each = |key, read: &mut dyn FnMut(&Fields<'_, '_>)| {
            for table in lint.tables(key) {
                read(&table);
                table.done();
            }
        };
        each("mark", &mut |f| {
            form.marks.push(Mark {
                open: f.need("open").value,
                close: f.need("close").value,
                known_only: f.flag("known_only").unwrap_or(false),
            });
        });
        each("variable", &mut |f| {
            form.variables.push(Variable {
                name: f.need("name").value,
                max: f.number("max").unwrap_or(0) as usize,
                sample: f.text("sample").map(|t| t.value).unwrap_or_default(),
            });
        });
        each("limit", &mut |f| {
            form.limits.push(Limit {
                platforms: f.choices("platforms", PLATFORMS),
                chars: f.number("chars").unwrap_or(u32::MAX) as usize,
                source: f.need("source").value,
            });
        });
        each("check", &mut |f| form.checks.push(check(f, family)));
        each("contradiction", &mut |f| {
            form.contradictions.push((f.need("says"), f.need("against"), f.need("about").value));
        });
        each("figure", &mut |f| form.figures.push((f.need("about").value, f.texts("any"))));
        each("event", &mut |f| form.events.push((f.texts("any"), f.need("ends"))));
        lint.done();
    }
    form
}

fn check(f: &Fields<'_, '_>, family: &str) -> RuleMeta {
    RuleMeta {
        id: RuleId::new(&f.need("id").value),
        family: family.to_owned(),
        title: f.need("title").value,
        title_en: f.need("title_en").value,
        why: f.need("why").value,
        level: f.choice("level", LEVELS).unwrap_or(Level::Warning),
        platforms: f.choices("platforms", PLATFORMS),
        unit: Unit::default(),
        exposure: Vec::new(),
        remedy: f.text("remedy").map(|t| t.value).unwrap_or_default(),
        sources: f.texts("sources").into_iter().map(|t| t.value).collect(),
    }
}

/// Looks up names and parses patterns of all files together; a later file's entry of the same name wins.
pub(super) fn compile(
    files: &[File],
    vocabulary: &Vocabulary,
    signals: &FxHashMap<String, SignalIx>,
    flaws: &mut Vec<Flaw>,
) -> Lint {
    let mut lint = Lint::default();
    let mut promotion = Vec::new();
    for form in files.iter().map(|f| &f.lint) {
        columns(form, &mut lint, flaws);
        lint.marks.extend(form.marks.iter().cloned());
        for variable in &form.variables {
            lint.variables.retain(|v| v.name != variable.name);
            lint.variables.push(variable.clone());
        }
        lint.limits.splice(0..0, form.limits.iter().cloned());
        for check in &form.checks {
            lint.checks.retain(|c| c.id != check.id);
            lint.checks.push(check.clone());
        }
        for (says, against, about) in &form.contradictions {
            let mut find = |name: &At<String>| {
                let found = signals.get(&name.value).copied();
                if found.is_none() {
                    flaws.push(unknown_signal(name, signals));
                }
                found
            };
            if let (Some(says), Some(against)) = (find(says), find(against)) {
                lint.contradictions.push(Contradiction { says, against, about: about.clone() });
            }
        }
        for (about, any) in &form.figures {
            let pattern = vocabulary.joined(any, "", flaws);
            lint.figures.extend(pattern.map(|pattern| Figure { about: about.clone(), pattern }));
        }
        promotion.extend(form.promotion.iter().cloned());
        for (any, ends) in &form.events {
            let Some(day) = month_day(&ends.value) else {
                let what = Say::new("日期要写成 \"11-13\"", "a day is written \"11-13\"");
                flaws.push(Flaw::new(ends.source, ends.range(), what, Say::default()));
                continue;
            };
            let pattern = vocabulary.joined(any, "", flaws);
            lint.events.extend(pattern.map(|pattern| Event { pattern, ends: day }));
        }
    }
    lint.promotion = vocabulary.joined(&promotion, "", flaws);
    lint.marks.sort_by_key(|mark| std::cmp::Reverse(mark.open.len()));
    lint
}

fn columns(form: &LintForm, lint: &mut Lint, flaws: &mut Vec<Flaw>) {
    for (name, headers) in &form.columns {
        match FIELDS.iter().find(|(word, _)| *word == name.value) {
            Some((_, field)) => {
                lint.columns.extend(headers.iter().map(|h| (h.value.to_lowercase(), *field)));
            }
            None => {
                let what = Say::new(
                    format!("不认识的栏“{}”", name.value),
                    format!("unknown column \"{}\"", name.value),
                );
                let hint = hint_nearest(&name.value, FIELDS.iter().map(|(word, _)| *word));
                flaws.push(Flaw::new(name.source, name.range(), what, hint));
            }
        }
    }
}

fn unknown_signal(name: &At<String>, signals: &FxHashMap<String, SignalIx>) -> Flaw {
    let what =
        Say::new(format!("没有叫“{}”的信号", name.value), format!("there is no signal \"{}\"", name.value));
    let mut known: Vec<&str> = signals.keys().map(String::as_str).collect();
    known.sort_unstable();
    Flaw::new(name.source, name.range(), what, hint_nearest(&name.value, known.iter().copied()))
}

fn month_day(text: &str) -> Option<(u32, u32)> {
    let (month, day) = text.split_once('-')?;
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    ((1..=12).contains(&month) && (1..=31).contains(&day)).then_some((month, day))
}

impl Lint {
    /// What a header or key means, written in any case and with blanks around it.
    #[must_use]
    pub fn field(&self, header: &str) -> Option<Field> {
        let header = header.trim().to_lowercase();
        self.columns.iter().find(|(name, _)| *name == header).map(|(_, field)| *field)
    }

    /// The variable of a name.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&Variable> {
        self.variables.iter().find(|v| v.name == name)
    }

    /// What is known about a check; `None` when the rule files switched it off by leaving it out.
    #[must_use]
    pub fn check(&self, id: &str) -> Option<&RuleMeta> {
        self.checks.iter().find(|c| c.id.as_str() == id)
    }
}
