//! Opening a quarter once it has ended: its due day, and one obligation for each resident that had the status.

use std::collections::BTreeMap;

use domain::{
    audit::AuditAction,
    clock::tashkent_date,
    obligation::{StatusSpan, owes},
    quarter::Quarter,
    region::Region,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::{
    entity::{obligation, period, resident, resident_status, rollup_coverage},
    error::{Result, ServiceError},
    register,
    rules::DueDays,
    store::{Store, Write, audit::Event, code::Code},
};

/// Opens every quarter that has ended and is not open yet, from the first in which anybody had the status.
///
/// # Errors
/// The database's.
pub async fn open_ended(store: &Store) -> Result<Vec<Quarter>> {
    let today = store.clock().today();
    let earliest = resident_status::Entity::find().order_by_asc(resident_status::Column::FromDay).one(&store.db).await?;
    let Some(earliest) = earliest else { return Ok(Vec::new()) };
    let mut opened = Vec::new();
    for quarter in Quarter::of(earliest.from_day).through(Quarter::last_ended(today)) {
        if period::Entity::find_by_id(Code(quarter)).one(&store.db).await?.is_none() {
            let write = store.write().await?;
            if open(&write, quarter).await? {
                write.commit([Event::of_system(AuditAction::PeriodOpen, format!("period/{quarter}"))]).await?;
                opened.push(quarter);
            }
        }
    }
    Ok(opened)
}

/// Opens one quarter; `false` if another server was faster.
pub(crate) async fn open(write: &Write, quarter: Quarter) -> Result<bool> {
    if period::Entity::find_by_id(Code(quarter)).one(&**write).await?.is_some() {
        return Ok(false);
    }
    let due_on = DueDays::load(&**write).await?.of(quarter)?;
    let row = period::Model { quarter: Code(quarter), due_on, closed_on: None };
    write.insert(row).await?;
    let mut status: BTreeMap<Uuid, Vec<StatusSpan>> = BTreeMap::new();
    for row in resident_status::Entity::find().all(&**write).await? {
        status.entry(row.resident_id).or_default().push(StatusSpan { from: row.from_day, until: row.until_day });
    }
    // where each was registered on the quarter's last day
    let regions = register::regions_on(&**write, quarter.last_day()).await?;
    let residents = resident::Entity::find().all(&**write).await?;
    let owing = residents.into_iter().filter(|resident| status.get(&resident.id).is_some_and(|spans| owes(spans, quarter)));
    let mut owed: BTreeMap<Code<Region>, i64> = BTreeMap::new();
    let mut rows = Vec::new();
    for resident in owing {
        let region = regions.get(&resident.id).copied().map_or(resident.region, Code);
        *owed.entry(region).or_default() += 1;
        let row = obligation::Model { resident_id: resident.id, quarter: Code(quarter), region, due_on };
        rows.push(row);
    }
    write.group(quarter.to_string(), &rows);
    write.insert_unrecorded(rows).await?;
    let coverage =
        owed.into_iter().map(|(region, owed)| rollup_coverage::Model { quarter: Code(quarter), region, owed, filed: 0, accepted: 0 });
    write.insert_unrecorded(coverage.collect()).await?;
    Ok(true)
}

/// Closes a quarter: it takes no more filings.
///
/// # Errors
/// [`ServiceError::NotYetOpen`]; [`ServiceError::QuarterClosed`].
pub async fn close(store: &Store, quarter: Quarter) -> Result<()> {
    let write = store.write().await?;
    refuse_closed(&*write, quarter).await?;
    let row = period::Entity::find_by_id(Code(quarter)).one(&*write).await?.ok_or(ServiceError::NotYetOpen)?;
    let closed_on = Some(tashkent_date(write.at));
    write.update(period::Model { closed_on, ..row }, [period::Column::ClosedOn]).await?;
    write.commit([Event::of_system(AuditAction::PeriodClose, format!("period/{quarter}"))]).await
}

/// The obligation of a resident, if the quarter is open and the resident owes it.
///
/// # Errors
/// [`ServiceError::NotYetOpen`] while the quarter lasts, [`ServiceError::NotFound`] when nothing is owed.
pub(crate) async fn obligation_of(
    store: &Store,
    connection: &impl sea_orm::ConnectionTrait,
    resident: Uuid,
    quarter: Quarter,
) -> Result<obligation::Model> {
    if !quarter.has_ended(store.clock().today()) {
        return Err(ServiceError::NotYetOpen);
    }
    obligation::Entity::find_by_id((resident, Code(quarter))).one(connection).await?.ok_or(ServiceError::NotFound)
}

/// Whether the quarter no longer takes filings.
pub(crate) async fn is_closed(connection: &impl sea_orm::ConnectionTrait, quarter: Quarter) -> Result<bool> {
    let row = period::Entity::find_by_id(Code(quarter)).one(connection).await?;
    Ok(row.is_none_or(|row| row.closed_on.is_some()))
}

/// Refuses when the quarter no longer takes filings.
pub(crate) async fn refuse_closed(connection: &impl sea_orm::ConnectionTrait, quarter: Quarter) -> Result<()> {
    let row = period::Entity::find().filter(period::Column::Quarter.eq(Code(quarter))).one(connection).await?;
    match row {
        Some(row) if row.closed_on.is_none() => Ok(()),
        Some(_) => Err(ServiceError::QuarterClosed),
        None => Err(ServiceError::NotYetOpen),
    }
}
