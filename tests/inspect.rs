//! `kefu-audit inspect` at its surface: what people see of a log that is understood, of one that is not, and what they are
//! told to do next.

#![expect(clippy::unwrap_used, reason = "helpers of tests may stop at the first surprise")]

use assert_cmd::Command;

/// Standard output with the exit code.
fn inspect(args: &[&str]) -> String {
    let output = Command::cargo_bin("kefu-audit").unwrap().arg("inspect").args(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    format!("{}{}exit code {}\n", text(output.stdout), text(output.stderr), output.status.code().unwrap())
}

const OWN: &str = "fixtures/formats/own-export.csv";

#[test]
fn a_log_that_is_understood_is_shown_as_it_is_read() {
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!("day", inspect(&["fixtures/logs/day.csv", "--lang", "zh"]));
        insta::assert_snapshot!("day-json-en", inspect(&["fixtures/logs/day.json", "--lang", "en"]));
    });
}

#[test]
fn an_export_of_its_own_is_led_from_guess_to_columns() {
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!("own-1-unknown", inspect(&[OWN, "--lang", "zh"]));
        let columns = ["--column", "sender=谁", "--column", "sent_at=几时", "--column", "content=说了啥"];
        insta::assert_snapshot!("own-2-named", inspect(&[&[OWN, "--lang", "zh"], &columns[..]].concat()));
        let rules = ["--rules", "fixtures/formats/own-export.toml"];
        insta::assert_snapshot!("own-3-described", inspect(&[&[OWN, "--lang", "zh"], &rules[..]].concat()));
    });
}

#[test]
fn what_is_shown_does_not_depend_on_the_threads() {
    let one = inspect(&["fixtures/logs", "--threads", "1"]);
    assert_eq!(one, inspect(&["fixtures/logs", "--threads", "3"]));
    assert!(one.contains("fixtures/logs/day.csv") && one.contains("fixtures/logs/day.json"), "{one}");
}

#[test]
fn buyers_and_phones_are_masked_unless_asked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    let log = "买家,发送者,发送时间,内容\n张三丰,买家,2025-01-31 09:05:00,我的电话13812345678\n";
    std::fs::write(&path, log).unwrap();
    let file = path.to_str().unwrap();
    let masked = inspect(&[file]);
    assert!(masked.contains("张**") && masked.contains("138****5678"), "{masked}");
    assert!(!masked.contains("张三丰") && !masked.contains("13812345678"), "{masked}");
    let bare = inspect(&[file, "--reveal"]);
    assert!(bare.contains("张三丰") && bare.contains("13812345678"), "{bare}");
}

#[test]
fn a_file_that_cannot_be_read_still_gets_a_next_step() {
    let shown = inspect(&["fixtures/bad/binary.csv", "--lang", "en"]);
    assert!(shown.contains("Next") && shown.contains("exit code 2"), "{shown}");
    let shown = inspect(&["fixtures/bad/unknown-role.csv", "--lang", "zh"]);
    assert!(shown.contains("看不出是谁") && shown.contains("[columns.roles]"), "{shown}");
}

/// An audit of the shop's own export by its description charges the agent whose name stands in the list.
#[test]
fn an_audit_reads_what_columns_describes() {
    let rules = ["--rules", "fixtures/formats/own-export.toml", "--format", "json"];
    let output =
        Command::cargo_bin("kefu-audit").unwrap().arg("audit").arg(OWN).args(rules).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let finding =
        report["findings"].as_array().unwrap().iter().find(|f| f["rule"] == "invoice-refusal").unwrap();
    assert_eq!((&finding["agent"], &finding["shop"]), (&"阿穗".into(), &"小满手作铺".into()));
    assert_eq!((&finding["platform"], &finding["conversation"]), (&"tmall".into(), &"G0001".into()));
}
