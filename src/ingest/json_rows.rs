//! The messages of a piece of JSON: plain message objects, or conversations with a list of messages that inherit
//! the conversation's fields. It reads one message at a time and knows the line of each.

use std::borrow::Cow;
use std::fmt;
use std::rc::Rc;

use rustc_hash::FxHashMap;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::Options;
use super::columns::{self, Column, Layout, fold};
use super::cut::newlines;
use super::feed::Chunk;
use super::intake::{Batch, Cells, Intake, Spot};
use super::json_cut::Element;
use super::trouble::{Trouble, excerpt};
use super::wanted::Script;
use crate::problem::Severity;
use crate::say::Say;

/// Keys under which a conversation keeps its messages.
const MESSAGES: [&str; 9] = [
    "messages",
    "messagelist",
    "msgs",
    "msglist",
    "消息",
    "消息列表",
    "聊天记录",
    "chatlogmessagelist",
    "chatloglist",
];
/// Keys under which a document keeps conversations or messages.
const WRAPPERS: [&str; 11] = [
    "conversations",
    "sessions",
    "data",
    "list",
    "rows",
    "records",
    "items",
    "result",
    "会话",
    "会话列表",
    "chatlogs",
];
/// Fields that a message takes from its conversation.
const INHERITED: [Column; 6] =
    [Column::Platform, Column::Shop, Column::SessionId, Column::Buyer, Column::Agent, Column::OrderId];
/// Wrappers within wrappers; more is no export.
const DEEPEST: usize = 5;

#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

/// An object's entries, values unparsed.
#[derive(Default)]
struct Object<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a message or a conversation: an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
                let mut entries = Vec::with_capacity(12);
                while let Some((Key(key), value)) = map.next_entry::<Key<'de>, &'de RawValue>()? {
                    entries.push((key, value));
                }
                Ok(Object(entries))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

/// What a conversation hands down to its messages.
type Inherited<'a> = [Cow<'a, str>; Column::COUNT];

/// Layouts by key list; objects of one export share a few.
type Layouts = FxHashMap<String, Rc<Result<Layout, Vec<Trouble>>>>;

struct Parser<'a, 'o> {
    text: &'a str,
    /// Line of the text's first byte.
    line: u64,
    /// How far newlines were counted, and how many; messages come in order of place.
    counted: (usize, u64),
    seq: u64,
    options: &'o Options,
    layouts: Layouts,
    intake: Intake<'o>,
}

/// Parses the values of a piece.
pub(super) fn parse(chunk: &Chunk, elements: &[Element], options: &Options) -> Batch {
    let mut intake = Intake::new(chunk.file, chunk.bytes.len(), options);
    let mut seq = u64::from(chunk.index) << 32;
    let mut layouts = Layouts::default();
    let only = options.only.as_deref();
    let sieve = only.filter(|w| w.like_column().is_none()).map(|w| w.sieve(Script::Json));
    for element in elements {
        let raw = chunk.bytes.get(element.start..element.end).unwrap_or_default();
        if sieve.is_some_and(|sieve| !sieve.any(raw)) {
            continue;
        }
        let line = chunk.line + element.lines;
        let Ok(text) = simdutf8::basic::from_utf8(raw) else {
            intake.reject(Spot { line, seq, raw }, invalid_bytes(raw));
            continue;
        };
        let mut parser = Parser { text, line, counted: (0, 0), seq, options, layouts, intake };
        parser.value(text, &Inherited::default(), 0);
        (intake, seq, layouts) = (parser.intake, parser.seq, parser.layouts);
    }
    if only.is_some() {
        intake.batch.lines = newlines(&chunk.bytes);
    }
    intake.batch
}

