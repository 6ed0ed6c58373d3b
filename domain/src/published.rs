//! What others published, and when a quarter of ours is complete.

use serde::{Deserialize, Serialize};

use crate::{quarter::Quarter, region::Area};

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

    /// How much that is, as everybody may know it.
    pub fn coverage(&self) -> Coverage {
        Coverage { quarter: self.quarter, percent: self.accepted.saturating_mul(100).checked_div(self.owed).unwrap_or(100) }
    }
}

/// How much of a quarter was in when a release was made. In whole percent: two releases of a quarter do not say how many filings came
/// between them, which beside their totals would tell of single companies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Which quarter.
    pub quarter: Quarter,
    /// How many of a hundred filings that are owed were accepted, rounded down.
    pub percent: i64,
}

/// The latest quarter that is complete together with all quarters of its year before it. Figures of later quarters are
/// provisional, and a comparison with the year before would only say who has not filed.
pub fn last_complete(quarters: &[Filed], share: i64) -> Option<Quarter> {
    let complete = |quarter: Quarter| quarters.iter().any(|filed| filed.quarter == quarter && filed.is_complete(share));
    let mut latest: Vec<Quarter> = quarters.iter().map(|filed| filed.quarter).collect();
    latest.sort_unstable();
    latest.into_iter().rev().find(|quarter| quarter.year_to_date().all(complete))
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
