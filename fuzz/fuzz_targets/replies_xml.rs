//! Replies of interfaces in XML.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| kefu_audit_fuzz::throw(None, &[b"<a_response>", data].concat()));
