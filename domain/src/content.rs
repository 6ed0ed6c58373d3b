//! What a filing says: checked lines, and the totals that follow from them.

use chrono::NaiveDate;

use crate::{
    classification::{Activity, Country, ServiceCategory},
    exchange::{Conversion, ConversionError, Rates},
    measure::Measure,
    money::{Cents, Currency, Overflow, Tiyin},
    people::{PeopleCount, PeopleCounts},
    quarter::Quarter,
    region::Region,
};

/// Services sold within the country: one region × activity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomesticLine {
    /// Where the work was done.
    pub region: Region,
    /// What was done.
    pub activity: Activity,
    /// Revenue of the quarter.
    pub amount: Tiyin,
}

/// Services sold abroad.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportLine {
    /// Country of the customer.
    pub country: Country,
    /// What was sold.
    pub category: ServiceCategory,
    /// Currency of the amount.
    pub currency: Currency,
    /// Revenue of the quarter in minor units of the currency.
    pub amount: i64,
    /// Where the work was done.
    pub region: Region,
    /// Day of the act or invoice; chooses the rate.
    pub date: Option<NaiveDate>,
    /// Number of the contract; exports without a contract are lawful for residents.
    pub contract: Option<String>,
}

/// People at the end of the quarter in one region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeopleLine {
    /// Where they work.
    pub region: Region,
    /// How many they are.
    pub counts: PeopleCounts,
    /// Wages of the quarter.
    pub payroll: Tiyin,
}

impl PeopleLine {
    /// The whole, of which the other counts are parts.
    pub fn employees(&self) -> u32 {
        self.counts[PeopleCount::Employees]
    }
}

/// The whole of a filing, without conversion.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Content {
    /// Domestic lines in the order typed.
    pub domestic: Vec<DomesticLine>,
    /// Export lines in the order typed.
    pub exports: Vec<ExportLine>,
    /// One line a region at most.
    pub people: Vec<PeopleLine>,
    /// Total revenue as the books have it.
    pub control_total: Tiyin,
}

/// A filing with the conversion of each of its export lines, in the same order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Converted {
    /// The lines.
    pub content: Content,
    /// One conversion an export line.
    pub conversions: Vec<Conversion>,
}

/// What the lines add up to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Domestic services.
    pub domestic: Tiyin,
    /// Exports in soums.
    pub exports_uzs: Tiyin,
    /// Exports in dollars.
    pub exports_usd: Cents,
    /// Service revenue: domestic services and exports.
    pub services: Tiyin,
    /// People at the end of the quarter.
    pub people: PeopleCounts,
    /// Wages of the quarter.
    pub payroll: Tiyin,
    /// Total revenue as the books have it.
    pub books: Tiyin,
}

impl Totals {
    /// The value of a measure, in its smallest unit.
    pub fn of(&self, measure: Measure) -> i64 {
        match measure {
            Measure::Filings => 1,
            Measure::ExportsUsd => self.exports_usd.0,
            Measure::ExportsUzs => self.exports_uzs.0,
            Measure::DomesticUzs => self.domestic.0,
            Measure::ServicesUzs => self.services.0,
            Measure::Payroll => self.payroll.0,
            Measure::People(count) => i64::from(self.people[count]),
        }
    }

    /// Exports ÷ service revenue in hundredths of a percent, half up; `None` without revenue.
    pub fn export_share(&self) -> Option<i64> {
        crate::progress::ratio(self.exports_uzs.0, self.services.0, 10_000)
    }
}

impl Content {
    /// Whether nothing was earned: such a filing is a nil filing.
    pub fn is_nil(&self) -> bool {
        self.domestic.iter().all(|line| line.amount == Tiyin::ZERO) && self.exports.iter().all(|line| line.amount == 0)
    }

    /// Converts every export line. A line that `frozen` has with the same date and currency keeps the rate frozen there
    /// (an amendment changes figures, not rates); any other takes today's knowledge of the rates.
    ///
    /// # Errors
    /// The number of the first line (from 0) that has no rate or is too large.
    pub fn convert(
        &self,
        rates: &Rates,
        quarter: Quarter,
        frozen: Option<&Converted>,
    ) -> Result<Vec<Conversion>, (usize, ConversionError)> {
        let kept = |line: &ExportLine| {
            let frozen = frozen?;
            let same = |old: &&(&ExportLine, &Conversion)| old.0.currency == line.currency && old.0.date == line.date;
            frozen.content.exports.iter().zip(&frozen.conversions).find(|old| same(&old)).map(|(_, conversion)| *conversion)
        };
        let convert = |line: &ExportLine| match kept(line) {
            Some(old) => {
                let (uzs, usd) = crate::exchange::convert(line.amount, line.currency, old.rate, old.usd_rate)?;
                Ok(Conversion { uzs, usd, ..old })
            }
            None => rates.convert(line.amount, line.currency, line.date, quarter),
        };
        self.exports.iter().enumerate().map(|(n, line)| convert(line).map_err(|error| (n, error))).collect()
    }
}

impl Converted {
    /// Adds the lines up.
    ///
    /// # Errors
    /// When a sum does not fit.
    pub fn totals(&self) -> Result<Totals, Overflow> {
        let domestic = Tiyin::total(self.content.domestic.iter().map(|line| line.amount))?;
        let exports_uzs = Tiyin::total(self.conversions.iter().map(|line| line.uzs))?;
        let exports_usd = Cents::total(self.conversions.iter().map(|line| line.usd))?;
        let services = domestic.plus(exports_uzs)?;
        let mut people = PeopleCounts::default();
        for line in &self.content.people {
            for count in PeopleCount::ALL {
                people[*count] = people[*count].checked_add(line.counts[*count]).ok_or(Overflow)?;
            }
        }
        let payroll = Tiyin::total(self.content.people.iter().map(|line| line.payroll))?;
        Ok(Totals { domestic, exports_uzs, exports_usd, services, people, payroll, books: self.content.control_total })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn export_share_is_in_hundredths_of_a_percent() {
        let totals = Totals { exports_uzs: Tiyin(1), services: Tiyin(3), ..Totals::default() };
        assert_eq!(totals.export_share(), Some(3_333));
        assert_eq!(Totals::default().export_share(), None);
    }
}
