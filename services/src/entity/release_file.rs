use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "release_file")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub release_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub media_type: String,
    pub size: i32,
    pub digest: String,
    #[sea_orm(column_type = "Blob")]
    pub gzip: Vec<u8>,
    #[sea_orm(column_type = "Blob")]
    pub brotli: Vec<u8>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
