//! The migrated schema and the entities agree, on both databases.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Schema, Statement};
use services::store::connect_options;

use crate::support::{migrated, postgres_url, sqlite_url};

/// Table and column to type and whether it may be empty.
type Columns = BTreeMap<(String, String), (String, bool)>;

async fn columns(db: &DatabaseConnection, schema: &str) -> Columns {
    let backend = db.get_database_backend();
    let sql = match backend {
        DbBackend::Postgres => format!(
            "SELECT table_name AS t, column_name AS c, udt_name AS k, CASE is_nullable WHEN 'YES' THEN 1 ELSE 0 END AS n \
             FROM information_schema.columns WHERE table_schema = '{schema}'"
        ),
        _ => "SELECT m.name AS t, p.name AS c, lower(p.type) AS k, CASE WHEN p.\"notnull\" = 1 OR p.pk > 0 THEN 0 ELSE 1 END AS n \
              FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'"
            .to_owned(),
    };
    let rows = db.query_all_raw(Statement::from_string(backend, sql)).await.unwrap();
    let text = |row: &sea_orm::QueryResult, name: &str| row.try_get::<String>("", name).unwrap();
    rows.iter()
        .map(|row| {
            let nullable: i32 = row.try_get("", "n").unwrap();
            ((text(row, "t"), text(row, "c")), (text(row, "k"), nullable == 1))
        })
        .filter(|((table, _), _)| table != "seaql_migrations")
        .collect()
}

macro_rules! create_all {
    ($db:expr, $schema:expr, $($entity:ident),* $(,)?) => {
        $( $db.execute(&$schema.create_table_from_entity(services::entity::$entity::Entity)).await.unwrap(); )*
    };
}

#[expect(clippy::cognitive_complexity, reason = "a list, one line an entity")]
async fn create_from_entities(db: &DatabaseConnection) {
    let schema = Schema::new(db.get_database_backend());
    create_all!(
        db,
        schema,
        resident,
        resident_status,
        person,
        membership,
        official,
        session,
        sign_in_failure,
        installation,
        rule_setting,
        day_off,
        rate,
        target,
        official_series,
        period,
        obligation,
        filing,
        filing_version,
        draft_copy,
        domestic_line,
        export_line,
        people_line,
        rollup_cell,
        rollup_destination,
        rollup_coverage,
        audit_event,
        audit_head,
    );
}

fn compare(migrated: &Columns, entities: &Columns) {
    assert!(migrated.len() > 150);
    for (key, value) in migrated {
        assert_eq!(entities.get(key), Some(value), "{key:?}: migration on the right");
    }
    assert_eq!(migrated.len(), entities.len());
}

#[tokio::test]
async fn on_sqlite() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    migrated(&sqlite_url(&one)).await;
    let left = Database::connect(connect_options(&sqlite_url(&one), 1)).await.unwrap();
    let right = Database::connect(connect_options(&sqlite_url(&two), 1)).await.unwrap();
    create_from_entities(&right).await;
    compare(&columns(&left, "").await, &columns(&right, "").await);
}

#[tokio::test]
async fn on_postgres() {
    let Some(url) = postgres_url().await else {
        eprintln!("not run: TEST_POSTGRES is not set (cargo xtask test sets it)");
        return;
    };
    let db = Database::connect(connect_options(&url, 1)).await.unwrap();
    let left = columns(&db, "public").await;
    db.execute_unprepared("CREATE SCHEMA entities; SET search_path TO entities").await.unwrap();
    create_from_entities(&db).await;
    compare(&left, &columns(&db, "entities").await);
}
