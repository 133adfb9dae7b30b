//! A layout as data: which keys its messages have, where each column stands in them, and what its codes mean. One
//! mechanism reads every layout that is written this way.

use std::borrow::Cow;

use super::value::{Above, Object, Path};
use crate::ingest::columns::{Column, Layout};
use crate::ingest::{Options, roles};

/// A layout of JSON messages.
#[derive(Debug)]
pub(in crate::ingest) struct Table {
    /// The marketplace that the layout belongs to, as a platform word; `taobao` stands for Tmall too. Empty when the
    /// layout serves several.
    pub(in crate::ingest) platform: &'static str,
    /// Every message names a staff account, so that the shop can be told from it (店铺:员工). Were it missing in some,
    /// their conversations would fall apart.
    pub(in crate::ingest) shop_in_agent: bool,
    /// Paths that every message of the layout has. With `^` an object around the message may have it.
    pub(in crate::ingest) marks: &'static [&'static str],
    /// Paths that no message of the layout has: they tell it from its neighbours.
    pub(in crate::ingest) never: &'static [&'static str],
    /// Where each column stands; the first path that gives something counts.
    pub(in crate::ingest) columns: &'static [(Column, &'static [&'static str])],
    /// What codes mean. A later case goes before an earlier one.
    pub(in crate::ingest) cases: &'static [Case],
    /// Objects that belong to the layout and carry no message.
    pub(in crate::ingest) others: &'static [&'static [When]],
}

/// If all of `when` holds, `set` is done.
#[derive(Debug)]
pub(in crate::ingest) struct Case {
    pub(in crate::ingest) when: &'static [When],
    pub(in crate::ingest) set: &'static [Set],
}

