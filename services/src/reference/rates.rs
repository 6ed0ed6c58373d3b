//! The Central Bank's rates: reading them as published, and loading those that a filing needs.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate};
use domain::{
    audit::AuditAction,
    exchange::{Rates, UnitRate},
    money::Currency,
    quarter::Quarter,
    rules::RATE_LOOK_BACK_DAYS,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, sea_query::OnConflict};
use serde::Deserialize;
use thiserror::Error;

use crate::{
    entity::rate,
    error::{Result, ServiceError},
    rules::rule_book,
    store::{Store, Write, audit::Event, code::Code},
};

/// One record of `https://cbu.uz/…/arkhiv-kursov-valyut/json/`: everything is text there, but others who pass the answer on
/// write numbers. `id` is not stable and not read.
#[derive(Debug, Deserialize)]
struct Published {
    #[serde(rename = "Ccy")]
    currency: serde_json::Value,
    #[serde(rename = "Nominal")]
    nominal: serde_json::Value,
    #[serde(rename = "Rate")]
    rate: serde_json::Value,
    #[serde(rename = "Diff", default)]
    difference: serde_json::Value,
    #[serde(rename = "Date")]
    date: serde_json::Value,
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
    /// Unit rate less the published difference: the rate of the publication before, in millionths of a soum.
    pub before: Option<UnitRate>,
}

/// Why a record cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the texts say it")]
pub enum Unusable {
    #[error("it is not a record of a rate")]
    Shape,
    #[error("Date is not DD.MM.YYYY")]
    Date,
    #[error("Ccy is not a currency code")]
    Currency,
    #[error("Rate or Nominal is not usable")]
    Rate,
    #[error("Diff is not a number")]
    Difference,
}

/// Why a record is not taken unasked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the texts say it")]
pub enum Doubt {
    #[error("its day is after tomorrow or before 1994")]
    Day,
    #[error("another record has another rate for the same day")]
    TwoForOneDay,
    #[error("another rate is stored for this day")]
    Replaces,
    #[error("Rate less Diff is not the rate of the day before")]
    Difference,
    #[error("it is more than a fifth away from the nearest known rate")]
    Far,
}

/// What an import made of an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// How many rates were stored.
    pub taken: usize,
    /// Records left out of currencies in which exports may be stated, by number from 1: these are missed.
    pub missed: Vec<(usize, Unusable)>,
    /// How many records were left out of currencies that nobody may choose.
    pub left: usize,
    /// Records that look wrong: left out unless doubtful ones were asked for; two rates of one day always.
    pub doubtful: Vec<(NewRate, Doubt)>,
}

/// An answer as read: usable records, and what is wrong with the others by number and whether their currency is on offer.
type Read = (Vec<NewRate>, Vec<(usize, Unusable, bool)>);

/// Reads an answer of the Central Bank: an array of records, possibly empty. Each record is judged by itself.
///
/// # Errors
/// [`ServiceError::BadInput`] when it is no such array.
pub fn read_published(json: &str) -> Result<Read> {
    let json = json.trim_start_matches('\u{feff}');
    let records: Vec<serde_json::Value> = serde_json::from_str(json)
        .map_err(|error| ServiceError::BadInput { place: format!("line {}", error.line()), what: "not an answer of the Central Bank" })?;
    let (mut rates, mut unusable) = (Vec::new(), Vec::new());
    for (n, record) in (1..).zip(records) {
        let code = record.get("Ccy").and_then(|code| code.as_str()).unwrap_or_default().to_owned();
        match read_record(record) {
            Ok(rate) => rates.push(rate),
            // of a record whose currency cannot be read it must be feared that it is on offer
            Err(why) => unusable.push((n, why, code.parse::<Currency>().is_ok() || why == Unusable::Shape || why == Unusable::Currency)),
        }
    }
    Ok((rates, unusable))
}

