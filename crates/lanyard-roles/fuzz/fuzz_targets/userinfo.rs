//! Looks for bytes that break `lanyard_bad_input::roles::userinfo`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| lanyard_bad_input::roles::userinfo(input));
