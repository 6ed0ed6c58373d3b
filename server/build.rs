//! The binary carries the styles and the WebAssembly: when they change, it is built again.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../style");
    println!("cargo::rerun-if-changed=../target/site");
}
