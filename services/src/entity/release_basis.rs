use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "release_basis")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub release_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub known: String,
    #[sea_orm(column_type = "Text")]
    pub certificate: String,
    #[sea_orm(column_type = "Text")]
    pub waiting: String,
    #[sea_orm(column_type = "Text", default_value = "[]")]
    pub hidden: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
