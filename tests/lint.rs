//! Checking reply templates at its surface: every format, the fixture library, what is excused, what is mended, and bad
//! inputs with the message and exit code of each.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "a test may stop at the first surprise"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command as Process;
use std::sync::LazyLock;

use assert_cmd::Command;
use kefu_audit::cli::{self, Request};
use kefu_audit::cmd::{self, Streams};
use kefu_audit::rules::load;
use kefu_audit::rules::pack::Pack;
use kefu_audit::rules::profiles;
use serde_json::Value;

/// Every run is measured against the same day.
const DAY: [&str; 2] = ["--as-of", "2026-03-01"];

static PACK: LazyLock<Pack> = LazyLock::new(|| load::load(load::built_in(), Vec::new()).unwrap());

/// Exit code, standard output, standard error. The rules are loaded once for all runs.
fn run_on(args: &[&str], stdin: &[u8]) -> (i32, String, String) {
    run_by(&PACK, args, stdin)
}

fn run_by(pack: &Pack, args: &[&str], stdin: &[u8]) -> (i32, String, String) {
    let rules = profiles::in_force(pack, &[]).map(|found| found.rules).unwrap();
    let args = ["kefu-audit", "lint"].iter().chain(args).chain(&DAY).map(OsString::from);
    let settings = cli::settings(&args.collect::<Vec<_>>(), Some("zh_CN")).unwrap();
    let Request::Lint(settings) = settings.request else { panic!("not the lint command") };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut streams = Streams {
        out: &mut out,
        err: &mut err,
        out_is_terminal: false,
        err_is_terminal: false,
        width: 100,
        no_color: true,
    };
    let code = cmd::lint::run_with(&settings, pack, &rules, &mut &stdin[..], &mut streams);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (i32::from(code), text(out), text(err))
}

fn run(args: &[&str]) -> (i32, String, String) {
    run_on(args, b"")
}

fn json(args: &[&str]) -> Value {
    let (_, out, err) = run(&[args, &["--format", "json"]].concat());
    serde_json::from_str(&out).unwrap_or_else(|e| panic!("{e}: {err}"))
}

fn findings(report: &Value) -> &Vec<Value> {
    report["findings"].as_array().unwrap()
}

/// A small file with one finding of each kind that formats treat differently.
const SAMPLE: &str = "快捷短语编码,快捷短语,快捷短语分组\r\n\
    a1,\"亲，呵呵，\r\n{买家呢称}您好\",寒暄\r\n\
    a2,有事打我电话 13800001234 或者 400-123-4567，谢谢,联系\r\n\
    a3,全店包邮，港澳台除外,运费\r\n\
    a3,新疆要补15元运费差价,运费\r\n";

#[test]
fn every_format_of_a_small_file() {
    let pack = load::file(Path::new("tests/packs/lint.toml")).unwrap();
    let pack = load::load(vec![pack], Vec::new()).unwrap();
    for format in ["text", "json", "sarif", "junit", "github", "gitlab", "checkstyle"] {
        let args = ["-", "--stdin-name", "短语/a,b.csv", "--format", format, "--lang", "zh"];
        let (code, out, err) = run_by(&pack, &args, SAMPLE.as_bytes());
        assert_eq!((code, err.as_str()), (1, ""), "{format}: {out}");
        let out = out.replace(env!("CARGO_PKG_VERSION"), "[version]");
        insta::assert_snapshot!(format!("lint_{format}"), out);
    }
}

#[test]
fn the_verdict_is_the_same_in_every_format_and_language() {
    let phrase = "编码,话术\n1,呵呵您好\n";
    let cases = [
        ("violation", "text", "zh", 0),
        ("violation", "sarif", "en", 0),
        ("warning", "junit", "en", 1),
        ("warning", "github", "zh", 1),
        ("notice", "gitlab", "zh", 1),
        ("never", "checkstyle", "en", 0),
    ];
    for (level, format, lang, code) in cases {
        let args = ["-", "--stdin-name", "a.csv", "--format", format, "--fail-on", level, "--lang", lang];
        assert_eq!(run_on(&args, phrase.as_bytes()).0, code, "{args:?}");
    }
}

