//! The row of a filing: the one place where the state machine is written and restored.

use domain::{
    filing::{Filing, FilingState},
    ids::PersonId,
    quarter::Quarter,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::{
    entity::{filing, filing_version},
    error::{Result, ServiceError},
    store::{Write, code::Code},
};

/// A number as it is stored.
pub(crate) fn count(value: i32) -> Result<u32> {
    u32::try_from(value).map_err(ServiceError::corrupt("count"))
}

/// The filing of a resident for a quarter, if it was begun.
pub(crate) async fn find(connection: &impl ConnectionTrait, resident: Uuid, quarter: Quarter) -> Result<Option<filing::Model>> {
    let rows = filing::Entity::find().filter(filing::Column::ResidentId.eq(resident)).filter(filing::Column::Quarter.eq(Code(quarter)));
    Ok(rows.one(connection).await?)
}

/// The state machine's view of a row; `submitted_by` is who submitted the last version.
pub(crate) fn restore(row: &filing::Model, submitted_by: Option<Uuid>) -> Result<Filing> {
    let accepted = row.accepted_version.map(count).transpose()?;
    let filing = Filing::restore(row.state.0, count(row.version)?, accepted, row.reason.clone(), submitted_by.map(PersonId));
    filing.map_err(ServiceError::corrupt("filing"))
}

/// The filing of a row, with who submitted the version in review.
pub(crate) async fn restored(connection: &impl ConnectionTrait, row: &filing::Model) -> Result<Filing> {
    let submitted_by: Option<Uuid> = if row.state.0 == FilingState::Submitted {
        filing_version::Entity::find()
            .select_only()
            .column(filing_version::Column::SubmittedBy)
            .filter(filing_version::Column::FilingId.eq(row.id))
            .filter(filing_version::Column::Number.eq(row.version))
            .into_tuple()
            .one(connection)
            .await?
    } else {
        None
    };
    restore(row, submitted_by)
}

/// The row after a step.
pub(crate) fn after(row: &filing::Model, to: &Filing) -> Result<filing::Model> {
    let number = |number: u32| i32::try_from(number).map_err(ServiceError::corrupt("filing.version"));
    Ok(filing::Model {
        state: Code(to.state()),
        version: number(to.version())?,
        accepted_version: to.accepted().map(number).transpose()?,
        reason: to.reason().map(str::to_owned),
        ..row.clone()
    })
}

/// Writes a step.
pub(crate) async fn step(write: &Write, row: &filing::Model, to: &Filing) -> Result<()> {
    use filing::Column::{AcceptedVersion, Reason, State, Version};
    write.update(after(row, to)?, [State, Version, AcceptedVersion, Reason]).await
}
