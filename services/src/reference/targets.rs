//! Targets of exports as they were set.

use domain::{money::Cents, progress::Target};
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};

use crate::{entity::target, error::Result, store::Store};

/// All targets of the country and its regions, by year, those without a year last.
///
/// # Errors
/// The database's.
pub async fn targets(store: &Store) -> Result<Vec<Target>> {
    targets_of(&store.db).await
}

pub(crate) async fn targets_of(connection: &impl ConnectionTrait) -> Result<Vec<Target>> {
    let rows = target::Entity::find().order_by_asc(target::Column::Year).order_by_asc(target::Column::AmountCents).all(connection).await?;
    let target = |row: target::Model| Target {
        year: row.year,
        region: row.region.map(|region| region.0),
        amount: Cents(row.amount_cents),
        set_on: row.set_on,
        source: row.source,
    };
    let mut targets: Vec<Target> = rows.into_iter().map(target).collect();
    targets.sort_by_key(|target| (target.year.unwrap_or(i32::MAX), target.amount));
    Ok(targets)
}
