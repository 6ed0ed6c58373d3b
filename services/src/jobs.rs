//! Who works at which job: one server at a time, under a lease that it renews while it works. What a job is and when it is due
//! again, `domain::jobs` says.

use std::fmt;

use chrono::{DateTime, Utc};
use domain::{
    access::{Action, Actor},
    jobs::{Job, Known, LEASE, Standing},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, prelude::Expr,
    sea_query::OnConflict,
};
use uuid::Uuid;

use crate::{entity::job, error::Result, store::Store};

/// One running server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Worker(Uuid);

/// A job as the administrator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobView {
    /// Which.
    pub job: Job,
    /// How it stands.
    pub standing: Standing,
    /// When it is due.
    pub due_at: DateTime<Utc>,
    /// When it last ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// What went wrong the last time.
    pub error: Option<String>,
}

impl Worker {
    /// A server that starts: every job that went well and at which nobody works is due.
    ///
    /// # Errors
    /// The database's.
    pub async fn begin(store: &Store) -> Result<Self> {
        let now = store.now();
        for job in Job::ALL {
            let row = job::Model {
                job: job.to_string(),
                due_at: now,
                failures: 0,
                worker: None,
                lease_until: None,
                begun_at: None,
                ended_at: None,
                error: None,
            };
            let there = OnConflict::column(job::Column::Job).do_nothing().to_owned();
            job::Entity::insert(row.into_active_model()).on_conflict(there).exec_without_returning(store.off_record()).await?;
        }
        let due = job::ActiveModel { due_at: Set(now), ..Default::default() };
        let well = job::Column::Failures.eq(0);
        job::Entity::update_many().set(due).filter(free(now)).filter(well).exec(store.off_record()).await?;
        Ok(Self(store.new_id()))
    }

    /// A server that stops: what it worked at is left to others, and `last` is due.
    ///
    /// # Errors
    /// The database's.
    pub async fn end(self, store: &Store, last: Job) -> Result<()> {
        let left = job::ActiveModel { worker: Set(None), lease_until: Set(None), ..Default::default() };
        job::Entity::update_many().set(left).filter(job::Column::Worker.eq(self.0)).exec(store.off_record()).await?;
        let due = job::ActiveModel { due_at: Set(store.now()), ..Default::default() };
        job::Entity::update_many().set(due).filter(job::Column::Job.eq(last.code())).exec(store.off_record()).await?;
        Ok(())
    }

    /// Takes a job that is due and at which nobody works.
    ///
    /// # Errors
    /// The database's.
    pub async fn take(self, store: &Store, job: Job) -> Result<bool> {
        let now = store.now();
        let taken = job::ActiveModel {
            worker: Set(Some(self.0)),
            lease_until: Set(Some(now + LEASE)),
            begun_at: Set(Some(now)),
            ..Default::default()
        };
        // who worked at it and did not give it back has failed
        let abandoned = Expr::case(job::Column::Worker.is_not_null(), 1).finally(0);
        let failures = Expr::col(job::Column::Failures).add(abandoned);
        // one statement: of two servers one finds the row free
        let due = job::Entity::update_many().set(taken).col_expr(job::Column::Failures, failures);
        let due = due.filter(job::Column::Job.eq(job.code())).filter(job::Column::DueAt.lte(now)).filter(free(now));
        Ok(due.exec(store.off_record()).await?.rows_affected == 1)
    }

    /// Says that the server still works at a job; `false` when another has taken over.
    ///
    /// # Errors
    /// The database's.
    pub async fn renew(self, store: &Store, job: Job) -> Result<bool> {
        let longer = job::ActiveModel { lease_until: Set(Some(store.now() + LEASE)), ..Default::default() };
        Ok(self.own(job).set(longer).exec(store.off_record()).await?.rows_affected == 1)
    }

