//! Rules with a date: a value, the day from which it applies, and its source.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use crate::quarter::Quarter;

/// A value and when it begins to apply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dated<T> {
    /// First day on which it applies.
    pub from: NaiveDate,
    /// The value.
    pub value: T,
    /// The legal act, or that it is our assumption.
    pub source: String,
}

/// The value in force on `day`: the latest that began on or before it.
pub fn in_force<T>(rules: &[Dated<T>], day: NaiveDate) -> Option<&Dated<T>> {
    rules.iter().filter(|rule| rule.from <= day).max_by_key(|rule| rule.from)
}

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

    #[test]
    fn the_latest_rule_that_has_begun_is_in_force() {
        let rule = |from, value| Dated { from, value, source: String::new() };
        let rules = [rule(day(2024, 10, 1), 10), rule(day(2026, 1, 1), 20), rule(day(2027, 1, 1), 35)];
        assert_eq!(in_force(&rules, day(2024, 9, 30)), None);
        assert_eq!(in_force(&rules, day(2025, 12, 31)).unwrap().value, 10);
        assert_eq!(in_force(&rules, day(2027, 1, 1)).unwrap().value, 35);
    }
}
