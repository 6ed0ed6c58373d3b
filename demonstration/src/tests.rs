//! The demonstration adds up to what was published.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use domain::{
    classification::Destination,
    obligation::owes,
    quarter::Quarter,
    rules::{DESTINATION_GROUPS, RuleBook},
};

use services::ServiceError;

use crate::{Filed, Outcome, Scale, World, world};

fn accepted(world: &World) -> impl Iterator<Item = &Filed> {
    world.filings.iter().filter(|filing| matches!(filing.outcome, Outcome::Accepted(_)))
}

fn exports(world: &World, from: &str, to: &str) -> i64 {
    let (from, to): (Quarter, Quarter) = (from.parse().unwrap(), to.parse().unwrap());
    accepted(world).filter(|f| (from..=to).contains(&f.quarter)).map(|f| f.converted.totals().unwrap().exports_usd.0).sum()
}

fn services(world: &World, from: &str, to: &str) -> i64 {
    let (from, to): (Quarter, Quarter) = (from.parse().unwrap(), to.parse().unwrap());
    accepted(world).filter(|f| (from..=to).contains(&f.quarter)).map(|f| f.converted.totals().unwrap().services.0).sum()
}

#[test]
fn on_20_october_2023_the_published_figures_come_out_exactly() {
    let world = world(Scale::default()).unwrap();
    assert_eq!(exports(&world, "2022-Q1", "2022-Q1"), 1_600_000_000);
    assert_eq!(exports(&world, "2022-Q1", "2022-Q2"), 5_320_000_000);
    assert_eq!(exports(&world, "2022-Q1", "2022-Q4"), 14_000_000_000);
    assert_eq!(exports(&world, "2023-Q1", "2023-Q2"), 14_530_000_000);
    assert_eq!(services(&world, "2022-Q1", "2022-Q2"), 230_000_000_000_000);
    assert_eq!(services(&world, "2022-Q1", "2022-Q4"), 500_000_000_000_000);
    let third: Quarter = "2023-Q3".parse().unwrap();
    let owing = world.founding.residents.iter().filter(|resident| owes(&resident.status, third)).count();
    let filed = world.filings.iter().filter(|f| f.quarter == third).count();
    assert!((owing * 4 / 10..=owing * 6 / 10).contains(&filed), "{filed} of {owing}");
    let second: Quarter = "2023-Q2".parse().unwrap();
    let owed = world.founding.residents.iter().filter(|resident| owes(&resident.status, second)).count();
    let missing = owed - world.filings.iter().filter(|f| f.quarter == second).count();
    assert!((1..10).contains(&missing), "{missing} still owe the second quarter");
}

#[test]
fn on_1_march_2024_the_year_2023_comes_out_exactly_with_its_destinations() {
    let as_of = NaiveDate::from_ymd_opt(2024, 3, 1).unwrap();
    let world = world(Scale { as_of, ..Scale::default() }).unwrap();
    assert_eq!(exports(&world, "2023-Q1", "2023-Q4"), 34_400_000_000);
    assert_eq!(exports(&world, "2022-Q1", "2022-Q4"), 14_000_000_000);
    let published = RuleBook::first(NaiveDate::MIN).value(&DESTINATION_GROUPS, as_of).unwrap();
    let mut groups: BTreeMap<Destination, i64> = BTreeMap::new();
    for filing in accepted(&world).filter(|filing| filing.quarter.year() == 2023) {
        for (line, conversion) in filing.converted.content.exports.iter().zip(&filing.converted.conversions) {
            *groups.entry(published.of(line.country)).or_default() += conversion.usd.0;
        }
    }
    let expected = [15_100_000_000, 8_250_000_000, 6_900_000_000, 2_750_000_000, 1_400_000_000];
    assert_eq!(groups.into_values().collect::<Vec<_>>(), expected);
}

#[test]
fn the_same_seed_gives_the_same_world_at_any_scale() {
    let scale = Scale { residents: 90, quarters: 2, ..Scale::default() };
    let (one, two) = (world(scale).unwrap(), world(scale).unwrap());
    assert_eq!(format!("{:?}", one.filings), format!("{:?}", two.filings));
    assert_eq!(one.filings.iter().map(|f| f.quarter).min(), "2023-Q2".parse().ok());
    assert!(one.founding.residents.iter().all(|new| new.resident.invented && new.resident.name.contains("namuna")));
}

#[test]
fn it_stands_on_any_day_of_which_figures_were_published_and_on_no_other() {
    let stands = |year, month, day| {
        let as_of = NaiveDate::from_ymd_opt(year, month, day).unwrap();
        world(Scale { residents: 60, as_of, ..Scale::default() })
    };
    for (year, month, day) in [(2022, 4, 2), (2022, 7, 1), (2023, 10, 1), (2023, 10, 2), (2024, 1, 1), (2024, 3, 31)] {
        let world = stands(year, month, day).unwrap();
        for filed in &world.filings {
            let decided = match &filed.outcome {
                Outcome::Waiting => filed.submitted_at,
                Outcome::Accepted(at) | Outcome::Returned(at, _) => *at,
            };
            assert!(filed.submitted_at <= decided && decided < world.founding.stands_at, "{year}-{month}-{day}: {filed:?}");
        }
    }
    for (year, month, day) in [(2022, 4, 1), (2024, 4, 1), (2040, 1, 1)] {
        assert!(matches!(stands(year, month, day), Err(ServiceError::BadInput { .. })));
    }
}
