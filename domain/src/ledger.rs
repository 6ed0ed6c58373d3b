//! What accepted filings add up to: one cell a quarter and scope.
//!
//! The ledger of all residents is the sum of the ledgers of each resident and year, so accepting a version changes
//! it by *(that resident's year after) − (before)*: a handful of additions, whatever the number of filings.
//! Counts of a year to date are kept as "first time this year", which add up over quarters.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    str::FromStr,
};

use serde::{Deserialize, Serialize};

use crate::{
    classification::Country,
    content::{Converted, PeopleCount},
    money::Overflow,
    quarter::Quarter,
    region::Region,
};

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
}

/// How a line finds its region.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// By the resident's registered region.
    #[default]
    Registered,
    /// By the place of activity.
    Activity,
}

impl Basis {
    /// The cell of a region on this basis.
    pub fn scope(self, region: Region) -> Scope {
        match self {
            Self::Registered => Scope::Registered(region),
            Self::Activity => Scope::Activity(region),
        }
    }
}

/// `UZ`, `registered/UZ-SA` or `activity/UZ-SA`.
impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::National => f.write_str("UZ"),
            Self::Registered(region) => write!(f, "registered/{region}"),
            Self::Activity(region) => write!(f, "activity/{region}"),
        }
    }
}

impl FromStr for Scope {
    type Err = crate::region::NotARegion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('/') {
            Some(("registered", region)) => region.parse().map(Self::Registered),
            Some(("activity", region)) => region.parse().map(Self::Activity),
            None if text == "UZ" => Ok(Self::National),
            _ => Err(crate::region::NotARegion),
        }
    }
}

