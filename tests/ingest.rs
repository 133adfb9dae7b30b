//! What reading gives, seen from outside: conversations, counts and problems, whatever the export looks like.

#![expect(clippy::unwrap_used, reason = "helpers of tests may stop at the first surprise")]

use kefu_audit::ingest::{Column, Input, Options, Store, expand, read};
use kefu_audit::model::{Kind, Platform, Role};
use kefu_audit::problem::Severity;
use tempfile::TempDir;

const HEADER: &str = "platform,shop,session_id,buyer,agent,sender,sent_at,type,content,order_id\n";

fn folder(files: &[(&str, &[u8])]) -> (TempDir, Vec<Input>) {
    let dir = tempfile::tempdir().unwrap();
    let paths = files.iter().map(|(name, bytes)| {
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        Input::Path(path)
    });
    let inputs = paths.collect();
    (dir, inputs)
}

fn read_with(files: &[(&str, &[u8])], options: &Options) -> Store {
    let (_dir, inputs) = folder(files);
    read(&inputs, options, &())
}

fn read_one(bytes: &[u8]) -> Store {
    read_with(&[("a.csv", bytes)], &Options { keep_rejects: true, ..Options::default() })
}

/// Every conversation as text, in the total order; `lines` adds where messages stand.
fn told(store: &Store, lines: bool) -> Vec<String> {
    let mut all = Vec::new();
    for i in 0..store.partitions() {
        let partition = store.load(i).unwrap();
        for c in partition.conversations() {
            let platform = c.platform.map_or("-", Platform::id);
            let mut text = format!("{platform}|{}|{}|{}", c.shop, c.id, c.buyer);
            for m in &c.messages {
                let at = m.at.unwrap();
                text += &format!(
                    "\n  {:?} {:?} {} {at} {} {} [{}]",
                    m.role, m.kind, m.recalled, m.agent, m.order_id, m.text
                );
                if lines {
                    text += &format!(" #{}:{}", m.file, m.line);
                }
            }
            all.push(text);
        }
    }
    all.sort();
    all
}

fn codes(store: &Store) -> Vec<(&str, u64, &str, u64)> {
    store.problems().iter().map(|p| (p.code, p.place.line, p.place.column.as_str(), p.count)).collect()
}

/// A log of `n` conversations whose rows come interleaved, with a tricky text now and then.
fn log(n: usize) -> Vec<String> {
    let mut rows = Vec::new();
    for turn in 0..6 {
        for c in 0..n {
            let sender = if turn % 2 == 0 { "buyer" } else { "agent" };
            let text = match (c + turn) % 5 {
                0 => "\"在吗，亲\n想问一下\"".to_owned(),
                1 => "\"他说\"\"好的\"\"\"".to_owned(),
                _ => format!("第{turn}句 {c}"),
            };
            let (session, minute) = (if c % 3 == 0 { String::new() } else { format!("s{c}") }, turn * 7);
            rows.push(format!(
                "jd,店{},{session},b{c},小美,{sender},2025-03-01 10:{minute:02}:{:02},text,{text},",
                c % 4,
                c % 60
            ));
        }
    }
    rows
}

#[test]
fn a_plain_log_becomes_conversations() {
    let text = format!(
        "{HEADER}tmall,甲店,s1,tb1,小美,buyer,2025-01-01 10:00:00,text,在吗,88\n\
         tmall,甲店,s1,tb1,小美,agent,2025-01-01 10:00:05,text, 在的亲 ,\n\
         tmall,甲店,s1,tb1,小美,agent,2025-01-01 10:00:06,image,[图片],\n"
    );
    let store = read_one(text.as_bytes());
    assert_eq!(
        told(&store, true),
        ["tmall|甲店|s1|tb1\
          \n  Buyer Text false 2025-01-01 10:00:00 小美 88 [在吗] #0:2\
          \n  Agent Text false 2025-01-01 10:00:05 小美  [ 在的亲 ] #0:3\
          \n  Agent Image false 2025-01-01 10:00:06 小美  [[图片]] #0:4"]
    );
    let counts = store.counts();
    assert_eq!((counts.files, counts.rows, counts.rejected), (1, 3, 0));
    assert!(store.problems().is_empty());
}

