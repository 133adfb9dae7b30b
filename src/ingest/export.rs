//! A shop's own export, as the user describes it: which header is which column, whose log it is, and which words in
//! the sender column mean whom. It says what was written; `columns` decides which one fits a header.

use super::columns::{Column, fold};
use crate::model::{Platform, Role};

/// One `[columns]` block of a rule file.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Export {
    /// What the user calls the export; the file's name when nothing.
    pub name: String,
    /// Columns and the headers that they stand under.
    pub columns: Vec<(Column, String)>,
    /// The marketplace of rows that name none.
    pub platform: Option<Platform>,
    /// The shop of rows that name none.
    pub shop: Option<String>,
    /// Words in the sender column and whom they mean.
    pub words: Vec<(String, Role)>,
}

impl Export {
    /// The headers that the user names and a file lacks; the description holds where there are none.
    pub(super) fn lacks(&self, folded: &[String]) -> Vec<&str> {
        let lacks = |name: &&String| !folded.contains(&fold(name));
        self.columns.iter().map(|(_, name)| name).filter(lacks).map(String::as_str).collect()
    }
}
