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
