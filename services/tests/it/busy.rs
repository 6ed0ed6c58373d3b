//! A database that somebody else holds is told as such, and nothing is half written.

use sea_orm::{ConnectionTrait, Database, DbBackend, EntityTrait, PaginatorTrait};
use services::{
    ServiceError,
    accounts::session::{sign_in, sign_out},
    filings::{draft::save, kept::keep_form},
    store::connect_options,
    verify::verify,
};

use crate::{
    on_both,
    support::{A, Bench, PASSWORD, q, three_currencies},
};

on_both!(a_held_database_is_busy_not_broken, async |bench: Bench| {
    let (a, quarter) = (bench.actor("a").await, q("2023-Q3"));
    let other = Database::connect(connect_options(&bench.url, 1)).await.unwrap();
    let hold = match other.get_database_backend() {
        DbBackend::Postgres => "BEGIN; SELECT * FROM audit_head FOR UPDATE",
        _ => "BEGIN IMMEDIATE",
    };
    other.execute_unprepared(hold).await.unwrap();
    let refused = save(&bench.store, &a, A, quarter, 0, &three_currencies()).await;
    assert!(matches!(refused, Err(ServiceError::Busy)), "{refused:?}");
    other.execute_unprepared("ROLLBACK").await.unwrap();
    save(&bench.store, &a, A, quarter, 0, &three_currencies()).await.unwrap();
    assert_eq!(verify(&bench.store).await.unwrap().findings, []);
});

on_both!(typing_takes_no_turn_of_the_chain, async |bench: Bench| {
    let (a, quarter) = (bench.actor("a").await, q("2023-Q3"));
    let revision = save(&bench.store, &a, A, quarter, 0, &three_currencies()).await.unwrap();
    let events = async || services::entity::audit_event::Entity::find().count(&bench.store.db).await.unwrap();
    let before = events().await;
    let other = Database::connect(connect_options(&bench.url, 1)).await.unwrap();
    // SQLite has one writer whatever is written; there it only holds that none of this writes an event
    let holds = other.get_database_backend() == DbBackend::Postgres;
    if holds {
        other.execute_unprepared("BEGIN; SELECT * FROM audit_head FOR UPDATE").await.unwrap();
    }
    let mut form = three_currencies();
    form.control_total = "7".into();
    assert_eq!(save(&bench.store, &a, A, quarter, revision, &form).await.unwrap(), revision + 1);
    keep_form(&bench.store, a.person().unwrap(), A, quarter, &form).await.unwrap();
    let wrong = sign_in(&bench.store, "a@test.example", "wrong", "::1").await;
    assert!(matches!(wrong, Err(ServiceError::WrongCredentials)), "{wrong:?}");
    let token = sign_in(&bench.store, "a@test.example", PASSWORD, "::1").await.unwrap();
    sign_out(&bench.store, &token, false).await.unwrap();
    if holds {
        other.execute_unprepared("ROLLBACK").await.unwrap();
    }
    assert_eq!(events().await, before);
    // sent twice it is saved once; over somebody else's change it is not
    assert_eq!(save(&bench.store, &a, A, quarter, revision, &form).await.unwrap(), revision + 1);
    let stale = save(&bench.store, &a, A, quarter, revision, &three_currencies()).await;
    assert!(matches!(stale, Err(ServiceError::StaleDraft)), "{stale:?}");
});