#[test]
fn the_binary_answers_as_the_library_does() {
    let output = Command::cargo_bin("kefu-audit")
        .unwrap()
        .args(["lint", "fixtures/templates/phrases.xlsx", "--format", "json"])
        .args(DAY)
        .output()
        .unwrap();
    let (code, out, _) = run(&["fixtures/templates/phrases.xlsx", "--format", "json"]);
    assert_eq!((output.status.code(), String::from_utf8(output.stdout).unwrap()), (Some(code), out));
}

#[test]
fn a_clean_run_says_how_much_was_checked() {
    let (code, out, err) = run_on(&["-", "--lang", "en"], "您好，在的\n请稍等一下\n".as_bytes());
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("checked 2 templates in 1 files"), "{out}");
    assert!(out.contains("nothing found"), "{out}");
}

/// Rules by code in the fixture library.
fn by_code(file: &str) -> BTreeMap<String, BTreeSet<String>> {
    let report = json(&[file]);
    let mut rules: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for f in findings(&report) {
        let code = f["code"].as_str().unwrap().to_owned();
        rules.entry(code).or_default().insert(f["rule"].as_str().unwrap().to_owned());
    }
    rules
}

#[test]
fn the_fixture_library_gives_its_faults_in_both_forms() {
    let report = json(&["fixtures/templates/qianniu.csv"]);
    assert!(report["summary"]["templates"].as_u64().unwrap() >= 300);
    let csv = by_code("fixtures/templates/qianniu.csv");
    let yaml = by_code("fixtures/templates/phrases.yaml");
    let planted = [
        ("hy21", "tone-particle"),
        ("hy22", "contact-exchange"),
        ("hy23", "template-placeholder-unknown"),
        ("hy24", "template-placeholder-unclosed"),
        ("hy25", "template-contact"),
        ("hy26", "template-script-mixed"),
        ("yh23", "template-promotion-over"),
        ("yh25", "template-promotion-over"),
        ("fk22", "credit-card-refusal"),
        ("fk24", "pay-offline-induced"),
        ("fp23", "invoice-surcharge"),
        ("fh26", "template-placeholder-empty"),
        ("by22", "template-contradiction"),
        ("sh22", "template-contradiction"),
        ("pj22", "review-cashback"),
        ("cf26", "tone-hehe"),
    ];
    for (code, rule) in planted {
        for (form, rules) in [("csv", &csv), ("yaml", &yaml)] {
            assert!(rules.get(code).is_some_and(|r| r.contains(rule)), "{form} {code} {rule}: {rules:#?}");
        }
    }
    assert!(csv["cf22"].contains("template-code-duplicate"));
    assert!(csv["pj99"].contains("template-text-duplicate"));
}

#[test]
fn compliant_templates_with_every_dangerous_word_give_no_violation() {
    let report = json(&["fixtures/templates/compliant.csv"]);
    assert!(report["summary"]["templates"].as_u64().unwrap() >= 200);
    let wrong: Vec<_> = findings(&report).iter().filter(|f| f["level"] == "violation").collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn sarif_is_valid_by_the_official_schema() {
    let schema = fs::read_to_string("tests/schemas/sarif-2.1.0.json").unwrap();
    // This edition has a bracket too many in one pattern, which later editions took out.
    let schema = schema.replace("^[a-zA-Z]{2}-[a-zA-Z]{2}]?$", "^[a-zA-Z]{2}-[a-zA-Z]{2}$");
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let (_, out, _) = run(&["fixtures/templates", "fixtures/bad/unclosed-quote.csv", "--format", "sarif"]);
    let sarif: Value = serde_json::from_str(&out).unwrap();
    let errors: Vec<String> = validator.iter_errors(&sarif).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    assert_eq!(sarif["runs"][0]["invocations"][0]["executionSuccessful"], false);
    let run = &sarif["runs"][0];
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
        assert!(result["partialFingerprints"]["primaryLocationLineHash"].is_string());
    }
}

