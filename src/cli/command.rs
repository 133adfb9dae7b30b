//! The command line as clap sees it, with every text in the chosen language. Values stay text here; `values`
//! reads them, so that faults can be told in the same language.

use clap::{Arg, ArgAction, ArgMatches, Command};
use clap_complete::Shell;

use crate::say::Lang;

/// Builds the command line.
pub(super) fn command(lang: Lang) -> Command {
    let t = |zh: &'static str, en: &'static str| match lang {
        Lang::Zh => zh,
        Lang::En => en,
    };
    let template = t(
        "{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}",
        "{about-with-newline}\nUsage: {usage}\n\n{all-args}{after-help}",
    );
    let finish = |command: Command| {
        command
            .help_template(template)
            .disable_help_flag(true)
            .subcommand_help_heading(t("命令", "Commands"))
            .arg(
                Arg::new("help")
                    .short('h')
                    .long("help")
                    .action(ArgAction::Help)
                    .help_heading(t("其他", "Other"))
                    .help(t("显示这份说明", "Print this help")),
            )
            .arg(
                value(
                    "lang",
                    "zh|en",
                    t("提示和报告用的语言，默认按系统设置", "Language; by default the system's"),
                )
                .value_parser(["zh", "en"])
                .hide_possible_values(true)
                .help_heading(t("其他", "Other")),
            )
    };
    finish(
        Command::new("kefu-audit")
            .about(t(
                "检查电商客服聊天记录里的违规，并估算可能的扣分和罚款",
                "Audits customer-service chat logs of Chinese shops for breaches and estimates what they may cost",
            ))
            .version(env!("CARGO_PKG_VERSION"))
            .disable_version_flag(true)
            .disable_help_subcommand(true)
            .subcommand_required(true)
            .subcommand_value_name(t("命令", "COMMAND"))
            .subcommand(finish(audit(lang)))
            .subcommand(finish(rules(lang)))
            .subcommand(finish(
                Command::new("completions")
                    .about(t("输出命令行补全脚本", "Print a completion script for a shell"))
                    .arg(
                        Arg::new("shell")
                            .required(true)
                            .value_name("SHELL")
                            .value_parser(clap::builder::EnumValueParser::<Shell>::new())
                            .help(t("哪种 shell", "Which shell")),
                    ),
            )),
    )
    .arg(
        Arg::new("version")
            .short('V')
            .long("version")
            .action(ArgAction::Version)
            .help_heading(t("其他", "Other"))
            .help(t("显示版本", "Print the version")),
    )
}

fn value(name: &'static str, shape: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(shape).help(help)
}

fn rules(lang: Lang) -> Command {
    let t = |zh: &'static str, en: &'static str| match lang {
        Lang::Zh => zh,
        Lang::En => en,
    };
    let test = Command::new("test")
        .about(t("用规则自带的例子检验规则", "Try rules on their own examples"))
        .arg(
            Arg::new("ids")
                .value_name("ID")
                .num_args(0..)
                .help(t("规则编号（或开头），不写就是全部", "Rule ids or their beginnings; all by default")),
        )
        .arg(
            value("rules", "FILE", t("再加一个规则文件，可写多次", "One more rule file; may be repeated"))
                .action(ArgAction::Append),
        )
        .arg(value(
            "pack",
            "FOLDER",
            t("用这个目录里的规则包代替内置的", "Use the pack in this folder instead of the built-in one"),
        ));
    let train = Command::new("train")
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
        ));
    let train = train.arg(value(
        "precision",
        "PERCENT",
        t(
            "留出的例子上至少要有的准确率，据此定界线，默认 75",
            "Least precision on held-out examples that thresholds are chosen for; default 75",
        ),
    ));
    Command::new("rules")
        .about(t("查看和检验规则", "Look at rules and try them"))
        .subcommand_required(true)
        .subcommand(test)
        .subcommand(train)
}

