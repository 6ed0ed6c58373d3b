//! What the public may see of a cell.

use serde::{Deserialize, Serialize};

use crate::{ledger::Cell, measure::Measure, quarter::Quarter, region::Area};

/// A figure as others published it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// As in the file: `2022`, `2022-H1`, `2022-Q1`, `2022-01/2022-08`.
    pub period: String,
    /// Of what part of the country.
    pub area: Area,
    /// In thousandths of the unit.
    pub value_milli: i64,
    /// `USD million`, `UZS billion`, …
    pub unit: String,
    /// Whose figure of what, said when.
    pub definition: String,
    /// Public address.
    pub source: String,
}

/// A figure that may be hidden. A hidden value is not there at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "status", content = "value")]
pub enum Figure {
    /// The value.
    Shown(i64),
    /// Hidden, for it would tell what a single resident earned.
    Confidential,
    /// Nothing has been accepted yet that it could be made of.
    NotAvailable,
}

impl Figure {
    /// The mark in place of a value in tables, by the code of the status: `c` confidential, `x` not available
    /// (`docs/methodology.md`).
    pub fn status(self) -> &'static str {
        match self {
            Self::Shown(_) => "",
            Self::Confidential => "c",
            Self::NotAvailable => "x",
        }
    }

    /// The value, if it is shown.
    pub fn shown(self) -> Option<i64> {
        match self {
            Self::Shown(value) => Some(value),
            Self::Confidential | Self::NotAvailable => None,
        }
    }
}

/// Shows `value` rounded to whole `unit`s, unless it has contributors but fewer than `least` of them. A cell with no contributor
/// is published as zero. `least` is a dated rule (3 by default, `docs/methodology.md`).
pub fn figure(value: i64, contributors: i64, least: i64, unit: i64) -> Figure {
    if contributors > 0 && contributors < least {
        return Figure::Confidential;
    }
    Figure::Shown(crate::progress::ratio(value, unit, 1).unwrap_or(0))
}

/// Published exports are in whole thousands of dollars: this many cents.
pub const THOUSAND_DOLLARS: i64 = 100_000;
/// Published services are in whole millions of soums: this many tiyin.
pub const MILLION_SOUMS: i64 = 100_000_000;

/// What the public sees of a quarter of the country.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuarterFigures {
    /// Which quarter.
    pub quarter: Quarter,
    /// Exports of the quarter, thousands of dollars.
    pub exports: Figure,
    /// Exports of the year to date, thousands of dollars.
    pub exports_to_date: Figure,
    /// Services of the year to date, millions of soums.
    pub services_to_date: Figure,
}

/// The latest of the quarters that the public sees: ended, and with at least `least` exporters accepted, for one of which
/// hardly anything was accepted would open what it hides as the difference to the one before (ADR 1).
pub fn latest_shown(cells: &[OfQuarter], ended: Quarter, least: i64) -> Option<Quarter> {
    let enough = |of: &&OfQuarter| of.quarter <= ended && of.own.contributors(Measure::ExportsUsd) >= least;
    cells.iter().rfind(enough).map(|of| of.quarter)
}

/// The country's cells of a quarter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfQuarter {
    /// Which quarter.
    pub quarter: Quarter,
    /// Of the quarter alone.
    pub own: Cell,
    /// Of the year up to and including it.
    pub to_date: Cell,
}

/// How much of a quarter is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filed {
    /// Which quarter.
    pub quarter: Quarter,
    /// Whether its due day has passed.
    pub due: bool,
    /// Accepted filings.
    pub accepted: i64,
    /// Owed filings.
    pub owed: i64,
}

impl Filed {
    /// Whether the quarter is complete: due, and accepted from `share` hundredths of a percent of what is owed on. `share`
    /// is a dated rule (90% by default).
    pub fn is_complete(&self, share: i64) -> bool {
        self.due && self.owed > 0 && self.accepted.saturating_mul(10_000) >= self.owed.saturating_mul(share)
    }
}

/// The latest quarter that is complete together with all quarters of its year before it. Figures of later quarters are
/// provisional, and a comparison with the year before would only say who has not filed.
pub fn last_complete(quarters: &[Filed], share: i64) -> Option<Quarter> {
    let complete = |quarter: Quarter| quarters.iter().any(|filed| filed.quarter == quarter && filed.is_complete(share));
    let mut latest: Vec<Quarter> = quarters.iter().map(|filed| filed.quarter).collect();
    latest.sort_unstable();
    latest.into_iter().rev().find(|quarter| quarter.year_to_date().all(complete))
}

