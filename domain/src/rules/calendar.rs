//! Working days, and the due day that follows from them.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use crate::quarter::Quarter;

/// Which days are not worked: Saturdays, Sundays and a list that an official maintains.
#[derive(Debug, Clone, Default)]
pub struct Calendar {
    /// Decreed days off.
    pub days_off: Vec<NaiveDate>,
}

impl Calendar {
    /// Whether offices work on `day`.
    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !self.days_off.contains(&day)
    }

    /// `day`, or the next working day.
    pub fn working_day_from(&self, day: NaiveDate) -> NaiveDate {
        day.iter_days().find(|day| self.is_working_day(*day)).unwrap_or(day)
    }
}

/// The due day of a quarter's filing: day `day_of_month` of the month after the quarter, or the next working day.
/// Received until 23:59:59 in Tashkent is in time.
pub fn due_day(quarter: Quarter, day_of_month: u32, calendar: &Calendar) -> NaiveDate {
    let days = u64::from(day_of_month.clamp(1, 28) - 1);
    let day = quarter.next().first_day();
    calendar.working_day_from(day.checked_add_days(Days::new(days)).unwrap_or(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn due_on_the_25th_or_the_next_working_day() {
        let calendar = Calendar { days_off: vec![day(2024, 1, 25), day(2024, 1, 26)] };
        for (quarter, due) in [
            ("2023-Q3", day(2023, 10, 25)),
            ("2023-Q2", day(2023, 7, 25)),
            ("2022-Q4", day(2023, 1, 25)),
            ("2022-Q2", day(2022, 7, 25)),
            ("2024-Q2", day(2024, 7, 25)),
            ("2022-Q3", day(2022, 10, 25)),
            ("2023-Q4", day(2024, 1, 29)),
            ("2024-Q4", day(2025, 1, 27)),
        ] {
            assert_eq!(due_day(quarter.parse().unwrap(), 25, &calendar), due, "{quarter}");
        }
    }
}
