//! `itpark`: the whole product in one binary.

use std::process::ExitCode;

use clap::Parser;
use server::command::{Command, run};

/// Quarterly filings of IT Park residents, their sums by region, and the way to the export targets.
#[derive(Debug, Parser)]
#[command(name = "itpark", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // at least four workers: a single one can stall while it streams a page
    let workers = std::thread::available_parallelism().map_or(4, |n| n.get().max(4));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(workers).enable_all().build();
    let result = match runtime {
        Ok(runtime) => runtime.block_on(run(arguments.command)),
        Err(error) => Err(server::error::CommandError::Runtime(error)),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            eprintln!("itpark: {error}");
            ExitCode::from(2)
        }
    }
}
