//! Conversion of export lines at the Central Bank's rates.
//!
//! A line with a date takes the rate of that day, or the latest published one a few days earlier, as a rule with a date says; a line
//! without takes the simple mean of the quarter's published rates (each published day once, nothing carried
//! forward, 6 decimals, half up). One rounding a line, half up; totals add rounded lines. The rates used are
//! frozen with the filing version, so a later correction of a rate changes no filing.
//! Source of the daily rate: Tax Code art. 320; the mean is our assumption.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    money::{Cents, Currency, Tiyin},
    quarter::Quarter,
};

/// Soums for **one** unit of a currency, in millionths of a soum (rate ÷ nominal).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnitRate(pub i64);

impl UnitRate {
    /// The soum itself.
    pub const SOUM: Self = Self(1_000_000);

    /// Rate ÷ nominal from the texts in which the Central Bank publishes them: `("7.18", "10")` is 0.718.
    ///
    /// # Errors
    /// Not numbers, a zero rate (which is no rate), a nominal of zero, or a value that has no exact six decimals.
    pub fn from_published(rate: &str, nominal: &str) -> Result<Self, BadRate> {
        let nominal: i64 = nominal.parse().map_err(|_| BadRate)?;
        let (whole, fraction) = rate.split_once('.').unwrap_or((rate, ""));
        let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) || fraction.len() > 6 {
            return Err(BadRate);
        }
        let micro: i64 = format!("{whole}{fraction:0<6}").parse().map_err(|_| BadRate)?;
        if micro == 0 || nominal <= 0 || micro % nominal != 0 {
            return Err(BadRate);
        }
        Ok(Self(micro / nominal))
    }
}

/// A published rate that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a usable rate")]
pub struct BadRate;

/// Published rates by currency and day.
#[derive(Debug, Clone)]
pub struct Rates {
    published: BTreeMap<(Currency, NaiveDate), UnitRate>,
    /// How far back the rate of a line with a day may lie.
    look_back: Days,
}

/// Which rates were used for a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateBasis {
    /// The rate published for this day.
    Day(NaiveDate),
    /// The mean of the quarter's published rates.
    QuarterMean,
}

/// The rates of one line and what they make of its amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conversion {
    /// Day or mean.
    pub basis: RateBasis,
    /// Rate of the line's currency.
    pub rate: UnitRate,
    /// Rate of the US dollar on the same basis.
    pub usd_rate: UnitRate,
    /// Amount in soums.
    pub uzs: Tiyin,
    /// Amount in US dollars.
    pub usd: Cents,
}

/// Why a line cannot be converted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ConversionError {
    /// No rate of this currency is known for the day or quarter.
    #[error("no rate of {0}")]
    NoRate(Currency),
    /// The converted amount does not fit.
    #[error("the converted amount is too large")]
    TooLarge,
}

/// `a × b ÷ c`, half up, for non-negative amounts.
fn scaled(a: i64, b: i128, c: i128) -> Result<i64, ConversionError> {
    let product = i128::from(a).checked_mul(b).ok_or(ConversionError::TooLarge)?;
    let doubled = product.checked_mul(2).and_then(|p| p.checked_add(c)).ok_or(ConversionError::TooLarge)?;
    i64::try_from(doubled.div_euclid(c * 2)).map_err(|_| ConversionError::TooLarge)
}

/// Converts `minor` units of `currency` at the two unit rates.
///
/// 100,000.00 EUR at 13,450.52 with the dollar at 11,830.87 is 1,345,052,000.00 UZS and 113,690.03 USD.
///
/// # Errors
/// [`ConversionError::TooLarge`].
pub fn convert(minor: i64, currency: Currency, rate: UnitRate, usd_rate: UnitRate) -> Result<(Tiyin, Cents), ConversionError> {
    let per_unit = 10_i128.pow(currency.decimals());
    let uzs = scaled(minor, i128::from(rate.0) * 100, per_unit * 1_000_000)?;
    let usd = if currency == Currency::USD { minor } else { scaled(minor, i128::from(rate.0) * 100, per_unit * i128::from(usd_rate.0))? };
    Ok((Tiyin(uzs), Cents(usd)))
}

impl Rates {
    /// Rates of which a line with a day takes that of the day, or the latest of so many days before it.
    pub fn new(look_back: Days, rates: impl IntoIterator<Item = (Currency, NaiveDate, UnitRate)>) -> Self {
        Self { published: rates.into_iter().map(|(currency, day, rate)| ((currency, day), rate)).collect(), look_back }
    }

    /// The rate in force on `day`.
    fn on(&self, currency: Currency, day: NaiveDate) -> Option<(NaiveDate, UnitRate)> {
        let earliest = day.checked_sub_days(self.look_back).unwrap_or(day);
        self.published.range((currency, earliest)..=(currency, day)).next_back().map(|((_, day), rate)| (*day, *rate))
    }

