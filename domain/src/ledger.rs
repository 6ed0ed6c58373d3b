//! The ledger: what each accepted filing contributes, and what all contributions add up to.
//!
//! A contribution ([`contributions`]) is what one resident's quarter brings to a place (by registered region or by place of activity) and an
//! item (all together, a country, a group of countries, a category, an activity). A [`Cell`] is the sum of contributions over
//! residents and a [`Period`], with residents counted. The ledger of all residents is the sum of the ledgers of each resident and
//! year, so accepting a version changes it by *(that resident's year after) − (before)*: a bounded number of additions,
//! whatever the number of filings.

use std::{
    collections::BTreeMap,
    fmt,
    ops::{Index, IndexMut},
    str::FromStr,
};

use serde::{Deserialize, Serialize};

use crate::{
    classification::{Activity, Country, Destination, DestinationGroups, ServiceCategory},
    codes::{UnknownCode, codes},
    content::Converted,
    measure::Measure,
    money::Overflow,
    people::PeopleCount,
    period::Period,
    quarter::Quarter,
    region::Region,
};

/// A discrete quarter, or the year up to and including it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Span {
    #[default]
    Quarter,
    YearToDate,
}

impl Span {
    /// The quarters of the span that ends with `quarter`, in order.
    pub fn quarters(self, quarter: Quarter) -> impl Iterator<Item = Quarter> {
        let skipped = match self {
            Self::Quarter => quarter.number() - 1,
            Self::YearToDate => 0,
        };
        quarter.year_to_date().skip(skipped as usize)
    }

    /// The period of the span that ends with `quarter`.
    pub fn period(self, quarter: Quarter) -> Period {
        match self {
            Self::Quarter => Period::Quarter(quarter),
            Self::YearToDate => Period::year_to_date(quarter),
        }
    }
}

codes! {
    /// How a line finds its region.
    #[derive(Default)]
    Basis {
        /// By the resident's registered region on the quarter's last day.
        #[default]
        Registered = "registered",
        /// By the place of activity.
        Activity = "activity",
    }
}

impl Basis {
    /// The place of a region on this basis.
    pub fn scope(self, region: Region) -> Scope {
        match self {
            Self::Registered => Scope::Registered(region),
            Self::Activity => Scope::Activity(region),
        }
    }
}

/// Which residents' lines a cell adds up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// All.
    National,
    /// Those of residents registered in the region on the quarter's last day.
    Registered(Region),
    /// Those of work done in the region.
    Activity(Region),
}

impl Scope {
    /// Basis and region; none for the country.
    pub const fn place(self) -> Option<Place> {
        match self {
            Self::National => None,
            Self::Registered(region) => Some((Basis::Registered, region)),
            Self::Activity(region) => Some((Basis::Activity, region)),
        }
    }
}

/// `UZ`, `registered/UZ-SA` or `activity/UZ-SA`.
impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::National => f.write_str("UZ"),
            Self::Registered(region) => write!(f, "{}/{region}", Basis::Registered),
            Self::Activity(region) => write!(f, "{}/{region}", Basis::Activity),
        }
    }
}

impl FromStr for Scope {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        match text.split_once('/') {
            Some((basis, region)) => Ok(basis.parse::<Basis>()?.scope(region.parse().map_err(|_| UnknownCode)?)),
            None if text == "UZ" => Ok(Self::National),
            None => Err(UnknownCode),
        }
    }
}

/// What a cell is about: everything, or one item of a dimension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Item {
    /// Everything.
    All,
    /// Exports to a country.
    Country(Country),
    /// Exports to a group of countries.
    Destination(Destination),
    /// Exports of a category of services.
    Category(ServiceCategory),
    /// Domestic services of an activity.
    Activity(Activity),
}

/// `all`, `country/DE`, `destination/cis`, `category/SI2` or `activity/software`.
impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Country(country) => write!(f, "country/{country}"),
            Self::Destination(group) => write!(f, "destination/{group}"),
            Self::Category(category) => write!(f, "category/{category}"),
            Self::Activity(activity) => write!(f, "activity/{activity}"),
        }
    }
}

