//! What is said about workbooks.

use std::fmt::Display;

use crate::ingest::formats::LogFormat;
use crate::ingest::trouble::{Trouble, excerpt};
use crate::problem::Severity;
use crate::say::Say;

fn trouble(code: &'static str, severity: Severity, what: Say, next: Say) -> Trouble {
    Trouble { code, severity, column: String::new(), what, next }
}

/// Why a sheet is read as a log.
pub(super) fn header(line: u64, known: usize) -> Say {
    Say::new(
        format!("第 {line} 行是表头，认得其中 {known} 列"),
        format!("row {line} is a header, {known} columns of which are known"),
    )
}

/// The same where a cell holds a whole talk.
pub(super) fn talks(line: u64, format: &LogFormat) -> Say {
    Say::new(
        format!("第 {line} 行是表头，没有发送者一栏，一格里是一整段会话：{}", format.zh),
        format!("row {line} is a header without a sender; a cell holds a whole talk: {}", format.en),
    )
}

pub(super) fn invalid(error: &dyn Display) -> Trouble {
    let error = excerpt(error.to_string().as_bytes());
    trouble(
        "workbook-invalid",
        Severity::Error,
        Say::new(format!("打不开这个工作簿：{error}"), format!("the workbook cannot be opened: {error}")),
        Say::new(
            "用 Excel 打开后另存为 .xlsx（不要加密码）再试；打不开就重新导出",
            "open it in Excel and save it as .xlsx without a password; export it again if it does not open",
        ),
    )
}

pub(super) fn broken(error: &dyn Display) -> Trouble {
    let error = excerpt(error.to_string().as_bytes());
    trouble(
        "workbook-broken",
        Severity::Error,
        Say::new(
            format!("工作表从这里起读不下去：{error}；前面的行已照常读取"),
            format!("the sheet cannot be read from here on: {error}; the rows before were read as usual"),
        ),
        Say::new(
            "文件多半不完整，重新导出或下载",
            "the file is most likely cut off: export or download it again",
        ),
    )
}

/// The reader gave up without a word.
pub(in crate::ingest) fn stopped() -> Trouble {
    trouble(
        "workbook-broken",
        Severity::Error,
        Say::new("工作簿读到一半停了", "reading the workbook stopped half-way"),
        Say::new(
            "用 Excel 打开后另存为 .xlsx 再试，或另存为“CSV UTF-8”",
            "open it in Excel and save it as .xlsx, or as `CSV UTF-8`",
        ),
    )
}

pub(super) fn empty() -> Trouble {
    trouble(
        "file-empty",
        Severity::Error,
        Say::new("工作簿里没有一张表有表头和消息", "no sheet of the workbook has a header and messages"),
        Say::new(
            "确认是聊天记录的导出；表头要有发送者、发送时间、消息内容",
            "make sure that it is an export of chats with columns for sender, time and content",
        ),
    )
}

pub(super) fn too_large(part: &str, size: u64, limit: u64) -> Trouble {
    let (size, limit) = (size >> 20, limit >> 20);
    trouble(
        "workbook-too-large",
        Severity::Error,
        Say::new(
            format!("工作簿里的 {part} 解开有 {size} MiB，超过能放进内存的 {limit} MiB"),
            format!("{part} of the workbook unpacks to {size} MiB; {limit} MiB can be held in memory"),
        ),
        Say::new(
            "按日期分几次导出，或另存为“CSV UTF-8”（CSV 多大都能读）",
            "export it in several parts by date, or save it as `CSV UTF-8`, which may be of any size",
        ),
    )
}

/// The program was built without the reader.
#[cfg(not(feature = "parquet"))]
pub(super) fn no_parquet() -> Trouble {
    trouble(
        "parquet-not-built",
        Severity::Error,
        Say::new(
            "这是 Parquet 文件，这个程序没有带读它的部分",
            "this is a Parquet file, and its reader is not built in",
        ),
        Say::new(
            "用 cargo install --path . --features parquet 重装，或先转成 CSV",
            "install with cargo install --path . --features parquet, or turn the file into CSV",
        ),
    )
}

/// Excel keeps fifteen digits of a number.
pub(super) fn rounded(header: &str) -> Trouble {
    Trouble {
        code: "number-rounded",
        severity: Severity::Warning,
        column: header.to_owned(),
        what: Say::new(
            "这一栏是数字格式，超过 15 位的后几位已被 Excel 变成 0",
            "the column is stored as numbers: of more than 15 digits Excel has made the last ones zero",
        ),
        next: Say::new(
            "导出时把这一栏设成文本；按订单号查会话时只能对上前 15 位",
            "export the column as text; only the first 15 digits of these numbers can be trusted",
        ),
    }
}
