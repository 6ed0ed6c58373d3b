use domain::{quarter::Quarter, region::Region};
use sea_orm::entity::prelude::*;

use crate::store::code::Code;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rollup_coverage")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub quarter: Code<Quarter>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub region: Code<Region>,
    pub owed: i64,
    pub filed: i64,
    pub accepted: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
