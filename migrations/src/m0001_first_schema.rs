//! Everything from the resident to the roll-ups. Money is `bigint` minor units; `SQLite` would turn decimals into floats.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, boolean, date, date_null, integer, integer_null, string, string_null, text, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [residents(), people(), rules(), filings(), lines(), ledger(), records()].into_iter().flatten() {
            manager.create_table(table).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        manager
            .get_connection()
            .execute_unprepared("INSERT INTO audit_head (id, seq, hash, figures) VALUES (1, 0, '', 0)")
            .await
            .map(|_| ())
    }
}

fn table<const N: usize>(name: &'static str, columns: [ColumnDef; N]) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(name);
    for column in columns {
        table.col(column);
    }
    table
}

fn keyed<const N: usize, const K: usize>(name: &'static str, columns: [ColumnDef; N], key: [&'static str; K]) -> TableCreateStatement {
    let mut table = table(name, columns);
    let mut primary = Index::create();
    for column in key {
        primary.col(column);
    }
    table.primary_key(&mut primary);
    table
}

fn refers(table: &mut TableCreateStatement, column: &'static str, to: &'static str) {
    table.foreign_key(ForeignKey::create().from_col(column).to(to, "id"));
}

fn with_references<const N: usize>(mut table: TableCreateStatement, references: [(&'static str, &'static str); N]) -> TableCreateStatement {
    for (column, to) in references {
        refers(&mut table, column, to);
    }
    table
}

fn id() -> ColumnDef {
    uuid("id").primary_key().take()
}

fn residents() -> Vec<TableCreateStatement> {
    let resident = table(
        "resident",
        [
            id(),
            string("tax_number").unique_key().take(),
            string("name"),
            string("region"),
            boolean("self_employed"),
            boolean("foreign_owned"),
            string("certificate"),
            boolean("invented"),
        ],
    );
    let status = table("resident_status", [id(), uuid("resident_id"), date("from_day"), date_null("until_day")]);
    vec![resident, with_references(status, [("resident_id", "resident")])]
}

fn people() -> Vec<TableCreateStatement> {
    let person = table("person", [id(), string("email").unique_key().take(), string("name"), string("password_hash"), boolean("invented")]);
    let membership = keyed(
        "membership",
        [uuid("person_id"), uuid("resident_id"), boolean("may_prepare"), boolean("may_submit"), date("from_day"), date_null("until_day")],
        ["person_id", "resident_id", "from_day"],
    );
    let official = table("official", [id(), uuid("person_id"), string("role"), string_null("region")]);
    let session = keyed(
        "session",
        [
            string("token_hash"),
            uuid("person_id"),
            timestamp_with_time_zone("created_at"),
            timestamp_with_time_zone("seen_at"),
            timestamp_with_time_zone("expires_at"),
            timestamp_with_time_zone_null("ended_at"),
        ],
        ["token_hash"],
    );
    let attempt = table("sign_in_failure", [id(), string("key"), timestamp_with_time_zone("at")]);
    vec![
        person,
        with_references(membership, [("person_id", "person"), ("resident_id", "resident")]),
        with_references(official, [("person_id", "person")]),
        with_references(session, [("person_id", "person")]),
        attempt,
    ]
}

fn rules() -> Vec<TableCreateStatement> {
    vec![
        keyed("installation", [string("key"), string("value")], ["key"]),
        keyed("rule_setting", [string("key"), date("from_day"), string("value"), text("source")], ["key", "from_day"]),
        keyed("day_off", [date("day"), string("name")], ["day"]),
        keyed(
            "rate",
            [string("currency"), date("day"), string("rate"), integer("nominal"), big_integer("unit_rate"), text("source")],
            ["currency", "day"],
        ),
        table(
            "target",
            [
                id(),
                string("measure"),
                integer_null("year"),
                string_null("region"),
                big_integer("amount_cents"),
                date_null("set_on"),
                text("definition"),
                text("source"),
            ],
        ),
        keyed(
            "official_series",
            [
                string("series"),
                string("period"),
                string("region"),
                string("unit"),
                big_integer("value_milli"),
                text("definition"),
                text("source"),
            ],
            ["series", "period", "region"],
        ),
        keyed("period", [string("quarter"), date("due_on"), date_null("closed_on")], ["quarter"]),
    ]
}

