//! Drafts stand apart from their filings: they change with every pause in typing, and no record depends on them.

use sea_orm_migration::{
    prelude::*,
    schema::{integer, text, timestamp_with_time_zone, uuid},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table.table("draft").col(uuid("filing_id").primary_key());
        for column in [text("form"), integer("revision"), timestamp_with_time_zone("saved_at"), uuid("saved_by")] {
            table.col(column);
        }
        manager.create_table(table.take()).await?;
        manager
            .get_connection()
            .execute_unprepared(
                "INSERT INTO draft (filing_id, form, revision, saved_at, saved_by) \
                 SELECT id, draft, draft_revision, draft_saved_at, draft_saved_by FROM filing \
                 WHERE draft IS NOT NULL AND draft_saved_at IS NOT NULL AND draft_saved_by IS NOT NULL",
            )
            .await?;
        for column in ["draft", "draft_revision", "draft_saved_at", "draft_saved_by"] {
            manager.alter_table(Table::alter().table("filing").drop_column(column).take()).await?;
        }
        Ok(())
    }
}
