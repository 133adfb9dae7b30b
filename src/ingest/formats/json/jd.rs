//! Layouts of JD: the old and the new open interface, and what the merchant's web page loads. Data only.

use super::table::{Case, Set, Table, When};
use crate::ingest::columns::Column;

const AGENT: Case =
    Case { when: &[When::Is("waiterSend", &["1", "true"])], set: &[Set::Word(Column::Sender, "agent")] };
const BUYER: Case =
    Case { when: &[When::Is("waiterSend", &["0", "false"])], set: &[Set::Word(Column::Sender, "buyer")] };
const IMAGE: Case = Case { when: &[When::Has("imgUrl")], set: &[Set::Word(Column::Kind, "image")] };
const IMAGES: &[&str] =
    &["image", "img", "pic", "picture", "IMAGE", "IMG", "video", "VIDEO", "voice", "file"];

/// `jingdong.im.pop.chatlog.get`.
pub(in crate::ingest) static POP: Table = Table {
    platform: "jd",
    shop_in_agent: false,
    marks: &["waiter", "customer", "waiterSend", "content", "time"],
    never: &["created", "createdTime"],
    codes: &[],
    columns: &[
        (Column::SessionId, &["^sid"]),
        (Column::Buyer, &["^customer"]),
        (Column::Agent, &["^waiter"]),
        (Column::Sender, &["waiterSend"]),
        (Column::SentAt, &["time"]),
        (Column::Content, &["content"]),
    ],
    cases: &[AGENT, BUYER],
    others: &[],
};

/// The new interface's chat logs of a session.
pub(in crate::ingest) static DONGDONG: Table = Table {
    platform: "jd",
    shop_in_agent: false,
    marks: &["waiterSend", "createdTime", "sid"],
    never: &[],
    codes: &[],
    columns: &[
        (Column::SessionId, &["^sid"]),
        (Column::Buyer, &["^customer", "xidBuyer"]),
        (Column::Agent, &["^waiter"]),
        (Column::Sender, &["waiterSend"]),
        (Column::SentAt, &["createdTime"]),
        (Column::Content, &["content", "imgUrl"]),
        (Column::OrderId, &["^orderId"]),
    ],
    cases: &[
        AGENT,
        BUYER,
        Case { when: &[When::Is("contentType", IMAGES)], set: &[Set::Word(Column::Kind, "image")] },
        IMAGE,
        Case { when: &[When::Has("revokeFlag")], set: &[Set::Word(Column::Status, "revoke")] },
    ],
    others: &[],
};

/// `queryChatLog` of the merchant's web page.
pub(in crate::ingest) static WEB: Table = Table {
    platform: "jd",
    shop_in_agent: false,
    marks: &["waiterSend", "created", "uuid"],
    never: &["createdTime"],
    codes: &[],
    columns: &[
        (Column::SessionId, &["^sid"]),
        (Column::Buyer, &["^customer"]),
        (Column::Agent, &["^waiter"]),
        (Column::Sender, &["waiterSend"]),
        (Column::SentAt, &["created"]),
        (Column::Content, &["content", "imgUrl"]),
    ],
    cases: &[
        AGENT,
        BUYER,
        Case { when: &[When::Is("type", IMAGES)], set: &[Set::Word(Column::Kind, "image")] },
        IMAGE,
    ],
    others: &[],
};
