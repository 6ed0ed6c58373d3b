//! From a small table through the engine and the gate.
#![no_main]
#![allow(dead_code, reason = "each target uses a part")]

#[path = "../../examples/scale/invented.rs"]
mod invented;
#[path = "../../tests/disclosure/targets.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| targets::protect_and_certify(bytes));
