//! The reader of `wangwang-1`.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| kefu_audit_fuzz::throw(Some("wangwang-1"), data));
