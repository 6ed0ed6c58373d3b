//! English.

use domain::{amount::Scale, quarter::Quarter};

use super::NBSP;

pub const CODE: &str = "en";
pub const OWN_NAME: &str = "English";
pub const DECIMAL: char = '.';
pub const SOUM: &str = "soum";
pub const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
pub const MONTHS_ALONE: [&str; 12] = MONTHS;

pub const fn scale(scale: Scale) -> &'static str {
    match scale {
        Scale::Thousand => "thousand",
        Scale::Million => "million",
        Scale::Billion => "billion",
        Scale::Trillion => "trillion",
    }
}

/// The mark behind a number.
const fn short_scale(scale: Scale) -> &'static str {
    match scale {
        Scale::Thousand => "K",
        Scale::Million => "M",
        Scale::Billion => "bn",
        Scale::Trillion => "trn",
    }
}

pub fn dollars(amount: &str, of: Option<Scale>) -> String {
    match of {
        Some(of) => format!("${amount}{}", short_scale(of)),
        None => format!("${amount}"),
    }
}

pub fn soums(amount: &str, of: Scale) -> String {
    match of {
        Scale::Billion | Scale::Trillion => format!("{amount}{NBSP}{}", short_scale(of)),
        Scale::Thousand | Scale::Million => format!("{amount}{NBSP}{}", scale(of)),
    }
}

pub fn percent_said(percent: &str) -> String {
    percent.to_owned()
}

pub fn quarter(quarter: Quarter) -> String {
    format!("{}{NBSP}{}", head(quarter.number()), quarter.year())
}

/// A quarter of a year that is known.
pub const fn head(quarter: u32) -> &'static str {
    match quarter {
        1 => "Q1",
        2 => "Q2",
        3 => "Q3",
        _ => "Q4",
    }
}

pub fn half(year: &str, half: u32) -> String {
    format!("{} half of {year}", if half == 1 { "First" } else { "Second" })
}

pub fn nine_months(year: &str) -> String {
    format!("Nine months of {year}")
}

pub fn months(year: &str, months: &str) -> String {
    format!("{months} {year}")
}

pub fn year(year: &str) -> String {
    year.to_owned()
}

pub fn in_year_to_date(year: i32, quarter: u32) -> String {
    match quarter {
        1 => format!("In the first quarter of {year}"),
        2 => format!("In the first half of {year}"),
        3 => format!("In the first nine months of {year}"),
        _ => format!("In {year}"),
    }
}

pub fn day(year: i32, month: &str, day: u32) -> String {
    format!("{day}{NBSP}{month} {year}")
}

#[cfg(feature = "ssr")]
pub use server::*;

#[cfg(feature = "ssr")]
mod server {
    use domain::region::Region;

    use crate::generated::i18n::Locale;

    pub const LOCALE: Locale = Locale::en;
    /// Its place among the names of a country.
    pub const COUNTRY: usize = 3;

    pub const fn region(region: Region) -> &'static str {
        region.names().en
    }

    pub fn short_region(region: Region) -> String {
        match region {
            // Tashkent alone could be the city as well
            Region::TashkentRegion => "Tashkent reg.".to_owned(),
            Region::Karakalpakstan => "Karakalpakstan".to_owned(),
            _ => self::region(region).replace(" region", ""),
        }
    }
}
