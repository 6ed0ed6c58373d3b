//! Releases of statistics: what is shown in a year, what was prepared and published, and what each was made from.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer_null, integer, string, string_null, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
        uuid_null,
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
        let person = |column: &'static str| ForeignKey::create().from_col(column).to("person", "id").take();
        let mut plan = Table::create();
        plan.table("publication_plan").col(integer("year").primary_key()).col(text("plan"));
        plan.col(uuid("decided_by")).col(timestamp_with_time_zone("decided_at")).foreign_key(&mut person("decided_by"));
        manager.create_table(plan.take()).await?;

        let mut release = Table::create();
        release.table("release").col(uuid("id").primary_key()).col(string("quarter")).col(string("state"));
        release.col(uuid("prepared_by")).col(timestamp_with_time_zone("prepared_at"));
        release.col(uuid_null("approved_by")).col(timestamp_with_time_zone_null("approved_at"));
        release.col(timestamp_with_time_zone_null("publish_at")).col(timestamp_with_time_zone_null("published_at"));
        release.col(timestamp_with_time_zone_null("withdrawn_at")).col(text_null("reason"));
        release.foreign_key(&mut person("prepared_by")).foreign_key(&mut person("approved_by"));
        manager.create_table(release.take()).await?;
        manager.create_index(Index::create().name("release_of_quarter").table("release").col("quarter").take()).await?;

        // confidential: the public reads figures and nothing else
        let of_release = || ForeignKey::create().from_col("release_id").to("release", "id").take();
        let mut basis = Table::create();
        basis.table("release_basis").col(uuid("release_id").primary_key()).col(text("known")).col(text("certificate")).col(text("waiting"));
        basis.foreign_key(&mut of_release());
        manager.create_table(basis.take()).await?;

        let mut figure = Table::create();
        figure.table("release_figure").col(uuid("release_id")).col(integer("position")).col(string("period"));
        figure.col(string("measure")).col(string_null("dimension")).col(string_null("member"));
        figure.col(big_integer_null("value")).col(string("status"));
        figure.primary_key(Index::create().col("release_id").col("position")).foreign_key(&mut of_release());
        manager.create_table(figure.take()).await
    }
}
