//! `kefu-audit rules ...` on the command line: one function per sub-command.

use clap::{Arg, Command};

use super::learning;
use super::{dress, flag, many, pack_args, value, words};
use crate::say::Lang;

/// The command with its sub-commands.
pub(super) fn command(lang: Lang) -> Command {
    let t = words(lang);
    let schema =
        t("输出规则文件的 JSON schema，给编辑器用", "Print a JSON schema of rule files, for editors");
    let all = [
        list(lang),
        one_rule("show", t("一条规则的全部：为什么错、扣多少、怎么说", "Everything about a rule"), lang),
        one_rule("explain", t("一条规则怎么判、什么会挡住它", "How a rule works and what stops it"), lang),
        check(lang),
        test(lang),
        learning::draft(lang),
        learning::learn(lang),
        init(lang),
        backtest(lang),
        doc(lang),
        output(Command::new("schema").about(schema), lang),
        train(lang),
    ];
    Command::new("rules")
        .about(t("查看、检验、编写规则", "Look at rules, try them, write them"))
        .subcommand_required(true)
        .subcommands(all.map(|command| dress(command, lang)))
}

fn output(command: Command, lang: Lang) -> Command {
    let t = words(lang);
    command.arg(value("output", "FILE", t("写到文件，不写到屏幕", "Write to a file, not to the screen")))
}

fn format(lang: Lang) -> Arg {
    value("format", "F", words(lang)("table（默认）或 json", "table (default) or json"))
}

fn list(lang: Lang) -> Command {
    let t = words(lang);
    Command::new("list")
        .about(t("列出规则", "List rules"))
        .arg(flag(
            "all",
            t("连判断不了的也列，并说明原因", "Also those that cannot be judged, with the reason"),
        ))
        .arg(value("family", "F", t("只看这一类，如 invoice", "Only this family, such as invoice")))
        .arg(value("platform", "P", t("只看这个平台", "Only this platform")))
        .arg(format(lang))
        .args(pack_args(lang))
}

fn one_rule(name: &'static str, about: &'static str, lang: Lang) -> Command {
    let help = words(lang)("规则编号", "Rule ids");
    Command::new(name)
        .about(about)
        .arg(Arg::new("ids").value_name("ID").num_args(1..).required(true).help(help))
        .args(pack_args(lang))
}

fn check(lang: Lang) -> Command {
    let t = words(lang);
    Command::new("check")
        .about(t("检查规则文件里的错误和可疑之处", "Look for mistakes and doubts in rule files"))
        .after_help(t(
            "\n退出码：0 没有错误；1 有错误（--strict 时可疑之处也算）；2 文件读不了",
            "\nExit codes: 0 no mistakes; 1 mistakes (with --strict, doubts too); 2 a file cannot be read",
        ))
        .arg(Arg::new("files").value_name("FILE").num_args(0..).help(t(
            "规则文件，加在内置规则上检查；不写就检查规则包本身",
            "Rule files, checked on top of the built-in rules; without any the pack itself is checked",
        )))
        .arg(flag("strict", t("可疑之处也算错误", "Doubts count as mistakes")))
        .arg(value(
            "pack",
            "FOLDER",
            t("用这个目录里的规则包代替内置的", "Use the pack in this folder instead of the built-in one"),
        ))
}

fn test(lang: Lang) -> Command {
    let t = words(lang);
    let command = Command::new("test")
        .about(t("用例子检验规则", "Try rules on examples"))
        .arg(Arg::new("ids").value_name("ID|FILE").num_args(0..).help(t(
            "规则编号（或开头）、规则文件（.toml）或例子文件（.txt）；不写就是全部规则自带的例子",
            "Rule ids or their beginnings, rule files (.toml), files of examples (.txt); by default every rule's own examples",
        )))
        .args(pack_args(lang));
    learning::cross_validation(command, lang)
}

fn init(lang: Lang) -> Command {
    let t = words(lang);
    Command::new("init")
        .about(t("写一个带说明的规则文件，照着改", "Write a small commented rule file to start from"))
        .arg(Arg::new("file").value_name("FILE").help(t(
            "写到哪里，默认 my-rules.toml；已有的文件不动",
            "Where to; my-rules.toml by default. A file that exists is left alone",
        )))
}

fn backtest(lang: Lang) -> Command {
    let t = words(lang);
    Command::new("backtest")
        .about(t(
            "在旧记录上比较两套规则：多报了什么、少报了什么",
            "Compare two sets of rules on logs: what is added, what is gone",
        ))
        .after_help(t(
            "\n退出码：0 结果一样；1 有差别；2 没能做完",
            "\nExit codes: 0 the same; 1 differences; 2 the job could not be done",
        ))
        .arg(
            Arg::new("logs")
                .value_name("LOG")
                .num_args(1..)
                .required(true)
                .help(t("聊天记录：文件、目录或通配符", "Chat logs: files, folders or patterns")),
        )
        .arg(many(
            "old",
            "A",
            t(
                "旧规则：规则文件或规则包目录；不写就是内置规则",
                "The old rules: rule files or a pack's folder; by default the built-in ones",
            ),
        ))
        .arg(many("new", "B", t("新规则：写法同上", "The new rules, likewise")))
        .arg(value("platform", "P", t("记录里没有平台时按它算", "Platform of logs that name none")))
        .arg(value("shop", "S", t("记录里没有店铺时按它算", "Shop of logs that name none")))
        .arg(value(
            "show",
            "N",
            t("每条规则最多列出几处差别，默认 5", "List at most so many differences of a rule; default 5"),
        ))
        .arg(format(lang))
}

fn doc(lang: Lang) -> Command {
    let t = words(lang);
    output(
        Command::new("doc")
            .about(t("输出规则手册（Markdown）", "Print the reference page of the rules (Markdown)"))
            .args(pack_args(lang)),
        lang,
    )
}

fn train(lang: Lang) -> Command {
    let t = words(lang);
    Command::new("train")
        .about(t(
            "用 rules/examples 里的例子重新训练，写入 rules/model.bin 和 rules/words.bin",
            "Train from rules/examples and write rules/model.bin and rules/words.bin",
        ))
        .arg(value(
            "pack",
            "FOLDER",
            t("规则包所在目录，默认当前目录", "The pack's folder; by default the current one"),
        ))
        .arg(learning::precision(lang))
}
