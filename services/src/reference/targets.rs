//! Targets of exports as they were set.

use domain::{money::Cents, progress::Target};
use sea_orm::{EntityTrait, QueryOrder};

use crate::{
    entity::target,
    error::{Result, ServiceError},
    store::Store,
};

/// All targets of the country and its regions, by year, those without a year last.
///
/// # Errors
/// The database's.
pub async fn targets(store: &Store) -> Result<Vec<Target>> {
    let rows = target::Entity::find().order_by_asc(target::Column::Year).order_by_asc(target::Column::AmountCents).all(&store.db).await?;
    let mut targets = Vec::new();
    for row in rows {
        let region = row.region.map(|code| code.parse()).transpose().map_err(ServiceError::corrupt("target.region"))?;
        targets.push(Target { year: row.year, region, amount: Cents(row.amount_cents), set_on: row.set_on, source: row.source });
    }
    targets.sort_by_key(|target| (target.year.unwrap_or(i32::MAX), target.amount));
    Ok(targets)
}
