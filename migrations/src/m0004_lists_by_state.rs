//! Lists are asked for state by state, each in its order: one index an order, with and without the quarter. The region stands
//! at the end of each, so that the lists of a region walk the index alone.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for order in ["time", "services", "exports"] {
            for name in [format!("version_by_{order}"), format!("version_of_quarter_by_{order}")] {
                manager.drop_index(Index::drop().name(name).table("filing_version").to_owned()).await?;
            }
        }
        manager.drop_index(Index::drop().name("version_queue").table("filing_version").to_owned()).await?;
        for (order, column) in [("time", "submitted_at"), ("services", "services_tiyin"), ("exports", "exports_cents")] {
            let by_state = Index::create().name(format!("version_of_state_by_{order}")).table("filing_version").col("state").take();
            let by_quarter =
                Index::create().name(format!("version_of_quarter_by_{order}")).table("filing_version").col("quarter").col("state").take();
            for mut index in [by_state, by_quarter] {
                manager.create_index(index.col(column).col("id").col("region").take()).await?;
            }
        }
        Ok(())
    }
}
