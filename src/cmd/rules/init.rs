//! `kefu-audit rules init`: writes a small commented rule file that loads as it is.

use std::fs::OpenOptions;
use std::io::{self, Write as _};

use crate::cli::RulesInit;
use crate::cmd::rules::print;
use crate::cmd::{FAILED, Streams};
use crate::problem::{Place, Problem, Severity};
use crate::report::problems;
use crate::say::Say;

/// The file.
pub const STARTER: &str = include_str!("starter.toml");

/// Runs the command: 2 when the file exists or cannot be written.
pub fn run(settings: &RulesInit, streams: &mut Streams<'_>) -> u8 {
    let lang = settings.lang;
    let shown = settings.file.display().to_string();
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&settings.file)
        .and_then(|mut file| file.write_all(STARTER.as_bytes()));
    match written {
        Ok(()) => {
            let next = Say::new(
                format!(
                    "写好了 {shown}。改好后：\n  kefu-audit rules test {shown}\n  kefu-audit audit 记录.csv --rules {shown}\n"
                ),
                format!(
                    "Wrote {shown}. When it is changed:\n  kefu-audit rules test {shown}\n  kefu-audit audit LOG.csv --rules {shown}\n"
                ),
            );
            print(next.get(lang), None, 0, lang, streams)
        }
        Err(error) => {
            let exists = error.kind() == io::ErrorKind::AlreadyExists;
            let what = if exists {
                Say::new("文件已经有了，没有动它", "the file exists and was left alone")
            } else {
                Say::new(format!("写不进去：{error}"), format!("cannot be written: {error}"))
            };
            let problem = Problem {
                code: "output-unwritable",
                severity: Severity::Error,
                place: Place { file: shown, ..Place::default() },
                what,
                next: Say::new(
                    "换个名字：kefu-audit rules init 新名字.toml",
                    "choose another name: kefu-audit rules init NAME.toml",
                ),
                count: 1,
            };
            let _ = problems::write(&[problem], lang, streams.err);
            FAILED
        }
    }
}