impl FromStr for Item {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        match text.split_once('/') {
            None if text == "all" => Ok(Self::All),
            Some(("country", code)) => code.parse().map(Self::Country).map_err(|_| UnknownCode),
            Some(("destination", code)) => code.parse().map(Self::Destination).map_err(|_| UnknownCode),
            Some(("category", code)) => code.parse().map(Self::Category).map_err(|_| UnknownCode),
            Some(("activity", code)) => code.parse().map(Self::Activity).map_err(|_| UnknownCode),
            _ => Err(UnknownCode),
        }
    }
}

/// An amount for each measure, in its smallest unit. It may also hold changes, so each may be negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Amounts([i64; Measure::COUNT]);

impl Index<Measure> for Amounts {
    type Output = i64;

    fn index(&self, measure: Measure) -> &i64 {
        &self.0[measure.index()]
    }
}

impl IndexMut<Measure> for Amounts {
    fn index_mut(&mut self, measure: Measure) -> &mut i64 {
        &mut self.0[measure.index()]
    }
}

impl<const N: usize> From<[(Measure, i64); N]> for Amounts {
    fn from(amounts: [(Measure, i64); N]) -> Self {
        let mut all = Self::default();
        for (measure, amount) in amounts {
            all[measure] = amount;
        }
        all
    }
}

impl Amounts {
    fn combined(mut self, other: Self, with: impl Fn(i64, i64) -> Option<i64>) -> Result<Self, Overflow> {
        for (own, other) in self.0.iter_mut().zip(other.0) {
            *own = with(*own, other).ok_or(Overflow)?;
        }
        Ok(self)
    }

    /// Sum, measure by measure.
    ///
    /// # Errors
    /// When an amount does not fit.
    pub fn plus(self, other: Self) -> Result<Self, Overflow> {
        self.combined(other, i64::checked_add)
    }

    /// Difference, measure by measure.
    ///
    /// # Errors
    /// When an amount does not fit.
    pub fn minus(self, other: Self) -> Result<Self, Overflow> {
        self.combined(other, i64::checked_sub)
    }

    fn is_zero(&self) -> bool {
        *self == Self::default()
    }
}

/// What contributions add up to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cell {
    /// Sums.
    pub amounts: Amounts,
    /// How many residents contribute to each.
    pub residents: Amounts,
}

impl Cell {
    /// The sum of a measure.
    pub fn amount(&self, measure: Measure) -> i64 {
        self.amounts[measure]
    }

    /// How many residents contribute to it.
    pub fn contributors(&self, measure: Measure) -> i64 {
        self.residents[measure]
    }

    /// Sum.
    ///
    /// # Errors
    /// When an amount does not fit.
    pub fn plus(self, other: Self) -> Result<Self, Overflow> {
        Ok(Self { amounts: self.amounts.plus(other.amounts)?, residents: self.residents.plus(other.residents)? })
    }

    /// Difference.
    ///
    /// # Errors
    /// When an amount does not fit.
    pub fn minus(self, other: Self) -> Result<Self, Overflow> {
        Ok(Self { amounts: self.amounts.minus(other.amounts)?, residents: self.residents.minus(other.residents)? })
    }
}

/// Whose place: the basis and the region there.
pub type Place = (Basis, Region);

/// What one resident's quarter contributes, by place and item. Zeros are absent, but that there is a filing is not.
pub type Contributions = BTreeMap<(Place, Item), Amounts>;

