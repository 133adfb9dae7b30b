//! What is said about whole files and about records without an end.

use std::io;

use super::{Layout, LogFormat, NotText, Say, Severity, Trouble};
use crate::ingest::columns::Column;
use crate::ingest::csv_rows::close_it;
use crate::ingest::trouble::excerpt;
use crate::ingest::unpack::Fault;

fn trouble(code: &'static str, severity: Severity, what: Say, next: Say) -> Trouble {
    Trouble { code, severity, column: String::new(), what, next }
}

pub(super) fn unreadable(error: &io::Error) -> Trouble {
    if let Some(fault) = Fault::of(error) {
        return fault.trouble();
    }
    trouble(
        "file-unreadable",
        Severity::Error,
        Say::new(format!("读不了这个文件：{error}"), format!("the file cannot be read: {error}")),
        Say::new("检查路径、权限和磁盘后再运行", "check path, permission and disk, then run again"),
    )
}

/// The input ended before its end.
pub(super) fn broken_off(error: &io::Error) -> Trouble {
    let is_cut = error.kind() == io::ErrorKind::UnexpectedEof;
    let (zh, en) = if is_cut {
        ("压缩文件不完整", "the packed file is cut off")
    } else {
        ("读取出错", "reading failed")
    };
    trouble(
        "file-cut-off",
        Severity::Error,
        Say::new(
            format!("{zh}，只读到这里，前面的都用上了：{error}"),
            format!("{en}: what stands before this line was read and used ({error})"),
        ),
        Say::new("重新下载或导出这个文件，再运行一次", "download or export the file again and run again"),
    )
}

/// Somebody was writing the file.
pub(super) fn growing() -> Trouble {
    trouble(
        "file-growing",
        Severity::Warning,
        Say::new(
            "文件在读的时候还在变大：只用了打开那一刻已经写完的行",
            "the file grew while it was read: only the lines that were whole when it was opened were used",
        ),
        Say::new("等导出写完后再运行一次", "run again when the export is finished"),
    )
}

pub(super) fn empty() -> Trouble {
    trouble(
        "file-empty",
        Severity::Error,
        Say::new("文件是空的，没有表头也没有消息", "the file is empty: no header, no message"),
        Say::new(
            "重新导出这份聊天记录；若当天确实没有会话，请不要传入这个文件",
            "export it again, or leave it out",
        ),
    )
}

pub(super) fn header_only() -> Trouble {
    trouble(
        "header-only",
        Severity::Warning,
        Say::new("没有一条消息（只有表头或空列表）", "not one message (a header or an empty list only)"),
        Say::new(
            "确认导出的时间范围；若当天确实没有会话，可以忽略",
            "check the date range of the export; ignore it if there was no chat",
        ),
    )
}

pub(super) fn not_text(kind: NotText) -> Trouble {
    let (zh, en, next_zh, next_en) = match kind {
        NotText::Zip => (
            "这是 ZIP 压缩包或坏了的工作簿（xlsx），不是文本",
            "this is a ZIP archive or a broken workbook (xlsx), not text",
            "压缩包先解压再传入；工作簿请重新导出或下载",
            "unpack an archive and pass what it holds; export or download a workbook again",
        ),
        NotText::Xls => (
            "这是 Excel 工作簿（xls），不是所指定格式的文本",
            "this is an Excel workbook (xls), not a text of the format named",
            "去掉 --input-format，让程序按内容认",
            "drop --input-format and let the content tell",
        ),
        NotText::Gzip => (
            "这是 gzip 压缩文件",
            "this is a gzip file",
            "先解压（gunzip），或用管道：gunzip -c 文件 | kefu-audit audit -",
            "unpack it first, or pipe it: gunzip -c FILE | kefu-audit audit -",
        ),
        NotText::Binary => (
            "这是二进制文件（含大量控制字符），不是聊天记录文本",
            "this is a binary file (NUL bytes or many control characters), not a chat log",
            "传入 CSV 或 JSON 格式的导出文件",
            "pass an export in CSV or JSON",
        ),
    };
    trouble("file-binary", Severity::Error, Say::new(zh, en), Say::new(next_zh, next_en))
}

/// A text that the user calls a workbook.
pub(super) fn no_book() -> Trouble {
    trouble(
        "format-wrong",
        Severity::Error,
        Say::new("这不是 Excel 工作簿，是文本", "this is a text, not a workbook"),
        Say::new("去掉 --input-format，让程序按内容认", "drop --input-format and let the content tell"),
    )
}

