//! The binary's answer to arguments: where it speaks, in which language, and the exit code.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use assert_cmd::Command;

/// Exit code, standard output, standard error.
fn run(args: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::cargo_bin("kefu-audit").unwrap().args(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn help_is_an_answer_and_not_a_fault() {
    for args in [&["--help"][..], &["audit", "--help"], &["--version"], &["completions", "zsh"]] {
        let (code, out, err) = run(args);
        assert_eq!((code, err.as_str()), (Some(0), ""), "{args:?}");
        assert!(!out.is_empty(), "{args:?}");
    }
}

#[test]
fn wrong_arguments_end_with_2_and_a_sentence_per_fault() {
    let (code, out, err) = run(&["audit", "a.csv", "--format", "xml", "--prior", "x", "--lang", "en"]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(err.contains("--format cannot be \"xml\"") && err.contains("--prior cannot be \"x\""), "{err}");
    let (code, _, err) = run(&["audit", "--nope", "--lang", "zh"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("没有 --nope 这个选项"), "{err}");
}
