//! The audit at its surface: bad inputs with the message and exit code of each, the same bytes for any number of
//! threads and any order of files, reports that are written whole or not at all.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::{Command as Process, Stdio};

use assert_cmd::Command;

/// Exit code, standard output, standard error.
fn run(args: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::cargo_bin("kefu-audit").unwrap().args(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn every_bad_input_has_its_message_and_exit_code() {
    let cases = [
        ("empty.csv", 2, "error[file-empty]"),
        ("header-only.csv", 0, "note[header-only]"),
        ("binary.csv", 2, "binary.csv:4"),
        ("spoilt.xls", 2, "error[workbook-broken]"),
        ("wrong-delimiter.csv", 2, "error[delimiter-unknown]"),
        ("torn-row.csv", 2, "torn-row.csv:4"),
        ("unknown-role.csv", 2, "unknown-role.csv:4:sender"),
        ("bad-time.csv", 2, "bad-time.csv:3:sent_at"),
        ("two-headers.csv", 2, "--column content="),
        ("missing-column.csv", 2, "error[column-missing]"),
        ("unclosed-quote.csv", 2, "unclosed-quote.csv:4"),
        ("invalid-bytes.csv", 2, "invalid-bytes.csv:3:content"),
        ("gbk.csv", 0, ""),
        ("utf16.csv", 0, ""),
    ];
    for (file, code, message) in cases {
        let path = format!("fixtures/bad/{file}");
        let (found, _, err) =
            run(&["audit", &path, "--format", "ndjson", "--fail-on", "never", "--lang", "en"]);
        assert_eq!(found, Some(code), "{file}: {err}");
        assert!(err.contains(message) && !err.contains("panicked"), "{file}: {err}");
    }
}

#[test]
fn lost_rows_are_allowed_up_to_the_number_given_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let rejects = folder.path().join("rejects.csv");
    let args = ["audit", "fixtures/bad/torn-row.csv", "--format", "ndjson", "--fail-on", "never"];
    let more = ["--allow-bad-rows", "2", "--rejects", rejects.to_str().unwrap()];
    let (code, _, err) = run(&[&args[..], &more[..]].concat());
    assert_eq!(code, Some(0), "{err}");
    assert_eq!(fs::read_to_string(&rejects).unwrap().lines().count(), 3);
    assert_eq!(run(&[&args[..], &["--allow-bad-rows", "1"]].concat()).0, Some(2));
}

#[test]
fn missing_files_empty_folders_and_unwritable_outputs_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().to_str().unwrap();
    let nowhere = format!("{empty}/none/r.json");
    let cases: [(&[&str], &str); 4] = [
        (&["audit", "none.csv", "--lang", "en"], "input-missing"),
        (&["audit", empty, "--lang", "en"], "folder-empty"),
        (&["audit", "fixtures/logs/day.csv", "--output", &nowhere, "--lang", "en"], "output-unwritable"),
        (&["audit", "fixtures/logs/day.csv", "--rules", "none.toml", "--lang", "en"], "rules-unreadable"),
    ];
    for (args, message) in cases {
        let (code, out, err) = run(args);
        assert_eq!(code, Some(2), "{args:?}: {err}");
        assert!(err.contains(message) || out.contains(message), "{args:?}: {err}");
    }
}

/// The report on the demonstration day as JSON.
fn day(inputs: &[&str], threads: &str) -> serde_json::Value {
    let args =
        [&["audit"], inputs, &["--format", "json", "--reveal", "--fail-on", "never", "--threads", threads]];
    let (code, out, err) = run(&args.concat());
    assert_eq!(code, Some(0), "{err}");
    serde_json::from_str(&out).unwrap()
}

#[test]
fn threads_do_not_change_the_bytes() {
    let one = day(&["fixtures/logs/day.csv"], "1");
    assert_eq!(one, day(&["fixtures/logs/day.csv"], "2"));
    assert_eq!(one, day(&["fixtures/logs/day.csv"], "8"));
    assert!(!one["findings"].as_array().unwrap().is_empty());
}

