//! "Now" is passed in, so that a test, a demonstration and a live system run the same code.

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};

/// Gives the current instant.
pub trait Clock: Send + Sync {
    /// The current instant.
    fn now(&self) -> DateTime<Utc>;

    /// The current day in Tashkent, on which every deadline is judged.
    fn today(&self) -> NaiveDate {
        tashkent_date(self.now())
    }
}

/// Asia/Tashkent: UTC+5 without summer time.
///
/// # Panics
/// Never: five hours are a valid offset.
pub fn tashkent() -> FixedOffset {
    FixedOffset::east_opt(5 * 3600).expect("five hours are within a day")
}

/// The calendar day of an instant in Tashkent.
pub fn tashkent_date(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&tashkent()).date_naive()
}

/// The first instant of the day after one in Tashkent.
pub fn end_of_day(day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.succ_opt().unwrap_or(day).and_time(chrono::NaiveTime::MIN);
    (midnight - tashkent()).and_utc()
}

/// A clock that stands still: for tests and for building demonstration data.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(pub DateTime<Utc>);

impl Clock for FixedClock {
    fn now(&self) -> DateTime<Utc> {
        self.0
    }
}