/// A condition on a message; paths are as in [`Path::new`].
#[derive(Clone, Copy, Debug)]
pub(in crate::ingest) enum When {
    /// The value is one of these.
    Is(&'static str, &'static [&'static str]),
    /// The value begins with one of these.
    Begins(&'static str, &'static [&'static str]),
    /// There is a value that is neither empty, `0` nor `false`.
    Has(&'static str),
    /// There is none.
    Lacks(&'static str),
    /// Both have the same value.
    Same(&'static str, &'static str),
    /// The value is a staff account of Taobao: only these hold a colon.
    Staff(&'static str),
    /// The value is no staff account.
    NoStaff(&'static str),
}

/// What a case does.
#[derive(Clone, Copy, Debug)]
pub(in crate::ingest) enum Set {
    /// The column is this word.
    Word(Column, &'static str),
    /// The column stands at the first of these paths that gives something.
    Path(Column, &'static [&'static str]),
    /// This is no message, though it has the marks of one.
    Skip,
    /// What was taken for granted, for lack of a field that says so.
    Guess(&'static str, &'static str),
}

/// What a message gave.
pub(super) struct Found<'a> {
    pub(super) cells: [Cow<'a, str>; Column::COUNT],
    /// In Chinese and English.
    pub(super) guess: Option<(&'static str, &'static str)>,
}

/// A table with its paths taken apart, and the user's own columns in it.
pub(in crate::ingest) struct Reading {
    table: &'static Table,
    marks: Vec<Path>,
    never: Vec<Path>,
    columns: Vec<(Column, Vec<Path>)>,
    cases: Vec<(Vec<Test>, Vec<Act>)>,
    others: Vec<Vec<Test>>,
    /// What the layout calls each column, for messages.
    pub(super) names: Layout,
}

enum Test {
    Is(Path, &'static [&'static str]),
    Begins(Path, &'static [&'static str]),
    Has(Path, bool),
    Same(Path, Path),
    Staff(Path, bool),
}

enum Act {
    Word(Column, &'static str),
    Path(Column, Vec<Path>),
    Skip,
    Guess(&'static str, &'static str),
}

impl Case {
    /// The key that decides a column, if this case does.
    fn names(&self, column: Column) -> Option<&'static str> {
        self.set.iter().find_map(|set| match *set {
            Set::Path(c, texts) if c == column => Some(plain_name(texts)),
            Set::Word(c, _) if c == column => self.when.first().map(When::names),
            _ => None,
        })
    }
}

impl When {
    /// The key that is looked at.
    fn names(&self) -> &'static str {
        match *self {
            Self::Is(path, _)
            | Self::Begins(path, _)
            | Self::Has(path)
            | Self::Lacks(path)
            | Self::Same(path, _)
            | Self::Staff(path)
            | Self::NoStaff(path) => path.trim_start_matches('^'),
        }
    }
}

/// The first path as people write it.
fn plain_name(texts: &[&'static str]) -> &'static str {
    texts.first().map_or("", |text| text.trim_start_matches('^'))
}

impl Reading {
    /// Makes a table ready for reading. A column that the user names goes before the table and its cases.
    pub(in crate::ingest) fn new(table: &'static Table, options: &Options) -> Self {
        let by_user =
            |column: Column| options.columns.iter().find(|(c, _)| *c == column).map(|(_, name)| name);
        let mut columns = Vec::new();
        let mut names = Layout::default();
        for column in Column::ALL {
            if let Some(name) = by_user(column) {
                names.call(column, name);
                columns.push((column, vec![Path::key(name), Path::new(&format!("^{name}"))]));
            } else if let Some((_, texts)) = table.columns.iter().find(|(c, _)| *c == column) {
                names.call(column, plain_name(texts));
                columns.push((column, paths(texts)));
            } else if let Some(name) = table.cases.iter().find_map(|case| case.names(column)) {
                names.call(column, name);
            }
        }
        let act = |set: &Set| match *set {
            Set::Word(column, word) => by_user(column).is_none().then_some(Act::Word(column, word)),
            Set::Path(column, texts) => by_user(column).is_none().then(|| Act::Path(column, paths(texts))),
            Set::Skip => Some(Act::Skip),
            Set::Guess(zh, en) => Some(Act::Guess(zh, en)),
        };
        let case =
            |case: &Case| (case.when.iter().map(test).collect(), case.set.iter().filter_map(act).collect());
        Self {
            table,
            marks: paths(table.marks),
            never: paths(table.never),
            columns,
            cases: table.cases.iter().map(case).collect(),
            others: table.others.iter().map(|other| other.iter().map(test).collect()).collect(),
            names,
        }
    }

    /// Whether an object is a message of this layout.
    pub(super) fn is_message<'a>(&self, object: &Object<'a>, above: Option<&Above<'a, '_>>) -> bool {
        self.marks.iter().all(|path| path.find(object, above).is_some())
            && self.never.iter().all(|path| path.find(object, above).is_none())
    }

    /// Whether an object belongs to the layout without being a message.
    pub(super) fn is_other<'a>(&self, object: &Object<'a>, above: Option<&Above<'a, '_>>) -> bool {
        self.others.iter().any(|other| other.iter().all(|test| test.holds(object, above)))
    }

    /// The marks that an object lacks, as the table writes them.
    pub(super) fn lacking<'a>(
        &self,
        object: &Object<'a>,
        above: Option<&Above<'a, '_>>,
    ) -> Vec<&'static str> {
        let marks = self.table.marks.iter().zip(&self.marks);
        marks.filter(|(_, path)| path.find(object, above).is_none()).map(|(text, _)| *text).collect()
    }

    /// When a message was sent, as it stands there; `None` for what is no message.
    pub(super) fn time<'a>(&self, object: &Object<'a>) -> Option<Cow<'a, str>> {
        let own = self.marks.iter().filter(|mark| !mark.up);
        let (_, paths) = self.columns.iter().find(|(column, _)| *column == Column::SentAt)?;
        own.into_iter().all(|mark| mark.find(object, None).is_some()).then(|| first(paths, object, None))
    }

    /// The columns of a message; `None` when it is none after all.
    pub(super) fn cells<'a>(
        &self,
        object: &Object<'a>,
        above: Option<&Above<'a, '_>>,
        options: &Options,
    ) -> Option<Found<'a>> {
        let mut found = Found { cells: <[Cow<'a, str>; Column::COUNT]>::default(), guess: None };
        if options.platform.is_none() {
            found.put(Column::Platform, Cow::Borrowed(self.table.platform));
        }
        for (column, paths) in &self.columns {
            found.put(*column, first(paths, object, above));
        }
        for (when, set) in &self.cases {
            if !when.iter().all(|test| test.holds(object, above)) {
                continue;
            }
            for act in set {
                match act {
                    Act::Word(column, word) => found.put(*column, Cow::Borrowed(word)),
                    Act::Path(column, paths) => found.put(*column, first(paths, object, above)),
                    Act::Skip => return None,
                    Act::Guess(zh, en) => found.guess = Some((zh, en)),
                }
            }
        }
        found.settle(self.table.shop_in_agent, options);
        Some(found)
    }
}

impl<'a> Found<'a> {
    pub(super) fn get(&self, column: Column) -> &str {
        self.cells.get(column.index()).map_or("", |cell| cell.as_ref())
    }

