//! What was sent and could not be taken is kept by person and subject, so that it needs no filing that was begun. The
//! copies of drafts move over.

use sea_orm_migration::{
    prelude::*,
    schema::{string, text, timestamp_with_time_zone, uuid},
    sea_orm::{
        prelude::{DateTimeUtc, Uuid},
        sea_query::Query,
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
        let mut table = Table::create();
        table.table("kept_text").col(uuid("id").primary_key()).col(uuid("person_id")).col(string("subject")).col(text("text"));
        table.col(timestamp_with_time_zone("saved_at")).foreign_key(ForeignKey::create().from_col("person_id").to("person", "id"));
        manager.create_table(table).await?;
        let index = Index::create().name("kept_text_of_person").table("kept_text").col("person_id").col("subject").take();
        manager.create_index(index).await?;
        move_copies(manager.get_connection()).await?;
        manager.drop_table(Table::drop().table("draft_copy").take()).await
    }
}

async fn move_copies(db: &SchemaManagerConnection<'_>) -> Result<(), DbErr> {
    let copies = Query::select()
        .column(("draft_copy", "id"))
        .column(("draft_copy", "person_id"))
        .column(("draft_copy", "draft"))
        .column(("draft_copy", "saved_at"))
        .column(("filing", "resident_id"))
        .column(("filing", "quarter"))
        .from("draft_copy")
        .inner_join("filing", Expr::col(("filing", "id")).equals(("draft_copy", "filing_id")))
        .take();
    for row in db.query_all(&copies).await? {
        let (id, person, resident): (Uuid, Uuid, Uuid) =
            (row.try_get("", "id")?, row.try_get("", "person_id")?, row.try_get("", "resident_id")?);
        let (draft, quarter): (String, String) = (row.try_get("", "draft")?, row.try_get("", "quarter")?);
        let saved_at: DateTimeUtc = row.try_get("", "saved_at")?;
        let subject = format!("filing/{resident}/{quarter}");
        let mut insert = Query::insert();
        insert.into_table("kept_text").columns(["id", "person_id", "subject", "text", "saved_at"]).values_panic([
            id.into(),
            person.into(),
            subject.into(),
            draft.into(),
            saved_at.into(),
        ]);
        db.execute(&insert).await?;
    }
    Ok(())
}
