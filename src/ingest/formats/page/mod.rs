//! Chat pages saved as HTML: a heading for the day, then time, name and words of each message, told by the classes of
//! their elements. Anything else on the page is left alone.

mod markup;

use std::collections::BTreeSet;

use self::markup::{Part, parts, plain};
use super::text::guessed_platform;
use super::{Fit, LogFormat, Reader};
use crate::ingest::Options;
use crate::ingest::columns::{Column, Layout};
use crate::ingest::cut::newlines;
use crate::ingest::feed::Chunk;
use crate::ingest::intake::{Batch, Cells, Intake, Spot};
use crate::ingest::roles;
use crate::text::lossy;

/// The format's entry.
pub(super) const PAGE: LogFormat = LogFormat {
    id: "wangwang-page",
    zh: "另存为 HTML 的旺旺聊天页面",
    en: "Wangwang chat page saved as HTML",
    reader: Reader::Page,
    fits: |sample| fits(sample.text),
};

/// Classes that every such page has.
const MARKS: [&str; 3] = ["groupTime", "chatTime", "chatName"];

fn fits(text: &str) -> Option<Fit> {
    let has = |class: &str| text.contains(class);
    (text.trim_start().starts_with('<') && MARKS.iter().all(|class| has(class))).then(|| {
        let marks = MARKS.join(", ");
        Fit::exact(format!("网页里有 {marks}"), format!("the page has {marks}"))
    })
}

/// What an element holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Day,
    Time,
    Name,
    Words,
}

/// A message as it stands on the page.
#[derive(Default)]
struct Row<'a> {
    line: u64,
    /// Where it begins and ends.
    start: usize,
    end: usize,
    day: String,
    time: String,
    name: String,
    words: String,
    image: &'a str,
}

/// The messages of a page.
pub(in crate::ingest) fn parse(chunk: &Chunk, options: &Options) -> Batch {
    let mut intake = Intake::new(chunk.file, chunk.bytes.len(), options);
    let page = lossy(&chunk.bytes);
    let rows = rows(&page, chunk.line);
    let names: BTreeSet<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    let buyers: Vec<&str> = names.iter().copied().filter(|name| !is_staff(name, options)).collect();
    let shop = names.iter().filter_map(|name| Some(name.split_once([':', '：'])?.0)).next();
    let shop = options.shop.as_deref().or(shop).unwrap_or_default();
    let mut platform = "";
    if options.platform.is_none() {
        let guessed = roles::taobao_or_tmall(shop);
        intake.note(chunk.line, guessed_platform(shop, guessed));
        platform = guessed.id();
    }
    let mut layout = Layout::default();
    for (column, class) in [
        (Column::Date, "groupTime"),
        (Column::SentAt, "chatTime"),
        (Column::Sender, "chatName"),
        (Column::Content, "chatText"),
    ] {
        layout.call(column, class);
    }
    for (seq, row) in (0..).zip(&rows) {
        let mut cells: Cells<'_> = [""; Column::COUNT];
        let mut put = |column: Column, value| {
            if let Some(cell) = cells.get_mut(column.index()) {
                *cell = value;
            }
        };
        let own = if is_staff(&row.name, options) { "" } else { row.name.as_str() };
        put(Column::Platform, platform);
        put(Column::Shop, shop);
        // With one buyer on the page the shop's lines are for that one.
        put(Column::Buyer, if let [one] = buyers.as_slice() { one } else { own });
        put(Column::Date, &row.day);
        put(Column::SentAt, &row.time);
        put(Column::Sender, &row.name);
        if row.words.is_empty() && !row.image.is_empty() {
            put(Column::Kind, "image");
            put(Column::Content, row.image);
        } else {
            put(Column::Content, &row.words);
        }
        let raw = page.get(row.start..row.end).unwrap_or_default().as_bytes();
        intake.take(Spot { line: row.line, seq, raw }, &cells, &layout);
    }
    intake.batch
}

fn is_staff(name: &str, options: &Options) -> bool {
    roles::is_staff_account(name) || options.staff.role(name).is_some()
}

/// The messages as they stand.
fn rows(page: &str, line: u64) -> Vec<Row<'_>> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    let mut day = String::new();
    // The element whose text is wanted: what it holds, its tag and how many such tags are open.
    let mut open: Option<(Field, &str, usize)> = None;
    let mut text = String::new();
    let (mut counted, mut lines) = (0, line);
    for part in parts(page) {
        match part {
            Part::Text(piece) if open.is_some() => text.push_str(&plain(piece)),
            Part::Text(_) => {}
            Part::Opens(tag) => {
                if let Some((field, name, depth)) = &mut open {
                    *depth += usize::from(tag.name == *name && !tag.is_empty());
                    if tag.name == "br" && *field == Field::Words {
                        text.push('\n');
                    }
                }
                if tag.name == "img" {
                    if let Some(row) = rows.last_mut().filter(|row| !row.name.is_empty()) {
                        row.image = tag.get("src").filter(|_| row.image.is_empty()).unwrap_or(row.image);
                    }
                } else if open.is_none()
                    && let Some(field) = tag.get("class").and_then(field)
                {
                    open = Some((field, tag.name, 1));
                    text.clear();
                    if field == Field::Time {
                        lines += newlines(page.as_bytes().get(counted..tag.at).unwrap_or_default());
                        counted = tag.at;
                        if let Some(before) = rows.last_mut() {
                            before.end = tag.at;
                        }
                        rows.push(Row {
                            line: lines,
                            start: tag.at,
                            end: page.len(),
                            day: day.clone(),
                            ..Row::default()
                        });
                    }
                }
            }
            Part::Closes(name) => {
                let Some((field, tag, depth)) = &mut open else { continue };
                *depth -= usize::from(name == *tag);
                if *depth == 0 {
                    let value = text.trim().to_owned();
                    match (*field, rows.last_mut()) {
                        (Field::Day, _) => day = value,
                        (Field::Time, Some(row)) => row.time = value,
                        (Field::Name, Some(row)) => row.name = value,
                        (Field::Words, Some(row)) => row.words = value,
                        (_, None) => {}
                    }
                    open = None;
                }
            }
        }
    }
    rows
}

fn field(class: &str) -> Option<Field> {
    class.split_whitespace().find_map(|class| match class {
        "groupTime" => Some(Field::Day),
        "chatTime" => Some(Field::Time),
        "chatName" => Some(Field::Name),
        _ => class.starts_with("chatText").then_some(Field::Words),
    })
}
