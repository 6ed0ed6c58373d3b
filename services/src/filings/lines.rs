//! The lines of versions in the database.

use std::collections::BTreeMap;

use domain::{
    content::{Content, Converted, DomesticLine, ExportLine, PeopleLine},
    exchange::{Conversion, RateBasis, UnitRate},
    money::{Cents, Tiyin},
    people::{PeopleCount, PeopleCounts},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::{
    entity::{domestic_line, export_line, filing_version, people_line},
    error::{Result, ServiceError},
    filings::row::count,
    store::{Write, code::Code},
};

/// The lines of a version with the conversions frozen in it.
pub(crate) async fn load_lines(connection: &impl ConnectionTrait, version: &filing_version::Model) -> Result<Converted> {
    Ok(load_lines_of(connection, std::slice::from_ref(version)).await?.pop().unwrap_or_default())
}

/// The lines of several versions, in their order, in three statements.
pub(crate) async fn load_lines_of(connection: &impl ConnectionTrait, versions: &[filing_version::Model]) -> Result<Vec<Converted>> {
    if versions.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = versions.iter().map(|version| version.id).collect();
    let mut found: BTreeMap<Uuid, Converted> = BTreeMap::new();
    let domestic = domestic_line::Entity::find().filter(domestic_line::Column::VersionId.is_in(ids.clone()));
    for row in domestic.order_by_asc(domestic_line::Column::Position).all(connection).await? {
        let lines = &mut found.entry(row.version_id).or_default().content.domestic;
        follows(row.position, lines.len(), "domestic_line.position")?;
        lines.push(read_domestic(&row));
    }
    let exports = export_line::Entity::find().filter(export_line::Column::VersionId.is_in(ids.clone()));
    for row in exports.order_by_asc(export_line::Column::Position).all(connection).await? {
        let converted = found.entry(row.version_id).or_default();
        follows(row.position, converted.conversions.len(), "export_line.position")?;
        converted.conversions.push(read_conversion(&row));
        converted.content.exports.push(read_export(row));
    }
    let people = people_line::Entity::find().filter(people_line::Column::VersionId.is_in(ids));
    for row in people.order_by_asc(people_line::Column::Position).all(connection).await? {
        let lines = &mut found.entry(row.version_id).or_default().content.people;
        follows(row.position, lines.len(), "people_line.position")?;
        lines.push(read_people(row)?);
    }
    let complete = versions.iter().map(|version| {
        let Converted { content, conversions } = found.remove(&version.id).unwrap_or_default();
        Converted { content: Content { control_total: Tiyin(version.control_tiyin), ..content }, conversions }
    });
    Ok(complete.collect())
}

/// Rows of a version are numbered from 0 without a gap.
///
/// # Errors
/// [`ServiceError::Corrupt`], naming the column.
pub(crate) fn follows(position: i32, rows: usize, column: &'static str) -> Result<()> {
    if usize::try_from(position) == Ok(rows) { Ok(()) } else { Err(ServiceError::Corrupt(column)) }
}

fn read_domestic(row: &domestic_line::Model) -> DomesticLine {
    DomesticLine { region: row.region.0, activity: row.activity.0, amount: Tiyin(row.amount_tiyin) }
}

fn read_conversion(row: &export_line::Model) -> Conversion {
    Conversion {
        basis: row.rate_day.map_or(RateBasis::QuarterMean, RateBasis::Day),
        rate: UnitRate(row.unit_rate),
        usd_rate: UnitRate(row.usd_unit_rate),
        uzs: Tiyin(row.amount_tiyin),
        usd: Cents(row.amount_cents),
    }
}

fn read_export(row: export_line::Model) -> ExportLine {
    ExportLine {
        country: row.country.0,
        category: row.category.0,
        currency: row.currency.0,
        amount: row.amount_minor,
        region: row.region.0,
        date: row.date,
        contract: row.contract,
    }
}

/// The column of a count.
fn column(row: &mut people_line::Model, count: PeopleCount) -> &mut i32 {
    match count {
        PeopleCount::Employees => &mut row.employees,
        PeopleCount::Specialists => &mut row.specialists,
        PeopleCount::Women => &mut row.women,
        PeopleCount::Under30 => &mut row.under_30,
        PeopleCount::Disability => &mut row.disability,
        PeopleCount::Foreign => &mut row.foreign,
    }
}

fn read_people(mut row: people_line::Model) -> Result<PeopleLine> {
    let counts = PeopleCount::ALL.iter().map(|number| Ok((*number, count(*column(&mut row, *number))?)));
    Ok(PeopleLine { counts: counts.collect::<Result<PeopleCounts>>()?, region: row.region.0, payroll: Tiyin(row.payroll_tiyin) })
}

fn position(n: usize) -> Result<i32> {
    i32::try_from(n).map_err(ServiceError::corrupt("position"))
}

fn stored(count: u32) -> Result<i32> {
    i32::try_from(count).map_err(ServiceError::corrupt("count"))
}

fn people_row(version_id: Uuid, position: i32, line: &PeopleLine) -> Result<people_line::Model> {
    let mut row = people_line::Model {
        version_id,
        position,
        region: Code(line.region),
        employees: 0,
        specialists: 0,
        women: 0,
        under_30: 0,
        disability: 0,
        foreign: 0,
        payroll_tiyin: line.payroll.0,
    };
    for count in PeopleCount::ALL {
        *column(&mut row, *count) = stored(line.counts[*count])?;
    }
    Ok(row)
}

/// Stores the lines of a version.
pub(crate) async fn insert(write: &Write, version_id: Uuid, converted: &Converted) -> Result<()> {
    let Converted { content, conversions } = converted;
    let domestic = content.domestic.iter().enumerate().map(|(n, line)| {
        let (region, activity) = (Code(line.region), Code(line.activity));
        Ok(domestic_line::Model { version_id, position: position(n)?, region, activity, amount_tiyin: line.amount.0 })
    });
    write.insert_unrecorded(domestic.collect::<Result<Vec<_>>>()?).await?;
    let exports = content.exports.iter().zip(conversions).enumerate();
    let exports = exports.map(|(n, (line, conversion))| Ok(export_row(version_id, position(n)?, line, conversion)));
    write.insert_unrecorded(exports.collect::<Result<Vec<_>>>()?).await?;
    let people = content.people.iter().enumerate().map(|(n, line)| people_row(version_id, position(n)?, line));
    write.insert_unrecorded(people.collect::<Result<Vec<_>>>()?).await
}

fn export_row(version_id: Uuid, position: i32, line: &ExportLine, conversion: &Conversion) -> export_line::Model {
    export_line::Model {
        version_id,
        position,
        country: Code(line.country),
        category: Code(line.category),
        currency: Code(line.currency),
        amount_minor: line.amount,
        region: Code(line.region),
        date: line.date,
        contract: line.contract.clone(),
        rate_day: match conversion.basis {
            RateBasis::Day(day) => Some(day),
            RateBasis::QuarterMean => None,
        },
        unit_rate: conversion.rate.0,
        usd_unit_rate: conversion.usd_rate.0,
        amount_tiyin: conversion.uzs.0,
        amount_cents: conversion.usd.0,
    }
}
