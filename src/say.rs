//! Sentences for people, always in both languages. Which one is shown is decided where output is written.

use serde::{Deserialize, Serialize};

/// The language of everything the program says to its user. Rule texts stay Chinese with an English title.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Chinese, the language of the users.
    #[default]
    Zh,
    /// English.
    En,
}

/// One sentence in Chinese and in English.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Say {
    /// The Chinese sentence.
    pub zh: String,
    /// The same in English.
    pub en: String,
}

impl Say {
    /// Pairs the two wordings.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// The wording for `lang`.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}
