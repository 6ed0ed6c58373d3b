//! Releases on the command line, as a statistician of the installation. Exit code 1 where a release cannot be made safe.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use app::statistics::read;
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use disclosure::plan::Plan;
use domain::{
    access::{Action, Actor},
    amount::plain,
    datasets::{Change, ChangeKind, Dataset, Row},
    ids::ReleaseId,
    quarter::Quarter,
    release::{ReleaseName, ReleaseState, ReleasedFigure},
};
use services::{
    ServiceError, Store,
    accounts::session::actor_of,
    installation,
    releases::{self, Order, Preview, ReleaseView, plan},
};
use thiserror::Error;

use crate::{
    config::Config,
    open::{ExportError, export},
};

/// Who makes releases, and what is done.
#[derive(Debug, Args)]
pub struct ReleaseArguments {
    /// Address of the statistician who acts: what is done stands under that name in the audit trail. Only `export` needs nobody.
    #[arg(long = "as", value_name = "ADDRESS")]
    person: Option<String>,
    #[command(subcommand)]
    step: Step,
}

/// What is done.
#[derive(Debug, Subcommand)]
enum Step {
    /// Propose what is shown in a year, from the quarters before it.
    Propose {
        /// The year.
        year: i32,
        /// Where to write the plan.
        #[arg(long)]
        out: PathBuf,
    },
    /// Decide what is shown in a year; public, and fixed with the first release of the year.
    Decide {
        /// The plan.
        file: PathBuf,
    },
    /// Prepare the release of a quarter from what the ledger says now.
    Prepare {
        /// The quarter.
        quarter: Quarter,
        /// How much work goes into what is hidden, in seconds of one core.
        #[arg(long, default_value_t = 20)]
        seconds: u64,
        /// Why it is released although too little of the quarter is in; its figures are provisional then.
        #[arg(long, value_name = "REASON")]
        provisional: Option<String>,
    },
    /// Look at a release before it is public; that is recorded.
    Preview {
        /// The release, such as `2023-Q3` or its correction `2023-Q3.1`; of a quarter alone the last is meant.
        name: ReleaseName,
        /// The folder for its figures, what is hidden by which rule, what waits, what it changes of what is public and why, the certificate, and its files
        /// as they will be public.
        #[arg(long)]
        out: PathBuf,
    },
    /// A step of a release that is named.
    #[command(flatten)]
    Of(StepOf),
    /// Publish what was approved and whose minute has come.
    Publish,
    /// Every release.
    List,
    /// Write the public pages and files of all releases to a folder, for any web server. Needs nobody to act.
    Export {
        /// The folder.
        #[arg(long)]
        to: PathBuf,
    },
}

/// A step of a release that is named.
#[derive(Debug, Subcommand)]
enum StepOf {
    /// Approve a release that somebody else prepared.
    Approve {
        /// The release, such as `2023-Q3` or its correction `2023-Q3.1`; of a quarter alone the last is meant.
        name: ReleaseName,
        /// From when on it is public, such as `2023-08-25T09:00:00+05:00`; at once if not given.
        #[arg(long)]
        at: Option<DateTime<Utc>>,
    },
    /// Take an approval back before its minute.
    Hold {
        /// The release, such as `2023-Q3` or its correction `2023-Q3.1`; of a quarter alone the last is meant.
        name: ReleaseName,
    },
    /// Say that a published release is no longer valid.
    Withdraw {
        /// The release, such as `2023-Q3` or its correction `2023-Q3.1`; of a quarter alone the last is meant.
        name: ReleaseName,
        /// Why; public.
        #[arg(long)]
        reason: String,
    },
    /// Give up a release that is not public.
    Discard {
        /// The release, such as `2023-Q3` or its correction `2023-Q3.1`; of a quarter alone the last is meant.
        name: ReleaseName,
        /// Why.
        #[arg(long)]
        reason: String,
    },
}

/// Why a step did not happen.
#[derive(Debug, Error)]
pub enum ReleaseCommandError {
    /// Somebody has to act.
    #[error("who acts? --as ADDRESS")]
    Who,
    /// The public files.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// Nobody has the address.
    #[error("nobody has the address {0}")]
    Nobody(String),
    /// There is no such release, or it was given up.
    #[error("there is no release {0} that was not given up")]
    NoRelease(ReleaseName),
    /// A use case.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// A file that cannot be read or written.
    #[error("{0}: {1}")]
    File(PathBuf, std::io::Error),
    /// A plan that is none.
    #[error("{0}: {1}")]
    Json(PathBuf, serde_json::Error),
    /// Figures that cannot be written.
    #[error("{0}: {1}")]
    Csv(PathBuf, csv::Error),
}

