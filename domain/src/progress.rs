//! The way to a target: shares, changes, and where a straight path would be.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{codes::codes, money::Cents, quarter::Quarter, region::Region};

codes! {
    /// What a target is set for.
    Targeted {
        /// Exports, US cents.
        Exports = "exports",
    }
}

/// `part ÷ whole × scale`, rounded half away from zero; `None` when the whole is zero or the result does not fit.
///
/// `ratio(1, 3, 10_000)` is 3,333: a third in hundredths of a percent.
pub fn ratio(part: i64, whole: i64, scale: i64) -> Option<i64> {
    if whole == 0 {
        return None;
    }
    let numerator = i128::from(part) * i128::from(scale) * 2;
    let whole = i128::from(whole);
    let half = if (numerator < 0) == (whole < 0) { whole } else { -whole };
    i64::try_from((numerator + half) / (whole * 2)).ok()
}

/// Change from `before` to `now` in hundredths of a percent of `before`; `None` from nothing.
///
/// From 53.2 to 145.3 it is 17,312: +173.1%.
pub fn change(before: i64, now: i64) -> Option<i64> {
    if before <= 0 {
        return None;
    }
    ratio(now.checked_sub(before)?, before, 10_000)
}

/// A target of exports as it was set. A year may have several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Calendar year to be reached; `None` when the source sets none.
    pub year: Option<i32>,
    /// The region, or the country.
    pub region: Option<Region>,
    /// Amount.
    pub amount: Cents,
    /// Day on which it was set, if known.
    pub set_on: Option<NaiveDate>,
    /// Public address of the source.
    pub source: String,
}

/// The national target of a year that is in force: the one set last. With `None`, of those without a year.
pub fn national_target(targets: &[Target], year: Option<i32>) -> Option<&Target> {
    targets.iter().filter(|target| target.region.is_none() && target.year == year).max_by_key(|target| (target.set_on, target.amount))
}

/// Where the straight path to `target` at the end of the year stands on `day`: the target × days gone ÷ days of the year.
///
/// On 30 June 2023 the path to $300M stands at 181/365 of it, $148.77M.
pub fn straight_path(target: Cents, day: NaiveDate) -> Cents {
    let quarter = Quarter::of(day);
    let first = NaiveDate::from_ymd_opt(quarter.year(), 1, 1).unwrap_or(day);
    let next = NaiveDate::from_ymd_opt(quarter.year() + 1, 1, 1).unwrap_or(day);
    let gone = (day - first).num_days() + 1;
    Cents(ratio(target.0, (next - first).num_days(), gone).unwrap_or(target.0))
}

/// How a year stands on the straight path to its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// Within 3% of the path: nobody can tell more from one quarter.
    OnPath,
    /// Ahead of it by this much.
    Ahead(Cents),
    /// Behind it by this much.
    Behind(Cents),
}

/// The pace at the end of `day`.
///
/// $145.3M on 30 June 2023 is 2.3% below the path to $300M: on it.
pub fn pace(target: Cents, reached: Cents, day: NaiveDate) -> Pace {
    let path = straight_path(target, day);
    let by = (reached.0 - path.0).abs();
    if i128::from(by) * 100 <= i128::from(path.0) * 3 {
        Pace::OnPath
    } else if reached > path {
        Pace::Ahead(Cents(by))
    } else {
        Pace::Behind(Cents(by))
    }
}

/// What each quarter left in the year must bring on average so that the target is met; zero when it is met, `None` when
/// no quarter is left.
pub fn needed_per_quarter(target: Cents, reached: Cents, last: Quarter) -> Option<Cents> {
    let left = i64::from(4 - last.number());
    // rounded up: the rounded amounts must reach the target
    (left > 0).then(|| Cents(((target.0 - reached.0).max(0) + left - 1) / left))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hand_checked_figures() {
        assert_eq!(change(5_320, 14_530), Some(17_312));
        assert_eq!(change(0, 5), None);
        assert_eq!(ratio(34_400, 30_000, 1_000), Some(1_147)); // 2023: 114.7% of the target
        assert_eq!(ratio(-1, 2, 1), Some(-1));
        assert_eq!(ratio(1, 2, 1), Some(1));
        let path = straight_path(Cents(30_000_000_000), NaiveDate::from_ymd_opt(2023, 6, 30).unwrap());
        assert_eq!(path, Cents(14_876_712_329));
        let end = straight_path(Cents(30_000_000_000), NaiveDate::from_ymd_opt(2023, 12, 31).unwrap());
        assert_eq!(end, Cents(30_000_000_000));
    }

    #[test]
    fn the_pace_is_on_the_path_within_three_percent() {
        let day = NaiveDate::from_ymd_opt(2023, 6, 30).unwrap();
        let at = |cents| pace(Cents(30_000_000_000), Cents(cents), day);
        assert_eq!(at(14_530_000_000), Pace::OnPath);
        assert_eq!(at(15_300_000_000), Pace::OnPath);
        assert_eq!(at(18_270_000_000), Pace::Ahead(Cents(3_393_287_671)));
        assert_eq!(at(10_000_000_000), Pace::Behind(Cents(4_876_712_329)));
    }

    #[test]
    fn the_target_set_last_is_in_force() {
        let target = |year, millions: i64, set_on: Option<(i32, u32, u32)>| Target {
            year,
            region: None,
            amount: Cents(millions * 100_000_000),
            set_on: set_on.and_then(|(y, m, d)| NaiveDate::from_ymd_opt(y, m, d)),
            source: String::new(),
        };
        let targets = [
            target(Some(2023), 300, Some((2023, 2, 22))),
            target(Some(2023), 100, Some((2020, 4, 28))),
            target(None, 500, Some((2022, 4, 14))),
            target(None, 1_000, Some((2023, 2, 22))),
            target(None, 1_000, None),
        ];
        assert_eq!(national_target(&targets, Some(2023)).unwrap().amount, Cents(30_000_000_000));
        assert_eq!(national_target(&targets, None).unwrap().amount, Cents(100_000_000_000));
        assert_eq!(national_target(&targets, Some(2030)), None);
    }

    #[test]
    fn what_is_left_is_spread_over_the_quarters_left() {
        let h1 = "2023-Q2".parse().unwrap();
        assert_eq!(needed_per_quarter(Cents(300), Cents(145), h1), Some(Cents(78)));
        assert_eq!(needed_per_quarter(Cents(300), Cents(344), h1), Some(Cents(0)));
        assert_eq!(needed_per_quarter(Cents(300), Cents(299), "2023-Q4".parse().unwrap()), None);
    }

    proptest! {
        #[test]
        fn a_ratio_is_within_half_a_step(part in -1_000_000_i64..1_000_000, whole in 1_i64..1_000_000) {
            let got = i128::from(ratio(part, whole, 10_000).unwrap());
            let error = (got * i128::from(whole) - i128::from(part) * 10_000).abs() * 2;
            prop_assert!(error <= i128::from(whole));
        }
    }
}
