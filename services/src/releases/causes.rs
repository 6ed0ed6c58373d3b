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
    let mut filings: BTreeMap<Uuid, Vec<filing_version::Model>> = BTreeMap::new();
    for row in filing_version::Entity::find().filter(told).filter(accepted).all(connection).await? {
        filings.entry(row.filing_id).or_default().push(row);
    }
    let mut causes: BTreeMap<(Quarter, bool), Cause> = BTreeMap::new();
    for mut versions in filings.into_values() {
        versions.retain(|version| version.decided_at.is_some_and(|at| at <= until));
        versions.sort_by_key(|version| version.number);
        let is_new = |version: &filing_version::Model| version.decided_at.is_some_and(|at| at > since);
        let (Some(now), before) = (versions.last(), versions.iter().rfind(|version| !is_new(version))) else { continue };
        if !is_new(now) {
            continue;
        }
        let (exports, services) = before.map_or((0, 0), |before| (before.exports_cents, before.services_tiyin));
        let key = (now.quarter.0, before.is_some());
        let cause = causes.entry(key).or_insert(Cause { quarter: key.0, amends: key.1, filings: 0, exports: 0, services: 0 });
        cause.filings += 1;
        cause.exports += now.exports_cents - exports;
        cause.services += now.services_tiyin - services;
    }
    Ok(causes.into_values().collect())
}
