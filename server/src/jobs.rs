//! The server's own work, beside answering requests.

use std::{fmt, time::Duration};

use domain::jobs::Job;
use services::{Store, jobs::Worker, periods};

use crate::checkpoint::Files;

/// Why a job failed: for the log and the administrator.
type Failure = Box<dyn fmt::Display + Send>;

/// How often a server looks whether something is due.
const LOOK: Duration = Duration::from_secs(20);

/// Works at what is due, for ever.
pub async fn keep(store: Store, worker: Worker, files: Files) {
    let mut looks = tokio::time::interval(LOOK);
    loop {
        looks.tick().await;
        pass(&store, worker, &files).await;
    }
}

/// Works at every job that is due and at which no other server works.
pub async fn pass(store: &Store, worker: Worker, files: &Files) {
    for job in Job::ALL {
        match worker.work(store, *job, Box::pin(work(store, *job, files))).await {
            Ok(Some(Err(failure))) => tracing::error!(%job, %failure, "a job failed"),
            Ok(_) => {}
            Err(error) => tracing::error!(%job, %error, "a job cannot be taken or given back"),
        }
    }
}

async fn work(store: &Store, job: Job, files: &Files) -> Result<(), Failure> {
    match job {
        Job::PeriodsOpen => {
            let opened = periods::open_ended(store).await.map_err(failure)?;
            if !opened.is_empty() {
                tracing::info!(?opened, today = %store.clock().today(), "quarters opened");
            }
            Ok(())
        }
        Job::ChainCheckpoint => sign(store, files).await,
    }
}

/// Signs the head of the audit chain; it is a failure as well if the chain has lost what the last checkpoint had.
async fn sign(store: &Store, files: &Files) -> Result<(), Failure> {
    let (_, lost) = files.write(store).await.map_err(failure)?;
    lost.into_iter().next().map_or(Ok(()), |finding| Err(failure(finding)))
}

/// A last checkpoint when the server stops.
pub async fn end(store: &Store, files: &Files) {
    if let Err(failure) = sign(store, files).await {
        tracing::error!(%failure, "no checkpoint at the end");
    }
}

fn failure(error: impl fmt::Display + Send + 'static) -> Failure {
    Box::new(error)
}
