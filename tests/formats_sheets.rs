//! Workbooks as they are understood: each fixture of `fixtures/formats/sheets` with its messages, and what is said where one
//! goes wrong.

#![expect(clippy::unwrap_used, reason = "helpers of tests may stop at the first surprise")]

use std::fmt::Write;

use kefu_audit::ingest::formats::by_id;
use kefu_audit::ingest::{Input, Options, Store, read};
use kefu_audit::model::Platform;

#[path = "../fuzz/src/lib.rs"]
#[expect(
    clippy::expect_used,
    unreachable_pub,
    reason = "it is a crate of its own and stops at the first surprise"
)]
mod door;

const SHEETS: &str = "fixtures/formats/sheets";

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(format!("{SHEETS}/{name}")).unwrap()
}

/// Reads bytes under a name in a folder of their own.
fn read_as(name: &str, bytes: &[u8], options: &Options) -> Store {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    read(&[Input::Path(path)], options, &())
}

/// The name without the folder.
fn base(name: &str) -> &str {
    name.rsplit('/').next().unwrap()
}

/// Everything that was understood.
fn told(store: &Store) -> String {
    let mut all = String::new();
    for r in store.recognised() {
        let file = base(store.files().get(r.file as usize).unwrap());
        writeln!(all, "{file} {}: {} ({})", r.format.id, r.why.zh, r.encoding).unwrap();
    }
    let counts = store.counts();
    writeln!(all, "{} rows, {} rejected", counts.rows, counts.rejected).unwrap();
    let mut conversations = Vec::new();
    for i in 0..store.partitions() {
        for c in store.load(i).unwrap().conversations() {
            let platform = c.platform.map_or("-", Platform::id);
            let mut text = format!("{platform} | shop {} | id {} | buyer {}\n", c.shop, c.id, c.buyer);
            for m in &c.messages {
                let recalled = if m.recalled { " recalled" } else { "" };
                let (role, kind, at, file, line) = (m.role, m.kind, m.at.unwrap(), m.file, m.line);
                let (agent, order, words) = (m.agent, m.order_id, m.text);
                writeln!(
                    text,
                    "  {file}:{line} {at} {role:?} {kind:?}{recalled} <{agent}> ({order}) {words:?}"
                )
                .unwrap();
            }
            conversations.push((c.messages.first().map(|m| m.at), text));
        }
    }
    conversations.sort();
    all.extend(conversations.into_iter().map(|(_, text)| text));
    for p in store.problems() {
        let (code, line, column, what) = (p.code, p.place.line, &p.place.column, &p.what.zh);
        writeln!(all, "! {code} {}:{line}:{column} x{}: {what}", base(&p.place.file), p.count).unwrap();
    }
    all
}

#[test]
fn each_kind_of_workbook_is_understood() {
    insta::with_settings!({ omit_expression => true }, {
        for name in ["log.xlsx", "log.xls", "log.ods", "talk-cells.xlsx"] {
            insta::assert_snapshot!(name, told(&read_as(name, &bytes(name), &Options::default())));
        }
    });
}

#[test]
fn whole_talks_in_cells_are_read_by_the_layout_that_they_are_in() {
    let store = read(&[Input::Path("fixtures/formats/talk-cells.csv".into())], &Options::default(), &());
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!("talk-cells.csv", told(&store));
    });
}

#[test]
fn the_content_tells_and_not_the_name() {
    for name in ["log.xlsx", "log.xls", "log.ods"] {
        let as_csv = told(&read_as("log.csv", &bytes(name), &Options::default()));
        let expected = told(&read_as(name, &bytes(name), &Options::default())).replace(name, "log.csv");
        assert_eq!(as_csv, expected, "{name}");
    }
}

#[test]
fn a_sheet_without_a_header_is_told_only_when_there_is_no_other() {
    let store = read_as("a.xlsx", &bytes("no-header.xlsx"), &Options::default());
    let told: Vec<_> = store.problems().iter().map(|p| (p.code, p.place.line, p.next.en.as_str())).collect();
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told.iter().all(|(code, line, _)| (*code, *line) == ("column-missing", 1)), "{told:?}");
    assert!(told.iter().any(|(_, _, next)| next.contains("--column sender=谁")), "{told:?}");
}

#[test]
fn a_workbook_that_is_cut_off_or_called_something_else_says_so() {
    let whole = bytes("log.xlsx");
    let store = read_as("a.xlsx", &whole[..whole.len() / 2], &Options::default());
    assert_eq!(store.problems().iter().map(|p| p.code).collect::<Vec<_>>(), ["archive-damaged"]);
    let old = bytes("log.xls");
    let store = read_as("a.xls", &old[..old.len() / 2], &Options::default());
    assert_eq!(store.problems().iter().map(|p| p.code).collect::<Vec<_>>(), ["workbook-invalid"]);
    let csv = Options { input_format: by_id("csv"), ..Options::default() };
    let store = read_as("a.xls", &old, &csv);
    assert_eq!(store.problems().iter().map(|p| p.code).collect::<Vec<_>>(), ["file-binary"]);
    let book = Options { input_format: by_id("workbook"), ..Options::default() };
    let store = read_as("a.csv", b"sender,sent_at,content\n", &book);
    assert_eq!(store.problems().iter().map(|p| p.code).collect::<Vec<_>>(), ["format-wrong"]);
}