type Result<T> = std::result::Result<T, ReleaseCommandError>;

/// Runs a step.
///
/// # Errors
/// [`ReleaseCommandError`].
pub async fn run(store: &Store, config: &Config, arguments: ReleaseArguments) -> Result<ExitCode> {
    if let Step::Export { to } = &arguments.step {
        let demonstration = installation::demonstration(store).await?.is_some();
        println!("{} files written", export(store, config, demonstration, to).await?);
        return Ok(ExitCode::SUCCESS);
    }
    let person = arguments.person.ok_or(ReleaseCommandError::Who)?;
    let actor = actor_of(store, &person).await.map_err(|error| match error {
        ServiceError::NotFound => ReleaseCommandError::Nobody(person),
        other => other.into(),
    })?;
    match take(store, &actor, arguments.step).await {
        Err(ReleaseCommandError::Service(ServiceError::Unsafe(figures))) => {
            for figure in figures {
                eprintln!("itpark: {figure}");
            }
            Ok(ExitCode::from(1))
        }
        done => done.map(|()| ExitCode::SUCCESS),
    }
}

async fn take(store: &Store, actor: &Actor, step: Step) -> Result<()> {
    match step {
        Step::Propose { year, out } => {
            let plan = plan::propose(store, actor, year).await?;
            let text = serde_json::to_vec_pretty(&plan).map_err(|error| ReleaseCommandError::Json(out.clone(), error))?;
            fs::write(&out, text).map_err(|error| ReleaseCommandError::File(out, error))?;
        }
        Step::Decide { file } => {
            let text = fs::read(&file).map_err(|error| ReleaseCommandError::File(file.clone(), error))?;
            let plan: Plan = serde_json::from_slice(&text).map_err(|error| ReleaseCommandError::Json(file, error))?;
            plan::decide(store, actor, &plan).await?;
        }
        Step::Prepare { quarter, seconds, provisional } => {
            let order = Order { quarter, seconds, provisional: provisional.as_deref(), render: app::statistics::render };
            let id = releases::prepare(store, actor, order).await?;
            say(store, actor, id).await?;
        }
        Step::Preview { name, out } => preview(store, actor, name, out).await?,
        Step::Of(step) => take_of(store, actor, step).await?,
        Step::Publish => {
            actor.check(Action::Release).map_err(ServiceError::from)?;
            println!("{} published", releases::publish_due(store).await?);
        }
        Step::Export { .. } => {} // above: nobody has to act
        Step::List => releases::list(store, actor).await?.iter().for_each(|release| println!("{}", line(release))),
    }
    Ok(())
}

/// Takes a step of a release, and says how it stands then.
async fn take_of(store: &Store, actor: &Actor, step: StepOf) -> Result<()> {
    let (StepOf::Approve { name, .. } | StepOf::Hold { name } | StepOf::Withdraw { name, .. } | StepOf::Discard { name, .. }) = &step;
    let id = find(store, actor, *name).await?;
    match step {
        StepOf::Approve { at, .. } => {
            releases::approve(store, actor, id, at).await?;
            // what is to be public at once is so without a server at work
            if at.is_none() {
                releases::publish_due(store).await?;
            }
        }
        StepOf::Hold { .. } => releases::hold(store, actor, id).await?,
        StepOf::Withdraw { reason, .. } => releases::withdraw(store, actor, id, &reason).await?,
        StepOf::Discard { reason, .. } => releases::discard(store, actor, id, &reason).await?,
    }
    say(store, actor, id).await
}

async fn find(store: &Store, actor: &Actor, name: ReleaseName) -> Result<ReleaseId> {
    let all = releases::list(store, actor).await?;
    let is_meant = |of: ReleaseName| if name.number == 0 { of.quarter == name.quarter } else { of == name };
    let found = all.iter().rfind(|release| is_meant(release.name) && release.state != ReleaseState::Discarded);
    found.map(|release| release.id).ok_or(ReleaseCommandError::NoRelease(name))
}

/// Says how a release stands after a step.
async fn say(store: &Store, actor: &Actor, id: ReleaseId) -> Result<()> {
    let all = releases::list(store, actor).await?;
    all.iter().filter(|release| release.id == id).for_each(|release| println!("{}", line(release)));
    Ok(())
}

