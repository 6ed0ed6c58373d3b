//! A release is ordered by a statistician and prepared by a server.

use demonstration::{Scale, World, fill, world};
use domain::{
    access::{Actor, Denied},
    release::{ReleaseError, ReleaseState, Unprepared},
};
use sea_orm::ConnectionTrait;
use services::{
    Result, ServiceError,
    accounts::session::actor_of,
    releases::{self, Content, Desk, File, ReleaseView, plan},
    verify::verify,
};

use crate::{
    on_both,
    support::{Bench, migrated, no_files, postgres_url, q, sqlite_url},
};

fn broken(_: &Content) -> std::result::Result<Vec<File>, String> {
    Err("no disk".to_owned())
}

fn refused<T: std::fmt::Debug>(answer: Result<T>) -> ReleaseError {
    match answer {
        Err(ServiceError::Release(error)) => error,
        other => panic!("{other:?}"),
    }
}

/// A statistician of a small demonstration of which nothing is released.
struct Office {
    bench: Bench,
    statistician: Actor,
}

impl Office {
    async fn of(bench: Bench) -> Self {
        let scale = Scale { residents: 60, quarters: 3, ..Scale::default() };
        let world = World { releases: vec![], candidate: None, ..world(scale).unwrap() };
        fill(&bench.store, &world, "no password", no_files).await.unwrap();
        let statistician = actor_of(&bench.store, "statistician@itpark.example").await.unwrap();
        Self { bench, statistician }
    }

    async fn order(&self, reason: Option<&str>) -> Result<()> {
        releases::order(&self.bench.store, &self.statistician, q("2023-Q1"), reason).await
    }

    async fn desk(&self) -> Desk {
        releases::desk(&self.bench.store, &self.statistician).await.unwrap()
    }

    async fn unprepared(&self) -> Option<Unprepared> {
        self.desk().await.ordered.unwrap().unprepared
    }
}

/// Nothing is ordered before the year has a plan.
async fn plan_first(office: &Office) {
    let store = &office.bench.store;
    assert!(matches!(refused(office.order(Some(" ")).await), ReleaseError::Reason(_)));
    assert_eq!(refused(office.order(None).await), ReleaseError::NoPlan(2023));
    let next = office.desk().await.next;
    assert_eq!(next.iter().map(|next| (next.name.to_string(), next.is_complete)).collect::<Vec<_>>(), [("2023-Q1".to_owned(), true)]);
    let proposed = plan::propose(store, &office.statistician, 2023).await.unwrap();
    plan::decide(store, &office.statistician, &proposed).await.unwrap();
}

/// A failure is said, and makes room for another try.
async fn fails_at_first(office: &Office) {
    let store = &office.bench.store;
    office.order(Some("asked for")).await.unwrap();
    assert_eq!(refused(office.order(None).await), ReleaseError::UnderWay(q("2023-Q1")));
    let stands = office.desk().await.ordered.unwrap();
    assert_eq!((stands.quarter, stands.provisional.as_deref(), stands.unprepared), (q("2023-Q1"), Some("asked for"), None));
    assert!(releases::prepare_ordered(store, broken).await.is_err());
    assert_eq!(office.unprepared().await, Some(Unprepared::Broken));
    assert!(!releases::prepare_ordered(store, no_files).await.unwrap(), "nothing is to do");
}

/// The release as it waits.
async fn prepared(office: &Office) -> ReleaseView {
    let store = &office.bench.store;
    office.order(None).await.unwrap();
    assert!(releases::prepare_ordered(store, no_files).await.unwrap());
    let stands = office.desk().await;
    let open = stands.open().unwrap();
    assert_eq!((open.state, open.provisional.as_deref(), &stands.ordered), (ReleaseState::Candidate, None, &None));
    assert_eq!((stands.next.len(), stands.name(open.prepared_by)), (0, "Sevara Statistik"));
    assert_eq!(refused(office.order(None).await), ReleaseError::UnderWay(q("2023-Q1")));
    open.clone()
}

async fn check(bench: Bench) {
    let office = Office::of(bench).await;
    let store = &office.bench.store;
    plan_first(&office).await;
    fails_at_first(&office).await;
    let open = prepared(&office).await;
    assert_eq!(verify(store).await.unwrap().findings, []);
    // who may not any more when a server comes to it gets nothing
    releases::discard(store, &office.statistician, open.id, "wrong").await.unwrap();
    assert!(matches!(releases::named(store, &office.statistician, open.name).await, Err(ServiceError::NotFound)));
    office.order(None).await.unwrap();
    office.bench.by_hand().await.execute_unprepared("DELETE FROM official WHERE role = 'statistician'").await.unwrap();
    assert!(releases::prepare_ordered(store, no_files).await.unwrap());
    assert_eq!(office.unprepared().await, Some(Unprepared::Changed));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_prepares_what_was_ordered_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let url = sqlite_url(&folder);
    migrated(&url).await;
    check(Bench::connect(&url, folder).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_prepares_what_was_ordered_on_postgres() {
    check(Bench::connect(&postgres_url().await, tempfile::tempdir().unwrap()).await).await;
}

/// That two who are known have exported nothing is nobody's to tell.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_told_safely_is_not_prepared() {
    let bench = Bench::sqlite().await;
    let (store, quarter, statistician) = (&bench.store, q("2023-Q1"), bench.actor("statistician").await);
    let proposed = plan::propose(store, &statistician, 2023).await.unwrap();
    plan::decide(store, &statistician, &proposed).await.unwrap();
    assert!(matches!(refused(releases::order(store, &statistician, quarter, None).await), ReleaseError::Incomplete { .. }));
    releases::order(store, &statistician, quarter, Some("asked for")).await.unwrap();
    assert!(matches!(releases::prepare_ordered(store, no_files).await, Err(ServiceError::Unsafe(_))));
    let desk = releases::desk(store, &statistician).await.unwrap();
    assert_eq!((desk.ordered.unwrap().unprepared, desk.releases.len()), (Some(Unprepared::Unsafe), 0));
}

on_both!(only_statisticians_stand_at_the_desk, async |bench: Bench| {
    let store = &bench.store;
    for who in ["a", "reviewer", "samarkand", "administrator"] {
        let actor = bench.actor(who).await;
        let denied = |error: ServiceError| matches!(error, ServiceError::Denied(Denied::NotAllowed));
        assert!(releases::desk(store, &actor).await.is_err_and(denied), "{who}");
        assert!(releases::order(store, &actor, q("2023-Q1"), Some("x")).await.is_err_and(denied), "{who}");
        assert!(releases::named(store, &actor, "2023-Q1".parse().unwrap()).await.is_err_and(denied), "{who}");
    }
});
