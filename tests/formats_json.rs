//! JSON layouts as they are understood: each fixture of `fixtures/formats/json` with its messages, and what is said where
//! one goes wrong.

#![expect(clippy::unwrap_used, reason = "helpers of tests may stop at the first surprise")]

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use assert_cmd::Command;
use kefu_audit::ingest::formats::by_id;
use kefu_audit::ingest::{Column, Export, Input, Key, Options, Store, Wanted, read};
use kefu_audit::model::{Platform, Role};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/formats/json")
}

fn read_text(text: &str, options: &Options) -> Store {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    std::fs::write(&path, text).unwrap();
    read(&[Input::Path(path)], options, &())
}

/// Everything that was understood.
fn told(store: &Store) -> String {
    let mut conversations = Vec::new();
    for i in 0..store.partitions() {
        for c in store.load(i).unwrap().conversations() {
            let platform = c.platform.map_or("-", Platform::id);
            let mut text = format!("{platform} | shop {} | id {} | buyer {}\n", c.shop, c.id, c.buyer);
            for m in &c.messages {
                let recalled = if m.recalled { " recalled" } else { "" };
                let order =
                    if m.order_id.is_empty() { String::new() } else { format!(" order {}", m.order_id) };
                let (role, kind, at) = (m.role, m.kind, m.at.unwrap());
                writeln!(
                    text,
                    "  :{} {at} {role:?} {kind:?}{recalled} <{}>{order} {}",
                    m.line, m.agent, m.text
                )
                .unwrap();
            }
            conversations.push((c.messages.first().map(|m| m.at), text));
        }
    }
    conversations.sort();
    let mut all = String::new();
    for r in store.recognised() {
        writeln!(all, "{}: {} / {}", r.format.id, r.why.zh, r.why.en).unwrap();
    }
    let counts = store.counts();
    writeln!(all, "{} rows, {} rejected", counts.rows, counts.rejected).unwrap();
    all.extend(conversations.into_iter().map(|(_, text)| text));
    for p in store.problems() {
        writeln!(all, "! {} :{} {} x{}: {}", p.code, p.place.line, p.place.column, p.count, p.what.zh)
            .unwrap();
    }
    all
}

#[test]
fn every_layout_is_recognised_and_understood() {
    let mut names: Vec<String> = std::fs::read_dir(fixtures())
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    for name in names {
        let store = read(&[Input::Path(fixtures().join(&name))], &Options::default(), &());
        let (stem, _) = name.split_once('.').unwrap();
        let [recognised] = store.recognised() else { panic!("{name}: {:?}", store.problems()) };
        let expected = if stem == "pdd-history" { "pdd-chat" } else { stem };
        assert_eq!(recognised.format.id, expected, "{name}");
        insta::with_settings!({ omit_expression => true }, {
            insta::assert_snapshot!(stem, told(&store));
        });
    }
}

/// The same interfaces answer in XML where nobody asked for JSON.
#[test]
fn replies_in_xml_are_read_like_those_in_json() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/formats/xml");
    for stem in ["openim-api", "wangwang-api"] {
        let store = read(&[Input::Path(folder.join(format!("{stem}.xml")))], &Options::default(), &());
        insta::with_settings!({ omit_expression => true }, {
            insta::assert_snapshot!(format!("{stem}-xml"), told(&store));
        });
    }
    let whole = std::fs::read_to_string(folder.join("wangwang-api.xml")).unwrap();
    let expected = told(&read_text(&whole, &Options::default()));
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("gbk");
    std::fs::write(&path, encoding_rs::GB18030.encode(&whole).0).unwrap();
    assert_eq!(told(&read(&[Input::Path(path)], &Options::default(), &())), expected);
    let cut = whole.split_once("</content>").unwrap().0;
    let store = read_text(cut, &Options::default());
    assert!(codes(&store).contains(&("xml-invalid", 9)), "{:?}", codes(&store));
    let error = "<error_response><code>27</code><sub_msg>会话过期</sub_msg></error_response>";
    let store = read_text(error, &Options::default());
    assert_eq!(codes(&store).first().map(|(code, _)| *code), Some("reply-without-messages"));
}

