//! The official series: figures as others have published them, with their source. Never mixed with the ledger.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{audit::AuditAction, progress::Targeted, region::Area};

pub use domain::published::Published;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, sea_query::OnConflict};

use crate::{
    entity::{official_series, target},
    error::{Result, ServiceError},
    store::{Store, audit::Event, code::Code},
};

/// The series of the Statistics Agency's information services by region.
pub const INFORMATION_SERVICES: &str = "information_services";

/// The last day of a published period: a year, a half (`2022-H1`), a quarter, or months (`2022-01/2022-08`).
pub fn end_of(period: &str) -> Option<NaiveDate> {
    let year: i32 = period.get(..4)?.parse().ok()?;
    let month = match period.get(4..)? {
        "" | "-H2" => 12,
        "-H1" => 6,
        rest => match rest.strip_prefix("-Q") {
            Some(quarter) => quarter.parse::<u32>().ok()? * 3,
            None => rest.rsplit('-').next()?.parse().ok()?,
        },
    };
    let first = NaiveDate::from_ymd_opt(year, month, 1)?;
    first.checked_add_months(chrono::Months::new(1))?.pred_opt()
}

/// A record of a CSV file, fields in the order of its head.
pub type Record = Vec<String>;

/// Published figures are written with one decimal point and no group signs.
fn milli(text: &str) -> Option<i64> {
    domain::amount::from_plain(text, 3)
}

fn bad(line: usize, what: &'static str) -> ServiceError {
    ServiceError::BadInput { place: format!("line {line}"), what }
}

/// Loads `official-figures.csv` (series, period, unit, value, definition, source) and
/// `information-services-by-region.csv` (period, iso, value, source). Loading again changes nothing.
///
/// # Errors
/// [`ServiceError::BadInput`] with the line.
pub async fn import(store: &Store, figures: &[Record], by_region: &[Record]) -> Result<usize> {
    let mut series = Vec::new();
    let mut targets = Vec::new();
    for (n, record) in figures.iter().enumerate() {
        let [name, period, unit, value, definition, source] = record.as_slice() else { return Err(bad(n + 2, "six fields are needed")) };
        let value = milli(value).ok_or_else(|| bad(n + 2, "value is not a number"))?;
        if name == "target" {
            if unit == "USD million" {
                targets.push(target_row(store, n, period, value, definition, source)?);
            }
            continue;
        }
        series.push(row(name, period, Area::Country, unit, value, definition, source));
    }
    for (n, record) in by_region.iter().enumerate() {
        let [period, region, value, source] = record.as_slice() else { return Err(bad(n + 2, "four fields are needed")) };
        let value = milli(value).ok_or_else(|| bad(n + 2, "value is not a number"))?;
        let area = region.parse().map_err(|_| bad(n + 2, "neither UZ nor the code of a region"))?;
        series.push(row(INFORMATION_SERVICES, period, area, "UZS billion", value, "Information services, Statistics Agency", source));
    }
    let count = series.len() + targets.len();
    let write = store.write().await?;
    let replace = OnConflict::columns([official_series::Column::Series, official_series::Column::Period, official_series::Column::Region])
        .update_columns([
            official_series::Column::ValueMilli,
            official_series::Column::Unit,
            official_series::Column::Definition,
            official_series::Column::Source,
        ])
        .to_owned();
    official_series::Entity::insert_many(series).on_conflict(replace).exec_without_returning(&*write).await?;
    let all = official_series::Entity::find().order_by_asc(official_series::Column::Series).all(&*write).await?;
    for of_series in all.chunk_by(|a, b| a.series == b.series) {
        write.group(of_series[0].series.clone(), of_series);
    }
    for old in target::Entity::find().filter(target::Column::Region.is_null()).all(&*write).await? {
        write.delete(old).await?;
    }
    write.insert_all(targets).await?;
    write
        .commit([Event::of_system(AuditAction::OfficialSeriesImport, "official_series").with(serde_json::json!({ "figures": count }))])
        .await?;
    Ok(count)
}

