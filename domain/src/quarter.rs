//! The reporting period: a calendar quarter.

use std::{fmt, str::FromStr};

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A calendar quarter, written `2023-Q3`. Ordered by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Quarter {
    year: i32,
    number: u32,
}

/// Text that is not a quarter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a quarter such as 2023-Q3")]
pub struct NotAQuarter;

impl Quarter {
    /// First year that a quarter may name; IT Park was founded in 2019.
    pub const FIRST_YEAR: i32 = 2000;
    /// Last year that a quarter may name.
    pub const LAST_YEAR: i32 = 2099;

    /// The quarter `number` (1–4) of `year`.
    ///
    /// # Errors
    /// Outside 2000–2099 or 1–4.
    pub fn new(year: i32, number: u32) -> Result<Self, NotAQuarter> {
        if (Self::FIRST_YEAR..=Self::LAST_YEAR).contains(&year) && (1..=4).contains(&number) {
            Ok(Self { year, number })
        } else {
            Err(NotAQuarter)
        }
    }

    /// The quarter of a period, whose number is one.
    pub(crate) const fn in_year(year: i32, number: u32) -> Self {
        Self { year, number }
    }

    /// The quarter that contains `day`.
    pub fn of(day: NaiveDate) -> Self {
        Self { year: day.year(), number: day.month0() / 3 + 1 }
    }

    /// Calendar year.
    pub fn year(self) -> i32 {
        self.year
    }

    /// 1 to 4.
    pub fn number(self) -> u32 {
        self.number
    }

    /// First day of the quarter.
    ///
    /// # Panics
    /// Never: the month is 1, 4, 7 or 10.
    pub fn first_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year, (self.number - 1) * 3 + 1, 1).expect("first of a month exists")
    }

    /// Last day of the quarter.
    ///
    /// # Panics
    /// Never: the first day of a quarter has a day before it.
    pub fn last_day(self) -> NaiveDate {
        self.next().first_day().pred_opt().expect("a quarter does not begin at the end of time")
    }

    /// The quarter after this one.
    #[must_use]
    pub fn next(self) -> Self {
        if self.number == 4 { Self { year: self.year + 1, number: 1 } } else { Self { number: self.number + 1, ..self } }
    }

    /// The quarter before this one.
    #[must_use]
    pub fn previous(self) -> Self {
        if self.number == 1 { Self { year: self.year - 1, number: 4 } } else { Self { number: self.number - 1, ..self } }
    }

    /// The same quarter one year earlier.
    #[must_use]
    pub fn year_before(self) -> Self {
        Self { year: self.year - 1, ..self }
    }

    /// The quarters from the first of this year up to and including this one (year to date).
    pub fn year_to_date(self) -> impl Iterator<Item = Self> {
        (1..=self.number).map(move |number| Self { number, ..self })
    }

    /// Every quarter from `self` to `last`, both included.
    pub fn through(self, last: Self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self), |quarter| Some(quarter.next())).take_while(move |quarter| *quarter <= last)
    }

    /// Whether `day` lies in the quarter.
    pub fn contains(self, day: NaiveDate) -> bool {
        Self::of(day) == self
    }

    /// Whether the last day of the quarter has passed on `today`: only then is there anything to file or to publish.
    pub fn has_ended(self, today: NaiveDate) -> bool {
        self.last_day() < today
    }

    /// The latest quarter that has ended on `today`.
    pub fn last_ended(today: NaiveDate) -> Self {
        Self::of(today).previous()
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-Q{}", self.year, self.number)
    }
}

impl FromStr for Quarter {
    type Err = NotAQuarter;

    fn from_str(text: &str) -> Result<Self, NotAQuarter> {
        let (year, number) = text.split_once("-Q").ok_or(NotAQuarter)?;
        let digits = |part: &str, count| part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(year, 4) || !digits(number, 1) {
            return Err(NotAQuarter);
        }
        Self::new(year.parse().map_err(|_| NotAQuarter)?, number.parse().map_err(|_| NotAQuarter)?)
    }
}

impl TryFrom<String> for Quarter {
    type Error = NotAQuarter;

    fn try_from(text: String) -> Result<Self, NotAQuarter> {
        text.parse()
    }
}

impl From<Quarter> for String {
    fn from(quarter: Quarter) -> Self {
        quarter.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_quarter() -> impl Strategy<Value = Quarter> {
        (2001..2098, 1..=4_u32).prop_map(|(year, number)| Quarter::new(year, number).unwrap())
    }

    proptest! {
        #[test]
        fn quarters_tile_the_calendar_without_gap(quarter in any_quarter()) {
            prop_assert_eq!(quarter.last_day().succ_opt().unwrap(), quarter.next().first_day());
            prop_assert_eq!(quarter.next().previous(), quarter);
            let days = (quarter.last_day() - quarter.first_day()).num_days() + 1;
            prop_assert!((90..=92).contains(&days));
            for day in quarter.first_day().iter_days().take_while(|day| *day <= quarter.last_day()) {
                prop_assert_eq!(Quarter::of(day), quarter);
            }
        }

        #[test]
        fn text_form_reads_back(quarter in any_quarter()) {
            prop_assert_eq!(quarter.to_string().parse::<Quarter>(), Ok(quarter));
        }

        #[test]
        fn any_other_text_is_refused_without_panic(text in ".{0,12}") {
            if let Ok(quarter) = text.parse::<Quarter>() {
                prop_assert_eq!(quarter.to_string(), text);
            }
        }
    }

    #[test]
    fn a_quarter_ends_after_its_last_day() {
        let quarter: Quarter = "2023-Q3".parse().unwrap();
        assert!(!quarter.has_ended(NaiveDate::from_ymd_opt(2023, 9, 30).unwrap()));
        assert!(quarter.has_ended(NaiveDate::from_ymd_opt(2023, 10, 1).unwrap()));
        assert_eq!(Quarter::last_ended(NaiveDate::from_ymd_opt(2023, 10, 20).unwrap()), quarter);
    }

    #[test]
    fn year_to_date_begins_in_the_first_quarter() {
        let quarter: Quarter = "2023-Q3".parse().unwrap();
        let texts: Vec<_> = quarter.year_to_date().map(|q| q.to_string()).collect();
        assert_eq!(texts, ["2023-Q1", "2023-Q2", "2023-Q3"]);
    }
}
