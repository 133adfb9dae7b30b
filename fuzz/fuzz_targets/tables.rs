//! The reader of CSV, with messages or whole talks in its rows.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| kefu_audit_fuzz::throw(Some(if data.first() == Some(&0) { "csv" } else { "talk-cells" }), data.get(1..).unwrap_or_default()));
