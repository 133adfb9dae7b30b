//! The readers of JSON layouts; the first byte chooses one.

#![no_main]

use kefu_audit_fuzz::JSON_LAYOUTS;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    kefu_audit_fuzz::throw(Some(JSON_LAYOUTS[usize::from(*first) % JSON_LAYOUTS.len()]), rest);
});
