//! Reads messages by a table: its paths taken apart, the user's own columns put in, and every value of a message looked
//! up once, however many cases ask for it.

use std::borrow::Cow;
use std::cell::OnceCell;

use super::table::{Case, Set, Table, When, plain_name};
use super::value::{Above, Object, Path};
use crate::ingest::columns::{Column, Layout};
use crate::ingest::{Options, roles};

/// What a message gave.
pub(super) struct Found<'a> {
    pub(super) cells: [Cow<'a, str>; Column::COUNT],
    /// What was taken for granted, in Chinese and English.
    pub(super) guess: Option<(&'static str, &'static str)>,
}

/// A table ready for reading.
pub(super) struct Reading {
    table: &'static Table,
    marks: Vec<Path>,
    never: Vec<Path>,
    paths: Paths,
    columns: Vec<(Column, Vec<PathId>)>,
    cases: Vec<(Vec<Test>, Vec<Act>)>,
    others: Vec<Vec<Test>>,
    /// What the layout calls each column, for messages.
    pub(super) names: Layout,
}

/// The place of a path among those that are looked at.
type PathId = usize;

/// Every path that columns and cases look at, once.
#[derive(Default)]
struct Paths(Vec<Path>);

enum Test {
    Is(PathId, &'static [&'static str]),
    Begins(PathId, &'static [&'static str]),
    Has(PathId, bool),
    Same(PathId, PathId),
    Staff(PathId, bool),
}

enum Act {
    Word(Column, &'static str),
    Path(Column, Vec<PathId>),
    Skip,
    Guess(&'static str, &'static str),
}

/// The values of a message, looked up when they are asked for.
struct Values<'a, 'p> {
    paths: &'p Paths,
    object: &'p Object<'a>,
    above: Option<&'p Above<'a, 'p>>,
    found: Vec<OnceCell<Cow<'a, str>>>,
}

impl Paths {
    fn id(&mut self, path: Path) -> PathId {
        self.0.iter().position(|known| *known == path).unwrap_or_else(|| {
            self.0.push(path);
            self.0.len() - 1
        })
    }

    fn ids(&mut self, texts: &[&str]) -> Vec<PathId> {
        texts.iter().map(|text| self.id(Path::new(text))).collect()
    }

    fn test(&mut self, when: &When) -> Test {
        let mut id = |text| self.id(Path::new(text));
        match *when {
            When::Is(path, words) => Test::Is(id(path), words),
            When::Begins(path, words) => Test::Begins(id(path), words),
            When::Has(path) => Test::Has(id(path), true),
            When::Lacks(path) => Test::Has(id(path), false),
            When::Same(a, b) => Test::Same(id(a), id(b)),
            When::Staff(path) => Test::Staff(id(path), true),
            When::NoStaff(path) => Test::Staff(id(path), false),
        }
    }

    fn tests(&mut self, when: &[When]) -> Vec<Test> {
        when.iter().map(|when| self.test(when)).collect()
    }

    /// What a case does, apart from columns that the user named.
    fn acts(&mut self, case: &Case, by_user: impl Fn(Column) -> bool) -> Vec<Act> {
        let act = |set: &Set| match *set {
            Set::Word(column, _) | Set::Path(column, _) if by_user(column) => None,
            Set::Word(column, word) => Some(Act::Word(column, word)),
            Set::Path(column, texts) => Some(Act::Path(column, self.ids(texts))),
            Set::Skip => Some(Act::Skip),
            Set::Guess(zh, en) => Some(Act::Guess(zh, en)),
        };
        case.set.iter().filter_map(act).collect()
    }
}

impl Reading {
    /// Makes a table ready for reading. A column that the user names goes before the table and its cases.
    pub(super) fn new(table: &'static Table, options: &Options) -> Self {
        let by_user =
            |column: Column| options.columns.iter().find(|(c, _)| *c == column).map(|(_, name)| name);
        let mut paths = Paths::default();
        let mut columns = Vec::new();
        let mut names = Layout::default();
        for column in Column::ALL {
            if let Some(name) = by_user(column) {
                names.call(column, name);
                let ids = [Path::key(name), Path::new(&format!("^{name}"))].map(|path| paths.id(path));
                columns.push((column, ids.to_vec()));
            } else if let Some((_, texts)) = table.columns.iter().find(|(c, _)| *c == column) {
                names.call(column, plain_name(texts));
                columns.push((column, paths.ids(texts)));
            } else if let Some(name) = table.cases.iter().find_map(|case| case.names(column)) {
                names.call(column, name);
            }
        }
        let mut cases = Vec::with_capacity(table.cases.len());
        for case in table.cases {
            cases.push((paths.tests(case.when), paths.acts(case, |column| by_user(column).is_some())));
        }
        let others = table.others.iter().map(|other| paths.tests(other)).collect();
        let marks = |texts: &[&str]| texts.iter().map(|text| Path::new(text)).collect();
        Self {
            table,
            marks: marks(table.marks),
            never: marks(table.never),
            paths,
            columns,
            cases,
            others,
            names,
        }
    }

