use domain::{
    classification::{Country, ServiceCategory},
    money::Currency,
    region::Region,
};
use sea_orm::entity::prelude::*;

use crate::store::code::Code;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "export_line")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub version_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    pub country: Code<Country>,
    pub category: Code<ServiceCategory>,
    pub currency: Code<Currency>,
    pub amount_minor: i64,
    pub region: Code<Region>,
    pub date: Option<Date>,
    pub contract: Option<String>,
    pub rate_day: Option<Date>,
    pub unit_rate: i64,
    pub usd_unit_rate: i64,
    pub amount_tiyin: i64,
    pub amount_cents: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
