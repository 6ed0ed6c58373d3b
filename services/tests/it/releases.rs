//! Releases of the demonstration's quarters, one after the other. `world` has the demonstration, on both databases.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use disclosure::plan::{Plan, TablePlan};
use domain::{
    access::{Actor, Denied, Role},
    ids::{PersonId, ReleaseId},
    ledger::{Scope, Span},
    measure::Measure,
    period::Period,
    quarter::Quarter,
    release::{By, Measured, ReleaseError, ReleaseName, ReleaseState, ReleasedFigure, Status},
};
use sea_orm::{ConnectionTrait, EntityTrait};
use services::{
    ServiceError, entity,
    ledger::figures::national,
    releases::{self, Content, File, Order, plan},
    verify::verify,
};

use crate::{
    support::{Bench, q},
    tampering,
};

/// A release with a file that says what it was made of.
fn order(quarter: Quarter) -> Order<'static> {
    let render = |content: &Content| {
        let lines = content.figures.iter().map(|figure| format!("{figure:?}\n"));
        let bytes = format!("{}\n{}", content.name, lines.collect::<String>()).into_bytes();
        Ok(vec![File { name: "figures.txt".to_owned(), media_type: "text/plain".to_owned(), bytes }])
    };
    Order { quarter, seconds: 1, provisional: None, render }
}

/// Two statisticians, and somebody else.
struct Desk {
    bench: Bench,
    one: Actor,
    other: Actor,
    reviewer: Actor,
}

impl Desk {
    async fn of(bench: Bench) -> Self {
        let people = entity::person::Entity::find().all(&bench.store.db).await.unwrap();
        let official = |n: usize, role| Actor::Person { id: PersonId(people[n].id), memberships: vec![], roles: vec![role] };
        let (one, other) = (official(0, Role::Statistician), official(1, Role::Statistician));
        Self { bench, one, other, reviewer: official(2, Role::Reviewer) }
    }

