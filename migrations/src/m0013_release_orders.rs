//! Releases that were ordered and are not prepared yet.

use sea_orm_migration::{
    prelude::*,
    schema::{string, string_null, text_null, timestamp_with_time_zone, uuid},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut order = Table::create();
        order.table("release_order").col(string("quarter").primary_key()).col(text_null("provisional"));
        order.col(uuid("ordered_by")).col(timestamp_with_time_zone("ordered_at")).col(string_null("unprepared"));
        order.foreign_key(ForeignKey::create().from_col("ordered_by").to("person", "id"));
        manager.create_table(order.take()).await
    }
}
