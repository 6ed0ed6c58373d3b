//! What lists need to page by key: quarter and service revenue beside the version, names as they are searched for. The
//! names of earlier residents are folded by the program when it starts.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in [
            ("resident", string("folded_name").default("").take()),
            ("filing_version", string("quarter").default("").take()),
            ("filing_version", big_integer("services_tiyin").default(0).take()),
        ] {
            manager.alter_table(Table::alter().table(table).add_column(column).take()).await?;
        }
        manager
            .get_connection()
            .execute_unprepared(
                "UPDATE filing_version SET services_tiyin = domestic_tiyin + exports_tiyin, \
                 quarter = (SELECT filing.quarter FROM filing WHERE filing.id = filing_version.filing_id)",
            )
            .await?;
        for (name, columns) in [
            ("version_by_time", ["submitted_at", "id"].as_slice()),
            ("version_by_services", &["services_tiyin", "id"]),
            ("version_by_exports", &["exports_cents", "id"]),
            ("version_of_quarter_by_time", &["quarter", "submitted_at", "id"]),
            ("version_of_quarter_by_services", &["quarter", "services_tiyin", "id"]),
            ("version_of_quarter_by_exports", &["quarter", "exports_cents", "id"]),
        ] {
            let mut index = Index::create();
            index.name(name).table("filing_version");
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index.take()).await?;
        }
        Ok(())
    }
}
