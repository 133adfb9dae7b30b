//! The reader of `qianniu-web`.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| kefu_audit_fuzz::throw(Some("qianniu-web"), data));
