//! Corrections of releases, releases of quarters that are not complete, and the files that were published.

use sea_orm_migration::{
    prelude::*,
    schema::{blob, integer, string, text, text_null, uuid},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut number = Table::alter();
        number.table("release").add_column(integer("number").default(0));
        manager.alter_table(number.take()).await?;
        let mut provisional = Table::alter();
        provisional.table("release").add_column(text_null("provisional"));
        manager.alter_table(provisional.take()).await?;

        let mut hidden = Table::alter();
        hidden.table("release_basis").add_column(text("hidden").default("[]"));
        manager.alter_table(hidden.take()).await?;

        let mut file = Table::create();
        file.table("release_file").col(uuid("release_id")).col(string("name")).col(string("media_type"));
        file.col(integer("size")).col(string("digest")).col(blob("gzip")).col(blob("brotli"));
        file.primary_key(Index::create().col("release_id").col("name"));
        file.foreign_key(ForeignKey::create().from_col("release_id").to("release", "id"));
        manager.create_table(file.take()).await
    }
}
