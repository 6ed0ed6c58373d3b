//! The whole test run. It ends with the counts of the runners and fails if one of them did not run.

use std::process::Command;

use crate::{
    islands, packages,
    postgres::Cluster,
    shell::{Result, StepError, must, program, root, say, shown},
};

/// Tests that passed and failed.
#[derive(Debug, Default, Clone, Copy)]
struct Count {
    passed: u64,
    failed: u64,
}

impl Count {
    fn plus(self, other: Self) -> Self {
        Self { passed: self.passed + other.passed, failed: self.failed + other.failed }
    }
}

/// Runs everything.
pub fn test() -> Result {
    packages::ensure(&["chromium", "sqlite3"], "the browser tests")?;
    if !crate::shell::succeeds(&mut program("npm", &["--version"])) {
        packages::ensure(&["nodejs", "npm"], "the browser tests")?;
    }
    say("Fetching the tools of the browser tests");
    must(program("npm", &["ci", "--no-audit", "--no-fund"]).current_dir(root().join("end2end")))?;
    let clients = clients()?;
    say("Checking the format");
    must(&mut program("cargo", &["fmt", "--all", "--check"]))?;
    let size = islands::build(true)?.unwrap_or(usize::MAX);
    if size > islands::BUDGET {
        return Err(StepError::Wrong(format!("the WebAssembly has {size} bytes after brotli, the budget is {}", islands::BUDGET)));
    }
    say("Checking the islands with clippy");
    must(&mut program(
        "cargo",
        &["clippy", "-p", "app", "--lib", "--no-default-features", "--features", "hydrate", "--quiet", "--", "-D", "warnings"],
    ))?;
    say("Checking the documentation");
    let mut doc = program("cargo", &["doc", "--workspace", "--no-deps", "--quiet"]);
    must(doc.env("RUSTDOCFLAGS", "-D warnings"))?;
    let rust = rust_tests()?;
    let browser = browser_tests(&clients)?;
    let all = rust.plus(browser);
    say(&format!(
        "Rust: {} passed, {} failed. Browser: {} passed, {} failed. WebAssembly: {size} bytes.",
        rust.passed, rust.failed, browser.passed, browser.failed
    ));
    println!("{} passed, {} failed", all.passed, all.failed);
    if rust.passed == 0 || browser.passed == 0 {
        return Err(StepError::Wrong("a runner ran no test".to_owned()));
    }
    if all.failed > 0 { Err(StepError::Wrong(format!("{} tests failed", all.failed))) } else { Ok(()) }
}

/// Compiles the crates of the workspace with the compiler of clippy, as `cargo clippy` does, but to the end: no warning is let pass, and what
/// they depend on is compiled once instead of being checked once and compiled once.
fn linted(arguments: &[&str]) -> Command {
    let mut cargo = program("cargo", arguments);
    cargo.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver").env("CLIPPY_ARGS", "-D__CLIPPY_HACKERY__warnings");
    cargo
}

fn rust_tests() -> Result<Count> {
    let cluster = Cluster::start()?;
    say("Compiling the server and the tests, with clippy");
    must(&mut linted(&["test", "--workspace", "--no-run", "--quiet"]))?;
    say("Running the Rust tests on SQLite and PostgreSQL");
    let mut cargo = linted(&["test", "--workspace", "--no-fail-fast"]);
    let (succeeded, text) = shown(cargo.env("TEST_POSTGRES", cluster.url()))?;
    let count = text.lines().filter_map(cargo_count).fold(Count::default(), Count::plus);
    if !succeeded && count.failed == 0 {
        return Err(StepError::Failed("cargo test".to_owned()));
    }
    Ok(count)
}

/// `test result: ok. 49 passed; 0 failed; …`
fn cargo_count(line: &str) -> Option<Count> {
    let rest = line.strip_prefix("test result: ")?.split_once(". ")?.1;
    let mut parts = rest.split("; ");
    let mut number = |word: &str| parts.next()?.strip_suffix(word)?.trim().parse().ok();
    Some(Count { passed: number("passed")?, failed: number("failed")? })
}

/// The programs that read what is published, in an environment of their own: the folder of their commands.
fn clients() -> Result<std::path::PathBuf> {
    let (folder, wanted) = (root().join("target/clients"), root().join("end2end/clients/requirements.txt"));
    let read = |path: &std::path::Path| std::fs::read(path).ok();
    let installed = folder.join("requirements.txt");
    if read(&installed) != read(&wanted) {
        say("Installing the programs that read what is published");
        if !crate::shell::succeeds(&mut program("python3", &["-c", "import ensurepip, venv"])) {
            packages::ensure(&["python3", "python3-venv"], "the programs that read what is published")?;
        }
        must(program("python3", &["-m", "venv", "--clear"]).arg(&folder))?;
        let pip = folder.join("bin/pip");
        must(program(&pip.display().to_string(), &["install", "--quiet", "--disable-pip-version-check", "-r"]).arg(&wanted))?;
        std::fs::copy(&wanted, &installed).map_err(|error| StepError::File(installed.display().to_string(), error))?;
    }
    Ok(folder.join("bin"))
}

fn browser_tests(clients: &std::path::Path) -> Result<Count> {
    say("Running the browser tests in Chromium");
    must(&mut linted(&["build", "-p", "server"]))?;
    let folder = root().join("end2end");
    let report = folder.join("test-results/report.json");
    let mut playwright = program("npx", &["playwright", "test"]);
    playwright
        .current_dir(&folder)
        .env("CHROMIUM_BIN", "/usr/bin/chromium")
        .env("CLIENTS_BIN", clients)
        .env("PLAYWRIGHT_JSON_OUTPUT_NAME", &report);
    let (succeeded, _) = shown(&mut playwright)?;
    let text = std::fs::read_to_string(&report).map_err(|error| StepError::File(report.display().to_string(), error))?;
    let json: serde_json::Value = serde_json::from_str(&text).map_err(|error| StepError::Wrong(error.to_string()))?;
    let number = |name: &str| json["stats"][name].as_u64().unwrap_or(0);
    let count = Count { passed: number("expected"), failed: number("unexpected") + number("flaky") };
    if !succeeded && count.failed == 0 {
        return Err(StepError::Failed("playwright".to_owned()));
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runners_line_is_read() {
        let count =
            cargo_count("test result: FAILED. 48 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.25s").unwrap();
        assert_eq!((count.passed, count.failed), (48, 1));
        assert!(cargo_count("running 49 tests").is_none());
    }
}
