//! The reader of workbooks: the bytes are the XML of a sheet.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| kefu_audit_fuzz::throw(Some("workbook"), &kefu_audit_fuzz::workbook(data)));