/// Needs `xmllint`, which the checks of the project install; without it only the XML's own rules are held.
#[test]
fn junit_is_valid_by_both_schemas() {
    let (_, out, _) = run(&["fixtures/templates", "--format", "junit"]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("junit.xml");
    fs::write(&file, &out).unwrap();
    let mut reader = quick_xml::Reader::from_str(&out);
    while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
    for schema in ["junit-ant.xsd", "junit-jenkins.xsd"] {
        let schema = format!("tests/schemas/{schema}");
        let Ok(checked) = Process::new("xmllint").args(["--noout", "--schema", &schema]).arg(&file).output()
        else {
            continue;
        };
        assert!(checked.status.success(), "{schema}: {}", String::from_utf8_lossy(&checked.stderr));
    }
}

#[test]
fn github_says_how_many_it_cut() {
    let (_, out, _) = run(&["fixtures/templates/qianniu.csv", "--format", "github", "--lang", "en"]);
    let of = |grade: &str| out.lines().filter(|l| l.starts_with(&format!("::{grade} "))).count();
    assert_eq!((of("error"), of("warning")), (10, 10));
    assert!(of("notice") <= 10);
    assert!(out.lines().last().unwrap().contains("not shown:"), "{out}");
    assert!(out.lines().all(|l| l.starts_with("::")), "a line end was not escaped: {out}");
}

/// The bytes at file:line:column of a finding in a text file.
fn words_at(text: &str, f: &Value) -> String {
    let lines: Vec<&str> = text.split('\n').collect();
    let number = |key: &str| usize::try_from(f[key].as_u64().unwrap()).unwrap();
    let at = |line: usize, column: usize| {
        let before: usize = lines[..line - 1].iter().map(|l| l.len() + 1).sum();
        before + lines[line - 1].chars().take(column - 1).map(char::len_utf8).sum::<usize>()
    };
    text[at(number("line"), number("column"))..at(number("end_line"), number("end_column"))].to_owned()
}

#[test]
fn the_words_of_every_finding_stand_where_it_says() {
    for (file, encoding) in [
        ("fixtures/templates/qianniu.csv", encoding_rs::GBK),
        ("fixtures/templates/compliant.csv", encoding_rs::UTF_8),
        ("fixtures/templates/phrases.yaml", encoding_rs::UTF_8),
    ] {
        let report = json(&[file, "--reveal"]);
        let bytes = fs::read(file).unwrap();
        let text = encoding.decode(&bytes).0;
        for f in findings(&report) {
            let raw = words_at(&text, f);
            // Shown words are one line; a block of YAML is indented in the file.
            let squeeze = |s: &str| s.replace('⏎', "").split_whitespace().collect::<String>();
            assert_eq!(squeeze(&raw), squeeze(f["words"].as_str().unwrap()), "{file}: {f}");
        }
    }
}

#[test]
fn fixing_twice_changes_nothing_more_and_leaves_the_rest_alone() {
    let (name, source) = ("a.csv", "fixtures/templates/qianniu.csv");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    let before = fs::read(source).unwrap();
    fs::write(&file, &before).unwrap();
    let path = file.to_str().unwrap();
    let (_, diff, _) = run(&[path, "--diff"]);
    assert!(diff.contains("+++ b/") && diff.contains("-") && fs::read(&file).unwrap() == before, "{diff}");
    run(&[path, "--fix"]);
    let once = fs::read(&file).unwrap();
    assert_ne!(once, before);
    run(&[path, "--fix"]);
    assert_eq!(fs::read(&file).unwrap(), once, "{name}: a second time changed more");
    let report = json(&[path]);
    let left: Vec<_> = findings(&report)
        .iter()
        .filter(|f| f["rule"] == "tone-hehe" || f["rule"] == "tone-particle")
        .collect();
    assert!(left.is_empty(), "{left:#?}");
    assert_eq!(report["summary"]["fixable"], 0);
    // Line by line, only those that were told differ.
    let lines = |bytes: &[u8]| bytes.split(|b| *b == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>();
    let (a, b) = (lines(&before), lines(&once));
    assert_eq!(a.len(), b.len());
    let changed = a.iter().zip(&b).filter(|(a, b)| a != b).count();
    assert_eq!(changed, diff.lines().filter(|l| l.starts_with('-') && !l.starts_with("---")).count());
}

#[test]
fn a_file_with_a_broken_row_is_never_rewritten() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.csv");
    let text = "编码,话术\n1,呵呵您好\n2,第一,第二,第三\n3,呵呵再见\n";
    fs::write(&file, text).unwrap();
    let (code, _, err) = run(&[file.to_str().unwrap(), "--fix", "--lang", "en"]);
    assert_eq!((code, fs::read_to_string(&file).unwrap().as_str()), (2, text));
    assert!(err.contains("row-torn") && err.contains("a.csv:3"), "{err}");
}

#[test]
fn the_encoding_and_the_line_ends_survive_a_fix() {
    let text = "快捷短语编码,快捷短语,快捷短语分组\r\nx1,\"呵呵，\"\"好\"\"的\r\n第二行\",组\r\n";
    let gbk = encoding_rs::GBK.encode(text).0.into_owned();
    let marked = [&[0xef, 0xbb, 0xbf], text.as_bytes()].concat();
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for bytes in [text.as_bytes().to_vec(), gbk, marked, utf16] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.csv");
        fs::write(&file, &bytes).unwrap();
        run(&[file.to_str().unwrap(), "--fix"]);
        let after = fs::read(&file).unwrap();
        assert_ne!(after, bytes);
        // 呵 and 哈 are equally long in each encoding, so everything else must be in its old place.
        assert_eq!(after.len(), bytes.len());
        let differ = after.iter().zip(&bytes).filter(|(a, b)| a != b).count();
        assert!(differ <= 6, "{differ} bytes differ");
    }
}

