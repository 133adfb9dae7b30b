//! Tables, whatever file they come from: which column is which, and rows into templates.

use super::{Found, Input};
use crate::lint::piece::Piece;
use crate::lint::templates::{About, platform, problem};
use crate::problem::{Problem, Severity};
use crate::rules::flaw::nearest;
use crate::rules::lint::Field;
use crate::say::Say;

/// A row with the line (or row of a sheet) where it begins.
pub(super) struct Row {
    pub(super) line: usize,
    pub(super) cells: Vec<Piece>,
    /// Set when the row could not be read as it stands.
    pub(super) flaw: Option<Problem>,
}

/// Column numbers by what they hold.
struct Layout {
    fields: Vec<(Field, usize)>,
    width: usize,
}

/// The first row is the header; the rest become templates.
pub(super) fn read(input: &Input<'_>, rows: Vec<Row>, found: &mut Found) {
    let mut rows = rows.into_iter().skip_while(|row| row.is_blank());
    let Some(header) = rows.next() else { return };
    let layout = match layout(input, &header, found) {
        Ok(layout) => layout,
        Err(problem) => {
            found.problems.push(*problem);
            return;
        }
    };
    for mut row in rows.filter(|row| !row.is_blank()) {
        if let Some(flaw) = row.flaw.take() {
            found.problems.push(flaw);
            continue;
        }
        if let Err(problem) = take(input, &layout, row, found) {
            found.problems.push(*problem);
        }
    }
}

impl Row {
    fn is_blank(&self) -> bool {
        self.flaw.is_none() && self.cells.iter().all(|cell| cell.text.trim().is_empty())
    }
}

/// Whether a line could be the header of a template table.
pub(super) fn is_header(input: super::Options<'_>, cells: &[&str]) -> bool {
    cells.iter().any(|cell| input.field(cell) == Some(Field::Text))
}

fn layout(input: &Input<'_>, header: &Row, found: &mut Found) -> Result<Layout, Box<Problem>> {
    let mut fields: Vec<(Field, usize)> = Vec::new();
    let mut ignored = Vec::new();
    let name = |n: usize| header.cells.get(n).map_or("", |c| c.text.trim());
    for n in 0..header.cells.len() {
        match input.options.field(name(n)) {
            Some(field) => fields.push((field, n)),
            None if name(n).is_empty() => {}
            None => ignored.push(name(n)),
        }
    }
    let texts: Vec<usize> = fields.iter().filter(|(f, _)| *f == Field::Text).map(|(_, n)| *n).collect();
    if texts.len() > 1 {
        let names: Vec<&str> = texts.iter().map(|n| name(*n)).collect();
        let what = Say::new(
            format!("有 {} 栏都像正文：{}", texts.len(), names.join("、")),
            format!("{} columns could be the reply: {}", texts.len(), names.join(", ")),
        );
        let first = names.first().copied().unwrap_or_default();
        let next = Say::new(
            format!("用 --column text={first} 指明是哪一栏"),
            format!("say which with --column text={first}"),
        );
        return Err(Box::new(problem("column-ambiguous", input.name, header.line, what, next)));
    }
    if texts.is_empty() {
        return Err(Box::new(no_text(input, header, &ignored)));
    }
    if !ignored.is_empty() {
        let what = Say::new(
            format!("这些栏没有用到：{}", ignored.join("、")),
            format!("these columns are not used: {}", ignored.join(", ")),
        );
        let next = Say::new(
            "若其中有编码、分组、问题或平台，用 --column code=栏名 等指明",
            "if one is the code, group, question or platform, say so with --column code=NAME and so on",
        );
        found.problems.push(Problem {
            severity: Severity::Warning,
            ..problem("column-ignored", input.name, header.line, what, next)
        });
    }
    Ok(Layout { fields, width: header.cells.len() })
}

fn no_text(input: &Input<'_>, header: &Row, ignored: &[&str]) -> Problem {
    let known: Vec<&str> = input
        .options
        .lint
        .columns
        .iter()
        .filter(|(_, field)| *field == Field::Text)
        .map(|(name, _)| name.as_str())
        .collect();
    let near = ignored.iter().find_map(|name| Some((*name, nearest(name, known.iter().copied())?)));
    let first: String = ignored.join("、").chars().take(60).collect();
    let what = Say::new(
        format!("表头里没有正文栏（读到的是：{first}）"),
        format!("the header names no column for the reply (it reads: {first})"),
    );
    let next = match near {
        Some((name, near)) => Say::new(
            format!("“{name}”是不是“{near}”？也可以用 --column text={name} 指明"),
            format!("is \"{name}\" meant as \"{near}\"? or say so with --column text={name}"),
        ),
        None => Say::new(
            "第一行写表头：快捷短语编码,快捷短语,快捷短语分组；或用 --column text=栏名 指明正文是哪一栏",
            "begin with a header such as 快捷短语编码,快捷短语,快捷短语分组, or name the reply's column with --column text=NAME",
        ),
    };
    problem("column-missing", input.name, header.line, what, next)
}

fn take(input: &Input<'_>, layout: &Layout, row: Row, found: &mut Found) -> Result<(), Box<Problem>> {
    let Row { line, mut cells, .. } = row;
    let extra = cells.iter().skip(layout.width).any(|cell| !cell.text.trim().is_empty());
    if extra {
        let what = Say::new(
            format!("这一行有 {} 栏，表头只有 {} 栏", cells.len(), layout.width),
            format!("this row has {} fields, the header only {}", cells.len(), layout.width),
        );
        let next = Say::new(
            "正文里有逗号或换行时，要用英文双引号把整格括起来",
            "put the whole cell in double quotes when the reply holds commas or line breaks",
        );
        return Err(Box::new(problem("row-torn", input.name, line, what, next)));
    }
    let mut about = About::default();
    let mut text = None;
    for (field, n) in &layout.fields {
        let Some(cell) = cells.get_mut(*n).map(std::mem::take) else { continue };
        match field {
            Field::Text => text = Some(cell),
            Field::Code => about.code = cell,
            Field::Group => cell.text.trim().clone_into(&mut about.group),
            Field::Question => cell.text.trim().clone_into(&mut about.question),
            Field::Platform => about.platform = named_platform(input, line, &cell.text)?,
        }
    }
    match text.filter(|t| !t.text.trim().is_empty()) {
        Some(text) => found.templates.push(about.template(input.index, text)),
        None => {
            let what = Say::new("这一行没有正文", "this row has no reply text");
            let next = Say::new("补上正文，或删掉这一行", "add the text or delete the row");
            return Err(Box::new(problem("row-torn", input.name, line, what, next)));
        }
    }
    Ok(())
}

/// The platform of a cell; an empty one names none.
pub(super) fn named_platform(
    input: &Input<'_>,
    line: usize,
    text: &str,
) -> Result<Option<crate::model::Platform>, Box<Problem>> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    platform(text).map(Some).ok_or_else(|| {
        let shown: String = text.trim().chars().take(20).collect();
        let what = Say::new(format!("不认识的平台“{shown}”"), format!("unknown platform \"{shown}\""));
        let next = Say::new(
            "可以写：天猫、淘宝、京东、拼多多，或 tmall、taobao、jd、pdd",
            "use tmall, taobao, jd or pdd",
        );
        Box::new(problem("platform-unknown", input.name, line, what, next))
    })
}