    /// Gives a job back, with what went wrong. Nothing happens when another has taken over.
    ///
    /// # Errors
    /// The database's.
    pub async fn give_back(self, store: &Store, job: Job, outcome: std::result::Result<(), String>) -> Result<()> {
        let row = job::Entity::find_by_id(job.code()).one(&store.db).await?;
        let failures = match outcome {
            Ok(()) => 0,
            Err(_) => row.map_or(0, |row| row.failures).saturating_add(1),
        };
        let now = store.now();
        let ended = job::ActiveModel {
            due_at: Set(now + job.again_after(u32::try_from(failures).unwrap_or(0))),
            failures: Set(failures),
            worker: Set(None),
            lease_until: Set(None),
            ended_at: Set(Some(now)),
            error: Set(outcome.err()),
            ..Default::default()
        };
        self.own(job).set(ended).exec(store.off_record()).await?;
        Ok(())
    }

    fn own(self, job: Job) -> sea_orm::UpdateMany<job::Entity> {
        job::Entity::update_many().filter(job::Column::Job.eq(job.code())).filter(job::Column::Worker.eq(self.0))
    }

    /// Does a job if it is due and nobody does it: renews the lease meanwhile, and stops when another has taken over or it
    /// takes too long. What went wrong, or `None` if nothing was to do.
    ///
    /// # Errors
    /// The database's.
    pub async fn work<E: fmt::Display>(
        self,
        store: &Store,
        job: Job,
        work: impl Future<Output = std::result::Result<(), E>>,
    ) -> Result<Option<std::result::Result<(), String>>> {
        if !self.take(store, job).await? {
            return Ok(None);
        }
        let (lease, longest) = (LEASE.to_std().unwrap_or_default(), job.longest().to_std().unwrap_or_default());
        let mut renewals = tokio::time::interval(lease / 4);
        renewals.tick().await;
        tokio::pin!(work);
        let deadline = tokio::time::sleep(longest);
        tokio::pin!(deadline);
        let outcome = loop {
            tokio::select! {
                outcome = &mut work => break outcome.map_err(|error| error.to_string()),
                () = &mut deadline => break Err("it took too long".to_owned()),
                _ = renewals.tick() => match self.renew(store, job).await {
                    Ok(true) => {}
                    Ok(false) => return Ok(None),
                    // a busy moment; the next renewal is before the lease ends
                    Err(error) => tracing::warn!(%job, %error, "a lease cannot be renewed"),
                },
            }
        };
        self.give_back(store, job, outcome.clone()).await?;
        Ok(Some(outcome))
    }
}

/// Makes a job due at which nobody works.
pub(crate) async fn hurry(connection: &impl ConnectionTrait, job: Job, now: DateTime<Utc>) -> Result<()> {
    let due = job::ActiveModel { due_at: Set(now), ..Default::default() };
    job::Entity::update_many().set(due).filter(job::Column::Job.eq(job.code())).filter(free(now)).exec(connection).await?;
    Ok(())
}

/// Nobody works at it, or who did has not been heard of since the lease ended, or the lease is of a clock that went wrong.
fn free(now: DateTime<Utc>) -> Condition {
    let until = job::Column::LeaseUntil;
    Condition::any().add(until.is_null()).add(until.lte(now)).add(until.gt(now + LEASE))
}

/// The jobs of the installation, in the order of the list.
///
/// # Errors
/// Not allowed; the database's.
pub async fn jobs(store: &Store, actor: &Actor) -> Result<Vec<JobView>> {
    actor.check(Action::WatchJobs)?;
    let now = store.now();
    // a job of another version of the program is none of ours
    let rows = job::Entity::find().all(&store.db).await?;
    let view = |row: job::Model| {
        let known = Known {
            due_at: row.due_at,
            failures: u32::try_from(row.failures).unwrap_or(0),
            lease: row.begun_at.zip(row.lease_until),
            ended_at: row.ended_at,
        };
        let standing = known.standing(now);
        Some(JobView { job: row.job.parse().ok()?, standing, due_at: row.due_at, ended_at: row.ended_at, error: row.error })
    };
    let mut jobs: Vec<JobView> = rows.into_iter().filter_map(view).collect();
    jobs.sort_by_key(|view| view.job);
    Ok(jobs)
}
