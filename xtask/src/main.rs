//! `cargo xtask run | test`: set-up and build steps that plain cargo has no word for.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod bench;
#[cfg(test)]
mod circles;
#[cfg(test)]
mod dependencies;
mod direction;
mod islands;
mod packages;
mod postgres;
mod run;
mod shell;
mod test;

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "Build, run and test the product on a machine that has git and Rust")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Build everything, fill a `SQLite` file with demonstration data, and serve it.
    Run(run::Options),
    /// Check formatting, lints, tests on both databases, the size of the WebAssembly, and the pages in a real browser.
    Test,
    /// Measure speed and memory as ratios and write docs/benchmarks.md.
    Bench {
        /// Only these parts: public, office, disclosure, releases.
        parts: Vec<String>,
    },
    /// Build the WebAssembly of the islands alone.
    Islands,
}

fn main() -> ExitCode {
    let result = match Arguments::parse().task {
        Task::Run(options) => run::run(&options),
        Task::Test => test::test(),
        Task::Bench { parts } => bench::bench(&parts),
        Task::Islands => islands::build(true).map(|_| ()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}
