//! `kefu-audit inspect` on the command line.

use clap::Command;

use super::reading::input_args;
use super::{flag, pack_args, value, words};
use crate::say::Lang;

/// The command.
pub(super) fn command(lang: Lang) -> Command {
    let t = words(lang);
    Command::new("inspect")
        .about(t(
            "看一份记录是怎么读的：格式、栏目、谁在说话、前几条消息、下一步",
            "Show how a log is read: format, columns, who speaks, the first messages, what to do next",
        ))
        .override_usage(t("kefu-audit inspect [选项] <LOG>...", "kefu-audit inspect [OPTIONS] <LOG>..."))
        .after_help(t(
            "\n读不懂、读错了，先跑它。退出码：都读懂了是 0，有没读懂的是 2。\n例：kefu-audit inspect 导出.csv",
            "\nThe first thing to run when a log is not read, or read wrongly. Exit code 0 when all was understood, 2 when something was not.\nExample: kefu-audit inspect export.csv",
        ))
        .args(input_args(lang))
        .next_help_heading(t("规则", "Rules"))
        .args(pack_args(lang))
        .next_help_heading(t("报告", "Report"))
        .arg(flag("reveal", t("不打码：显示电话、地址、买家名", "Show phones, addresses and buyers unmasked")))
        .arg(value("output", "FILE", t("写到文件，不写到屏幕", "Write to a file, not to the screen")))
        .arg(value("color", "WHEN", t("颜色：auto（默认）、always、never", "Colour: auto (default), always, never")))
}
