use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "draft_answer")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub filing_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub digest: String,
    pub confirmed: bool,
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    pub saved_at: DateTimeUtc,
    pub saved_by: Uuid,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
