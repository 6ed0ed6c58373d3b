//! Verification ends at nothing that somebody may have written into a table.

use sea_orm::{ConnectionTrait, DatabaseConnection, Statement, TransactionTrait};
use services::verify::{What, verify_at};

use crate::{
    support::Bench,
    tampering::{with, world},
};

/// Names of a list in `SQLite`'s own tables.
async fn names(db: &DatabaseConnection, sql: String) -> Vec<String> {
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
    rows.iter().map(|row| row.try_get("", "name").unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_in_any_column_is_found_and_ends_nothing() {
    let bench = Bench::sqlite().await;
    world(&bench).await;
    // what is nobody's record
    let aside = ["draft", "draft_answer", "job", "kept_text", "seaql_migrations", "session", "sign_in_failure"];
    let by_hand = bench.by_hand().await;
    let (mut tried, mut unseen) = (0, Vec::new());
    for table in names(&by_hand, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'".to_owned()).await {
        if names(&by_hand, format!("SELECT '~' AS name FROM {table} LIMIT 1")).await.is_empty() {
            continue;
        }
        for column in names(&by_hand, format!("SELECT name FROM pragma_table_info('{table}')")).await {
            let change =
                format!("PRAGMA defer_foreign_keys = ON; UPDATE {table} SET {column} = '~' WHERE rowid = (SELECT max(rowid) FROM {table})");
            // a number that only a number can take the place of is refused by the database itself
            let Some(report) = with(&bench, &change).await else { continue };
            tried += 1;
            if report.findings.is_empty() && !aside.contains(&table.as_str()) {
                unseen.push(format!("{table}.{column}"));
            }
        }
    }
    assert!(tried > 150, "{tried}");
    assert_eq!(unseen, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::disallowed_methods, reason = "changes that are not kept")]
async fn rows_of_nobody_are_found() {
    let bench = Bench::sqlite().await;
    world(&bench).await;
    for (table, parent) in [
        ("contribution", "resident_id"),
        ("obligation", "resident_id"),
        ("filing", "resident_id"),
        ("filing_version", "filing_id"),
        ("domestic_line", "version_id"),
        ("export_line", "version_id"),
        ("people_line", "version_id"),
        ("edit_answer", "version_id"),
    ] {
        let by_hand = bench.by_hand().await;
        by_hand.execute_unprepared("PRAGMA foreign_keys = OFF").await.unwrap();
        let transaction = by_hand.begin().await.unwrap();
        let change = format!("UPDATE {table} SET {parent} = randomblob(16) WHERE rowid = (SELECT max(rowid) FROM {table})");
        transaction.execute_unprepared(&change).await.unwrap();
        let report = verify_at(&transaction, &mut |_| {}).await.unwrap();
        assert!(report.findings.iter().any(|finding| finding.what == What::Orphan && finding.at.starts_with(table)), "{table}");
        transaction.rollback().await.unwrap();
    }
}
