//! Every format's fixture as it is understood, and what is said where a format goes wrong.

#![expect(clippy::unwrap_used, reason = "helpers of tests may stop at the first surprise")]

use std::path::Path;

use kefu_audit::ingest::{Input, Options, Store, read};

/// Reads one of the fixtures.
fn fixture(name: &str) -> Store {
    let path = Path::new("fixtures/formats").join(name);
    read(&[Input::Path(path)], &Options::default(), &())
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
    ] {
        insta::assert_snapshot!(name.replace('.', "_"), told(&fixture(name)));
    }
}
