//! The register keeps history: what is said of a resident, from a day until another. What was known so far holds since the
//! resident has the status.

use sea_orm_migration::{
    prelude::*,
    schema::{date, date_null, string, text, uuid},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut entry = Table::create();
        entry.table("register_entry").col(uuid("resident_id")).col(string("attribute")).col(date("from_day")).col(date_null("until_day"));
        entry.col(text("value")).primary_key(Index::create().col("resident_id").col("attribute").col("from_day"));
        entry.foreign_key(ForeignKey::create().from_col("resident_id").to("resident", "id"));
        manager.create_table(entry.take()).await?;
        let index = Index::create().name("register_entry_by_attribute").table("register_entry").col("attribute").col("value").take();
        manager.create_index(index).await?;
        // the day of Cabinet Resolution 589 for who never had the status
        let since = "COALESCE((SELECT MIN(s.from_day) FROM resident_status s WHERE s.resident_id = r.id), '2019-07-15')";
        for (attribute, value) in
            [("name", "r.name"), ("region", "r.region"), ("ownership", "CASE WHEN r.foreign_owned THEN 'foreign' ELSE 'local' END")]
        {
            let sql = format!(
                "INSERT INTO register_entry (resident_id, attribute, from_day, until_day, value) \
                 SELECT r.id, '{attribute}', {since}, NULL, {value} FROM resident r"
            );
            manager.get_connection().execute_unprepared(&sql).await?;
        }
        Ok(())
    }
}
