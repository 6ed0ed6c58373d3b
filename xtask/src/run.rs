//! Everything from an empty folder to a served product.

use clap::Args;

use crate::{
    islands,
    shell::{Result, StepError, must, program, root, say},
};

/// How to run.
#[derive(Debug, Args)]
pub struct Options {
    /// Port to serve on.
    #[arg(long, default_value_t = 3000)]
    port: u16,
    /// Build with optimisations.
    #[arg(long)]
    release: bool,
    /// Throw the demonstration database away and begin again.
    #[arg(long)]
    fresh: bool,
}

/// Builds, fills and serves.
pub fn run(options: &Options) -> Result {
    islands::build(false)?;
    say("Building the server");
    let profile = if options.release { "release" } else { "dev" };
    must(&mut program("cargo", &["build", "-p", "server", "--profile", profile]))?;
    let binary = root().join("target").join(if options.release { "release" } else { "debug" }).join("itpark").display().to_string();
    if options.fresh {
        for suffix in ["", "-wal", "-shm"] {
            let file = root().join(format!("data/itpark.sqlite{suffix}"));
            if file.exists() {
                std::fs::remove_file(&file).map_err(|error| StepError::File(file.display().to_string(), error))?;
            }
        }
    }
    say("Filling the database with demonstration data, if it is empty");
    let itpark = |arguments: &[&str]| {
        let mut command = program(&binary, arguments);
        // the file that --fresh throws away is the one that is filled
        command.env("ITPARK_DATABASE_URL", "sqlite://data/itpark.sqlite");
        command
    };
    must(&mut itpark(&["demo", "--if-empty"]))?;
    println!(
        "\nWill serve on http://127.0.0.1:{} — sign in as resident@, reviewer@, region@, statistician@ or admin@itpark.example\nwith the password of ITPARK_DEMO_PASSWORD (demo-2023 unless set). Ctrl+C stops.",
        options.port
    );
    must(&mut itpark(&["serve", "--port", &options.port.to_string()]))
}