    pub(super) fn put(&mut self, column: Column, value: Cow<'a, str>) {
        if let Some(cell) = self.cells.get_mut(column.index()) {
            *cell = value;
        }
    }

    /// What follows from the accounts, whatever the layout.
    fn settle(&mut self, shop_in_agent: bool, options: &Options) {
        for column in [Column::Buyer, Column::Agent, Column::Sender] {
            let short = roles::account(self.get(column));
            if short.len() < self.get(column).len() {
                let short = short.to_owned();
                self.put(column, Cow::Owned(short));
            }
        }
        if self.get(Column::Sender) == "agent" && roles::is_robot_account(self.get(Column::Agent)) {
            self.put(Column::Sender, Cow::Borrowed("robot"));
        }
        // Where the layout has an id at best, the user's word is the better one.
        if let Some(shop) = &options.shop {
            self.put(Column::Shop, Cow::Owned(shop.clone()));
        } else if shop_in_agent
            && self.get(Column::Shop).is_empty()
            && let Some((shop, _)) = self.get(Column::Agent).split_once([':', '：'])
        {
            let shop = shop.to_owned();
            self.put(Column::Shop, Cow::Owned(shop));
        }
    }
}

impl Test {
    fn holds<'a>(&self, object: &Object<'a>, above: Option<&Above<'a, '_>>) -> bool {
        let value = |path: &Path| path.find(object, above).unwrap_or_default();
        let has = |path: &Path| !matches!(value(path).trim(), "" | "0" | "false" | "[]" | "{}");
        match self {
            Self::Is(path, words) => words.contains(&value(path).trim()),
            Self::Begins(path, words) => words.iter().any(|word| value(path).trim_start().starts_with(word)),
            Self::Has(path, wanted) => has(path) == *wanted,
            Self::Same(a, b) => has(a) && value(a) == value(b),
            Self::Staff(path, wanted) => roles::is_staff_account(&value(path)) == *wanted,
        }
    }
}

fn test(when: &When) -> Test {
    match *when {
        When::Is(path, words) => Test::Is(Path::new(path), words),
        When::Begins(path, words) => Test::Begins(Path::new(path), words),
        When::Has(path) => Test::Has(Path::new(path), true),
        When::Lacks(path) => Test::Has(Path::new(path), false),
        When::Same(a, b) => Test::Same(Path::new(a), Path::new(b)),
        When::Staff(path) => Test::Staff(Path::new(path), true),
        When::NoStaff(path) => Test::Staff(Path::new(path), false),
    }
}

fn paths(texts: &[&str]) -> Vec<Path> {
    texts.iter().map(|text| Path::new(text)).collect()
}

fn first<'a>(paths: &[Path], object: &Object<'a>, above: Option<&Above<'a, '_>>) -> Cow<'a, str> {
    let mut values = paths.iter().filter_map(|path| path.find(object, above));
    values.find(|value| !value.trim().is_empty()).unwrap_or_default()
}
