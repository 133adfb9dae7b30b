//! Arguments at their surface: what is read, and what a wrong one answers.

use super::*;
use crate::judge::Prior;
use crate::model::{Platform, Stamp};
use crate::report::Format;
use crate::verdict::{Allowance, FailOn};

fn read(args: &[&str]) -> Result<Settings, (Lang, Vec<Problem>)> {
    let args: Vec<OsString> =
        std::iter::once("kefu-audit").chain(args.iter().copied()).map(Into::into).collect();
    settings(&args, None)
}

fn audit(args: &[&str]) -> Audit {
    match read(args).unwrap().request {
        Request::Audit(audit) => *audit,
        other => panic!("{other:?}"),
    }
}

/// What is said about wrong arguments, in English.
fn faults(args: &[&str]) -> Vec<String> {
    let (_, problems) = read(args).unwrap_err();
    problems.into_iter().map(|p| format!("{} | {}", p.what.en, p.next.en)).collect()
}

#[test]
fn every_option_arrives() {
    let a = audit(&[
        "audit",
        "a.csv",
        "b.csv",
        "--rules",
        "x.toml",
        "--rules",
        "y.toml",
        "--pack",
        "p.toml",
        "--format",
        "json",
        "--output",
        "o.json",
        "--fail-on",
        "never",
        "--threads",
        "2",
        "--gap",
        "45",
        "--platform",
        "京东",
        "--shop",
        "甲店",
        "--agent",
        "小美",
        "--since",
        "2024-03-01",
        "--until",
        "2024-03-01",
        "--column",
        "content=聊天=内容",
        "--prior",
        "甲:店:severe=12",
        "--rejects",
        "r.csv",
        "--allow-bad-rows",
        "0.5%",
        "--reveal",
        "--quiet",
        "--color",
        "never",
    ]);
    assert_eq!(a.reading.logs.len(), 2);
    assert_eq!(a.packs.users, [std::path::PathBuf::from("x.toml"), "y.toml".into()]);
    assert_eq!(
        (a.format, a.fail_on, a.reading.threads, a.reading.gap_minutes),
        (Format::Json, FailOn::Never, Some(2), Some(45))
    );
    assert_eq!(
        (a.reading.platform, a.reading.shop.as_deref(), a.reading.agent.as_deref()),
        (Some(Platform::Jd), Some("甲店"), Some("小美"))
    );
    let (Some(Stamp(since)), Some(Stamp(until))) = (a.reading.since, a.reading.until) else {
        panic!("no times")
    };
    assert_eq!(until - since, 86_400);
    assert_eq!(a.reading.since.unwrap().to_string(), "2024-03-01 00:00:00");
    assert_eq!(a.reading.columns, [("content".to_owned(), "聊天=内容".to_owned())]);
    assert_eq!(a.priors, [Prior { shop: "甲:店".into(), ladder: "severe".into(), points: 12, date: None }]);
    assert_eq!(a.allow_bad_rows, Allowance::MilliPercent(500));
    assert!(a.reveal && a.quiet && a.color == Color::Never);
    assert!(a.packs.base.is_some() && a.output.is_some() && a.rejects.is_some());
}

#[test]
fn every_wrong_value_is_told_at_once_with_what_to_write() {
    let told = faults(&[
        "audit",
        "a.csv",
        "--format",
        "xml",
        "--threads",
        "0",
        "--since",
        "yesterday",
        "--column",
        "inhalt=x",
        "--prior",
        "甲店=3",
        "--allow-bad-rows",
        "101%",
        "--platform",
        "amazon",
    ]);
    assert_eq!(told.len(), 7, "{told:#?}");
    assert!(
        told.contains(&"--format cannot be \"xml\" | use one of: table, json, ndjson, csv".to_owned()),
        "{told:#?}"
    );
    assert!(
        told.contains(&"--threads cannot be \"0\" | write a whole number from 1 to 1024".to_owned()),
        "{told:#?}"
    );
}

#[test]
fn wrong_flags_get_a_sentence() {
    assert_eq!(
        faults(&["audit", "a.csv", "--formt", "x"]),
        ["there is no option --formt | did you mean --format?"]
    );
    assert_eq!(faults(&["audit"]), ["<LOG>... is missing | see kefu-audit audit --help"]);
    assert_eq!(
        faults(&["audit", "a", "--output"]),
        ["--output <FILE> has no value | see kefu-audit audit --help"]
    );
    assert_eq!(
        faults(&["audit", "a", "--gap", "1", "--gap", "2"]),
        ["--gap <MINUTES> may be given only once | see kefu-audit audit --help"]
    );
    assert_eq!(faults(&["audit", "a", "--lang", "fr"]), ["--lang <zh|en> cannot be fr | use one of: zh, en"]);
    assert_eq!(faults(&["--lang", "fr", "audit", "a"]).len(), 1);
    assert_eq!(faults(&["adit", "a"]), ["there is no command adit | did you mean audit?"]);
    assert_eq!(
        faults(&[]),
        [
            "no command is given | use one of: audit, kpi, inspect, estimate, investigate, explain, lint, rules, completions"
        ]
    );
}

#[test]
fn the_language_comes_from_the_option_then_the_locale() {
    let lang = |args: &[&str], locale| language(&args.iter().map(OsString::from).collect::<Vec<_>>(), locale);
    assert_eq!(lang(&["k", "audit"], None), Lang::Zh);
    assert_eq!(lang(&["k", "audit"], Some("en-US")), Lang::En);
    assert_eq!(lang(&["k", "audit", "--lang", "zh"], Some("en-US")), Lang::Zh);
    assert_eq!(lang(&["k", "--lang=en", "audit"], Some("zh-CN")), Lang::En);
    assert_eq!(lang(&["k", "audit", "--", "--lang=en"], None), Lang::Zh);
}

#[test]
fn help_speaks_the_language() {
    let help = |args: &[&str]| match read(args).unwrap().request {
        Request::Print(text) => text,
        other => panic!("{other:?}"),
    };
    assert!(help(&["audit", "--help"]).contains("用法："));
    assert!(!help(&["audit", "--help"]).contains("Usage"));
    assert!(help(&["audit", "--help", "--lang", "en"]).contains("Usage: kefu-audit audit"));
    assert!(help(&["--version"]).contains(env!("CARGO_PKG_VERSION")));
    assert!(help(&["completions", "bash"]).contains("kefu-audit"));
}
