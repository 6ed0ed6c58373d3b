//! A database that somebody else holds is told as such, and nothing is half written.

use sea_orm::{ConnectionTrait, Database, DbBackend};
use services::{ServiceError, filings::draft::save, store::connect_options, verify::verify};

use crate::{
    on_both,
    support::{A, Bench, q, three_currencies},
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
