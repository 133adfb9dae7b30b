//! Whatever the form, the escapes, the encoding and the line ends of a template file: the words at the file, line and
//! column of a finding are the reported words. The file is decoded and its line found here by other means than the
//! program's.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::cast_possible_truncation,
    reason = "a test may stop at the first surprise"
)]

use std::sync::LazyLock;

use kefu_audit::detect::detector::{Detector, Ways};
use kefu_audit::lint::outcome::Flagged;
use kefu_audit::lint::{self, Options};
use kefu_audit::model::{Platform, Stamp};
use kefu_audit::rules::load;
use kefu_audit::rules::pack::Pack;
use kefu_audit::taught::model::Model;
use proptest::prelude::*;

static PACK: LazyLock<Pack> = LazyLock::new(|| load::load(load::built_in(), Vec::new()).unwrap());
static MODEL: LazyLock<Model> = LazyLock::new(Model::default);
static DETECTOR: LazyLock<Detector<'static>> =
    LazyLock::new(|| Detector::new(&PACK, &MODEL, Ways::Written).with_template_rules().presuming());

fn check(name: &str, bytes: Vec<u8>) -> (usize, Vec<Flagged>) {
    let options = Options { platform: Platform::Tmall, as_of: Stamp(1_770_000_000), columns: Vec::new() };
    let library = lint::read(&[(name.to_owned(), bytes)], &PACK, &options);
    let outcome = lint::check(&library, &PACK, &[], &DETECTOR, &options);
    assert!(outcome.problems.is_empty(), "{:?}", outcome.problems);
    (outcome.templates, outcome.findings)
}

#[derive(Clone, Copy, Debug)]
enum Form {
    Csv,
    Json,
    JsonLines,
    Toml,
    YamlQuoted,
    YamlSingle,
    YamlBlock,
    Text,
}

#[derive(Clone, Copy, Debug)]
enum Coding {
    Utf8,
    Marked,
    Gb18030,
    Utf16,
}

/// A string in double quotes with backslash escapes; every other non-ASCII letter becomes a number when `numbers`.
fn escaped(text: &str, numbers: bool, pairs: bool) -> String {
    let mut out = String::from("\"");
    for (n, c) in text.chars().enumerate() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            c if !c.is_ascii() && numbers && n % 2 == 0 => {
                let code = c as u32;
                if code <= 0xffff {
                    out.push_str(&format!("\\u{code:04X}"));
                } else if pairs {
                    let mut units = [0; 2];
                    c.encode_utf16(&mut units).iter().for_each(|u| out.push_str(&format!("\\u{u:04x}")));
                } else {
                    out.push_str(&format!("\\U{code:08X}"));
                }
            }
            c => out.push(c),
        }
    }
    out + "\""
}

/// The file, and how its words are read back from the raw stretch.
fn file(form: Form, text: &str, numbers: bool, end: &str) -> (&'static str, String) {
    let lines = |text: &str| text.replace('\n', end);
    match form {
        Form::Csv => {
            let cell = lines(&text.replace('"', "\"\""));
            ("a.csv", format!("快捷短语编码,快捷短语,快捷短语分组{end}一,\"{cell}\",分组{end}"))
        }
        Form::Json => ("a.json", format!("{{\"分组甲\": [{{\"text\": {}}}]}}", escaped(text, numbers, true))),
        Form::JsonLines => (
            "a.ndjson",
            format!("{{\"text\": \"您好，第一条\"}}{end}{{\"text\": {}}}{end}", escaped(text, numbers, true)),
        ),
        Form::Toml => (
            "a.toml",
            format!("# 中文注释{end}[[templates]]{end}text = {}{end}", escaped(text, numbers, false)),
        ),
        Form::YamlQuoted => {
            ("a.yaml", format!("# 中文注释{end}- text: {}{end}", escaped(text, numbers, false)))
        }
        Form::YamlSingle => (
            "a.yaml",
            format!("# 中文注释{end}- text: '{}'{end}", text.replace('\n', "").replace('\'', "''")),
        ),
        Form::YamlBlock => {
            let block: Vec<String> = text
                .split('\n')
                .map(|l| if l.is_empty() { String::new() } else { format!("    {l}") })
                .collect();
            ("a.yaml", format!("# 中文注释{end}- text: |-{end}{}{end}", block.join(end)))
        }
        Form::Text => ("a.txt", format!("您好，第一条{end}{}{end}", text.replace('\n', ""))),
    }
}

