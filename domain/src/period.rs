//! Periods for which figures are added up: quarters, and what they make of a calendar year.

use std::{fmt, str::FromStr};

use thiserror::Error;

use crate::quarter::Quarter;

/// A period within a calendar year, written `2023-Q3`, `2023-H1`, `2023-9M`, `2023`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Period {
    /// A quarter.
    Quarter(Quarter),
    /// The first or the second half of a year: year, 1 or 2.
    Half(i32, u32),
    /// The first nine months of a year.
    NineMonths(i32),
    /// A year.
    Year(i32),
}

/// Text that is no period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a period such as 2023-Q3, 2023-H1, 2023-9M or 2023")]
pub struct NotAPeriod;

impl Period {
    /// Every period of a year.
    pub fn of_year(year: i32) -> impl Iterator<Item = Self> {
        let quarters = (1..=4).filter_map(move |number| Quarter::new(year, number).ok()).map(Self::Quarter);
        quarters.chain([Self::Half(year, 1), Self::Half(year, 2), Self::NineMonths(year), Self::Year(year)])
    }

    /// The year up to and including a quarter.
    pub fn year_to_date(quarter: Quarter) -> Self {
        match quarter.number() {
            1 => Self::Quarter(quarter),
            2 => Self::Half(quarter.year(), 1),
            3 => Self::NineMonths(quarter.year()),
            _ => Self::Year(quarter.year()),
        }
    }

    /// Calendar year.
    pub fn year(self) -> i32 {
        match self {
            Self::Quarter(quarter) => quarter.year(),
            Self::Half(year, _) | Self::NineMonths(year) | Self::Year(year) => year,
        }
    }

    /// The same period of the year before.
    #[must_use]
    pub fn year_before(self) -> Self {
        match self {
            Self::Quarter(quarter) => Self::Quarter(quarter.year_before()),
            Self::Half(year, half) => Self::Half(year - 1, half),
            Self::NineMonths(year) => Self::NineMonths(year - 1),
            Self::Year(year) => Self::Year(year - 1),
        }
    }

    /// Numbers of its first and last quarter.
    fn numbers(self) -> (u32, u32) {
        match self {
            Self::Quarter(quarter) => (quarter.number(), quarter.number()),
            Self::Half(_, 1) => (1, 2),
            Self::Half(..) => (3, 4),
            Self::NineMonths(_) => (1, 3),
            Self::Year(_) => (1, 4),
        }
    }

    /// Its last quarter.
    pub fn last_quarter(self) -> Quarter {
        match self {
            Self::Quarter(quarter) => quarter,
            Self::Half(year, _) | Self::NineMonths(year) | Self::Year(year) => Quarter::in_year(year, self.numbers().1),
        }
    }

    /// Whether a quarter is part of it.
    pub fn contains(self, quarter: Quarter) -> bool {
        let (first, last) = self.numbers();
        quarter.year() == self.year() && (first..=last).contains(&quarter.number())
    }

    /// Whether a quarter is its last.
    pub fn ends_with(self, quarter: Quarter) -> bool {
        self.contains(quarter) && quarter.number() == self.numbers().1
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quarter(quarter) => quarter.fmt(f),
            Self::Half(year, half) => write!(f, "{year:04}-H{half}"),
            Self::NineMonths(year) => write!(f, "{year:04}-9M"),
            Self::Year(year) => write!(f, "{year:04}"),
        }
    }
}

impl FromStr for Period {
    type Err = NotAPeriod;

    fn from_str(text: &str) -> Result<Self, NotAPeriod> {
        let (year, part) = text.split_once('-').map_or((text, None), |(year, part)| (year, Some(part)));
        let year: i32 = year.parse().map_err(|_| NotAPeriod)?;
        let period = match part {
            None => Self::Year(year),
            Some("H1") => Self::Half(year, 1),
            Some("H2") => Self::Half(year, 2),
            Some("9M") => Self::NineMonths(year),
            Some(_) => Self::Quarter(text.parse().map_err(|_| NotAPeriod)?),
        };
        // written in one way only, and within the years that quarters have
        let known = (Quarter::FIRST_YEAR..=Quarter::LAST_YEAR).contains(&year);
        (known && period.to_string() == text).then_some(period).ok_or(NotAPeriod)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_read_back_and_know_their_quarters() {
        let quarter = |number| Quarter::new(2023, number).unwrap();
        for (text, quarters, last) in [
            ("2023-Q2", vec![2], 2),
            ("2023-H1", vec![1, 2], 2),
            ("2023-H2", vec![3, 4], 4),
            ("2023-9M", vec![1, 2, 3], 3),
            ("2023", vec![1, 2, 3, 4], 4),
        ] {
            let period: Period = text.parse().unwrap();
            assert_eq!(period.to_string(), text);
            assert_eq!((1..=4).filter(|n| period.contains(quarter(*n))).collect::<Vec<_>>(), quarters, "{text}");
            assert_eq!((1..=4).filter(|n| period.ends_with(quarter(*n))).collect::<Vec<_>>(), [last], "{text}");
            assert!(!period.contains(quarter(1).year_before()));
        }
        assert_eq!(Period::of_year(2023).count(), 8);
        let to_date: Vec<_> = (1..=4).map(|n| Period::year_to_date(quarter(n)).to_string()).collect();
        assert_eq!(to_date, ["2023-Q1", "2023-H1", "2023-9M", "2023"]);
        for wrong in ["", "23", "2023-H3", "2023-12M", "2023-Q5", "+2023", "1999", "2023-"] {
            assert!(wrong.parse::<Period>().is_err(), "{wrong}");
        }
    }
}
