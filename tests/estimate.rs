//! The false-trade calculator at its edges (96 orders; first, third, fourth time), and what profiles and balances do to
//! the audit of a small log, at the surface.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

use std::fs;

use assert_cmd::Command;

/// Exit code, standard output, standard error.
fn run(args: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::cargo_bin("kefu-audit").unwrap().args(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn false_trade_by_occurrence_and_orders() {
    let cases = [
        ("1", "95", 0),
        ("1", "96", 12),
        ("2", "95", 0),
        ("2", "96", 12),
        ("3", "95", 12),
        ("3", "96", 48),
        ("4", "1", 48),
        ("9", "500", 48),
    ];
    for (occurrence, orders, points) in cases {
        let args =
            ["estimate", "false-trade", "--occurrence", occurrence, "--orders", orders, "--lang", "en"];
        let (code, out, err) = run(&args);
        assert_eq!(code, Some(0), "{err}");
        assert!(out.contains(&format!("estimated {points} points")), "{occurrence} {orders}: {out}");
    }
    let (_, out, _) = run(&["estimate", "false-trade", "--large-scale", "--prior", "6", "--lang", "en"]);
    assert!(out.contains("estimated 48 points") && out.contains("6 before, 54 in all"), "{out}");
    assert!(out.contains("40000 yuan due (10000 if charged once)"), "{out}");
}

#[test]
fn an_estimate_that_cannot_be_made_says_why() {
    for (args, message) in [
        (&["estimate", "false-trad", "--orders", "3"][..], "false-trade"),
        (&["estimate", "false-trade"], "--orders"),
        (&["estimate", "false-trade", "--orders", "3", "--platform", "pdd"], "tmall, taobao"),
        (&["estimate", "false-trade", "--orders", "3", "--profile", "tmall-2024"], "tmall-2023"),
    ] {
        let (code, _, err) = run(&[args, &["--lang", "en"]].concat());
        assert_eq!(code, Some(2), "{args:?}");
        assert!(err.contains(message), "{args:?}: {err}");
    }
}

/// One refused invoice on Tmall in a log of 2 March 2026.
fn log(folder: &std::path::Path) -> String {
    let path = folder.join("log.csv");
    let rows = "platform,shop,session_id,buyer,agent,sender,sent_at,type,content,order_id\n\
        tmall,甲店,S1,买家,小美,buyer,2026-03-02 10:00:00,text,可以开发票吗,\n\
        tmall,甲店,S1,买家,小美,agent,2026-03-02 10:00:20,text,我们不开发票的,\n\
        tmall,甲店,S1,买家,小美,buyer,2026-03-02 10:01:00,text,那我要投诉你们,\n";
    fs::write(&path, rows).unwrap();
    path.to_str().unwrap().to_owned()
}

fn report(args: &[&str]) -> serde_json::Value {
    let (code, out, err) = run(&[&["audit"], args, &["--format", "json", "--fail-on", "never"]].concat());
    assert_eq!(code, Some(0), "{err}");
    serde_json::from_str(&out).unwrap()
}

fn ladder<'r>(report: &'r serde_json::Value, id: &str) -> &'r serde_json::Value {
    let ladders = report["shops"][0]["ladders"].as_array().unwrap();
    ladders.iter().find(|l| l["ladder"] == id).unwrap()
}

#[test]
fn profiles_balances_and_the_judged_day_are_set_per_run() {
    let folder = tempfile::tempdir().unwrap();
    let log = log(folder.path());
    let seeds = report(&[&log]);
    assert_eq!(seeds["run"]["profiles"][0]["id"], "tmall-seeds");
    assert_eq!(
        (&ladder(&seeds, "general")["low"], &ladder(&seeds, "general")["high"]),
        (&6.into(), &6.into())
    );
    assert_eq!(seeds["findings"][0]["threat"]["line"], 4);

    let dated = report(&[&log, "--profile", "tmall-2023"]);
    assert_eq!(dated["run"]["profiles"][0]["id"], "tmall-2023");
    assert_eq!(
        (&ladder(&dated, "general")["low"], &ladder(&dated, "general")["high"]),
        (&0.into(), &6.into())
    );

    let rules = folder.path().join("shop.toml");
    fs::write(&rules, "[[shop]]\nname = \"甲店\"\nprior = [\"general=6\"]\nprior_date = \"2026-03-01\"\n")
        .unwrap();
    let rules = rules.to_str().unwrap();
    let with_prior = report(&[&log, "--rules", rules]);
    assert_eq!(ladder(&with_prior, "general")["due_high"][0]["at"], 12);
    // The balance is of a later day than the one judged; the incident too.
    let past = report(&[&log, "--rules", rules, "--as-of", "2026-02-28"]);
    assert_eq!(ladder(&past, "general")["high"], 0);
    assert_eq!(past["shops"][0]["later_incidents"], 1);
    // In the next year everything is cleared.
    let next_year = report(&[&log, "--rules", rules, "--as-of", "2027-01-01"]);
    assert_eq!(
        (&ladder(&next_year, "general")["high"], &ladder(&next_year, "general")["lapsed"]),
        (&0.into(), &6.into())
    );
}
