//! Why figures changed since the release before: filings that came late, and amendments. Rates are frozen in each version of a filing
//! and nothing is imputed, so there are no other causes.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{filing::VersionState, quarter::Quarter};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::{entity::filing_version, error::Result, store::code::Code};

/// What filings of one kind changed in a quarter that had been told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cause {
    /// The quarter.
    pub quarter: Quarter,
    /// Whether they amend others; else they came late.
    pub amends: bool,
    /// How many.
    pub filings: i64,
    /// By how much exports changed, US cents.
    pub exports: i64,
    /// By how much service revenue changed, tiyin.
    pub services: i64,
}

/// The causes between two instants, of the quarters that a release of the last one told.
pub(super) async fn between(
    connection: &impl ConnectionTrait,
    last: Quarter,
    since: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Vec<Cause>> {
    let first = Quarter::new(last.year() - 1, 1).unwrap_or(last);
    let told = filing_version::Column::Quarter.is_in(first.through(last).map(Code));
    let accepted = filing_version::Column::State.is_in([VersionState::Accepted, VersionState::Superseded].map(Code));
    let mut filings: BTreeMap<Uuid, Vec<Taken>> = BTreeMap::new();
    for row in filing_version::Entity::find().filter(told).filter(accepted).all(connection).await? {
        let Some(at) = row.decided_at.filter(|at| *at <= until) else { continue };
        let (quarter, number, amounts) = (row.quarter.0, row.number, (row.exports_cents, row.services_tiyin));
        filings.entry(row.filing_id).or_default().push(Taken { quarter, number, at, amounts });
    }
    Ok(of(filings.into_values(), since))
}

/// A version of a filing that was accepted.
struct Taken {
    quarter: Quarter,
    number: i32,
    at: DateTime<Utc>,
    /// Exports in US cents and service revenue in tiyin.
    amounts: (i64, i64),
}

/// What changed since an instant by filings with these versions.
fn of(filings: impl Iterator<Item = Vec<Taken>>, since: DateTime<Utc>) -> Vec<Cause> {
    let mut causes: BTreeMap<(Quarter, bool), Cause> = BTreeMap::new();
    for mut versions in filings {
        versions.sort_by_key(|version| version.number);
        let (Some(now), before) = (versions.last(), versions.iter().rfind(|version| version.at <= since)) else { continue };
        if now.at <= since {
            continue;
        }
        let (exports, services) = before.map_or((0, 0), |before| before.amounts);
        let key = (now.quarter, before.is_some());
        let cause = causes.entry(key).or_insert(Cause { quarter: key.0, amends: key.1, filings: 0, exports: 0, services: 0 });
        cause.filings += 1;
        cause.exports += now.amounts.0 - exports;
        cause.services += now.amounts.1 - services;
    }
    causes.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_late_is_new_and_what_was_amended_differs_by_what_it_changed() {
        let at = |day: i64| DateTime::UNIX_EPOCH + chrono::TimeDelta::days(day);
        let taken = |quarter: &str, number, day, exports| Taken {
            quarter: quarter.parse().unwrap(),
            number,
            at: at(day),
            amounts: (exports, 10 * exports),
        };
        let filings = [
            // as it was
            vec![taken("2023-Q1", 1, 5, 1_000)],
            // late, and amended before anything was released of it
            vec![taken("2023-Q1", 1, 11, 70)],
            vec![taken("2023-Q1", 2, 13, 50), taken("2023-Q1", 1, 12, 900)],
            // amended, once and twice
            vec![taken("2023-Q1", 1, 5, 400), taken("2023-Q1", 2, 12, 300)],
            vec![taken("2023-Q2", 1, 6, 10), taken("2023-Q2", 2, 9, 20), taken("2023-Q2", 3, 11, 25), taken("2023-Q2", 4, 14, 50)],
        ];
        let cause = |quarter: &str, amends, filings, exports| Cause {
            quarter: quarter.parse().unwrap(),
            amends,
            filings,
            exports,
            services: 10 * exports,
        };
        let causes = [cause("2023-Q1", false, 2, 120), cause("2023-Q1", true, 1, -100), cause("2023-Q2", true, 1, 30)];
        assert_eq!(of(filings.into_iter(), at(10)), causes);
    }
}
