//! Work that the servers of an installation do by themselves, again and again. One server works at a job, under a lease; when it
//! dies, its lease ends and another takes over. So every job may be begun again at any moment.

use chrono::{DateTime, TimeDelta, Utc};

use crate::codes::codes;

codes! {
    /// A job.
    Job {
        /// Opens quarters that have ended.
        PeriodsOpen = "periods.open",
        /// Prepares the release that was ordered.
        ReleasesPrepare = "releases.prepare",
        /// Publishes approved releases whose minute has come.
        ReleasesPublish = "releases.publish",
        /// Signs the head of the audit chain.
        ChainCheckpoint = "chain.checkpoint",
    }
}

/// How long a server may work without saying that it still does.
pub const LEASE: TimeDelta = TimeDelta::minutes(5);

/// How a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// A server works at it since then.
    UnderWay(DateTime<Utc>),
    /// The server that worked at it is not heard of any more; another takes over.
    Abandoned,
    /// It went wrong so many times in a row.
    Failed(u32),
    /// No server has come to it in time.
    Overdue,
    /// It went well the last time.
    Well,
    /// It was not done yet.
    New,
}

/// What is known of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// When it is due.
    pub due_at: DateTime<Utc>,
    /// How often it failed since it last went well.
    pub failures: u32,
    /// Since when a server works at it, and until when that is believed.
    pub lease: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// When it last ended.
    pub ended_at: Option<DateTime<Utc>>,
}

impl Known {
    /// How the job stands at an instant. A lease that ends later than one that begins now is of a clock that went wrong.
    pub fn standing(&self, now: DateTime<Utc>) -> Standing {
        match self.lease {
            Some((since, until)) if now < until && until <= now + LEASE => Standing::UnderWay(since),
            Some(_) => Standing::Abandoned,
            None if self.due_at + LEASE < now => Standing::Overdue,
            None if self.failures > 0 => Standing::Failed(self.failures),
            None if self.ended_at.is_some() => Standing::Well,
            None => Standing::New,
        }
    }
}

impl Job {
    /// How long after it went well it is due again.
    pub const fn every(self) -> TimeDelta {
        match self {
            Self::PeriodsOpen => TimeDelta::minutes(10),
            Self::ReleasesPrepare | Self::ReleasesPublish => TimeDelta::minutes(1),
            Self::ChainCheckpoint => TimeDelta::hours(1),
        }
    }

    /// How long it may take; then it has failed.
    pub const fn longest(self) -> TimeDelta {
        TimeDelta::minutes(30)
    }

    /// How long after it ended it is due again: after failures in a row a minute, two, four …, at most as long as after success.
    pub fn again_after(self, failures: u32) -> TimeDelta {
        match failures {
            0 => self.every(),
            failures => TimeDelta::minutes(1_i64 << (failures - 1).min(20)).min(self.every()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_says_when_nobody_works_at_it() {
        let now: DateTime<Utc> = "2023-10-20T05:00:00Z".parse().unwrap();
        let minutes = |minutes| now + TimeDelta::minutes(minutes);
        let known = |due, failures, lease: Option<(i64, i64)>, ended: Option<i64>| Known {
            due_at: minutes(due),
            failures,
            lease: lease.map(|(since, until)| (minutes(since), minutes(until))),
            ended_at: ended.map(minutes),
        };
        for (known, standing) in [
            (known(0, 0, None, None), Standing::New),
            (known(5, 0, None, Some(-5)), Standing::Well),
            (known(1, 2, None, Some(-1)), Standing::Failed(2)),
            (known(-1, 0, Some((-1, 4)), None), Standing::UnderWay(minutes(-1))),
            (known(-6, 0, Some((-6, -1)), Some(-9)), Standing::Abandoned),
            // a clock that went back
            (known(-6, 0, Some((55, 60)), Some(50)), Standing::Abandoned),
            (known(-6, 0, None, Some(-20)), Standing::Overdue),
        ] {
            assert_eq!(known.standing(now), standing, "{known:?}");
        }
    }

    #[test]
    fn failures_are_tried_again_soon_and_then_less_often() {
        let minutes = |failures| Job::ChainCheckpoint.again_after(failures).num_minutes();
        assert_eq!([0, 1, 2, 3, 6, 7, 60, u32::MAX].map(minutes), [60, 1, 2, 4, 32, 60, 60, 60]);
    }
}
