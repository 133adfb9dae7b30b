//! Layouts of Taobao and Tmall: the open platform's chat-log replies, the records of the chat kit inside apps, and the
//! daily file of a QC service. Data only.

use super::table::{Case, Set, Table, When};
use crate::ingest::columns::Column;

const AGENT: &[&str] = &["^from_id", "^user1.uid", "^user1"];
const BUYER: &[&str] = &["^to_id", "^user2.uid", "^user2"];

/// `direction` 0 goes from the account that was asked for, the shop's, to the other. Where both accounts are named and
/// only the other is a staff account, they were given the other way round.
const DIRECTIONS: &[Case] = &[
    Case { when: &[When::Is("direction", &["0"])], set: &[Set::Word(Column::Sender, "agent")] },
    Case { when: &[When::Is("direction", &["1"])], set: &[Set::Word(Column::Sender, "buyer")] },
    Case {
        when: &[When::Staff("^to_id"), When::NoStaff("^from_id")],
        set: &[Set::Path(Column::Agent, &["^to_id"]), Set::Path(Column::Buyer, &["^from_id"])],
    },
    Case {
        when: &[When::Staff("^to_id"), When::NoStaff("^from_id"), When::Is("direction", &["0"])],
        set: &[Set::Word(Column::Sender, "buyer")],
    },
    Case {
        when: &[When::Staff("^to_id"), When::NoStaff("^from_id"), When::Is("direction", &["1"])],
        set: &[Set::Word(Column::Sender, "agent")],
    },
    Case {
        when: &[When::Lacks("^from_id"), When::Lacks("^user1")],
        set: &[Set::Guess(
            "应答里没有双方账号，direction 为 0 的按店铺一方、为 1 的按买家读",
            "the reply names no accounts: direction 0 is taken for the shop, 1 for the buyer",
        )],
    },
];

/// `taobao.wangwang.eservice.chatlog.get`, `taobao.wangwang.abstract.logquery`.
pub(in crate::ingest) static CHATLOG: Table = Table {
    platform: "taobao",
    shop_in_agent: true,
    marks: &["direction", "time", "content"],
    never: &["content_list"],
    codes: &[("direction", &["0", "1"])],
    columns: &[
        (Column::Agent, AGENT),
        (Column::Buyer, BUYER),
        (Column::Sender, &["direction"]),
        (Column::SentAt, &["time"]),
        (Column::Content, &["content"]),
    ],
    cases: DIRECTIONS,
    others: &[],
};

/// `taobao.openim.chatlogs.get`.
pub(in crate::ingest) static OPENIM: Table = Table {
    platform: "taobao",
    shop_in_agent: true,
    marks: &["direction", "time", "content_list"],
    never: &[],
    codes: &[("direction", &["0", "1"])],
    columns: &[
        (Column::Agent, AGENT),
        (Column::Buyer, BUYER),
        (Column::Sender, &["direction"]),
        (Column::SentAt, &["time"]),
        (
            Column::Content,
            &[
                "content_list.roaming_message_item[].value",
                "content_list.roaming_message_item.value",
                "content_list[].value",
            ],
        ),
    ],
    cases: DIRECTIONS,
    others: &[],
};

/// What the chat kit inside apps saves.
pub(in crate::ingest) static SDK: Table = Table {
    platform: "taobao",
    shop_in_agent: true,
    marks: &["fromid", "toid", "loginid", "sendTime"],
    never: &[],
    codes: &[],
    columns: &[
        (Column::Agent, &["loginid.nick", "loginid.uid"]),
        (Column::Buyer, &["fromid.nick", "senderNick", "fromid.uid"]),
        (Column::SentAt, &["sendTime"]),
        (Column::Content, &["content.text", "content", "summary"]),
    ],
    cases: &[
        Case { when: &[], set: &[Set::Word(Column::Sender, "buyer")] },
        Case {
            when: &[When::Same("fromid.nick", "loginid.nick")],
            set: &[Set::Word(Column::Sender, "agent"), Set::Path(Column::Buyer, &["toid.nick", "toid.uid"])],
        },
        Case {
            when: &[When::Same("fromid.uid", "loginid.uid")],
            set: &[Set::Word(Column::Sender, "agent"), Set::Path(Column::Buyer, &["toid.nick", "toid.uid"])],
        },
        // A colleague's line, seen from another account of the shop.
        Case {
            when: &[When::Staff("fromid.nick")],
            set: &[
                Set::Word(Column::Sender, "agent"),
                Set::Path(Column::Agent, &["fromid.nick"]),
                Set::Path(Column::Buyer, &["toid.nick", "toid.uid"]),
            ],
        },
    ],
    others: &[],
};

