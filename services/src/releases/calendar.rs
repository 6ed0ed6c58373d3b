//! When releases are to come.

use chrono::{Days, NaiveDate};
use domain::{
    clock::tashkent_date,
    quarter::Quarter,
    release::{ReleaseName, ReleaseState},
    rules::{RELEASE_DAYS, RuleBook},
};

use super::{all, steps};
use crate::{error::Result, rules::rule_book, store::Store};

/// How many quarters ahead the calendar says.
const AHEAD: usize = 4;

/// A release that is to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coming {
    /// Its quarter.
    pub quarter: Quarter,
    /// The day on which it is planned.
    pub day: NaiveDate,
}

/// The releases of the next quarters: on the day of the rule, or of the minute for which one is approved. Public.
///
/// # Errors
/// The database's.
pub async fn calendar(store: &Store) -> Result<Vec<Coming>> {
    let (now, book) = (store.now(), rule_book(&store.db).await?);
    let rows = all(&store.db).await?;
    let is_public = |state| matches!(state, ReleaseState::Published | ReleaseState::Withdrawn);
    let last = rows.iter().rfind(|row| is_public(row.state.0) || steps(row).is_due(now));
    let first = last.map_or_else(|| Quarter::last_ended(tashkent_date(now)), |row| row.quarter.0.next());
    let mut coming = Vec::new();
    for quarter in std::iter::successors(Some(first), |quarter| Some(quarter.next())).take(AHEAD) {
        let planned = planned_day(&book, quarter)?;
        let approved =
            rows.iter().find(|row| row.state.0 == ReleaseState::Approved && row.name().ok() == Some(ReleaseName::first(quarter)));
        let day = approved.and_then(|row| row.publish_at).map_or(planned, tashkent_date);
        coming.push(Coming { quarter, day });
    }
    Ok(coming)
}

/// The day on which the rule plans the release of a quarter.
pub(super) fn planned_day(book: &RuleBook, quarter: Quarter) -> Result<NaiveDate> {
    let days = u64::try_from(book.value(&RELEASE_DAYS, quarter.last_day())?.0).unwrap_or(0);
    Ok(quarter.last_day().checked_add_days(Days::new(days)).unwrap_or(quarter.last_day()))
}

/// The day on which the release of a quarter is planned. Public.
///
/// # Errors
/// The database's.
pub async fn planned(store: &Store, quarter: Quarter) -> Result<NaiveDate> {
    planned_day(&rule_book(&store.db).await?, quarter)
}