#[test]
fn a_baseline_lets_only_new_findings_fail() {
    let folder = tempfile::tempdir().unwrap();
    let base = folder.path().join("baseline.json");
    let base = base.to_str().unwrap();
    let file = "fixtures/templates/qianniu.csv";
    assert_eq!(run(&[file, "--write-baseline", base]).0, 0);
    assert_eq!(run(&[file, "--baseline", base, "--fail-on", "notice"]).0, 0);
    // The same library in another order and another form, and one new phrase.
    let text = encoding_rs::GBK.decode(&fs::read(file).unwrap()).0.into_owned();
    let header = "快捷短语编码,快捷短语,快捷短语分组\r\nnew,呵呵新来的,组\r\n";
    let moved = text.replacen("快捷短语编码,快捷短语,快捷短语分组\r\n", header, 1);
    let args = ["-", "--stdin-name", "other.csv", "--baseline", base, "--format", "json"];
    let (_, out, _) = run_on(&args, moved.as_bytes());
    let report: Value = serde_json::from_str(&out).unwrap();
    let new: Vec<_> = findings(&report).iter().filter(|f| f["state"] == "new").collect();
    assert_eq!(new.len(), 1, "{new:#?}");
    assert_eq!(new[0]["code"], "new");
}

#[test]
fn waivers_excuse_and_rotten_ones_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("waivers.toml");
    let waivers = r#"
[[waiver]]
rule = "tone-hehe"
code = "cf26"
reason = "店主的口头禅"
owner = "店主"
until = "2026-12-31"

[[waiver]]
rule = "template-contact"
group = "欢迎接待"
reason = "品牌热线"
owner = "运营"
until = "2026-01-31"

[[waiver]]
rule = "tone-hehee"
file = "*"
reason = "写错了"
owner = "运营"
until = "2026-12-31"

