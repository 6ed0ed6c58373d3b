//! Rules of the registry in an installation.

use domain::rules::{FILING_DUE_DAY, REGISTRY, SLIP_WIDTHS};
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};
use services::{
    ServiceError,
    entity::{audit_event, rule_setting},
    filings::{draft::save, submit::check_answers},
    installation, rules,
    verify::verify,
};

use crate::{
    on_both,
    support::{A, Bench, day, q, three_currencies},
};

on_both!(a_new_rule_is_added_once_by_servers_that_start_together, async |bench: Bench| {
    let (one, by_hand) = (bench.store.clone(), bench.by_hand().await);
    // an installation of before: without a rule, without its event
    for statement in [
        "DELETE FROM rule_setting WHERE key = 'slip_widths'",
        "DELETE FROM audit_record WHERE kind = 'rule_setting' AND key LIKE 'slip_widths/%'",
    ] {
        by_hand.execute_unprepared(statement).await.unwrap();
    }
    let other = bench.another_server().await;
    let before = audit_event::Entity::find().count(&one.db).await.unwrap();
    let (first, second) = tokio::join!(installation::prepare(&one), installation::prepare(&other));
    first.unwrap();
    second.unwrap();
    assert_eq!(rule_setting::Entity::find().count(&one.db).await.unwrap(), u64::try_from(REGISTRY.len()).unwrap());
    assert_eq!(audit_event::Entity::find().count(&one.db).await.unwrap(), before + 1);
    assert!(rules::rule_book(&one.db).await.unwrap().value(&SLIP_WIDTHS, day(2023, 9, 30)).is_ok());
});

on_both!(a_value_that_cannot_be_read_stops_what_needs_it, async |bench: Bench| {
    let (a, quarter) = (bench.actor("a").await, q("2023-Q3"));
    save(&bench.store, &a, A, quarter, 0, &three_currencies()).await.unwrap();
    let by_hand = bench.by_hand().await;
    by_hand.execute_unprepared("UPDATE rule_setting SET value = 'five' WHERE key = 'jump_factor'").await.unwrap();
    let stopped = check_answers(&bench.store, &a, A, quarter).await;
    assert!(matches!(stopped, Err(ServiceError::NoRule(_))), "{stopped:?}");
    assert!(rules::rule_book(&bench.store.db).await.unwrap().value(&FILING_DUE_DAY, day(2023, 9, 30)).is_ok());
    assert!(!verify(&bench.store).await.unwrap().findings.is_empty());
});
