//! `kefu-audit rules ...` on the command line: one function per sub-command.

use clap::{Arg, Command};

use super::{pack_args, value, words};
use crate::say::Lang;

/// The command with its sub-commands.
pub(super) fn command(lang: Lang) -> Command {
    let t = words(lang);
    Command::new("rules")
        .about(t("查看和检验规则", "Look at rules and try them"))
        .subcommand_required(true)
        .subcommand(test(lang))
        .subcommand(train(lang))
}

fn test(lang: Lang) -> Command {
    let t = words(lang);
    Command::new("test")
        .about(t("用规则自带的例子检验规则", "Try rules on their own examples"))
        .arg(
            Arg::new("ids")
                .value_name("ID")
                .num_args(0..)
                .help(t("规则编号（或开头），不写就是全部", "Rule ids or their beginnings; all by default")),
        )
        .args(pack_args(lang))
}

fn train(lang: Lang) -> Command {
    let t = words(lang);
    Command::new("train")
        .about(t(
            "用 rules/examples 里的例子重新训练，写入 rules/model.bin",
            "Train from rules/examples and write rules/model.bin",
        ))
        .arg(value(
            "pack",
            "FOLDER",
            t("规则包所在目录，默认当前目录", "The pack's folder; by default the current one"),
        ))
        .arg(value(
            "show",
            "N",
            t("每条规则最多列出几个判错的例子", "List at most so many examples that were got wrong, by rule"),
        ))
        .arg(value(
            "precision",
            "PERCENT",
            t(
                "留出的例子上至少要有的准确率，据此定界线，默认 75",
                "Least precision on held-out examples that thresholds are chosen for; default 75",
            ),
        ))
}