/// What an accepted filing contributes. `registered` is where the resident was registered, and `groups` are those in force, on the
/// quarter's last day.
///
/// # Errors
/// When a sum does not fit.
pub fn contributions(registered: Region, filing: &Converted, groups: &DestinationGroups) -> Result<Contributions, Overflow> {
    let mut all = Contributions::new();
    let filed = Amounts::from([(Measure::Filings, 1)]);
    all.insert(((Basis::Registered, registered), Item::All), filed);
    let mut add = |region: Region, items: &[Item], amounts: Amounts| -> Result<(), Overflow> {
        for place in [(Basis::Registered, registered), (Basis::Activity, region)] {
            for item in items {
                let sum = all.entry((place, *item)).or_default();
                *sum = sum.plus(amounts)?;
            }
        }
        // a filing counts once in every place in which it has a line
        all.entry(((Basis::Activity, region), Item::All)).or_default()[Measure::Filings] = 1;
        Ok(())
    };
    for line in &filing.content.domestic {
        let amounts = Amounts::from([(Measure::DomesticUzs, line.amount.0), (Measure::ServicesUzs, line.amount.0)]);
        add(line.region, &[Item::All, Item::Activity(line.activity)], amounts)?;
    }
    for (line, conversion) in filing.content.exports.iter().zip(&filing.conversions) {
        let (usd, uzs) = (conversion.usd.0, conversion.uzs.0);
        let amounts = Amounts::from([(Measure::ExportsUsd, usd), (Measure::ExportsUzs, uzs), (Measure::ServicesUzs, uzs)]);
        let items = [Item::All, Item::Country(line.country), Item::Destination(groups.of(line.country)), Item::Category(line.category)];
        add(line.region, &items, amounts)?;
    }
    for line in &filing.content.people {
        let mut amounts = Amounts::from([(Measure::Payroll, line.payroll.0)]);
        for count in PeopleCount::ALL {
            amounts[Measure::People(*count)] = line.counts[*count].into();
        }
        add(line.region, &[Item::All], amounts)?;
    }
    all.retain(|_, amounts| !amounts.is_zero());
    Ok(all)
}

/// Which cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellKey {
    /// Of when.
    pub period: Period,
    /// Of whom.
    pub scope: Scope,
    /// Of what.
    pub item: Item,
}

/// Cells of nothing but zeros are absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger(pub BTreeMap<CellKey, Cell>);

impl Ledger {
    /// The ledger of one resident and one calendar year, from what its quarters contribute.
    ///
    /// # Errors
    /// When a sum does not fit.
    pub fn of_resident_year(year: &BTreeMap<Quarter, Contributions>) -> Result<Self, Overflow> {
        let mut sums: BTreeMap<CellKey, Amounts> = BTreeMap::new();
        for (quarter, contributions) in year {
            for period in Period::of_year(quarter.year()).filter(|period| period.contains(*quarter)) {
                for (((basis, region), item), amounts) in contributions {
                    let amounts = in_period(*amounts, period.ends_with(*quarter));
                    // the country is the sum over registered regions: each resident has one
                    let national = (*basis == Basis::Registered).then_some(Scope::National);
                    for scope in [Some(basis.scope(*region)), national].into_iter().flatten() {
                        let sum = sums.entry(CellKey { period, scope, item: *item }).or_default();
                        *sum = sum.plus(amounts)?;
                    }
                }
            }
        }
        let cells = sums.into_iter().filter(|(_, amounts)| !amounts.is_zero());
        Ok(Self(cells.map(|(key, amounts)| (key, Cell { amounts, residents: counted(amounts) })).collect()))
    }

    /// Sum.
    ///
    /// # Errors
    /// When an amount does not fit.
    pub fn plus(self, other: &Self) -> Result<Self, Overflow> {
        self.merged(other, Cell::plus)
    }

    /// Difference: what has to be added to `other` to get `self`.
    ///
    /// # Errors
    /// When an amount does not fit.
    pub fn minus(self, other: &Self) -> Result<Self, Overflow> {
        self.merged(other, Cell::minus)
    }

    fn merged(mut self, other: &Self, with: impl Fn(Cell, Cell) -> Result<Cell, Overflow>) -> Result<Self, Overflow> {
        for (key, value) in &other.0 {
            let entry = self.0.entry(*key).or_default();
            *entry = with(*entry, *value)?;
        }
        self.0.retain(|_, cell| *cell != Cell::default());
        Ok(self)
    }
}

/// What a quarter brings to a period: people only if the period ends with it.
fn in_period(mut amounts: Amounts, at_the_end: bool) -> Amounts {
    for measure in Measure::ALL.into_iter().filter(|measure| measure.is_stock() && !at_the_end) {
        amounts[measure] = 0;
    }
    amounts
}

/// One resident for every measure to which it contributes.
fn counted(amounts: Amounts) -> Amounts {
    let mut residents = Amounts::default();
    for measure in Measure::ALL {
        residents[measure] = i64::from(amounts[measure] != 0);
    }
    residents
}

#[cfg(test)]
mod tests;
