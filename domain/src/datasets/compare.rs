//! By what regions are compared.

use crate::{ledger::Basis, period::Period, quarter::Quarter, region::Region, release::Measured};

use super::Dataset;

/// The measure by which the regions of a release are compared: exports of the year to date where they are told of more than half of
/// the 13 regions outside the capital, else services, of which fewer must be hidden. A rule of ours.
pub fn compared(regions: &Dataset, quarter: Quarter) -> Measured {
    let period = Period::year_to_date(quarter).to_string();
    let outside = || Region::ALL.iter().filter(|region| **region != Region::TashkentCity);
    let at = |region: &Region| [period.as_str(), region.iso(), Basis::Registered.code(), Measured::Exports.code()];
    let told = outside().filter(|region| regions.row(&at(region)).is_some_and(|row| row.value.is_some())).count();
    if told * 2 > outside().count() { Measured::Exports } else { Measured::Services }
}

/// The upper bounds of the classes of a map, the same in every quarter so that maps can be compared: of exports 0.2, 0.5, 1 and 5 million
/// dollars, of services 5, 10, 20 and 50 billion soums. In the smallest unit of the measure; above the last is a class of its own.
pub const fn class_bounds(measured: Measured) -> [i64; 4] {
    match measured {
        Measured::Exports => [20_000_000, 50_000_000, 100_000_000, 500_000_000],
        _ => [500_000_000_000, 1_000_000_000_000, 2_000_000_000_000, 5_000_000_000_000],
    }
}

/// The class of a value, from 0.
pub fn class_of(measured: Measured, value: i64) -> u8 {
    class_bounds(measured).iter().fold(0, |class, bound| class + u8::from(value > *bound))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        datasets::{DatasetId, Row},
        release::Status,
    };

    #[test]
    fn exports_compare_regions_where_most_are_told() {
        let quarter: Quarter = "2023-Q2".parse().unwrap();
        let dataset = |told: usize| {
            let others = Region::ALL.iter().filter(|region| **region != Region::TashkentCity).enumerate();
            let row = |(n, region): (usize, &Region)| Row {
                at: ["2023-H1", region.iso(), "registered", "exports"].map(str::to_owned).to_vec(),
                unit: "USD".to_owned(),
                value: (n < told).then_some(1),
                decimals: 2,
                status: Status::Shown,
                notes: Vec::new(),
            };
            Dataset::new(DatasetId::Regions, "2023-Q2".parse().unwrap(), others.map(row).collect())
        };
        for (told, measured) in [(0, Measured::Services), (6, Measured::Services), (7, Measured::Exports), (13, Measured::Exports)] {
            assert_eq!(compared(&dataset(told), quarter), measured, "{told}");
        }
    }

    #[test]
    fn classes_are_closed_above() {
        for (value, class) in [(0, 0), (20_000_000, 0), (20_000_001, 1), (500_000_000, 3), (500_000_001, 4)] {
            assert_eq!(class_of(Measured::Exports, value), class, "{value}");
        }
    }
}
