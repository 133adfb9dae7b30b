//! Which rows are wanted when a log is searched rather than audited: those of a buyer, an order, a session, or with
//! certain words. Rows are first looked for in the raw bytes, where most of a log can be ruled out at reading speed; what
//! is left is decided on the decoded fields.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;
use encoding_rs::GB18030;

use super::columns::Column;
use super::intake::Cells;
use crate::text::fold;
use crate::text::lookalike::{alike_shapes, shape};
use crate::text::normal::Normaliser;

/// What a wanted row has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// This buyer.
    Buyer(String),
    /// This order, in its column or in the words.
    Order(String),
    /// This session id.
    Session(String),
    /// Each of these words in its content, both normalised as rules see them.
    Words(Vec<String>),
}

/// How bytes of a piece are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    Utf8,
    Gb18030,
    Json,
}

/// The rows that are wanted: those that fit one of the keys.
#[derive(Debug)]
pub struct Wanted {
    keys: Vec<Key>,
    exact: BTreeSet<(u8, String)>,
    /// The shape of the name that others may look like.
    like: Option<(Column, String, Vec<char>)>,
    sieves: [OnceLock<Sieve>; 3],
}

impl Wanted {
    /// Rows that fit one of the keys. With `near`, names in the first key's column that look like it are noted.
    #[must_use]
    pub fn new(keys: Vec<Key>, near: bool) -> Self {
        let like = keys.first().filter(|_| near).and_then(|key| match key {
            Key::Buyer(name) => Some((Column::Buyer, name.clone(), shape(name))),
            Key::Order(id) => Some((Column::OrderId, id.clone(), shape(id))),
            Key::Session(id) => Some((Column::SessionId, id.clone(), shape(id))),
            Key::Words(_) => None,
        });
        let exact = keys.iter().filter_map(|key| match key {
            Key::Buyer(name) => Some((0, name.clone())),
            Key::Order(id) => Some((1, id.clone())),
            Key::Session(id) => Some((2, id.clone())),
            Key::Words(_) => None,
        });
        Self { exact: exact.collect(), keys, like, sieves: [const { OnceLock::new() }; 3] }
    }

    /// The column in which look-alikes are noted.
    pub(super) fn like_column(&self) -> Option<Column> {
        self.like.as_ref().map(|(column, _, _)| *column)
    }

    /// Whether a value looks like the one that is looked for and is not it.
    pub(super) fn is_like(&self, value: &str) -> bool {
        self.like.as_ref().is_some_and(|(_, name, form)| value != name && alike_shapes(form, &shape(value)))
    }

    /// Whether a row is wanted.
    pub(super) fn keeps(&self, cells: &Cells<'_>, normaliser: &mut Normaliser) -> bool {
        let word = |column: Column| cells.get(column.index()).map_or("", |c| c.trim_ascii());
        let content = cells.get(Column::Content.index()).copied().unwrap_or_default();
        let has = |kind: u8, column: Column| {
            let value = word(column);
            !value.is_empty() && self.exact.contains(&(kind, value.to_owned()))
        };
        if has(0, Column::Buyer) || has(1, Column::OrderId) || has(2, Column::SessionId) {
            return true;
        }
        self.keys.iter().any(|key| match key {
            Key::Order(id) => content.contains(id.as_str()),
            Key::Words(words) => says(content, words, normaliser),
            Key::Buyer(_) | Key::Session(_) => false,
        })
    }

    /// Where in raw bytes a wanted row may stand: one place at least of every row that is wanted.
    pub(super) fn sieve(&self, script: Script) -> &Sieve {
        let slot = match script {
            Script::Utf8 => &self.sieves[0],
            Script::Gb18030 => &self.sieves[1],
            Script::Json => &self.sieves[2],
        };
        slot.get_or_init(|| Sieve::new(&self.keys, script))
    }
}