/// Moments with a zone and without one, to the second and to the nanosecond, mean the same times.
#[cfg(feature = "parquet")]
#[test]
fn parquet_is_understood() {
    let store = read_as("log.parquet", &bytes("log.parquet"), &Options::default());
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!("log.parquet", told(&store));
    });
    let other = read_as("log.parquet", &bytes("log-zstd.parquet"), &Options::default());
    assert_eq!(told(&other), told(&store));
    let whole = bytes("log.parquet");
    let store = read_as("log.parquet", &whole[..whole.len() / 2], &Options::default());
    assert_eq!(store.problems().iter().map(|p| p.code).collect::<Vec<_>>(), ["workbook-invalid"]);
}

#[cfg(not(feature = "parquet"))]
#[test]
fn without_its_reader_parquet_says_how_to_get_it() {
    let store = read_as("log.parquet", &bytes("log.parquet"), &Options::default());
    let told: Vec<_> = store.problems().iter().map(|p| (p.code, p.next.en.as_str())).collect();
    assert!(
        matches!(told.as_slice(), [("parquet-not-built", next)] if next.contains("--features parquet")),
        "{told:?}"
    );
}

/// A sheet of this many rows, written small: texts stand in the cells.
fn large(rows: usize) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let mut sheet = format!("<worksheet xmlns=\"{main}\"><sheetData>");
    let mut row = |n: usize, cells: [&str; 4]| {
        write!(sheet, "<row r=\"{n}\">").unwrap();
        for (column, cell) in ["A", "B", "C", "D"].iter().zip(cells) {
            write!(sheet, "<c r=\"{column}{n}\" t=\"inlineStr\"><is><t>{cell}</t></is></c>").unwrap();
        }
        sheet.push_str("</row>");
    };
    row(1, ["买家", "发送者", "时间", "内容"]);
    for n in 2..=rows {
        let (buyer, words) = (format!("tb{}", n / 8), format!("第 {n} 句"));
        row(n, [&buyer, if n % 2 == 0 { "买家" } else { "客服" }, "2026-03-12 10:00:00", &words]);
    }
    sheet.push_str("</sheetData></worksheet>");
    door::workbook(sheet.as_bytes())
}

#[test]
fn a_large_sheet_comes_in_pieces_and_whole() {
    let store = read_as("a.xlsx", &large(30_001), &Options::default());
    assert_eq!((store.counts().rows, store.counts().rejected), (30_000, 0), "{:?}", store.problems());
    let last = (0..store.partitions())
        .flat_map(|i| {
            let partition = store.load(i).unwrap();
            let all = partition.conversations();
            all.iter().flat_map(|c| c.messages.iter().map(|m| m.line).collect::<Vec<_>>()).collect::<Vec<_>>()
        })
        .max();
    assert_eq!(last, Some(30_001));
}

/// The list names the buyers whom the LOG masks, gives the talks their ids, and knows who serves; which of two agents had
/// the floor in a talk that was handed over it does not say, nor whom a mask means that fits two.
#[test]
fn a_list_of_talks_completes_the_log_beside_it() {
    let (log, list) = ("fixtures/formats/jingmai.log".into(), format!("{SHEETS}/jd-talks.xlsx").into());
    let store = read(&[Input::Path(list), Input::Path(log)], &Options::default(), &());
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!("jd-talks", told(&store));
    });
}

#[test]
fn a_list_of_talks_alone_says_what_it_wants() {
    let store = read_as("a.xlsx", &bytes("jd-talks.xlsx"), &Options::default());
    let codes: Vec<_> = store.problems().iter().map(|p| (p.code, p.place.line)).collect();
    assert_eq!(codes, [("talks-alone", 0), ("talk-skipped", 6)]);
    assert_eq!(store.counts().rows, 0);
}

/// Whoever complains gives the account in full; the LOG has only its mask.
#[test]
fn a_complaint_is_found_by_the_name_that_only_the_list_has() {
    let list = format!("{SHEETS}/jd-talks.xlsx");
    for asked in [["--buyer", "a_tianya_bc"], ["--conversation", "c-7001"]] {
        let mut command = assert_cmd::Command::cargo_bin("kefu-audit").unwrap();
        let command = command.args(["investigate", "fixtures/formats/jingmai.log", &list, "--lang", "zh"]);
        let output = command.args(asked).output().unwrap();
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(out.contains("这个能开发票吗") && out.contains("c-7001"), "{asked:?} {out}{err}");
    }
}
