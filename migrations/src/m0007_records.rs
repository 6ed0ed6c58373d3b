//! What each event says of the records that its step wrote, and in which form an event was hashed.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, integer, string, string_null},
    sea_orm::DbBackend,
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
        table.table("audit_record");
        for column in [string("kind"), string("key"), big_integer("seq"), integer("form"), string_null("digest")] {
            table.col(column);
        }
        table.primary_key(Index::create().col("kind").col("key").col("seq"));
        manager.create_table(table.take()).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            // keys in the order of their bytes, as SQLite has them, in whatever language the cluster sorts
            let sql = r#"ALTER TABLE audit_record ALTER COLUMN kind TYPE varchar COLLATE "C", ALTER COLUMN key TYPE varchar COLLATE "C""#;
            manager.get_connection().execute_unprepared(sql).await?;
        }
        let index = Index::create().name("audit_record_of_event").table("audit_record").col("seq").take();
        manager.create_index(index).await?;
        manager.alter_table(Table::alter().table("audit_event").add_column(integer("form").default(0)).take()).await
    }
}
