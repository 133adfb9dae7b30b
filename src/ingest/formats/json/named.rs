//! Messages whose keys are known by name (`sender`, 消息内容): plain message objects, or conversations with a list of
//! messages that inherit the conversation's fields.

use std::borrow::Cow;
use std::rc::Rc;

use rustc_hash::FxHashMap;
use serde_json::value::RawValue;

use super::value::{Object, Path, plain};
use super::walk::Walk;
use super::{hints, replies};
use crate::ingest::Options;
use crate::ingest::columns::{self, Column, Layout, fold};
use crate::ingest::intake::Cells;
use crate::ingest::trouble::Trouble;

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

/// What a conversation hands down to its messages.
type Inherited<'a> = [Cow<'a, str>; Column::COUNT];

/// Layouts by key list; objects of one export share a few.
pub(super) type Layouts = FxHashMap<String, Rc<Result<Layout, Vec<Trouble>>>>;

/// Names that the user gives as paths (`content=text.content`), in the order of their text.
pub(super) fn paths(options: &Options) -> Vec<(&str, Path)> {
    let described = options.exports.iter().flat_map(|export| &export.columns);
    let names = options.columns.iter().chain(described).map(|(_, name)| name.as_str());
    let mut paths: Vec<(&str, Path)> =
        names.filter(|name| name.contains('.')).map(|name| (name, Path::new(name))).collect();
    paths.sort_by_key(|(name, _)| *name);
    paths.dedup_by_key(|(name, _)| *name);
    paths
}

/// The user's paths that lead somewhere in an object; its layout numbers them after its keys.
fn leading<'s>(
    paths: &'s [(&'s str, Path)],
    object: &Object<'_>,
) -> impl Iterator<Item = &'s (&'s str, Path)> {
    paths.iter().filter(|(_, path)| path.is_in(object, None))
}

/// When a message was sent, as it stands there; `None` for what is no message.
pub(super) fn time<'a>(object: &Object<'a>, options: &Options) -> Option<Cow<'a, str>> {
    let keys: Vec<&str> = object.0.iter().map(|(k, _)| k.as_ref()).collect();
    let layout = lenient(&keys, options).ok().filter(|layout| layout.lacks().is_empty())?;
    // Apart from its date a time of day tells no order.
    let field = layout.field(Column::SentAt).filter(|_| layout.field(Column::Date).is_none())?;
    object.0.get(field).map(|(_, value)| plain(value.get()))
}

impl<'a> Walk<'a, '_> {
    /// Takes the messages of the whole value.
    pub(super) fn named_value(&mut self) {
        self.named(self.text, &Inherited::default(), 0);
    }

    fn named(&mut self, text: &'a str, above: &Inherited<'a>, depth: usize) {
        self.seq += 1;
        let blank = text.len() - text.trim_start().len();
        let text = text.get(blank..).unwrap_or_default();
        if text.starts_with('[') && depth < DEEPEST {
            match serde_json::from_str::<Vec<&'a RawValue>>(text) {
                Ok(list) => list.into_iter().for_each(|v| self.named(v.get(), above, depth + 1)),
                Err(error) => self.invalid(text, &error),
            }
            return;
        }
        match Object::parse(text) {
            Ok(object) => self.named_object(text, &object, above, depth),
            Err(error) => self.invalid(text, &error),
        }
    }

    fn named_object(&mut self, text: &'a str, object: &Object<'a>, above: &Inherited<'a>, depth: usize) {
        let nested = |names: &[&str], open: &[char]| {
            object.0.iter().find(|(k, v)| v.get().starts_with(open) && names.contains(&fold(k).as_str()))
        };
        let own: Vec<&str> = object
            .0
            .iter()
            .map(|(k, _)| k.as_ref())
            .chain(leading(self.paths, object).map(|(name, _)| *name))
            .collect();
        // A message may carry an object called `data`; then it is still a message.
        let layout = self.layout(&own);
        let is_message = layout.as_ref().as_ref().is_ok_and(|layout| layout.lacks().is_empty());
        let list = nested(&MESSAGES, &['[']);
        let list = list.or_else(|| nested(&WRAPPERS, &['[', '{']).filter(|_| !is_message));
        let Some((key, list)) = list.filter(|_| depth < DEEPEST) else {
            return self.named_message(text, object, above, layout.as_ref());
        };
        let handed = self.handed_down(text, object, above, own, key);
        self.named(list.get(), &handed, depth + 1);
    }

    /// What the messages of a conversation inherit.
    fn handed_down(
        &mut self,
        text: &'a str,
        object: &Object<'a>,
        above: &Inherited<'a>,
        own: Vec<&str>,
        list: &str,
    ) -> Inherited<'a> {
        let named = |k: &str| {
            let by_user = self.options.columns.iter().find(|(_, name)| fold(name) == fold(k));
            by_user.map(|(column, _)| *column).or_else(|| Column::parse(k))
        };
        let handed_down = |k: &str| k != list && named(k).is_some_and(|c| INHERITED.contains(&c));
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
                    if let Some(value) = self.at(object, layout, column) {
                        *slot = value;
                    }
                }
            }
        }
        handed
    }

    /// The layout of an object with these keys.
    fn layout(&mut self, keys: &[&str]) -> Rc<Result<Layout, Vec<Trouble>>> {
        let options = self.options;
        Rc::clone(self.layouts.entry(keys.join("\n")).or_insert_with(|| Rc::new(lenient(keys, options))))
    }

    /// The value that a column of the layout has in an object.
    fn at(&self, object: &Object<'a>, layout: &Layout, column: Column) -> Option<Cow<'a, str>> {
        let field = layout.field(column)?;
        if let Some((_, value)) = object.0.get(field) {
            return Some(plain(value.get()));
        }
        let (_, path) = leading(self.paths, object).nth(field - object.0.len())?;
        path.find(object, None)
    }

    fn named_message(
        &mut self,
        text: &'a str,
        object: &Object<'a>,
        above: &Inherited<'a>,
        layout: &Result<Layout, Vec<Trouble>>,
    ) {
        let spot = self.spot(text);
        let troubles = match layout {
            Ok(layout) if layout.lacks().is_empty() => {
                let mut values = above.clone();
                for (slot, column) in values.iter_mut().zip(Column::ALL) {
                    let Some(own) = self.at(object, layout, column) else { continue };
                    if !own.is_empty() {
                        *slot = own;
                    }
                }
                let cells: Cells<'_> = std::array::from_fn(|i| values.get(i).map_or("", |v| v.as_ref()));
                return self.intake.take(spot, &cells, layout);
            }
            Ok(layout) => match replies::explain(object) {
                Some(trouble) => vec![trouble],
                None => hints::missing(object, layout, self.guesses),
            },
            Err(troubles) => troubles.clone(),
        };
        self.intake.refuse(spot, troubles);
    }
}

/// The layout of keys; a `--column` key that this object lacks is no trouble while another names the column, for
/// objects differ in what they hold.
pub(super) fn lenient<S: AsRef<str>>(keys: &[S], options: &Options) -> Result<Layout, Vec<Trouble>> {
    let folded: Vec<String> = keys.iter().map(|k| fold(k.as_ref())).collect();
    let mut present = options.clone();
    present.columns.retain(|(_, name)| folded.contains(&fold(name)));
    let mut layout = columns::resolve(keys, &present)?;
    // What a path leads through is read.
    let is_through =
        |key: &str| keys.iter().any(|k| k.as_ref().split_once('.').is_some_and(|(head, _)| head == key));
    layout.unread.retain(|key| !is_through(key));
    Ok(layout)
}
