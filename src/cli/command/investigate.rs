//! `kefu-audit investigate` and `kefu-audit explain` on the command line.

use clap::{Arg, Command};

use super::reading::input_format;
use super::{flag, many, value, words};
use crate::say::Lang;

/// `investigate`.
pub(super) fn command(lang: Lang) -> Command {
    let t = words(lang);
    let command = Command::new("investigate")
        .about(t("核查一起投诉：找出会话、查规则、给答复", "Look into one complaint: the talk, the rules, the answer"))
        .override_usage(t(
            "kefu-audit investigate [选项] <LOG>...",
            "kefu-audit investigate [OPTIONS] <LOG>...",
        ))
        .after_help(t(
            "\n退出码：0 没有问题；1 有达到 --fail-on 级别的问题；2 没有找到、要先选一个、或输入有错\n例：kefu-audit investigate 三月/ --buyer 青柠汽水77 --complaint 发票 --format html --output 核查.html",
            "\nExit codes: 0 clean; 1 findings at or above --fail-on; 2 nothing found, a choice to make, or bad input\nExample: kefu-audit investigate march/ --buyer lime77 --complaint invoice --format html --output page.html",
        ))
        .next_help_heading(t("找谁", "What to look for"))
        .arg(value("buyer", "B", t("买家账号，要写全；名字相似的账号会一并列出", "The buyer's account, exact; look-alikes are offered")))
        .arg(value("order", "O", t("订单号", "An order number")))
        .arg(value("conversation", "C", t("会话编号", "A session id")))
        .arg(value("text", "WORDS", t("说过的话，空格隔开的词要在同一句里都有", "Words that one message holds, divided by blanks")))
        .arg(value("agent", "A", t("只看这名客服", "Only this agent")))
        .arg(value("since", "D", t("从这时起：2024-03-01 或 \"2024-03-01 08:00\"", "From then on: 2024-03-01 or \"2024-03-01 08:00\"")))
        .arg(value("until", "D", t("到这时止；只写日期则含当天", "Until then; a day alone is included whole")))
        .arg(value("complaint", "RULE|KIND", t("投诉的事由：规则编号，或 发票、运费、泄露 这样的类别", "What it is about: a rule id, or a kind such as invoice")));
    common(command, lang).arg(value(
        "pack",
        "FILE.zip",
        t(
            "另存证据包：页面、原始行、规则原文、算法、源文件哈希",
            "Also write an evidence pack: page, rows, rules, arithmetic, hashes",
        ),
    ))
}

/// `explain`.
pub(super) fn explain(lang: Lang) -> Command {
    let t = words(lang);
    let command = Command::new("explain")
        .about(t("解释报告里的一条结果", "Explain one finding of a report"))
        .override_usage(t(
            "kefu-audit explain [选项] <FINDING_ID> <LOG>...",
            "kefu-audit explain [OPTIONS] <FINDING_ID> <LOG>...",
        ))
        .after_help(t(
            "\n例：kefu-audit explain 3f2a9c1b 昨天.csv",
            "\nExample: kefu-audit explain 3f2a9c1b yesterday.csv",
        ))
        .arg(
            Arg::new("id")
                .value_name("FINDING_ID")
                .required(true)
                .help(t("报告里的编号，写前几位也行", "The id in the report; its beginning will do")),
        );
    common(command, lang)
}

/// What both take.
fn common(command: Command, lang: Lang) -> Command {
    output(input(command, lang), lang)
}

fn input(command: Command, lang: Lang) -> Command {
    let t = words(lang);
    command
        .next_help_heading(t("输入", "Input"))
        .arg(
            Arg::new("logs")
                .value_name("LOG")
                .num_args(1..)
                .required(true)
                .value_parser(clap::value_parser!(std::path::PathBuf))
                .help(t("聊天记录：文件、目录或通配符", "Chat logs: files, folders or patterns")),
        )
        .arg(many(
            "column",
            "NAME=HEADER",
            t("指定某一栏的表头，例如 content=聊天内容", "The header of a column, such as content=Body"),
        ))
        .arg(input_format(lang))
        .arg(value(
            "platform",
            "P",
            t(
                "记录里没有平台时按它算：tmall、taobao、jd、pdd",
                "Platform of logs that name none: tmall, taobao, jd, pdd",
            ),
        ))
        .arg(value(
            "shop",
            "S",
            t("只看这家店；记录里没有店铺时也按它算", "Only this shop; also the shop of logs that name none"),
        ))
        .arg(value(
            "gap",
            "MINUTES",
            t(
                "没有会话编号时，隔多少分钟算新会话，默认 30",
                "Minutes of silence that end a conversation without session id; default 30",
            ),
        ))
        .arg(value(
            "allow-bad-rows",
            "N|P%",
            t("允许多少行（或百分之几）不能用，默认 0", "Rows (or percent) that may be lost; default 0"),
        ))
}

fn output(command: Command, lang: Lang) -> Command {
    let t = words(lang);
    command
        .next_help_heading(t("规则", "Rules"))
        .arg(many("rules", "FILE", t("再加一个规则文件，可写多次", "One more rule file; may be repeated")))
        .arg(value(
            "rule-pack",
            "FOLDER",
            t("用这个目录里的规则包代替内置的", "Use the pack in this folder instead of the built-in one"),
        ))
        .arg(many(
            "prior",
            "SHOP:LADDER=N",
            t(
                "店铺原有的扣分，例如 某某旗舰店:severe=12，可写多次",
                "Points that a shop has already, such as Shop:severe=12; may be repeated",
            ),
        ))
        .arg(value(
            "as-of",
            "DATE",
            t(
                "按这一天（到当天 24 点）算扣分，默认是会话的最后一天",
                "Judge the points as of the end of this day; by default the last day of the case",
            ),
        ))
        .arg(many(
            "profile",
            "P",
            t(
                "分值用哪个口径，例如 tmall-2023，每个平台一个，可写多次",
                "Which figures hold, such as tmall-2023; one a platform, may be repeated",
            ),
        ))
        .next_help_heading(t("报告", "Report"))
        .arg(value("format", "F", t("text、md、html、json，默认 text", "text, md, html, json; default text")))
        .arg(value("output", "FILE", t("写到文件，不写到屏幕", "Write to a file, not to the screen")))
        .arg(value(
            "fail-on",
            "LEVEL",
            t(
                "从哪一级起退出码为 1：violation（默认）、warning、notice、never",
                "Level from which on the exit code is 1: violation (default), warning, notice, never",
            ),
        ))
        .arg(flag(
            "reveal",
            t("不打码：显示电话、地址、买家名", "Show phones, addresses and buyers unmasked"),
        ))
        .arg(value(
            "color",
            "WHEN",
            t("颜色：auto（默认）、always、never", "Colour: auto (default), always, never"),
        ))
        .next_help_heading(t("其他", "Other"))
        .arg(value(
            "threads",
            "N",
            t("用几个线程，默认按机器", "Threads; by default as many as the machine has"),
        ))
        .next_help_heading(t("报告", "Report"))
}