/// Whether a text says all of these normalised words.
#[must_use]
pub fn says(text: &str, words: &[String], normaliser: &mut Normaliser) -> bool {
    let mut normal = String::new();
    normaliser.append(text, &mut normal);
    !words.is_empty() && words.iter().all(|word| normal.contains(word.as_str()))
}

/// Finds candidates in raw bytes.
#[derive(Debug)]
pub(super) enum Sieve {
    /// Every record is a candidate.
    All,
    /// Records that hold one of these.
    Some(AhoCorasick),
}

impl Sieve {
    fn new(keys: &[Key], script: Script) -> Self {
        let mut needles = BTreeSet::new();
        for key in keys {
            let own = match key {
                // The name that stands for a buyer whom a reply does not name is not in the reply.
                Key::Buyer(text) if script == Script::Json && text.starts_with('#') => return Self::All,
                Key::Buyer(text) | Key::Order(text) | Key::Session(text) => exact(text, script),
                Key::Words(words) => spoken(words, script),
            };
            if own.is_empty() {
                return Self::All;
            }
            needles.extend(own);
        }
        AhoCorasick::new(&needles).map_or(Self::All, Self::Some)
    }

    /// Offsets of candidates, rising.
    pub(super) fn places<'a>(&'a self, bytes: &'a [u8]) -> Box<dyn Iterator<Item = usize> + 'a> {
        match self {
            Self::All => Box::new(0..bytes.len()),
            Self::Some(automaton) => Box::new(automaton.find_iter(bytes).map(|m| m.start())),
        }
    }

    /// Whether there is a candidate.
    pub(super) fn any(&self, bytes: &[u8]) -> bool {
        match self {
            Self::All => true,
            Self::Some(automaton) => automaton.is_match(bytes),
        }
    }
}

/// The ways in which a value may stand in raw bytes: its longest stretch that no format writes otherwise.
fn exact(text: &str, script: Script) -> Vec<Vec<u8>> {
    let plain =
        text.split(['"', '\\', '/', '\n', '\r', '\t']).max_by_key(|part| part.len()).unwrap_or_default();
    if plain.is_empty() { Vec::new() } else { written(plain, script) }
}

/// The bytes of a text without special signs.
fn written(text: &str, script: Script) -> Vec<Vec<u8>> {
    match script {
        Script::Utf8 => vec![text.as_bytes().to_vec()],
        Script::Gb18030 => match GB18030.encode(text) {
            (bytes, _, false) => vec![bytes.into_owned()],
            _ => Vec::new(),
        },
        Script::Json => {
            let escaped = |upper: bool| {
                let unit = |unit: u16| match char::from_u32(u32::from(unit)).filter(char::is_ascii) {
                    Some(c) => c.to_string(),
                    None if upper => format!("\\u{unit:04X}"),
                    None => format!("\\u{unit:04x}"),
                };
                text.encode_utf16().map(unit).collect::<String>().into_bytes()
            };
            vec![text.as_bytes().to_vec(), escaped(false), escaped(true)]
        }
    }
}

/// The ways in which one character of the words may stand: that of the longest word with the fewest ways and, among
/// those, the least common one.
fn spoken(words: &[String], script: Script) -> Vec<Vec<u8>> {
    // Characters that stand in nearly every line tell nothing.
    const COMMON: &str = "的了是我不在有您好亲吗呢哦这个一们可以请就要到会没么啊来说都给能你哈嗯下单货发也把过用看想知道得那里多少时候天今明后收退换款钱价格快递物流颜色码号品质量店家客服订地址谢行话什怎为吧呀很再还和";
    let chars = words.iter().flat_map(|w| w.chars()).filter(|c| c.is_alphanumeric());
    let weight = |c: &char| (COMMON.contains(*c), c.is_ascii(), *c);
    let Some(chosen) = chars.min_by_key(weight) else { return Vec::new() };
    let sources = fold::sources(chosen);
    sources.iter().flat_map(|c| written(&c.to_string(), script)).collect()
}
