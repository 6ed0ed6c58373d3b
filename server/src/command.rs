//! The commands of `itpark`.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use domain::clock::FixedClock;
use secrecy::ExposeSecret;
use services::{
    Store,
    accounts::session,
    installation,
    reference::{official_series, rates},
    verify::{self, Progress},
};

use crate::{
    checkpoint::{Files, read_public_key},
    config::Config,
    disclosure::{self, Disclosure},
    error::CommandError,
    release::{self, ReleaseArguments},
    serve::{connect, migrate, open, serve},
};

const OFFICIAL_FIGURES: &str = include_str!("../data/official-figures.csv");
const INFORMATION_SERVICES: &str = include_str!("../data/information-services-by-region.csv");

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the application.
    Serve {
        /// Port; the configured one if not given, a free one if 0.
        #[arg(long)]
        port: Option<u16>,
    },
    /// Bring the database schema up to date.
    Migrate,
    /// Fill an empty database with invented residents.
    Demo(DemoArguments),
    /// Read figures of others.
    #[command(subcommand)]
    Import(Import),
    /// Recompute what is derived, hold every record against the audit chain and walk it; exit code 1 when something differs.
    Verify {
        /// Signed checkpoints: finds a chain that was cut or written again.
        #[arg(long)]
        checkpoint: Option<PathBuf>,
        /// The public key that signed them, as it stands in each line; else that of the installation.
        #[arg(long, requires = "checkpoint")]
        public_key: Option<String>,
    },
    /// Sign the head of the audit chain.
    Checkpoint,
    /// Make and publish releases of statistics.
    Release(ReleaseArguments),
    /// Print the configuration in force, without secrets.
    Config,
    /// Print the description of the interface for programs.
    Openapi,
    /// Disclosure control of tables.
    #[command(subcommand)]
    Disclosure(Disclosure),
}

/// Size and day of the demonstration.
#[derive(Debug, Args)]
pub struct DemoArguments {
    /// Number of residents.
    #[arg(long)]
    residents: Option<usize>,
    /// At most this many quarters of filings.
    #[arg(long)]
    quarters: Option<usize>,
    /// Day on which it stands.
    #[arg(long)]
    as_of: Option<NaiveDate>,
    /// Chooses the invented world.
    #[arg(long)]
    seed: Option<u64>,
    /// Do nothing if the database is not empty.
    #[arg(long)]
    if_empty: bool,
}

/// What to read.
#[derive(Debug, Subcommand)]
pub enum Import {
    /// The published figures that come with the program.
    Official,
    /// Rates of the Central Bank, as its JSON interface answers.
    Rates {
        /// The answer, saved as a file.
        file: PathBuf,
        /// Take records that look wrong as well.
        #[arg(long)]
        accept_doubtful: bool,
    },
}

