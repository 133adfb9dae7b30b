//! Anything may be given as JSON or as a page: nothing panics, no message is lost or made up, and places are real.

use proptest::prelude::*;

#[path = "../fuzz/src/lib.rs"]
#[expect(
    clippy::expect_used,
    unreachable_pub,
    reason = "it is a crate of its own and stops at the first surprise"
)]
mod door;

/// Keys that layouts look at, and some that none does.
const KEYS: [&str; 52] = [
    "direction",
    "time",
    "content",
    "content_list",
    "value",
    "fromid",
    "toid",
    "loginid",
    "nick",
    "sendTime",
    "leyan_buyer_id",
    "sent_by",
    "sent_at",
    "body",
    "role",
    "context_type",
    "context",
    "text",
    "message_time",
    "waiter",
    "customer",
    "waiterSend",
    "created",
    "createdTime",
    "sid",
    "uuid",
    "revokeFlag",
    "imgUrl",
    "from",
    "to",
    "uid",
    "type",
    "sub_type",
    "msg_id",
    "ts",
    "message",
    "response",
    "msgid",
    "send_time",
    "origin",
    "msgtype",
    "event",
    "conv_id",
    "timestamp",
    "fromUser",
    "fromTerminal",
    "chatType",
    "data",
    "messages",
    "sender",
    "buyer",
    "别的",
];

/// Values as they stand in JSON.
const VALUES: [&str; 24] = [
    "0",
    "1",
    "3",
    "1772417531",
    "1772417531000",
    "-1",
    "1e400",
    "true",
    "false",
    "null",
    "[]",
    "{}",
    "\"\"",
    "\"BUYER\"",
    "\"user\"",
    "\"mall_cs\"",
    "\"agent\"",
    "\"2026-03-02 10:00:00\"",
    "\"某某旗舰店:小美\"",
    "\"cntaobaotb1\"",
    "\"在吗\\n\\ud83d\"",
    "\"撤回了一条消息\"",
    "\"{\\\"content\\\":\\\"好\\\"}\"",
    "\"https://a.invalid/1.jpg\"",
];

fn value() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(&VALUES[..]).prop_map(str::to_owned);
    leaf.prop_recursive(5, 60, 8, |inner| {
        let entry = (prop::sample::select(&KEYS[..]), inner.clone())
            .prop_map(|(key, value)| format!("\"{key}\":{value}"));
        prop_oneof![
            prop::collection::vec(entry, 0..10).prop_map(|entries| format!("{{{}}}", entries.join(","))),
            prop::collection::vec(inner, 0..5).prop_map(|items| format!("[{}]", items.join(",\n"))),
        ]
    })
}

/// One more or one less of a sign that matters, or the end.
fn spoilt(text: &str, (at, change): (usize, u8)) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    let at = at % (bytes.len() + 1);
    match change % 7 {
        0 if at < bytes.len() => drop(bytes.remove(at)),
        1 => bytes.insert(at, b'"'),
        2 => bytes.insert(at, b'{'),
        3 => bytes.insert(at, b']'),
        4 => bytes.truncate(at),
        5 => bytes.insert(at, change),
        _ => {}
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn made_up_json_of_every_layout(
        values in prop::collection::vec(value(), 1..6),
        layout in prop::sample::select(&door::JSON_LAYOUTS[..]),
        change in any::<(usize, u8)>(),
    ) {
        let text = values.join("\n");
        door::throw(Some(layout), text.as_bytes());
        door::throw(None, &spoilt(&text, change));
    }

    #[test]
    fn made_up_pages(
        parts in prop::collection::vec(
            prop::sample::select(&[
                "<div class=\"groupTime\">", "<p class='chatTime'>", "<i class=chatName x>", "<div class=\"a chatTextLeft\">",
                "</div>", "</p>", "</i>", "<br>", "<img src=\"a\">", "<img", "<!--", "-->", "<script>", "</script>", "\n", "<",
                "2026-03-02", "10:00:00", "某某旗舰店:小美", "甲", "&nbsp;&#x4f60;&", "class=\"", "在吗",
            ][..]),
            0..60,
        ),
    ) {
        let page = parts.concat();
        door::throw(Some("wangwang-page"), page.as_bytes());
    }

    #[test]
    fn made_up_xml(
        parts in prop::collection::vec(
            prop::sample::select(&[
                "<a_response>", "</a_response>", "<msgs list=\"true\">", "<msgs>", "</msgs>", "<msg>", "</msg>", "<direction>1",
                "</direction>", "<time>2026-03-02 10:00:00</time>", "<content>", "在吗", "</content>", "<content/>", "\n", "<", ">",
                "&amp;", "&#x4f60;", "&nix;", "&", "<![CDATA[", "]]>", "<!--", "-->", "<?xml version=\"1.0\"?>", "<!DOCTYPE a>",
            ][..]),
            0..60,
        ),
    ) {
        let reply = format!("<a_response>{}", parts.concat());
        door::throw(None, reply.as_bytes());
    }
}
