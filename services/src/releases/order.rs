//! A release that was ordered: a server prepares it, for that takes longer than anybody waits for an answer.

use chrono::{DateTime, Utc};
use domain::{
    access::{Action, Actor},
    audit::AuditAction,
    ids::PersonId,
    jobs::Job,
    quarter::Quarter,
    release::{ReleaseError, Unprepared},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::{
    Order, Render,
    candidate::{may_be_prepared, prepare, reason_of},
};
use crate::{
    accounts::session,
    entity::release_order,
    error::{Result, ServiceError},
    jobs,
    store::{Store, audit::Event, code::Code},
};

/// How much work goes into what a release hides, in seconds of one core.
const SECONDS: u64 = 20;

/// A release that was ordered and is not prepared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ordered {
    /// The quarter that it tells as the last.
    pub quarter: Quarter,
    /// Why it is to be released although too little is in, if so.
    pub provisional: Option<String>,
    /// Who ordered it.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
    /// Why it could not be prepared; none while a server is to do it.
    pub unprepared: Option<Unprepared>,
}

impl From<release_order::Model> for Ordered {
    fn from(row: release_order::Model) -> Self {
        let unprepared = row.unprepared.map(|why| why.0);
        Self { quarter: row.quarter.0, provisional: row.provisional, by: PersonId(row.ordered_by), at: row.ordered_at, unprepared }
    }
}

/// Orders the release of a quarter, or the correction of one that was withdrawn: a server prepares it soon, for the actor.
///
/// # Errors
/// Those of [`prepare`] that are known beforehand; [`ReleaseError::UnderWay`] if one is ordered already.
pub async fn order(store: &Store, actor: &Actor, quarter: Quarter, provisional: Option<&str>) -> Result<()> {
    let person = actor.check(Action::Release)?;
    let provisional = reason_of(provisional)?;
    let write = store.write().await?;
    may_be_prepared(&*write, store, quarter, provisional.is_some()).await?;
    if let Some(open) = ordered(&*write).await?.filter(|ordered| ordered.unprepared.is_none()) {
        return Err(ReleaseError::UnderWay(open.quarter).into());
    }
    // what could not be prepared makes room
    release_order::Entity::delete_many().exec(&*write).await?;
    let row = release_order::Model {
        quarter: Code(quarter),
        provisional: provisional.map(str::to_owned),
        ordered_by: person.0,
        ordered_at: write.at,
        unprepared: None,
    };
    write.insert_unrecorded(vec![row]).await?;
    jobs::hurry(&*write, Job::ReleasesPrepare, write.at).await?;
    let details = serde_json::json!({ "quarter": quarter.to_string() });
    write.commit([Event::new(person, AuditAction::ReleaseOrder, format!("release_order/{quarter}")).with(details)]).await
}

/// What is ordered, or could not be prepared the last time.
pub(super) async fn ordered(connection: &impl ConnectionTrait) -> Result<Option<Ordered>> {
    Ok(release_order::Entity::find().one(connection).await?.map(Ordered::from))
}

/// Prepares what was ordered, for the person who did; whether anything was to do. Done again and again by the servers.
///
/// # Errors
/// The database's, and then it is tried again; others are kept with the order as well.
pub async fn prepare_ordered(store: &Store, render: Render) -> Result<bool> {
    let Some(open) = ordered(&store.db).await?.filter(|ordered| ordered.unprepared.is_none()) else { return Ok(false) };
    let actor = session::actor(store, open.by).await?;
    let order = Order { quarter: open.quarter, seconds: SECONDS, provisional: open.provisional.as_deref(), render };
    let Err(error) = prepare(store, &actor, order).await else { return Ok(true) };
    let why = match error {
        ServiceError::Busy | ServiceError::Database(_) => return Err(error),
        ServiceError::Unsafe(_) => Unprepared::Unsafe,
        ServiceError::Release(_) | ServiceError::Denied(_) => Unprepared::Changed,
        _ => Unprepared::Broken,
    };
    let kept = release_order::ActiveModel { unprepared: Set(Some(Code(why))), ..Default::default() };
    let this = release_order::Column::Quarter.eq(Code(open.quarter));
    release_order::Entity::update_many().set(kept).filter(this).exec(store.off_record()).await?;
    if why == Unprepared::Changed { Ok(true) } else { Err(error) }
}
