//! Which charts the open statistics have, by their names in addresses.

use std::fmt;

use domain::{region::Region, release::Measured};

/// A chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChartId {
    /// Exports of the year to date against the way to the target.
    Course,
    /// What was reached of the year's target.
    YearTarget,
    /// What was reached of the target without a year.
    LongTermTarget,
    /// Exports of Tashkent city beside those of the other regions.
    City,
    /// The regions without the city, the largest first.
    Regions,
    /// The regions as a map.
    Map,
    /// The regions as equal tiles.
    Tiles,
    /// Exports by group of countries.
    Destinations,
    /// Exports by category of services.
    Categories,
    /// Services within the country by activity.
    Activities,
    /// What others published of exports.
    History,
    /// A measure by quarter, of the country or of a region.
    Quarters(Measured, Option<Region>),
}

/// Charts that are one each.
const SINGLE: [(ChartId, &str); 11] = [
    (ChartId::Course, "course"),
    (ChartId::YearTarget, "year-target"),
    (ChartId::LongTermTarget, "long-term-target"),
    (ChartId::City, "city"),
    (ChartId::Regions, "regions"),
    (ChartId::Map, "map"),
    (ChartId::Tiles, "tiles"),
    (ChartId::Destinations, "destinations"),
    (ChartId::Categories, "categories"),
    (ChartId::Activities, "activities"),
    (ChartId::History, "history"),
];

/// What is charted by quarter, of the country.
const OF_COUNTRY: [Measured; 5] = [Measured::Exports, Measured::Services, Measured::Exporters, Measured::People, Measured::Residents];

/// What is charted by quarter, of a region.
pub const OF_REGION: [Measured; 3] = [Measured::Services, Measured::Exports, Measured::People];

impl ChartId {
    /// Every chart.
    pub fn all() -> impl Iterator<Item = Self> {
        let of_country = OF_COUNTRY.into_iter().map(|measured| Self::Quarters(measured, None));
        let of = |region| OF_REGION.into_iter().map(move |measured| Self::Quarters(measured, Some(region)));
        SINGLE.into_iter().map(|(id, _)| id).chain(of_country).chain(Region::ALL.into_iter().flat_map(of))
    }
}

impl fmt::Display for ChartId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quarters(measured, None) => write!(f, "{measured}-by-quarter"),
            Self::Quarters(measured, Some(region)) => write!(f, "{measured}-by-quarter-{region}"),
            _ => f.write_str(SINGLE.iter().find(|(id, _)| id == self).map_or("", |(_, name)| name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_chart_has_a_name_of_its_own() {
        let names: BTreeSet<String> = ChartId::all().map(|id| id.to_string()).collect();
        assert_eq!(names.len(), ChartId::all().count());
        assert!(names.contains("map") && names.contains("services-by-quarter-UZ-SA"));
    }
}
