//! Values of a JSON text, parsed no deeper than they are asked for: objects as lists of unparsed entries, and paths
//! through them. It knows JSON and nothing of messages.

use std::borrow::Cow;
use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::ingest::columns::fold;

/// A string, borrowed where it holds no escapes.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// An object's entries, values unparsed.
#[derive(Default)]
pub(super) struct Object<'a>(pub(super) Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Object<'a> {
    /// The object at the start of `text`.
    pub(super) fn parse(text: &'a str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// The unparsed value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&'a str> {
        self.0.iter().find(|(k, _)| k == key).map(|(_, v)| v.get())
    }
}

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
                while let Some((Text(key), value)) = map.next_entry::<Text<'de>, &'de RawValue>()? {
                    entries.push((key, value));
                }
                Ok(Object(entries))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

/// The objects around a message, the nearest first.
#[derive(Clone, Copy)]
pub(super) struct Above<'a, 'p> {
    pub(super) object: &'p Object<'a>,
    pub(super) up: Option<&'p Above<'a, 'p>>,
}

/// Where a value stands in a message: keys from outside in. A text on the way is taken for JSON in its turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path {
    /// The objects around the message are looked through too.
    pub(super) up: bool,
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    /// Every element of a list.
    Each,
}

impl Path {
    /// A path as tables write it: `a.b` for keys, `a[].b` for every element of a list, `^` before it to look through
    /// the objects around the message too.
    pub(super) fn new(text: &str) -> Self {
        let (up, text) = text.strip_prefix('^').map_or((false, text), |rest| (true, rest));
        let mut steps = Vec::new();
        for part in text.split('.') {
            let key = part.trim_end_matches("[]");
            steps.push(Step::Key(key.to_owned()));
            steps.extend((key.len()..part.len()).step_by(2).map(|_| Step::Each));
        }
        Self { up, steps }
    }

    /// A single key, whatever signs it holds.
    pub(super) fn key(name: &str) -> Self {
        Self { up: true, steps: vec![Step::Key(name.to_owned())] }
    }

    /// The first key.
    pub(super) fn head(&self) -> &str {
        match self.steps.first() {
            Some(Step::Key(key)) => key,
            _ => "",
        }
    }

    /// The value as the text that a CSV field would hold; `None` where there is no such key.
    pub(super) fn find<'a>(
        &self,
        object: &Object<'a>,
        above: Option<&Above<'a, '_>>,
    ) -> Option<Cow<'a, str>> {
        let mut above = above;
        let mut found = self.own(object);
        while self.up && found.as_ref().is_none_or(|value| value.is_empty()) {
            let Some(outer) = above else { break };
            found = self.own(outer.object).or(found);
            above = outer.up;
        }
        found
    }

    /// Whether there is such a key.
    pub(super) fn is_in<'a>(&self, object: &Object<'a>, above: Option<&Above<'a, '_>>) -> bool {
        match self.steps.as_slice() {
            // Nearly every mark is one key: its value need not be looked at.
            [Step::Key(key)] if !self.up => object.get(key).is_some(),
            _ => self.find(object, above).is_some(),
        }
    }

    fn own<'a>(&self, object: &Object<'a>) -> Option<Cow<'a, str>> {
        let (Step::Key(key), rest) = self.steps.split_first()? else { return None };
        look(object.get(key)?, rest)
    }
}

fn look<'a>(raw: &'a str, steps: &[Step]) -> Option<Cow<'a, str>> {
    let Some((step, rest)) = steps.split_first() else { return Some(plain(raw)) };
    match (step, raw.as_bytes().first()) {
        (Step::Key(key), Some(b'{')) => look(Object::parse(raw).ok()?.get(key)?, rest),
        (Step::Each, Some(b'[')) => {
            let list = serde_json::from_str::<Vec<&'a RawValue>>(raw).ok()?;
            let parts: Vec<Cow<'a, str>> =
                list.into_iter().filter_map(|v| look(v.get(), rest)).filter(|v| !v.is_empty()).collect();
            Some(Cow::Owned(parts.join("\n")))
        }
        // A list with one element may stand without its brackets.
        (Step::Each, Some(b'{')) => look(raw, rest),
        (_, Some(b'"')) => {
            let Text(inner) = serde_json::from_str::<Text<'_>>(raw).ok()?;
            let inner = inner.trim();
            if !inner.starts_with(['{', '[']) {
                return None;
            }
            Some(Cow::Owned(look(inner, steps)?.into_owned()))
        }
        _ => None,
    }
}

/// A value as the text that a CSV field would hold.
pub(super) fn plain(raw: &str) -> Cow<'_, str> {
    match raw.as_bytes().first() {
        Some(b'"') => serde_json::from_str::<Text<'_>>(raw).map_or(Cow::Borrowed(raw), |text| text.0),
        Some(b'n') => Cow::Borrowed(""),
        Some(b'{') => wrapped(raw).unwrap_or(Cow::Borrowed(raw)),
        _ => Cow::Borrowed(raw),
    }
}

/// The text within an object such as `{"text": "..."}` or `{"nick": "..."}`; one level, for input may be hostile.
fn wrapped(raw: &str) -> Option<Cow<'_, str>> {
    let object = Object::parse(raw).ok()?;
    let is_text = |k: &str| {
        matches!(
            fold(k).as_str(),
            "text" | "content" | "value" | "内容" | "nick" | "nickname" | "name" | "role"
        )
    };
    let (_, inner) = object.0.iter().find(|(k, v)| v.get().starts_with('"') && is_text(k))?;
    Some(serde_json::from_str::<Text<'_>>(inner.get()).ok()?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, path: &str) -> Option<String> {
        Path::new(path).find(&Object::parse(text).unwrap(), None).map(Cow::into_owned)
    }

    #[test]
    fn paths_go_through_objects_lists_and_texts() {
        let text = r#"{"a":{"b":1},"list":[{"v":"x"},{"w":0},{"v":"y"}],"one":{"v":"z"},
            "body":"{\"format\":\"TEXT\",\"inner\":\"{\\\"c\\\":\\\"好\\\"}\"}","s":"text","no":null}"#;
        for (path, expected) in [
            ("a.b", Some("1")),
            ("a.c", None),
            ("list[].v", Some("x\ny")),
            ("one[].v", Some("z")),
            ("body.format", Some("TEXT")),
            ("body.inner.c", Some("好")),
            ("s.c", None),
            ("s", Some("text")),
            ("no", Some("")),
            ("absent", None),
        ] {
            assert_eq!(at(text, path).as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn only_a_path_with_the_mark_looks_around_and_the_nearest_object_counts() {
        let far = Object::parse(r#"{"shop":"far","x":"1"}"#).unwrap();
        let near = Object::parse(r#"{"shop":"near"}"#).unwrap();
        let own = Object::parse(r#"{"shop":"","y":"2"}"#).unwrap();
        let far = Above { object: &far, up: None };
        let near = Above { object: &near, up: Some(&far) };
        let of = |path: &str| Path::new(path).find(&own, Some(&near)).map(Cow::into_owned);
        assert_eq!(of("^shop").as_deref(), Some("near"), "an empty value gives way");
        assert_eq!(of("^x").as_deref(), Some("1"));
        assert_eq!(of("^y").as_deref(), Some("2"));
        assert_eq!(of("shop").as_deref(), Some(""));
        assert_eq!(of("x"), None);
    }
}
