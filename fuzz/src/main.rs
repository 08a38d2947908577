//! Hands what libFuzzer makes up to one of the doors of `leadbell::foreign`: the one that `LEADBELL_FUZZ_DOOR` names.
#![no_main]

use std::sync::LazyLock;

static DOOR: LazyLock<fn(&[u8])> = LazyLock::new(|| {
    let name = std::env::var("LEADBELL_FUZZ_DOOR").expect("LEADBELL_FUZZ_DOOR names a door of leadbell::foreign");
    leadbell::foreign::door(&name).unwrap_or_else(|| panic!("there is no door {name} in leadbell::foreign"))
});

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| DOOR(bytes));
