//! The command line as clap sees it, with every text in the chosen language. Values stay text here; `values`
//! reads them, so that faults can be told in the same language. One file per command.

mod audit;
mod estimate;
mod inspect;
mod investigate;
mod kpi;
mod learning;
mod lint;
mod reading;
mod rules;

use clap::{Arg, ArgAction, ArgMatches, Command};
use clap_complete::Shell;

use self::reading::reading_args;
use crate::say::Lang;

/// Builds the command line.
pub(super) fn command(lang: Lang) -> Command {
    let t = words(lang);
    let finish = |command: Command| dress(command, lang);
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
            .subcommand(finish(audit::command(lang)))
            .subcommand(finish(kpi::command(lang)))
            .subcommand(finish(inspect::command(lang)))
            .subcommand(finish(estimate::command(lang)))
            .subcommand(finish(investigate::command(lang)))
            .subcommand(finish(investigate::explain(lang)))
            .subcommand(finish(lint::command(lang)))
            .subcommand(finish(rules::command(lang)))
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

/// What every command has: the look of its help, `--help` and `--lang`.
fn dress(command: Command, lang: Lang) -> Command {
    let t = words(lang);
    let template = t(
        "{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}",
        "{about-with-newline}\nUsage: {usage}\n\n{all-args}{after-help}",
    );
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
}

/// An option that takes a value, `--name SHAPE`.
fn value(name: &'static str, shape: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(shape).help(help)
}

/// The same, but it may be given more than once.
fn many(name: &'static str, shape: &'static str, help: &'static str) -> Arg {
    value(name, shape, help).action(ArgAction::Append)
}

/// An option without a value.
fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

/// Which rules are meant: `--rules` and `--pack`, the same for every command.
fn pack_args(lang: Lang) -> [Arg; 2] {
    let t = words(lang);
    [
        many("rules", "FILE", t("再加一个规则文件，可写多次", "One more rule file; may be repeated")),
        value(
            "pack",
            "FOLDER",
            t("用这个目录里的规则包代替内置的", "Use the pack in this folder instead of the built-in one"),
        ),
    ]
}

/// Chooses the wording of a language.
fn words(lang: Lang) -> impl Fn(&'static str, &'static str) -> &'static str + Copy {
    move |zh, en| match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// The completion script of the shell that `found` names.
pub(super) fn completions(found: &ArgMatches, lang: Lang) -> String {
    let Some(shell) = found.get_one::<Shell>("shell") else { return String::new() };
    let mut script = Vec::new();
    clap_complete::generate(*shell, &mut command(lang), "kefu-audit", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}
