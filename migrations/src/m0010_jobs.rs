//! Work that servers do by themselves, one at a time.

use sea_orm_migration::{
    prelude::*,
    schema::{integer, string, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid_null},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut job = Table::create();
        job.table("job").col(string("job").primary_key()).col(timestamp_with_time_zone("due_at")).col(integer("failures"));
        job.col(uuid_null("worker")).col(timestamp_with_time_zone_null("lease_until"));
        job.col(timestamp_with_time_zone_null("begun_at")).col(timestamp_with_time_zone_null("ended_at")).col(text_null("error"));
        manager.create_table(job.take()).await
    }
}
