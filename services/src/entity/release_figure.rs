use domain::{
    period::Period,
    release::{By, Measured, Status},
};
use sea_orm::entity::prelude::*;

use crate::store::code::Code;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "release_figure")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub release_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    pub period: Code<Period>,
    pub measure: Code<Measured>,
    pub dimension: Option<Code<By>>,
    pub member: Option<String>,
    pub value: Option<i64>,
    pub status: Code<Status>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
