//! Releases of statistics: what was known is taken from the ledger at one instant, disclosure control decides what is shown, another
//! statistician approves, and what is published is frozen. The public reads releases and nothing else.

use chrono::{DateTime, Utc};
use domain::{
    access::{Action, Actor},
    audit::AuditAction,
    ids::{PersonId, ReleaseId},
    release::{Release, ReleaseError, ReleaseName, ReleaseState, ReleasedFigure, Validity},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::{
    entity::{release, release_basis, release_figure},
    error::{Result, ServiceError},
    store::{Store, Write, audit::Event, code::Code},
};

mod calendar;
mod candidate;
mod causes;
mod desk;
mod files;
mod hidden;
mod order;
mod parts;
pub mod plan;
mod preview;
mod snapshot;

pub use calendar::{Coming, calendar, planned};
pub use candidate::{Order, prepare};
pub use causes::Cause;
pub use desk::{Desk, Next, desk};
pub(crate) use files::unpacked;
pub use files::{Content, File, Packed, Render, bytes_of, files};
pub use hidden::{Hidden, Reason, Why};
pub use order::{Ordered, order, prepare_ordered};
pub use preview::{Look, Preview, Proof, figure_named, preview};

/// A release as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseView {
    /// Which.
    pub id: ReleaseId,
    /// How it is called.
    pub name: ReleaseName,
    /// How it stands.
    pub state: ReleaseState,
    /// Who prepared it.
    pub prepared_by: PersonId,
    /// When the ledger was read.
    pub prepared_at: DateTime<Utc>,
    /// Who approved it.
    pub approved_by: Option<PersonId>,
    /// From when on it is public.
    pub publish_at: Option<DateTime<Utc>>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// Why it was withdrawn or given up.
    pub reason: Option<String>,
    /// Why it was released although too little was in, if so.
    pub provisional: Option<String>,
}

impl ReleaseView {
    /// When it is valid; none before it is approved.
    pub fn validity(&self) -> Option<Validity> {
        Some(Validity { from: self.publish_at?, until: self.withdrawn_at })
    }

    /// Whether it is prepared or approved, and not written down as public.
    pub const fn is_open(&self) -> bool {
        matches!(self.state, ReleaseState::Candidate | ReleaseState::Approved)
    }
}

impl release::Model {
    /// How it is called.
    pub(crate) fn name(&self) -> Result<ReleaseName> {
        Ok(ReleaseName { quarter: self.quarter.0, number: u8::try_from(self.number).map_err(ServiceError::corrupt("release.number"))? })
    }
}

impl TryFrom<release::Model> for ReleaseView {
    type Error = ServiceError;

    fn try_from(row: release::Model) -> Result<Self> {
        Ok(Self {
            name: row.name()?,
            id: ReleaseId(row.id),
            state: row.state.0,
            prepared_by: PersonId(row.prepared_by),
            prepared_at: row.prepared_at,
            approved_by: row.approved_by.map(PersonId),
            publish_at: row.publish_at,
            withdrawn_at: row.withdrawn_at,
            reason: row.reason,
            provisional: row.provisional,
        })
    }
}

/// The releases, by quarter, the last attempt at each last.
pub(crate) async fn all(connection: &impl ConnectionTrait) -> Result<Vec<release::Model>> {
    let mut rows = release::Entity::find().order_by_asc(release::Column::PreparedAt).all(connection).await?;
    rows.sort_by_key(|row| (row.quarter, row.number));
    Ok(rows)
}

/// Every release, for who works on them.
///
/// # Errors
/// [`ServiceError::Denied`].
pub async fn list(store: &Store, actor: &Actor) -> Result<Vec<ReleaseView>> {
    actor.check(Action::Release)?;
    all(&store.db).await?.into_iter().map(ReleaseView::try_from).collect()
}

/// The releases that are public, also those that were withdrawn since. One is from its minute on, whoever writes that down when.
///
/// # Errors
/// The database's.
pub async fn public(store: &Store) -> Result<Vec<ReleaseView>> {
    let now = store.now();
    let is_public =
        |row: &release::Model| matches!(row.state.0, ReleaseState::Published | ReleaseState::Withdrawn) || steps(row).is_due(now);
    all(&store.db).await?.into_iter().filter(is_public).map(ReleaseView::try_from).collect()
}

/// What a public release tells.
///
/// # Errors
/// [`ServiceError::NotFound`] for one that is not public.
pub async fn figures(store: &Store, id: ReleaseId) -> Result<Vec<ReleasedFigure>> {
    if !public(store).await?.iter().any(|release| release.id == id) {
        return Err(ServiceError::NotFound);
    }
    figures_of(&store.db, id).await
}

async fn figures_of(connection: &impl ConnectionTrait, id: ReleaseId) -> Result<Vec<ReleasedFigure>> {
    let rows =
        release_figure::Entity::find().filter(release_figure::Column::ReleaseId.eq(id.0)).order_by_asc(release_figure::Column::Position);
    let read = |row: release_figure::Model| ReleasedFigure {
        period: row.period.0,
        measured: row.measure.0,
        part: row.dimension.map(|by| by.0).zip(row.member),
        value: row.value,
        status: row.status.0,
    };
    Ok(rows.all(connection).await?.into_iter().map(read).collect())
}

/// A release by its name that was not given up, for who works on them.
///
/// # Errors
/// [`ServiceError::Denied`], [`ServiceError::NotFound`].
pub async fn named(store: &Store, actor: &Actor, name: ReleaseName) -> Result<ReleaseView> {
    let all = list(store, actor).await?;
    let found = all.into_iter().find(|release| release.name == name && release.state != ReleaseState::Discarded);
    found.ok_or(ServiceError::NotFound)
}

