//! Response times at the surface: every figure of the small log against the values worked out by hand in
//! `fixtures/kpi/README.md`, the edges of what a platform sanctions, times that cannot be used, and the same figures for any
//! split of the input.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::{Value, json};

/// Exit code, standard output, standard error.
fn run(args: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::cargo_bin("kefu-audit").unwrap().args(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn kpi(args: &[&str]) -> Value {
    let (code, out, err) = run(&[&["kpi", "--format", "json"], args].concat());
    assert_eq!(code, Some(0), "{err}");
    serde_json::from_str(&out).unwrap()
}

/// The figure of a group by its definition.
fn figure<'r>(report: &'r Value, group: &str, key: &str, id: &str) -> &'r Value {
    let all = report["figures"].as_array().unwrap();
    all.iter().find(|f| f["group"] == group && f["key"] == key && f["kpi"] == id).unwrap()
}

#[test]
fn every_figure_is_what_was_worked_out_by_hand() {
    let report = kpi(&["fixtures/kpi/small.csv"]);
    let cases = [
        ("conversations", 5.0, 5, 5),
        ("first-response", 17.5, 35, 2),
        ("avg-response", 126.3, 505, 4),
        ("avg-response-capped", 218.8, 875, 4),
        ("golden-6s", 33.3, 1, 3),
        ("reply-30s", 40.0, 2, 5),
        ("reply-5min", 75.0, 3, 4),
        ("unanswered", 20.0, 1, 5),
        ("ww-3min", 28.6, 2, 7),
        ("effective-reply", 33.3, 1, 3),
        ("last-word", 80.0, 4, 5),
        ("answer-ratio", 0.6, 6, 10),
        ("robot-share", 14.3, 1, 7),
    ];
    for (id, value, numerator, denominator) in cases {
        let f = figure(&report, "shop", "", id);
        let got = (&f["value"], &f["numerator"], &f["denominator"]);
        assert_eq!(got, (&json!(value), &json!(numerator), &json!(denominator)), "{id}");
    }
    let mean = figure(&report, "shop", "", "avg-response");
    assert_eq!((&mean["p50"], &mean["p90"], &mean["longest"]), (&json!(30), &json!(240), &json!(240)));
    let left = json!({"card": 1, "closing": 1, "handover": 1, "unanswered": 1, "wait": 1, "window": 1});
    assert_eq!(mean["left_out"], left);
    assert_eq!(figure(&report, "shop", "", "ww-3min")["aim"], "too-few");
}

#[test]
fn agents_hours_and_days_have_their_own_figures() {
    let report = kpi(&["fixtures/kpi/small.csv"]);
    let of = |group: &str, key: &str, id: &str| {
        let f = figure(&report, group, key, id);
        (f["numerator"].as_u64().unwrap(), f["denominator"].as_u64().unwrap())
    };
    assert_eq!(of("agent", "小安", "avg-response"), (475, 3));
    assert_eq!(of("agent", "小白", "avg-response"), (30, 1));
    assert_eq!(of("agent", "小白", "unanswered"), (1, 2));
    assert_eq!(of("hour", "10", "avg-response"), (475, 3));
    assert_eq!(of("hour", "22", "reply-30s"), (1, 1));
    assert_eq!(of("day", "2026-03-02", "effective-reply"), (1, 3));
}

#[test]
fn the_year_of_the_definition_is_chosen_by_profile() {
    // Until 2023 the window was 08:00 to 24:00, and 900 seconds are too late in it.
    let report = kpi(&["fixtures/kpi/small.csv", "--profile", "tmall-2023"]);
    let f = figure(&report, "shop", "", "ww-3min");
    assert_eq!((&f["numerator"], &f["denominator"]), (&json!(2), &json!(8)));
    let definition = report["definitions"]
        .as_array()
        .unwrap()
        .iter()
        .find(|d| d["id"] == "ww-3min" && d["platforms"].as_array().unwrap().contains(&json!("tmall")));
    assert_eq!(definition.unwrap()["date"], "2023-02");
}

