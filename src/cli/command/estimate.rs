//! `kefu-audit estimate` on the command line.

use clap::{Arg, Command};

use super::{flag, many, pack_args, value, words};
use crate::say::Lang;

/// The command.
pub(super) fn command(lang: Lang) -> Command {
    let t = words(lang);
    Command::new("estimate")
        .about(t("估算聊天记录里看不到的违规要扣多少", "Estimate what a breach costs that no log shows"))
        .after_help(t(
            "\n例：kefu-audit estimate false-trade --occurrence 3 --orders 120 --prior 6",
            "\nExample: kefu-audit estimate false-trade --occurrence 3 --orders 120 --prior 6",
        ))
        .arg(
            Arg::new("id")
                .value_name("ID")
                .required(true)
                .help(t("估算什么：false-trade（虚假交易）", "What to estimate: false-trade")),
        )
        .arg(value("occurrence", "N", t("第几次被查到，默认 1", "Which time it is found; default 1")))
        .arg(value("orders", "N", t("涉及多少笔订单", "How many orders are concerned")))
        .arg(flag("large-scale", t("短时间内大规模", "On a large scale in a short time")))
        .arg(value("platform", "P", t("平台，默认 tmall", "Platform; default tmall")))
        .arg(value(
            "prior",
            "N",
            t("店铺今年原有的一般违规扣分，默认 0", "General points that the shop has this year; default 0"),
        ))
        .arg(many("profile", "P", t("用哪个口径，例如 tmall-2023", "Which figures hold, such as tmall-2023")))
        .args(pack_args(lang))
}
