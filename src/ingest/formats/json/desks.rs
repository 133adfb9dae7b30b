//! Layouts of WeCom and of help-desk vendors. Data only.

use super::table::{Case, Set, Table, When};
use crate::ingest::columns::Column;

const BUYER: &[Set] = &[Set::Word(Column::Sender, "buyer")];
const AGENT: &[Set] = &[Set::Word(Column::Sender, "agent")];
const SYSTEM: &[Set] = &[Set::Word(Column::Sender, "system"), Set::Word(Column::Kind, "system")];
const IMAGE: &[Set] = &[Set::Word(Column::Kind, "image")];
const CARD: &[Set] = &[Set::Word(Column::Kind, "card")];

/// `kf/sync_msg` of WeCom.
pub(in crate::ingest) static WECOM: Table = Table {
    platform: "",
    shop_in_agent: false,
    marks: &["msgid", "send_time", "origin", "msgtype"],
    never: &[],
    codes: &[],
    columns: &[
        (Column::Shop, &["open_kfid", "event.open_kfid"]),
        (Column::Buyer, &["external_userid", "event.external_userid"]),
        (Column::Agent, &["servicer_userid", "event.servicer_userid", "event.new_servicer_userid"]),
        (Column::Sender, &["origin"]),
        (Column::SentAt, &["send_time"]),
        (
            Column::Content,
            &[
                "text.content",
                "msgmenu.head_content",
                "link.title",
                "location.name",
                "miniprogram.title",
                "channels_shop_product.title",
                "channels_shop_order.product_titles",
                "business_card.userid",
                "note.title",
                "event.event_type",
            ],
        ),
        (Column::OrderId, &["channels_shop_order.order_id"]),
    ],
    cases: &[
        Case { when: &[When::Is("origin", &["3"])], set: BUYER },
        Case { when: &[When::Is("origin", &["4"])], set: SYSTEM },
        Case { when: &[When::Is("origin", &["5"])], set: AGENT },
        Case { when: &[When::Is("msgtype", &["image", "voice", "video", "file"])], set: IMAGE },
        Case {
            when: &[When::Is(
                "msgtype",
                &[
                    "location",
                    "link",
                    "business_card",
                    "miniprogram",
                    "channels_shop_product",
                    "channels_shop_order",
                    "merged_msg",
                    "channels",
                    "meeting",
                    "schedule",
                    "note",
                ],
            )],
            set: CARD,
        },
        Case { when: &[When::Is("msgtype", &["event"])], set: SYSTEM },
        Case {
            when: &[When::Is("event.event_type", &["user_recall_msg"])],
            set: &[Set::Word(Column::Sender, "buyer"), Set::Word(Column::Status, "recall")],
        },
        Case {
            when: &[When::Is("event.event_type", &["servicer_recall_msg"])],
            set: &[Set::Word(Column::Sender, "agent"), Set::Word(Column::Status, "recall")],
        },
    ],
    others: &[],
};

/// Meiqia: conversations with `conv_content`.
pub(in crate::ingest) static MEIQIA: Table = Table {
    platform: "",
    shop_in_agent: false,
    marks: &["^conv_id", "from", "timestamp", "content"],
    never: &[],
    codes: &[],
    columns: &[
        (Column::SessionId, &["^conv_id"]),
        (Column::Buyer, &["^client_info.visitor_name", "^client_info.name", "^client_id"]),
        (Column::Agent, &["agent_name", "^agent_nick_name", "^agent_name", "^agent_account"]),
        (Column::Sender, &["from"]),
        (Column::SentAt, &["timestamp"]),
        (Column::Content, &["content"]),
    ],
    cases: &[
        Case { when: &[When::Is("from", &["client"])], set: BUYER },
        Case { when: &[When::Is("from", &["agent"])], set: AGENT },
        Case { when: &[When::Is("from", &["bot", "robot"])], set: &[Set::Word(Column::Sender, "robot")] },
        Case { when: &[When::Is("from", &["system"])], set: SYSTEM },
        Case { when: &[When::Is("content_type", &["image", "photo", "file", "audio", "video"])], set: IMAGE },
        Case { when: &[When::Is("action_type", &["image", "file"])], set: IMAGE },
        Case { when: &[When::Is("content_type", &["system"])], set: SYSTEM },
        Case { when: &[When::Is("action_type", &["system"])], set: SYSTEM },
    ],
    others: &[],
};

