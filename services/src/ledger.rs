//! The ledger in the database: roll-up rows that change in the transaction that accepts a version.

use domain::{
    content::Converted,
    ledger::{AcceptedFiling, Cell, DestinationCell, Ledger, Scope},
    quarter::Quarter,
    region::Region,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::OnConflict};
use uuid::Uuid;

use crate::{
    entity::{filing, filing_version, rollup_cell, rollup_coverage, rollup_destination},
    error::{Result, ServiceError},
    filings::lines::load_lines,
};

pub mod figures;

fn cell_row(quarter: Quarter, scope: Scope, cell: Cell) -> rollup_cell::Model {
    let Cell {
        domestic_tiyin,
        exports_tiyin,
        exports_cents,
        employees,
        specialists,
        residents,
        providers,
        exporters,
        new_residents,
        new_providers,
        new_exporters,
    } = cell;
    rollup_cell::Model {
        quarter: quarter.to_string(),
        scope: scope.to_string(),
        domestic_tiyin,
        exports_tiyin,
        exports_cents,
        employees,
        specialists,
        residents,
        providers,
        exporters,
        new_residents,
        new_providers,
        new_exporters,
    }
}

pub(crate) fn cell_of(row: &rollup_cell::Model) -> Cell {
    Cell {
        domestic_tiyin: row.domestic_tiyin,
        exports_tiyin: row.exports_tiyin,
        exports_cents: row.exports_cents,
        employees: row.employees,
        specialists: row.specialists,
        residents: row.residents,
        providers: row.providers,
        exporters: row.exporters,
        new_residents: row.new_residents,
        new_providers: row.new_providers,
        new_exporters: row.new_exporters,
    }
}

pub(crate) fn destination_of(row: &rollup_destination::Model) -> DestinationCell {
    DestinationCell { exports_cents: row.exports_cents, exporters: row.exporters, new_exporters: row.new_exporters }
}

/// The accepted filings of a resident in a calendar year.
async fn accepted_of_year(connection: &impl ConnectionTrait, resident: Uuid, year: i32) -> Result<Vec<(Quarter, Region, Converted)>> {
    let quarters: Vec<String> = (1..=4).map(|number| format!("{year:04}-Q{number}")).collect();
    let filings = filing::Entity::find()
        .filter(filing::Column::ResidentId.eq(resident))
        .filter(filing::Column::Quarter.is_in(quarters))
        .filter(filing::Column::AcceptedVersion.is_not_null())
        .all(connection)
        .await?;
    let mut accepted = Vec::new();
    for filing in filings {
        let version = filing_version::Entity::find()
            .filter(filing_version::Column::FilingId.eq(filing.id))
            .filter(filing_version::Column::Number.eq(filing.accepted_version))
            .one(connection)
            .await?
            .ok_or(ServiceError::Corrupt("filing.accepted_version"))?;
        let quarter = filing.quarter.parse().map_err(ServiceError::corrupt("filing.quarter"))?;
        let region = version.region.parse().map_err(ServiceError::corrupt("filing_version.region"))?;
        accepted.push((quarter, region, load_lines(connection, &version).await?));
    }
    Ok(accepted)
}

/// The part of the ledger that one resident and year make.
pub(crate) async fn of_resident_year(connection: &impl ConnectionTrait, resident: Uuid, year: i32) -> Result<Ledger> {
    let accepted = accepted_of_year(connection, resident, year).await?;
    let filings: Vec<_> = accepted
        .iter()
        .map(|(quarter, registered, filing)| AcceptedFiling { quarter: *quarter, registered: *registered, filing })
        .collect();
    Ok(Ledger::of_resident_year(&filings)?)
}

/// Adds a change to the roll-up rows. Writers take turns, so reading and writing back is safe; the sums are checked.
pub(crate) async fn apply(connection: &impl ConnectionTrait, change: &Ledger) -> Result<()> {
    for ((quarter, scope), change) in &change.cells {
        let key = (quarter.to_string(), scope.to_string());
        let old = rollup_cell::Entity::find_by_id(key).one(connection).await?.map(|row| cell_of(&row)).unwrap_or_default();
        let row = cell_row(*quarter, *scope, old.plus(*change)?).into_active_model();
        let replace = OnConflict::columns([rollup_cell::Column::Quarter, rollup_cell::Column::Scope])
            .update_columns([
                rollup_cell::Column::DomesticTiyin,
                rollup_cell::Column::ExportsTiyin,
                rollup_cell::Column::ExportsCents,
                rollup_cell::Column::Employees,
                rollup_cell::Column::Specialists,
                rollup_cell::Column::Residents,
                rollup_cell::Column::Providers,
                rollup_cell::Column::Exporters,
                rollup_cell::Column::NewResidents,
                rollup_cell::Column::NewProviders,
                rollup_cell::Column::NewExporters,
            ])
            .to_owned();
        rollup_cell::Entity::insert(row).on_conflict(replace).exec_without_returning(connection).await?;
    }
    for ((quarter, country), change) in &change.destinations {
        let key = (quarter.to_string(), country.to_string());
        let old =
            rollup_destination::Entity::find_by_id(key.clone()).one(connection).await?.map(|row| destination_of(&row)).unwrap_or_default();
        let DestinationCell { exports_cents, exporters, new_exporters } = old.plus(*change)?;
        let row = rollup_destination::Model { quarter: key.0, country: key.1, exports_cents, exporters, new_exporters }.into_active_model();
        let replace = OnConflict::columns([rollup_destination::Column::Quarter, rollup_destination::Column::Country])
            .update_columns([
                rollup_destination::Column::ExportsCents,
                rollup_destination::Column::Exporters,
                rollup_destination::Column::NewExporters,
            ])
            .to_owned();
        rollup_destination::Entity::insert(row).on_conflict(replace).exec_without_returning(connection).await?;
    }
    Ok(())
}

/// Changes the coverage of a quarter and region by whole filings.
pub(crate) async fn cover(connection: &impl ConnectionTrait, quarter: &str, region: &str, filed: i64, accepted: i64) -> Result<()> {
    if filed == 0 && accepted == 0 {
        return Ok(());
    }
    let update = rollup_coverage::Entity::update_many()
        .col_expr(
            rollup_coverage::Column::Filed,
            sea_orm::ExprTrait::add(sea_orm::sea_query::Expr::col(rollup_coverage::Column::Filed), filed),
        )
        .col_expr(
            rollup_coverage::Column::Accepted,
            sea_orm::ExprTrait::add(sea_orm::sea_query::Expr::col(rollup_coverage::Column::Accepted), accepted),
        )
        .filter(rollup_coverage::Column::Quarter.eq(quarter))
        .filter(rollup_coverage::Column::Region.eq(region));
    if update.exec(connection).await?.rows_affected == 1 { Ok(()) } else { Err(ServiceError::Corrupt("rollup_coverage")) }
}