fn audit(lang: Lang) -> Command {
    let t = |zh: &'static str, en: &'static str| match lang {
        Lang::Zh => zh,
        Lang::En => en,
    };
    let many = |name, shape, help| value(name, shape, help).action(ArgAction::Append);
    let flag = |name, help| Arg::new(name).long(name).action(ArgAction::SetTrue).help(help);
    Command::new("audit")
        .about(t("检查聊天记录", "Audit chat logs"))
        .override_usage(t("kefu-audit audit [选项] <LOG>...", "kefu-audit audit [OPTIONS] <LOG>..."))
        .after_help(t(
            "\n退出码：0 没有问题；1 有达到 --fail-on 级别的问题；2 没能做完（参数、规则、输入有错）\n例：kefu-audit audit 昨天.csv --prior 某某旗舰店:general=6",
            "\nExit codes: 0 clean; 1 findings at or above --fail-on; 2 the job could not be done (arguments, rules, input)\nExample: kefu-audit audit yesterday.csv --prior SomeShop:general=6",
        ))
        .next_help_heading(t("输入", "Input"))
        .arg(
            Arg::new("logs")
                .value_name("LOG")
                .num_args(1..)
                .required(true)
                .value_parser(clap::value_parser!(std::path::PathBuf))
                .help(t("聊天记录：文件、目录或通配符", "Chat logs: files, folders or patterns")),
        )
        .arg(many("column", "NAME=HEADER", t("指定某一栏的表头，例如 content=聊天内容", "The header of a column, such as content=Body")))
        .arg(value("platform", "P", t("记录里没有平台时按它算：tmall、taobao、jd、pdd", "Platform of logs that name none: tmall, taobao, jd, pdd")))
        .arg(value("shop", "S", t("记录里没有店铺时按它算", "Shop of logs that name none")))
        .arg(value("gap", "MINUTES", t("没有会话编号时，隔多少分钟算新会话，默认 30", "Minutes of silence that end a conversation without session id; default 30")))
        .arg(value("rejects", "FILE", t("把不能用的行存到这个文件", "Keep the rows that could not be used in this file")))
        .arg(value("allow-bad-rows", "N|P%", t("允许多少行（或百分之几）不能用，默认 0", "Rows (or percent) that may be lost; default 0")))
        .next_help_heading(t("规则", "Rules"))
        .arg(many("rules", "FILE", t("再加一个规则文件，可写多次", "One more rule file; may be repeated")))
        .arg(value("pack", "FOLDER", t("用这个目录里的规则包代替内置的", "Use the pack in this folder instead of the built-in one")))
        .arg(many("prior", "SHOP:LADDER=N", t("店铺原有的扣分，例如 某某旗舰店:severe=12，可写多次", "Points that a shop has already, such as Shop:severe=12; may be repeated")))
        .arg(value("ways", "W", t("识别方式：both（默认）、written（只用写明的规则）、taught（只用学会的）", "Ways of recognising: both (default), written, taught")))
        .next_help_heading(t("范围", "Scope"))
        .arg(value("agent", "A", t("只看这名客服", "Only this agent")))
        .arg(value("since", "D", t("从这时起：2024-03-01 或 \"2024-03-01 08:00\"", "From then on: 2024-03-01 or \"2024-03-01 08:00\"")))
        .arg(value("until", "D", t("到这时止；只写日期则含当天", "Until then; a day alone is included whole")))
        .next_help_heading(t("报告", "Report"))
        .arg(value("format", "F", t("table、json、ndjson、csv，默认 table", "table, json, ndjson, csv; default table")))
        .arg(value("output", "FILE", t("写到文件，不写到屏幕", "Write to a file, not to the screen")))
        .arg(value("fail-on", "LEVEL", t("从哪一级起退出码为 1：violation（默认）、warning、notice、never", "Level from which on the exit code is 1: violation (default), warning, notice, never")))
        .arg(flag("reveal", t("不打码：显示电话、地址、买家名", "Show phones, addresses and buyers unmasked")))
        .arg(flag("quiet", t("只要汇总，不要逐条结果", "Tables only, no single findings")))
        .arg(value("color", "WHEN", t("颜色：auto（默认）、always、never", "Colour: auto (default), always, never")))
        .next_help_heading(t("其他", "Other"))
        .arg(value("threads", "N", t("用几个线程，默认按机器", "Threads; by default as many as the machine has")))
}

/// The completion script of the shell that `found` names.
pub(super) fn completions(found: &ArgMatches, lang: Lang) -> String {
    let Some(shell) = found.get_one::<Shell>("shell") else { return String::new() };
    let mut script = Vec::new();
    clap_complete::generate(*shell, &mut command(lang), "kefu-audit", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}
