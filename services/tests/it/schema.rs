//! The migrated schema and the entities agree, on both databases.

use std::collections::BTreeMap;

use migrations::Migrator;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, EntityTrait, Schema, Statement, Value};
use sea_orm_migration::MigratorTrait;
use services::store::connect_options;

use crate::support::{empty_postgres_url, migrated, postgres_url, sqlite_url};

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
        register_entry,
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
        draft,
        draft_answer,
        filing_version,
        edit_answer,
        kept_text,
        job,
        domestic_line,
        export_line,
        people_line,
        contribution,
        rollup,
        rollup_coverage,
        publication_plan,
        release,
        release_basis,
        release_figure,
        release_file,
        release_order,
        audit_event,
        audit_head,
        audit_record,
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
    let url = postgres_url().await;
    let db = Database::connect(connect_options(&url, 1)).await.unwrap();
    let left = columns(&db, "public").await;
    db.execute_unprepared("CREATE SCHEMA entities; SET search_path TO entities").await.unwrap();
    create_from_entities(&db).await;
    compare(&left, &columns(&db, "entities").await);
}

/// A database of an earlier version, with a filing whose draft stands in its row.
async fn earlier(url: &str) -> DatabaseConnection {
    let db = Database::connect(connect_options(url, 1)).await.unwrap();
    Migrator::up(&db, Some(1)).await.unwrap();
    let (id, day) = (|n: u128| Value::from(uuid::Uuid::from_u128(n)), || Value::from(chrono::DateTime::UNIX_EPOCH));
    let insert = async |sql: &str, values: Vec<Value>| {
        // PostgreSQL numbers its parameters
        let sql = match db.get_database_backend() {
            DbBackend::Postgres => (1..=values.len()).fold(sql.to_owned(), |sql, n| sql.replacen('?', &format!("${n}"), 1)),
            _ => sql.to_owned(),
        };
        db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await.unwrap();
    };
    insert("INSERT INTO person VALUES (?, 'a@test.example', 'A', '', true)", vec![id(1)]).await;
    insert("INSERT INTO resident VALUES (?, '300000001', 'A', 'UZ-SA', false, false, '1', true)", vec![id(2)]).await;
    let draft = "INSERT INTO filing VALUES (?, ?, '2023-Q3', 'draft', 1, NULL, NULL, 'typed', 7, ?, ?)";
    insert(draft, vec![id(3), id(2), day(), id(1)]).await;
    insert("INSERT INTO filing VALUES (?, ?, '2023-Q2', 'accepted', 1, 1, NULL, NULL, 3, NULL, NULL)", vec![id(5), id(2)]).await;
    insert("INSERT INTO draft_copy VALUES (?, ?, ?, 'typed', ?)", vec![id(4), id(3), id(1), day()]).await;
    db
}

/// What was typed under an earlier version is found after each change of the schema: the draft, and copies of drafts.
#[tokio::test]
async fn what_was_typed_survives_the_migrations() {
    let folder = tempfile::tempdir().unwrap();
    for url in [sqlite_url(&folder), empty_postgres_url().await] {
        let db = earlier(&url).await;
        Migrator::up(&db, None).await.unwrap();
        let kept = services::entity::kept_text::Entity::find_by_id(uuid::Uuid::from_u128(4)).one(&db).await.unwrap().unwrap();
        let subject = format!("filing/{}/2023-Q3", uuid::Uuid::from_u128(2));
        assert_eq!((kept.person_id, kept.subject, kept.text), (uuid::Uuid::from_u128(1), subject, "typed".to_owned()));
        let drafts = services::entity::draft::Entity::find().all(&db).await.unwrap();
        let [draft] = drafts.as_slice() else { panic!("one draft: {drafts:?}") };
        assert_eq!((draft.filing_id, draft.form.as_str(), draft.revision), (uuid::Uuid::from_u128(3), "typed", 7));
        assert_eq!(draft.saved_by, uuid::Uuid::from_u128(1));
    }
}

#[tokio::test]
async fn servers_that_start_at_once_migrate_once() {
    let url = empty_postgres_url().await;
    let mut servers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let url = url.clone();
        servers.spawn(async move {
            let db = Database::connect(connect_options(&url, 1)).await.unwrap();
            migrations::up(&db).await.unwrap();
        });
    }
    assert_eq!(servers.join_all().await.len(), 4);
    let db = Database::connect(connect_options(&url, 1)).await.unwrap();
    assert_eq!(Migrator::get_applied_migrations(&db).await.unwrap().len(), Migrator::migrations().len());
}

#[tokio::test]
async fn a_reading_handle_cannot_write() {
    for bench in [crate::support::Bench::sqlite().await, crate::support::Bench::postgres().await] {
        for change in ["UPDATE resident SET name = 'x'", "DELETE FROM target", "INSERT INTO day_off VALUES ('2023-10-25', 'x')"] {
            assert!(bench.store.db.execute_unprepared(change).await.is_err(), "{change}");
        }
    }
}
