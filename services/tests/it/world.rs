//! The demonstration in a real database.

use demonstration::{Scale, World, fill, world};
use domain::{classification::Destination, published::Figure, region::Region};
use services::{ledger::figures::public, verify::verify};

use crate::{
    releases,
    support::{Bench, day, migrated, no_files, postgres_url, q, sqlite_url},
};

async fn check(bench: Bench) {
    // its releases are made here, step by step
    let world = World { releases: vec![], candidate: None, ..world(Scale::default()).unwrap() };
    fill(&bench.store, &world, "no password", no_files).await.unwrap();
    let report = verify(&bench.store).await.unwrap();
    assert_eq!(report.findings, []);
    assert!(report.filings > 1_000);
    let figures = public(&bench.store).await.unwrap();
    let shown = |quarter| figures.exports_up_to(q(quarter)).and_then(Figure::shown);
    assert_eq!(shown("2022-Q1"), Some(16_000));
    assert_eq!(shown("2022-Q2"), Some(53_200));
    assert_eq!(shown("2022-Q4"), Some(140_000));
    assert_eq!(shown("2023-Q2"), Some(145_300));
    let services = figures.services_to_date.iter().find(|(quarter, _)| *quarter == q("2022-Q4")).unwrap().1;
    assert_eq!(services, Figure::Shown(5_000_000));
    assert!(figures.regions.iter().any(|row| row.exports == Figure::Confidential));
    let city = figures.regions.iter().find(|row| row.region == Region::TashkentCity).unwrap();
    assert!(city.exports.shown().unwrap() > shown("2023-Q2").unwrap() * 9 / 10);
    // the third quarter is open: what is in of it is provisional, and the headline is the first half
    assert!(figures.complete && figures.quarter == q("2023-Q2") && figures.latest == q("2023-Q3"));
    assert!(figures.is_provisional(q("2023-Q3")) && !figures.is_provisional(q("2023-Q2")));
    releases::check(bench).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demonstration_adds_up_and_is_released_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let url = sqlite_url(&folder);
    migrated(&url).await;
    check(Bench::connect(&url, folder).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demonstration_adds_up_and_is_released_on_postgres() {
    check(Bench::connect(&postgres_url().await, tempfile::tempdir().unwrap()).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_1_march_2024_the_public_sees_344_million_with_the_published_destinations() {
    let folder = tempfile::tempdir().unwrap();
    let url = sqlite_url(&folder);
    migrated(&url).await;
    let bench = Bench::connect(&url, folder).await;
    let world = world(Scale { as_of: day(2024, 3, 1), ..Scale::default() }).unwrap();
    bench.clock.advance(world.founding.stands_at - domain::clock::Clock::now(&*bench.clock));
    fill(&bench.store, &world, "no password", no_files).await.unwrap();
    // six quarters were released in their time, with what was known then, and one waits
    let released = services::releases::public(&bench.store).await.unwrap();
    assert_eq!(
        released.iter().map(|release| release.name.quarter).collect::<Vec<_>>(),
        q("2022-Q1").through(q("2023-Q4")).collect::<Vec<_>>()
    );
    let figures = public(&bench.store).await.unwrap();
    assert_eq!(figures.quarter, q("2023-Q4"));
    assert_eq!(figures.exports_up_to(q("2023-Q4")), Some(Figure::Shown(344_000)));
    let expected = [
        (Destination::UnitedStates, Figure::Shown(151_000)),
        (Destination::UkAndEu, Figure::Shown(82_500)),
        (Destination::Cis, Figure::Shown(69_000)),
        (Destination::AsiaPacific, Figure::Shown(27_500)),
        (Destination::MiddleEastNorthAfrica, Figure::Shown(14_000)),
    ];
    assert_eq!(figures.destinations, expected);
}
