//! What a release tells: which measures, and by what.

use crate::{
    classification::{Activity, Country, Destination, ServiceCategory},
    codes::codes,
    ledger::{Basis, Item, Place},
    measure::Measure,
    region::Region,
};

codes! {
    /// By what a measure is told.
    By {
        /// The region in which the resident is registered on the quarter's last day.
        Registered = "region_registered",
        /// The region in which the work was done.
        Worked = "region_of_activity",
        /// The group of the country of destination.
        Destination = "destination",
        /// The country of destination, within its group.
        Country = "country",
        /// The category of exported services.
        Category = "category",
        /// The activity of the List.
        Activity = "activity",
    }
}

impl By {
    /// The member to which a contribution of a place and an item belongs; none if it is told by something else. A contribution
    /// belongs to one member, so members add up to the country.
    pub fn member(self, (basis, region): Place, item: Item) -> Option<&'static str> {
        match (self, basis, item) {
            (Self::Registered, Basis::Registered, Item::All) | (Self::Worked, Basis::Activity, Item::All) => Some(region.iso()),
            (Self::Destination, Basis::Registered, Item::Destination(group)) => Some(group.code()),
            (Self::Country, Basis::Registered, Item::Country(country)) => Some(country.code()),
            (Self::Category, Basis::Registered, Item::Category(category)) => Some(category.code()),
            (Self::Activity, Basis::Registered, Item::Activity(activity)) => Some(activity.code()),
            _ => None,
        }
    }

    /// Every member, whether anybody contributes or not; of countries those that can be a destination.
    pub fn members(self) -> Vec<&'static str> {
        match self {
            Self::Registered | Self::Worked => Region::ALL.iter().map(|region| region.iso()).collect(),
            Self::Destination => Destination::ALL.iter().map(|group| group.code()).collect(),
            Self::Country => Country::all().filter(|country| !country.is_home()).map(Country::code).collect(),
            Self::Category => ServiceCategory::ALL.iter().map(|category| category.code()).collect(),
            Self::Activity => Activity::ALL.iter().map(|activity| activity.code()).collect(),
        }
    }
}

codes! {
    /// What a figure of a release measures.
    Measured {
        /// Exports, US cents.
        Exports = "exports",
        /// Those who export: numbers of owner groups.
        Exporters = "exporters",
        /// Service revenue, tiyin.
        Services = "services",
        /// Services within the country, tiyin.
        Domestic = "domestic_services",
        /// People employed at the end of the quarter.
        People = "people",
        /// Residents of the park.
        Residents = "residents",
    }
}

impl Measured {
    /// Whether quarters of it add up.
    pub const fn adds_up(self) -> bool {
        matches!(self, Self::Exports | Self::Services | Self::Domestic)
    }

    /// The unit in which it is told, and how many decimals of it are kept.
    pub const fn unit(self) -> (&'static str, u32) {
        match self {
            Self::Exports => ("USD", 2),
            Self::Services | Self::Domestic => ("UZS", 2),
            Self::Exporters => ("owner groups", 0),
            Self::People => ("people", 0),
            Self::Residents => ("residents", 0),
        }
    }
}

codes! {
    /// What is to be known of a figure of a release.
    Status {
        /// Nothing: it is shown as it was found.
        Shown = "",
        /// Confidential: it has no value.
        Confidential = "c",
        /// Provisional: too few have filed yet.
        Provisional = "p",
        /// Revised, and rounded.
        Revised = "r",
        /// Not available: it was withdrawn and is told by no later release.
        NotAvailable = "x",
    }
}

/// A measure as a release tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// What.
    pub measured: Measured,
    /// What of the ledger.
    pub measure: Measure,
    /// By what; each adds up to the country.
    pub by: &'static [By],
    /// By what the members of one of these are told again.
    pub finer: Option<Finer>,
    /// By what it is not told, and kept from being told by others.
    pub kept: &'static [By],
    /// As what the numbers of those who contribute are told beside it, if they are.
    pub counted: Option<Measured>,
}

/// The parts of the members of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finer {
    /// By what the whole is told.
    pub whole: By,
    /// By what its members are told again.
    pub part: By,
}

/// What is left of a whole beside the parts of it that are told.
pub const OTHER: &str = "other";

impl Finer {
    /// The name of the table of the parts of a member.
    pub fn table(self, member: &str) -> String {
        format!("{} in {member}", self.part)
    }

    /// The member whose parts a table of this name tells; nothing if it tells none.
    pub fn whole_of(self, table: &str) -> Option<&str> {
        table.strip_prefix(self.part.code())?.strip_prefix(" in ")
    }
}

const BY_REGION: &[By] = &[By::Registered, By::Worked];

/// Everything that a release tells under disclosure control. Totals of the country are always told.
pub const PUBLISHED: [Told; 4] = [
    Told {
        measured: Measured::Exports,
        measure: Measure::ExportsUsd,
        by: &[By::Registered, By::Worked, By::Destination, By::Category],
        finer: Some(Finer { whole: By::Destination, part: By::Country }),
        kept: &[],
        counted: Some(Measured::Exporters),
    },
    Told { measured: Measured::Services, measure: Measure::ServicesUzs, by: BY_REGION, finer: None, kept: &[], counted: None },
    Told { measured: Measured::Domestic, measure: Measure::DomesticUzs, by: &[By::Activity], finer: None, kept: BY_REGION, counted: None },
    Told { measured: Measured::People, measure: Measure::EMPLOYEES, by: BY_REGION, finer: None, kept: &[], counted: None },
];

/// A measure that is the sum of another and of a third at a rate that everybody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Linked {
    /// The sum.
    pub whole: Measured,
    /// What is converted.
    pub part: Measured,
    /// What is left.
    pub rest: Measured,
}

/// What measures of a release tell of each other: who has two has the third.
pub const LINKED: [Linked; 1] = [Linked { whole: Measured::Services, part: Measured::Exports, rest: Measured::Domestic }];