fn line(release: &ReleaseView) -> String {
    let at = release.publish_at.map(|at| format!(", public from {at}")).unwrap_or_default();
    let why = release.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    let provisional = release.provisional.as_ref().map(|reason| format!(", provisional ({reason})")).unwrap_or_default();
    format!("{} {}, prepared {}{at}{provisional}{why}", release.name, release.state, release.prepared_at)
}

async fn preview(store: &Store, actor: &Actor, name: ReleaseName, out: PathBuf) -> Result<()> {
    let preview = releases::preview(store, actor, find(store, actor, name).await?).await?;
    fs::create_dir_all(&out).map_err(|error| ReleaseCommandError::File(out.clone(), error))?;
    let write =
        |name: &str, bytes: &[u8]| fs::write(out.join(name), bytes).map_err(|error| ReleaseCommandError::File(out.join(name), error));
    for file in &preview.files {
        write(&file.name, &file.bytes()?)?;
    }
    write("certificate.json", preview.certificate.as_bytes())?;
    write("waiting.txt", preview.waiting.join("\n").as_bytes())?;
    let hidden = preview.hidden.iter().map(|hidden| [hidden.figure.clone(), hidden.why.to_string()]);
    table(&out.join("hidden.csv"), ["figure", "why"], hidden)?;
    let causes = preview.causes.iter().map(|cause| {
        let kind = if cause.amends { "amendments" } else { "late filings" };
        [cause.quarter.to_string(), kind.to_owned(), cause.filings.to_string(), plain(cause.exports, 2), plain(cause.services, 2)]
    });
    table(&out.join("causes.csv"), ["quarter", "cause", "filings", "exports_usd", "services_uzs"], causes)?;
    let head = ["period", "measure", "dimension", "member", "unit", "value", "status"];
    table(&out.join("figures.csv"), head, preview.figures.iter().map(tidy))?;
    println!("{} figures, {} wait that the plan would show", preview.figures.len(), preview.waiting.len());
    let changes = changes(&preview)?;
    let count = |what: &str| changes.iter().filter(|change| change[0] == what).count();
    let before = preview.before.as_ref().map_or_else(|| "nothing".to_owned(), |(name, _)| name.to_string());
    println!(
        "after {before}: {} new, {} revised, {} no longer told (changes.csv)",
        count("new"),
        count("revised"),
        count("no longer told")
    );
    table(&out.join("changes.csv"), ["change", "dataset", "at", "before", "now"], changes.into_iter())
}

/// What the release says that the one before it did not: figure by figure.
fn changes(preview: &Preview) -> Result<Vec<[String; 5]>> {
    let now = read(preview.release.name, &preview.files)?;
    let before = preview.before.as_ref().map(|(name, files)| read(*name, files)).transpose()?.unwrap_or_default();
    let said = |row: &Row| format!("{} {}", row.plain(), row.status).trim().to_owned();
    let of = |(dataset, change): (&Dataset, Change<'_>)| {
        let what = match change.kind {
            ChangeKind::New => "new",
            ChangeKind::Hidden => "hidden",
            ChangeKind::Revised => "revised",
            ChangeKind::Again => "told again",
            ChangeKind::Lost => "no longer told",
        };
        [what.to_owned(), dataset.id.to_string(), change.now.at.join(" "), change.before.map(said).unwrap_or_default(), said(change.now)]
    };
    Ok(domain::datasets::changes(&now, &before).into_iter().map(of).collect())
}

/// Writes a table.
fn table<const N: usize>(path: &Path, head: [&str; N], lines: impl Iterator<Item = [String; N]>) -> Result<()> {
    let wrong = |error| ReleaseCommandError::Csv(path.to_owned(), error);
    let mut file = csv::Writer::from_path(path).map_err(wrong)?;
    file.write_record(head).map_err(wrong)?;
    for line in lines {
        file.write_record(line).map_err(wrong)?;
    }
    file.flush().map_err(|error| ReleaseCommandError::File(path.to_owned(), error))
}

/// A figure as a line of a table.
fn tidy(figure: &ReleasedFigure) -> [String; 7] {
    let (unit, decimals) = figure.measured.unit();
    let (dimension, member) = figure.part.as_ref().map(|(by, member)| (by.to_string(), member.clone())).unwrap_or_default();
    let value = figure.value.map(|value| plain(value, decimals)).unwrap_or_default();
    [figure.period.to_string(), figure.measured.to_string(), dimension, member, unit.to_owned(), value, figure.status.to_string()]
}
