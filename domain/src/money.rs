//! Money in whole minor units with its currency. No floating point anywhere on the way of an amount.

use std::{fmt, iter::Sum, ops::Neg, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A sum or a product does not fit; nothing was computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("an amount is too large to be added up")]
pub struct Overflow;

macro_rules! minor_units {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl $name {
            /// Nothing.
            pub const ZERO: Self = Self(0);

            /// Sum.
            ///
            /// # Errors
            /// When the result does not fit 64 bits.
            pub fn plus(self, other: Self) -> Result<Self, Overflow> {
                self.0.checked_add(other.0).map(Self).ok_or(Overflow)
            }

            /// Difference.
            ///
            /// # Errors
            /// When the result does not fit 64 bits.
            pub fn minus(self, other: Self) -> Result<Self, Overflow> {
                self.0.checked_sub(other.0).map(Self).ok_or(Overflow)
            }

            /// Sum of many.
            ///
            /// # Errors
            /// When a partial sum does not fit 64 bits.
            pub fn total(amounts: impl IntoIterator<Item = Self>) -> Result<Self, Overflow> {
                amounts.into_iter().try_fold(Self::ZERO, Self::plus)
            }
        }

        impl Neg for $name {
            type Output = Self;

            fn neg(self) -> Self {
                Self(-self.0)
            }
        }

        impl Sum<$name> for Result<$name, Overflow> {
            fn sum<I: Iterator<Item = $name>>(amounts: I) -> Self {
                $name::total(amounts)
            }
        }
    )*};
}

minor_units! {
    /// Soums in tiyin (1 soum = 100 tiyin).
    Tiyin,
    /// US dollars in cents.
    Cents,
}

/// Currencies in which a resident may state an export: ISO 4217 code and number of decimals.
/// The list follows the currencies whose rate the Central Bank publishes daily and that occur in service exports.
const CURRENCIES: &[(&str, u32)] = &[
    ("USD", 2),
    ("EUR", 2),
    ("GBP", 2),
    ("RUB", 2),
    ("KZT", 2),
    ("AED", 2),
    ("AMD", 2),
    ("AUD", 2),
    ("AZN", 2),
    ("BYN", 2),
    ("CAD", 2),
    ("CHF", 2),
    ("CNY", 2),
    ("CZK", 2),
    ("DKK", 2),
    ("GEL", 2),
    ("IDR", 2),
    ("ILS", 2),
    ("INR", 2),
    ("JPY", 0),
    ("KGS", 2),
    ("KRW", 0),
    ("KWD", 3),
    ("MYR", 2),
    ("NOK", 2),
    ("PLN", 2),
    ("QAR", 2),
    ("SAR", 2),
    ("SEK", 2),
    ("SGD", 2),
    ("TJS", 2),
    ("TMT", 2),
    ("TRY", 2),
    ("UAH", 2),
    ("UZS", 2),
    ("VND", 0),
];

/// A currency of the list above, by its ISO 4217 code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub struct Currency(usize);

/// Text that is not the code of a known currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not the code of a known currency")]
pub struct UnknownCurrency;

impl Currency {
    /// US dollar.
    pub const USD: Self = Self(0);
    /// Euro.
    pub const EUR: Self = Self(1);
    /// Pound sterling.
    pub const GBP: Self = Self(2);
    /// The soum.
    pub const UZS: Self = Self(34);

    /// Every currency, the most used first.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..CURRENCIES.len()).map(Self)
    }

    /// Every currency in which an export may be stated: all but the soum.
    pub fn foreign() -> impl Iterator<Item = Self> {
        Self::all().filter(|currency| !currency.is_soum())
    }

    /// ISO 4217 code.
    pub fn code(self) -> &'static str {
        CURRENCIES[self.0].0
    }

    /// Number of decimals of the currency: minor units per unit are ten to this power.
    pub fn decimals(self) -> u32 {
        CURRENCIES[self.0].1
    }

    /// Whether this is the soum itself.
    pub fn is_soum(self) -> bool {
        self == Self::UZS
    }

    /// Whether people write this beside an amount of the currency: its code, name or sign.
    pub fn is_called(self, text: &str) -> bool {
        let text: String = text.chars().map(small).collect();
        text.eq_ignore_ascii_case(self.code()) || self.names().contains(&text.as_str())
    }

    /// What people write beside an amount of the currency instead of its code, in small letters, without a final point.
    fn names(self) -> &'static [&'static str] {
        match self.code() {
            "UZS" => &["soum", "soums", "sum", "sums", "so'm", "som", "сум", "сумы", "сума", "сумов", "сўм"],
            "USD" => &[
                "$",
                "us$",
                "us $",
                "dollar",
                "dollars",
                "us dollars",
                "aqsh dollari",
                "долл",
                "долл. сша",
                "доллар",
                "доллара",
                "долларов",
                "долларов сша",
                "доллар сша",
                "доллара сша",
            ],
            "EUR" => &["€"],
            "GBP" => &["£"],
            "RUB" => &["₽"],
            _ => &[],
        }
    }
}

/// The small letter of the alphabets in which names of currencies are written. (That of all alphabets is a table of kilobytes,
/// too long for the WebAssembly.)
fn small(letter: char) -> char {
    match letter {
        'А'..='Я' => char::from_u32(u32::from(letter) + 32).unwrap_or(letter),
        'Ў' => 'ў',
        _ => letter.to_ascii_lowercase(),
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Currency {
    type Err = UnknownCurrency;

    fn from_str(text: &str) -> Result<Self, UnknownCurrency> {
        CURRENCIES.iter().position(|(code, _)| *code == text).map(Self).ok_or(UnknownCurrency)
    }
}

impl TryFrom<String> for Currency {
    type Error = UnknownCurrency;

    fn try_from(text: String) -> Result<Self, UnknownCurrency> {
        text.parse()
    }
}

impl From<Currency> for &'static str {
    fn from(currency: Currency) -> Self {
        currency.code()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_currencies_stand_where_they_are_named() {
        assert_eq!(Currency::USD.code(), "USD");
        assert_eq!(Currency::EUR.code(), "EUR");
        assert_eq!(Currency::GBP.code(), "GBP");
        assert_eq!(Currency::UZS.code(), "UZS");
        assert!("UZS".parse::<Currency>().unwrap().is_soum());
        assert_eq!("usd".parse::<Currency>(), Err(UnknownCurrency));
    }

    #[test]
    fn sums_that_do_not_fit_are_errors() {
        assert_eq!(Tiyin(i64::MAX).plus(Tiyin(1)), Err(Overflow));
        assert_eq!(Cents::total([Cents(1), Cents(2)]), Ok(Cents(3)));
    }
}
