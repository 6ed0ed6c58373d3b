//! Deciding on submitted filings.

use domain::{
    access::{Action, Actor},
    audit::AuditAction,
    content::Totals,
    filing::{Filing, FilingState, Step, StepError, VersionState},
    ids::{FilingId, PersonId},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::{
    entity::{filing, filing_version},
    error::{Result, ServiceError},
    filings::{
        lines::load_lines,
        list::{Count, Filter, next_of},
        row::{count, restore, restored, step},
        submit::decide,
        versions::{FilingView, for_official, history, previous_totals, version_row},
    },
    ledger::{self, cover},
    periods::is_closed,
    store::{Store, Write, audit::Event, code::Code},
};

/// A filing beside the resident's previous quarter.
#[derive(Debug, Clone)]
pub struct Review {
    /// The filing with its versions.
    pub filing: FilingView,
    /// Totals of the quarter before, if filed.
    pub previous: Option<Totals>,
    /// Totals of the version in force, which an amendment would replace.
    pub in_force: Option<Totals>,
    /// Whether the actor may decide now.
    pub may_decide: bool,
    /// Whether the actor may take the acceptance back: nobody has built on it.
    pub may_take_back: bool,
    /// How many filings the list has from which the reviewer came.
    pub waiting: Count,
    /// The next of that list.
    pub next: Option<FilingId>,
}

/// Loads a filing for review. `queue` is the list from which the reviewer came.
///
/// # Errors
/// [`ServiceError::NotFound`] outside the official's reach.
pub async fn review(store: &Store, actor: &Actor, id: FilingId, queue: &Filter) -> Result<Review> {
    let filing = for_official(store, actor, id).await?;
    let previous = previous_totals(&history(&store.db, filing.resident.id.0, filing.quarter, 1).await?, filing.quarter)?;
    let decides = actor.may(Action::Decide);
    let latest = filing.versions.first().ok_or(ServiceError::NotFound)?;
    let may_take_back = decides && filing.state == FilingState::Accepted && latest.state == VersionState::Accepted;
    let (next, waiting) = next_of(store, actor, queue, id, latest.number).await?;
    Ok(Review {
        in_force: filing.versions.iter().find(|version| version.state == VersionState::Accepted).map(|version| version.totals),
        previous,
        may_decide: decides && filing.state == FilingState::Submitted,
        may_take_back: may_take_back && !is_closed(&store.db, filing.quarter).await?,
        waiting,
        next,
        filing,
    })
}

struct Deciding {
    write: Write,
    person: PersonId,
    row: filing::Model,
    version: filing_version::Model,
}

/// Loads what is decided on. `number` is the version that the reviewer has read: a newer one is not decided on unread.
async fn begin(store: &Store, actor: &Actor, id: FilingId, number: u32, step: Step) -> Result<(Deciding, domain::filing::Submitted)> {
    let person = actor.check(Action::Decide)?;
    let write = store.write().await?;
    let row = filing::Entity::find_by_id(id.0).one(&*write).await?.ok_or(ServiceError::NotFound)?;
    let version =
        filing_version::Entity::find().filter(filing_version::Column::FilingId.eq(id.0)).order_by_desc(filing_version::Column::Number);
    let version = version.one(&*write).await?.ok_or(ServiceError::NotFound)?;
    let filing = restore(&row, Some(version.submitted_by))?;
    if u32::try_from(version.number) != Ok(number) {
        return Err(StepError::WrongState { state: filing.state(), step }.into());
    }
    let submitted = filing.into_submitted(step)?;
    Ok((Deciding { write, person, row, version }, submitted))
}

/// Changes the state of a version on which nobody decides now.
async fn set_state(write: &Write, version: filing_version::Model, state: VersionState) -> Result<()> {
    let version = filing_version::Model { state: Code(state), ..version };
    write.update(version, [filing_version::Column::State]).await
}

/// Accepts a version: it becomes part of the ledger, in place of the one in force.
///
/// # Errors
/// A wrong state, or the reviewer's own submission.
pub async fn accept(store: &Store, actor: &Actor, id: FilingId, number: u32) -> Result<()> {
    let (Deciding { write, person, row, version }, submitted) = begin(store, actor, id, number, Step::Accept).await?;
    let accepted = Filing::Accepted(submitted.accept(person)?);
    let quarter = row.quarter.0;
    let lines = load_lines(&*write, &version).await?;
    let (region, resident, first) = (version.region.0, row.resident_id, row.accepted_version.is_none());
    if let Some(number) = row.accepted_version {
        let superseded = version_row(&*write, row.id, number).await?;
        set_state(&write, superseded, VersionState::Superseded).await?;
    }
    let event = Event::new(person, AuditAction::FilingAccept, format!("filing/{}", row.id))
        .with(serde_json::json!({ "version": number, "digest": version.digest }));
    decide(&write, version, VersionState::Accepted, Some(person), None).await?;
    step(&write, &row, &accepted).await?;
    ledger::replace(&write, resident, quarter, Some((region, &lines))).await?;
    cover(&*write, quarter, region, 0, i64::from(first)).await?;
    write.commit([event]).await
}

/// Takes an acceptance back while nobody has built on it: the version waits for a decision again, and the one before it is
/// in force again.
///
/// # Errors
/// A filing whose accepted version is not its last, a closed quarter, or `number` that is not the version in force.
pub async fn take_back(store: &Store, actor: &Actor, id: FilingId, number: u32) -> Result<()> {
    let person = actor.check(Action::Decide)?;
    let write = store.write().await?;
    let row = filing::Entity::find_by_id(id.0).one(&*write).await?.ok_or(ServiceError::NotFound)?;
    let quarter = row.quarter.0;
    let version = version_row(&*write, row.id, row.version).await?;
    if u32::try_from(version.number) != Ok(number) || is_closed(&*write, quarter).await? {
        return Err(StepError::WrongState { state: FilingState::Accepted, step: Step::TakeBack }.into());
    }
    let superseded = filing_version::Entity::find()
        .filter(filing_version::Column::FilingId.eq(id.0))
        .filter(filing_version::Column::State.eq(Code(VersionState::Superseded)))
        .order_by_desc(filing_version::Column::Number)
        .one(&*write)
        .await?;
    let before = superseded.as_ref().map(|version| count(version.number)).transpose()?;
    let accepted = restored(&*write, &row).await?.into_accepted(Step::TakeBack)?;
    let submitted = Filing::Submitted(accepted.take_back(before, PersonId(version.submitted_by))?);
    let in_force = match &superseded {
        Some(version) => Some((version.region.0, load_lines(&*write, version).await?)),
        None => None,
    };
    let event = Event::new(person, AuditAction::FilingTakeBack, format!("filing/{}", row.id))
        .with(serde_json::json!({ "version": number, "digest": version.digest }));
    let (region, resident, alone) = (version.region.0, row.resident_id, superseded.is_none());
    decide(&write, version, VersionState::Submitted, None, None).await?;
    if let Some(superseded) = superseded {
        set_state(&write, superseded, VersionState::Accepted).await?;
    }
    step(&write, &row, &submitted).await?;
    ledger::replace(&write, resident, quarter, in_force.as_ref().map(|(registered, lines)| (*registered, lines))).await?;
    cover(&*write, quarter, region, 0, -i64::from(alone)).await?;
    write.commit([event]).await
}

/// Sends a version back. The resident finds the reason at the top of the draft of the next version.
///
/// # Errors
/// A wrong state, no reason, or the reviewer's own submission.
pub async fn return_for_correction(store: &Store, actor: &Actor, id: FilingId, number: u32, reason: &str) -> Result<()> {
    let (Deciding { write, person, row, version }, submitted) = begin(store, actor, id, number, Step::Return).await?;
    let (returned, reason) = submitted.return_for_correction(person, reason)?;
    let returned = Filing::Returned(returned);
    let event = Event::new(person, AuditAction::FilingReturn, format!("filing/{}", row.id))
        .with(serde_json::json!({ "version": number, "reason": reason }));
    let (quarter, region, first) = (row.quarter.0, version.region.0, row.accepted_version.is_none());
    decide(&write, version, VersionState::Returned, Some(person), Some(reason)).await?;
    step(&write, &row, &returned).await?;
    cover(&*write, quarter, region, -i64::from(first), 0).await?;
    write.commit([event]).await
}
