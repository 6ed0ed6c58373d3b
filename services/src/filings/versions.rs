//! Reading filings and their versions.

use chrono::{DateTime, Utc};
use domain::{
    access::Action,
    access::Actor,
    content::{Converted, Totals},
    edits::Answer,
    filing::{FilingState, VersionState},
    ids::{FilingId, ResidentId},
    quarter::Quarter,
    region::Region,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, RelationDef};
use uuid::Uuid;

use crate::{
    accounts::person::person_name,
    entity::{filing, filing_version},
    error::{Result, ServiceError},
    filings::{
        answers,
        lines::{load_lines, load_lines_of},
        row::count,
    },
    register::Resident,
    store::{Store, code::Code},
};

/// A version of a filing, as submitted, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Number from 1.
    pub number: u32,
    /// What became of it.
    pub state: VersionState,
    /// Registered region on the quarter's last day.
    pub region: Region,
    /// Why it amends the one before.
    pub reason: Option<String>,
    /// Who submitted it.
    pub submitted_by: String,
    /// When it was received.
    pub submitted_at: DateTime<Utc>,
    /// After the due day.
    pub late: bool,
    /// Number of the receipt.
    pub receipt: String,
    /// SHA-256 of what was submitted.
    pub digest: String,
    /// Who decided and when.
    pub decided: Option<(String, DateTime<Utc>)>,
    /// Why it was sent back.
    pub return_reason: Option<String>,
    /// What was asked about and what the resident said.
    pub answers: Vec<Answer>,
    /// Lines and conversions.
    pub converted: Converted,
    /// Sums.
    pub totals: Totals,
}

/// A filing with all its versions, the latest first.
#[derive(Debug, Clone)]
pub struct FilingView {
    /// Key.
    pub id: FilingId,
    /// Whose.
    pub resident: Resident,
    /// Of which quarter.
    pub quarter: Quarter,
    /// State.
    pub state: FilingState,
    /// All versions submitted so far.
    pub versions: Vec<Version>,
}

async fn version(
    connection: &impl ConnectionTrait,
    row: filing_version::Model,
    converted: Converted,
    answers: Vec<Answer>,
) -> Result<Version> {
    let decided = match (row.decided_by, row.decided_at) {
        (Some(by), Some(at)) => Some((person_name(connection, by).await?, at)),
        _ => None,
    };
    Ok(Version {
        number: count(row.number)?,
        state: row.state.0,
        region: row.region.0,
        reason: row.reason,
        submitted_by: person_name(connection, row.submitted_by).await?,
        submitted_at: row.submitted_at,
        late: row.late,
        receipt: row.receipt,
        digest: row.digest,
        decided,
        return_reason: row.return_reason,
        answers,
        totals: converted.totals()?,
        converted,
    })
}

/// What the resident filed in the quarters before, the nearest first: of each quarter the version in force, else the one in
/// review. What was sent back is no measure. Looks at `most` quarters.
pub(crate) async fn history(
    connection: &impl ConnectionTrait,
    resident: Uuid,
    quarter: Quarter,
    most: usize,
) -> Result<Vec<(Quarter, Converted)>> {
    let quarters = std::iter::successors(Some(quarter.previous()), |quarter| Some(quarter.previous())).take(most);
    let quarters: Vec<Code<Quarter>> = quarters.map(Code).collect();
    // by the filings alone: a filter on the state makes SQLite walk every version of that state
    let versions = filing_version::Entity::find()
        .join(sea_orm::JoinType::InnerJoin, on_filing())
        .filter(filing::Column::ResidentId.eq(resident))
        .filter(filing::Column::Quarter.is_in(quarters.clone()))
        .all(connection)
        .await?;
    let of_state = |quarter: &Code<Quarter>, state: VersionState| {
        versions.iter().find(|version| version.quarter == *quarter && version.state.0 == state).cloned()
    };
    let counting = |quarter: &_| of_state(quarter, VersionState::Accepted).or_else(|| of_state(quarter, VersionState::Submitted));
    let counting: Vec<filing_version::Model> = quarters.iter().filter_map(counting).collect();
    let lines = load_lines_of(connection, &counting).await?;
    Ok(counting.iter().map(|row| row.quarter.0).zip(lines).collect())
}

/// Totals of the quarter before `quarter`, if the history has it.
pub(crate) fn previous_totals(history: &[(Quarter, Converted)], quarter: Quarter) -> Result<Option<Totals>> {
    let previous = history.first().filter(|(nearest, _)| *nearest == quarter.previous());
    Ok(previous.map(|(_, converted)| converted.totals()).transpose()?)
}

/// The lines of the version in force.
pub(crate) async fn in_force(connection: &impl ConnectionTrait, row: &filing::Model) -> Result<Option<Converted>> {
    let Some(number) = row.accepted_version else { return Ok(None) };
    let version = version_row(connection, row.id, number).await?;
    load_lines(connection, &version).await.map(Some)
}

/// A version of a filing by its number.
pub(crate) async fn version_row(connection: &impl ConnectionTrait, filing: Uuid, number: i32) -> Result<filing_version::Model> {
    let version = filing_version::Entity::find()
        .filter(filing_version::Column::FilingId.eq(filing))
        .filter(filing_version::Column::Number.eq(number));
    version.one(connection).await?.ok_or(ServiceError::Corrupt("filing_version"))
}

/// Every version of a filing, the latest first.
pub(crate) async fn versions_of(connection: &impl ConnectionTrait, filing: Uuid) -> Result<Vec<Version>> {
    let rows =
        filing_version::Entity::find().filter(filing_version::Column::FilingId.eq(filing)).order_by_desc(filing_version::Column::Number);
    let rows = rows.all(connection).await?;
    let lines = load_lines_of(connection, &rows).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut answers = answers::of_versions(connection, &ids).await?;
    let mut versions = Vec::new();
    for (row, converted) in rows.into_iter().zip(lines) {
        let answers = answers.remove(&row.id).unwrap_or_default();
        versions.push(version(connection, row, converted, answers).await?);
    }
    Ok(versions)
}

pub(crate) async fn view(connection: &impl ConnectionTrait, row: filing::Model) -> Result<FilingView> {
    Ok(FilingView {
        id: FilingId(row.id),
        resident: Resident::load(connection, ResidentId(row.resident_id)).await?,
        quarter: row.quarter.0,
        state: row.state.0,
        versions: versions_of(connection, row.id).await?,
    })
}

/// From a version to its filing.
pub(crate) fn on_filing() -> RelationDef {
    filing_version::Entity::belongs_to(filing::Entity).from(filing_version::Column::FilingId).to(filing::Column::Id).into()
}

/// A filing for an official: with all submitted versions. A draft is the resident's own and is not shown.
///
/// # Errors
/// [`ServiceError::NotFound`] also for a filing outside the official's reach, so that its existence is not told.
pub async fn for_official(store: &Store, actor: &Actor, id: FilingId) -> Result<FilingView> {
    if !actor.is_official() {
        actor.check(Action::ReadAllFilings)?;
    }
    let row = filing::Entity::find_by_id(id.0).one(&store.db).await?.ok_or(ServiceError::NotFound)?;
    let view = view(&store.db, row).await?;
    let region = view.versions.first().ok_or(ServiceError::NotFound)?.region;
    actor.check(Action::ReadFilingsOf(region)).map_err(|_| ServiceError::NotFound)?;
    Ok(view)
}
