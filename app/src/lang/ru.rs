//! Russian.

use domain::{amount::Scale, quarter::Quarter};

use super::NBSP;

pub const CODE: &str = "ru";
pub const OWN_NAME: &str = "Русский";
pub const DECIMAL: char = ',';
pub const SOUM: &str = "сумов";
pub const MONTHS: [&str; 12] =
    ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"];
pub const MONTHS_ALONE: [&str; 12] =
    ["январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь"];

pub const fn scale(scale: Scale) -> &'static str {
    match scale {
        Scale::Thousand => "тыс.",
        Scale::Million => "млн",
        Scale::Billion => "млрд",
        Scale::Trillion => "трлн",
    }
}

pub fn dollars(amount: &str, of: Option<Scale>) -> String {
    match of {
        Some(of) => format!("{amount}{NBSP}{}{NBSP}долл.", scale(of)),
        None => format!("{amount}{NBSP}долл."),
    }
}

pub fn soums(amount: &str, of: Scale) -> String {
    format!("{amount}{NBSP}{}", scale(of))
}

pub fn percent_said(percent: &str) -> String {
    percent.to_owned()
}

pub fn quarter(quarter: Quarter) -> String {
    format!("{}{NBSP}квартал {}{NBSP}г.", head(quarter.number()), quarter.year())
}

/// A quarter of a year that is known.
pub const fn head(quarter: u32) -> &'static str {
    super::roman(quarter)
}

pub fn half(year: &str, half: u32) -> String {
    format!("{}{NBSP}полугодие {year}{NBSP}г.", super::roman(half))
}

pub fn nine_months(year: &str) -> String {
    format!("9{NBSP}месяцев {year}{NBSP}г.")
}

pub fn months(year: &str, months: &str) -> String {
    format!("{} {year}{NBSP}г.", super::capitalised(months))
}

pub fn year(year: &str) -> String {
    format!("{year}{NBSP}г.")
}

pub fn in_year_to_date(year: i32, quarter: u32) -> String {
    match quarter {
        1 => format!("За первый квартал {year}{NBSP}г."),
        2 => format!("За первое полугодие {year}{NBSP}г."),
        3 => format!("За девять месяцев {year}{NBSP}г."),
        _ => format!("За {year}{NBSP}г."),
    }
}

pub fn day(year: i32, month: &str, day: u32) -> String {
    format!("{day}{NBSP}{month} {year}{NBSP}г.")
}

#[cfg(feature = "ssr")]
pub use server::*;

#[cfg(feature = "ssr")]
mod server {
    use domain::region::Region;

    use crate::generated::i18n::Locale;

    pub const LOCALE: Locale = Locale::ru;
    /// Its place among the names of a country.
    pub const COUNTRY: usize = 2;

    pub const fn region(region: Region) -> &'static str {
        match region {
            // as it is written at the head of a line
            Region::TashkentCity => "г. Ташкент",
            _ => region.names().ru,
        }
    }

    pub fn short_region(region: Region) -> String {
        match region {
            Region::Karakalpakstan => "Каракалпакстан".to_owned(),
            _ => self::region(region).replace(" область", ""),
        }
    }
}
