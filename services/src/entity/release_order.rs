use domain::{quarter::Quarter, release::Unprepared};
use sea_orm::entity::prelude::*;

use crate::store::code::Code;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "release_order")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub quarter: Code<Quarter>,
    #[sea_orm(column_type = "Text", nullable)]
    pub provisional: Option<String>,
    pub ordered_by: Uuid,
    pub ordered_at: DateTimeUtc,
    pub unprepared: Option<Code<Unprepared>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
