//! Which logs are meant and how they are read: the same arguments for every command that reads logs.

use clap::Arg;

use super::{many, value, words};
use crate::ingest::formats;
use crate::say::Lang;

/// The format of the logs, with every id that may stand there.
pub(super) fn input_format(lang: Lang) -> Arg {
    let ids: Vec<&str> = formats::LIST.iter().map(|f| f.id).collect();
    let help = match lang {
        Lang::Zh => format!("记录的格式，不写就按内容认：{}", ids.join("、")),
        Lang::En => format!("The format of the logs; by default told by content: {}", ids.join(", ")),
    };
    Arg::new("input-format").long("input-format").value_name("ID").help(help)
}

/// The logs, their columns, their scope, and the threads.
pub(super) fn reading_args(lang: Lang) -> Vec<Arg> {
    let t = words(lang);
    let scope = t("范围", "Scope");
    let since =
        t("从这时起：2024-03-01 或 \"2024-03-01 08:00\"", "From then on: 2024-03-01 or \"2024-03-01 08:00\"");
    let mut args = input_args(lang);
    args.extend([
        value("agent", "A", t("只看这名客服", "Only this agent")).help_heading(scope),
        value("since", "D", since).help_heading(scope),
        value("until", "D", t("到这时止；只写日期则含当天", "Until then; a day alone is included whole"))
            .help_heading(scope),
    ]);
    args
}

/// The logs, their columns, and the threads.
pub(super) fn input_args(lang: Lang) -> Vec<Arg> {
    let t = words(lang);
    let (input, other) = (t("输入", "Input"), t("其他", "Other"));
    let logs = Arg::new("logs")
        .value_name("LOG")
        .num_args(1..)
        .required(true)
        .value_parser(clap::value_parser!(std::path::PathBuf))
        .help(t("聊天记录：文件、目录或通配符", "Chat logs: files, folders or patterns"));
    let column = t("指定某一栏的表头，例如 content=聊天内容", "The header of a column, such as content=Body");
    let platform = t(
        "记录里没有平台时按它算：tmall、taobao、jd、pdd",
        "Platform of logs that name none: tmall, taobao, jd, pdd",
    );
    let gap = t(
        "没有会话编号时，隔多少分钟算新会话，默认 30",
        "Minutes of silence that end a conversation without session id; default 30",
    );
    vec![
        logs.help_heading(input),
        many("column", "NAME=HEADER", column).help_heading(input),
        input_format(lang).help_heading(input),
        value("platform", "P", platform).help_heading(input),
        value("shop", "S", t("记录里没有店铺时按它算", "Shop of logs that name none")).help_heading(input),
        value("gap", "MINUTES", gap).help_heading(input),
        value("threads", "N", t("用几个线程，默认按机器", "Threads; by default as many as the machine has"))
            .help_heading(other),
    ]
}
