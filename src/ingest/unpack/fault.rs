//! What goes wrong with containers, in words.

use std::fmt;
use std::io;

use crate::ingest::trouble::{Trouble, excerpt};
use crate::problem::Severity;
use crate::say::Say;

/// Why a container, or a file in it, cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Fault {
    /// It unpacks to far more than any log.
    Bomb {
        packed: u64,
        unpacked: u64,
        ratio: u64,
    },
    /// It is damaged or cut off.
    Damaged(String),
    /// What was unpacked is not what was packed.
    Checksum,
    /// It needs a password.
    Encrypted,
    /// It is packed in a way that is not known.
    Method(String),
    /// An archive in an archive in an archive.
    Nested,
    TooMany {
        files: usize,
        most: usize,
    },
    TooLarge {
        size: u64,
        most: u64,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.trouble().what.en)
    }
}

impl std::error::Error for Fault {}

impl Fault {
    /// The fault within an error of reading.
    pub(in crate::ingest) fn of(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }

    /// In words.
    pub(in crate::ingest) fn trouble(&self) -> Trouble {
        let (code, zh, en) = self.what();
        let (next_zh, next_en) = self.next();
        error(code, Say::new(zh, en), Say::new(next_zh, next_en))
    }

    fn what(&self) -> (&'static str, String, String) {
        match self {
            Self::Bomb { packed, unpacked, ratio } => (
                "archive-bomb",
                format!("解压后大得离谱（{packed} 字节已经解出 {unpacked} 字节，超过 {ratio} 倍），停在这里"),
                format!(
                    "it unpacks out of all proportion ({packed} bytes gave {unpacked}, more than {ratio} times as many); stopped here"
                ),
            ),
            Self::Damaged(why) => {
                let why = excerpt(why.as_bytes());
                (
                    "archive-damaged",
                    format!("压缩包（或 Excel 工作簿）坏了或不完整：{why}"),
                    format!("the archive (or Excel workbook) is damaged or cut off: {why}"),
                )
            }
            Self::Checksum => (
                "archive-damaged",
                "压缩包坏了：解出来的内容和校验值对不上".to_owned(),
                "the archive is damaged: what was unpacked does not fit its checksum".to_owned(),
            ),
            Self::Encrypted => {
                ("archive-encrypted", "这个文件有密码".to_owned(), "the file needs a password".to_owned())
            }
            Self::Method(name) => (
                "archive-method",
                format!("不认识的压缩方法 {name}"),
                format!("unknown method of packing: {name}"),
            ),
            Self::Nested => (
                "archive-nested",
                "压缩包里的压缩包里还有压缩包，只打开两层".to_owned(),
                "an archive in an archive in an archive: only two are opened".to_owned(),
            ),
            Self::TooMany { files, most } => (
                "archive-too-many",
                format!("压缩包里有 {files} 个文件，最多读 {most} 个"),
                format!("the archive holds {files} files; at most {most} are read"),
            ),
            Self::TooLarge { size, most } => (
                "archive-too-large",
                format!("里面的压缩包有 {size} 字节，最大 {most} 字节"),
                format!("the archive within has {size} bytes; the limit is {most}"),
            ),
        }
    }

    fn next(&self) -> (&'static str, &'static str) {
        match self {
            Self::Bomb { .. } => (
                "不要打开来路不明的压缩包；确实是聊天记录就先解压，再传入解出来的文件",
                "do not open archives of unknown origin; if it is a log after all, unpack it and pass the files",
            ),
            Self::Damaged(_) | Self::Checksum => {
                ("重新下载或导出这个文件", "download or export the file again")
            }
            Self::Encrypted => {
                ("先用密码解压，再传入解出来的文件", "unpack it with its password and pass the files")
            }
            Self::Method(_) => (
                "用系统自带的压缩重新打包，或先解压再传入",
                "pack it again with the system's own tool, or unpack it and pass the files",
            ),
            Self::Nested | Self::TooMany { .. } | Self::TooLarge { .. } => {
                ("先解压，再传入解出来的文件或文件夹", "unpack it and pass the files or the folder")
            }
        }
    }
}

fn error(code: &'static str, what: Say, next: Say) -> Trouble {
    Trouble { code, severity: Severity::Error, column: String::new(), what, next }
}

/// What is said of an error of reading an archive.
pub(super) fn told(error: &io::Error) -> Trouble {
    Fault::of(error).cloned().unwrap_or_else(|| Fault::Damaged(error.to_string())).trouble()
}

/// An archive without a log.
pub(super) fn no_logs(skipped: usize) -> Trouble {
    error(
        "archive-empty",
        Say::new(
            format!("压缩包里没有聊天记录（另有 {skipped} 个别的文件）"),
            format!("the archive holds no log ({skipped} other files)"),
        ),
        Say::new("检查导出是否完整", "check that the export is complete"),
    )
}

/// Files of an archive that are no logs by their endings.
pub(super) fn skipped(n: usize) -> Trouble {
    Trouble {
        severity: Severity::Warning,
        ..error(
            "archive-skipped",
            Say::new(
                format!("压缩包里有 {n} 个文件不像聊天记录（图片等），没有读"),
                format!("{n} files of the archive are no logs by their endings and were left aside"),
            ),
            Say::new("确实是记录的，请解压后直接写出文件名", "unpack those that are logs and name them"),
        )
    }
}
