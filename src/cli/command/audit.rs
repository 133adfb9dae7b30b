//! `kefu-audit audit` on the command line.

use clap::Command;

use super::{flag, many, pack_args, reading_args, value, words};
use crate::say::Lang;

/// The command.
pub(super) fn command(lang: Lang) -> Command {
    let t = words(lang);
    Command::new("audit")
        .about(t("检查聊天记录", "Audit chat logs"))
        .override_usage(t("kefu-audit audit [选项] <LOG>...", "kefu-audit audit [OPTIONS] <LOG>..."))
        .after_help(t(
            "\n退出码：0 没有问题；1 有达到 --fail-on 级别的问题；2 没能做完（参数、规则、输入有错）\n例：kefu-audit audit 昨天.csv --prior 某某旗舰店:general=6",
            "\nExit codes: 0 clean; 1 findings at or above --fail-on; 2 the job could not be done (arguments, rules, input)\nExample: kefu-audit audit yesterday.csv --prior SomeShop:general=6",
        ))
        .args(reading_args(lang))
        .arg(value("rejects", "FILE", t("把不能用的行存到这个文件", "Keep the rows that could not be used in this file")))
        .arg(value("allow-bad-rows", "N|P%", t("允许多少行（或百分之几）不能用，默认 0", "Rows (or percent) that may be lost; default 0")))
        .next_help_heading(t("规则", "Rules"))
        .args(pack_args(lang))
        .arg(many("prior", "SHOP:LADDER=N[@DATE]", t("店铺原有的扣分和查到的日期，例如 某某旗舰店:severe=12@2024-03-01，可写多次", "Points that a shop has already and the day they are of, such as Shop:severe=12@2024-03-01; may be repeated")))
        .arg(value("as-of", "DATE", t("按这一天（到当天 24 点）算扣分，默认是记录的最后一天", "Judge the points as of the end of this day; by default the log's last day")))
        .arg(many("profile", "P", t("分值和指标用哪个口径，例如 tmall-2023，每个平台一个，可写多次", "Which figures hold, such as tmall-2023; one a platform, may be repeated")))
        .arg(value("ways", "W", t("识别方式：both（默认）、written（只用写明的规则）、taught（只用学会的）", "Ways of recognising: both (default), written, taught")))
        .arg(flag("strict-ads", t("广告用语从严：今日、限时一类的词也报", "Strict on advert words: report even those like today or limited time")))
        .next_help_heading(t("报告", "Report"))
        .arg(value("format", "F", t("table、json、ndjson、csv，默认 table", "table, json, ndjson, csv; default table")))
        .arg(value("output", "FILE", t("写到文件，不写到屏幕", "Write to a file, not to the screen")))
        .arg(value("fail-on", "LEVEL", t("从哪一级起退出码为 1：violation（默认）、warning、notice、never", "Level from which on the exit code is 1: violation (default), warning, notice, never")))
        .arg(value("min-sample", "N", t("会话不足多少个的客服不排名，默认 30", "Conversations below which an agent is not ranked; default 30")))
        .arg(flag("reveal", t("不打码：显示电话、地址、买家名", "Show phones, addresses and buyers unmasked")))
        .arg(flag("quiet", t("只要汇总，不要逐条结果", "Tables only, no single findings")))
        .arg(value("color", "WHEN", t("颜色：auto（默认）、always、never", "Colour: auto (default), always, never")))
}
