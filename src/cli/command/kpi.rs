//! `kefu-audit kpi` on the command line.

use clap::Command;

use super::{many, pack_args, reading_args, value, words};
use crate::say::Lang;

/// The command.
pub(super) fn command(lang: Lang) -> Command {
    let t = words(lang);
    Command::new("kpi")
        .about(t("统计响应时间、3 分钟回复率等指标", "Count response times, 3-minute rates and other figures"))
        .override_usage(t("kefu-audit kpi [选项] <LOG>...", "kefu-audit kpi [OPTIONS] <LOG>..."))
        .after_help(t(
            "\n每个指标都写明分子、分母和不计的原因；怎么算、哪年的口径，见结果末尾或 rules/kpi.toml。\n例：kefu-audit kpi 昨天.csv --format csv --output 指标.csv",
            "\nEvery figure comes with numerator, denominator and what was left out; how it is counted and of what date stands at the end, or in rules/kpi.toml.\nExample: kefu-audit kpi yesterday.csv --format csv --output figures.csv",
        ))
        .args(reading_args(lang))
        .next_help_heading(t("输入", "Input"))
        .arg(value("allow-bad-rows", "N|P%", t("允许多少行（或百分之几）不能用，默认 0", "Rows (or percent) that may be lost; default 0")))
        .next_help_heading(t("规则", "Rules"))
        .args(pack_args(lang))
        .arg(many("profile", "P", t("用哪个口径，例如 taobao-2022，每个平台一个，可写多次", "Which definitions hold, such as taobao-2022; one a platform, may be repeated")))
        .next_help_heading(t("报告", "Report"))
        .arg(value("format", "F", t("table、json、csv，默认 table", "table, json, csv; default table")))
        .arg(value("output", "FILE", t("写到文件，不写到屏幕", "Write to a file, not to the screen")))
        .arg(value("color", "WHEN", t("颜色：auto（默认）、always、never", "Colour: auto (default), always, never")))
}