/// Text, or a number as it is written.
fn text_of(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.trim().to_owned(),
        serde_json::Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

fn read_record(record: serde_json::Value) -> std::result::Result<NewRate, Unusable> {
    let record: Published = serde_json::from_value(record).map_err(|_| Unusable::Shape)?;
    let (currency, nominal, rate) = (text_of(&record.currency), text_of(&record.nominal), text_of(&record.rate));
    if currency.len() != 3 || !currency.bytes().all(|b| b.is_ascii_uppercase()) {
        return Err(Unusable::Currency);
    }
    let day = NaiveDate::parse_from_str(&text_of(&record.date), "%d.%m.%Y").map_err(|_| Unusable::Date)?;
    let unit_rate = UnitRate::from_published(&rate, &nominal).map_err(|_| Unusable::Rate)?;
    let nominal: i32 = nominal.parse().map_err(|_| Unusable::Rate)?;
    let before = match text_of(&record.difference).as_str() {
        "" => None,
        text => Some(UnitRate(difference(text, nominal).and_then(|by| unit_rate.0.checked_sub(by)).ok_or(Unusable::Difference)?)),
    };
    Ok(NewRate { currency, day, rate, nominal, unit_rate, before })
}

/// A published difference for one unit, in millionths; the bank drops its zeros: `-16.5`.
fn difference(text: &str, nominal: i32) -> Option<i64> {
    let (sign, size) = text.strip_prefix('-').map_or((1, text), |size| (-1, size));
    let micro = domain::amount::from_plain(size, 6)?;
    Some(sign * micro / i64::from(nominal))
}

/// Rates by day, of one currency.
type Known = BTreeMap<NaiveDate, UnitRate>;

/// Stores rates and says what became of each record. A doubtful one is stored only when `doubtful_too`; a rate published
/// again for the same day then replaces the earlier one. Two rates for one day are never taken: which of them holds, the
/// file must say. Filings keep the rates frozen in them.
///
/// # Errors
/// The database's.
pub async fn import(store: &Store, (mut rates, unusable): Read, source: &str, doubtful_too: bool) -> Result<Imported> {
    let write = store.write().await?;
    let missed: Vec<_> = unusable.iter().filter(|(_, _, on_offer)| *on_offer).map(|(n, why, _)| (*n, *why)).collect();
    let left = unusable.len() - missed.len();
    rates.sort_by(|a, b| (&a.currency, a.day).cmp(&(&b.currency, b.day)));
    let tomorrow = store.clock().today().succ_opt().unwrap_or(NaiveDate::MAX);
    let mut known = known(&*write, &rates).await?;
    let (mut taken, mut doubtful) = (Vec::new(), Vec::new());
    for of_day in rates.chunk_by(|a, b| a.currency == b.currency && a.day == b.day) {
        let two = of_day.iter().any(|rate| rate.unit_rate != of_day[0].unit_rate);
        if two {
            doubtful.extend(of_day.iter().map(|rate| (rate.clone(), Doubt::TwoForOneDay)));
            continue;
        }
        let known = known.entry(of_day[0].currency.clone()).or_default();
        match doubt(&of_day[0], known, tomorrow) {
            Some(doubt) if !doubtful_too => doubtful.push((of_day[0].clone(), doubt)),
            _ => {
                known.insert(of_day[0].day, of_day[0].unit_rate);
                taken.push(of_day[0].clone());
            }
        }
    }
    insert(&write, &taken, source).await?;
    let event = Event::of_system(AuditAction::RatesImport, "rate").with(serde_json::json!({
        "rates": taken.len(), "missed": missed.len(), "left": left, "doubtful": doubtful.len(), "doubtful_too": doubtful_too, "source": source
    }));
    write.commit([event]).await?;
    Ok(Imported { taken: taken.len(), missed, left, doubtful })
}

/// The stored rates of the currencies of an answer.
async fn known(connection: &impl ConnectionTrait, rates: &[NewRate]) -> Result<BTreeMap<String, Known>> {
    let mut known: BTreeMap<String, Known> = BTreeMap::new();
    let currencies: BTreeSet<&str> = rates.iter().map(|rate| rate.currency.as_str()).collect();
    let rows: Vec<(String, NaiveDate, i64)> = rate::Entity::find()
        .select_only()
        .columns([rate::Column::Currency, rate::Column::Day, rate::Column::UnitRate])
        .filter(rate::Column::Currency.is_in(currencies))
        .into_tuple()
        .all(connection)
        .await?;
    for (currency, day, rate) in rows {
        known.entry(currency).or_default().insert(day, UnitRate(rate));
    }
    Ok(known)
}

/// What speaks against a rate: its day, the rate known for it, the published difference, and the nearest ones known before
/// and after it.
fn doubt(new: &NewRate, known: &Known, tomorrow: NaiveDate) -> Option<Doubt> {
    if new.day > tomorrow || new.day.year() < 1994 {
        return Some(Doubt::Day);
    }
    if known.get(&new.day).is_some_and(|known| *known != new.unit_rate) {
        return Some(Doubt::Replaces);
    }
    let earlier = known.range(..new.day).next_back();
    // over a weekend the day before is at most this far; a hundredth, for a publication between may not be known
    let day_before = earlier.filter(|(day, _)| (new.day - **day).num_days() <= 4);
    if let (Some((_, known)), Some(published)) = (day_before, new.before)
        && differs(published.0, known.0, 100)
    {
        return Some(Doubt::Difference);
    }
    let later = known.range(new.day..).find(|(day, _)| **day != new.day);
    let nearest = earlier.into_iter().chain(later).min_by_key(|(day, _)| (new.day - **day).num_days().abs());
    nearest.is_some_and(|(_, known)| differs(new.unit_rate.0, known.0, 5)).then_some(Doubt::Far)
}

/// Whether two rates differ by more than one `part`-th of the second.
fn differs(one: i64, other: i64, part: i128) -> bool {
    (i128::from(one) - i128::from(other)).abs() * part > i128::from(other)
}

/// Stores rates, at most one for a currency and day.
pub(crate) async fn insert(write: &Write, rates: &[NewRate], source: &str) -> Result<()> {
    for chunk in rates.chunks(500) {
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
        rate::Entity::insert_many(rows).on_conflict(replace).exec_without_returning(&**write).await?;
    }
    // a day is one record: most days bring all currencies at once
    let days: BTreeSet<NaiveDate> = rates.iter().map(|rate| rate.day).collect();
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return Ok(()) };
    let between = rate::Entity::find().filter(rate::Column::Day.between(*first, *last)).order_by_asc(rate::Column::Day);
    let rows = between.all(&**write).await?;
    for of_day in rows.chunk_by(|a, b| a.day == b.day).filter(|of_day| days.contains(&of_day[0].day)) {
        write.group(of_day[0].day.to_string(), of_day);
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
    let look_back = rule_book(connection).await?.value(&RATE_LOOK_BACK_DAYS, quarter.last_day())?;
    let look_back = Days::new(u64::try_from(look_back.0).unwrap_or(0));
    let from = quarter.first_day().checked_sub_days(look_back).unwrap_or(quarter.first_day());
    let rows: Vec<(Code<Currency>, NaiveDate, i64)> = rate::Entity::find()
        .select_only()
        .columns([rate::Column::Currency, rate::Column::Day, rate::Column::UnitRate])
        .filter(rate::Column::Currency.is_in(codes))
        .filter(rate::Column::Day.between(from, quarter.last_day()))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(Rates::new(look_back, rows.into_iter().map(|(currency, day, rate)| (currency.0, day, UnitRate(rate)))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_of_the_central_bank_is_read_exactly() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/cbu-rates-sample.json");
        let (rates, unusable) = read_published(&std::fs::read_to_string(path).unwrap()).unwrap();
        assert_eq!((rates.len(), unusable.len()), (8, 0));
        let idr = rates.iter().find(|rate| rate.currency == "IDR").unwrap();
        assert_eq!((idr.nominal, idr.unit_rate), (10, UnitRate(718_000)));
        assert_eq!(rates[0].day, NaiveDate::from_ymd_opt(2026, 9, 25).unwrap());
        assert_eq!(rates[0].unit_rate, UnitRate(11_830_870_000));
    }

    fn record(code: &str, nominal: &str, rate: &str, date: &str) -> String {
        format!(r#"{{"id":1,"Code":"840","Ccy":{code},"Nominal":{nominal},"Rate":{rate},"Diff":"-16.5","Date":"{date}"}}"#)
    }

    #[test]
    fn each_record_is_judged_by_itself() {
        let good = record("\"USD\"", "\"1\"", "\"12194.21\"", "01.04.2026");
        for (bad, why, on_offer) in [
            (record("\"USD\"", "\"1\"", "\"0\"", "02.04.2026"), Unusable::Rate, true),
            (record("\"EUR\"", "\"1\"", "\"\"", "01.04.2026"), Unusable::Rate, true),
            (record("\"EUR\"", "\"1\"", "null", "01.04.2026"), Unusable::Rate, true),
            (record("\"EUR\"", "\"1\"", "\"5\"", "2026-04-01"), Unusable::Date, true),
            (record("\"IRR\"", "\"10\"", "\"0\"", "01.04.2026"), Unusable::Rate, false),
            (record("\"XDR\"", "\"1\"", "\"\"", "01.04.2026"), Unusable::Rate, false),
            (record("null", "\"1\"", "\"5\"", "01.04.2026"), Unusable::Currency, true),
            ("null".to_owned(), Unusable::Shape, true),
            ("{}".to_owned(), Unusable::Shape, true),
        ] {
            let (rates, unusable) = read_published(&format!("[{bad},{good}]")).unwrap();
            assert_eq!((rates.len(), unusable), (1, vec![(1, why, on_offer)]), "{bad}");
        }
    }

    #[test]
    fn a_byte_order_mark_and_bare_numbers_are_read() {
        let bare = record("\"USD\"", "1", "12194.21", "01.04.2026");
        let (rates, _) = read_published(&format!("\u{feff}[{bare}]")).unwrap();
        assert_eq!((rates[0].unit_rate, rates[0].before), (UnitRate(12_194_210_000), Some(UnitRate(12_210_710_000))));
        let (rates, _) = read_published(&format!("[{}]", record("\"IDR\"", "10", "7.2", "01.04.2026"))).unwrap();
        assert_eq!(rates[0].unit_rate, UnitRate(720_000));
    }

    #[test]
    fn a_difference_is_read_or_stops_its_record() {
        for (difference, before) in [
            (r#""-16.5""#, Some(Some(12_210_710_000))),
            (r#""""#, Some(None)),
            ("null", Some(None)),
            ("0", Some(Some(12_194_210_000))),
            (r#""-9223372036854.775807""#, None),
            (r#""x""#, None),
        ] {
            let text = record("\"USD\"", "\"1\"", "\"12194.21\"", "01.04.2026").replace(r#""-16.5""#, difference);
            let (rates, unusable) = read_published(&format!("[{text}]")).unwrap();
            assert_eq!(rates.first().map(|rate| rate.before), before.map(|before| before.map(UnitRate)), "{difference}");
            assert!(unusable.iter().all(|found| *found == (1, Unusable::Difference, true)), "{difference}");
        }
    }

    #[test]
    fn an_empty_answer_is_no_rate_and_what_is_no_answer_is_said() {
        assert_eq!(read_published("[]").unwrap(), (vec![], vec![]));
        for json in ["{", "<html>", "{}", ""] {
            assert!(matches!(read_published(json), Err(ServiceError::BadInput { .. })), "{json}");
        }
    }
}
