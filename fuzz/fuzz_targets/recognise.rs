//! The choice of a format, containers, encodings, and whichever reader takes it.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| kefu_audit_fuzz::throw(None, data));