/// What a release was made from; confidential.
async fn basis(connection: &impl ConnectionTrait, id: Uuid) -> Result<release_basis::Model> {
    release_basis::Entity::find_by_id(id).one(connection).await?.ok_or(ServiceError::Corrupt("release_basis"))
}

async fn find(connection: &impl ConnectionTrait, id: ReleaseId) -> Result<release::Model> {
    release::Entity::find_by_id(id.0).one(connection).await?.ok_or(ServiceError::NotFound)
}

/// As far as its steps go.
fn steps(row: &release::Model) -> Release {
    Release { state: row.state.0, prepared_by: PersonId(row.prepared_by), publish_at: row.publish_at }
}

/// An event of a release; nobody's if the system itself acts.
fn event(actor: impl Into<Option<PersonId>>, action: AuditAction, row: &release::Model) -> Event {
    let event = Event::of_system(action, format!("release/{}", row.id)).with(serde_json::json!({ "quarter": row.quarter.0.to_string() }));
    Event { actor: actor.into(), ..event }
}

/// Stores a row after a step, with the event of it.
async fn store_step(write: Write, row: release::Model, event: Event) -> Result<()> {
    use release::Column::{ApprovedAt, ApprovedBy, PublishAt, PublishedAt, Reason, State, WithdrawnAt};
    write.update(row, [State, ApprovedBy, ApprovedAt, PublishAt, PublishedAt, WithdrawnAt, Reason]).await?;
    write.commit([event]).await
}

/// Begins a step on a release.
async fn begin(store: &Store, actor: &Actor, id: ReleaseId) -> Result<(PersonId, Write, release::Model)> {
    let person = actor.check(Action::Release)?;
    let write = store.write().await?;
    let row = find(&*write, id).await?;
    Ok((person, write, row))
}

/// Approves a candidate that somebody else prepared: it is public from `publish_at` on, or at once.
///
/// # Errors
/// [`ServiceError::Denied`], [`ServiceError::NotFound`], [`ServiceError::Release`].
pub async fn approve(store: &Store, actor: &Actor, id: ReleaseId, publish_at: Option<DateTime<Utc>>) -> Result<()> {
    let (person, write, row) = begin(store, actor, id).await?;
    let after = steps(&row).approve(person, publish_at.unwrap_or(write.at), write.at)?;
    let event = event(person, AuditAction::ReleaseApprove, &row);
    let (state, publish_at) = (Code(after.state), after.publish_at);
    let row = release::Model { state, publish_at, approved_by: Some(person.0), approved_at: Some(write.at), ..row };
    store_step(write, row, event).await
}

/// Takes an approval back before its minute.
///
/// # Errors
/// As [`approve`].
pub async fn hold(store: &Store, actor: &Actor, id: ReleaseId) -> Result<()> {
    let (person, write, row) = begin(store, actor, id).await?;
    let after = steps(&row).hold(write.at)?;
    let event = event(person, AuditAction::ReleaseHold, &row);
    let row = release::Model { state: Code(after.state), publish_at: None, approved_by: None, approved_at: None, ..row };
    store_step(write, row, event).await
}

/// Writes down that approved releases whose minute has come are public. Done again and again by the servers.
///
/// # Errors
/// The database's.
pub async fn publish_due(store: &Store) -> Result<usize> {
    let mut published = 0;
    // nobody waits for a turn of the chain if there is nothing to do
    while all(&store.db).await?.iter().any(|row| steps(row).is_due(store.now())) {
        let write = store.write().await?;
        let Some(row) = all(&*write).await?.into_iter().find(|row| steps(row).is_due(write.at)) else { break };
        let after = steps(&row).publish(write.at)?;
        let event = event(None, AuditAction::ReleasePublish, &row);
        let row = release::Model { state: Code(after.state), published_at: Some(write.at), ..row };
        store_step(write, row, event).await?;
        published += 1;
    }
    Ok(published)
}

/// Says that the latest release is no longer valid, and why. Later ones tell again what earlier ones told, so that an earlier one is
/// corrected by correcting the latest.
///
/// # Errors
/// As [`approve`]; [`ReleaseError::UnderWay`] while one is prepared that stands on it.
pub async fn withdraw(store: &Store, actor: &Actor, id: ReleaseId, reason: &str) -> Result<()> {
    let (person, write, row) = begin(store, actor, id).await?;
    let (after, reason) = steps(&row).withdraw(reason, write.at)?;
    let rows = all(&*write).await?;
    if let Some(last) = rows.iter().rfind(|row| row.state.0 != ReleaseState::Discarded).filter(|last| last.id != row.id) {
        let open = matches!(last.state.0, ReleaseState::Candidate | ReleaseState::Approved) && !steps(last).is_due(write.at);
        let why = if open { ReleaseError::UnderWay(last.quarter.0) } else { ReleaseError::NotTheLatest(last.name()?) };
        return Err(why.into());
    }
    let event = event(person, AuditAction::ReleaseWithdraw, &row);
    let published_at = row.published_at.or(row.publish_at);
    let reason = Some(reason.to_owned());
    let row = release::Model { state: Code(after.state), published_at, withdrawn_at: Some(write.at), reason, ..row };
    store_step(write, row, event).await
}

/// Gives a candidate up.
///
/// # Errors
/// As [`approve`].
pub async fn discard(store: &Store, actor: &Actor, id: ReleaseId, reason: &str) -> Result<()> {
    let (person, write, row) = begin(store, actor, id).await?;
    let (after, reason) = steps(&row).discard(reason, write.at)?;
    let event = event(person, AuditAction::ReleaseDiscard, &row);
    let row = release::Model { state: Code(after.state), reason: Some(reason.to_owned()), ..row };
    store_step(write, row, event).await
}
