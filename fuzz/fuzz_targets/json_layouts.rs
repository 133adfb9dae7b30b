//! The readers of JSON layouts; the first byte chooses one.

#![no_main]

use libfuzzer_sys::fuzz_target;

const LAYOUTS: [&str; 16] = [
    "json",
    "wangwang-api",
    "openim-api",
    "wangwang-sdk",
    "leyan",
    "ai-agent",
    "jd-pop-api",
    "jd-dongdong-api",
    "jd-web",
    "pdd-chat",
    "pdd-logistics",
    "wecom-kf",
    "meiqia",
    "udesk-push",
    "51ima",
    "qiyu",
];

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    kefu_audit_fuzz::throw(Some(LAYOUTS[usize::from(*first) % LAYOUTS.len()]), rest);
});
