//! What a form adds up to while it is being written.

use super::{Field, FormInput, Section};
use crate::{
    amount::{parse_amount, parse_count},
    exchange::{UnitRate, convert},
    money::Currency,
    people::PeopleCount,
};

/// What a form adds up to while it is being written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Estimate {
    /// Domestic services, tiyin.
    pub domestic_tiyin: i64,
    /// Exports, tiyin.
    pub exports_tiyin: i64,
    /// Exports, US cents.
    pub exports_cents: i64,
    /// People.
    pub employees: i64,
    /// Lines that cannot be read yet.
    pub unread: i64,
    /// Total by the books, if it can be read.
    pub control_tiyin: Option<i64>,
    /// Whether a line has a date, whose own rate will be used before sending.
    pub approximate: bool,
}

impl Estimate {
    /// Domestic services and exports, tiyin; `None` when the sum does not fit.
    pub fn services(&self) -> Option<i64> {
        self.domestic_tiyin.checked_add(self.exports_tiyin)
    }

    /// Total by the books less services, tiyin; `None` when there is none or it does not fit.
    pub fn difference(&self) -> Option<i64> {
        self.control_tiyin?.checked_sub(self.services()?)
    }
}

impl FormInput {
    /// Adds up what can be read so far, at the quarter's mean rates. The figures before sending are exact; these are for
    /// the eye while typing.
    pub fn estimate(&self, means: &[(Currency, i64)]) -> Estimate {
        let mut sum = Estimate::default();
        // what does not fit is not added: it counts among the lines that cannot be read
        let mut add = |target: fn(&mut Estimate) -> &mut i64, amount: i64| match target(&mut sum).checked_add(amount) {
            Some(total) => *target(&mut sum) = total,
            None => sum.unread = sum.unread.saturating_add(1),
        };
        let rate = |currency: Currency| means.iter().find(|(known, _)| *known == currency).map(|(_, rate)| UnitRate(*rate));
        for (_, line) in self.filled(Section::Domestic) {
            match parse_amount(line.get(Field::Amount), Currency::UZS) {
                Ok(tiyin) => add(|e| &mut e.domestic_tiyin, tiyin),
                Err(_) => add(|e| &mut e.unread, 1),
            }
        }
        for (_, line) in self.filled(Section::Exports) {
            let converted = line.get(Field::Currency).parse::<Currency>().ok().and_then(|currency| {
                let amount = parse_amount(line.get(Field::Amount), currency).ok()?;
                convert(amount, currency, rate(currency)?, rate(Currency::USD)?).ok()
            });
            match converted {
                Some((uzs, usd)) => {
                    add(|e| &mut e.exports_tiyin, uzs.0);
                    add(|e| &mut e.exports_cents, usd.0);
                }
                None => add(|e| &mut e.unread, 1),
            }
        }
        for (_, line) in self.filled(Section::People) {
            match parse_count(line.get(Field::People(PeopleCount::Employees))) {
                Ok(count) => add(|e| &mut e.employees, count.into()),
                Err(_) => add(|e| &mut e.unread, 1),
            }
        }
        sum.control_tiyin = parse_amount(&self.control_total, Currency::UZS).ok();
        sum.approximate = self.exports.iter().any(|line| !line.get(Field::Date).trim().is_empty());
        sum
    }
}
