//! Looks for bytes that break `lanyard_bad_input::roles::catalogue`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| lanyard_bad_input::roles::catalogue(input));
