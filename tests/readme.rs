//! The README's samples are what the program prints. Each block after a comment `<!-- $ kefu-audit ... -->` is compared with the
//! output of that command, cut down to the lines that the comment asks for; run with `UPDATE_README=1` to write them anew.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

use std::fs;

use assert_cmd::Command;
use regex::Regex;

/// What a sample shows of a command's output.
struct Sample {
    args: Vec<String>,
    /// How its first line begins; the output's first line when empty.
    from: String,
    /// How many lines.
    lines: usize,
}

/// Reads `<!-- $ kefu-audit ARGS | 12 lines from BEGINNING -->`.
fn sample(comment: &str) -> Option<Sample> {
    let body = comment.strip_prefix("<!-- $ kefu-audit ")?.strip_suffix(" -->")?;
    let (args, cut) = body.split_once(" | ").unwrap_or((body, "9999 lines"));
    let (lines, from) = cut.split_once(" lines")?;
    Some(Sample {
        args: args.split_whitespace().map(str::to_owned).collect(),
        from: from.strip_prefix(" from ").unwrap_or_default().to_owned(),
        lines: lines.parse().ok()?,
    })
}

fn output(sample: &Sample) -> String {
    let run =
        Command::cargo_bin("kefu-audit").unwrap().args(&sample.args).args(["--lang", "zh"]).output().unwrap();
    let text = String::from_utf8(run.stdout).unwrap();
    assert!(!text.is_empty(), "{:?} prints nothing: {}", sample.args, String::from_utf8_lossy(&run.stderr));
    // The clock is the one thing that differs from run to run.
    let text = Regex::new(r"用时 [0-9.]+ 秒").unwrap().replace(&text, "用时 0.3 秒").into_owned();
    let kept: Vec<&str> = text
        .lines()
        .skip_while(|line| !line.starts_with(&sample.from))
        .take(sample.lines)
        .map(str::trim_end)
        .collect();
    assert!(!kept.is_empty(), "{:?} prints no line that begins with {}", sample.args, sample.from);
    kept.join("\n")
}

#[test]
fn samples_are_what_the_program_prints() {
    let readme = fs::read_to_string("README.md").unwrap();
    let mut fresh = String::new();
    let mut lines = readme.lines().peekable();
    let mut samples = 0;
    while let Some(line) = lines.next() {
        fresh.push_str(line);
        fresh.push('\n');
        let Some(sample) = sample(line) else { continue };
        samples += 1;
        assert_eq!(lines.next(), Some("```text"), "a sample's block begins right after {line}");
        for _ in lines.by_ref().take_while(|l| *l != "```") {}
        fresh.push_str(&format!("```text\n{}\n```\n", output(&sample)));
    }
    assert!(samples > 0, "the README shows no sample");
    if std::env::var_os("UPDATE_README").is_some() {
        fs::write("README.md", &fresh).unwrap();
    } else {
        assert!(
            readme == fresh,
            "the README's samples are out of date; run UPDATE_README=1 cargo test --test readme"
        );
    }
}

#[test]
fn every_file_that_the_readme_points_to_exists() {
    let readme = fs::read_to_string("README.md").unwrap();
    for found in Regex::new(r"\]\(([^)#]+)\)").unwrap().captures_iter(&readme) {
        let target = &found[1];
        if !target.starts_with("http") {
            assert!(fs::exists(target).unwrap(), "the README points to {target}, which is not there");
        }
    }
}
