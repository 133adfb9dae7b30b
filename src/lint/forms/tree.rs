//! Templates in a tree of maps and lists, as JSON, YAML and TOML files hold them. A map with a reply's key is one
//! template; a map from names to texts gives each text the name as its code; a map from names to lists or maps gives
//! them the name as their group.

use super::table::named_platform;
use super::{Found, Input};
use crate::lint::piece::Piece;
use crate::lint::place::Lines;
use crate::lint::templates::{About, problem};
use crate::rules::lint::Field;
use crate::say::Say;
use crate::text::normal::is_han;

/// A value with its words.
#[derive(Debug)]
pub(super) enum Node {
    Text(Piece),
    List(Vec<Node>),
    Map(Vec<(Piece, Node)>),
    /// A number, a date, true, nothing.
    Other(Piece),
}

/// Keys that only hold what is inside them and name no group.
const CONTAINERS: [&str; 12] = [
    "templates",
    "template",
    "phrases",
    "replies",
    "items",
    "data",
    "list",
    "groups",
    "children",
    "records",
    "模板",
    "短语",
];

/// Gathers the templates of a tree.
pub(super) fn gather(input: &Input<'_>, node: Node, found: &mut Found) {
    let lines = Lines::of(input.text);
    Walk { input, lines: &lines }.node(node, &About::default(), found);
}

struct Walk<'w> {
    input: &'w Input<'w>,
    lines: &'w Lines,
}

impl Walk<'_> {
    fn node(&self, node: Node, about: &About, found: &mut Found) {
        match node {
            Node::Text(text) if !text.text.trim().is_empty() => {
                found.templates.push(about.template(self.input.index, text));
            }
            Node::Text(_) | Node::Other(_) => {}
            Node::List(items) => items.into_iter().for_each(|item| self.node(item, about, found)),
            Node::Map(entries) => self.map(entries, about, found),
        }
    }

    fn map(&self, entries: Vec<(Piece, Node)>, outer: &About, found: &mut Found) {
        let mut about = outer.clone();
        let mut texts: Vec<(Piece, Node)> = Vec::new();
        let mut rest: Vec<(Piece, Node)> = Vec::new();
        for (key, value) in entries {
            match (self.input.options.field(&key.text), value) {
                (Some(Field::Text), value @ (Node::Text(_) | Node::List(_))) if is_words(&value) => {
                    texts.push((key, value));
                }
                (Some(Field::Code), Node::Text(piece) | Node::Other(piece)) => about.code = piece,
                (Some(Field::Group), Node::Text(piece) | Node::Other(piece)) => about.group = piece.text,
                (Some(Field::Question), Node::Text(piece)) => about.question = piece.text,
                (Some(Field::Question), Node::List(items)) => {
                    about.question = items.iter().find_map(Node::text).unwrap_or_default().to_owned();
                }
                (Some(Field::Platform), Node::Text(piece)) => {
                    let line = self.lines.line(piece.whole().start);
                    match named_platform(self.input, line, &piece.text) {
                        Ok(platform) => about.platform = platform,
                        Err(problem) => found.problems.push(*problem),
                    }
                }
                (_, value) => rest.push((key, value)),
            }
        }
        match texts.len() {
            0 => self.named(rest, &about, found),
            1 => texts.into_iter().for_each(|(_, value)| self.node(value, &about, found)),
            n => {
                let keys: Vec<&str> = texts.iter().map(|(key, _)| key.text.as_str()).collect();
                let line = texts.first().map_or(0, |(key, _)| self.lines.line(key.whole().start));
                let what = Say::new(
                    format!("这一条有 {n} 个键都像正文：{}", keys.join("、")),
                    format!("{n} keys could be the reply: {}", keys.join(", ")),
                );
                let first = keys.first().copied().unwrap_or_default();
                let next = Say::new(
                    format!("用 --column text={first} 指明是哪一个"),
                    format!("say which with --column text={first}"),
                );
                found.problems.push(problem("column-ambiguous", self.input.name, line, what, next));
            }
        }
    }

    /// Entries of a map that is no template itself.
    fn named(&self, entries: Vec<(Piece, Node)>, about: &About, found: &mut Found) {
        for (key, value) in entries {
            let mut inner = about.clone();
            match value {
                Node::Text(text) => {
                    // Settings such as `version: "1.0"` stand beside templates; a reply holds Chinese.
                    if text.text.chars().any(is_han) {
                        inner.code = key;
                        self.node(Node::Text(text), &inner, found);
                    }
                }
                Node::Other(_) => {}
                value => {
                    // What a map held as its code is the name of what is inside it.
                    if inner.group.is_empty() && !inner.code.text.is_empty() {
                        inner.group = std::mem::take(&mut inner.code).text;
                    } else if !CONTAINERS.contains(&key.text.as_str()) {
                        inner.group = key.text;
                    }
                    inner.code = Piece::default();
                    self.node(value, &inner, found);
                }
            }
        }
    }
}

impl Node {
    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(piece) => Some(&piece.text),
            _ => None,
        }
    }
}

/// A text, or a list of nothing but texts.
fn is_words(node: &Node) -> bool {
    match node {
        Node::Text(_) => true,
        Node::List(items) => !items.is_empty() && items.iter().all(|item| matches!(item, Node::Text(_))),
        _ => false,
    }
}