    /// Prepares, approves and publishes a quarter, with a plan for its year.
    async fn release(&self, quarter: Quarter) -> Vec<ReleasedFigure> {
        let store = &self.bench.store;
        if quarter.number() == 1 {
            let proposed = plan::propose(store, &self.one, quarter.year()).await.unwrap();
            plan::decide(store, &self.one, &proposed).await.unwrap();
        }
        let id = releases::prepare(store, &self.one, order(quarter)).await.unwrap();
        let preview = releases::preview(store, &self.other, id).await.unwrap();
        assert!(preview.certificate.contains(r#""verdict":"safe""#));
        releases::approve(store, &self.other, id, None).await.unwrap();
        assert_eq!(releases::publish_due(store).await.unwrap(), 1);
        let figures = releases::figures(store, id).await.unwrap();
        assert_eq!(figures, preview.figures);
        assert_eq!(releases::files(store, id).await.unwrap(), preview.files);
        figures
    }

    async fn plan(&self, year: i32) -> Plan {
        plan::decided(&self.bench.store.db).await.unwrap().into_iter().find(|(of, _)| *of == year).unwrap().1
    }

    async fn national(&self, quarter: Quarter, measure: Measure) -> i64 {
        let book = national(&self.bench.store, &self.one).await.unwrap();
        book.cell(quarter, Scope::National, Span::Quarter).amount(measure)
    }
}

fn country(figures: &[ReleasedFigure], period: Period, measured: Measured) -> Option<i64> {
    let found = figures.iter().find(|figure| figure.period == period && figure.measured == measured && figure.part.is_none());
    found.and_then(|figure| figure.value)
}

/// Whether what is shown of a table adds up to its total: all members, or the group that the plan shows instead of some.
fn adds_up(plan: &Plan, figures: &[ReleasedFigure], period: Period, measured: Measured, by: By) -> Option<bool> {
    let table = format!("{measured} by {by}");
    let grouped = plan.tables.iter().find(|planned| planned.table == table).map(|planned| planned.grouped.as_slice()).unwrap_or_default();
    let of = figures.iter().filter(|figure| figure.period == period && figure.measured == measured);
    let parts: Vec<(&str, Option<i64>)> = of
        .filter_map(|figure| {
            figure.part.as_ref().filter(|(dimension, _)| *dimension == by).map(|(_, member)| (member.as_str(), figure.value))
        })
        .collect();
    let whole = parts.iter().all(|(member, value)| value.is_some() || grouped.iter().any(|grouped| grouped == member));
    let sum: i64 = parts.iter().filter_map(|(_, value)| *value).sum();
    // what waits is missing from the sum
    whole.then_some(sum == country(figures, period, measured)?)
}

/// How many groups of countries are the sum of what is told of their countries; those that the plan shows are told, and no others.
fn groups_of_countries(plan: &Plan, figures: &[ReleasedFigure], period: Period) -> usize {
    let of = |by: By| {
        let exports = figures.iter().filter(move |figure| figure.period == period && figure.measured == Measured::Exports);
        exports.filter_map(move |figure| Some((figure.part.as_ref().filter(|part| part.0 == by)?.1.as_str(), figure.value)))
    };
    let mut added = 0;
    for (group, whole) in of(By::Destination) {
        let parts: Vec<(&str, Option<i64>)> =
            of(By::Country).filter_map(|(member, value)| Some((member.strip_prefix(group)?.strip_prefix('/')?, value))).collect();
        let table = plan.tables.iter().find(|table| table.table == format!("exports by country in {group}"));
        let planned = table.map(|table| table.quarterly.iter().map(String::as_str).chain(["other"]).collect()).unwrap_or_default();
        assert_eq!(parts.iter().map(|(country, _)| *country).collect::<BTreeSet<_>>(), planned, "{period} {group}");
        let sum = parts.iter().map(|(_, value)| *value).sum::<Option<i64>>();
        if let (Some(whole), Some(sum), false) = (whole, sum, parts.is_empty()) {
            assert_eq!(whole, sum, "{period} {group}");
            added += 1;
        }
    }
    added
}

async fn others_are_denied(desk: &Desk, quarter: Quarter) {
    let store = &desk.bench.store;
    for denied in [
        releases::list(store, &desk.reviewer).await.map(drop),
        releases::prepare(store, &desk.reviewer, order(quarter)).await.map(drop),
        plan::propose(store, &desk.reviewer, 2022).await.map(drop),
    ] {
        assert!(matches!(denied, Err(ServiceError::Denied(Denied::NotAllowed))));
    }
}

/// What does not go before a release is prepared; decides the plan.
async fn before_the_first(desk: &Desk, quarter: Quarter) {
    let (store, one, other) = (&desk.bench.store, &desk.one, &desk.other);
    others_are_denied(desk, quarter).await;
    assert_eq!(refused(releases::prepare(store, one, order(quarter)).await), ReleaseError::NoPlan(2022));
    assert_eq!(refused(releases::prepare(store, one, order(q("2023-Q4"))).await), ReleaseError::NotEnded(q("2023-Q4")));
    let plan = plan::propose(store, one, 2022).await.unwrap();
    wrong_plans_are_refused(desk, &plan).await;
    plan::decide(store, one, &plan).await.unwrap();
    // before a release follows it, it can be decided anew
    plan::decide(store, other, &plan).await.unwrap();
    let id = releases::prepare(store, one, order(quarter)).await.unwrap();
    assert_eq!(refused(plan::decide(store, one, &plan).await), ReleaseError::PlanInUse(2022));
    assert_eq!(refused(releases::prepare(store, other, order(quarter)).await), ReleaseError::UnderWay(quarter));
    releases::discard(store, one, id, "made too early").await.unwrap();
}

async fn wrong_plans_are_refused(desk: &Desk, plan: &Plan) {
    for wrong in wrong_plans(plan) {
        let decided = plan::decide(&desk.bench.store, &desk.one, &wrong).await;
        assert!(matches!(decided, Err(ServiceError::BadInput { .. })), "{decided:?} {wrong:?}");
    }
}

/// Plans that could not be followed.
fn wrong_plans(plan: &Plan) -> Vec<Plan> {
    // countries of a group that is none, that is one country, of no country, or told once a year
    let parts = [("XX", "KZ", ""), ("US", "US", ""), ("CIS", "XX", ""), ("CIS", "KZ", "RU")];
    let parts = parts.map(|(group, quarterly, yearly)| {
        let names = |name: &str| if name.is_empty() { Vec::new() } else { vec![name.to_owned()] };
        let table = format!("exports by country in {group}");
        let table = TablePlan { table, quarterly: names(quarterly), grouped: names(yearly), yearly: names(yearly) };
        Plan { year: plan.year.clone(), tables: vec![table] }
    });
    wrong_plans_of_wholes(plan).into_iter().chain(parts).collect()
}

fn wrong_plans_of_wholes(plan: &Plan) -> [Plan; 5] {
    let with = |change: fn(&mut Plan)| {
        let mut wrong = plan.clone();
        change(&mut wrong);
        wrong
    };
    [
        with(|plan| plan.year.insert(0, '+')),
        with(|plan| plan.tables[0].table.push('s')),
        with(|plan| plan.tables[0].quarterly.push("UZ-XX".to_owned())),
        // in the year the group would be one member, and one of the others is named twice
        with(|plan| {
            let table = &mut plan.tables[0];
            table.grouped.append(&mut table.quarterly);
            table.yearly = table.grouped[1..].iter().chain(&table.grouped[1..]).chain(&table.grouped[1..]).cloned().collect();
        }),
        // the group would be one member
        with(|plan| {
            let table = &mut plan.tables[0];
            table.quarterly.append(&mut table.grouped);
            table.grouped = table.quarterly.pop().into_iter().collect();
            table.yearly.clear();
        }),
    ]
}

/// The first release, with every step on its way.
async fn the_first(desk: &Desk) -> ReleaseId {
    let (store, one, other) = (&desk.bench.store, &desk.one, &desk.other);
    let quarter = q("2022-Q1");
    before_the_first(desk, quarter).await;
    let id = releases::prepare(store, one, order(quarter)).await.unwrap();
    assert_eq!(refused(releases::approve(store, one, id, None).await), ReleaseError::OwnWork);
    let minute = store.now() + TimeDelta::hours(2);
    releases::approve(store, other, id, Some(minute)).await.unwrap();
    releases::hold(store, one, id).await.unwrap();
    releases::approve(store, other, id, Some(minute)).await.unwrap();

    // nobody sees it before its minute, and from then on everybody
    let seen =
        async || (releases::public(store).await.unwrap().len(), releases::figures(store, id).await.map(|figures| figures.len()).ok());
    assert_eq!((releases::publish_due(store).await.unwrap(), seen().await), (0, (0, None)));
    desk.bench.clock.advance(TimeDelta::hours(2));
    let (public, figures) = seen().await;
    assert!(public == 1 && figures > Some(100));
    assert_eq!(refused(releases::hold(store, other, id).await), ReleaseError::MinuteHasPassed);
    assert_eq!(releases::publish_due(store).await.unwrap(), 1);
    assert_eq!(refused(releases::prepare(store, one, order(q("2022-Q3"))).await), ReleaseError::OutOfOrder { expected: q("2022-Q2") });
    id
}

fn refused<T: std::fmt::Debug>(answer: Result<T, ServiceError>) -> ReleaseError {
    match answer {
        Err(ServiceError::Release(error)) => error,
        other => panic!("{other:?}"),
    }
}

/// Every quarter of the demonstration that is complete.
async fn the_others(desk: &Desk) {
    let (mut hidden, mut added, mut countries) = (0, 0, 0);
    for quarter in q("2022-Q2").through(q("2023-Q2")) {
        let figures = desk.release(quarter).await;
        let period = Period::Quarter(quarter);
        for (measured, measure) in [(Measured::Exports, Measure::ExportsUsd), (Measured::Services, Measure::ServicesUzs)] {
            assert_eq!(country(&figures, period, measured), Some(desk.national(quarter, measure).await), "{quarter} {measured}");
        }
        for by in [By::Registered, By::Worked, By::Destination, By::Category] {
            let adds = adds_up(&desk.plan(quarter.year()).await, &figures, period, Measured::Exports, by);
            assert_ne!(adds, Some(false), "{quarter} {by}");
            added += usize::from(adds == Some(true));
        }
        countries += groups_of_countries(&desk.plan(quarter.year()).await, &figures, period);
        for figure in &figures {
            assert_eq!(figure.value.is_none(), figure.status == Status::Confidential, "{figure:?}");
            hidden += usize::from(figure.value.is_none());
        }
        // a year is told with its last quarter
        let year = country(&figures, Period::Year(quarter.year()), Measured::Exports);
        assert_eq!(year, (quarter.number() == 4).then_some(14_000_000_000), "{quarter}");
    }
    assert!(hidden > 0 && added > 10 && countries > 5, "{hidden} {added} {countries}");
}

/// Releases the quarters of the demonstration.
pub async fn check(bench: Bench) {
    let desk = Desk::of(bench).await;
    let store = &desk.bench.store;
    let first = the_first(&desk).await;
    the_others(&desk).await;
    let mut events: BTreeMap<String, usize> = BTreeMap::new();
    for event in entity::audit_event::Entity::find().all(&store.db).await.unwrap() {
        if event.subject.starts_with("release/") {
            *events.entry(event.action).or_default() += 1;
        }
    }
    let expected = [("approve", 7), ("discard", 1), ("hold", 1), ("look", 5), ("prepare", 7), ("publish", 6)];
    assert_eq!(events, expected.into_iter().map(|(step, count)| (format!("release.{step}"), count)).collect());

    // an earlier one is told again by the later ones
    let wrong = releases::withdraw(store, &desk.other, first, "a filing was counted twice").await;
    assert_eq!(refused(wrong), ReleaseError::NotTheLatest(ReleaseName::first(q("2023-Q2"))));
    corrected(&desk).await;
    incomplete(&desk).await;
    assert_eq!(verify(store).await.unwrap().findings, []);

    // what is frozen does not change unseen
    for change in [
        "UPDATE release_figure SET value = 1 WHERE status = 'c'",
        "UPDATE release SET state = 'published' WHERE state = 'withdrawn'",
        "UPDATE release SET number = 2 WHERE number = 1",
        "UPDATE release_basis SET known = '{}'",
        "UPDATE release_file SET digest = 'x'",
        "UPDATE release_file SET gzip = (SELECT other.gzip FROM release_file other ORDER BY other.release_id DESC LIMIT 1)",
    ] {
        assert_ne!(tampering::with(&desk.bench, change).await.unwrap().findings, [], "{change}");
    }
    late(&desk).await;
}

/// Had a filing of an earlier quarter been accepted between two releases, the second would name it as a cause.
async fn late(desk: &Desk) {
    let change = "UPDATE filing_version SET decided_at = (SELECT max(prepared_at) FROM release) WHERE id = \
        (SELECT id FROM filing_version WHERE quarter = '2023-Q1' AND number = 1 AND state = 'accepted' ORDER BY id LIMIT 1)";
    desk.bench.by_hand().await.execute_unprepared(change).await.unwrap();
    let candidate = releases::list(&desk.bench.store, &desk.one).await.unwrap().pop().unwrap();
    let causes = releases::preview(&desk.bench.store, &desk.one, candidate.id).await.unwrap().causes;
    let [cause] = causes.as_slice() else { panic!("{causes:?}") };
    assert!((cause.quarter, cause.amends, cause.filings) == (q("2023-Q1"), false, 1) && cause.services > 0, "{cause:?}");
}

/// The last release is withdrawn on record and corrected by another.
async fn corrected(desk: &Desk) {
    let (store, quarter) = (&desk.bench.store, q("2023-Q2"));
    let last = releases::public(store).await.unwrap().pop().unwrap();
    let figures = releases::figures(store, last.id).await.unwrap();
    releases::withdraw(store, &desk.other, last.id, "  a filing was counted twice ").await.unwrap();
    let public = releases::public(store).await.unwrap();
    let withdrawn = public.last().unwrap();
    assert_eq!((public.len(), withdrawn.id, withdrawn.state), (6, last.id, ReleaseState::Withdrawn));
    assert_eq!(withdrawn.reason.as_deref(), Some("a filing was counted twice"));
    assert_eq!(releases::figures(store, last.id).await.unwrap(), figures);

    let correction = desk.release(quarter).await;
    let public = releases::public(store).await.unwrap();
    assert_eq!(public.last().unwrap().name.to_string(), "2023-Q2.1");
    // it tells later vintages, which are rounded, and no number of exporters again
    assert!(correction.iter().filter(|figure| figure.measured != Measured::Residents).all(|figure| figure.status == Status::Revised));
    assert!(correction.iter().all(|figure| figure.measured != Measured::Exporters));
    let exact = desk.national(quarter, Measure::ExportsUsd).await;
    assert_eq!(country(&correction, Period::Quarter(quarter), Measured::Exports), Some((exact + 5_000_000) / 10_000_000 * 10_000_000));
    let file = &releases::files(store, public.last().unwrap().id).await.unwrap()[0];
    let text = String::from_utf8(file.bytes().unwrap()).unwrap();
    // nothing that the withdrawn one told is lost, also not what is shown only together
    assert!(text.starts_with("2023-Q2.1\n") && !text.contains("NotAvailable"));
    let together = |figure: &ReleasedFigure| figure.part.as_ref().is_some_and(|(_, member)| member == "other") && figure.value.is_some();
    assert!(correction.iter().any(together));
}

/// A quarter of which too little is in is released for a reason only, and says so.
async fn incomplete(desk: &Desk) {
    let (store, quarter) = (&desk.bench.store, q("2023-Q3"));
    let refusal = refused(releases::prepare(store, &desk.one, order(quarter)).await);
    assert!(matches!(refusal, ReleaseError::Incomplete { accepted, owed, .. } if accepted < owed), "{refusal:?}");
    let empty = releases::prepare(store, &desk.one, Order { provisional: Some(" "), ..order(quarter) }).await;
    assert!(matches!(refused(empty), ReleaseError::Reason(_)));
    let order = Order { provisional: Some("asked for by parliament"), ..order(quarter) };
    desk.bench.clock.advance(TimeDelta::hours(1));
    let id = releases::prepare(store, &desk.one, order).await.unwrap();
    let preview = releases::preview(store, &desk.one, id).await.unwrap();
    assert_eq!(preview.release.provisional.as_deref(), Some("asked for by parliament"));
    let hidden = preview.figures.iter().filter(|figure| figure.status == Status::Confidential).count();
    assert_eq!(preview.hidden.len(), hidden);
    // since the correction nobody filed
    assert_eq!(preview.causes, []);
    // the register is complete
    let own = preview.figures.iter().filter(|figure| figure.period == Period::Quarter(quarter) && figure.measured != Measured::Residents);
    assert!(own.clone().count() > 100 && own.clone().all(|figure| matches!(figure.status, Status::Provisional | Status::Confidential)));
    // while it is prepared, what it stands on stays
    let last = releases::public(store).await.unwrap().pop().unwrap();
    assert_eq!(refused(releases::withdraw(store, &desk.other, last.id, "wrong").await), ReleaseError::UnderWay(quarter));
}
