//! Schema history for `SQLite` and `PostgreSQL`. Each migration carries its own names and knows no other crate of the
//! product: history is frozen.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend},
};

mod m0001_first_schema;
mod m0002_kept_texts;
mod m0003_lists;
mod m0004_lists_by_state;
mod m0005_drafts;
mod m0006_answers;
mod m0007_records;
mod m0008_contributions;
mod m0009_register;
mod m0010_jobs;
mod m0011_releases;
mod m0012_release_files;
mod m0013_release_orders;

/// All migrations in order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_first_schema::Migration),
            Box::new(m0002_kept_texts::Migration),
            Box::new(m0003_lists::Migration),
            Box::new(m0004_lists_by_state::Migration),
            Box::new(m0005_drafts::Migration),
            Box::new(m0006_answers::Migration),
            Box::new(m0007_records::Migration),
            Box::new(m0008_contributions::Migration),
            Box::new(m0009_register::Migration),
            Box::new(m0010_jobs::Migration),
            Box::new(m0011_releases::Migration),
            Box::new(m0012_release_files::Migration),
            Box::new(m0013_release_orders::Migration),
        ]
    }
}

/// Any number of ours: who holds it migrates.
const LOCK: i64 = 0x6974_7061_726b;

/// Brings the schema up to date. Several servers may start at once: on `PostgreSQL` one works and the others wait; on `SQLite` the
/// caller sees to that. `db` has one connection, for the lock belongs to it.
///
/// # Errors
/// The database's.
pub async fn up(db: &DatabaseConnection) -> Result<(), DbErr> {
    let is_postgres = db.get_database_backend() == DbBackend::Postgres;
    if is_postgres {
        // however long the other takes
        db.execute_unprepared("SET lock_timeout = 0").await?;
        db.execute_unprepared(&format!("SELECT pg_advisory_lock({LOCK})")).await?;
    }
    let done = Migrator::up(db, None).await;
    if is_postgres {
        db.execute_unprepared(&format!("SELECT pg_advisory_unlock({LOCK})")).await?;
    }
    done
}
