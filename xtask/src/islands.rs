//! The WebAssembly of the islands: the target, the build, the package, its compressed forms and its budget.

use std::{fs, io::Write, path::Path};

use wasm_bindgen_cli_support::Bindgen;

use crate::{
    packages,
    shell::{Result, StepError, must, output, program, root, say, succeeds},
};

const TARGET: &str = "wasm32-unknown-unknown";
/// The most bytes of the WebAssembly after brotli. It may shrink; a growth beyond it fails the tests.
pub const BUDGET: usize = 170_000;
/// Where Debian's rustc looks for libraries of the target.
const DEBIAN_LIBRARIES: &str = "/usr/lib/rustlib/wasm32-unknown-unknown/lib";

/// Which cargo can build for the target.
enum Toolchain {
    Rustup,
    Debian,
}

/// Builds and packages the islands. `Ok(None)` when no way to the target exists; the product works without.
pub fn build(required: bool) -> Result<Option<usize>> {
    let Some(toolchain) = toolchain() else {
        let text = "the WebAssembly target can't be had here: the product is built without islands and works with plain forms";
        if required {
            return Err(StepError::Wrong(text.to_owned()));
        }
        say(text);
        return Ok(None);
    };
    say("Building the islands (WebAssembly)");
    let mut cargo = program("cargo", &[]);
    if matches!(toolchain, Toolchain::Debian) {
        cargo.arg("+debian").env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "wasm-ld-22");
    }
    // a folder of its own: the compiler may be another one than that of the server
    cargo.args([
        "build",
        "-p",
        "app",
        "--lib",
        "--no-default-features",
        "--features",
        "hydrate",
        "--target",
        TARGET,
        "--profile",
        "wasm-release",
    ]);
    cargo.args(["--target-dir", "target/islands"]).env_remove("LEPTOS_OUTPUT_NAME");
    must(&mut cargo)?;
    package(&root().join("target/islands").join(TARGET).join("wasm-release/app.wasm")).map(Some)
}

fn toolchain() -> Option<Toolchain> {
    let installed = output(&mut program("rustup", &["target", "list", "--installed"])).unwrap_or_default();
    if installed.lines().any(|line| line == TARGET) {
        return Some(Toolchain::Rustup);
    }
    if debian_is_ready() {
        return Some(Toolchain::Debian);
    }
    say("Adding the WebAssembly target");
    if succeeds(&mut program("rustup", &["target", "add", TARGET])) {
        return Some(Toolchain::Rustup);
    }
    println!("rustup cannot download it; trying Debian's compiler");
    match set_up_debian() {
        Ok(()) => Some(Toolchain::Debian),
        Err(error) => {
            println!("{error}");
            None
        }
    }
}

fn debian_is_ready() -> bool {
    let has_std = fs::read_dir(DEBIAN_LIBRARIES)
        .is_ok_and(|files| files.flatten().any(|file| file.file_name().to_string_lossy().starts_with("libstd-")));
    has_std && succeeds(&mut program("wasm-ld-22", &["--version"])) && succeeds(&mut program("cargo", &["+debian", "--version"]))
}

/// Debian's compiler comes with the sources of the standard library, which is built once for the target.
fn set_up_debian() -> Result {
    packages::ensure(&["rustc-web", "cargo-web", "rust-web-src", "lld-22", "libllvm22"], "building WebAssembly")?;
    must(&mut program("rustup", &["toolchain", "link", "debian", "/usr"]))?;
    say("Building the standard library for WebAssembly, once");
    let folder = tempfile::tempdir().map_err(|error| StepError::File("temporary folder".to_owned(), error))?;
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).map_err(|error| StepError::File(name.to_owned(), error));
    write(
        "Cargo.toml",
        "[package]\nname = \"throwaway\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[lib]\npath = \"lib.rs\"\n[workspace]\n",
    )?;
    write("lib.rs", "")?;
    let mut cargo = program("cargo", &["+debian", "build", "-Z", "build-std=std,panic_abort", "--target", TARGET, "--release"]);
    must(cargo.current_dir(folder.path()).env("RUSTC_BOOTSTRAP", "1").env_remove("CARGO_TARGET_DIR"))?;
    packages::must_as_root(&["mkdir", "-p", DEBIAN_LIBRARIES])?;
    let built = folder.path().join("target").join(TARGET).join("release/deps");
    for file in fs::read_dir(&built).map_err(|error| StepError::File(built.display().to_string(), error))?.flatten() {
        let path = file.path();
        let throwaway = file.file_name().to_string_lossy().starts_with("libthrowaway");
        if path.extension().is_some_and(|extension| extension == "rlib") && !throwaway {
            packages::must_as_root(&["cp", &file.path().display().to_string(), DEBIAN_LIBRARIES])?;
        }
    }
    Ok(())
}

/// Packages the module for the browser; returns its size after brotli.
fn package(module: &Path) -> Result<usize> {
    let folder = root().join("target/site/pkg");
    let bindgen = |error: &dyn std::fmt::Display| StepError::Bindgen(error.to_string());
    let file = |path: &Path, error| StepError::File(path.display().to_string(), error);
    let staging = root().join("target/islands/pkg");
    Bindgen::new()
        .input_path(module)
        .web(true)
        .map_err(|error| bindgen(&error))?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .out_name("itpark")
        .generate(&staging)
        .map_err(|error| bindgen(&error))?;
    fs::create_dir_all(&folder).map_err(|error| file(&folder, error))?;
    let mut size = 0;
    for name in ["itpark.js", "itpark_bg.wasm"] {
        let bytes = fs::read(staging.join(name)).map_err(|error| file(&staging.join(name), error))?;
        let target = folder.join(name);
        // an unchanged file keeps its time, so the server is not built again
        if fs::read(&target).is_ok_and(|old| old == bytes) && folder.join(format!("{name}.br")).exists() {
            size = fs::metadata(folder.join(format!("{name}.br"))).map_or(0, |data| usize::try_from(data.len()).unwrap_or(usize::MAX));
            continue;
        }
        fs::write(&target, &bytes).map_err(|error| file(&target, error))?;
        let brotli = compressed_with_brotli(&bytes)?;
        size = brotli.len();
        fs::write(folder.join(format!("{name}.br")), brotli).map_err(|error| file(&target, error))?;
        fs::write(folder.join(format!("{name}.gz")), compressed_with_gzip(&bytes)?).map_err(|error| file(&target, error))?;
    }
    println!("WebAssembly: {size} bytes after brotli, budget {BUDGET}");
    Ok(size)
}

fn compressed_with_brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 11, 22);
    writer.write_all(bytes).map_err(|error| StepError::File("brotli".to_owned(), error))?;
    writer.flush().map_err(|error| StepError::File("brotli".to_owned(), error))?;
    Ok(writer.into_inner())
}

fn compressed_with_gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(bytes).and_then(|()| writer.finish()).map_err(|error| StepError::File("gzip".to_owned(), error))
}
