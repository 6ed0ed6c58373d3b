//! The Central Bank's rates: reading them as published, and loading those that a filing needs.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use domain::{
    exchange::{LOOK_BACK_DAYS, Rates, UnitRate},
    money::Currency,
    quarter::Quarter,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect, sea_query::OnConflict};
use serde::Deserialize;

use crate::{
    audit::Event,
    entity::rate,
    error::{Result, ServiceError},
    store::Store,
};

/// One record of `https://cbu.uz/…/arkhiv-kursov-valyut/json/`. Everything is text; `id` is not stable and not read.
#[derive(Debug, Deserialize)]
struct Published {
    #[serde(rename = "Ccy")]
    currency: String,
    #[serde(rename = "Nominal")]
    nominal: String,
    #[serde(rename = "Rate")]
    rate: String,
    #[serde(rename = "Date")]
    date: String,
}

/// A rate ready to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRate {
    /// ISO 4217 code.
    pub currency: String,
    /// Day from which it holds.
    pub day: NaiveDate,
    /// As published.
    pub rate: String,
    /// Units of the currency that the rate is for.
    pub nominal: i32,
    /// Rate ÷ nominal.
    pub unit_rate: UnitRate,
}

/// Reads an answer of the Central Bank: an array of records, possibly empty.
///
/// # Errors
/// [`ServiceError::BadInput`] with the number of the record.
pub fn read_published(json: &str) -> Result<Vec<NewRate>> {
    let records: Vec<Published> = serde_json::from_str(json)
        .map_err(|error| ServiceError::BadInput { place: format!("line {}", error.line()), what: "not an answer of the Central Bank" })?;
    records.into_iter().enumerate().map(|(n, record)| read_record(n + 1, record)).collect()
}

fn read_record(number: usize, record: Published) -> Result<NewRate> {
    let bad = |what| ServiceError::BadInput { place: format!("record {number}"), what };
    let day = NaiveDate::parse_from_str(&record.date, "%d.%m.%Y").map_err(|_| bad("Date is not DD.MM.YYYY"))?;
    if record.currency.len() != 3 || !record.currency.bytes().all(|b| b.is_ascii_uppercase()) {
        return Err(bad("Ccy is not a currency code"));
    }
    let unit_rate = UnitRate::from_published(&record.rate, &record.nominal).map_err(|_| bad("Rate or Nominal is not usable"))?;
    let nominal = record.nominal.parse().map_err(|_| bad("Nominal is not a number"))?;
    Ok(NewRate { currency: record.currency, day, rate: record.rate, nominal, unit_rate })
}

/// Stores rates; a rate published again for the same day replaces the earlier one. Filings keep the rates frozen in
/// them.
///
/// # Errors
/// The database's.
pub async fn import(store: &Store, rates: &[NewRate], source: &str) -> Result<usize> {
    let write = store.write().await?;
    insert(&*write, rates, source).await?;
    let event = Event::of_system("rates.import", "rate").with(serde_json::json!({ "rates": rates.len(), "source": source }));
    write.commit([event]).await?;
    Ok(rates.len())
}

pub(crate) async fn insert(connection: &impl ConnectionTrait, rates: &[NewRate], source: &str) -> Result<()> {
    // the last record of a day wins; one statement may not touch a row twice
    let mut seen = BTreeSet::new();
    let distinct: Vec<_> = rates.iter().rev().filter(|rate| seen.insert((&rate.currency, rate.day))).collect();
    for chunk in distinct.chunks(500) {
        let rows = chunk.iter().map(|new| {
            rate::Model {
                currency: new.currency.clone(),
                day: new.day,
                rate: new.rate.clone(),
                nominal: new.nominal,
                unit_rate: new.unit_rate.0,
                source: source.to_owned(),
            }
            .into_active_model()
        });
        let replace = OnConflict::columns([rate::Column::Currency, rate::Column::Day])
            .update_columns([rate::Column::Rate, rate::Column::Nominal, rate::Column::UnitRate, rate::Column::Source])
            .to_owned();
        rate::Entity::insert_many(rows).on_conflict(replace).exec_without_returning(connection).await?;
    }
    Ok(())
}

/// The rates that a filing of `quarter` may need, of the given currencies and the dollar.
///
/// # Errors
/// The database's.
pub async fn for_quarter(
    connection: &impl ConnectionTrait,
    quarter: Quarter,
    currencies: impl IntoIterator<Item = Currency>,
) -> Result<Rates> {
    let codes: BTreeSet<&str> = currencies.into_iter().chain([Currency::USD]).map(Currency::code).collect();
    let from = quarter.first_day().checked_sub_days(Days::new(LOOK_BACK_DAYS)).unwrap_or(quarter.first_day());
    let rows: Vec<(String, NaiveDate, i64)> = rate::Entity::find()
        .select_only()
        .columns([rate::Column::Currency, rate::Column::Day, rate::Column::UnitRate])
        .filter(rate::Column::Currency.is_in(codes))
        .filter(rate::Column::Day.between(from, quarter.last_day()))
        .into_tuple()
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|(currency, day, rate)| Ok((currency.parse().map_err(ServiceError::corrupt("rate.currency"))?, day, UnitRate(rate))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_of_the_central_bank_is_read_exactly() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/cbu-rates-sample.json");
        let rates = read_published(&std::fs::read_to_string(path).unwrap()).unwrap();
        assert_eq!(rates.len(), 8);
        let idr = rates.iter().find(|rate| rate.currency == "IDR").unwrap();
        assert_eq!((idr.nominal, idr.unit_rate), (10, UnitRate(718_000)));
        assert_eq!(rates[0].day, NaiveDate::from_ymd_opt(2026, 9, 25).unwrap());
        assert_eq!(rates[0].unit_rate, UnitRate(11_830_870_000));
    }

    #[test]
    fn an_empty_answer_is_no_rate_and_a_broken_one_names_its_place() {
        assert_eq!(read_published("[]").unwrap(), []);
        let record = |rate: &str, date: &str| {
            format!(r#"[{{"id":1,"Code":"840","Ccy":"USD","Nominal":"1","Rate":"{rate}","Diff":"0","Date":"{date}"}}]"#)
        };
        for json in [record("0", "01.04.2026"), record("12000", "2026-04-01"), "{".into(), "<html>".into()] {
            let error = read_published(&json).unwrap_err();
            assert!(matches!(error, ServiceError::BadInput { .. }), "{json}");
        }
    }
}