[[waiver]]
rule = "ad-05"
code = "nobody"
reason = "用不上"
owner = "运营"
until = "2026-12-31"
"#;
    fs::write(&file, waivers).unwrap();
    let args = ["fixtures/templates/qianniu.csv", "--waivers", file.to_str().unwrap(), "--lang", "en"];
    let (code, _, err) = run(&args);
    assert_eq!(code, 1);
    for told in ["waiver-expired", "waiver-unknown", "waiver-unused", "did you mean \"tone-hehe\"?"] {
        assert!(err.contains(told), "{told}: {err}");
    }
    let report = json(&args[..3]);
    let waived: Vec<_> = findings(&report).iter().filter(|f| f["state"] == "waived").collect();
    assert_eq!(waived.len(), 1);
    assert_eq!(waived[0]["waiver"]["owner"], "店主");
    fs::write(&file, "[[waiver]]\nrule = \"tone-hehe\"\nuntil = \"soon\"\n").unwrap();
    let (code, _, err) = run(&args);
    assert_eq!(code, 2);
    assert!(err.contains("`reason` is missing") && err.contains("2026-12-31"), "{err}");
}

#[test]
fn every_bad_input_has_its_message_and_exit_code() {
    let head = "快捷短语编码,快捷短语,快捷短语分组\n";
    let cases: [(&str, Vec<u8>, i32, &str); 12] = [
        ("a.csv", b"sent_at,sender\n2026,a\n".to_vec(), 2, "error[column-missing]"),
        ("a.csv", b"code,contents\n1,a\n".to_vec(), 2, "meant as \"content\""),
        ("a.csv", format!("{head}1,您好,组\n2\n").into(), 2, "a.csv:3"),
        ("a.csv", format!("{head}1,您好,再见,组,多\n").into(), 2, "error[row-torn]"),
        ("a.csv", format!("{head}1,\"您好,组\n2,再见,组\n").into(), 2, "error[quote-unclosed] a.csv:2"),
        ("a.csv", format!("{head}1,\"您好\"吗\",组\n").into(), 2, "error[quote-broken] a.csv:2"),
        ("a.csv", "话术,回复\n甲,乙\n".into(), 2, "error[column-ambiguous]"),
        ("a.csv", "话术,作者\n您好,丙\n".into(), 0, "note[column-ignored]"),
        ("a.json", b"[{\"text\": \"a\"".to_vec(), 2, "error[json-invalid]"),
        ("a.yaml", "a: [1\nb: }".into(), 2, "error[yaml-invalid]"),
        ("a.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), 2, "error[not-templates]"),
        ("a.csv", Vec::new(), 2, "error[file-empty]"),
    ];
    for (name, bytes, code, message) in cases {
        let (found, out, err) = run_on(&["-", "--stdin-name", name, "--lang", "en"], &bytes);
        assert_eq!(found, code, "{message}: {err}{out}");
        assert!(err.contains(message), "{message}: {err}");
    }
    let folder = tempfile::tempdir().unwrap();
    let base = folder.path().join("b.json");
    for (text, message) in [
        ("{\"schema\": \"kefu-audit/baseline/9\", \"findings\": []}", "error[baseline-version]"),
        ("[]", "error[baseline-invalid]"),
    ] {
        fs::write(&base, text).unwrap();
        let args = ["fixtures/templates", "--baseline", base.to_str().unwrap(), "--lang", "en"];
        let (code, _, err) = run(&args);
        assert_eq!(code, 2);
        assert!(err.contains(message), "{err}");
    }
}

#[test]
fn a_named_column_settles_what_is_ambiguous() {
    let args = ["-", "--stdin-name", "a.csv", "--column", "text=回复", "--format", "json"];
    let (code, out, _) = run_on(&args, "话术,回复\n加微信 abc12345,您好\n".as_bytes());
    assert_eq!(code, 0, "{out}");
}

#[test]
fn a_workbook_names_its_cells() {
    let report = json(&["fixtures/templates/phrases.xlsx"]);
    let cells: Vec<_> = findings(&report).iter().map(|f| (f["rule"].as_str().unwrap(), &f["cell"])).collect();
    assert!(cells.iter().any(|(rule, cell)| *rule == "tone-hehe" && **cell == "快捷短语!B3"), "{cells:?}");
}
