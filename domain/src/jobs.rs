//! Work that the servers of an installation do by themselves, again and again. One server works at a job, under a lease; when it
//! dies, its lease ends and another takes over. So every job may be begun again at any moment.

use chrono::TimeDelta;

use crate::codes::codes;

codes! {
    /// A job.
    Job {
        /// Opens quarters that have ended.
        PeriodsOpen = "periods.open",
        /// Signs the head of the audit chain.
        ChainCheckpoint = "chain.checkpoint",
    }
}

/// How long a server may work without saying that it still does.
pub const LEASE: TimeDelta = TimeDelta::minutes(5);

impl Job {
    /// How long after it went well it is due again.
    pub const fn every(self) -> TimeDelta {
        match self {
            Self::PeriodsOpen => TimeDelta::minutes(10),
            Self::ChainCheckpoint => TimeDelta::hours(1),
        }
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
    fn failures_are_tried_again_soon_and_then_less_often() {
        let minutes = |failures| Job::ChainCheckpoint.again_after(failures).num_minutes();
        assert_eq!([0, 1, 2, 3, 6, 7, 60, u32::MAX].map(minutes), [60, 1, 2, 4, 32, 60, 60, 60]);
    }
}
