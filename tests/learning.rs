//! Rules that learn, at the surface: a reviewed mistake does not come back, a drafted rule loads and finds what nobody
//! pasted, and a user's own rule learns from the user's examples.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

const HEADER: &str = "platform,shop,session_id,buyer,agent,sender,sent_at,type,content,order_id\n";

/// Writes a log of conversations, each a list of `买` and `客` lines.
fn log(folder: &Path, name: &str, talks: &[&[&str]]) -> String {
    let mut text = HEADER.to_owned();
    for (n, talk) in talks.iter().enumerate() {
        for (minute, line) in talk.iter().enumerate() {
            let (who, words) = line.split_once('：').unwrap();
            let sender = if who == "买" { "buyer" } else { "agent" };
            text.push_str(&format!(
                "tmall,一号店,s{n},buyer{n},小李,{sender},2026-03-0{} 10:{minute:02}:00,text,{words},\n",
                n + 1
            ));
        }
    }
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path.display().to_string()
}

fn run(folder: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::cargo_bin("kefu-audit")
        .unwrap()
        .args(args)
        .env("XDG_CACHE_HOME", folder.join("cache"))
        .env("LC_ALL", "zh_CN.UTF-8")
        .current_dir(folder)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// Conversation, rule and id of every finding.
fn findings(folder: &Path, args: &[&str]) -> Vec<(String, String, String)> {
    let mut all = vec!["audit", "--format", "json", "--fail-on", "never"];
    all.extend(args);
    let (code, out, err) = run(folder, &all);
    assert_eq!(code, Some(0), "{err}");
    let report: Value = serde_json::from_str(&out).unwrap();
    let text = |v: &Value| v.as_str().unwrap().to_owned();
    let list = report["findings"].as_array().unwrap();
    list.iter().map(|f| (text(&f["conversation"]), text(&f["rule"]), text(&f["id"]))).collect()
}

#[test]
fn a_reviewed_mistake_does_not_come_back_and_nothing_else_changes() {
    let dir = TempDir::new().unwrap();
    let folder = dir.path();
    let logs = log(
        folder,
        "log.csv",
        &[
            &[
                "买：在吗",
                "客：在的",
                "买：可以开发票吗，我电话13812345678",
                "客：我们家不开发票的亲",
                "买：哦",
                "客：加我微信 kefu_ab12 吧",
            ],
            &["买：你们能开发票吗", "客：小店开不了发票哦"],
            // Another buyer, the same words.
            &["买：可以开发票吗，我电话13987654321", "客：我们家不开发票的，亲~"],
        ],
    );
    let before = findings(folder, &[&logs]);
    let refusal = |f: &&(String, String, String)| f.0 == "s0" && f.1 == "invoice-refusal";
    let id = &before.iter().find(refusal).expect("a plain refusal is found").2;
    let learn = |verdict: &str| {
        let args =
            ["rules", "learn", id, "--verdict", verdict, "--note", "店长看过", "--to", "mine.txt", &logs];
        let (code, out, err) = run(folder, &args);
        assert_eq!(code, Some(0), "{out}{err}");
        fs::read_to_string(folder.join("mine.txt")).unwrap()
    };
    let kept = learn("wrong");
    assert!(kept.contains("# invoice-refusal\n- 平台：tmall | "), "{kept}");
    assert!(kept.contains("# note: 店长看过") && !kept.contains("13812345678"), "{kept}");
    let after = findings(folder, &["--rules", "mine.txt", &logs]);
    let expected: Vec<_> =
        before.iter().filter(|f| f.1 != "invoice-refusal" || f.0 == "s1").cloned().collect();
    assert_eq!(after, expected, "the two with the same words are gone, all others stay");
    assert_eq!(learn("wrong"), kept, "the same verdict again changes nothing");
    assert!(learn("right").contains("\n+ 平台：tmall | "), "the verdict is turned round, not added");
    assert_eq!(findings(folder, &["--rules", "mine.txt", &logs]), before);
    let (code, _, err) = run(folder, &["rules", "learn", "0000000000000000", "--verdict", "wrong", &logs]);
    assert_eq!(code, Some(2));
    assert!(err.contains("0000000000000000"), "{err}");
}

/// A small pack with everyday talk, so that the user's rule is taught in a moment.
fn small_pack(folder: &Path) {
    fs::create_dir_all(folder.join("pack/rules/examples")).unwrap();
    fs::write(
        folder.join("pack/rules.toml"),
        "[pack]\nname = \"small\"\nversion = \"1\"\ndate = \"2026-01-01\"\n",
    )
    .unwrap();
    let everyday = [
        "在的亲",
        "这款有现货哦",
        "尺码按平时拿就行",
        "下午四点前拍下当天发",
        "好的呢，不客气",
        "纯棉的，机洗没问题",
    ];
    let questions = ["在吗", "有货没", "穿多大", "啥时候发", "谢谢", "能机洗不"];
    let mut text = "# ordinary\n".to_owned();
    for (question, answer) in questions.iter().zip(everyday) {
        text.push_str(&format!("- 买：{question} | 客：{answer}\n"));
    }
    fs::write(folder.join("pack/rules/examples/everyday.txt"), text).unwrap();
}

const HITS: [&str; 10] = [
    "这个旁边直播间更便宜，您去直播间拍",
    "去我们直播间下单，能少二十",
    "直播间里有大额券，来直播间买",
    "晚上主播开播，您到直播间拍更划算",
    "店里不划算，直播间拍送赠品",
    "关注主播，去直播间领券再拍",
    "您还是去直播间那边下单吧",
    "今晚直播间半价，建议去那拍",
    "我给您直播间链接，那边拍便宜",
    "在直播间买的送运费险，店里没有",
];
const OKS: [&str; 10] = [
    "直播间我们没有开哦",
    "您上次在直播间买的已经发了",
    "店里和直播间价格一样的",
    "直播间的赠品也从这个仓发",
    "主播说的尺码偏大一点",
    "直播回放在首页能看",
    "店里拍就行，价格最低",
    "这个就能领券，您拍吧",
    "晚上八点前拍当天发",
    "下单送运费险的",
];

/// Writes these hits of a rule, and [`OKS`], as its examples.
fn write_examples(path: &Path, rule: &str, hits: &[&str]) {
    let lines =
        |sign: char, list: &[&str]| list.iter().map(|l| format!("{sign} 客：{l}\n")).collect::<String>();
    fs::write(path, format!("# {rule}\n{}{}", lines('+', hits), lines('-', &OKS))).unwrap();
}

#[test]
fn a_drafted_rule_loads_and_a_model_finds_more() {
    let dir = TempDir::new().unwrap();
    let folder = dir.path();
    small_pack(folder);
    fs::write(folder.join("hit.txt"), HITS.join("\n")).unwrap();
    fs::write(folder.join("ok.txt"), OKS.join("\n")).unwrap();
    let draft = ["rules", "draft", "--hit", "hit.txt", "--ok", "ok.txt", "--id", "to-live", "--pack", "pack"];
    let (code, out, err) = run(folder, &[&draft[..], &["--output", "live.toml"]].concat());
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(err.contains("该报的抓到 10/10，不该报的误报 0"), "{err}");
    let (code, out, err) = run(folder, &["rules", "test", "--pack", "pack", "--rules", "live.toml"]);
    assert_eq!(code, Some(0), "{out}{err}");
    let logs = log(
        folder,
        "log.csv",
        &[&["买：能便宜点吗", "客：亲，去直播间拍更划算呢"], &["买：在吗", "客：在的亲，这款有现货"]],
    );
    let args = ["--pack", "pack", "--rules", "live.toml", &logs];
    let found = findings(folder, &args);
    assert_eq!(found.iter().map(|f| (f.0.as_str(), f.1.as_str())).collect::<Vec<_>>(), [("s0", "to-live")]);
    // The model was kept, and is used again; a folder that cannot be written is no hindrance.
    let kept: Vec<_> = fs::read_dir(folder.join("cache/kefu-audit")).unwrap().collect();
    assert_eq!(kept.len(), 1);
    assert_eq!(findings(folder, &args), found);
    fs::remove_dir_all(folder.join("cache")).unwrap();
    fs::write(folder.join("cache"), "not a folder").unwrap();
    assert_eq!(findings(folder, &args), found);
}

#[test]
fn a_rule_of_the_users_may_rest_on_examples_alone() {
    let dir = TempDir::new().unwrap();
    let folder = dir.path();
    small_pack(folder);
    let rule = "[[rule]]\nid = \"to-live\"\ntitle = \"引去直播间\"\nlevel = \"warning\"\ntaught = true\nhit = [\"客：去直播间拍便宜二十\"]\nok = [\"客：店里拍就行\"]\n";
    fs::write(folder.join("live.toml"), rule).unwrap();
    write_examples(&folder.join("live.examples.txt"), "to-live", &HITS);
    let logs = log(
        folder,
        "log.csv",
        &[&["买：能便宜点吗", "客：您去直播间拍吧，那边送赠品"], &["买：在吗", "客：在的亲，这款有现货"]],
    );
    let found = findings(folder, &["--pack", "pack", "--rules", "live.toml", &logs]);
    assert_eq!(found.iter().map(|f| (f.0.as_str(), f.1.as_str())).collect::<Vec<_>>(), [("s0", "to-live")]);
    let untaught = rule.replace("taught = true\n", "phrases = [\"直播间拍便宜\"]\n");
    fs::write(folder.join("live.toml"), untaught).unwrap();
    assert_eq!(
        findings(folder, &["--pack", "pack", "--rules", "live.toml", &logs]),
        [],
        "not taught unless told to"
    );
}

/// Ten lines that share hardly a word: nothing proves that the model would know an eleventh, but those ten it knows.
#[test]
fn what_was_pasted_is_recognised_however_varied() {
    let dir = TempDir::new().unwrap();
    let folder = dir.path();
    small_pack(folder);
    let hits = [
        "再不下单这个价可就没啦",
        "明早恢复原价，今晚不付白等",
        "库里剩两件，犹豫一下别家拿走",
        "券过十二点作废，赶紧",
        "人家都付款，您琢磨啥",
        "卖完不补，要的话抓牢",
        "现在拍我替您占着，晚些保证不来",
        "错过得等大促",
        "早买早享受，拖一天贵一天",
        "甭考虑，直接冲",
    ];
    let rule = "[[rule]]\nid = \"push\"\ntitle = \"催单\"\nlevel = \"warning\"\ntaught = true\nhit = [\"客：趁早拍，手慢无\"]\nok = [\"客：您慢慢想\"]\n";
    fs::write(folder.join("push.toml"), rule).unwrap();
    write_examples(&folder.join("push.examples.txt"), "push", &hits);
    let (code, out, err) = run(folder, &["rules", "test", "--pack", "pack", "--rules", "push.toml"]);
    assert_eq!(code, Some(0), "{out}{err}");
    // Without the reviewed lines, so that it is the model that knows them.
    let said: Vec<String> = hits.iter().take(8).map(|hit| format!("客：亲亲，{hit}哈")).collect();
    let talks: Vec<[&str; 2]> = said.iter().map(|hit| ["买：再看看", hit.as_str()]).collect();
    let talks: Vec<&[&str]> =
        talks.iter().map(|talk| &talk[..]).chain([&["买：在吗", "客：在的亲"][..]]).collect();
    let logs = log(folder, "log.csv", &talks);
    let found = findings(folder, &["--pack", "pack", "--rules", "push.toml", &logs]);
    assert!(found.len() >= 7 && found.iter().all(|f| f.0 != "s8"), "{found:?}");
}