    /// Whether an object is a message of this layout.
    pub(super) fn is_message<'a>(&self, object: &Object<'a>, above: Option<&Above<'a, '_>>) -> bool {
        self.marks.iter().all(|path| path.is_in(object, above))
            && self.never.iter().all(|path| !path.is_in(object, above))
    }

    /// Whether an object belongs to the layout without being a message.
    pub(super) fn is_other<'a>(&self, object: &Object<'a>, above: Option<&Above<'a, '_>>) -> bool {
        if self.others.is_empty() {
            return false;
        }
        let values = Values::new(&self.paths, object, above);
        self.others.iter().any(|other| other.iter().all(|test| test.holds(&values)))
    }

    /// The marks that an object lacks, as the table writes them.
    pub(super) fn lacking<'a>(
        &self,
        object: &Object<'a>,
        above: Option<&Above<'a, '_>>,
    ) -> Vec<&'static str> {
        let marks = self.table.marks.iter().zip(&self.marks);
        marks.filter(|(_, path)| !path.is_in(object, above)).map(|(text, _)| *text).collect()
    }

    /// When a message was sent, as it stands there; `None` for what is no message.
    pub(super) fn time<'a>(&self, object: &Object<'a>) -> Option<Cow<'a, str>> {
        let own = self.marks.iter().filter(|mark| !mark.up).all(|mark| mark.is_in(object, None));
        let (_, ids) = self.columns.iter().find(|(column, _)| *column == Column::SentAt)?;
        own.then(|| Values::new(&self.paths, object, None).first(ids))
    }

    /// The columns of a message; `None` when it is none after all.
    pub(super) fn cells<'a>(
        &self,
        object: &Object<'a>,
        above: Option<&Above<'a, '_>>,
        options: &Options,
    ) -> Option<Found<'a>> {
        let mut found = Found { cells: <[Cow<'a, str>; Column::COUNT]>::default(), guess: None };
        let values = Values::new(&self.paths, object, above);
        if options.platform.is_none() {
            found.put(Column::Platform, Cow::Borrowed(self.table.platform));
        }
        for (column, ids) in &self.columns {
            found.put(*column, values.first(ids));
        }
        for (when, set) in &self.cases {
            if !when.iter().all(|test| test.holds(&values)) {
                continue;
            }
            for act in set {
                match act {
                    Act::Word(column, word) => found.put(*column, Cow::Borrowed(word)),
                    Act::Path(column, ids) => found.put(*column, values.first(ids)),
                    Act::Skip => return None,
                    Act::Guess(zh, en) => found.guess = Some((zh, en)),
                }
            }
        }
        found.settle(self.table.shop_in_agent, options);
        Some(found)
    }
}

impl<'a, 'p> Values<'a, 'p> {
    fn new(paths: &'p Paths, object: &'p Object<'a>, above: Option<&'p Above<'a, 'p>>) -> Self {
        Self { paths, object, above, found: vec![OnceCell::new(); paths.0.len()] }
    }

    /// A value, empty where there is none.
    fn get(&self, id: PathId) -> &Cow<'a, str> {
        const NOTHING: &Cow<'static, str> = &Cow::Borrowed("");
        let (Some(path), Some(cell)) = (self.paths.0.get(id), self.found.get(id)) else { return NOTHING };
        cell.get_or_init(|| path.find(self.object, self.above).unwrap_or_default())
    }

    /// The first of these values that gives something.
    fn first(&self, ids: &[PathId]) -> Cow<'a, str> {
        ids.iter()
            .map(|id| self.get(*id))
            .find(|value| !value.trim_ascii().is_empty())
            .cloned()
            .unwrap_or_default()
    }

    /// Whether a value says anything but no.
    fn has(&self, id: PathId) -> bool {
        !matches!(self.get(id).trim(), "" | "0" | "false" | "[]" | "{}")
    }
}

impl Test {
    fn holds(&self, values: &Values<'_, '_>) -> bool {
        match self {
            Self::Is(id, words) => words.contains(&values.get(*id).trim()),
            Self::Begins(id, words) => {
                words.iter().any(|word| values.get(*id).trim_start().starts_with(word))
            }
            Self::Has(id, wanted) => values.has(*id) == *wanted,
            Self::Same(a, b) => values.has(*a) && values.get(*a) == values.get(*b),
            Self::Staff(id, wanted) => roles::is_staff_account(values.get(*id)) == *wanted,
        }
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