/// 乐言: one message a line; `body` is JSON in a text.
pub(in crate::ingest) static LEYAN: Table = Table {
    platform: "taobao",
    shop_in_agent: false,
    marks: &["leyan_buyer_id", "sent_by", "sent_at", "body"],
    never: &[],
    codes: &[],
    columns: &[
        (Column::Shop, &["seller_nick", "seller_id"]),
        (Column::Buyer, &["leyan_buyer_id", "buyer_nick"]),
        (Column::Agent, &["assistant_nick", "assistant_id"]),
        (Column::SentAt, &["sent_at"]),
        (Column::Content, &["body.content", "body.summary", "body.image_url", "body"]),
        (Column::OrderId, &["ref_trade_tid", "ref_order_oid"]),
    ],
    cases: &[
        Case { when: &[], set: &[Set::Word(Column::Sender, "system")] },
        Case { when: &[When::Is("sent_by", &["BUYER"])], set: &[Set::Word(Column::Sender, "buyer")] },
        Case { when: &[When::Is("sent_by", &["ASSISTANT"])], set: &[Set::Word(Column::Sender, "agent")] },
        Case { when: &[When::Is("body.format", &["IMAGE"])], set: &[Set::Word(Column::Kind, "image")] },
        Case { when: &[When::Is("body.format", &["SYSTEM_CARD"])], set: &[Set::Word(Column::Kind, "card")] },
    ],
    others: &[],
};

/// Records of AI reception tools: own answers and, as `report`, imported human chat.
pub(in crate::ingest) static AI_AGENT: Table = Table {
    platform: "",
    shop_in_agent: false,
    marks: &["role", "context_type", "context", "message_time"],
    never: &[],
    codes: &[],
    columns: &[
        (Column::SessionId, &["^conversation_id", "^session_id", "^dialog_id"]),
        (Column::Buyer, &["^buyer_nick", "^buyer_id", "^user_id"]),
        (Column::SentAt, &["message_time"]),
        (Column::Content, &["context.text", "context.title", "context.url", "context.image"]),
        (Column::Shop, &["^shop_name", "^shop"]),
    ],
    cases: &[
        Case { when: &[When::Is("role", &["user"])], set: &[Set::Word(Column::Sender, "buyer")] },
        Case {
            when: &[When::Is("role", &["assistant"])],
            set: &[Set::Word(Column::Sender, "robot"), Set::Path(Column::Agent, &["role_name"])],
        },
        Case {
            when: &[When::Is("role", &["assistant"]), When::Is("category", &["report"])],
            set: &[Set::Word(Column::Sender, "agent")],
        },
        Case { when: &[When::Is("role", &["system"])], set: &[Set::Word(Column::Sender, "system")] },
        // Only the buyer's own rows name the buyer; without a session id half of the conversation would fall away.
        Case {
            when: &[When::Is("role", &["user"]), When::Has("^conversation_id")],
            set: &[Set::Path(Column::Buyer, &["^buyer_nick", "role_name"])],
        },
        Case { when: &[When::Is("context_type", &["IMAGE"])], set: &[Set::Word(Column::Kind, "image")] },
        Case { when: &[When::Is("context_type", &["CARD"])], set: &[Set::Word(Column::Kind, "card")] },
    ],
    others: &[],
};
