//! Reads template files: one file here per form, each giving the templates with the exact bytes that their words stand
//! in. A broken row costs that row, not the file, and is told.

mod csv;
mod json;
mod sheet;
mod table;
mod text;
mod toml;
mod tree;
mod yaml;

use crate::ingest::whole::{Other, Whole};
use crate::lint::place::Lines;
use crate::lint::templates::{Source, Template, problem};
use crate::problem::{Problem, Severity};
use crate::rules::lint::{Field, Lint};
use crate::say::Say;

/// How a file is to be read.
#[derive(Clone, Copy)]
pub struct Options<'o> {
    /// Names of columns.
    pub lint: &'o Lint,
    /// Columns that the user names, with the header or key of each; they go before every known name.
    pub columns: &'o [(Field, String)],
}

impl Options<'_> {
    /// What a header or key means.
    fn field(&self, header: &str) -> Option<Field> {
        let header = header.trim();
        let named = |(_, name): &&(Field, String)| name == header;
        match self.columns.iter().find(named) {
            Some((field, _)) => Some(*field),
            // Where the user named the column, other headers do not stand for it.
            None => self.lint.field(header).filter(|f| !self.columns.iter().any(|(given, _)| given == f)),
        }
    }
}

/// What a file gave.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) templates: Vec<Template>,
    pub(super) problems: Vec<Problem>,
}

/// The forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Csv(char),
    Json,
    Ndjson,
    Yaml,
    Toml,
    Text,
}

/// Reads one file; `index` is its number among the files. `name` decides the form, the content where the name does
/// not.
pub(super) fn read(index: usize, name: &str, bytes: &[u8], options: Options<'_>) -> (Source, Found) {
    let ending = name.rsplit(['.', '/']).next().unwrap_or_default().to_ascii_lowercase();
    if ending == "xlsx" || bytes.starts_with(b"PK\x03\x04") {
        let found = sheet::read(index, name, bytes, options);
        return finish(name, None, found);
    }
    let whole = match Whole::decode(bytes) {
        Ok(whole) => whole,
        Err(other) => {
            let found = Found { templates: Vec::new(), problems: vec![not_text(name, other)] };
            return finish(name, None, found);
        }
    };
    let mut found = if whole.text.trim().is_empty() {
        Found { templates: Vec::new(), problems: vec![empty(name)] }
    } else {
        let input = Input { index, name, text: &whole.text, options };
        match form(&ending, &whole.text, options) {
            Form::Csv(delimiter) => csv::read(&input, delimiter),
            Form::Json => json::read(&input),
            Form::Ndjson => json::read_lines(&input),
            Form::Yaml => yaml::read(&input),
            Form::Toml => toml::read(&input),
            Form::Text => text::read(&input),
        }
    };
    if let Some(at) = whole.broken {
        found.problems.push(broken_bytes(name, Lines::of(&whole.text).line(at)));
    }
    finish(name, Some(whole), found)
}

/// What a reader of one form is given.
pub(super) struct Input<'i> {
    pub(super) index: usize,
    pub(super) name: &'i str,
    pub(super) text: &'i str,
    pub(super) options: Options<'i>,
}

fn finish(name: &str, whole: Option<Whole>, mut found: Found) -> (Source, Found) {
    let is_broken = found.problems.iter().any(|p| p.severity == Severity::Error);
    if found.templates.is_empty() && !is_broken {
        found.problems.push(none(name));
    }
    let lines = Lines::of(whole.as_ref().map_or("", |w| w.text.as_str()));
    (Source { name: name.to_owned(), whole, lines, is_broken }, found)
}

fn form(ending: &str, text: &str, options: Options<'_>) -> Form {
    match ending {
        "tsv" => Form::Csv('\t'),
        "csv" => Form::Csv(csv::delimiter(text, options).unwrap_or(',')),
        "json" => Form::Json,
        "ndjson" | "jsonl" => Form::Ndjson,
        "yaml" | "yml" => Form::Yaml,
        "toml" => Form::Toml,
        _ if text.trim_start().starts_with('[') => Form::Json,
        _ if text.trim_start().starts_with('{') => {
            if serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() {
                Form::Json
            } else {
                Form::Ndjson
            }
        }
        // Some tools export the table under the name of a plain text.
        _ => csv::delimiter(text, options).map_or(Form::Text, Form::Csv),
    }
}

fn not_text(name: &str, other: Other) -> Problem {
    let (zh, en) = match other {
        Other::Zip => ("这是压缩包，不是模板文件", "this is an archive, not a template file"),
        Other::Xls => ("这是旧版 Excel（.xls）", "this is an old Excel workbook (.xls)"),
        Other::Binary => ("这不是文本文件", "this is not a text file"),
    };
    let next = Say::new(
        "请导出为 CSV 或另存为 .xlsx；也可以用 JSON、YAML、TOML、纯文本",
        "export it as CSV or save it as .xlsx; JSON, YAML, TOML and plain text can be read too",
    );
    problem("not-templates", name, 0, Say::new(zh, en), next)
}

fn empty(name: &str) -> Problem {
    let next = Say::new("检查导出是否完整", "check that the export is complete");
    problem("file-empty", name, 0, Say::new("文件是空的", "the file is empty"), next)
}

fn none(name: &str) -> Problem {
    let next = Say::new(
        "正文的栏名或键名可以是：快捷短语、话术、内容、text、content ……；别的名字用 --column text=名字 指出",
        "the reply's column or key may be named 快捷短语, 话术, 内容, text, content ...; name another with --column text=NAME",
    );
    problem("no-templates", name, 0, Say::new("没有找到模板", "no templates were found"), next)
}

fn broken_bytes(name: &str, line: usize) -> Problem {
    let next = Say::new(
        "用记事本另存为 UTF-8 后再检查；这个文件不会被改写",
        "save it as UTF-8 and check again; the file is not rewritten",
    );
    let what =
        Say::new("有读不出的字节（编码混用）", "it holds bytes that cannot be decoded (mixed encodings)");
    problem("bytes-invalid", name, line, what, next)
}
