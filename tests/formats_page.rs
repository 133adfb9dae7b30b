//! Chat pages saved as HTML as they are understood, and what is said where one goes wrong.

#![expect(clippy::unwrap_used, reason = "helpers of tests may stop at the first surprise")]

use std::path::Path;

use kefu_audit::ingest::{Input, Options, Store, read};
use kefu_audit::model::Platform;

fn page() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/formats/wangwang-page.html");
    std::fs::read_to_string(path).unwrap()
}

fn read_text(text: &str) -> Store {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    std::fs::write(&path, text).unwrap();
    read(&[Input::Path(path)], &Options::default(), &())
}

fn told(store: &Store) -> String {
    let mut all = Vec::new();
    for i in 0..store.partitions() {
        for c in store.load(i).unwrap().conversations() {
            let platform = c.platform.map_or("-", Platform::id);
            let head = format!("{platform} | shop {} | buyer {}", c.shop, c.buyer);
            let lines = c.messages.iter().map(|m| {
                let recalled = if m.recalled { " recalled" } else { "" };
                let (role, kind, at) = (m.role, m.kind, m.at.unwrap());
                format!("  :{} {at} {role:?} {kind:?}{recalled} <{}> {}", m.line, m.agent, m.text)
            });
            all.push((
                c.messages.first().map(|m| m.at),
                [head].into_iter().chain(lines).collect::<Vec<_>>().join("\n"),
            ));
        }
    }
    all.sort();
    let problems = store
        .problems()
        .iter()
        .map(|p| format!("! {} :{} x{}: {}", p.code, p.place.line, p.count, p.what.zh));
    all.into_iter().map(|(_, text)| text).chain(problems).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_saved_page_is_put_in_order_and_only_its_messages_are_read() {
    let store = read_text(&page());
    assert_eq!(store.recognised().iter().map(|r| r.format.id).collect::<Vec<_>>(), ["wangwang-page"]);
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!("wangwang-page", told(&store));
    });
}

#[test]
fn a_page_that_breaks_off_keeps_what_was_whole_and_a_message_without_a_day_is_told() {
    let page = page();
    let cut = page.find("亲，早上好").unwrap();
    let store = read_text(page.get(..cut).unwrap());
    assert_eq!((store.counts().rows, store.counts().rejected), (1, 0));
    let store = read_text(&page.replace("groupTime\">2026-03-03<", "groupTime\"><"));
    let found: Vec<(&str, u64, u64)> =
        store.problems().iter().map(|p| (p.code, p.place.line, p.count)).collect();
    assert_eq!(found, [("platform-guessed", 1, 1), ("time-invalid", 10, 2)]);
    assert_eq!((store.counts().rows, store.counts().rejected), (5, 2));
}
