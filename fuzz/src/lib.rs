//! The door through which programs that make up inputs, and tests, throw anything at the readers of logs. It holds what
//! must be true of every input, whatever stands in it.

use std::cell::OnceCell;
use std::io::Write as _;
use std::sync::Once;

use kefu_audit::ingest::formats::by_id;
use kefu_audit::ingest::{Input, Options, WORKBOOK_THREAD, read};
use tempfile::NamedTempFile;

/// The JSON layouts, the general one among them.
#[allow(dead_code, reason = "tests take what they need of this file")]
pub const JSON_LAYOUTS: [&str; 16] = [
    "json",
    "wangwang-api",
    "openim-api",
    "wangwang-sdk",
    "leyan",
    "ai-agent",
    "jd-pop-api",
    "jd-dongdong-api",
    "jd-web",
    "pdd-chat",
    "pdd-logistics",
    "wecom-kf",
    "meiqia",
    "udesk-push",
    "51ima",
    "qiyu",
];

/// A library that panics on a spoilt workbook is caught and told as a problem (see `ingest::book`): no find.
static QUIET: Once = Once::new();

fn be_quiet_about_workbooks() {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if std::thread::current().name() != Some(WORKBOOK_THREAD) {
            hook(info);
        }
    }));
}

thread_local! {
    static FILE: OnceCell<NamedTempFile> = const { OnceCell::new() };
}

/// Reads `bytes` as a log in the format `id`, or in the one that they seem to have.
///
/// # Panics
/// When a message is lost or made up, or stands on a line that the input does not have.
#[allow(dead_code, reason = "tests take what they need of this file")]
pub fn throw(id: Option<&str>, bytes: &[u8]) {
    QUIET.call_once(be_quiet_about_workbooks);
    let input = FILE.with(|file| {
        let file = file.get_or_init(|| NamedTempFile::new().expect("a temporary file"));
        let mut out = std::fs::File::create(file.path()).expect("the temporary file");
        out.write_all(bytes).expect("room in the temporary folder");
        Input::Path(file.path().to_owned())
    });
    let format = id.map(|id| by_id(id).expect("a known format"));
    let options = Options { input_format: format, keep_rejects: true, ..Options::default() };
    let store = read(&[input], &options, &());
    let counts = store.counts();
    assert_eq!(counts.rejected, store.rejects().len() as u64);
    let mut messages = 0;
    let mut last = 0;
    for i in 0..store.partitions() {
        for conversation in store.load(i).expect("nothing was spilled").conversations() {
            assert!(!conversation.messages.is_empty());
            for message in &conversation.messages {
                messages += 1;
                last = last.max(message.line);
            }
        }
    }
    // Within one file nothing counts as a repetition, so every row is a message or a reject.
    if store.files().len() == 1 {
        assert_eq!(messages + counts.rejected, counts.rows, "{:?}", store.problems());
        // Rows of a workbook are no lines.
        let is_plain = store.recognised().iter().all(|r| {
            !r.encoding.contains("UTF-16") && !r.encoding.contains(',') && r.format.id != "workbook"
        });
        let lines = bytes.iter().filter(|b| matches!(b, b'\n' | b'\r')).count() as u64 + 1;
        assert!(!is_plain || u64::from(last) <= lines, "line {last} of {lines}");
    }
    for problem in store.problems() {
        assert!(!problem.what.zh.is_empty() && !problem.next.en.is_empty());
    }
}

/// A workbook whose one sheet is this XML.
///
/// # Panics
/// When there is no memory.
#[must_use]
#[allow(dead_code, reason = "tests take what they need of this file")]
pub fn workbook(sheet: &[u8]) -> Vec<u8> {
    const KINDS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relation = |id: &str, kind: &str, target: &str| {
        format!("<Relationship Id=\"{id}\" Type=\"{KINDS}/{kind}\" Target=\"{target}\"/>")
    };
    let relations = |all: &str| format!("<Relationships xmlns=\"{PACKAGE}\">{all}</Relationships>");
    let book = format!(
        "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{KINDS}\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
    );
    let styles = format!(
        "<styleSheet xmlns=\"{MAIN}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"22\"/></cellXfs></styleSheet>"
    );
    let of_book =
        relation("r1", "worksheet", "worksheets/sheet1.xml") + &relation("r2", "styles", "styles.xml");
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in [
        ("_rels/.rels", relations(&relation("r1", "officeDocument", "xl/workbook.xml")).as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations(&of_book).as_bytes()),
        ("xl/styles.xml", styles.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet),
    ] {
        zip.start_file(name, stored).expect("a name that fits");
        zip.write_all(bytes).expect("room in memory");
    }
    zip.finish().expect("room in memory").into_inner()
}