/// The country's figures quarter by quarter. `cells` are the discrete quarters in order. A quarter of which nothing was
/// accepted is not a quarter without exports; and where a quarter is hidden, so is the year to date from it on, which less
/// the other quarters would open it.
pub fn course(cells: &[OfQuarter], least: i64) -> Vec<QuarterFigures> {
    let mut course = Vec::new();
    for (n, OfQuarter { quarter, own, to_date }) in cells.iter().enumerate() {
        let hidden = |cell: &Cell| {
            let counts = [Measure::ExportsUsd, Measure::ServicesUzs].map(|measure| cell.contributors(measure));
            counts.into_iter().any(|count| (1..least).contains(&count))
        };
        let year_hidden = cells[..=n].iter().any(|of| of.quarter.year() == quarter.year() && hidden(&of.own));
        let shown = |cell: &Cell, measure, unit, hidden| match () {
            () if own.contributors(Measure::Filings) == 0 => Figure::NotAvailable,
            () if hidden => Figure::Confidential,
            () => figure(cell.amount(measure), cell.contributors(measure), least, unit),
        };
        course.push(QuarterFigures {
            quarter: *quarter,
            exports: shown(own, Measure::ExportsUsd, THOUSAND_DOLLARS, false),
            exports_to_date: shown(to_date, Measure::ExportsUsd, THOUSAND_DOLLARS, year_hidden),
            services_to_date: shown(to_date, Measure::ServicesUzs, MILLION_SOUMS, year_hidden),
        });
    }
    course
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn few_contributors_are_hidden_and_none_are_zero() {
        assert_eq!(figure(0, 0, 3, THOUSAND_DOLLARS), Figure::Shown(0));
        assert_eq!(figure(99_999_999, 1, 3, THOUSAND_DOLLARS), Figure::Confidential);
        assert_eq!(figure(99_999_999, 2, 3, THOUSAND_DOLLARS), Figure::Confidential);
        assert_eq!(figure(99_999_999, 3, 3, THOUSAND_DOLLARS), Figure::Shown(1_000));
    }

    fn cells(exporters: &[i64]) -> Vec<OfQuarter> {
        let quarters: Vec<Quarter> = Quarter::new(2022, 1).unwrap().through(Quarter::new(2030, 4).unwrap()).take(exporters.len()).collect();
        let cell = |cents: i64, count: i64| Cell {
            amounts: [(Measure::ExportsUsd, cents)].into(),
            residents: [Measure::Filings, Measure::ExportsUsd, Measure::ServicesUzs].map(|measure| (measure, count)).into(),
        };
        let of = |(n, quarter): (usize, &Quarter)| {
            let year = quarters.iter().zip(exporters).take(n + 1).filter(|(q, _)| q.year() == quarter.year()).map(|(_, count)| *count);
            let (sum, most) = (year.clone().sum::<i64>(), year.max().unwrap());
            OfQuarter { quarter: *quarter, own: cell(exporters[n] * 10_000_000, exporters[n]), to_date: cell(sum * 10_000_000, most) }
        };
        quarters.iter().enumerate().map(of).collect()
    }

    #[test]
    fn a_quarter_is_complete_when_due_and_nearly_all_is_in() {
        let filed = |quarter: &str, due, accepted| Filed { quarter: quarter.parse().unwrap(), due, accepted, owed: 100 };
        let quarter = |text: &str| text.parse::<Quarter>().ok();
        for (last, complete) in
            [(filed("2023-Q3", false, 100), "2023-Q2"), (filed("2023-Q3", true, 89), "2023-Q2"), (filed("2023-Q3", true, 90), "2023-Q3")]
        {
            let quarters = [filed("2023-Q1", true, 97), filed("2023-Q2", true, 95), last];
            assert_eq!(last_complete(&quarters, 9_000), quarter(complete), "{last:?}");
        }
        // a hole earlier in the year is a hole in the year to date
        let hole = [filed("2022-Q4", true, 99), filed("2023-Q1", true, 40), filed("2023-Q2", true, 99)];
        assert_eq!(last_complete(&hole, 9_000), None);
        assert_eq!(last_complete(&[], 9_000), None);
    }

    #[test]
    fn the_view_moves_on_when_enough_is_accepted() {
        let quarter = |text: &str| text.parse::<Quarter>().ok();
        let latest = |exporters: &[i64], ended| latest_shown(&cells(exporters), quarter(ended).unwrap(), 3);
        assert_eq!(latest(&[9, 9, 2], "2022-Q3"), quarter("2022-Q2"));
        assert_eq!(latest(&[9, 9, 3], "2022-Q3"), quarter("2022-Q3"));
        assert_eq!(latest(&[9, 9, 3], "2022-Q2"), quarter("2022-Q2"));
        assert_eq!(latest(&[1, 0], "2022-Q2"), None);
    }

    #[test]
    fn nothing_accepted_is_not_nothing_exported() {
        let course = course(&cells(&[5, 0, 4]), 3);
        let shown: Vec<_> = course.iter().map(|q| (q.exports, q.exports_to_date)).collect();
        let x = Figure::NotAvailable;
        assert_eq!(shown, [(Figure::Shown(500), Figure::Shown(500)), (x, x), (Figure::Shown(400), Figure::Shown(900))]);
    }

    proptest! {
        #[test]
        fn no_year_to_date_opens_a_hidden_quarter(exporters in prop::collection::vec(0..6_i64, 1..12)) {
            let course = course(&cells(&exporters), 3);
            for (n, q) in course.iter().enumerate() {
                let earlier = course[..=n].iter().filter(|other| other.quarter.year() == q.quarter.year());
                if earlier.clone().any(|other| other.exports == Figure::Confidential) {
                    prop_assert!(q.exports_to_date.shown().is_none() && q.services_to_date.shown().is_none());
                } else if let Some(sum) = q.exports_to_date.shown() {
                    prop_assert_eq!(sum, earlier.filter_map(|other| other.exports.shown()).sum::<i64>());
                }
            }
        }

        #[test]
        fn nothing_of_one_or_two_residents_is_serialised(value in 1_000_i64..i64::MAX / 4, contributors in 1..3_i64) {
            let text = serde_json::to_string(&figure(value, contributors, 3, 1)).unwrap();
            prop_assert_eq!(text, r#"{"status":"confidential"}"#);
        }
    }
}
