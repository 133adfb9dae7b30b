//! Layouts of Pinduoduo: what the merchant's page receives and loads as history, and the logistics interface. Data only.

use super::table::{Case, Set, Table, When};
use crate::ingest::columns::Column;

const SYSTEM: &[Set] = &[Set::Word(Column::Sender, "system"), Set::Word(Column::Kind, "system")];
const CARD: &[Set] = &[Set::Word(Column::Kind, "card")];
const IMAGE: &[Set] = &[Set::Word(Column::Kind, "image")];

/// Push and history messages; the type says what they carry.
pub(in crate::ingest) static CHAT: Table = Table {
    platform: "pdd",
    shop_in_agent: false,
    marks: &["from.role", "type", "msg_id"],
    never: &[],
    codes: &[],
    columns: &[
        // Single messages name the shop or not; half of a conversation must not fall away for that.
        (Column::Shop, &["^mall_name", "^shop_name"]),
        (Column::Buyer, &["to.uid"]),
        (Column::Sender, &["from.role"]),
        (Column::SentAt, &["ts", "time"]),
        (
            Column::Content,
            &["content", "info.withdraw_hint", "^info.withdraw_hint", "info.description", "info.goods_name"],
        ),
        (
            Column::OrderId,
            &["info.order_sequence_no", "info.data.order_sequence_no", "info.orderSequenceNo", "order_sn"],
        ),
    ],
    cases: &[
        Case {
            when: &[When::Is("from.role", &["user"])],
            set: &[
                Set::Word(Column::Sender, "buyer"),
                Set::Path(Column::Buyer, &["from.uid"]),
                Set::Path(Column::Agent, &["to.csid", "to.uid"]),
            ],
        },
        Case {
            when: &[When::Is("from.role", &["mall_cs"])],
            set: &[
                Set::Word(Column::Sender, "agent"),
                Set::Path(Column::Agent, &["from.csid", "from.cs_uid", "from.uid"]),
            ],
        },
        Case {
            when: &[When::Is("from.role", &["mall_cs"]), When::Is("is_aut", &["1", "true"])],
            set: &[Set::Word(Column::Sender, "robot")],
        },
        Case { when: &[When::Is("from.role", &["system", "mall"])], set: SYSTEM },
        Case { when: &[When::Is("type", &["1", "14"])], set: IMAGE },
        Case { when: &[When::Is("type", &["8", "64"])], set: CARD },
        Case { when: &[When::Is("type", &["0"]), When::Is("sub_type", &["1", "2"])], set: CARD },
        Case {
            when: &[When::Is("type", &["0"]), When::Is("sub_type", &["0"]), When::Has("info.goods_id")],
            set: CARD,
        },
        Case {
            when: &[When::Is("type", &["0"]), When::Is("sub_type", &["0"]), When::Has("info.goodsID")],
            set: CARD,
        },
        // Transfers, pushes, hints of the robot, where the buyer came from, uploads.
        Case { when: &[When::Is("type", &["24", "30", "31", "41", "97"])], set: SYSTEM },
        Case {
            when: &[When::Is("type", &["56"])],
            set: &[Set::Word(Column::Sender, "robot"), Set::Word(Column::Kind, "card")],
        },
        // A line of the platform's: nobody said these words.
        Case {
            when: &[When::Is("type", &["1002"])],
            set: &[
                Set::Word(Column::Sender, "system"),
                Set::Word(Column::Kind, "system"),
                Set::Word(Column::Status, "withdraw"),
            ],
        },
        // That a message was read.
        Case { when: &[When::Is("type", &["20"])], set: &[Set::Skip] },
    ],
    others: &[&[When::Has("response"), When::Lacks("message.from.role")]],
};

/// `pdd.logistics.cs.history.message` and its like: text alone, 0 the buyer, 1 the robot.
pub(in crate::ingest) static LOGISTICS: Table = Table {
    platform: "pdd",
    shop_in_agent: false,
    marks: &["from_type", "msg_ts", "text"],
    never: &[],
    codes: &[("from_type", &["0", "1"])],
    columns: &[
        (Column::SessionId, &["^session_id", "^conversation_id"]),
        (Column::Buyer, &["^uid", "^user_id", "^mobile"]),
        (Column::Sender, &["from_type"]),
        (Column::SentAt, &["msg_ts"]),
        (Column::Content, &["text"]),
    ],
    cases: &[
        Case { when: &[When::Is("from_type", &["0"])], set: &[Set::Word(Column::Sender, "buyer")] },
        Case { when: &[When::Is("from_type", &["1"])], set: &[Set::Word(Column::Sender, "robot")] },
        Case { when: &[When::Begins("text", &["http://", "https://"])], set: IMAGE },
    ],
    others: &[],
};