fn codes(store: &Store) -> Vec<(&str, u64)> {
    store.problems().iter().map(|p| (p.code, p.place.line)).collect()
}

fn fixture(name: &str) -> String {
    std::fs::read_to_string(fixtures().join(name)).unwrap()
}

#[test]
fn layouts_are_told_by_content_and_two_that_fit_are_refused_with_both_names() {
    let leyan = fixture("leyan.jsonl");
    let push = fixture("pdd-chat.jsonl");
    let mixed = format!("{}\n{}\n", leyan.lines().next().unwrap(), push.lines().nth(1).unwrap());
    let store = read_text(&mixed, &Options::default());
    let [problem] = store.problems() else { panic!("{:?}", store.problems()) };
    assert_eq!((problem.code, store.counts().files), ("format-ambiguous", 0));
    for word in ["leyan", "pdd-chat", "--input-format"] {
        let told = format!("{} {}", problem.what.zh, problem.next.zh);
        assert!(told.contains(word), "{word}: {told}");
    }
    // Forced, the lines of the other layout are counted as lost.
    let options = Options { input_format: by_id("leyan"), ..Options::default() };
    let store = read_text(&mixed, &options);
    assert_eq!(codes(&store), [("platform-guessed", 1), ("json-no-message", 2)]);
    assert_eq!((store.counts().rows, store.counts().rejected), (2, 1));
}

#[test]
fn keys_that_others_have_too_do_not_make_a_layout() {
    let text = r#"[{"direction":"in","time":"2026-03-02 10:00:00","content":"在吗"}]"#;
    let store = read_text(text, &Options::default());
    assert_eq!(store.recognised().iter().map(|r| r.format.id).collect::<Vec<_>>(), ["json"]);
    let store = read_text(&text.replace("\"in\"", "\"1\""), &Options::default());
    assert_eq!(store.recognised().iter().map(|r| r.format.id).collect::<Vec<_>>(), ["wangwang-api"]);
}

#[test]
fn a_layout_is_found_however_it_is_wrapped_and_written() {
    let array = fixture("jd-pop-api.json");
    let expected = told(&read_text(&array, &Options::default()));
    let one_line: String = array.lines().map(str::trim).collect();
    let wrapped = format!("{{\"pages\":[[{array}]],\"note\":{{\"x\":[1,\"}}\"]}}}}");
    for text in [&one_line, &wrapped, &format!("\u{feff}{array}")] {
        let store = read_text(text, &Options::default());
        let lines = |told: &str| -> Vec<String> {
            told.lines()
                .map(|l| l.trim_start_matches([' ', ':']).trim_start_matches(char::is_numeric).to_owned())
                .collect()
        };
        assert_eq!(lines(&told(&store)), lines(&expected), "{text}");
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("gbk");
    std::fs::write(&path, encoding_rs::GB18030.encode(&array).0).unwrap();
    assert_eq!(told(&read(&[Input::Path(path)], &Options::default(), &())), expected);
}

#[test]
fn a_large_log_gives_the_same_for_any_number_of_threads_and_keeps_the_order_of_one_second() {
    // Newest first, several messages a second, more than one piece of input.
    let n = 9_000;
    let line = |i: usize| {
        let at = 1_747_280_000 + i / 3;
        let (role, other) = if i.is_multiple_of(2) { ("user", "mall_cs") } else { ("mall_cs", "user") };
        format!(
            r#"{{"response":"push","message":{{"content":"第{i}句","from":{{"role":"{role}","uid":"u"}},"to":{{"role":"{other}","uid":"u"}},"msg_id":"{i}","ts":"{at}","type":0}}}}"#
        )
    };
    let text = (0..n).rev().map(line).collect::<Vec<_>>().join("\n");
    assert!(text.len() > 1 << 20);
    let mut seen = Vec::new();
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let store =
            pool.install(|| read_text(&text, &Options { gap_seconds: 1 << 40, ..Options::default() }));
        assert_eq!((store.counts().rows, codes(&store).len()), (n as u64, 0));
        let mut words = Vec::new();
        for i in 0..store.partitions() {
            for c in store.load(i).unwrap().conversations() {
                words.extend(c.messages.iter().map(|m| m.text.to_owned()));
            }
        }
        assert_eq!(words, (0..n).map(|i| format!("第{i}句")).collect::<Vec<_>>(), "{threads} threads");
        seen.push(told(&store));
    }
    assert_eq!(seen[0], seen[1]);
}

