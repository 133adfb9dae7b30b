//! Messages of a layout that is known by heart: every object that has the layout's marks is one, however deep the
//! export wraps it. What has none is counted and told, never dropped in silence.

use std::borrow::Cow;
use std::fmt::Write;

use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::reading::Reading;
use super::replies;
use super::value::{Above, Object};
use super::walk::{DEEPEST, Walk};
use crate::ingest::columns::Column;
use crate::ingest::formats::text::guessed_platform;
use crate::ingest::intake::Cells;
use crate::ingest::roles;
use crate::ingest::trouble::{Trouble, list};
use crate::model::Platform;
use crate::problem::Severity;
use crate::say::Say;

/// What a value held, the richest last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Held {
    Nothing,
    /// An empty list, or an object that is known to be no message.
    Emptiness,
    /// Messages further in.
    Messages,
    /// It is one.
    Message,
}

impl<'a> Walk<'a, '_> {
    /// Takes the messages of the whole value.
    pub(super) fn known_value(&mut self, reading: &Reading) {
        let blank = self.text.len() - self.text.trim_start().len();
        let text = self.text.get(blank..).unwrap_or_default();
        if self.known(text, reading, None, 0) == Held::Nothing {
            self.no_message(text, reading, None);
        }
    }

    fn known(
        &mut self,
        text: &'a str,
        reading: &Reading,
        above: Option<&Above<'a, '_>>,
        depth: usize,
    ) -> Held {
        self.seq += 1;
        match text.as_bytes().first() {
            Some(b'[') if depth < DEEPEST => match serde_json::from_str::<Vec<&'a RawValue>>(text) {
                Ok(items) => self.known_list(&items, reading, above, depth),
                Err(error) => self.unreadable(text, &error),
            },
            Some(b'{') if depth < DEEPEST => match Object::parse(text) {
                Ok(object) => self.known_object(text, &object, reading, above, depth),
                Err(error) => self.unreadable(text, &error),
            },
            _ => Held::Nothing,
        }
    }

    /// The trouble was told: nothing more is to be said of this value.
    fn unreadable(&mut self, text: &'a str, error: &serde_json::Error) -> Held {
        self.invalid(text, error);
        Held::Emptiness
    }

    fn known_list(
        &mut self,
        items: &[&'a RawValue],
        reading: &Reading,
        above: Option<&Above<'a, '_>>,
        depth: usize,
    ) -> Held {
        let held: Vec<Held> = items.iter().map(|v| self.known(v.get(), reading, above, depth + 1)).collect();
        let best = held.iter().copied().max().unwrap_or(Held::Emptiness);
        // Only in a list of messages is an object without the marks a message that was lost.
        if best == Held::Message {
            for (item, _) in items.iter().zip(&held).filter(|(_, held)| **held == Held::Nothing) {
                self.no_message(item.get(), reading, above);
            }
        }
        best.min(Held::Messages)
    }

    fn known_object(
        &mut self,
        text: &'a str,
        object: &Object<'a>,
        reading: &Reading,
        above: Option<&Above<'a, '_>>,
        depth: usize,
    ) -> Held {
        if reading.is_message(object, above) {
            self.known_message(text, object, reading, above);
            return Held::Message;
        }
        if reading.is_other(object, above) {
            return Held::Emptiness;
        }
        let here = Above { object, up: above };
        let inner = object.0.iter().filter(|(_, v)| v.get().starts_with(['[', '{']));
        let held = inner.map(|(_, v)| self.known(v.get(), reading, Some(&here), depth + 1));
        held.max().unwrap_or(Held::Nothing).min(Held::Messages)
    }

    fn known_message(
        &mut self,
        text: &'a str,
        object: &Object<'a>,
        reading: &Reading,
        above: Option<&Above<'a, '_>>,
    ) {
        let Some(mut found) = reading.cells(object, above, self.options) else { return };
        let spot = self.spot(text);
        if let Some((zh, en)) = found.guess {
            self.intake.note(spot.line, guessed(zh, en));
        }
        if found.get(Column::Platform) == Platform::Taobao.id() {
            let platform = roles::taobao_or_tmall(found.get(Column::Shop));
            if self.told.insert(found.get(Column::Shop).to_owned()) {
                self.intake.note(spot.line, guessed_platform(found.get(Column::Shop), platform));
            }
            found.put(Column::Platform, Cow::Borrowed(platform.id()));
        }
        if found.get(Column::SessionId).is_empty() && found.get(Column::Buyer).is_empty() {
            if above.is_some() {
                found.put(Column::Buyer, Cow::Owned(stand_in(self.text)));
                self.intake.note(spot.line, nameless(true));
            } else {
                self.intake.note(spot.line, nameless(false));
            }
        }
        let cells: Cells<'_> = std::array::from_fn(|i| found.cells.get(i).map_or("", |v| v.as_ref()));
        self.intake.take(spot, &cells, &reading.names);
    }

    fn no_message(&mut self, text: &'a str, reading: &Reading, above: Option<&Above<'a, '_>>) {
        let spot = self.spot(text);
        let object = Object::parse(text).unwrap_or_default();
        let trouble = replies::explain(&object).unwrap_or_else(|| lacking(&object, reading, above));
        self.intake.reject(spot, trouble);
    }
}

