//! Roll-ups, coverage and due days, computed again.

use std::collections::BTreeMap;

use domain::{ledger::Ledger, quarter::Quarter};
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};

use super::{Report, What};
use crate::{
    entity::{obligation, period, rollup_cell, rollup_coverage, rollup_destination},
    error::{Result, ServiceError},
    ledger::{cell_of, destination_of},
    rules,
    store::record::Groups,
};

/// Owed, filed and accepted by quarter and region.
pub(super) type CoverageRows = BTreeMap<(String, String), (i64, i64, i64)>;

/// What the filings make of the roll-ups.
#[derive(Default)]
pub(super) struct Recomputed {
    pub(super) ledger: Ledger,
    pub(super) coverage: CoverageRows,
}

pub(super) async fn compare(now: &impl ConnectionTrait, recomputed: Recomputed, report: &mut Report) -> Result<()> {
    let mut kept = Ledger::default();
    for row in rollup_cell::Entity::find().all(now).await? {
        let quarter = row.quarter.parse().map_err(ServiceError::corrupt("rollup_cell.quarter"))?;
        kept.cells.insert((quarter, row.scope.parse().map_err(ServiceError::corrupt("rollup_cell.scope"))?), cell_of(&row));
    }
    for row in rollup_destination::Entity::find().all(now).await? {
        let quarter = row.quarter.parse().map_err(ServiceError::corrupt("rollup_destination.quarter"))?;
        let country = row.country.parse().map_err(ServiceError::corrupt("rollup_destination.country"))?;
        kept.destinations.insert((quarter, country), destination_of(&row));
    }
    let difference = kept.minus(&recomputed.ledger)?;
    for (quarter, scope) in difference.cells.keys() {
        report.find(What::Cell, format_args!("{quarter} {scope}"));
    }
    for (quarter, country) in difference.destinations.keys() {
        report.find(What::Destination, format_args!("{quarter} {country}"));
    }
    let kept = rollup_coverage::Entity::find().all(now).await?;
    let kept: CoverageRows = kept.into_iter().map(|row| ((row.quarter, row.region), (row.owed, row.filed, row.accepted))).collect();
    let coverage = recomputed.coverage;
    let mut differing: Vec<_> = coverage.keys().chain(kept.keys()).filter(|key| coverage.get(key) != kept.get(key)).collect();
    differing.sort();
    differing.dedup();
    for (quarter, region) in differing {
        report.find(What::Coverage, format_args!("{quarter} {region}"));
    }
    Ok(())
}

/// Due days by the rules in force, of quarters and of what is owed for them.
pub(super) async fn due_days(now: &impl ConnectionTrait, report: &mut Report) -> Result<()> {
    let mut due = BTreeMap::new();
    for row in period::Entity::find().order_by_asc(period::Column::Quarter).all(now).await? {
        let expected = match row.quarter.parse::<Quarter>() {
            Ok(quarter) => rules::due_day_of(now, quarter).await?,
            Err(_) => continue, // said by its record
        };
        if row.due_on != expected {
            report.find(What::DueDay, format_args!("period/{}", row.quarter));
        }
        due.insert(row.quarter, expected);
    }
    let mut quarters = Groups::<obligation::Model>::new();
    while let Some(owed) = quarters.next(now).await? {
        for row in owed.iter().filter(|row| due.get(&row.quarter) != Some(&row.due_on)) {
            report.find(What::DueDay, format_args!("obligation/{}/{}", row.resident_id, row.quarter));
        }
    }
    Ok(())
}