impl<'a> Parser<'a, '_> {
    /// The line of a part of the text.
    fn line_of(&mut self, part: &str) -> u64 {
        let at = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let bytes = self.text.as_bytes();
        match bytes.get(self.counted.0..at) {
            Some(new) => self.counted = (at, self.counted.1 + newlines(new)),
            None => self.counted = (at, newlines(bytes.get(..at).unwrap_or_default())),
        }
        self.line + self.counted.1
    }

    fn value(&mut self, text: &'a str, above: &Inherited<'a>, depth: usize) {
        self.seq += 1;
        let blank = text.len() - text.trim_start().len();
        let text = text.get(blank..).unwrap_or_default();
        if text.starts_with('[') && depth < DEEPEST {
            match serde_json::from_str::<Vec<&'a RawValue>>(text) {
                Ok(list) => list.into_iter().for_each(|v| self.value(v.get(), above, depth + 1)),
                Err(error) => self.invalid(text, &error),
            }
            return;
        }
        match serde_json::from_str::<Object<'a>>(text) {
            Ok(object) => self.object(text, &object, above, depth),
            Err(error) => self.invalid(text, &error),
        }
    }

    fn invalid(&mut self, text: &'a str, error: &serde_json::Error) {
        let line = self.line_of(text) + u64::try_from(error.line().saturating_sub(1)).unwrap_or_default();
        self.intake.reject(Spot { line, seq: self.seq, raw: text.as_bytes() }, invalid(error));
    }

    fn object(&mut self, text: &'a str, object: &Object<'a>, above: &Inherited<'a>, depth: usize) {
        let nested = |names: &[&str], open: &[char]| {
            object.0.iter().find(|(k, v)| v.get().starts_with(open) && names.contains(&fold(k).as_str()))
        };
        let own: Vec<&str> = object.0.iter().map(|(k, _)| k.as_ref()).collect();
        // A message may carry an object called `data`; then it is still a message.
        let layout = self.layout(&own);
        let is_message = layout.as_ref().as_ref().is_ok_and(|layout| layout.lacks().is_empty());
        let list = nested(&MESSAGES, &['[']);
        let list = list.or_else(|| nested(&WRAPPERS, &['[', '{']).filter(|_| !is_message));
        let Some((key, list)) = list.filter(|_| depth < DEEPEST) else {
            return self.message(text, object, above, layout.as_ref(), &own);
        };
        let named = |k: &str| {
            let by_user = self.options.columns.iter().find(|(_, name)| fold(name) == fold(k));
            by_user.map(|(column, _)| *column).or_else(|| Column::parse(k))
        };
        let handed_down = |k: &str| k != key.as_ref() && named(k).is_some_and(|c| INHERITED.contains(&c));
        // A bare `id` would be the message's in a message; here it is the conversation's.
        let has_session = own.iter().any(|k| named(k) == Some(Column::SessionId));
        let keys: Vec<&str> = own
            .into_iter()
            .map(|k| match k {
                "id" if !has_session => Column::SessionId.name(),
                _ if handed_down(k) => k,
                _ => "",
            })
            .collect();
        let mut handed = above.clone();
        match self.layout(&keys).as_ref() {
            Err(troubles) => {
                let line = self.line_of(text);
                troubles.iter().for_each(|t| self.intake.note(line, t.clone()));
            }
            Ok(layout) => {
                for (slot, column) in handed.iter_mut().zip(Column::ALL) {
                    if let Some((_, value)) = layout.field(column).and_then(|i| object.0.get(i)) {
                        *slot = plain(value.get());
                    }
                }
            }
        }
        self.value(list.get(), &handed, depth + 1);
    }

    /// The layout of an object with these keys.
    fn layout(&mut self, keys: &[&str]) -> Rc<Result<Layout, Vec<Trouble>>> {
        let options = self.options;
        Rc::clone(self.layouts.entry(keys.join("\n")).or_insert_with(|| Rc::new(lenient(keys, options))))
    }

    fn message(
        &mut self,
        text: &'a str,
        object: &Object<'a>,
        above: &Inherited<'a>,
        layout: &Result<Layout, Vec<Trouble>>,
        keys: &[&str],
    ) {
        let line = self.line_of(text);
        let spot = Spot { line, seq: self.seq, raw: text.as_bytes() };
        let troubles = match layout {
            Ok(layout) if layout.lacks().is_empty() => {
                let mut values = above.clone();
                for (slot, column) in values.iter_mut().zip(Column::ALL) {
                    if let Some((_, value)) = layout.field(column).and_then(|i| object.0.get(i)) {
                        let own = plain(value.get());
                        if !own.is_empty() {
                            *slot = own;
                        }
                    }
                }
                let cells: Cells<'_> = std::array::from_fn(|i| values.get(i).map_or("", |v| v.as_ref()));
                return self.intake.take(spot, &cells, layout);
            }
            Ok(layout) => columns::missing(layout, keys, &[]),
            Err(troubles) => troubles.clone(),
        };
        self.intake.refuse(spot, troubles);
    }
}

/// The layout of keys; a `--column` key that this object lacks is no trouble while another names the column, for
/// objects differ in what they hold.
fn lenient(keys: &[&str], options: &Options) -> Result<Layout, Vec<Trouble>> {
    let folded: Vec<String> = keys.iter().map(|k| fold(k)).collect();
    let mut present = options.clone();
    present.columns.retain(|(_, name)| folded.contains(&fold(name)));
    columns::resolve(keys, &present)
}

/// A value as the text that a CSV field would hold.
fn plain(raw: &str) -> Cow<'_, str> {
    match raw.as_bytes().first() {
        Some(b'"') => serde_json::from_str::<Key<'_>>(raw).map_or(Cow::Borrowed(raw), |key| key.0),
        Some(b'n') => Cow::Borrowed(""),
        Some(b'{') => wrapped(raw).unwrap_or(Cow::Borrowed(raw)),
        _ => Cow::Borrowed(raw),
    }
}

/// The text within an object such as `{"text": "..."}` or `{"nick": "..."}`; one level, for input may be hostile.
fn wrapped(raw: &str) -> Option<Cow<'_, str>> {
    let object = serde_json::from_str::<Object<'_>>(raw).ok()?;
    let is_text = |k: &str| {
        matches!(
            fold(k).as_str(),
            "text" | "content" | "value" | "内容" | "nick" | "nickname" | "name" | "role"
        )
    };
    let (_, inner) = object.0.iter().find(|(k, v)| v.get().starts_with('"') && is_text(k))?;
    Some(serde_json::from_str::<Key<'_>>(inner.get()).ok()?.0)
}

fn invalid(error: &serde_json::Error) -> Trouble {
    Trouble {
        code: "json-invalid",
        severity: Severity::Error,
        column: String::new(),
        what: Say::new(
            format!("这里不是消息或会话对象：{error}（行号从这个对象起算）"),
            format!("no message or conversation object here: {error} (lines counted from the object)"),
        ),
        next: Say::new(
            "用 JSON 校验工具检查这一处，或重新导出",
            "check this place with a JSON validator, or export again",
        ),
    }
}

fn invalid_bytes(raw: &[u8]) -> Trouble {
    let at = std::str::from_utf8(raw).map_or_else(|e| e.valid_up_to(), |_| 0);
    let shown = excerpt(raw.get(at.saturating_sub(12)..).unwrap_or_default());
    Trouble {
        code: "bytes-invalid",
        severity: Severity::Error,
        column: String::new(),
        what: Say::new(
            format!("这个对象里有不成字的字节：{shown}"),
            format!("the object holds bytes that are no characters: {shown}"),
        ),
        next: Say::new("用 UTF-8 重新导出", "export it again as UTF-8"),
    }
}
