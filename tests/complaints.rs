//! Investigating at its surface: ten complaints with the page of each, searches that find nothing or too much, the evidence
//! pack, one finding explained, and content that means harm.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "a test may stop at the first surprise"
)]

use std::fs;
use std::io::Read as _;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

const DAY: &str = "fixtures/logs/day.csv";
const EVENING: &str = "fixtures/complaints/evening.csv";

/// Exit code, standard output, standard error.
fn run(args: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::cargo_bin("kefu-audit").unwrap().args(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn investigate(args: &[&str]) -> (Option<i32>, String, String) {
    run(&[&["investigate", DAY, EVENING, "--lang", "zh"], args].concat())
}

fn json(args: &[&str]) -> Value {
    let (_, out, err) = investigate(&[args, &["--format", "json"]].concat());
    serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{err}"))
}

#[test]
fn ten_complaints_and_the_page_of_each() {
    let text = fs::read_to_string("fixtures/complaints/cases.toml").unwrap();
    let cases: toml::Table = text.parse().unwrap();
    let cases = cases["case"].as_array().unwrap();
    assert_eq!(cases.len(), 10);
    std::thread::scope(|scope| {
        for case in cases {
            scope.spawn(move || {
                let name = case["name"].as_str().unwrap();
                let args: Vec<&str> =
                    case["args"].as_array().unwrap().iter().map(|a| a.as_str().unwrap()).collect();
                let (code, page, err) = investigate(&args);
                assert_eq!(err, "", "{name}");
                assert!(page.contains(case["says"].as_str().unwrap()), "{name}: {page}");
                assert_eq!(code.map(i64::from), case["code"].as_integer(), "{name}");
                let mut settings = insta::Settings::clone_current();
                settings.set_snapshot_path("../fixtures/complaints/pages");
                settings.set_prepend_module_to_snapshot(false);
                settings.set_omit_expression(true);
                settings.bind(|| insta::assert_snapshot!(name, page));
            });
        }
    });
}

#[test]
fn the_same_page_for_any_number_of_threads_and_order_of_files() {
    let args = ["--buyer", "橙汁不加冰", "--format", "json", "--lang", "zh"];
    let one = run(&[&["investigate", DAY, EVENING, "--threads", "1"], &args[..]].concat());
    let other = run(&[&["investigate", EVENING, DAY, "--threads", "3"], &args[..]].concat());
    assert_eq!(one, other);
}

#[test]
fn every_way_of_asking_finds_the_same_conversation() {
    let ways: [&[&str]; 5] = [
        &["--buyer", "柚子茶_"],
        &["--order", "4222869210427985391"],
        &["--conversation", "S202603120113"],
        &["--text", "颜色缺了 直接给您取消"],
        // As the rules see words: traditional characters, full width and inserted signs make no difference.
        &["--text", "顏 色 缺 了", "--agent", "云岚家居旗舰店:小棠"],
    ];
    for way in ways {
        let page = json(way);
        let ids: Vec<&str> = page["sittings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|s| s["conversation"].as_str().unwrap())
            .collect();
        assert_eq!(ids, ["S202603120113"], "{way:?}");
    }
}

#[test]
fn nothing_found_says_what_came_nearest() {
    let (code, out, _) = investigate(&["--buyer", "tb_lanyue1o88", "--reveal"]);
    assert_eq!(code, Some(2));
    assert!(out.contains("名字相似的账号：tb_lanyue1088、tb_lanyue1O88"), "{out}");
    let (code, out, _) = investigate(&["--buyer", "柚子茶_", "--shop", "禾木童鞋旗舰店"]);
    assert!(code == Some(2) && out.contains("云岚家居旗舰店") && out.contains("S202603120113"), "{out}");
    let (code, out, _) = investigate(&["--buyer", "柚子茶_", "--since", "2026-03-13"]);
    assert!(code == Some(2) && out.contains("2026-03-12 16:00:28"), "{out}");
    let (code, out, _) = investigate(&["--text", "这句话谁也没有说过"]);
    assert!(code == Some(2) && out.contains("没有找到，也没有相近的"), "{out}");
    let (code, _, err) = investigate(&["--complaint", "发票"]);
    assert!(code == Some(2) && err.contains("--buyer"), "{err}");
    let (code, _, err) = investigate(&["--buyer", "柚子茶_", "--complaint", "天气"]);
    assert!(code == Some(2) && err.contains("发票（invoice）"), "{err}");
}

#[test]
fn several_buyers_are_listed() {
    let (code, out, _) = investigate(&["--text", "发票"]);
    assert_eq!(code, Some(2));
    assert!(out.contains("不止一位买家") && out.lines().count() > 30, "{out}");
    let page = json(&["--text", "发票"]);
    assert_eq!(page["found"], "several");
    let listed = page["candidates"].as_array().unwrap();
    assert!(listed.len() == 20 && page["total"].as_u64().unwrap() > 20, "{page}");
    assert!(listed.windows(2).all(|w| w[0]["sent_at"].as_str() >= w[1]["sent_at"].as_str()), "latest first");
}

#[test]
fn what_the_page_tells_of_ladders_promises_and_the_other_side() {
    let page = json(&["--buyer", "momo的小屋", "--prior", "云岚家居旗舰店:general=6"]);
    let ladder = page["ladders"].as_array().unwrap().iter().find(|l| l["ladder"] == "general").unwrap();
    assert_eq!((ladder["prior"].as_u64(), ladder["high"].as_u64()), (Some(6), Some(12)));
    assert_eq!(ladder["due_high"][0]["at"], 12);
    let page = json(&["--buyer", "橙汁不加冰"]);
    assert_eq!(page["promises"][0]["fate"], "broken");
    assert!(page["signs"][0]["title"].as_str().unwrap().contains("投诉"));
    let slow: Vec<i64> = page["sittings"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|s| s["lines"].as_array().unwrap())
        .filter_map(|l| l["slow_seconds"].as_i64())
        .collect();
    assert_eq!(slow, [407]);
    let page = json(&["--buyer", "tb_lanyue1O88"]);
    assert_eq!(page["alike"][0]["shared_orders"][0], "4901237745680231177");
}

#[test]
fn names_and_phones_are_masked_unless_revealed() {
    let folder = tempfile::tempdir().unwrap();
    let pages = |reveal: &[&str]| {
        let path = folder.path().join("p.zip");
        let args = ["--conversation", "S202603120040", "--pack", path.to_str().unwrap()];
        let (_, text, _) = investigate(&[&args[..], reveal].concat());
        let mut pages = unpacked(&path);
        pages.push(("text".to_owned(), text));
        pages
    };
    for (name, page) in pages(&[]) {
        assert!(!page.contains("13800001234") && !page.contains("糯米团子er"), "{name}: {page}");
    }
    let revealed = pages(&["--reveal"]);
    let talk =
        revealed.iter().filter(|(name, _)| name.starts_with("page") || name == "rows.csv" || name == "text");
    assert!(talk.clone().count() == 5);
    for (name, page) in talk {
        assert!(page.contains("13800001234") && page.contains("糯米团子er"), "{name}");
    }
}

/// The entries of a zip by name.
fn unpacked(path: &Path) -> Vec<(String, String)> {
    let mut zip = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
    (0..zip.len())
        .map(|i| {
            let mut entry = zip.by_index(i).unwrap();
            let mut text = String::new();
            entry.read_to_string(&mut text).unwrap();
            (entry.name().unwrap().into_owned(), text)
        })
        .collect()
}

#[test]
fn the_evidence_pack_holds_everything_and_is_the_same_every_time() {
    let folder = tempfile::tempdir().unwrap();
    let pack = |name: &str, threads: &str| {
        let path = folder.path().join(name);
        let zip = path.to_str().unwrap();
        investigate(&["--conversation", "S202603120040", "--pack", zip, "--threads", threads]);
        path
    };
    let (one, two) = (pack("a.zip", "1"), pack("b.zip", "2"));
    assert_eq!(fs::read(&one).unwrap(), fs::read(&two).unwrap());
    let entries = unpacked(&one);
    let names: Vec<&str> = entries.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        ["arithmetic.csv", "page.html", "page.json", "page.md", "rows.csv", "rules.md", "sources.csv"]
    );
    let entry = |name: &str| &entries.iter().find(|(n, _)| n == name).unwrap().1;
    assert_eq!(entry("rows.csv").lines().count(), 6);
    assert!(entry("rows.csv").contains("fixtures/logs/day.csv,216,tmall,禾木童鞋旗舰店,S202603120040,糯**"));
    let hash = sha256(DAY);
    assert!(entry("sources.csv").contains(&hash) && entry("page.html").contains(&hash));
    assert!(
        entry("rules.md").contains("buyer-info-disclosed")
            && entry("arithmetic.csv").contains("严重违规：从 0 分到 6 分")
    );
}

fn sha256(path: &str) -> String {
    use sha2::Digest as _;
    sha2::Sha256::digest(fs::read(path).unwrap()).iter().map(|b| format!("{b:02x}")).collect()
}

#[test]
fn one_finding_of_a_report_is_explained() {
    let (_, out, _) = run(&["audit", DAY, "--format", "ndjson", "--fail-on", "never"]);
    let finding: Value = out
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .find(|f| f["rule"] == "order-closed-without-consent" && f["conversation"] == "S202603120113")
        .unwrap();
    let id = finding["id"].as_str().unwrap();
    let (code, page, err) = run(&["explain", &id[..10], DAY, "--lang", "zh"]);
    assert_eq!((code, err.as_str()), (Some(1), ""));
    assert!(page.contains(finding["why"].as_str().unwrap().get(..30).unwrap()), "{page}");
    assert!(page.contains(&format!("#{id}")) && page.contains("我没让你取消啊"));
    let (code, _, err) = run(&["explain", "0000ffff", DAY, "--lang", "zh"]);
    assert!(code == Some(2) && err.contains("没有编号是 0000ffff"), "{err}");
}

#[test]
fn standard_input_and_json_are_searched_like_files() {
    let day = fs::read(DAY).unwrap();
    let piped = |input: Vec<u8>| {
        let mut command = Command::cargo_bin("kefu-audit").unwrap();
        let output = command
            .args(["investigate", "-", "--buyer", "柚子茶_", "--format", "json"])
            .write_stdin(input)
            .output()
            .unwrap();
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    assert_eq!(piped(day)["sittings"][0]["conversation"], "S202603120113");
    let from_json =
        run(&["investigate", "fixtures/logs/day.json", "--buyer", "柚子茶_", "--format", "json"]).1;
    let from_json: Value = serde_json::from_str(&from_json).unwrap();
    assert_eq!(from_json["outcome"], "at-fault");
    // The same with every character escaped, as many exports write it.
    let rows = [("买家甲", "buyer", "能开发票吗"), ("买家甲", "agent", "我们不开发票的")];
    let escape = |text: &str| text.encode_utf16().map(|u| format!("\\u{u:04X}")).collect::<String>();
    let lines: Vec<String> = rows
        .iter()
        .zip(10..)
        .map(|((buyer, sender, text), minute)| {
            let (buyer, text) = (escape(buyer), escape(text));
            format!(
                r#"{{"platform":"tmall","shop":"s","buyer":"{buyer}","sender":"{sender}","sent_at":"2026-03-12 10:{minute}:00","content":"{text}"}}"#
            )
        })
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("escaped.jsonl");
    fs::write(&path, lines.join("\n")).unwrap();
    for way in [["--buyer", "买家甲"], ["--text", "發票"]] {
        let (_, out, err) = run(&[
            "investigate",
            path.to_str().unwrap(),
            way[0],
            way[1],
            "--format",
            "json",
            "--fail-on",
            "never",
        ]);
        let page: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{way:?} {out}{err}"));
        assert_eq!(page["sittings"][0]["lines"].as_array().unwrap().len(), 2, "{way:?}");
    }
}
