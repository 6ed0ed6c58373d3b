use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rollup_cell")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub quarter: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub scope: String,
    pub domestic_tiyin: i64,
    pub exports_tiyin: i64,
    pub exports_cents: i64,
    pub employees: i64,
    pub specialists: i64,
    pub residents: i64,
    pub providers: i64,
    pub exporters: i64,
    pub new_residents: i64,
    pub new_providers: i64,
    pub new_exporters: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
