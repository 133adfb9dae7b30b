//! Every format's fixture as it is understood, and what is said where a format goes wrong.

#![expect(clippy::unwrap_used, reason = "helpers of tests may stop at the first surprise")]

use std::path::Path;

use kefu_audit::ingest::formats::by_id;
use kefu_audit::ingest::{Input, Options, Store, read};

/// Reads one of the fixtures.
fn fixture(name: &str) -> Store {
    fixture_with(name, &Options::default())
}

fn fixture_with(name: &str, options: &Options) -> Store {
    read(&[Input::Path(Path::new("fixtures/formats").join(name))], options, &())
}

/// Reads a text as it stands.
fn text(bytes: &[u8], options: &Options) -> Store {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    std::fs::write(&path, bytes).unwrap();
    read(&[Input::Path(path)], options, &())
}

fn codes(store: &Store) -> Vec<(&str, u64, u64)> {
    store.problems().iter().map(|p| (p.code, p.place.line, p.count)).collect()
}

fn messages(store: &Store) -> usize {
    let partitions = (0..store.partitions()).map(|i| store.load(i).unwrap());
    partitions.map(|p| p.conversations().iter().map(|c| c.messages.len()).sum::<usize>()).sum()
}

/// Everything that was understood: format, conversations with their messages, counts and problems.
fn told(store: &Store) -> String {
    let mut text = String::new();
    for r in store.recognised() {
        text += &format!("{} | {} | {}\n", r.format.id, r.encoding, r.why.zh);
    }
    let mut all = Vec::new();
    for i in 0..store.partitions() {
        for c in store.load(i).unwrap().conversations() {
            let platform = c.platform.map_or("-", |p| p.id());
            let mut told = format!("\n{platform} | {} | {} | {}\n", c.shop, c.buyer, c.id);
            for m in &c.messages {
                let at = m.at.map_or_else(|| "-".to_owned(), |at| at.to_string());
                let recalled = if m.recalled { " recalled" } else { "" };
                let (role, kind) = (format!("{:?}", m.role), format!("{:?}", m.kind));
                told += &format!("{:4} {at} {role}/{kind}{recalled} <{}> {:?}\n", m.line, m.agent, m.text);
            }
            all.push(told);
        }
    }
    all.sort();
    text += &all.concat();
    let counts = store.counts();
    text += &format!("\n{} rows, {} rejected\n", counts.rows, counts.rejected);
    for p in store.problems() {
        text += &format!(
            "{:?} {} x{} {}:{} {}\n",
            p.severity, p.code, p.count, p.place.line, p.place.column, p.what.zh
        );
    }
    text
}

#[test]
fn text_layouts() {
    for name in [
        "wangwang-1.txt",
        "wangwang-2.txt",
        "qianniu-copied.txt",
        "qianniu-copied-2.txt",
        "qianniu-web.txt",
        "jingmai.log",
        "nick-text.txt",
        "bot-log.txt",
    ] {
        insta::assert_snapshot!(name.replace('.', "_"), told(&fixture(name)));
    }
}

/// Texts that read equally well in two layouts.
const AMBIGUOUS: [(&str, [&str; 2]); 2] = [
    ("小明 2025-09-18 09:05:03\n在吗\n小红 2025-09-18 09:05:20\n在的\n", ["qianniu-copied", "jingmai"]),
    ("20:57:11\n在吗\n某某店:小美\n20:58:11\n在的\n某某店:小美\n", ["qianniu-copied", "qianniu-web"]),
];

#[test]
fn what_fits_two_formats_is_refused_until_one_is_named() {
    for (content, both) in AMBIGUOUS {
        let store = text(content.as_bytes(), &Options::default());
        assert_eq!(codes(&store), [("format-ambiguous", 0, 1)], "{content}");
        let problem = store.problems().first().unwrap();
        for id in both {
            assert!(problem.what.zh.contains(id) && problem.what.en.contains(id), "{}", problem.what.zh);
        }
        assert!(problem.next.zh.contains("--input-format qianniu-copied"), "{}", problem.next.zh);
        assert_eq!(messages(&store), 0);
    }
    let named = Options { input_format: by_id("jingmai"), ..Options::default() };
    let store = text(AMBIGUOUS[0].0.as_bytes(), &named);
    assert_eq!(messages(&store), 2);
    assert_eq!(codes(&store), [("staff-guessed", 1, 1)], "that 小红 is staff is a guess and told as one");
}

/// The texts of all messages, in order.
fn texts(store: &Store) -> Vec<String> {
    let mut all = Vec::new();
    for i in 0..store.partitions() {
        for c in store.load(i).unwrap().conversations() {
            all.extend(c.messages.iter().map(|m| m.text.to_owned()));
        }
    }
    all
}

#[test]
fn traditional_characters_in_big5_read_like_any_other() {
    let log = "sender,sent_at,content\n買家,2025-01-01 10:00:00,請問這個杯子還有貨嗎\n客服,2025-01-01 10:00:30,親，現貨，今天下單今天就出貨喔\n"
        .replace("買家", "buyer")
        .replace("客服", "agent");
    let store = text(&encoding_rs::BIG5.encode(&log).0, &Options::default());
    assert_eq!(store.recognised().first().unwrap().encoding, "Big5");
    assert_eq!(texts(&store), ["請問這個杯子還有貨嗎", "親，現貨，今天下單今天就出貨喔"]);
}