/// Runs a command.
///
/// # Errors
/// See [`CommandError`].
pub async fn run(command: Command) -> Result<ExitCode, CommandError> {
    if let Command::Disclosure(disclosure) = command {
        return Ok(disclosure::run(disclosure)?);
    }
    if matches!(command, Command::Openapi) {
        say(&openapi()?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let config = Config::load()?;
    if !matches!(command, Command::Config) {
        start_log(&config);
    }
    match command {
        Command::Serve { port } => serve(config.with_port(port)).await?,
        Command::Migrate => migrate(&config).await?,
        Command::Demo(arguments) => {
            migrate(&config).await?;
            fill_demo(&open(&config).await?, &config, &arguments).await?;
        }
        Command::Import(import) => {
            migrate(&config).await?;
            let store = open(&config).await?;
            match import {
                Import::Official => println!("{} records imported", import_official(&store).await?),
                Import::Rates { file, accept_doubtful } => return import_rates(&store, &file, accept_doubtful).await,
            }
        }
        Command::Verify { checkpoint, public_key } => {
            // without the demonstration's clock: nothing that may be wrong in the database must keep from looking
            let store = connect(&config).await?;
            return verify_all(&store, &config, checkpoint.as_deref(), public_key.as_deref()).await;
        }
        Command::Checkpoint => return write_checkpoint(&open(&config).await?, &config).await,
        Command::Release(arguments) => return Ok(release::run(&open(&config).await?, &config, arguments).await?),
        Command::Config => println!("{config:#?}"),
        Command::Disclosure(_) | Command::Openapi => {} // above: they need no configuration
    }
    Ok(ExitCode::SUCCESS)
}

/// The description of the interface for programs, as it is committed.
///
/// # Errors
/// When it cannot be written.
pub fn openapi() -> Result<String, CommandError> {
    Ok(serde_json::to_string_pretty(&crate::open::document())? + "\n")
}

/// Stores what can be taken and says what could not; exit code 1 when a rate is missed that a filing may need.
async fn import_rates(store: &Store, file: &Path, accept_doubtful: bool) -> Result<ExitCode, CommandError> {
    let name = file.display().to_string();
    let text = std::fs::read_to_string(file).map_err(|error| CommandError::File(name.clone(), error))?;
    let imported = rates::import(store, rates::read_published(&text)?, &name, accept_doubtful).await?;
    println!("{} rates taken", imported.taken);
    println!("{} unusable records left of currencies that are not on offer", imported.left);
    for (number, why) in &imported.missed {
        println!("record {number} not taken: {why}");
    }
    for (rate, doubt) in &imported.doubtful {
        println!("{} of {} at {} doubtful and not taken: {doubt}", rate.currency, rate.day, rate.rate);
    }
    if !accept_doubtful && imported.doubtful.iter().any(|(_, doubt)| *doubt != rates::Doubt::TwoForOneDay) {
        println!("doubtful rates are taken with --accept-doubtful");
    }
    Ok(if imported.missed.is_empty() && imported.doubtful.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn start_log(config: &Config) {
    let filter = tracing_subscriber::EnvFilter::new(&config.log);
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if config.log_json { builder.json().init() } else { builder.init() }
}

fn records(text: &str) -> Result<Vec<official_series::Record>, CommandError> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows = reader.records().map(|record| Ok(record?.iter().map(str::to_owned).collect()));
    rows.collect()
}

/// Loads the published figures that come with the program.
///
/// # Errors
/// When they cannot be read or stored.
pub async fn import_official(store: &Store) -> Result<usize, CommandError> {
    Ok(official_series::import(store, &records(OFFICIAL_FIGURES)?, &records(INFORMATION_SERVICES)?).await?)
}

async fn fill_demo(store: &Store, config: &Config, arguments: &DemoArguments) -> Result<(), CommandError> {
    if !installation::is_empty(store).await? {
        return if arguments.if_empty { Ok(()) } else { Err(CommandError::NotEmpty) };
    }
    let default = demonstration::Scale::default();
    let scale = demonstration::Scale {
        residents: arguments.residents.unwrap_or(default.residents),
        quarters: arguments.quarters.unwrap_or(default.quarters),
        as_of: arguments.as_of.unwrap_or(default.as_of),
        seed: arguments.seed.unwrap_or(default.seed),
    };
    let world = demonstration::world(scale)?;
    let password = session::hash_password(store, config.demo_password.expose_secret()).await?;
    // what others published is there before the first release, at an instant of the demonstration and not of the machine
    import_official(&store.clone().with_clock(Arc::new(FixedClock(world.begins())))).await?;
    demonstration::fill(store, &world, &password, app::statistics::render).await?;
    println!("{} residents, {} filings, as of {}", world.founding.residents.len(), world.filings.len(), scale.as_of);
    Ok(())
}

/// Shows on a terminal's error line how far a verification is.
fn progress() -> impl FnMut(Progress) + Send {
    let mut shown = std::time::Instant::now();
    move |progress| {
        if shown.elapsed() >= std::time::Duration::from_secs(2) {
            shown = std::time::Instant::now();
            match progress {
                Progress::Events(walked, of) => eprintln!("{walked} of {of} events walked"),
                Progress::Records(held) => eprintln!("{held} records held against the chain"),
                Progress::Filings(looked_at) => eprintln!("{looked_at} filings recomputed"),
            }
        }
    }
}

async fn verify_all(store: &Store, config: &Config, checkpoints: Option<&Path>, public: Option<&str>) -> Result<ExitCode, CommandError> {
    let public = public.map(read_public_key).transpose()?;
    let mut report = verify::verify_with(store, &mut progress()).await?;
    if let Some(file) = checkpoints {
        let (read, findings) = Files::of(config).hold(store, file, public.as_deref()).await?;
        say(&format!("{read} checkpoints held against the chain\n"))?;
        report.findings.extend(findings);
    }
    let mut said = format!(
        "{} versions with {} lines and {} accepted filings recomputed, {} records and {} events verified, {} findings\n",
        report.versions,
        report.lines,
        report.filings,
        report.records,
        report.events,
        report.findings.len()
    );
    said.extend(report.findings.iter().map(|finding| format!("  {finding}\n")));
    say(&said)?;
    Ok(if report.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Writes to standard output; who has stopped reading does not want the rest.
fn say(text: &str) -> Result<(), CommandError> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(CommandError::Output(error)),
        _ => Ok(()),
    }
}

async fn write_checkpoint(store: &Store, config: &Config) -> Result<ExitCode, CommandError> {
    let files = Files::of(config);
    let (written, lost) = files.write(store).await?;
    match written {
        Some(checkpoint) => println!("event {} signed in {}", checkpoint.seq, files.checkpoints.display()),
        None if lost.is_empty() => println!("nothing has happened since the last checkpoint"),
        None => println!("nothing is signed: the chain does not have every head that was signed before"),
    }
    for finding in &lost {
        println!("  {finding}");
    }
    Ok(if lost.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
