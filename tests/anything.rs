//! Anything may be given as a log: nothing panics, no message is lost or made up, and places are real.

use proptest::prelude::*;

#[path = "../fuzz/src/lib.rs"]
#[expect(
    clippy::expect_used,
    unreachable_pub,
    reason = "it is a crate of its own and stops at the first surprise"
)]
mod door;

/// The text layouts.
const LAYOUTS: [&str; 7] =
    ["wangwang-1", "wangwang-2", "qianniu-copied", "qianniu-web", "jingmai", "nick-text", "bot-log"];

/// Pieces that layouts are made of, so that made-up logs come near to real ones.
const PIECES: [&str; 44] = [
    "\n",
    "\n",
    "\n",
    "\n",
    "\r\n",
    "\r",
    " ",
    ": ",
    ":",
    "：",
    " --> ",
    "(",
    "): ",
    ")",
    "-----",
    "=====",
    "单聊",
    "群聊",
    "即时消息",
    "2025-09-18",
    "2025-9-18 9:05:03",
    "2025-09-18 10:12:13",
    "20:57:11",
    "9:05",
    "2025年9月18日 9:05",
    "tb12**99",
    "某某旗舰店:小美",
    "某某旗舰店",
    "服务助手",
    "小李",
    "某某自营-小李",
    "系统提示: ",
    "在吗",
    "已读",
    "撤回了一条消息",
    "由 服务助手 转交给 小美",
    "原因：【离线】",
    "/****以下为一通会话****/",
    "/***会话结束_时间：***/",
    "【关键词匹配】[2025-09-01 10:00:00]顾客甲: ",
    "【处理结果】： ",
    "聊天记录查询",
    "客户昵称：甲",
    "\u{3}",
];

fn made_up() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&PIECES[..]), 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn made_up_logs_of_every_layout(text in made_up(), layout in prop::sample::select(&LAYOUTS[..])) {
        door::throw(Some(layout), text.as_bytes());
        door::throw(None, &encoding_rs::GB18030.encode(&text).0);
    }

    #[test]
    fn made_up_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400), layout in prop::sample::select(&LAYOUTS[..])) {
        door::throw(Some(layout), &bytes);
        door::throw(None, &bytes);
    }
}

#[test]
fn spoilt_fixtures() {
    for entry in walkdir::WalkDir::new("fixtures/formats") {
        let entry = entry.unwrap();
        if !entry.file_type().is_file() {
            continue;
        }
        let bytes = std::fs::read(entry.path()).unwrap();
        door::throw(None, &bytes);
        for part in [3, 5, 9] {
            let mut spoilt = bytes[..bytes.len() / part * 2].to_vec();
            door::throw(None, &spoilt);
            if let Some(byte) = spoilt.get_mut(bytes.len() / part) {
                *byte ^= 0x55;
            }
            door::throw(None, &spoilt);
        }
    }
}
