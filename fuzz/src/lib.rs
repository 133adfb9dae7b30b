//! The door through which programs that make up inputs, and tests, throw anything at the readers of logs. It holds what
//! must be true of every input, whatever stands in it.

use std::cell::OnceCell;
use std::io::Write as _;

use kefu_audit::ingest::formats::by_id;
use kefu_audit::ingest::{Input, Options, read};
use tempfile::NamedTempFile;

thread_local! {
    static FILE: OnceCell<NamedTempFile> = const { OnceCell::new() };
}

/// Reads `bytes` as a log in the format `id`, or in the one that they seem to have.
///
/// # Panics
/// When a message is lost or made up, or stands on a line that the input does not have.
pub fn throw(id: Option<&str>, bytes: &[u8]) {
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
        let is_plain =
            store.recognised().iter().all(|r| !r.encoding.contains("UTF-16") && !r.encoding.contains(','));
        let lines = bytes.iter().filter(|b| matches!(b, b'\n' | b'\r')).count() as u64 + 1;
        assert!(!is_plain || u64::from(last) <= lines, "line {last} of {lines}");
    }
    for problem in store.problems() {
        assert!(!problem.what.zh.is_empty() && !problem.next.en.is_empty());
    }
}
