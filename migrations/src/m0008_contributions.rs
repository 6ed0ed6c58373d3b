//! The ledger: what each accepted filing contributes, and what contributions add up to. The program fills both from the accepted
//! versions when it starts; the roll-ups of before go.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string, uuid},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

const MEASURES: [&str; 12] = [
    "filings",
    "exports_usd",
    "exports_uzs",
    "domestic_uzs",
    "services_uzs",
    "payroll",
    "employees",
    "specialists",
    "women",
    "under_30",
    "disability",
    "foreign",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut contribution = Table::create();
        contribution.table("contribution").col(string("quarter")).col(uuid("resident_id")).col(string("scope")).col(string("item"));
        let mut rollup = Table::create();
        rollup.table("rollup").col(string("period")).col(string("scope")).col(string("item"));
        for measure in MEASURES {
            contribution.col(big_integer(measure));
            rollup.col(big_integer(measure));
        }
        for measure in MEASURES {
            rollup.col(big_integer(format!("{measure}_residents")));
        }
        contribution.primary_key(Index::create().col("quarter").col("resident_id").col("scope").col("item"));
        contribution.foreign_key(ForeignKey::create().from_col("resident_id").to("resident", "id"));
        rollup.primary_key(Index::create().col("period").col("scope").col("item"));
        manager.create_table(contribution.take()).await?;
        manager.create_table(rollup.take()).await?;
        // who contributes to a cell
        let index = Index::create().name("contribution_of_cell").table("contribution").col("quarter").col("scope").col("item").take();
        manager.create_index(index).await?;
        let index = Index::create().name("contribution_of_resident").table("contribution").col("resident_id").col("quarter").take();
        manager.create_index(index).await?;
        manager.drop_table(Table::drop().table("rollup_cell").take()).await?;
        manager.drop_table(Table::drop().table("rollup_destination").take()).await
    }
}