#[test]
fn the_encoding_is_judged_by_more_than_the_first_characters() {
    // The first word beyond ASCII, far into the file, is one whose GBK bytes are UTF-8 too.
    let mut log = "sender,sent_at,content\n".to_owned();
    let plain = "buyer,2025-01-01 10:00:00,hello again and again and again\n".repeat(5_000);
    log += &plain;
    log += "buyer,2025-01-01 11:00:00,联通\n";
    log += &plain;
    log += &"agent,2025-01-01 12:00:00,开不了发票的哦\n".repeat(40);
    let store = text(&encoding_rs::GB18030.encode(&log).0, &Options::default());
    assert_eq!((store.counts().rows, store.counts().rejected), (10_041, 0));
    let texts = texts(&store);
    assert!(texts.iter().any(|t| t == "联通"));
    assert_eq!(texts.iter().filter(|t| *t == "开不了发票的哦").count(), 40);
}

#[test]
fn stray_zero_bytes_blanks_and_line_ends_do_no_harm() {
    let log = "/*****以下为一通会话*****/\t\r\na****bc\u{a0}2026-10-07 10:00:00\u{a0}\t\r\n能开\0发票吗\u{a0}\r\n\u{a0}\r\n某某自营-小李 2026-10-07 10:00:21\r\n可以\r\n";
    let padding = "好".repeat(200);
    let store = text(format!("{log}{padding}\r\n").as_bytes(), &Options::default());
    let texts = texts(&store);
    assert_eq!(texts, ["能开\0发票吗".to_owned(), format!("可以\n{padding}")]);
    assert_eq!(codes(&store), []);
}

#[test]
fn a_long_text_log_is_the_same_in_pieces() {
    // More than a piece of talks, a day line between them; and one talk that is longer than a piece may be.
    let mut log = "某某旗舰店:小美\n即时消息\n".to_owned();
    for i in 0..12_000 {
        log += &format!(
            "2025-09-18\n2025-09-18 10:12:13 tb{i}: 在吗\n2025-09-18 10:12:40 某某旗舰店:小美: 在的亲 第{i}位\n"
        );
    }
    let store = text(log.as_bytes(), &Options::default());
    assert_eq!((messages(&store), store.counts().rejected), (24_000, 0));
    assert_eq!(codes(&store).iter().filter(|(code, ..)| *code != "platform-guessed").count(), 0);
    let mut long = "/*****以下为一通会话*****/\n".to_owned();
    let filler = "说得很长".repeat(75);
    for i in 0..20_000 {
        let name = if i % 2 == 0 { "a****bc" } else { "某某自营-小李" };
        long += &format!("{name} 2026-10-07 10:{:02}:{:02}\n第{i}句话，{filler}\n", i / 60 % 60, i % 60);
    }
    assert!(long.len() > 16 << 20);
    let store = text(long.as_bytes(), &Options::default());
    assert_eq!((messages(&store), store.counts().rejected), (20_000, 0));
    let endless =
        format!("/*****以下为一通会话*****/\na****bc 2026-10-07 10:00:00\n{}\n", "啊".repeat(6 << 20));
    let store = text(endless.as_bytes(), &Options::default());
    assert!(codes(&store).iter().any(|(code, ..)| *code == "record-too-long"), "{:?}", codes(&store));
}

#[test]
fn a_file_joined_from_two_encodings_is_read_whole() {
    let header = "sender,sent_at,content\n";
    let rows = |word: &str| format!("buyer,2025-01-01 10:00:00,{word}在吗亲\n").repeat(5);
    let gbk = |text: &str| encoding_rs::GB18030.encode(text).0.into_owned();
    let first = format!("{header}{}", rows("甲").repeat(3));
    for bytes in
        [[first.as_bytes(), &gbk(&rows("乙"))].concat(), [&gbk(&first), rows("乙").as_bytes()].concat()]
    {
        let store = text(&bytes, &Options::default());
        assert_eq!((store.counts().rows, store.counts().rejected), (20, 0));
        assert_eq!(texts(&store).iter().filter(|t| *t == "乙在吗亲").count(), 5);
        assert_eq!(codes(&store), [("key-missing", 1, 1), ("encoding-mixed", 17, 5)]);
    }
}

#[test]
fn the_command_line_names_both_formats_and_takes_one() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("聊天.txt"), AMBIGUOUS[0].0).unwrap();
    let run = |more: &[&str]| {
        let mut command = assert_cmd::Command::cargo_bin("kefu-audit").unwrap();
        let args = [&["inspect", "聊天.txt", "--lang", "zh"], more].concat();
        let output = command.args(args).current_dir(folder.path()).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(said).unwrap())
    };
    let (code, said) = run(&[]);
    assert_eq!(code, Some(2), "{said}");
    assert!(
        said.contains("qianniu-copied（") && said.contains("jingmai（") && said.contains("不猜"),
        "{said}"
    );
    let (code, said) = run(&["--input-format", "jingmai"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("由 --input-format 指定") && said.contains("staff-guessed"), "{said}");
    let (code, said) = run(&["--input-format", "word"]);
    assert_eq!(code, Some(2));
    assert!(said.contains("word") && said.contains("wangwang-1"), "{said}");
}
