//! `kefu-audit rules draft`, `learn` and what the cross-validation of `rules test` takes, on the command line.

use clap::{Arg, Command};

use super::reading::input_format;
use super::{flag, many, pack_args, value, words};
use crate::say::Lang;

pub(super) fn draft(lang: Lang) -> Command {
    let t = words(lang);
    Command::new("draft")
        .about(t("用贴来的对话起草一条规则", "Draft a rule from pasted dialogues"))
        .after_help(t(
            "\n两个文件都是一行一段：买：…… | 客：……；或者只写客服的一句话。各至少 3 行，10 行起规则还会自己学。",
            "\nBoth files hold one dialogue a line: 买：... | 客：...; or one sentence of the agent's alone. At least 3 lines each; from 10 on the rule learns too.",
        ))
        .arg(value("hit", "FILE", t("该报的对话", "Dialogues that must fire")).required(true))
        .arg(value("ok", "FILE", t("像但不该报的对话", "Dialogues that look alike and must not")).required(true))
        .arg(value("id", "ID", t("规则编号，默认 my-rule", "The rule's id; default my-rule")))
        .arg(value("title", "TEXT", t("规则名，默认同编号", "The rule's title; by default its id")))
        .arg(value("output", "FILE", t("写到文件（.toml），不写到屏幕", "Write to a file (.toml), not to the screen")))
        .arg(value("pack", "FOLDER", t("用这个目录里的规则包代替内置的", "Use the pack in this folder instead of the built-in one")))
}

pub(super) fn learn(lang: Lang) -> Command {
    let t = words(lang);
    Command::new("learn")
        .about(t(
            "把复核过的一条结果记成自己的例子：判错的不再报，判对的按确定报",
            "Keep a reviewed finding as an example of your own: a wrong one does not come back, a right one is certain",
        ))
        .override_usage(t(
            "kefu-audit rules learn <结果编号> --verdict wrong|right [选项] <LOG>...",
            "kefu-audit rules learn <FINDING> --verdict wrong|right [OPTIONS] <LOG>...",
        ))
        .arg(
            Arg::new("finding")
                .value_name("FINDING")
                .required(true)
                .help(t("结果的编号（报告 json 里的 id）", "The finding's id (`id` in the json report)")),
        )
        .arg(
            Arg::new("logs")
                .value_name("LOG")
                .num_args(1..)
                .required(true)
                .value_parser(clap::value_parser!(std::path::PathBuf))
                .help(t("聊天记录：文件、目录或通配符", "Chat logs: files, folders or patterns")),
        )
        .arg(value("verdict", "wrong|right", t("判错了还是判对了", "Whether it was charged wrongly or rightly")).required(true))
        .arg(value("note", "TEXT", t("备注，写在例子后面", "A remark, kept behind the example")))
        .arg(value(
            "to",
            "FILE",
            t(
                "记到哪个文件；默认是 --rules 文件旁边的 名字.examples.txt，没有就是 kefu-reviewed.txt",
                "The file; by default NAME.examples.txt beside the --rules file, else kefu-reviewed.txt",
            ),
        ))
        .args(pack_args(lang))
        .arg(many("column", "NAME=HEADER", t("指定某一栏的表头，和检查时一样", "The header of a column, as in the audit")))
        .arg(input_format(lang))
        .arg(value("platform", "P", t("记录里没有平台时按它算，和检查时一样", "Platform of logs that name none, as in the audit")))
        .arg(value("shop", "S", t("记录里没有店铺时按它算，和检查时一样", "Shop of logs that name none, as in the audit")))
        .arg(value("gap", "MINUTES", t("隔多少分钟算新会话，和检查时一样", "Minutes of silence that end a conversation, as in the audit")))
}

/// Adds the options of cross-validation.
pub(super) fn cross_validation(command: Command, lang: Lang) -> Command {
    let t = words(lang);
    command
        .next_help_heading(t("交叉检验", "Cross-validation"))
        .arg(flag(
            "cross-validate",
            t(
                "用没学过的对话检验学会的规则，列出判错的例子",
                "Measure taught rules on dialogues that they were not taught with",
            ),
        ))
        .arg(flag(
            "curve",
            t(
                "只用四分之一、一半、四分之三的对话去教，各检验一次",
                "Measure with a quarter, half, three quarters of the dialogues too",
            ),
        ))
        .arg(value(
            "ways",
            "W",
            t(
                "逐条列出哪一种的数字：taught（默认）、written、both",
                "Whose figures are shown by rule: taught (default), written, both",
            ),
        ))
        .arg(precision(lang))
        .arg(value(
            "show",
            "N",
            t(
                "每条规则最多列出几个判错的例子，默认全列",
                "List at most so many examples that were got wrong, by rule; default all",
            ),
        ))
}

/// `--precision`.
pub(super) fn precision(lang: Lang) -> Arg {
    value(
        "precision",
        "PERCENT",
        words(lang)(
            "留出的例子上至少要有的准确率，据此定界线，默认 90",
            "Least precision on held-out examples that thresholds are chosen for; default 90",
        ),
    )
}