    /// The mean of the quarter's published rates. Of a quarter that has not ended: of those published so far.
    pub fn mean(&self, currency: Currency, quarter: Quarter) -> Option<UnitRate> {
        let days = (currency, quarter.first_day())..=(currency, quarter.last_day());
        let (count, sum) = self.published.range(days).fold((0_i128, 0_i128), |(n, sum), (_, rate)| (n + 1, sum + i128::from(rate.0)));
        if count == 0 {
            return None;
        }
        i64::try_from((sum * 2 + count).div_euclid(count * 2)).ok().map(UnitRate)
    }

    /// Converts `minor` units of a currency, earned on a day of `quarter` or on none in particular.
    ///
    /// # Errors
    /// No rate of the currency or of the dollar, or too large a result.
    pub fn convert(&self, minor: i64, currency: Currency, day: Option<NaiveDate>, quarter: Quarter) -> Result<Conversion, ConversionError> {
        let missing = ConversionError::NoRate(currency);
        let (basis, rate, usd_rate) = if let Some(day) = day {
            let (actual, rate) = self.on(currency, day).ok_or(missing)?;
            // both rates of the same published day
            let usd_rate = self.published.get(&(Currency::USD, actual)).copied().ok_or(ConversionError::NoRate(Currency::USD))?;
            (RateBasis::Day(actual), rate, usd_rate)
        } else {
            let rate = self.mean(currency, quarter).ok_or(missing)?;
            let usd_rate = self.mean(Currency::USD, quarter).ok_or(ConversionError::NoRate(Currency::USD))?;
            (RateBasis::QuarterMean, rate, usd_rate)
        };
        let (uzs, usd) = convert(minor, currency, rate, usd_rate)?;
        Ok(Conversion { basis, rate, usd_rate, uzs, usd })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    fn rate(text: &str) -> UnitRate {
        UnitRate::from_published(text, "1").unwrap()
    }

    #[test]
    fn worked_conversions_of_the_reference_data() {
        for (currency, minor, unit, usd_unit, uzs, usd) in [
            ("EUR", 10_000_000, rate("13450.52"), rate("11830.87"), 134_505_200_000, 11_369_003),
            ("IDR", 100_000_000_000, UnitRate::from_published("7.18", "10").unwrap(), rate("12194.21"), 71_800_000_000, 5_888_040),
            ("RUB", 500_000_000, rate("139.27"), rate("11830.87"), 69_635_000_000, 5_885_873),
        ] {
            let got = convert(minor, currency.parse().unwrap(), unit, usd_unit).unwrap();
            assert_eq!(got, (Tiyin(uzs), Cents(usd)), "{currency}");
        }
    }

    #[test]
    fn published_rates_are_read_exactly_or_refused() {
        assert_eq!(UnitRate::from_published("11830.87", "1"), Ok(UnitRate(11_830_870_000)));
        for (text, nominal) in [("0", "1"), ("0.00", "1"), ("", "1"), ("-3", "1"), ("1,5", "1"), ("12", "0"), ("1.0000001", "1")] {
            assert_eq!(UnitRate::from_published(text, nominal), Err(BadRate), "{text}/{nominal}");
        }
    }

    #[test]
    fn a_dated_line_takes_the_latest_rate_of_the_days_before() {
        let usd = Currency::USD;
        let rates = Rates::new(Days::new(10), [(usd, day(2023, 9, 1), rate("12100")), (usd, day(2023, 9, 8), rate("12200"))]);
        let quarter = "2023-Q3".parse().unwrap();
        let got = rates.convert(10_000, usd, Some(day(2023, 9, 10)), quarter).unwrap();
        assert_eq!(got.basis, RateBasis::Day(day(2023, 9, 8)));
        assert_eq!(got.uzs, Tiyin(122_000_000));
        assert_eq!(got.usd, Cents(10_000));
        let late = rates.convert(10_000, usd, Some(day(2023, 9, 19)), quarter);
        assert_eq!(late, Err(ConversionError::NoRate(usd)));
    }

    #[test]
    fn a_line_without_date_takes_the_mean_of_published_days() {
        let usd = Currency::USD;
        let published = [
            (usd, day(2023, 6, 30), rate("1")),
            (usd, day(2023, 7, 3), rate("12000.00")),
            (usd, day(2023, 7, 4), rate("12000.01")),
            (usd, day(2023, 9, 29), rate("12000.01")),
        ];
        let rates = Rates::new(Days::new(10), published);
        assert_eq!(rates.mean(usd, "2023-Q3".parse().unwrap()), Some(UnitRate(12_000_006_667)));
        assert_eq!(rates.mean(Currency::EUR, "2023-Q3".parse().unwrap()), None);
        let got = rates.convert(1, Currency::EUR, None, "2023-Q3".parse().unwrap());
        assert_eq!(got, Err(ConversionError::NoRate(Currency::EUR)));
    }
}