fn filings() -> Vec<TableCreateStatement> {
    let obligation =
        keyed("obligation", [uuid("resident_id"), string("quarter"), string("region"), date("due_on")], ["resident_id", "quarter"]);
    let filing = table(
        "filing",
        [
            id(),
            uuid("resident_id"),
            string("quarter"),
            string("state"),
            integer("version"),
            integer_null("accepted_version"),
            text_null("reason"),
            text_null("draft"),
            integer("draft_revision"),
            timestamp_with_time_zone_null("draft_saved_at"),
            uuid_null("draft_saved_by"),
        ],
    );
    let version = table(
        "filing_version",
        [
            id(),
            uuid("filing_id"),
            integer("number"),
            string("state"),
            string("region"),
            text_null("reason"),
            uuid("submitted_by"),
            timestamp_with_time_zone("submitted_at"),
            boolean("late"),
            string("receipt").unique_key().take(),
            string("idempotency_key").unique_key().take(),
            string("digest"),
            uuid_null("decided_by"),
            timestamp_with_time_zone_null("decided_at"),
            text_null("return_reason"),
            text("answers"),
            big_integer("control_tiyin"),
            big_integer("domestic_tiyin"),
            big_integer("exports_tiyin"),
            big_integer("exports_cents"),
            integer("employees"),
        ],
    );
    let copy = table("draft_copy", [id(), uuid("filing_id"), uuid("person_id"), text("draft"), timestamp_with_time_zone("saved_at")]);
    vec![
        with_references(obligation, [("resident_id", "resident")]),
        with_references(filing, [("resident_id", "resident")]),
        with_references(version, [("filing_id", "filing"), ("submitted_by", "person")]),
        with_references(copy, [("filing_id", "filing"), ("person_id", "person")]),
    ]
}

fn lines() -> Vec<TableCreateStatement> {
    let domestic = keyed(
        "domestic_line",
        [uuid("version_id"), integer("position"), string("region"), string("activity"), big_integer("amount_tiyin")],
        ["version_id", "position"],
    );
    let export = keyed(
        "export_line",
        [
            uuid("version_id"),
            integer("position"),
            string("country"),
            string("category"),
            string("currency"),
            big_integer("amount_minor"),
            string("region"),
            date_null("date"),
            string_null("contract"),
            date_null("rate_day"),
            big_integer("unit_rate"),
            big_integer("usd_unit_rate"),
            big_integer("amount_tiyin"),
            big_integer("amount_cents"),
        ],
        ["version_id", "position"],
    );
    let people = keyed(
        "people_line",
        [
            uuid("version_id"),
            integer("position"),
            string("region"),
            integer("employees"),
            integer("specialists"),
            integer("women"),
            integer("under_30"),
            integer("disability"),
            integer("foreign"),
            big_integer("payroll_tiyin"),
        ],
        ["version_id", "position"],
    );
    [domestic, export, people].into_iter().map(|lines| with_references(lines, [("version_id", "filing_version")])).collect()
}

fn ledger() -> Vec<TableCreateStatement> {
    vec![
        keyed(
            "rollup_cell",
            [
                string("quarter"),
                string("scope"),
                big_integer("domestic_tiyin"),
                big_integer("exports_tiyin"),
                big_integer("exports_cents"),
                big_integer("employees"),
                big_integer("specialists"),
                big_integer("residents"),
                big_integer("providers"),
                big_integer("exporters"),
                big_integer("new_residents"),
                big_integer("new_providers"),
                big_integer("new_exporters"),
            ],
            ["quarter", "scope"],
        ),
        keyed(
            "rollup_destination",
            [string("quarter"), string("country"), big_integer("exports_cents"), big_integer("exporters"), big_integer("new_exporters")],
            ["quarter", "country"],
        ),
        keyed(
            "rollup_coverage",
            [string("quarter"), string("region"), big_integer("owed"), big_integer("filed"), big_integer("accepted")],
            ["quarter", "region"],
        ),
    ]
}

fn records() -> Vec<TableCreateStatement> {
    let event = keyed(
        "audit_event",
        [
            big_integer("seq"),
            timestamp_with_time_zone("at"),
            uuid_null("actor"),
            string("action"),
            string("subject"),
            text("details"),
            string("previous_hash"),
            string("hash"),
        ],
        ["seq"],
    );
    vec![event, keyed("audit_head", [integer("id"), big_integer("seq"), string("hash"), big_integer("figures")], ["id"])]
}

fn index<const N: usize>(name: &'static str, on: &'static str, columns: [&'static str; N]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(name).table(on);
    for column in columns {
        index.col(column);
    }
    index.take()
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("filing_of_resident", "filing", ["resident_id", "quarter"]).unique().take(),
        index("filing_by_quarter", "filing", ["quarter", "state"]),
        index("version_of_filing", "filing_version", ["filing_id", "number"]).unique().take(),
        index("version_queue", "filing_version", ["state", "submitted_at"]),
        index("obligation_by_quarter", "obligation", ["quarter", "region"]),
        index("status_of_resident", "resident_status", ["resident_id"]),
        index("official_person", "official", ["person_id"]),
        index("session_person", "session", ["person_id"]),
        index("sign_in_failure_key", "sign_in_failure", ["key", "at"]),
    ]
}