fn encode(text: &str, coding: Coding) -> Vec<u8> {
    match coding {
        Coding::Utf8 => text.as_bytes().to_vec(),
        Coding::Marked => [&[0xef, 0xbb, 0xbf], text.as_bytes()].concat(),
        Coding::Gb18030 => encoding_rs::GB18030.encode(text).0.into_owned(),
        Coding::Utf16 => {
            [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
        }
    }
}

fn decode(bytes: &[u8], coding: Coding) -> String {
    match coding {
        Coding::Utf8 => String::from_utf8(bytes.to_vec()).unwrap(),
        Coding::Marked => String::from_utf8(bytes[3..].to_vec()).unwrap(),
        Coding::Gb18030 => encoding_rs::GB18030.decode(bytes).0.into_owned(),
        Coding::Utf16 => {
            let units: Vec<u16> =
                bytes[2..].chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
            String::from_utf16(&units).unwrap()
        }
    }
}

/// The raw stretch of a finding, found by counting lines and characters.
fn raw(text: &str, f: &Flagged) -> String {
    let mut lines = vec![String::new()];
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        lines.last_mut().unwrap().push(c);
        if c == '\n' || c == '\r' && chars.peek() != Some(&'\n') {
            lines.push(String::new());
        }
    }
    let spot = &f.spot;
    if spot.line == spot.end_line {
        let line = lines[spot.line - 1].chars();
        return line.skip(spot.column - 1).take(spot.end_column - spot.column).collect();
    }
    let mut out: String = lines[spot.line - 1].chars().skip(spot.column - 1).collect();
    (spot.line..spot.end_line - 1).for_each(|n| out.push_str(&lines[n]));
    out.extend(lines[spot.end_line - 1].chars().take(spot.end_column - 1));
    out
}

/// The words of a raw stretch.
fn unescaped(form: Form, raw: &str) -> String {
    match form {
        Form::Csv => raw.replace("\"\"", "\""),
        Form::Json | Form::JsonLines => serde_json::from_str(&format!("\"{raw}\"")).unwrap(),
        Form::Toml | Form::YamlQuoted => {
            let table: toml::Table = format!("a = \"{raw}\"").parse().unwrap();
            table["a"].as_str().unwrap().to_owned()
        }
        Form::YamlSingle => raw.replace("''", "'"),
        Form::YamlBlock | Form::Text => raw.to_owned(),
    }
}

fn forms() -> impl Strategy<Value = Form> {
    prop_oneof![
        Just(Form::Csv),
        Just(Form::Json),
        Just(Form::JsonLines),
        Just(Form::Toml),
        Just(Form::YamlQuoted),
        Just(Form::YamlSingle),
        Just(Form::YamlBlock),
        Just(Form::Text),
    ]
}

fn codings() -> impl Strategy<Value = Coding> {
    prop_oneof![Just(Coding::Utf8), Just(Coding::Marked), Just(Coding::Gb18030), Just(Coding::Utf16)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_words_stand_where_the_finding_says(
        form in forms(),
        coding in codings(),
        before in "亲[一-龥a-c,，\"'\\\\:#😊㙍\n]{0,12}",
        name in "[一-龥a-c,\"'\\\\:#😊]{1,8}",
        after in "[一-龥a-c,，\"'\\\\:#😊\n]{0,12}好",
        numbers in any::<bool>(),
        end in prop_oneof![Just("\n"), Just("\r\n")],
    ) {
        let text = format!("{before}{{{name}}}{after}");
        let (file_name, content) = file(form, &text, numbers, end);
        let bytes = encode(&content, coding);
        let (templates, findings) = check(file_name, bytes.clone());
        let decoded = decode(&bytes, coding);
        prop_assert!(templates >= 1, "{content:?}");
        let unknown: Vec<&Flagged> =
            findings.iter().filter(|f| f.rule.as_str() == "template-placeholder-unknown").collect();
        prop_assert_eq!(unknown.len(), 1, "{:?}", content);
        prop_assert_eq!(unescaped(form, &raw(&decoded, unknown[0])), format!("{{{name}}}"), "{:?}", content);
        for f in &findings {
            // A block's indentation and a folded line stand in the raw stretch, not in the words.
            if f.spot.line == f.spot.end_line {
                prop_assert_eq!(unescaped(form, &raw(&decoded, f)), f.words.clone(), "{:?} {}", content, f.rule);
            }
        }
    }
}
