//! What a layout is as data: which keys its messages have, where each column stands in them, and what its codes mean.
//! `reading` reads every layout that is written this way.

use crate::ingest::columns::Column;

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
    /// Values that a file of the layout begins with, where its keys alone would be those of others too.
    pub(in crate::ingest) codes: &'static [(&'static str, &'static [&'static str])],
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

/// A condition on a message; paths are as in [`super::value::Path::new`].
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

impl Case {
    /// The key that decides a column, if this case does.
    pub(super) fn names(&self, column: Column) -> Option<&'static str> {
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
pub(super) fn plain_name(texts: &[&'static str]) -> &'static str {
    texts.first().map_or("", |text| text.trim_start_matches('^'))
}
