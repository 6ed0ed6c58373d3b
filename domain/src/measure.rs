//! What is measured, of a filing and of all together.

use std::{fmt, str::FromStr};

use crate::{codes::UnknownCode, people::PeopleCount};

/// A measure. Each amount is a whole number of its smallest unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// Accepted filings.
    Filings,
    /// Exports, US cents.
    ExportsUsd,
    /// Exports, tiyin.
    ExportsUzs,
    /// Domestic services, tiyin.
    DomesticUzs,
    /// Service revenue: domestic services and exports, tiyin.
    ServicesUzs,
    /// Wages, tiyin.
    Payroll,
    /// People at the end of the quarter.
    People(PeopleCount),
}

/// The unit of an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// US cents.
    Cents,
    /// Hundredths of a soum.
    Tiyin,
    /// Filings or people.
    Number,
}

const COUNTS: usize = PeopleCount::ALL.len();

impl Measure {
    /// People employed: the whole of which the other counts are parts.
    pub const EMPLOYEES: Self = Self::People(PeopleCount::Employees);
    /// How many measures there are.
    pub const COUNT: usize = 6 + COUNTS;
    /// Every measure.
    pub const ALL: [Self; Self::COUNT] = {
        let mut all = [Self::Filings; Self::COUNT];
        all[1] = Self::ExportsUsd;
        all[2] = Self::ExportsUzs;
        all[3] = Self::DomesticUzs;
        all[4] = Self::ServicesUzs;
        all[5] = Self::Payroll;
        let mut n = 0;
        while n < COUNTS {
            all[6 + n] = Self::People(PeopleCount::ALL[n]);
            n += 1;
        }
        all
    };

    /// Its place in [`Self::ALL`].
    pub const fn index(self) -> usize {
        match self {
            Self::Filings => 0,
            Self::ExportsUsd => 1,
            Self::ExportsUzs => 2,
            Self::DomesticUzs => 3,
            Self::ServicesUzs => 4,
            Self::Payroll => 5,
            Self::People(count) => 6 + count as usize,
        }
    }

    /// The stable code, as stored and published.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Filings => "filings",
            Self::ExportsUsd => "exports_usd",
            Self::ExportsUzs => "exports_uzs",
            Self::DomesticUzs => "domestic_uzs",
            Self::ServicesUzs => "services_uzs",
            Self::Payroll => "payroll",
            Self::People(count) => count.code(),
        }
    }

    /// The unit of its amounts.
    pub const fn unit(self) -> Unit {
        match self {
            Self::ExportsUsd => Unit::Cents,
            Self::ExportsUzs | Self::DomesticUzs | Self::ServicesUzs | Self::Payroll => Unit::Tiyin,
            Self::Filings | Self::People(_) => Unit::Number,
        }
    }

    /// Whether it is of the end of a period, not of its whole: quarters of it do not add up.
    pub const fn is_stock(self) -> bool {
        matches!(self, Self::People(_))
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Measure {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        Self::ALL.into_iter().find(|measure| measure.code() == text).ok_or(UnknownCode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_measure_reads_back_and_has_its_place() {
        for (n, measure) in Measure::ALL.into_iter().enumerate() {
            assert_eq!((measure.index(), measure.code().parse()), (n, Ok(measure)));
        }
        assert!("books".parse::<Measure>().is_err());
    }
}
