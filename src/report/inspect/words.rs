//! The words of `inspect`: why a sender was taken for what he is, how times are written, what messages carry.

use crate::ingest::{Form, Ground};
use crate::model::Kind;
use crate::report::{Style, words};

pub(super) fn pick<'a>(style: &Style, zh: &'a str, en: &'a str) -> &'a str {
    words::pick(style.lang, zh, en)
}

pub(super) fn ground(ground: Ground, style: &Style) -> &'static str {
    let (zh, en) = match ground {
        Ground::OwnWord => ("[columns] 里写的词", "a word of [columns]"),
        Ground::Word => ("角色词", "a word for a role"),
        Ground::BuyerColumn => ("和买家栏相同", "same as the buyer column"),
        Ground::Listed => ("名单里的名字", "a name of a list"),
        Ground::Colon => ("带冒号的账号：店铺:员工", "an account with a colon, shop:staff"),
        Ground::AgentColumn => ("和客服栏相同", "same as the agent column"),
        Ground::ShopName => ("就是店铺名", "the shop's own name"),
        Ground::RobotMark => ("机器人才有的名字", "a name that only robots have"),
        Ground::Kind => ("系统类型的消息", "a message of the system kind"),
    };
    pick(style, zh, en)
}

pub(super) fn form(form: Form, style: &Style) -> &'static str {
    let (zh, en) = match form {
        Form::Local => ("没有写时区，按北京时间（UTC+8）", "no zone written: taken for Beijing time (UTC+8)"),
        Form::Zoned => ("写了时区，换算成北京时间", "with a zone, shown in Beijing time"),
        Form::Seconds => ("1970 年以来的秒数", "seconds since 1970"),
        Form::Millis => ("1970 年以来的毫秒数", "milliseconds since 1970"),
        Form::Excel => ("Excel 的日期序号，按北京时间", "Excel's day numbers, taken for Beijing time"),
    };
    pick(style, zh, en)
}

pub(super) fn kind(kind: Kind, style: &Style) -> &'static str {
    let (zh, en) = match kind {
        Kind::Text => ("文字", "text"),
        Kind::Image => ("图片等", "image"),
        Kind::Card => ("卡片", "card"),
        Kind::System => ("系统", "system"),
    };
    pick(style, zh, en)
}
