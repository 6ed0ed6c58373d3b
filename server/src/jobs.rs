//! The server's own work, beside answering requests.

use std::{fmt, time::Duration};

use domain::jobs::Job;
use services::{Store, jobs::Worker, periods, releases};
use tokio::task::JoinSet;

use crate::checkpoint::Files;

/// Why a job failed: for the log and the administrator.
type Failure = Box<dyn fmt::Display + Send>;

/// How often a server looks whether something is due.
const LOOK: Duration = Duration::from_secs(5);

/// Works at what is due, for ever; each job by itself, so that none waits for another, and what panics is begun again.
pub async fn keep(store: Store, worker: Worker, files: Files) {
    let mut jobs = JoinSet::new();
    for job in Job::ALL {
        let (store, files) = (store.clone(), files.clone());
        jobs.spawn(async move {
            let mut looks = tokio::time::interval(LOOK);
            loop {
                looks.tick().await;
                let (store, files) = (store.clone(), files.clone());
                let mut one = JoinSet::new();
                one.spawn(async move { once(&store, worker, *job, &files).await });
                if let Some(Err(error)) = one.join_next().await {
                    tracing::error!(%job, %error, "a job ended by itself");
                }
            }
        });
    }
    while jobs.join_next().await.is_some() {}
}

/// Works at every job that is due and at which no other server works.
pub async fn pass(store: &Store, worker: Worker, files: &Files) {
    for job in Job::ALL {
        once(store, worker, *job, files).await;
    }
}

async fn once(store: &Store, worker: Worker, job: Job, files: &Files) {
    match worker.work(store, job, Box::pin(work(store, job, files))).await {
        Ok(Some(Err(failure))) => tracing::error!(%job, failure, "a job failed"),
        Ok(_) => {}
        Err(error) => tracing::error!(%job, %error, "a job cannot be taken or given back"),
    }
}

/// When the server stops: a last checkpoint, and what it worked at is left to others.
pub async fn end(store: &Store, worker: Worker, files: &Files) {
    match worker.end(store, Job::ChainCheckpoint).await {
        Ok(()) => once(store, worker, Job::ChainCheckpoint, files).await,
        Err(error) => tracing::error!(%error, "jobs cannot be left"),
    }
}

async fn work(store: &Store, job: Job, files: &Files) -> Result<(), Failure> {
    match job {
        Job::PeriodsOpen => open(store).await,
        Job::ReleasesPrepare => prepare(store).await,
        Job::ReleasesPublish => publish(store).await,
        Job::ChainCheckpoint => sign(store, files).await,
    }
}

async fn open(store: &Store) -> Result<(), Failure> {
    let opened = periods::open_ended(store).await.map_err(failure)?;
    if !opened.is_empty() {
        tracing::info!(?opened, today = %store.clock().today(), "quarters opened");
    }
    Ok(())
}

async fn prepare(store: &Store) -> Result<(), Failure> {
    releases::prepare_ordered(store, app::statistics::render).await.map(drop).map_err(failure)
}

async fn publish(store: &Store) -> Result<(), Failure> {
    let published = releases::publish_due(store).await.map_err(failure)?;
    if published > 0 {
        tracing::info!(published, "releases published");
    }
    Ok(())
}

/// Signs the head of the audit chain; it is a failure as well if the chain has lost what the last checkpoint had.
async fn sign(store: &Store, files: &Files) -> Result<(), Failure> {
    let (_, lost) = files.write(store).await.map_err(failure)?;
    lost.into_iter().next().map_or(Ok(()), |finding| Err(failure(finding)))
}

fn failure(error: impl fmt::Display + Send + 'static) -> Failure {
    Box::new(error)
}