/// A day of `buyers` on Pinduoduo, of whom the first `in_time` are answered after 180 seconds, the others after 181.
fn pdd_day(folder: &Path, buyers: usize, in_time: usize) -> String {
    let mut text =
        String::from("platform,shop,session_id,buyer,agent,sender,sent_at,type,content,order_id\n");
    for n in 0..buyers {
        let (minute, wait) = (n % 50, if n < in_time { 180 } else { 181 });
        let second = wait % 60;
        let _ = writeln!(text, "pdd,果园,S{n},买家{n},果果,buyer,2026-03-02 10:{minute:02}:00,text,甜吗,");
        let _ = writeln!(
            text,
            "pdd,果园,S{n},买家{n},果果,agent,2026-03-02 10:{:02}:{second:02},text,甜的亲,",
            minute + 3
        );
    }
    let path = folder.join(format!("{buyers}-{in_time}.csv"));
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_day_is_sanctioned_above_100_buyers_and_below_half() {
    let folder = tempfile::tempdir().unwrap();
    for (buyers, in_time, sanctions) in [(100, 0, 0), (101, 50, 1), (101, 51, 0), (102, 51, 0), (101, 0, 1)] {
        let report = kpi(&[&pdd_day(folder.path(), buyers, in_time)]);
        let found = report["sanctions"].as_array().unwrap();
        assert_eq!(found.len(), sanctions, "{buyers} {in_time}");
        if let Some(day) = found.first() {
            assert_eq!((&day["yuan"], &day["denominator"]), (&json!(1000), &json!(buyers)));
        }
    }
}

#[test]
fn one_late_message_spoils_the_buyer_in_whatever_conversation() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("two.csv");
    let rows = "platform,shop,session_id,buyer,agent,sender,sent_at,type,content\n\
        pdd,果园,S1,同一人,果果,buyer,2026-03-02 10:00:00,text,甜吗\n\
        pdd,果园,S1,同一人,果果,agent,2026-03-02 10:00:05,text,甜的\n\
        pdd,果园,S2,同一人,果果,buyer,2026-03-02 15:00:00,text,几斤\n\
        pdd,果园,S2,同一人,果果,agent,2026-03-02 15:09:07,text,五斤\n";
    fs::write(&path, rows).unwrap();
    let report = kpi(&[path.to_str().unwrap()]);
    let f = figure(&report, "shop", "", "pdd-3min");
    assert_eq!((&f["numerator"], &f["denominator"]), (&json!(0), &json!(1)));
}

#[test]
fn made_up_times_switch_response_times_off_and_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("even.csv");
    let mut text = String::from("platform,shop,session_id,buyer,agent,sender,sent_at,type,content\n");
    for n in 0..5 {
        for (step, sender) in ["buyer", "agent", "buyer", "agent"].iter().enumerate() {
            let _ = writeln!(
                text,
                "tmall,甲店,S{n},买家{n},小安,{sender},2026-03-02 10:{:02}:00,text,有货吗",
                step * 5
            );
        }
    }
    fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap();
    let report = kpi(&[path]);
    let f = figure(&report, "shop", "", "avg-response");
    assert_eq!((&f["value"], &f["off"]), (&Value::Null, &json!("times-made-up")));
    assert_eq!(figure(&report, "shop", "", "conversations")["value"], 5.0);
    let (_, table, _) = run(&["kpi", path, "--lang", "en"]);
    assert!(table.contains("all steps equal"), "{table}");
    // Nor do rules that look at the clock charge anybody: they say that they did not judge.
    let (_, audit, _) = run(&["audit", path, "--format", "json", "--fail-on", "never", "--lang", "en"]);
    let audit: Value = serde_json::from_str(&audit).unwrap();
    let slow = |f: &&Value| f["rule"] == "slow-reply" || f["rule"] == "slow-first-reply";
    assert_eq!(audit["findings"].as_array().unwrap().iter().filter(slow).count(), 0);
    assert!(audit["not_judged"].as_array().unwrap().iter().any(|n| n["rule"] == "slow-reply"));
}

#[test]
fn the_split_of_the_input_and_the_threads_do_not_matter() {
    let folder = tempfile::tempdir().unwrap();
    let text = fs::read_to_string("fixtures/logs/day.csv").unwrap();
    let (header, rows) = text.split_once("\r\n").unwrap();
    let rows: Vec<&str> = rows.split_terminator("\r\n").collect();
    let mut parts = Vec::new();
    for n in 0..3 {
        let path = folder.path().join(format!("{}.csv", ["c", "a", "b"][n]));
        let part: Vec<&str> = rows.iter().skip(n).step_by(3).copied().collect();
        fs::write(&path, format!("{header}\r\n{}\r\n", part.join("\r\n"))).unwrap();
        parts.push(path.to_str().unwrap().to_owned());
    }
    let whole = kpi(&["fixtures/logs/day.csv", "--threads", "1"]);
    let parts: Vec<&str> = parts.iter().rev().map(String::as_str).collect();
    assert_eq!(whole, kpi(&[&parts[..], &["--threads", "4"]].concat()));
    assert!(!whole["figures"].as_array().unwrap().is_empty());
}

#[test]
fn the_csv_opens_in_a_spreadsheet() {
    let (code, out, _) = run(&["kpi", "fixtures/kpi/small.csv", "--format", "csv"]);
    assert_eq!(code, Some(0));
    assert!(out.starts_with("\u{feff}平台,店铺") && out.ends_with("\r\n"));
    assert!(out.contains("天猫,甲店,店铺,,ww-3min,旺旺 3 分钟人工响应率,28.6,%,2,7"), "{out}");
}
