//! Reads the fields of one TOML table, collecting every flaw instead of stopping at the first: a wrong type, an
//! unknown value, an unknown key (with the nearest known one). It knows TOML, and nothing of what rules mean.

use std::cell::{Cell, RefCell};
use std::ops::Range;

use chrono::{NaiveDate, NaiveTime};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::model::Stamp;
use crate::rules::flaw::{Flaw, hint_nearest};
use crate::rules::native::Param;
use crate::rules::outline::{Kind, Known, Outline};
use crate::say::Say;

/// A value with its place in the file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Index of the file among the sources.
    pub source: usize,
    /// Bytes of the file, as start and end.
    pub span: (usize, usize),
}

impl<T> At<T> {
    /// The place as a range.
    pub fn range(&self) -> Range<usize> {
        self.span.0..self.span.1
    }
}

/// Where flaws of one file are gathered.
pub struct Gather {
    /// Index of the file among the sources.
    pub source: usize,
    flaws: RefCell<Vec<Flaw>>,
    /// What was asked for, when somebody wants to know.
    outline: Option<RefCell<Outline>>,
}

impl Gather {
    /// An empty gathering for a file.
    #[must_use]
    pub fn new(source: usize) -> Self {
        Self { source, flaws: RefCell::new(Vec::new()), outline: None }
    }

    /// A gathering that also notes which fields are asked for.
    #[must_use]
    pub fn outlining() -> Self {
        Self { outline: Some(RefCell::default()), ..Self::new(0) }
    }

    /// The fields that were asked for.
    #[must_use]
    pub fn into_outline(self) -> Outline {
        self.outline.map(RefCell::into_inner).unwrap_or_default()
    }

    /// Notes a flaw.
    pub fn flaw(&self, span: Range<usize>, what: Say, hint: Say) {
        self.flaws.borrow_mut().push(Flaw::new(self.source, span, what, hint));
    }

    /// All flaws noted.
    #[must_use]
    pub fn into_flaws(self) -> Vec<Flaw> {
        self.flaws.into_inner()
    }
}

/// One table, read field by field. [`Fields::done`] must be called last: it reports keys that nobody asked for.
pub struct Fields<'t, 'g> {
    table: &'t DeTable<'t>,
    span: Range<usize>,
    gather: &'g Gather,
    /// The table's name in an outline; empty at the root and when none is wanted.
    path: String,
    asked: RefCell<Vec<&'static str>>,
    spoiled: Cell<bool>,
}

impl<'t, 'g> Fields<'t, 'g> {
    /// Reads `table`, which stands at `span`.
    pub fn new(table: &'t DeTable<'t>, span: Range<usize>, gather: &'g Gather) -> Self {
        let (path, asked) = (String::new(), RefCell::new(Vec::new()));
        Self { table, span, gather, path, asked, spoiled: Cell::new(false) }
    }