macro_rules! additive {
    ($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $name { $($(#[$fdoc])* pub $field: i64),* }

        impl $name {
            /// Sum, field by field.
            ///
            /// # Errors
            /// When a field does not fit.
            pub fn plus(self, other: Self) -> Result<Self, Overflow> {
                Ok(Self { $($field: self.$field.checked_add(other.$field).ok_or(Overflow)?),* })
            }

            /// Difference, field by field.
            ///
            /// # Errors
            /// When a field does not fit.
            pub fn minus(self, other: Self) -> Result<Self, Overflow> {
                Ok(Self { $($field: self.$field.checked_sub(other.$field).ok_or(Overflow)?),* })
            }
        }
    };
}

additive! {
    /// The figures of one quarter and scope. A cell may also hold a change, so every field may be negative.
    Cell {
        /// Domestic services, tiyin.
        domestic_tiyin,
        /// Exports, tiyin.
        exports_tiyin,
        /// Exports, US cents.
        exports_cents,
        /// People at the end of the quarter.
        employees,
        /// Of whom IT specialists.
        specialists,
        /// Residents with an accepted filing.
        residents,
        /// Residents with service revenue.
        providers,
        /// Residents with exports.
        exporters,
        /// Residents for the first time this year.
        new_residents,
        /// Providers for the first time this year.
        new_providers,
        /// Exporters for the first time this year.
        new_exporters,
    }
}

additive! {
    /// Exports to one country in one quarter.
    DestinationCell {
        /// Exports, US cents.
        exports_cents,
        /// Residents that export there.
        exporters,
        /// Those for the first time this year.
        new_exporters,
    }
}

impl Cell {
    /// Service revenue: domestic services and exports, tiyin.
    ///
    /// # Errors
    /// When the sum does not fit.
    pub fn services_tiyin(&self) -> Result<i64, Overflow> {
        self.domestic_tiyin.checked_add(self.exports_tiyin).ok_or(Overflow)
    }

    /// The cells of the quarters of a year up to one of them, in order, as one: money and first-time counts are added;
    /// people are those of the last quarter; residents, providers and exporters become the distinct ones of the span.
    ///
    /// # Errors
    /// When a sum does not fit.
    pub fn year_to_date(cells: impl IntoIterator<Item = Self>) -> Result<Self, Overflow> {
        let mut sum = Self::default();
        for cell in cells {
            sum = Self {
                employees: cell.employees,
                specialists: cell.specialists,
                ..sum.plus(Self { employees: 0, specialists: 0, ..cell })?
            };
        }
        Ok(Self { residents: sum.new_residents, providers: sum.new_providers, exporters: sum.new_exporters, ..sum })
    }
}

/// An accepted version, as the ledger sees it.
#[derive(Debug, Clone, Copy)]
pub struct AcceptedFiling<'a> {
    /// Its quarter.
    pub quarter: Quarter,
    /// Where the resident was registered on the quarter's last day.
    pub registered: Region,
    /// Its lines.
    pub filing: &'a Converted,
}

/// Cells by quarter and scope, and exports by quarter and country. Cells of nothing but zeros are absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Figures.
    pub cells: BTreeMap<(Quarter, Scope), Cell>,
    /// Destinations.
    pub destinations: BTreeMap<(Quarter, Country), DestinationCell>,
}

impl Ledger {
    /// The ledger of one resident and one calendar year. The filings may come in any order, one a quarter.
    ///
    /// # Errors
    /// When a sum does not fit.
    pub fn of_resident_year(filings: &[AcceptedFiling<'_>]) -> Result<Self, Overflow> {
        let mut ordered: Vec<&AcceptedFiling<'_>> = filings.iter().collect();
        ordered.sort_by_key(|filing| filing.quarter);
        let mut ledger = Self::default();
        let mut seen = Seen::default();
        for accepted in ordered {
            let amounts = amounts_by_scope(accepted)?;
            for (scope, amounts) in amounts {
                ledger.cells.insert((accepted.quarter, scope), seen.count(scope, amounts));
            }
            let mut by_country: BTreeMap<Country, i64> = BTreeMap::new();
            let lines = accepted.filing.content.exports.iter().zip(&accepted.filing.conversions);
            for (line, conversion) in lines.filter(|(_, conversion)| conversion.usd.0 != 0) {
                let sum = by_country.entry(line.country).or_default();
                *sum = sum.checked_add(conversion.usd.0).ok_or(Overflow)?;
            }
            for (country, exports_cents) in by_country {
                let new_exporters = i64::from(seen.destinations.insert(country));
                let cell = DestinationCell { exports_cents, exporters: 1, new_exporters };
                ledger.destinations.insert((accepted.quarter, country), cell);
            }
        }
        Ok(ledger)
    }

    /// Sum.
    ///
    /// # Errors
    /// When a field does not fit.
    pub fn plus(self, other: &Self) -> Result<Self, Overflow> {
        self.merged(other, Cell::plus, DestinationCell::plus)
    }

    /// Difference: what has to be added to `other` to get `self`.
    ///
    /// # Errors
    /// When a field does not fit.
    pub fn minus(self, other: &Self) -> Result<Self, Overflow> {
        self.merged(other, Cell::minus, DestinationCell::minus)
    }

    fn merged(
        mut self,
        other: &Self,
        cell: impl Fn(Cell, Cell) -> Result<Cell, Overflow>,
        destination: impl Fn(DestinationCell, DestinationCell) -> Result<DestinationCell, Overflow>,
    ) -> Result<Self, Overflow> {
        for (key, value) in &other.cells {
            let entry = self.cells.entry(*key).or_default();
            *entry = cell(*entry, *value)?;
        }
        for (key, value) in &other.destinations {
            let entry = self.destinations.entry(*key).or_default();
            *entry = destination(*entry, *value)?;
        }
        self.cells.retain(|_, cell| *cell != Cell::default());
        self.destinations.retain(|_, cell| *cell != DestinationCell::default());
        Ok(self)
    }
}

/// What a resident has already been counted for this year.
#[derive(Default)]
struct Seen {
    residents: BTreeSet<Scope>,
    providers: BTreeSet<Scope>,
    exporters: BTreeSet<Scope>,
    destinations: BTreeSet<Country>,
}

impl Seen {
    /// Adds the counts to a cell that has the amounts.
    fn count(&mut self, scope: Scope, amounts: Cell) -> Cell {
        let provides = amounts.domestic_tiyin != 0 || amounts.exports_tiyin != 0 || amounts.exports_cents != 0;
        let exports = amounts.exports_tiyin != 0 || amounts.exports_cents != 0;
        Cell {
            residents: 1,
            providers: i64::from(provides),
            exporters: i64::from(exports),
            new_residents: i64::from(self.residents.insert(scope)),
            new_providers: i64::from(provides && self.providers.insert(scope)),
            new_exporters: i64::from(exports && self.exporters.insert(scope)),
            ..amounts
        }
    }
}

/// The amounts of one filing, without counts. The national and the registered scope are there even for a nil filing.
fn amounts_by_scope(accepted: &AcceptedFiling<'_>) -> Result<BTreeMap<Scope, Cell>, Overflow> {
    let content = &accepted.filing.content;
    let domestic = content.domestic.iter().map(|line| (line.region, Cell { domestic_tiyin: line.amount.0, ..Cell::default() }));
    let exports = content.exports.iter().zip(&accepted.filing.conversions);
    let exports = exports.map(|(line, c)| (line.region, Cell { exports_tiyin: c.uzs.0, exports_cents: c.usd.0, ..Cell::default() }));
    let people = content.people.iter();
    let people = people.map(|line| {
        (
            line.region,
            Cell { employees: line.employees().into(), specialists: line.counts[PeopleCount::Specialists].into(), ..Cell::default() },
        )
    });
    let mut cells = BTreeMap::from([(Scope::National, Cell::default()), (Scope::Registered(accepted.registered), Cell::default())]);
    for (region, amounts) in domestic.chain(exports).chain(people) {
        for scope in [Scope::National, Scope::Registered(accepted.registered), Scope::Activity(region)] {
            let cell = cells.entry(scope).or_default();
            *cell = cell.plus(amounts)?;
        }
    }
    Ok(cells)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        classification::{Activity, ServiceCategory},
        content::{Content, DomesticLine, ExportLine, PeopleCounts, PeopleLine},
        exchange::{Conversion, RateBasis, UnitRate},
        money::{Cents, Currency, Tiyin},
    };

    fn any_region() -> impl Strategy<Value = Region> {
        prop::sample::select(&Region::ALL[..])
    }

    prop_compose! {
        fn any_filing()(
            domestic in prop::collection::vec((any_region(), 0..1_000_000_i64), 0..4),
            exports in prop::collection::vec((any_region(), 0..1_000_000_i64, prop::sample::select(vec!["US", "DE", "KZ"])), 0..4),
            people in prop::collection::vec((any_region(), 0..50_u32), 0..3),
        ) -> Converted {
            let conversions = exports.iter().map(|(_, cents, _)| Conversion {
                basis: RateBasis::QuarterMean, rate: UnitRate(12_000_000_000), usd_rate: UnitRate(12_000_000_000),
                uzs: Tiyin(cents * 12_000), usd: Cents(*cents),
            }).collect();
            Converted {
                content: Content {
                    domestic: domestic.into_iter().map(|(region, a)| DomesticLine { region, activity: Activity::Software, amount: Tiyin(a) }).collect(),
                    exports: exports.into_iter().map(|(region, amount, country)| ExportLine {
                        country: country.parse().unwrap(), category: ServiceCategory::Computer, currency: Currency::USD,
                        amount, region, date: None, contract: None,
                    }).collect(),
                    people: people.into_iter().map(|(region, employees)| PeopleLine {
                        region, payroll: Tiyin(0),
                        counts: PeopleCounts::from_iter([(PeopleCount::Employees, employees), (PeopleCount::Specialists, employees / 2)]),
                    }).collect(),
                    control_total: Tiyin(0),
                },
                conversions,
            }
        }
    }

    /// One act in the life of the filings: resident, quarter number, what is accepted (an amendment replaces).
    fn any_act() -> impl Strategy<Value = (usize, u32, Converted)> {
        (0..3_usize, 1..=4_u32, any_filing())
    }

    fn sum_over(ledger: &Ledger, quarter: Quarter, scope: impl Fn(Region) -> Scope) -> Cell {
        let cells = Region::ALL.into_iter().filter_map(|region| ledger.cells.get(&(quarter, scope(region))));
        cells.fold(Cell::default(), |sum, cell| sum.plus(*cell).unwrap())
    }

    fn money(cell: Cell) -> [i64; 5] {
        [cell.domestic_tiyin, cell.exports_tiyin, cell.exports_cents, cell.employees, cell.specialists]
    }

    proptest! {
        #[test]
        fn regions_add_up_to_the_whole_and_steps_to_the_recomputation(acts in prop::collection::vec(any_act(), 0..16)) {
            let home = |resident: usize| [Region::TashkentCity, Region::Samarkand, Region::Karakalpakstan][resident];
            let mut accepted: BTreeMap<(usize, Quarter), Converted> = BTreeMap::new();
            let mut running = Ledger::default();
            let of = |accepted: &BTreeMap<(usize, Quarter), Converted>, who: usize| {
                let own: Vec<_> = accepted.iter().filter(|((r, _), _)| *r == who)
                    .map(|((r, quarter), filing)| AcceptedFiling { quarter: *quarter, registered: home(*r), filing }).collect();
                Ledger::of_resident_year(&own).unwrap()
            };
            for (resident, number, filing) in acts {
                let before = of(&accepted, resident);
                accepted.insert((resident, Quarter::new(2023, number).unwrap()), filing);
                let change = of(&accepted, resident).minus(&before).unwrap();
                running = running.plus(&change).unwrap();
                for quarter in Quarter::new(2023, 1).unwrap().through(Quarter::new(2023, 4).unwrap()) {
                    let whole = running.cells.get(&(quarter, Scope::National)).copied().unwrap_or_default();
                    prop_assert_eq!(money(sum_over(&running, quarter, Scope::Registered)), money(whole));
                    prop_assert_eq!(money(sum_over(&running, quarter, Scope::Activity)), money(whole));
                    prop_assert_eq!(sum_over(&running, quarter, Scope::Registered).exporters, whole.exporters);
                    let to_countries: i64 = running.destinations.iter().filter(|((q, _), _)| *q == quarter).map(|(_, d)| d.exports_cents).sum();
                    prop_assert_eq!(to_countries, whole.exports_cents);
                }
            }
            let recomputed = (0..3).fold(Ledger::default(), |sum, who| sum.plus(&of(&accepted, who)).unwrap());
            prop_assert_eq!(&running, &recomputed);
            let year = Quarter::new(2023, 4).unwrap();
            let ytd = Cell::year_to_date(year.year_to_date().filter_map(|q| running.cells.get(&(q, Scope::National)).copied())).unwrap();
            let distinct = |f: &dyn Fn(&Converted) -> bool| {
                let residents: BTreeSet<usize> = accepted.iter().filter(|(_, filing)| f(filing)).map(|((r, _), _)| *r).collect();
                i64::try_from(residents.len()).unwrap()
            };
            prop_assert_eq!(ytd.exporters, distinct(&|f| f.conversions.iter().any(|c| c.usd.0 != 0)));
            prop_assert_eq!(ytd.residents, distinct(&|_| true));
        }
    }

    #[test]
    fn scopes_read_back() {
        for scope in [Scope::National, Scope::Registered(Region::Navoi), Scope::Activity(Region::TashkentCity)] {
            assert_eq!(scope.to_string().parse(), Ok(scope));
        }
        assert!("office/UZ-SA".parse::<Scope>().is_err());
    }
}
