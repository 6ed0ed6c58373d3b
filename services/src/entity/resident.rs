use domain::region::Region;
use sea_orm::entity::prelude::*;

use crate::store::code::Code;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "resident")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(unique)]
    pub tax_number: String,
    pub name: String,
    pub region: Code<Region>,
    pub self_employed: bool,
    pub foreign_owned: bool,
    pub certificate: String,
    pub invented: bool,
    #[sea_orm(default_value = "")]
    pub folded_name: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
