//! The commands for people who write rules, at their surface: what they print, what they answer, and that the pages made
//! from the rules are up to date.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

use std::fs;

use assert_cmd::Command;

use kefu_audit::manual::page;
use kefu_audit::rules::load;

/// Exit code, standard output, standard error.
fn run(args: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::cargo_bin("kefu-audit").unwrap().arg("rules").args(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// What `check` prints about a file, with its exit code.
fn checked(file: &str, lang: &str) -> String {
    let (code, out, err) = run(&["check", &format!("tests/rule-files/{file}.toml"), "--lang", lang]);
    format!("{out}{err}exit code {}\n", code.unwrap())
}

#[test]
fn every_kind_of_mistake_is_told_with_its_place() {
    insta::with_settings!({ omit_expression => true }, {
        for file in ["typos", "no-examples", "patterns", "not-toml", "chinese-key", "doubts", "columns"] {
            insta::assert_snapshot!(file, checked(file, "zh"));
        }
        insta::assert_snapshot!("doubts-en", checked("doubts", "en"));
    });
}

#[test]
fn doubts_fail_only_when_asked_to() {
    let doubts = "tests/rule-files/doubts.toml";
    assert_eq!(run(&["check", doubts, "--strict"]).0, Some(1));
    assert_eq!(run(&["check", "none.toml"]).0, Some(2));
}

#[test]
fn the_starter_file_loads_holds_and_raises_no_doubt() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.toml");
    let file = path.to_str().unwrap();
    assert_eq!(run(&["init", file]).0, Some(0));
    let (code, out, err) = run(&["test", file, "--lang", "zh"]);
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(out.contains("已验证  说死价  2+2"), "{out}");
    assert_eq!(run(&["check", file, "--strict"]).0, Some(0));
    let (code, _, err) = run(&["init", file, "--lang", "en"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("was left alone"), "{err}");
}

#[test]
fn a_rule_says_of_each_example_whether_it_holds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.toml");
    let text = "[[rule]]\nid = \"说死价\"\nphrases = [\"爱买不买\"]\nhit = [\"客：一分不少\"]\nok = [\"客：爱买不买\"]\n";
    fs::write(&path, text).unwrap();
    let (code, out, _) = run(&["test", path.to_str().unwrap(), "--lang", "zh"]);
    assert_eq!(code, Some(1));
    for part in ["漏报  说死价  1+1", "该报没报\n      客：一分不少", "误报：客服说“爱买不买”"]
    {
        assert!(out.contains(part), "{part} in {out}");
    }
}

#[test]
fn a_file_of_examples_is_tried_against_all_rules() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.txt");
    let text = "# invoice-refusal\n+ 买：有没有发票 | 客：没有\n- 买：有没有发票 | 客：有的\n# ordinary\n- 买：有没有发票 | 客：没有\n";
    fs::write(&path, text).unwrap();
    let file = path.to_str().unwrap();
    let (code, out, err) = run(&["test", file, "--lang", "zh"]);
    assert_eq!(code, Some(1), "{err}");
    assert!(out.contains("已验证  invoice-refusal  1+1"), "{out}");
    assert!(out.contains("误报  ordinary") && out.contains("mine.txt:5"), "{out}");
    fs::write(&path, "# invoice-refusel\n+ 客：没有\n").unwrap();
    let (code, _, err) = run(&["test", file, "--lang", "en"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("mine.txt:1"), "{err}");
    let (code, _, err) = run(&["test", "invoice-refusel", "--lang", "en"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("did you mean \"invoice-refusal\""), "{err}");
}

#[test]
fn the_list_counts_what_is_judged_and_says_why_the_rest_is_not() {
    let (code, out, _) = run(&["list", "--all", "--format", "json"]);
    assert_eq!(code, Some(0));
    let all: serde_json::Value = serde_json::from_str(&out).unwrap();
    let rules = all["rules"].as_array().unwrap();
    let of = |state: &str| rules.iter().filter(|r| r["state"] == state).count();
    assert!(of("live") > 100);
    for rule in rules.iter().filter(|r| r["state"] == "unjudged") {
        assert!(rule["reason"].as_str().is_some_and(|r| r.chars().count() > 12), "{rule}");
    }
    for rule in rules.iter().filter(|r| r["state"] == "live") {
        let sees = rule["written"] == true || rule["taught"] == true || rule["native"] == true;
        assert!(sees, "nothing can fire {rule}");
    }
    let (_, table, _) = run(&["list", "--all", "--lang", "en"]);
    assert!(table.contains(&format!("{} cannot be judged from a log", of("unjudged"))), "{table}");
    let (_, pdd, _) = run(&["list", "--platform", "pdd", "--family", "contact", "--format", "json"]);
    assert!(pdd.contains("pdd-third-party-mention") && !pdd.contains("invoice-refusal"), "{pdd}");
}

#[test]
fn a_rule_is_shown_and_explained() {
    let (code, out, _) = run(&["show", "invoice-refusal", "--lang", "zh"]);
    assert_eq!(code, Some(0));
    for part in ["为什么是错", "另一种说法", "出处", "应该怎么说", "这样会报", "这样不会报"]
    {
        assert!(out.contains(part), "{part} in {out}");
    }
    let (code, out, _) = run(&["explain", "free-shipping-revoked", "--lang", "zh"]);
    assert_eq!(code, Some(0));
    for part in ["情形 1", "此前说过", "没有", "不算的情况", "freight.promise"] {
        assert!(out.contains(part), "{part} in {out}");
    }
    let (code, _, err) = run(&["show", "invoice-refusel", "--lang", "en"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("did you mean \"invoice-refusal\""), "{err}");
}

#[test]
fn the_schema_knows_tables_fields_and_values() {
    let (code, out, _) = run(&["schema"]);
    assert_eq!(code, Some(0));
    let schema: serde_json::Value = serde_json::from_str(&out).unwrap();
    let rule = &schema["properties"]["rule"]["anyOf"][0]["properties"];
    assert_eq!(rule["level"]["enum"][0], "violation");
    assert!(rule["case"]["anyOf"][0]["properties"]["expect"]["description"].is_string());
    assert_eq!(schema["properties"]["rule"]["anyOf"][0]["additionalProperties"], false);
}

#[test]
fn a_backtest_tells_what_is_added_and_gone_by_rule_and_agent() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.toml");
    let text = "[[override]]\nid = \"invoice-refusal\"\nenabled = false\n\n[[rule]]\nid = \"招呼\"\nphrases = [\"在的\"]\nhit = [\"客：在的\"]\nok = [\"客：嗯\"]\n";
    fs::write(&path, text).unwrap();
    let new = path.to_str().unwrap();
    let log = "fixtures/logs/day.csv";
    let (code, out, err) = run(&["backtest", "--new", new, log, "--format", "json"]);
    assert_eq!(code, Some(1), "{err}");
    let difference: serde_json::Value = serde_json::from_str(&out).unwrap();
    let added = difference["added"].as_array().unwrap();
    assert!(!added.is_empty() && added.iter().all(|f| f["rule"] == "招呼"));
    let gone = difference["gone"].as_array().unwrap();
    assert!(gone.iter().any(|f| f["rule"] == "invoice-refusal"));
    let rules = difference["rules"].as_array().unwrap();
    let refusal = rules.iter().find(|r| r["name"] == "invoice-refusal").unwrap();
    assert_eq!((refusal["new"].as_u64(), refusal["gone"].as_u64()), (Some(0), refusal["old"].as_u64()));
    assert!(refusal["old_points"]["high"].as_u64() > Some(0));
    assert!(!difference["agents"].as_array().unwrap().is_empty());
    let (code, out, _) = run(&["backtest", "--old", new, log, "--lang", "en", "--show", "1"]);
    assert_eq!(code, Some(1));
    assert!(out.contains("- 招呼") && out.contains("+ invoice-refusal"), "{out}");
}

#[test]
fn strict_advert_words_are_reported_only_on_demand() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.csv");
    fs::write(&path, "platform,session_id,sender,sent_at,content\ntmall,1,buyer,2024-03-01 10:00:00,在吗\ntmall,1,agent,2024-03-01 10:00:09,今天第一次买都有券\n").unwrap();
    let audit = |more: &[&str]| {
        let args = ["audit", path.to_str().unwrap(), "--format", "json", "--fail-on", "never"];
        let output = Command::cargo_bin("kefu-audit").unwrap().args(args).args(more).output().unwrap();
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let rules =
            report["findings"].as_array().unwrap().iter().map(|f| f["rule"].as_str().unwrap().to_owned());
        rules.filter(|rule| rule.starts_with("ad-")).collect::<Vec<_>>()
    };
    assert_eq!(audit(&[]), Vec::<String>::new());
    assert_eq!(audit(&["--strict-ads"]), ["ad-02", "ad-19"]);
}

#[test]
fn the_reference_page_is_up_to_date() {
    let pack = load::load(load::built_in(), Vec::new()).unwrap();
    let page = page::page(&pack);
    let kept = fs::read_to_string("docs/rules.md").unwrap_or_default();
    assert!(kept == page, "run: kefu-audit rules doc --output docs/rules.md");
}

/// Every row of the table of operators names tests; each of them must stand in the file that it names.
#[test]
fn every_operator_of_the_table_has_its_test() {
    let table = fs::read_to_string("docs/operators.md").unwrap();
    let mut rows = 0;
    for line in table.lines().filter(|l| l.starts_with("| ") && !l.starts_with("| 云客服")) {
        let tests: Vec<&str> = line.rsplit('|').nth(1).unwrap().split('`').skip(1).step_by(2).collect();
        assert!(!tests.is_empty(), "no test named: {line}");
        for test in tests {
            let (file, name) = test.split_once("::").unwrap();
            let source = fs::read_to_string(format!("tests/{file}.rs")).unwrap();
            let stands = [format!("    {name}:"), format!("fn {name}(")];
            assert!(stands.iter().any(|s| source.contains(s)), "{test} does not exist");
        }
        rows += 1;
    }
    assert!(rows >= 20, "{rows}");
}
