//! The register keeps history: a quarter's obligation and region are those of its last day.

use chrono::TimeDelta;
use domain::{
    audit::AuditAction,
    register::{Attribute, RegisterError, Value, on},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use services::{
    ServiceError,
    entity::{audit_event, obligation},
    filings::{draft::sent, review::accept},
    periods::open_ended,
    register::{change, history},
    store::code::Code,
    verify::verify,
};

use crate::{
    on_both,
    support::{A, B, Bench, day, q, three_currencies},
};

async fn region_of(bench: &Bench, quarter: &str) -> String {
    let owed = obligation::Entity::find_by_id((A.0, Code(q(quarter)))).one(&bench.store.db).await.unwrap();
    owed.unwrap().region.to_string()
}

on_both!(a_change_holds_from_its_day_and_moves_what_is_owed_from_then_on, async |bench: Bench| {
    let (a, reviewer, administrator) = (bench.actor("a").await, bench.actor("reviewer").await, bench.actor("administrator").await);
    bench.file(&a, A, q("2023-Q2"), &three_currencies()).await;
    accept(&bench.store, &reviewer, bench.filing_id(&a, A, q("2023-Q2")).await, 1).await.unwrap();
    // entered late: the company moved in May, in the middle of the second quarter
    change(&bench.store, &administrator, A, Attribute::Region, "UZ-NW", day(2023, 5, 15)).await.unwrap();
    assert_eq!(region_of(&bench, "2023-Q1").await, "UZ-SA", "ended before");
    assert_eq!(region_of(&bench, "2023-Q2").await, "UZ-SA", "sent and accepted as it was");
    assert_eq!(region_of(&bench, "2023-Q3").await, "UZ-NW");
    bench.file(&a, A, q("2023-Q3"), &three_currencies()).await;
    assert_eq!(sent(&bench.store, &a, A, q("2023-Q3")).await.unwrap().versions[0].region.iso(), "UZ-NW");
    // a quarter that opens later takes the region of its last day, not of the day on which it opens
    bench.clock.advance(TimeDelta::days(92));
    change(&bench.store, &administrator, A, Attribute::Region, "UZ-BU", day(2024, 1, 10)).await.unwrap();
    open_ended(&bench.store).await.unwrap();
    assert_eq!(region_of(&bench, "2023-Q4").await, "UZ-NW");
    let entries = history(&bench.store, &administrator, A).await.unwrap();
    let region = |d| on(&entries, Attribute::Region, d).unwrap().to_string();
    assert_eq!(
        (region(day(2023, 5, 14)), region(day(2023, 5, 15)), region(day(2024, 1, 10))),
        ("UZ-SA".into(), "UZ-NW".into(), "UZ-BU".into())
    );
    assert_eq!(on(&entries, Attribute::OwnerGroup, day(2023, 1, 1)), Some(&Value::OwnerGroup("group-A".into())));
    let recorded = audit_event::Entity::find().filter(audit_event::Column::Action.eq(AuditAction::RegisterChange.code()));
    assert_eq!(recorded.all(&bench.store.db).await.unwrap().len(), 2);
    assert_eq!(verify(&bench.store).await.unwrap().findings, []);
});

on_both!(what_the_register_cannot_take_is_refused, async |bench: Bench| {
    let administrator = bench.actor("administrator").await;
    let tried = async |attribute, value: &str, from| change(&bench.store, &administrator, B, attribute, value, from).await;
    for (attribute, value, from, why) in [
        (Attribute::Region, "Navoi", day(2023, 5, 1), RegisterError::BadValue(Attribute::Region)),
        (Attribute::Name, "a\u{0}b", day(2023, 5, 1), RegisterError::BadValue(Attribute::Name)),
        (Attribute::Name, "B", day(2023, 5, 1), RegisterError::Unchanged),
        (Attribute::Name, "C", day(2022, 12, 1), RegisterError::NotLater),
        (Attribute::Name, "C", day(2023, 10, 21), RegisterError::InFuture),
    ] {
        let refused = tried(attribute, value, from).await;
        assert!(matches!(refused, Err(ServiceError::Register(error)) if error == why), "{value:?}: {refused:?}");
    }
    tried(Attribute::Name, "Oʻzbek Soft", day(2023, 10, 20)).await.unwrap();
    tried(Attribute::OwnerGroup, "group-A", day(2023, 6, 1)).await.unwrap();
    for name in ["a", "reviewer", "statistician"] {
        let actor = bench.actor(name).await;
        assert!(matches!(history(&bench.store, &actor, B).await, Err(ServiceError::Denied(_))), "{name}");
        let changed = change(&bench.store, &actor, B, Attribute::Name, "D", day(2023, 10, 20)).await;
        assert!(matches!(changed, Err(ServiceError::Denied(_))), "{name}");
    }
    assert_eq!(verify(&bench.store).await.unwrap().findings, []);
});
