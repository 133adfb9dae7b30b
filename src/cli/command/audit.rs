//! `kefu-audit audit` on the command line.

use clap::{Arg, Command};

use super::{flag, many, pack_args, value, words};
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
        .args(pack_args(lang))
        .arg(many("prior", "SHOP:LADDER=N[@DATE]", t("店铺原有的扣分和查到的日期，例如 某某旗舰店:severe=12@2024-03-01，可写多次", "Points that a shop has already and the day they are of, such as Shop:severe=12@2024-03-01; may be repeated")))
        .arg(value("as-of", "DATE", t("按这一天（到当天 24 点）算扣分，默认是记录的最后一天", "Judge the points as of the end of this day; by default the log's last day")))
        .arg(many("profile", "P", t("分值和指标用哪个口径，例如 tmall-2023，每个平台一个，可写多次", "Which figures hold, such as tmall-2023; one a platform, may be repeated")))
        .arg(value("ways", "W", t("识别方式：both（默认）、written（只用写明的规则）、taught（只用学会的）", "Ways of recognising: both (default), written, taught")))
        .arg(flag("strict-ads", t("广告用语从严：今日、限时一类的词也报", "Strict on advert words: report even those like today or limited time")))
        .next_help_heading(t("范围", "Scope"))
        .arg(value("agent", "A", t("只看这名客服", "Only this agent")))
        .arg(value("since", "D", t("从这时起：2024-03-01 或 \"2024-03-01 08:00\"", "From then on: 2024-03-01 or \"2024-03-01 08:00\"")))
        .arg(value("until", "D", t("到这时止；只写日期则含当天", "Until then; a day alone is included whole")))
        .next_help_heading(t("报告", "Report"))
        .arg(value("format", "F", t("table、json、ndjson、csv，默认 table", "table, json, ndjson, csv; default table")))
        .arg(value("output", "FILE", t("写到文件，不写到屏幕", "Write to a file, not to the screen")))
        .arg(value("fail-on", "LEVEL", t("从哪一级起退出码为 1：violation（默认）、warning、notice、never", "Level from which on the exit code is 1: violation (default), warning, notice, never")))
        .arg(value("min-sample", "N", t("会话不足多少个的客服不排名，默认 30", "Conversations below which an agent is not ranked; default 30")))
        .arg(flag("reveal", t("不打码：显示电话、地址、买家名", "Show phones, addresses and buyers unmasked")))
        .arg(flag("quiet", t("只要汇总，不要逐条结果", "Tables only, no single findings")))
        .arg(value("color", "WHEN", t("颜色：auto（默认）、always、never", "Colour: auto (default), always, never")))
        .next_help_heading(t("其他", "Other"))
        .arg(value("threads", "N", t("用几个线程，默认按机器", "Threads; by default as many as the machine has")))
}
