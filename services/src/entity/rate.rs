use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rate")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    // the Central Bank publishes more currencies than filings may use
    pub currency: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: Date,
    pub rate: String,
    pub nominal: i32,
    pub unit_rate: i64,
    #[sea_orm(column_type = "Text")]
    pub source: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
