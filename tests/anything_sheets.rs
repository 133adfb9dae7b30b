//! Anything may stand in a table: nothing panics, no message is lost or made up, whatever its cells hold.

use std::fmt::Write as _;

use proptest::prelude::*;

#[path = "../fuzz/src/lib.rs"]
#[expect(
    clippy::expect_used,
    unreachable_pub,
    reason = "it is a crate of its own and stops at the first surprise"
)]
mod door;

/// What cells hold, so that made-up tables come near to real ones.
const CELLS: [&str; 34] = [
    "买家",
    "发送者",
    "发送时间",
    "时间",
    "日期",
    "内容",
    "聊天内容",
    "会话ID",
    "客服",
    "顾客",
    "咨询时间",
    "转接后客服",
    "cid",
    "会话时长(M)",
    "",
    "",
    " ",
    "buyer",
    "某某专卖店:小迪",
    "系统",
    "2025-09-18",
    "2025-09-18 10:12:13",
    "45918.3785069444",
    "45918",
    "0.5",
    "20:57:11\n在吗\ntb89****709\n\n20:58:02\n在的\n某某专卖店:小迪\n",
    "没有更多内容了",
    "a****bc",
    "1234567890123456789",
    "1.5e300",
    "-1",
    "\"",
    ",",
    "\u{3}在吗\u{feff}",
];

fn table() -> impl Strategy<Value = Vec<Vec<&'static str>>> {
    prop::collection::vec(prop::collection::vec(prop::sample::select(&CELLS[..]), 0..7), 0..12)
}

/// A sheet: texts stand in the cells, numbers as numbers, every other one as a date.
fn sheet(rows: &[Vec<&str>]) -> String {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let mut xml = format!("<worksheet xmlns=\"{main}\"><sheetData>");
    for (n, row) in (1..).zip(rows) {
        let _ = write!(xml, "<row r=\"{n}\">");
        for (column, cell) in ('A'..).zip(row) {
            if cell.parse::<f64>().is_ok() {
                let _ = write!(xml, "<c r=\"{column}{n}\" s=\"{}\"><v>{cell}</v></c>", n % 2);
            } else {
                let cell = cell.replace(['"', '\u{3}'], "");
                let _ = write!(xml, "<c r=\"{column}{n}\" t=\"inlineStr\"><is><t>{cell}</t></is></c>");
            }
        }
        xml.push_str("</row>");
    }
    xml + "</sheetData></worksheet>"
}

fn csv(rows: &[Vec<&str>]) -> String {
    let row = |row: &Vec<&str>| {
        let cells: Vec<String> = row.iter().map(|c| format!("\"{}\"", c.replace('"', "\"\""))).collect();
        cells.join(",")
    };
    rows.iter().map(row).collect::<Vec<_>>().join("\n")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn made_up_tables(rows in table()) {
        door::throw(None, &door::workbook(sheet(&rows).as_bytes()));
        door::throw(None, csv(&rows).as_bytes());
        door::throw(Some("talk-cells"), csv(&rows).as_bytes());
    }

    #[test]
    fn broken_sheets(rows in table(), cut in 0_usize..400) {
        let mut xml = sheet(&rows);
        let end = xml.char_indices().map(|(at, _)| at).take(cut).last().unwrap_or_default();
        xml.truncate(end);
        door::throw(None, &door::workbook(xml.as_bytes()));
    }

    #[test]
    fn made_up_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        door::throw(None, &door::workbook(&bytes));
        door::throw(None, &[b"PAR1", bytes.as_slice()].concat());
        door::throw(None, &[&[0xd0, 0xcf, 0x11, 0xe0], bytes.as_slice()].concat());
    }
}