/// A list of talks without messages to join it with.
pub(super) fn talks_alone() -> Trouble {
    trouble(
        "talks-alone",
        Severity::Warning,
        Say::new(
            "这是会话清单，里面没有消息，这次也没有可以补的记录",
            "this lists talks and holds no messages, and there are no messages to join it with",
        ),
        Say::new(
            "把同一时段的聊天记录（LOG）和它一起传入",
            "pass the chat log (LOG) of the same days along with it",
        ),
    )
}

/// Two formats or more fit equally well.
pub(super) fn several_formats(fits: &[(&'static LogFormat, Say)]) -> Trouble {
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    for (format, why) in fits {
        zh.push(format!("{}（{}：{}）", format.id, format.zh, why.zh));
        en.push(format!("{} ({}: {})", format.id, format.en, why.en));
    }
    let first = fits.first().map_or("csv", |(format, _)| format.id);
    trouble(
        "format-ambiguous",
        Severity::Error,
        Say::new(
            format!("同时像几种格式，不猜：{}", zh.join("；")),
            format!("several formats fit equally well; refusing to guess: {}", en.join("; ")),
        ),
        Say::new(
            format!("用 --input-format 选定一种，例如 --input-format {first}"),
            format!("choose one with --input-format, for example --input-format {first}"),
        ),
    )
}

pub(super) fn one_column(header: &str) -> Trouble {
    let shown = excerpt(header.trim().as_bytes());
    trouble(
        "delimiter-unknown",
        Severity::Error,
        Say::new(
            format!("按逗号、制表符、分号都只分出一列：{shown}"),
            format!("comma, tab and semicolon all give one single column: {shown}"),
        ),
        Say::new(
            "另存为逗号分隔的 CSV，首行写表头（至少要有发送者、发送时间、消息内容）",
            "save it as comma-separated CSV with a header line (sender, sent_at and content at least)",
        ),
    )
}

/// Without session ids and buyers, conversations cannot be told apart.
pub(super) fn no_key(layout: &Layout) -> Option<Trouble> {
    let absent = |c| layout.field(c).is_none();
    (absent(Column::SessionId) && absent(Column::Buyer)).then(|| {
        trouble(
            "key-missing",
            Severity::Warning,
            Say::new(
                "没有会话 ID 列也没有买家列，只能按店铺和静默时长分会话",
                "neither a session id nor a buyer column: conversations are told apart by shop and silence alone",
            ),
            Say::new(
                "用 --column session_id=表头名 或 --column buyer=表头名 指出",
                "name one with --column session_id=HEADER or --column buyer=HEADER",
            ),
        )
    })
}

/// `reread`: the lines after it were read after all.
pub(super) fn unclosed_quote(reread: bool) -> Trouble {
    trouble(
        "quote-unclosed",
        Severity::Error,
        Say::new(
            "这一行有引号没有闭合，直到文件结尾",
            "a quote opens on this line and never closes before the file ends",
        ),
        close_it(reread),
    )
}

/// `longest` in bytes; `inside` a quote.
pub(super) fn too_long(longest: usize, inside: bool) -> Trouble {
    let mib = longest >> 20;
    let (zh, en) =
        if inside { ("，多半是引号没有闭合", ", most likely a quote left open") } else { ("", "") };
    trouble(
        "record-too-long",
        Severity::Error,
        Say::new(
            format!("从这里开始的一条记录超过 {mib} MiB{zh}"),
            format!("a record of more than {mib} MiB begins here{en}"),
        ),
        Say::new(
            "检查这一行的引号和换行；JSON 请改成每行一条消息（NDJSON）",
            "check quotes and line ends here; turn JSON into one message per line (NDJSON)",
        ),
    )
}

/// Why a format was chosen, of a reply that came in XML.
pub(super) fn from_xml(why: &Say) -> Say {
    Say::new(
        format!("应答是 XML，按同样内容的 JSON 读；{}", why.zh),
        format!("a reply in XML, read as the JSON of the same content; {}", why.en),
    )
}

pub(super) fn xml_broken(reason: &Say) -> Trouble {
    trouble(
        "xml-invalid",
        Severity::Error,
        Say::new(
            format!("XML 只能读到这里，前面完整的都用上了：{}", reason.zh),
            format!("the XML can be read up to here, and what is whole before it was used: {}", reason.en),
        ),
        Say::new(
            "重新导出，或用 XML 校验工具检查这一处",
            "export it again, or check this place with an XML validator",
        ),
    )
}

pub(super) fn json_cut_off() -> Trouble {
    trouble(
        "json-invalid",
        Severity::Error,
        Say::new(
            "JSON 在这里断了：文件结束前括号或引号没有闭合",
            "the JSON breaks off here: a bracket or quote is open when the file ends",
        ),
        Say::new(
            "重新导出，或用 JSON 校验工具检查这一处",
            "export it again, or check this place with a JSON validator",
        ),
    )
}