/// 51ima: the chat record of a session.
pub(in crate::ingest) static IMA51: Table = Table {
    platform: "",
    shop_in_agent: false,
    marks: &["fromTerminal", "chatType", "content", "time"],
    never: &[],
    codes: &[],
    columns: &[
        (Column::SessionId, &["^botSessionId", "^sessionId"]),
        (Column::Buyer, &["^userId", "^visitorId"]),
        (Column::Agent, &["^staffName", "^staffId"]),
        (Column::Sender, &["fromTerminal"]),
        (Column::SentAt, &["time"]),
        (Column::Content, &["content"]),
    ],
    cases: &[
        Case { when: &[When::Begins("fromTerminal", &["user_"])], set: BUYER },
        Case {
            when: &[When::Begins("fromTerminal", &["kf_"])],
            set: &[Set::Word(Column::Sender, "agent"), Set::Path(Column::Agent, &["^staffName", "msgFrom"])],
        },
        // Welcome, the buyer is silent, and closing for silence: said by nobody.
        Case {
            when: &[When::Is("chatType", &["1", "10", "20"])],
            set: &[Set::Word(Column::Sender, "robot")],
        },
        Case { when: &[When::Is("type", &["chat_probe", "chat_close", "evaluate"])], set: SYSTEM },
        Case { when: &[When::Is("contentType", &["image", "audio", "file", "video"])], set: IMAGE },
        Case {
            when: &[When::Is("type", &["revoke"])],
            set: &[Set::Word(Column::Kind, "system"), Set::Word(Column::Status, "revoke")],
        },
    ],
    others: &[],
};

/// Udesk: the messages that it pushes to the shop's own server, the shop's side alone.
pub(in crate::ingest) static UDESK: Table = Table {
    platform: "",
    shop_in_agent: false,
    marks: &["im_sub_session_id", "message_created_at", "data"],
    never: &[],
    codes: &[],
    columns: &[
        (Column::SessionId, &["im_sub_session_id"]),
        (Column::Buyer, &["^web_token", "^customer_token"]),
        (Column::Agent, &["agent_name", "agent_id"]),
        (Column::SentAt, &["message_created_at"]),
        (Column::Content, &["data.content"]),
    ],
    cases: &[
        Case {
            when: &[],
            set: &[
                Set::Word(Column::Sender, "agent"),
                Set::Guess(
                    "推送里只有客服一方的消息，没有买家说的话；响应时长等要看双方的检查不可靠",
                    "the pushes hold the shop's side only, not what buyers said: whatever needs both sides is unreliable",
                ),
            ],
        },
        Case { when: &[When::Has("data.msg_close")], set: SYSTEM },
        Case { when: &[When::Is("type", &["image", "audio", "video", "file"])], set: IMAGE },
    ],
    others: &[],
};

/// Qiyu: messages with `fromUser`.
pub(in crate::ingest) static QIYU: Table = Table {
    platform: "",
    shop_in_agent: false,
    marks: &["fromUser", "content", "time"],
    never: &[],
    codes: &[("fromUser", &["0", "1", "true", "false"])],
    columns: &[
        (Column::SessionId, &["^sessionId"]),
        (Column::Buyer, &["^userId", "^foreignId", "^uid"]),
        (Column::Agent, &["^staffName", "^staffId"]),
        (Column::Sender, &["fromUser"]),
        (Column::SentAt, &["time"]),
        (Column::Content, &["content.text", "content"]),
    ],
    cases: &[
        Case { when: &[When::Is("fromUser", &["1", "true"])], set: BUYER },
        Case { when: &[When::Is("fromUser", &["0", "false"])], set: AGENT },
    ],
    others: &[],
};
