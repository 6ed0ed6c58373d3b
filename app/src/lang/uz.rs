//! Uzbek in Latin script.

use domain::{amount::Scale, quarter::Quarter};

use super::NBSP;

pub const CODE: &str = "uz";
pub const OWN_NAME: &str = "Oʻzbekcha";
pub const DECIMAL: char = ',';
pub const SOUM: &str = "soʻm";
pub const MONTHS: [&str; 12] =
    ["yanvar", "fevral", "mart", "aprel", "may", "iyun", "iyul", "avgust", "sentabr", "oktabr", "noyabr", "dekabr"];
pub const MONTHS_ALONE: [&str; 12] = MONTHS;

pub const fn scale(scale: Scale) -> &'static str {
    match scale {
        Scale::Thousand => "ming",
        Scale::Million => "mln",
        Scale::Billion => "mlrd",
        Scale::Trillion => "trln",
    }
}

pub fn dollars(amount: &str, of: Option<Scale>) -> String {
    match of {
        Some(of) => format!("{amount}{NBSP}{}{NBSP}dollar", scale(of)),
        None => format!("{amount}{NBSP}dollar"),
    }
}

pub fn soums(amount: &str, of: Scale) -> String {
    format!("{amount}{NBSP}{}", scale(of))
}

/// Within a sentence it takes endings.
pub fn percent_said(percent: &str) -> String {
    percent.replace('%', &format!("{NBSP}foiz"))
}

pub fn quarter(quarter: Quarter) -> String {
    format!("{}-yil {}{NBSP}chorak", quarter.year(), head(quarter.number()))
}

/// A quarter of a year that is known.
pub const fn head(quarter: u32) -> &'static str {
    super::roman(quarter)
}

pub fn half(year: &str, half: u32) -> String {
    format!("{year}-yil {}{NBSP}yarim yillik", super::roman(half))
}

pub fn nine_months(year: &str) -> String {
    format!("{year}-yilning 9{NBSP}oyi")
}

pub fn months(year: &str, months: &str) -> String {
    format!("{year}-yil {months}")
}

pub fn year(year: &str) -> String {
    format!("{year}-yil")
}

pub fn in_year_to_date(year: i32, quarter: u32) -> String {
    match quarter {
        1 => format!("{year}-yilning birinchi choragida"),
        2 => format!("{year}-yilning birinchi yarmida"),
        3 => format!("{year}-yilning toʻqqiz oyida"),
        _ => format!("{year}-yilda"),
    }
}

pub fn day(year: i32, month: &str, day: u32) -> String {
    format!("{year}-yil {day}-{month}")
}

#[cfg(feature = "ssr")]
pub use server::*;

#[cfg(feature = "ssr")]
mod server {
    use domain::region::Region;

    use crate::generated::i18n::Locale;

    pub const LOCALE: Locale = Locale::uz;
    /// Its place among the names of a country.
    pub const COUNTRY: usize = 1;

    pub const fn region(region: Region) -> &'static str {
        region.names().uz_latn
    }

    pub fn short_region(region: Region) -> String {
        match region {
            Region::TashkentCity => "Toshkent sh.".to_owned(),
            Region::TashkentRegion => "Toshkent vil.".to_owned(),
            Region::Karakalpakstan => "Qoraqalpogʻiston".to_owned(),
            _ => self::region(region).replace(" viloyati", ""),
        }
    }
}
