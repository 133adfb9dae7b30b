//! Which fields the readers of rule files ask for. The readers note it themselves while they read, so a description made
//! from it (the schema for editors) cannot lag behind.

use std::collections::BTreeMap;

/// Which fields a reader asks for: by table and key.
pub type Outline = BTreeMap<(String, &'static str), Known>;

/// What a reader expects of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// What may stand there.
    pub kind: Kind,
    /// It must be there.
    pub required: bool,
}

/// What may stand in a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// A text or a list of texts.
    Texts,
    /// A whole number.
    Number,
    /// A whole number or a list of them.
    Numbers,
    /// True or false.
    Flag,
    /// A day.
    Day,
    /// One of these words.
    Choice(Vec<&'static str>),
    /// One or more of these words.
    Choices(Vec<&'static str>),
    /// A table or a list of tables.
    Tables,
    /// A table of free names, each with texts.
    Free,
    /// A table of named tables.
    Named,
    /// A table of free names, each with numbers or texts.
    Params,
}
