//! The types of the values of rules.

use std::{fmt, str::FromStr};

use super::NotAValue;
use crate::{
    codes::UnknownCode,
    measure::{Measure, Unit},
};

/// A whole number from `LOW` to `HIGH`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Within<const LOW: i64, const HIGH: i64>(pub i64);

impl<const LOW: i64, const HIGH: i64> FromStr for Within<LOW, HIGH> {
    type Err = NotAValue;

    fn from_str(text: &str) -> Result<Self, NotAValue> {
        text.parse().ok().filter(|number| (LOW..=HIGH).contains(number)).map(Self).ok_or(NotAValue)
    }
}

/// Days before (negative) and after a day, in order: `-10 -3 1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Days(pub Vec<i32>);

impl FromStr for Days {
    type Err = NotAValue;

    fn from_str(text: &str) -> Result<Self, NotAValue> {
        let days = text.split(' ').map(str::parse).collect::<Result<Vec<i32>, _>>().map_err(|_| NotAValue)?;
        let fits = days.iter().all(|day| (1..=365).contains(&day.unsigned_abs())) && days.is_sorted_by(|a, b| a < b);
        if fits { Ok(Self(days)) } else { Err(NotAValue) }
    }
}

/// A bound for each measure that is asked about, in whole dollars, soums or people: `exports_usd=5000 employees=20`. Measures that are
/// not named have none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thresholds(Vec<(Measure, i64)>);

impl Thresholds {
    /// The bound of a measure in its smallest unit; the largest number where it has none.
    pub fn of(&self, measure: Measure) -> i64 {
        let minor = match measure.unit() {
            Unit::Cents | Unit::Tiyin => 100,
            Unit::Number => 1,
        };
        self.0.iter().find(|(of, _)| *of == measure).map_or(i64::MAX, |(_, bound)| bound.saturating_mul(minor))
    }
}

impl FromStr for Thresholds {
    type Err = NotAValue;

    fn from_str(text: &str) -> Result<Self, NotAValue> {
        let bound = |pair: &str| {
            let (measure, bound) = pair.split_once('=')?;
            let measure = measure.parse().map_err(|UnknownCode| ()).ok()?;
            Some((measure, bound.parse().ok().filter(|bound| *bound > 0)?))
        };
        let bounds = text.split(' ').map(bound).collect::<Option<Vec<_>>>().ok_or(NotAValue)?;
        let once = bounds.iter().enumerate().all(|(n, (measure, _))| bounds[..n].iter().all(|(earlier, _)| earlier != measure));
        if once { Ok(Self(bounds)) } else { Err(NotAValue) }
    }
}

impl<const LOW: i64, const HIGH: i64> fmt::Display for Within<LOW, HIGH> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_whole_or_not_at_all() {
        assert_eq!("28".parse(), Ok(Within::<1, 28>(28)));
        for text in ["29", "0", "2.5", " 2"] {
            assert_eq!(text.parse::<Within<1, 28>>(), Err(NotAValue), "{text:?}");
        }
        assert_eq!("-10 -3 1".parse(), Ok(Days(vec![-10, -3, 1])));
        for text in ["1 1", "3 2", "0", "1  2", "400", "-2147483648"] {
            assert_eq!(text.parse::<Days>(), Err(NotAValue), "{text:?}");
        }
        let bounds: Thresholds = "exports_usd=5000 employees=20".parse().unwrap();
        assert_eq!([Measure::ExportsUsd, Measure::EMPLOYEES, Measure::Payroll].map(|m| bounds.of(m)), [500_000, 20, i64::MAX]);
        for text in ["exports_usd", "exports_usd=0", "exports_usd=-5", "dollars=5", "employees=1 employees=2"] {
            assert_eq!(text.parse::<Thresholds>(), Err(NotAValue), "{text:?}");
        }
    }
}