#[test]
fn encodings_and_delimiters_make_no_difference() {
    let text = format!("{HEADER}{}\n", log(20).join("\n"));
    let expected = told(&read_one(text.as_bytes()), true);
    assert_eq!(expected.len(), 20);
    let wide = |big: bool| -> Vec<u8> {
        text.encode_utf16().flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
    };
    let gb = encoding_rs::GB18030.encode(&text).0.into_owned();
    let variants: Vec<(&str, Vec<u8>)> = vec![
        ("utf-8 with mark", [&b"\xef\xbb\xbf"[..], text.as_bytes()].concat()),
        ("gb18030", gb),
        ("utf-16le with mark", [&b"\xff\xfe"[..], &wide(false)].concat()),
        ("utf-16be with mark", [&b"\xfe\xff"[..], &wide(true)].concat()),
        ("utf-16le", wide(false)),
        ("utf-16be", wide(true)),
        ("tabs", text.replace(',', "\t").into_bytes()),
        ("semicolons", text.replace(',', ";").into_bytes()),
    ];
    for (name, bytes) in variants {
        let store = read_one(&bytes);
        assert_eq!(codes(&store), [], "{name}");
        assert_eq!(told(&store, true), expected, "{name}");
    }
}

#[test]
fn lines_are_physical_lines_with_any_line_end() {
    let text = "sender,sent_at,buyer,content\n\n买家,2025-01-01 10:00:00,a,\"一\n二\n三\"\n客服,2025-01-01 10:00:01,a,四\n\n\n客服,2025-01-01 10:00:02,a,五";
    for text in [text.to_owned(), text.replace('\n', "\r\n"), text.replace('\n', "\r")] {
        let store = read_one(text.as_bytes());
        let all = told(&store, true).join("");
        for place in ["#0:3\n", "#0:6\n", "#0:9"] {
            assert!(all.contains(place), "{place} in {all}");
        }
    }
}

#[test]
fn pieces_do_not_show_in_large_files() {
    // Several mebibytes, so that borders of pieces fall into quoted texts; the same rows in many small files.
    let rows = log(6_000);
    let text = format!("{HEADER}{}\n", rows.join("\n"));
    assert!(text.len() > 2 << 20);
    let whole = read_one(text.as_bytes());
    assert_eq!(codes(&whole), []);
    assert_eq!(whole.counts().rows, 36_000);
    let split: Vec<(String, Vec<u8>)> = rows
        .chunks(5_000)
        .enumerate()
        .map(|(i, rows)| (format!("{i:03}.csv"), format!("{HEADER}{}\n", rows.join("\n")).into_bytes()))
        .collect();
    let split: Vec<(&str, &[u8])> = split.iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect();
    let expected = told(&whole, false);
    assert_eq!(told(&read_with(&split, &Options::default()), false), expected);

    let lines = told(&whole, true);
    let spilled =
        read_with(&[("a.csv", text.as_bytes())], &Options { memory_bytes: 1000, ..Options::default() });
    assert_eq!(told(&spilled, true), lines, "rows that went through the temporary file");
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        assert_eq!(told(&pool.install(|| read_one(text.as_bytes())), true), lines, "{threads} threads");
    }
    let gb = encoding_rs::GB18030.encode(&text).0;
    assert_eq!(told(&read_one(&gb), true), lines, "gb18030 in pieces");
    // The last place of all: line numbers must hold across pieces.
    let last_line = text.matches('\n').count();
    let newlines_in_last = rows.last().unwrap().matches('\n').count();
    assert!(lines.iter().any(|c| c.ends_with(&format!("#0:{}", last_line - newlines_in_last))));
}

#[test]
fn rows_in_any_order_are_put_in_order_of_time() {
    let mut rows = log(50);
    let forward = told(&read_one(format!("{HEADER}{}\n", rows.join("\n")).as_bytes()), false);
    rows.reverse();
    let backward = told(&read_one(format!("{HEADER}{}\n", rows.join("\n")).as_bytes()), false);
    assert_eq!(forward, backward);
}