#[test]
fn replies_without_messages_say_what_they_are() {
    for (text, word) in [
        (r#"{"error_response":{"code":27,"msg":"Invalid session","sub_msg":"会话过期"}}"#, "会话过期"),
        (r#"{"errcode":40014,"errmsg":"invalid access_token"}"#, "企业微信"),
        (r#"{"status":0,"item":[{"session_id":1,"sub_session_id":1,"agent_nick_name":"小满"}]}"#, "Udesk"),
        (r#"{"wangwang_eservice_chatlog_get_response":{"ret":40000}}"#, "40000"),
    ] {
        let store = read_text(text, &Options::default());
        let [problem] = store.problems() else { panic!("{text}: {:?}", store.problems()) };
        assert_eq!(problem.code, "reply-without-messages", "{text}");
        assert!(problem.what.zh.contains(word), "{}", problem.what.zh);
    }
}

#[test]
fn hostile_json_is_data() {
    let deep = format!("{}{}{}", "[{\"a\":".repeat(3000), "1", "}]".repeat(3000));
    let message = fixture("leyan.jsonl").lines().next().unwrap().to_owned();
    let store = read_text(&format!("{message}\n{deep}\n{message}\n"), &Options::default());
    assert_eq!((store.counts().rows, store.counts().rejected), (3, 1));
    let body = r#"{\"format\":\"TEXT\",\"content\":"#.repeat(500);
    let text = format!("{message}\n{}", message.replace("{\\\"format\\\":\\\"TEXT\\\",", &body));
    assert_eq!(read_text(&text, &Options::default()).counts().rows, 2);
}

#[test]
fn a_column_that_the_user_names_goes_before_the_layout_and_may_be_a_path() {
    let columns = |pairs: &[(&str, &str)]| Options {
        columns: pairs.iter().map(|(c, name)| (Column::parse(c).unwrap(), (*name).to_owned())).collect(),
        ..Options::default()
    };
    let text = fixture("leyan.jsonl");
    let all = told(&read_text(&text, &columns(&[("buyer", "buyer_nick"), ("order_id", "message_id")])));
    assert!(all.contains("buyer t***7") && all.contains("order m1 什么时候发货"), "{all}");
    let own = r#"{"who":{"kind":"buyer"},"when":"2026-03-02 10:00:00","what":{"words":"在吗"}}"#;
    let options = columns(&[("sender", "who.kind"), ("sent_at", "when"), ("content", "what.words")]);
    let all = told(&read_text(own, &options));
    assert!(all.contains("Buyer Text <> 在吗"), "{all}");
    // The same in the user's own description of such exports, here with the conversation's fields around.
    let export = Export {
        name: "自家".to_owned(),
        columns: options.columns,
        platform: Some(Platform::Jd),
        shop: Some("川行户外".to_owned()),
        words: vec![("客".to_owned(), Role::Buyer)],
    };
    let options = Options { exports: vec![Arc::new(export)], ..columns(&[("buyer", "client.name")]) };
    let own = own.replace("\"kind\":\"buyer\"", "\"kind\":\"客\"");
    let all = told(&read_text(&format!(r#"{{"client":{{"name":"b7"}},"messages":[{own}]}}"#), &options));
    assert!(all.contains("jd | shop 川行户外") && all.contains("Buyer Text <> 在吗"), "{all}");
    assert!(all.contains("buyer b7"), "{all}");
}

#[test]
fn lists_that_begin_with_what_was_said_last_are_put_in_order() {
    let list = |turn: bool| {
        let mut messages = [
            r#"{"sender":"buyer","sent_at":"2026-03-02 10:00:00","content":"一"}"#,
            r#"{"sender":"agent","sent_at":"2026-03-02 10:00:00","content":"二"}"#,
            r#"{"sender":"agent","sent_at":"2026-03-02 10:00:01","content":"三"}"#,
        ];
        if turn {
            messages.reverse();
        }
        format!("[{}]", messages.join(",\n"))
    };
    let words = |text: &str| -> Vec<String> {
        let store = read_text(text, &Options::default());
        let told = told(&store);
        told.lines().filter(|l| l.starts_with("  :")).map(|l| l.chars().last().unwrap().to_string()).collect()
    };
    assert_eq!(words(&list(false)), ["一", "二", "三"]);
    assert_eq!(words(&list(true)), ["一", "二", "三"]);
    // The later conversation comes first, but each is told from its beginning.
    let of = |id: &str, at: &str| {
        let line = |who: &str, what: &str| {
            format!(r#"{{"sender":"{who}","sent_at":"2026-03-02 {at}","content":"{what}"}}"#)
        };
        format!(r#"{{"session_id":"{id}","messages":[{},{}]}}"#, line("buyer", "问"), line("agent", "答"))
    };
    let text = format!("[{},{},{}]", of("c", "12:00:00"), of("b", "11:00:00"), of("a", "10:00:00"));
    assert_eq!(words(&text).join(""), "问答问答问答");
}

#[test]
fn a_file_that_breaks_off_keeps_what_was_whole_and_says_where() {
    let text = fixture("leyan.jsonl");
    let lines: Vec<&str> = text.lines().take(3).collect();
    let cut = lines.join("\n");
    let cut = cut.get(..cut.len() - 40).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log.jsonl");
    std::fs::write(&path, cut).unwrap();
    let out = Command::cargo_bin("kefu-audit").unwrap().arg("audit").arg(&path).output().unwrap();
    assert_eq!(out.status.code(), Some(2));
    let said = String::from_utf8(out.stderr).unwrap() + &String::from_utf8(out.stdout).unwrap();
    assert!(said.contains("json-invalid") && said.contains("log.jsonl:3"), "{said}");
    // One object that holds everything is lost as a whole, and that is said too.
    let pop = fixture("jd-pop-api.json");
    std::fs::write(&path, pop.get(..pop.len() / 2).unwrap_or_default()).unwrap();
    let out = Command::cargo_bin("kefu-audit").unwrap().arg("audit").arg(&path).output().unwrap();
    let said = String::from_utf8(out.stderr).unwrap() + &String::from_utf8(out.stdout).unwrap();
    assert_eq!(out.status.code(), Some(2));
    assert!(said.contains("json-invalid"), "{said}");
}

#[test]
fn unknown_json_is_told_by_its_paths_and_what_their_values_speak_for() {
    let line = |who: &str, at: u32, words: &str| {
        format!(
            r#"{{"n":{at},"who":{{"kind":"{who}"}},"when":"2026-03-02 10:00:{at}","what":"{{\"words\":\"{words}\"}}"}}"#
        )
    };
    let text = [
        line("buyer", 10, "这个什么时候能发货呀"),
        line("agent", 20, "亲，今天下午就发出"),
        line("buyer", 30, "好的，那我等着收货"),
        line("agent", 40, "收到有问题随时找我"),
    ]
    .join("\n");
    let store = read_text(&text, &Options { survey: true, ..Options::default() });
    assert_eq!(store.counts().rejected, 4);
    let told: Vec<(&str, &str)> = store
        .problems()
        .iter()
        .map(|p| (p.place.column.as_str(), p.next.zh.rsplit(' ').next().unwrap()))
        .collect();
    assert_eq!(
        told,
        [("content", "content=what.words"), ("sender", "sender=who.kind"), ("sent_at", "sent_at=when")]
    );
    for problem in store.problems() {
        assert!(problem.what.zh.contains("n, who.kind, when, what.words"), "{}", problem.what.zh);
    }
}

#[test]
fn a_buyer_whom_the_reply_does_not_name_is_found_by_the_name_that_was_made_for_him() {
    let text = fixture("wangwang-api.json");
    let only = |name: &str| Options {
        only: Some(Arc::new(Wanted::new(vec![Key::Buyer(name.to_owned())], false))),
        ..Options::default()
    };
    for (name, rows) in [("#6e069ad3", 2), ("tb07**31", 4), ("#00000000", 0)] {
        let store = read_text(&text, &only(name));
        let all = told(&store);
        assert_eq!(all.lines().filter(|line| line.starts_with("  :")).count(), rows, "{name}: {all}");
    }
}
