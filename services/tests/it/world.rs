//! The demonstration in a real database.

use demonstration::{Scale, World, fill, world};
use domain::{
    ledger::{Scope, Span},
    measure::Measure,
    period::Period,
    region::Region,
    release::{By, Measured},
};
use services::{ledger::figures::national, verify::verify};

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
    let official = services::accounts::session::actor_of(&bench.store, "statistician@itpark.example").await.unwrap();
    let book = national(&bench.store, &official).await.unwrap();
    let exports = |quarter, scope| book.cell(q(quarter), scope, Span::YearToDate).amount(Measure::ExportsUsd);
    for (quarter, thousands) in [("2022-Q1", 16_000), ("2022-Q2", 53_200), ("2022-Q4", 140_000), ("2023-Q2", 145_300)] {
        assert_eq!(exports(quarter, Scope::National), thousands * 100_000, "{quarter}");
    }
    let services = book.cell(q("2022-Q4"), Scope::National, Span::YearToDate).amount(Measure::ServicesUzs);
    assert_eq!(services, 500_000_000_000_000);
    let city = exports("2023-Q2", Scope::Registered(Region::TashkentCity));
    assert!(city > exports("2023-Q2", Scope::National) * 9 / 10);
    // the third quarter is open, and no release tells of it
    assert_eq!(book.last_complete(None), Some(q("2023-Q2")));
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
    let told = services::releases::figures(&bench.store, released.last().unwrap().id).await.unwrap();
    let exports = |part: Option<(By, &str)>| {
        let part = part.map(|(by, member)| (by, member.to_owned()));
        let year =
            told.iter().find(|figure| (figure.period, figure.measured) == (Period::Year(2023), Measured::Exports) && figure.part == part);
        year.unwrap().value.unwrap() / 100_000
    };
    assert_eq!(exports(None), 344_000);
    for (group, thousands) in [("US", 151_000), ("UK+EU", 82_500), ("CIS", 69_000), ("APAC", 27_500), ("MENA", 14_000)] {
        assert_eq!(exports(Some((By::Destination, group))), thousands, "{group}");
    }
}