fn row(
    series: &str,
    period: &str,
    area: Area,
    unit: &str,
    value_milli: i64,
    definition: &str,
    source: &str,
) -> official_series::ActiveModel {
    official_series::Model {
        series: series.to_owned(),
        period: period.to_owned(),
        region: Code(area),
        unit: unit.to_owned(),
        value_milli,
        definition: definition.to_owned(),
        source: source.to_owned(),
    }
    .into_active_model()
}

fn target_row(store: &Store, n: usize, year: &str, value_milli: i64, definition: &str, source: &str) -> Result<target::Model> {
    let year = if year.is_empty() { None } else { Some(year.parse().map_err(|_| bad(n + 2, "period is not a year"))?) };
    let amount_cents = value_milli.checked_mul(100_000).ok_or_else(|| bad(n + 2, "value is too large"))?;
    let (definition, source) = (definition.to_owned(), source.to_owned());
    let set_on = set_on(&definition);
    Ok(target::Model { id: store.new_id(), measure: Code(Targeted::Exports), year, region: None, amount_cents, set_on, definition, source })
}

/// The day after "set" or the last "; " of a definition, such as `set 22 February 2023`.
fn set_on(definition: &str) -> Option<NaiveDate> {
    let words: Vec<&str> = definition.split([' ', ',', ';']).filter(|word| !word.is_empty()).collect();
    words.windows(3).find_map(|w| NaiveDate::parse_from_str(&w.join(" "), "%d %B %Y").ok())
}

/// A series in the order of its periods, for the country and the regions.
///
/// # Errors
/// The database's.
pub async fn series(store: &Store, name: &str) -> Result<Vec<Published>> {
    let rows = official_series::Entity::find()
        .filter(official_series::Column::Series.eq(name))
        .order_by_asc(official_series::Column::Period)
        .order_by_asc(official_series::Column::Region)
        .all(&store.db)
        .await?;
    Ok(rows.into_iter().map(published).collect())
}

fn published(row: official_series::Model) -> Published {
    Published {
        period: row.period,
        area: row.region.0,
        value_milli: row.value_milli,
        unit: row.unit,
        definition: row.definition,
        source: row.source,
    }
}

/// All series, each in the order of its periods.
pub(crate) async fn official_of(connection: &impl ConnectionTrait) -> Result<BTreeMap<String, Vec<Published>>> {
    let rows = official_series::Entity::find()
        .order_by_asc(official_series::Column::Series)
        .order_by_asc(official_series::Column::Period)
        .order_by_asc(official_series::Column::Region);
    let mut all: BTreeMap<String, Vec<Published>> = BTreeMap::new();
    for row in rows.all(connection).await? {
        all.entry(row.series.clone()).or_default().push(published(row));
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_in_thousandths() {
        assert_eq!(milli("53.2"), Some(53_200));
        assert_eq!(milli("12.345"), Some(12_345));
        assert_eq!(milli("12000000"), Some(12_000_000_000));
        assert_eq!(milli("many"), None);
    }

    #[test]
    fn a_published_period_ends_on_its_last_day() {
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d);
        for (period, end) in [
            ("2022", day(2022, 12, 31)),
            ("2022-H1", day(2022, 6, 30)),
            ("2022-H2", day(2022, 12, 31)),
            ("2022-Q1", day(2022, 3, 31)),
            ("2022-01/2022-08", day(2022, 8, 31)),
            ("2024-01/2024-02", day(2024, 2, 29)),
            ("2022-Q5", None),
            ("x", None),
        ] {
            assert_eq!(end_of(period), end, "{period}");
        }
    }

    #[test]
    fn the_day_a_target_was_set_is_found_in_its_definition() {
        let day = NaiveDate::from_ymd_opt(2023, 2, 22);
        assert_eq!(set_on("Exports by IT Park residents in the current year; set 22 February 2023"), day);
        assert_eq!(set_on("IT exports; reported July 2022"), None);
    }
}
