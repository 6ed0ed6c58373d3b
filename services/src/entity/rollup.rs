use domain::{
    ledger::{Item, Scope},
    period::Period,
};
use sea_orm::entity::prelude::*;

use crate::store::code::Code;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rollup")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub period: Code<Period>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub scope: Code<Scope>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub item: Code<Item>,
    pub filings: i64,
    pub exports_usd: i64,
    pub exports_uzs: i64,
    pub domestic_uzs: i64,
    pub services_uzs: i64,
    pub payroll: i64,
    pub employees: i64,
    pub specialists: i64,
    pub women: i64,
    pub under_30: i64,
    pub disability: i64,
    pub foreign: i64,
    pub filings_residents: i64,
    pub exports_usd_residents: i64,
    pub exports_uzs_residents: i64,
    pub domestic_uzs_residents: i64,
    pub services_uzs_residents: i64,
    pub payroll_residents: i64,
    pub employees_residents: i64,
    pub specialists_residents: i64,
    pub women_residents: i64,
    pub under_30_residents: i64,
    pub disability_residents: i64,
    pub foreign_residents: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
