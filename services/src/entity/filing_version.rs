use domain::{filing::VersionState, quarter::Quarter, region::Region};
use sea_orm::entity::prelude::*;

use crate::store::code::Code;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "filing_version")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub filing_id: Uuid,
    pub number: i32,
    pub state: Code<VersionState>,
    pub region: Code<Region>,
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
    pub submitted_by: Uuid,
    pub submitted_at: DateTimeUtc,
    pub late: bool,
    #[sea_orm(unique)]
    pub receipt: String,
    #[sea_orm(unique)]
    pub idempotency_key: String,
    pub digest: String,
    #[sea_orm(default_value = 0)]
    pub digest_form: i32,
    pub decided_by: Option<Uuid>,
    pub decided_at: Option<DateTimeUtc>,
    #[sea_orm(column_type = "Text", nullable)]
    pub return_reason: Option<String>,
    pub control_tiyin: i64,
    pub domestic_tiyin: i64,
    pub exports_tiyin: i64,
    pub exports_cents: i64,
    pub employees: i32,
    #[sea_orm(default_value = "")]
    pub quarter: Code<Quarter>,
    #[sea_orm(default_value = 0)]
    pub services_tiyin: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