#[test]
fn silence_longer_than_the_gap_cuts_where_there_is_no_session_id() {
    let text = "shop,buyer,sender,sent_at,content\n\
        甲,b,buyer,2025-01-01 10:00:00,1\n甲,b,agent,2025-01-01 10:30:00,2\n甲,b,buyer,2025-01-01 11:00:01,3\n\
        乙,b,buyer,2025-01-01 10:00:00,4\n";
    let ids = |gap| {
        let store =
            read_with(&[("a.csv", text.as_bytes())], &Options { gap_seconds: gap, ..Options::default() });
        told(&store, false).iter().map(|c| c.lines().next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        ids(1800),
        ["-|乙|b@2025-01-01T10:00:00|b", "-|甲|b@2025-01-01T10:00:00|b", "-|甲|b@2025-01-01T11:00:01|b"]
    );
    assert_eq!(ids(1801).len(), 2);
    assert_eq!(ids(60).len(), 4);
}

#[test]
fn options_fill_in_what_the_log_does_not_say() {
    let text = "对象,发话者,日期,时间,消息,备注\n客户,tb1,2025-9-18,9:05:03,你好,x\n客服,小美,2025-9-18,9:05:20,在,x\n";
    let store = read_one(text.as_bytes());
    assert_eq!(codes(&store), [("column-ambiguous", 1, "sender", 1)]);
    assert_eq!(store.counts().files, 0);
    let options = Options {
        columns: vec![(Column::parse("role").unwrap(), "对象".into()), (Column::Buyer, "备注".into())],
        platform: Some(Platform::Pdd),
        shop: Some("丙店".into()),
        ..Options::default()
    };
    let store = read_with(&[("a.csv", text.as_bytes())], &options);
    assert_eq!(
        told(&store, false),
        ["pdd|丙店|x@2025-09-18T09:05:03|x\
          \n  Buyer Text false 2025-09-18 09:05:03   [你好]\n  Agent Text false 2025-09-18 09:05:20   [在]"]
    );
}

#[test]
fn every_bad_row_is_located_counted_and_kept() {
    let mut text = "shop,buyer,sender,sent_at,type,content\n".as_bytes().to_vec();
    for row in [
        &b"s,b,buyer,2025-01-01 10:00:00,text,ok"[..],
        b"s,b,stranger,2025-01-01 10:00:00,text,no role",
        b"s,b,stranger,tomorrow,text,no role and no time",
        b"s,b,agent,2025-01-01 10:00:00,text,one,too many",
        b"s,b,agent,2025-01-01 10:00:00",
        b"s,b,agent,2025-01-01 10:00:01,text,bad \xff\xfe byte",
        b",,,,,",
        "s,b,agent,2025-01-01 10:00:02,hologram,类型不识".as_bytes(),
        b"s,b,agent,2025-01-01 10:00:03,text,\"never closed",
        "s,b,agent,2025-01-01 10:00:04,text,最后一行".as_bytes(),
    ] {
        text.extend_from_slice(row);
        text.push(b'\n');
    }
    let store = read_one(&text);
    assert_eq!(
        codes(&store),
        [
            ("role-unknown", 3, "sender", 2),
            ("time-invalid", 4, "sent_at", 1),
            ("row-torn", 5, "", 2),
            ("bytes-invalid", 7, "content", 1),
            ("type-unknown", 9, "type", 1),
            ("quote-unclosed", 10, "", 1),
        ]
    );
    let rejected: Vec<(u64, &str)> = store.rejects().iter().map(|r| (r.line, r.code)).collect();
    assert_eq!(
        rejected,
        [
            (3, "role-unknown"),
            (4, "role-unknown"),
            (5, "row-torn"),
            (6, "row-torn"),
            (7, "bytes-invalid"),
            (10, "quote-unclosed")
        ]
    );
    assert_eq!(store.rejects()[2].raw, "s,b,agent,2025-01-01 10:00:00,text,one,too many");
    let counts = store.counts();
    assert_eq!((counts.files, counts.rows, counts.rejected), (1, 9, 6));
    assert!(told(&store, false)[0].contains("最后一行"), "rows after an open quote are read");
    assert!(store.problems().iter().all(|p| !p.what.zh.is_empty() && !p.next.en.is_empty()));
}

#[test]
fn an_open_quote_costs_its_own_line_only() {
    let mut text = "buyer,sender,sent_at,content,order_id\n".to_owned();
    for i in 0..40 {
        let content = match i {
            3 => "\"忘了关".to_owned(),
            30 => "\"正常的,引用\"".to_owned(),
            _ => format!("第{i}句"),
        };
        text += &format!("b,agent,2025-01-01 10:00:{i:02},{content},\n");
    }
    let store = read_one(text.as_bytes());
    assert_eq!(codes(&store), [("quote-unclosed", 5, "", 1)]);
    assert_eq!(store.counts().rows, 40);
    let all = told(&store, true).join("");
    assert!(
        all.contains("[第4句] #0:6") && all.contains("[正常的,引用] #0:32") && all.contains("[第39句] #0:41")
    );
}

#[test]
fn files_that_are_no_logs_say_what_to_do() {
    let long = format!("sender,sent_at,content\nbuyer,2025-01-01 10:00:00,{}\n", "长".repeat(6 << 20));
    let cases: [(&[u8], &str); 9] = [
        (b"", "file-empty"),
        (b" \r\n\n", "file-empty"),
        (HEADER.as_bytes(), "header-only"),
        (b"PK\x03\x04\x14\0\x06\0", "archive-damaged"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "file-binary"),
        (b"sender|sent_at|content\nbuyer|2025-01-01 10:00:00|hi\n", "delimiter-unknown"),
        ("角色,备注,消息\n买家,a,b\n".as_bytes(), "column-missing"),
        (b"[{\"sender\":\"buyer\",\"sent_at\":\"2025-01-01 10:00:00\",\"content\":\"cut", "json-invalid"),
        (long.as_bytes(), "record-too-long"),
    ];
    for (bytes, code) in cases {
        let store = read_one(bytes);
        let found: Vec<&str> =
            store.problems().iter().map(|p| p.code).filter(|c| *c != "key-missing").collect();
        assert_eq!(found, [code]);
        assert_eq!(told(&store, false), [""; 0]);
    }
    let (dir, mut inputs) = folder(&[("a.csv", HEADER.as_bytes())]);
    inputs.push(Input::Path(dir.path().join("gone.csv")));
    let store = read(&inputs, &Options::default(), &());
    let found: Vec<&str> = store.problems().iter().map(|p| p.code).collect();
    assert_eq!(found, ["header-only", "file-unreadable"]);
}

#[test]
fn json_in_every_shape_gives_the_same_conversations() {
    let m = |sender: &str, second: u32, text: &str| {
        format!(
            "{{\"sender\": \"{sender}\",\n \"sentAt\": \"2025-01-01T10:00:{second:02}+08:00\", \"content\": \"{text}\""
        )
    };
    let own = ", \"shop\": \"甲\", \"buyer\": \"tb\", \"sessionId\": 7}";
    let (a, b) = (m("buyer", 0, "在\\n吗 [1,{"), m("agent", 1, "在"));
    let flat = format!("[\n{a}{own},\n{b}{own}\n]");
    let lines =
        format!("{}\n{}\n", format!("{a}{own}").replace('\n', ""), format!("{b}{own}").replace('\n', ""));
    let conversation =
        format!("{{\"shop\":\"甲\",\"buyer\":\"tb\",\n\"session_id\":\"7\",\"messages\":[\n{a}}},\n{b}}}]}}");
    let wrapped = format!("{{\"code\":0,\"data\":{{\"list\":[{conversation}]}}}}");
    let expected = "-|甲|7|tb\n  Buyer Text false 2025-01-01 10:00:00   [在\n吗 [1,{]\n  Agent Text false 2025-01-01 10:00:01   [在]";
    for text in [
        &flat,
        &lines,
        &conversation,
        &format!("[{conversation}]"),
        &wrapped,
        &conversation.replace("session_id", "id"),
    ] {
        let store = read_one(text.as_bytes());
        assert_eq!(codes(&store), [], "{text}");
        assert_eq!(told(&store, false), [expected], "{text}");
        let gb = encoding_rs::GB18030.encode(text).0;
        assert_eq!(told(&read_one(&gb), false), [expected], "{text}");
    }
    assert!(told(&read_one(flat.as_bytes()), true)[0].ends_with("#0:4"));
    assert!(told(&read_one(lines.as_bytes()), true)[0].ends_with("#0:2"));
    assert!(told(&read_one(conversation.as_bytes()), true)[0].ends_with("#0:5"));
}

#[test]
fn a_large_json_array_is_read_in_pieces() {
    let message = |i: usize| {
        format!(
            "{{\"buyer\":\"b{}\",\"sender\":\"buyer\",\"sent_at\":{},\"content\":\"{}\"}}",
            i % 9,
            1_735_700_000 + i,
            "话".repeat(50)
        )
    };
    let all: Vec<String> = (0..20_000).map(message).collect();
    // All on one line: rows of one moment must still keep their order.
    let flat = read_one(format!("[{}]", all.join(",")).as_bytes());
    let lines = read_one(all.join("\n").as_bytes());
    assert_eq!(flat.counts().rows, 20_000);
    assert_eq!((codes(&flat), codes(&lines)), (vec![], vec![]));
    assert_eq!(told(&flat, false), told(&lines, false));
    assert_eq!(told(&flat, false).len(), 9);
}

#[test]
fn a_broken_line_of_ndjson_costs_that_line() {
    let good =
        "{\"buyer\":\"b\",\"sender\":\"buyer\",\"sent_at\":\"2025-01-01 10:00:00\",\"content\":\"好\"}";
    let text = format!(
        "{good}\n{{\"buyer\":\"b\", oops\n{{\"buyer\":\"b\",\"sender\":\"buyer\",\"content\":\"无时间\"}}\n{good}\n"
    );
    let store = read_one(text.as_bytes());
    assert_eq!(codes(&store), [("json-invalid", 2, "", 1), ("column-missing", 3, "sent_at", 1)]);
    assert_eq!((store.counts().rows, store.counts().rejected), (4, 2));
}

#[test]
fn withdrawn_messages_stay_and_are_marked() {
    let text = "买家昵称,发送者,发送时间,消息内容,消息类型,消息状态\n\
        tb,甲店:小美,2025/1/1 10:00,加我微信,撤回,\n\
        tb,甲店:小美,2025/1/1 10:01,加我,文本,已撤回\n\
        tb,甲店:小美,2025/1/1 10:02,甲店:小美 撤回了一条消息,文本,\n\
        tb,甲店:服务助手,2025/1/1 10:03,您好,文本,已读\n\
        tb,,2025/1/1 10:04,转接,系统,\n";
    let store = read_one(text.as_bytes());
    let partitions: Vec<_> = (0..store.partitions()).map(|i| store.load(i).unwrap()).collect();
    let conversations: Vec<_> = partitions.iter().flat_map(|p| p.conversations()).collect();
    let seen: Vec<_> =
        conversations[0].messages.iter().map(|m| (m.role, m.kind, m.recalled, m.agent)).collect();
    assert_eq!(
        seen,
        [
            (Role::Agent, Kind::Text, true, "甲店:小美"),
            (Role::Agent, Kind::Text, true, "甲店:小美"),
            (Role::Agent, Kind::System, true, "甲店:小美"),
            (Role::Robot, Kind::Text, false, "甲店:服务助手"),
            (Role::System, Kind::System, false, ""),
        ]
    );
}

#[test]
fn arguments_become_inputs_once_each_in_order() {
    let (dir, _) = folder(&[("b.csv", b""), ("a.JSONL", b""), ("notes.md", b""), (".hidden.csv", b"")]);
    std::fs::create_dir(dir.path().join("empty")).unwrap();
    let at = |name: &str| dir.path().join(name).to_string_lossy().into_owned();
    let root = dir.path().to_string_lossy().into_owned();
    let (inputs, problems) =
        expand(&[at("b.csv"), root, at("*.csv"), at("empty"), at("gone.csv"), "-".to_owned()]);
    let names: Vec<String> = inputs.iter().map(|i| i.name().rsplit('/').next().unwrap().to_owned()).collect();
    assert_eq!(names, ["a.JSONL", "b.csv", "<stdin>"]);
    let found: Vec<(&str, Severity)> = problems.iter().map(|p| (p.code, p.severity)).collect();
    assert!(found.contains(&("input-duplicate", Severity::Warning)));
    assert!(found.contains(&("folder-empty", Severity::Error)));
    assert!(found.contains(&("input-missing", Severity::Error)));
}

#[test]
fn a_conversation_whose_own_fields_are_doubtful_says_so_and_keeps_its_messages() {
    let text = r#"[{"买家昵称":"a","顾客昵称":"b","sid":"s1","messages":[
        {"role":"buyer","time":1735696800,"text":{"type":"t","text":"在吗"},"data":{"list":[]}}]}]"#;
    let store = read_one(text.as_bytes());
    assert_eq!(codes(&store), [("column-ambiguous", 1, "buyer", 1)]);
    assert_eq!(store.counts().rows, 1);
    assert!(told(&store, false)[0].ends_with("[在吗]"));
}

/// Writes to the file whenever the reader tells how far it is.
struct Writer(std::path::PathBuf);

impl kefu_audit::ingest::Progress for Writer {
    fn bytes(&self, _: u64) {
        use std::io::Write as _;
        let mut file = std::fs::OpenOptions::new().append(true).open(&self.0).unwrap();
        file.write_all(b"agent,2026-03-01 10:00:00,\xe5\x9c\xa8\n").unwrap();
    }
}

#[test]
fn a_file_that_grows_is_read_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.csv");
    let mut text = "sender,sent_at,content\n".to_owned();
    (0..20_000).for_each(|n| text.push_str(&format!("buyer,2026-03-01 10:00:00,第{n}句\n")));
    std::fs::write(&path, text + "agent,2026-03-01 10:0").unwrap();
    let store = read(&[Input::Path(path.clone())], &Options::default(), &Writer(path));
    assert_eq!((store.counts().rows, store.counts().rejected), (20_000, 0));
    let told: Vec<_> = store.problems().iter().map(|p| (p.code, p.severity)).collect();
    assert!(told.contains(&("file-growing", Severity::Warning)), "{told:?}");
}
