//! Invented daily rates: round, smooth, on working days only, near the level of the years they stand for.

use chrono::{Datelike, NaiveDate, Weekday};
use domain::exchange::UnitRate;

use services::reference::rates::NewRate;

/// Currency, nominal, rate on 1 January 2022 in tiyin for the nominal, and tiyin added a day.
const CURRENCIES: [(&str, i32, i64, i64); 12] = [
    ("USD", 1, 1_083_000, 205),
    ("EUR", 1, 1_222_000, 130),
    ("GBP", 1, 1_460_000, 80),
    ("RUB", 1, 14_500, -3),
    ("KZT", 1, 2_500, 0),
    ("AED", 1, 294_800, 56),
    ("KRW", 1, 910, 0),
    ("JPY", 1, 9_400, -2),
    ("CNY", 1, 170_000, -5),
    ("TRY", 1, 80_000, -50),
    ("CHF", 1, 1_185_000, 260),
    ("IDR", 10, 760, 0),
];

pub(super) fn invented(from: NaiveDate, to: NaiveDate) -> Vec<NewRate> {
    let start = NaiveDate::from_ymd_opt(2022, 1, 1).unwrap_or_default();
    let days = from.iter_days().take_while(|day| *day <= to).filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun));
    days.flat_map(|day| {
        CURRENCIES.iter().map(move |(currency, nominal, base, slope)| {
            let gone = (day - start).num_days();
            let wave = (gone % 14 - 7) * base / 20_000;
            let tiyin = base + slope * gone + wave;
            NewRate {
                currency: (*currency).to_owned(),
                day,
                rate: format!("{}.{:02}", tiyin / 100, tiyin % 100),
                nominal: *nominal,
                unit_rate: UnitRate(tiyin * 10_000 / i64::from(*nominal)),
                before: None,
            }
        })
    })
    .collect()
}