#[test]
fn splitting_the_input_or_changing_its_form_changes_no_finding() {
    let folder = tempfile::tempdir().unwrap();
    let text = fs::read_to_string("fixtures/logs/day.csv").unwrap();
    let (header, rows) = text.split_once("\r\n").unwrap();
    let rows: Vec<&str> = rows.split_terminator("\r\n").collect();
    let mut parts = Vec::new();
    for (n, name) in ["c.csv", "a.csv", "b.csv"].iter().enumerate() {
        let path = folder.path().join(name);
        let part: Vec<&str> = rows.iter().skip(n).step_by(3).copied().collect();
        fs::write(&path, format!("{header}\r\n{}\r\n", part.join("\r\n"))).unwrap();
        parts.push(path.to_str().unwrap().to_owned());
    }
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let reversed: Vec<&str> = parts.iter().rev().copied().collect();
    assert_eq!(day(&parts, "2"), day(&reversed, "1"));
    let ids = |report: &serde_json::Value| -> Vec<String> {
        let mut ids: Vec<String> = report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| f["id"].as_str().unwrap().to_owned())
            .collect();
        ids.sort();
        ids
    };
    let whole = ids(&day(&["fixtures/logs/day.csv"], "2"));
    assert_eq!(whole, ids(&day(&parts, "2")));
    assert_eq!(whole, ids(&day(&["fixtures/logs/day.json"], "2")));
}

#[test]
fn a_file_given_twice_counts_once_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let copies = ["a.csv", "b.csv"].map(|name| folder.path().join(name).to_str().unwrap().to_owned());
    for copy in &copies {
        fs::copy("fixtures/logs/day.csv", copy).unwrap();
    }
    let once = day(&[&copies[0]], "2");
    let twice = day(&[&copies[0], &copies[1]], "2");
    assert_eq!(once["findings"], twice["findings"]);
    assert_eq!(once["summary"]["messages"], twice["summary"]["messages"]);
    assert_eq!(twice["problems"][0]["code"], "rows-repeated");
}

#[test]
fn a_reader_that_leaves_early_is_no_fault() {
    let binary = assert_cmd::cargo::cargo_bin("kefu-audit");
    let mut child = Process::new(binary)
        .args(["audit", "fixtures/logs/day.csv", "--fail-on", "never"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 16];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let mut err = String::new();
    let mut stderr = child.stderr.take().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    stderr.read_to_string(&mut err).unwrap();
    assert_eq!(err, "");
}

#[test]
fn a_rule_file_with_three_mistakes_shows_all_three() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.toml");
    let text = "[[override]]\nid = \"invoice-refusel\"\nlevel = \"grave\"\n\n[[signal]]\nid = \"my.x\"\nany = [\"(开票\"]\n";
    fs::write(&path, text).unwrap();
    let args = ["audit", "fixtures/logs/day.csv", "--lang", "en", "--rules", path.to_str().unwrap()];
    let (code, out, err) = run(&args);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    for part in
        ["mine.toml:2:6", "invoice-refusal", "mine.toml:3:9", "\"grave\"", "mine.toml:7:8", "3 mistakes"]
    {
        assert!(err.contains(part), "{part} in {err}");
    }
}

#[test]
fn findings_decide_the_exit_code_in_every_format() {
    for format in ["table", "json", "ndjson", "csv"] {
        let day = ["audit", "fixtures/logs/day.csv", "--format", format];
        assert_eq!(run(&day).0, Some(1), "{format}");
        assert_eq!(run(&[&day[..], &["--fail-on", "never"]].concat()).0, Some(0), "{format}");
    }
}

#[test]
fn buyers_and_phones_are_masked_unless_revealed() {
    let (_, masked, _) = run(&["audit", "fixtures/logs/day.csv", "--format", "json"]);
    let (_, revealed, _) = run(&["audit", "fixtures/logs/day.csv", "--format", "json", "--reveal"]);
    assert_ne!(masked, revealed);
    let phone = regex::Regex::new(r"[^0-9]1[3-9][0-9]{9}[^0-9]").unwrap();
    assert!(!phone.is_match(&masked));
}

#[test]
fn an_output_file_is_complete() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r.csv");
    let args = ["audit", "fixtures/logs/day.csv", "--format", "csv", "--output", path.to_str().unwrap()];
    assert_eq!(run(&args).0, Some(1));
    let bytes = fs::read(Path::new(&path)).unwrap();
    assert!(bytes.starts_with("\u{FEFF}".as_bytes()) && bytes.ends_with(b"\r\n"));
}