    /// A table inside this one.
    fn inner(&self, table: &'t DeTable<'t>, span: Range<usize>, name: &str) -> Fields<'t, 'g> {
        let mut inner = Fields::new(table, span, self.gather);
        if self.gather.outline.is_some() {
            inner.path = if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) };
        }
        inner
    }

    fn note(&self, key: &'static str, kind: Kind) {
        if let Some(outline) = &self.gather.outline {
            outline.borrow_mut().insert((self.path.clone(), key), Known { kind, required: false });
        }
    }

    /// The table as a whole.
    pub fn at(&self) -> At<()> {
        self.place((), &self.span)
    }

    fn place<T>(&self, value: T, span: &Range<usize>) -> At<T> {
        At { value, source: self.gather.source, span: (span.start, span.end) }
    }

    fn get(&self, key: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.asked.borrow_mut().push(key);
        self.table.get(key)
    }

    /// Whether any field was wrong so far.
    pub fn is_spoiled(&self) -> bool {
        self.spoiled.get()
    }

    /// Notes a flaw at a value.
    pub fn wrong(&self, span: Range<usize>, what: Say, hint: Say) {
        self.spoiled.set(true);
        self.gather.flaw(span, what, hint);
    }

    fn wrong_type(&self, key: &str, span: Range<usize>, zh: &str, en: &str) {
        self.wrong(
            span,
            Say::new(format!("`{key}` 应当是{zh}"), format!("`{key}` must be {en}")),
            Say::default(),
        );
    }

    /// Whether the field is there at all.
    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// A text, if the field is there.
    pub fn text(&self, key: &'static str) -> Option<At<String>> {
        self.note(key, Kind::Text);
        let value = self.get(key)?;
        let text = value.get_ref().as_str();
        if text.is_none() {
            self.wrong_type(key, value.span(), "一段文字（加引号）", "a text in quotes");
        }
        text.map(|t| self.place(t.to_owned(), &value.span()))
    }

    /// A text that must be there.
    pub fn need(&self, key: &'static str) -> At<String> {
        let text = self.text(key);
        if let Some(outline) = &self.gather.outline
            && let Some(known) = outline.borrow_mut().get_mut(&(self.path.clone(), key))
        {
            known.required = true;
        }
        if !self.table.contains_key(key) {
            self.wrong(
                self.span.clone(),
                Say::new(format!("缺少 `{key}`"), format!("`{key}` is missing")),
                Say::new(format!("请加一行：{key} = \"……\""), format!("add a line: {key} = \"...\"")),
            );
        }
        text.unwrap_or_else(|| self.place(String::new(), &self.span))
    }

    /// A list of texts; one text alone counts as a list of one. Empty when absent.
    pub fn texts(&self, key: &'static str) -> Vec<At<String>> {
        self.note(key, Kind::Texts);
        let Some(value) = self.get(key) else { return Vec::new() };
        match value.get_ref() {
            DeValue::String(text) => vec![self.place(text.to_string(), &value.span())],
            DeValue::Array(items) => {
                let mut texts = Vec::with_capacity(items.len());
                for item in items.iter() {
                    match item.get_ref().as_str() {
                        Some(text) => texts.push(self.place(text.to_owned(), &item.span())),
                        None => self.wrong_type(key, item.span(), "文字的列表", "a list of texts"),
                    }
                }
                texts
            }
            _ => {
                self.wrong_type(key, value.span(), "文字的列表", "a list of texts");
                Vec::new()
            }
        }
    }

    /// A whole number of 0 or more.
    pub fn number(&self, key: &'static str) -> Option<u32> {
        self.note(key, Kind::Number);
        let value = self.get(key)?;
        self.as_number(key, value)
    }

    fn as_number(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<u32> {
        let number = value.get_ref().as_integer().and_then(|i| i.as_str().replace('_', "").parse().ok());
        if number.is_none() {
            self.wrong_type(key, value.span(), "0 或更大的整数", "a whole number of 0 or more");
        }
        number
    }

    /// A list of whole numbers; empty when absent.
    pub fn numbers(&self, key: &'static str) -> Vec<u32> {
        self.note(key, Kind::Numbers);
        let Some(value) = self.get(key) else { return Vec::new() };
        match value.get_ref() {
            DeValue::Array(items) => items.iter().filter_map(|item| self.as_number(key, item)).collect(),
            _ => self.as_number(key, value).into_iter().collect(),
        }
    }

    /// A day, quoted or as a TOML date: the moment where it begins in Asia/Shanghai, or, with `ends`, where it has ended.
    pub fn day(&self, key: &'static str, ends: bool) -> Option<Stamp> {
        self.note(key, Kind::Day);
        let value = self.get(key)?;
        let text = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Datetime(date) => date.to_string(),
            _ => String::new(),
        };
        let day = NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok();
        let day = if ends { day.and_then(|d| d.succ_opt()) } else { day };
        if day.is_none() {
            self.wrong(
                value.span(),
                Say::new(format!("`{key}` 应当是日期"), format!("`{key}` must be a day")),
                Say::new(format!("写成 {key} = \"2024-03-01\""), format!("write {key} = \"2024-03-01\"")),
            );
        }
        day.map(|d| Stamp::from_shanghai(d.and_time(NaiveTime::MIN)))
    }

    /// True or false, if the field is there.
    pub fn flag(&self, key: &'static str) -> Option<bool> {
        self.note(key, Kind::Flag);
        let value = self.get(key)?;
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.wrong_type(key, value.span(), " true 或 false", "true or false");
        }
        flag
    }

    /// One of a fixed set of words.
    pub fn choice<T: Copy>(&self, key: &'static str, known: &[(&'static str, T)]) -> Option<T> {
        let text = self.text(key);
        self.note(key, Kind::Choice(known.iter().map(|(word, _)| *word).collect()));
        self.pick(&text?, known)
    }

    /// Several of a fixed set of words.
    pub fn choices<T: Copy>(&self, key: &'static str, known: &[(&'static str, T)]) -> Vec<T> {
        let texts = self.texts(key);
        self.note(key, Kind::Choices(known.iter().map(|(word, _)| *word).collect()));
        texts.iter().filter_map(|text| self.pick(text, known)).collect()
    }

    fn pick<T: Copy>(&self, text: &At<String>, known: &[(&'static str, T)]) -> Option<T> {
        let found = known.iter().find(|(word, _)| *word == text.value).map(|(_, value)| *value);
        if found.is_none() {
            self.wrong(
                text.range(),
                Say::new(format!("不认识“{}”", text.value), format!("unknown value \"{}\"", text.value)),
                hint_nearest(&text.value, known.iter().map(|(word, _)| *word)),
            );
        }
        found
    }

    /// The tables of an array of tables, or a table alone; empty when absent.
    pub fn tables(&self, key: &'static str) -> Vec<Fields<'t, 'g>> {
        self.note(key, Kind::Tables);
        let Some(value) = self.get(key) else { return Vec::new() };
        let one = |v: &'t Spanned<DeValue<'t>>| match v.get_ref() {
            DeValue::Table(table) => Some(self.inner(table, v.span(), key)),
            _ => {
                self.wrong_type(key, v.span(), "表（[[…]]）", "a table ([[...]])");
                None
            }
        };
        match value.get_ref() {
            DeValue::Array(items) => items.iter().filter_map(one).collect(),
            _ => one(value).into_iter().collect(),
        }
    }

    /// Every key of a free table with its value as a list of texts, in order of key.
    pub fn free(&self, key: &'static str) -> Vec<(At<String>, Vec<At<String>>)> {
        self.note(key, Kind::Free);
        let Some(value) = self.get(key) else { return Vec::new() };
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong_type(key, value.span(), "表", "a table");
            return Vec::new();
        };
        let mut entries = Vec::new();
        for (name, item) in table.iter() {
            let texts = match item.get_ref() {
                DeValue::String(text) => vec![self.place(text.to_string(), &item.span())],
                DeValue::Array(items) => items
                    .iter()
                    .filter_map(|i| {
                        let text = i.get_ref().as_str();
                        if text.is_none() {
                            self.wrong_type(name.get_ref(), i.span(), "文字", "a text");
                        }
                        text.map(|t| self.place(t.to_owned(), &i.span()))
                    })
                    .collect(),
                _ => {
                    self.wrong_type(name.get_ref(), item.span(), "文字的列表", "a list of texts");
                    Vec::new()
                }
            };
            entries.push((self.place(name.get_ref().to_string(), &name.span()), texts));
        }
        entries
    }

    /// Every key of a free table whose values are numbers, texts, or lists of either.
    pub fn params(&self, key: &'static str) -> Vec<Param> {
        self.note(key, Kind::Params);
        let Some(value) = self.get(key) else { return Vec::new() };
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong_type(key, value.span(), "表", "a table");
            return Vec::new();
        };
        let mut params = Vec::new();
        for (name, item) in table.iter() {
            let mut param = Param {
                name: self.place(name.get_ref().to_string(), &name.span()),
                numbers: Vec::new(),
                texts: Vec::new(),
            };
            let items: Vec<_> = match item.get_ref() {
                DeValue::Array(items) => items.iter().collect(),
                _ => vec![item],
            };
            for one in items {
                match one.get_ref() {
                    DeValue::String(text) => param.texts.push(self.place(text.to_string(), &one.span())),
                    _ => param.numbers.extend(self.as_number(name.get_ref(), one)),
                }
            }
            params.push(param);
        }
        params
    }

    /// Every table of a free table of tables, by name.
    pub fn named_tables(&self, key: &'static str) -> Vec<(At<String>, Fields<'t, 'g>)> {
        self.note(key, Kind::Named);
        let Some(value) = self.get(key) else { return Vec::new() };
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong_type(key, value.span(), "表", "a table");
            return Vec::new();
        };
        let mut entries = Vec::new();
        for (name, item) in table.iter() {
            match item.get_ref() {
                DeValue::Table(inner) => entries.push((
                    self.place(name.get_ref().to_string(), &name.span()),
                    self.inner(inner, item.span(), &format!("{key}.*")),
                )),
                _ => self.wrong_type(name.get_ref(), item.span(), "表", "a table"),
            }
        }
        entries
    }

    /// Reports keys that nobody asked for.
    pub fn done(&self) {
        let asked = self.asked.borrow();
        for (key, _) in self.table.iter() {
            let name = key.get_ref().as_ref();
            if !asked.contains(&name) {
                self.wrong(
                    key.span(),
                    Say::new(format!("不认识的字段 `{name}`"), format!("unknown key `{name}`")),
                    hint_nearest(name, asked.iter().copied()),
                );
            }
        }
    }
}
