//! Roll-ups, coverage and due days, computed again.

use std::collections::BTreeMap;

use domain::{
    ledger::{CellKey, Ledger},
    quarter::Quarter,
    region::Region,
    rules::REGISTRY,
};
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};

use super::{Report, What};
use crate::{
    entity::{obligation, period, rollup, rollup_coverage, rule_setting},
    error::{Result, ServiceError},
    ledger::read_rollup,
    rules::DueDays,
    store::{
        readable::readable,
        record::{Grouped, Groups, Recorded},
    },
};

/// Owed, filed and accepted by quarter and region.
pub(super) type CoverageRows = BTreeMap<(Quarter, Region), (i64, i64, i64)>;

/// What the filings make of the roll-ups.
#[derive(Default)]
pub(super) struct Recomputed {
    pub(super) ledger: Ledger,
    pub(super) coverage: CoverageRows,
}

pub(super) async fn compare(now: &impl ConnectionTrait, recomputed: Recomputed, report: &mut Report) -> Result<()> {
    let mut kept = Ledger::default();
    let (rows, unreadable) = readable(now, rollup::Entity::find()).await?;
    kept.0.extend(rows.into_iter().map(read_rollup));
    report.unreadable("rollup", unreadable);
    for CellKey { period, scope, item } in kept.minus(&recomputed.ledger)?.0.keys() {
        report.find(What::Cell, format_args!("rollup/{period}/{scope}/{item}"));
    }
    let (kept, unreadable) = readable(now, rollup_coverage::Entity::find()).await?;
    report.unreadable("rollup_coverage", unreadable);
    let kept: CoverageRows = kept.into_iter().map(|row| ((row.quarter.0, row.region.0), (row.owed, row.filed, row.accepted))).collect();
    let coverage = recomputed.coverage;
    let of = |rows: &CoverageRows, key: &(Quarter, Region)| rows.get(key).copied().unwrap_or_default();
    let mut differing: Vec<_> = coverage.keys().chain(kept.keys()).filter(|key| of(&coverage, key) != of(&kept, key)).collect();
    differing.sort();
    differing.dedup();
    for (quarter, region) in differing {
        report.find(What::Coverage, format_args!("{quarter} {region}"));
    }
    Ok(())
}

/// Values of rules that are none, whether in force or not.
pub(super) async fn rule_values(now: &impl ConnectionTrait, report: &mut Report) -> Result<()> {
    for row in readable(now, rule_setting::Entity::find()).await?.0 {
        if REGISTRY.iter().any(|rule| rule.key() == row.key && !rule.takes(&row.value)) {
            report.find_of(
                What::Unreadable,
                format_args!("rule_setting/{}/{}", row.key, row.from_day),
                rule_setting::Model::KIND,
                row.key(),
            );
        }
    }
    Ok(())
}

/// Due days by the rules in force, of quarters and of what is owed for them.
pub(super) async fn due_days(now: &impl ConnectionTrait, report: &mut Report) -> Result<()> {
    let rules = match DueDays::load(now).await {
        // said by the records
        Err(ServiceError::Corrupt(_)) => return Ok(()),
        rules => rules?,
    };
    let mut due = BTreeMap::new();
    // what cannot be read is said by its record
    for row in readable(now, period::Entity::find().order_by_asc(period::Column::Quarter)).await?.0 {
        let Ok(expected) = rules.of(row.quarter.0) else {
            report.find(What::Unreadable, format_args!("rule_setting of {}", row.quarter));
            continue;
        };
        if row.due_on != expected {
            report.find_of(What::DueDay, format_args!("period/{}", row.quarter), period::Model::KIND, row.key());
        }
        due.insert(row.quarter, expected);
    }
    let mut quarters = Groups::<obligation::Model>::new();
    while let Some(owed) = quarters.next(now).await? {
        for row in owed.iter().filter(|row| due.get(&row.quarter) != Some(&row.due_on)) {
            let at = format_args!("obligation/{}/{}", row.resident_id, row.quarter);
            report.find_of(What::DueDay, at, obligation::Model::GROUP, row.group());
        }
    }
    Ok(())
}