/// A name for the nameless buyer of one reply: the same wherever and whenever that reply is read.
fn stand_in(reply: &str) -> String {
    let digest = Sha256::digest(reply.trim().as_bytes());
    digest.iter().take(4).fold("#".to_owned(), |mut name, byte| {
        let _ = write!(name, "{byte:02x}");
        name
    })
}

fn lacking<'a>(object: &Object<'a>, reading: &Reading, above: Option<&Above<'a, '_>>) -> Trouble {
    let lacks: Vec<&str> = reading.lacking(object, above).iter().map(|m| m.trim_start_matches('^')).collect();
    let keys: Vec<&str> = object.0.iter().map(|(k, _)| k.as_ref()).collect();
    let (lacks, keys) = (list(&lacks), list(&keys));
    Trouble {
        code: "json-no-message",
        severity: Severity::Error,
        column: String::new(),
        what: Say::new(
            format!("这里没有这种格式的消息：缺少 {lacks}；有的键是：{keys}"),
            format!("no message of this format here: {lacks} missing; its keys are: {keys}"),
        ),
        next: Say::new(
            "检查这一处是否被改过或截断；若文件其实是别的格式，用 --input-format 指定",
            "check whether this place was changed or cut; if the file is in another format, name it with --input-format",
        ),
    }
}

fn guessed(zh: &str, en: &str) -> Trouble {
    Trouble {
        code: "role-guessed",
        severity: Severity::Warning,
        column: String::new(),
        what: Say::new(zh, en),
        next: Say::new(
            "抽查几条消息的角色；不对时把双方账号一并存进文件",
            "check the roles of a few messages; if they are wrong, save the accounts together with the reply",
        ),
    }
}

fn nameless(apart: bool) -> Trouble {
    let (zh, en) = if apart {
        (
            "消息里没有会话 ID 也没有买家，同一次应答里的消息算同一位买家",
            "the messages name neither session nor buyer: those of one reply are taken for one buyer's",
        )
    } else {
        (
            "消息里没有会话 ID 也没有买家，只能按店铺和静默时长分会话",
            "the messages name neither session nor buyer: conversations are told apart by shop and silence alone",
        )
    };
    Trouble {
        code: "key-missing",
        severity: Severity::Warning,
        column: String::new(),
        what: Say::new(zh, en),
        next: Say::new(
            "导出时带上买家账号或会话 ID；若键名特别，用 --column buyer=键名 指出",
            "export the buyer's account or the session id too; if the key has a name of its own, use --column buyer=KEY",
        ),
    }
}
