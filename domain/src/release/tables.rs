//! What a release tells: which measures, and by what.

use crate::{
    classification::{Activity, Destination, ServiceCategory},
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
            (Self::Category, Basis::Registered, Item::Category(category)) => Some(category.code()),
            (Self::Activity, Basis::Registered, Item::Activity(activity)) => Some(activity.code()),
            _ => None,
        }
    }

    /// Every member, whether anybody contributes or not.
    pub fn members(self) -> Vec<&'static str> {
        match self {
            Self::Registered | Self::Worked => Region::ALL.iter().map(|region| region.iso()).collect(),
            Self::Destination => Destination::ALL.iter().map(|group| group.code()).collect(),
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
        /// Residents with an accepted filing.
        Residents = "residents",
    }
}

impl Measured {
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
        /// Revised, and rounded.
        Revised = "r",
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
    /// As what the numbers of those who contribute are told beside it, if they are.
    pub counted: Option<Measured>,
}

const BY_REGION: &[By] = &[By::Registered, By::Worked];

/// Everything that a release tells under disclosure control. Totals of the country are always told.
pub const PUBLISHED: [Told; 4] = [
    Told {
        measured: Measured::Exports,
        measure: Measure::ExportsUsd,
        by: &[By::Registered, By::Worked, By::Destination, By::Category],
        counted: Some(Measured::Exporters),
    },
    Told { measured: Measured::Services, measure: Measure::ServicesUzs, by: BY_REGION, counted: None },
    Told { measured: Measured::Domestic, measure: Measure::DomesticUzs, by: &[By::Activity], counted: None },
    Told { measured: Measured::People, measure: Measure::EMPLOYEES, by: BY_REGION, counted: None },
];
