//! Who owes a filing, by when, and how far it has come.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{filing::FilingState, quarter::Quarter};

/// A span of resident status; the days named belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusSpan {
    /// First day.
    pub from: NaiveDate,
    /// Last day; `None` while the status lasts.
    pub until: Option<NaiveDate>,
}

/// Whether a resident owes a filing of `quarter`: with status on at least one of its days. A joiner, a leaver and a
/// reinstated resident owe it for the days they had. Our assumption.
pub fn owes(status: &[StatusSpan], quarter: Quarter) -> bool {
    status.iter().any(|span| span.from <= quarter.last_day() && span.until.is_none_or(|until| until >= quarter.first_day()))
}

/// How an obligation stands for the resident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// The quarter has not ended; there is nothing to file yet.
    NotYetOpen,
    /// Nothing sent; `days` from today to the due day, 0 on the day itself.
    Due {
        /// Days left.
        days: i64,
        /// Whether something has been written.
        begun: bool,
    },
    /// Nothing in force or in review, and the due day has passed `days` ago.
    Overdue {
        /// Days since.
        days: i64,
        /// Whether something has been written.
        begun: bool,
    },
    /// In review.
    Submitted,
    /// Sent back; the resident has to correct it.
    Returned,
    /// In force.
    Accepted,
    /// In force, and an amendment is being written.
    Amending,
    /// In force, and an amendment is in review.
    AmendmentSent,
    /// In force, and an amendment was sent back; the resident has to correct it.
    AmendmentReturned,
}

/// The standing of an obligation. `filing` is the state and whether a version is in force.
pub fn standing(quarter: Quarter, due: NaiveDate, today: NaiveDate, filing: Option<(FilingState, bool)>) -> Standing {
    match filing {
        Some((FilingState::Accepted, _)) => Standing::Accepted,
        Some((FilingState::Draft, true)) => Standing::Amending,
        Some((FilingState::Submitted, true)) => Standing::AmendmentSent,
        Some((FilingState::Returned, true)) => Standing::AmendmentReturned,
        Some((FilingState::Submitted, false)) => Standing::Submitted,
        Some((FilingState::Returned, false)) => Standing::Returned,
        Some((FilingState::Draft, false)) => unfiled(quarter, due, today, true),
        None => unfiled(quarter, due, today, false),
    }
}

fn unfiled(quarter: Quarter, due: NaiveDate, today: NaiveDate, begun: bool) -> Standing {
    let days = (due - today).num_days();
    if !quarter.has_ended(today) {
        Standing::NotYetOpen
    } else if days >= 0 {
        Standing::Due { days, begun }
    } else {
        Standing::Overdue { days: -days, begun }
    }
}

/// Whether an obligation counts as filed in the coverage beside a total: something is in review or in force.
pub fn is_filed(state: FilingState, in_force: bool) -> bool {
    in_force || state == FilingState::Submitted || state == FilingState::Accepted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    fn quarter(text: &str) -> Quarter {
        text.parse().unwrap()
    }

    #[test]
    fn joiners_leavers_and_reinstated_owe_the_quarters_they_touched() {
        let status =
            [StatusSpan { from: day(2022, 6, 30), until: Some(day(2022, 10, 1)) }, StatusSpan { from: day(2023, 7, 1), until: None }];
        let owed: Vec<String> =
            quarter("2022-Q1").through(quarter("2023-Q4")).filter(|q| owes(&status, *q)).map(|q| q.to_string()).collect();
        assert_eq!(owed, ["2022-Q2", "2022-Q3", "2022-Q4", "2023-Q3", "2023-Q4"]);
    }

    #[test]
    fn standing_follows_the_calendar_and_the_state() {
        let (q, due) = (quarter("2023-Q3"), day(2023, 10, 25));
        let at = |today, filing| standing(q, due, today, filing);
        assert_eq!(at(day(2023, 9, 30), None), Standing::NotYetOpen);
        assert_eq!(at(day(2023, 10, 20), None), Standing::Due { days: 5, begun: false });
        assert_eq!(at(day(2023, 10, 25), Some((FilingState::Draft, false))), Standing::Due { days: 0, begun: true });
        assert_eq!(at(day(2023, 10, 26), None), Standing::Overdue { days: 1, begun: false });
        assert_eq!(at(day(2023, 10, 26), Some((FilingState::Submitted, false))), Standing::Submitted);
        assert_eq!(at(day(2023, 10, 26), Some((FilingState::Returned, false))), Standing::Returned);
        assert_eq!(at(day(2023, 10, 26), Some((FilingState::Draft, true))), Standing::Amending);
        assert_eq!(at(day(2023, 10, 26), Some((FilingState::Submitted, true))), Standing::AmendmentSent);
        assert_eq!(at(day(2023, 10, 26), Some((FilingState::Returned, true))), Standing::AmendmentReturned);
        assert_eq!(at(day(2023, 10, 26), Some((FilingState::Accepted, true))), Standing::Accepted);
    }
}
