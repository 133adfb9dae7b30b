//! The entries of the JSON layouts for the list of formats: id, names, table.

use super::recognise::holds;
use super::{Table, desks, jd, pdd, taobao};
use crate::ingest::formats::{Fit, LogFormat, Reader, Sample};

macro_rules! entries {
    ($($name:ident = $table:path, $id:literal, $zh:literal, $en:literal;)*) => {
        $(
            #[doc = $en]
            pub(in crate::ingest::formats) const $name: LogFormat = LogFormat {
                id: $id,
                zh: $zh,
                en: $en,
                reader: Reader::Json(Some(&$table)),
                fits: |sample| fits(&$table, sample),
            };
        )*
    };
}

entries! {
    CHATLOG = taobao::CHATLOG, "wangwang-api", "旺旺聊天记录接口（chatlog.get、abstract.logquery）的 JSON 或 XML 应答",
        "JSON or XML replies of the Wangwang chat-log interfaces (chatlog.get, abstract.logquery)";
    OPENIM = taobao::OPENIM, "openim-api", "淘宝 OpenIM 聊天记录接口的 JSON 或 XML 应答",
        "JSON or XML replies of Taobao's OpenIM chat-log interface";
    SDK = taobao::SDK, "wangwang-sdk", "旺旺应用内 SDK 存下的 JSON 消息",
        "JSON messages saved by the Wangwang kit inside apps";
    LEYAN = taobao::LEYAN, "leyan", "乐言每日消息文件（每行一条 JSON）",
        "Leyan's daily file of messages (one JSON object a line)";
    AI_AGENT = taobao::AI_AGENT, "ai-agent", "AI 客服平台的 JSON 对话记录",
        "JSON chat records of AI reception tools";
    JD_POP = jd::POP, "jd-pop-api", "京东 im.pop.chatlog.get 的 JSON 应答",
        "JSON replies of JD's im.pop.chatlog.get";
    JD_DONGDONG = jd::DONGDONG, "jd-dongdong-api", "京东咚咚会话新接口（dongdong-sessions）的 JSON 应答",
        "JSON replies of JD's dongdong-sessions interface";
    JD_WEB = jd::WEB, "jd-web", "京麦网页聊天记录（queryChatLog）的 JSON",
        "JSON of the chat log on JD's merchant page (queryChatLog)";
    PDD_CHAT = pdd::CHAT, "pdd-chat", "拼多多客服消息 JSON（推送和历史）",
        "JSON of Pinduoduo's customer-service messages (push and history)";
    PDD_LOGISTICS = pdd::LOGISTICS, "pdd-logistics", "拼多多物流客服历史消息接口的 JSON 应答",
        "JSON replies of Pinduoduo's logistics customer-service history";
    WECOM = desks::WECOM, "wecom-kf", "企业微信“微信客服”接口（kf/sync_msg）的 JSON 应答",
        "JSON replies of WeCom's kf/sync_msg";
    MEIQIA = desks::MEIQIA, "meiqia", "美洽对话 JSON（conv_content）",
        "Meiqia's JSON conversations (conv_content)";
    UDESK = desks::UDESK, "udesk-push", "Udesk 推送给自家服务器的 JSON 消息",
        "JSON messages that Udesk pushes to the shop's server";
    IMA51 = desks::IMA51, "51ima", "51ima 在线客服聊天记录 JSON",
        "51ima's JSON chat record";
    QIYU = desks::QIYU, "qiyu", "网易七鱼消息 JSON（fromUser）",
        "NetEase Qiyu's JSON messages (fromUser)";
}

fn fits(table: &Table, sample: &Sample<'_>) -> Option<Fit> {
    holds(table, sample.text).then(|| {
        let marks: Vec<&str> = table.marks.iter().map(|mark| mark.trim_start_matches('^')).collect();
        Fit::exact(
            format!("消息里有 {}", marks.join("、")),
            format!("its messages have {}", marks.join(", ")),
        )
    })
}
