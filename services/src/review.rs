//! Deciding on submitted filings.

use domain::{
    access::{Action, Actor},
    content::Totals,
    filing::{FilingState, Step, VersionState},
    ids::{FilingId, PersonId},
    quarter::Quarter,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder};

use crate::{
    audit::Event,
    draft::previous_totals,
    entity::{filing, filing_version},
    error::{Result, ServiceError},
    filings::{FilingView, for_official, restore},
    ledger::{self, cover},
    store::{Store, Write},
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
    /// How many filings wait, this one included if it does.
    pub waiting: u64,
    /// The filing that has waited longest beside this one.
    pub next: Option<FilingId>,
}

/// Loads a filing for review.
///
/// # Errors
/// [`ServiceError::NotFound`] outside the official's reach.
pub async fn review(store: &Store, actor: &Actor, id: FilingId) -> Result<Review> {
    let filing = for_official(store, actor, id).await?;
    let previous = previous_totals(&store.db, filing.resident.id.0, filing.quarter).await?;
    let may_decide = actor.may(Action::Decide) && filing.state == FilingState::Submitted;
    let waiting = filing_version::Entity::find().filter(filing_version::Column::State.eq(VersionState::Submitted.code()));
    let next = waiting.clone().filter(filing_version::Column::FilingId.ne(id.0)).order_by_asc(filing_version::Column::SubmittedAt);
    let may_see_queue = actor.may(Action::ReadAllFilings);
    Ok(Review {
        in_force: filing.versions.iter().find(|version| version.state == VersionState::Accepted).map(|version| version.totals),
        previous,
        may_decide,
        waiting: if may_see_queue { waiting.count(&store.db).await? } else { 0 },
        next: if may_see_queue { next.one(&store.db).await?.map(|version| FilingId(version.filing_id)) } else { None },
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
        let error = domain::filing::StepError::WrongState { state: filing.state(), step };
        return Err(error.into());
    }
    let submitted = filing.into_submitted(step)?;
    Ok((Deciding { write, person, row, version }, submitted))
}

/// Accepts a version: it becomes part of the ledger, in place of the one in force.
///
/// # Errors
/// A wrong state, or the reviewer's own submission.
pub async fn accept(store: &Store, actor: &Actor, id: FilingId, number: u32) -> Result<()> {
    let (Deciding { write, person, row, version }, submitted) = begin(store, actor, id, number, Step::Accept).await?;
    let accepted = domain::filing::Filing::Accepted(submitted.accept(person)?);
    let quarter: Quarter = row.quarter.parse().map_err(ServiceError::corrupt("filing.quarter"))?;
    let before = ledger::of_resident_year(&*write, row.resident_id, quarter.year()).await?;
    let (resident, first) = (row.resident_id, row.accepted_version.is_none());
    if let Some(number) = row.accepted_version {
        filing_version::Entity::update_many()
            .col_expr(filing_version::Column::State, sea_orm::sea_query::Expr::value(VersionState::Superseded.code()))
            .filter(filing_version::Column::FilingId.eq(row.id))
            .filter(filing_version::Column::Number.eq(number))
            .exec(&*write)
            .await?;
    }
    let event = Event::new(person, "filing.accept", format!("filing/{}", row.id))
        .with(serde_json::json!({ "version": number, "digest": version.digest }));
    let region = version.region.clone();
    let accepted_version = Some(version.number);
    filing_version::ActiveModel {
        state: Set(VersionState::Accepted.to_string()),
        decided_by: Set(Some(person.0)),
        decided_at: Set(Some(write.at)),
        ..version.into_active_model()
    }
    .update_without_returning(&*write)
    .await?;
    let quarter_code = row.quarter.clone();
    filing::ActiveModel { state: Set(accepted.state().to_string()), accepted_version: Set(accepted_version), ..row.into_active_model() }
        .update_without_returning(&*write)
        .await?;
    let after = ledger::of_resident_year(&*write, resident, quarter.year()).await?;
    ledger::apply(&*write, &after.minus(&before)?).await?;
    cover(&*write, &quarter_code, &region, 0, i64::from(first)).await?;
    write.commit([event]).await
}

/// Sends a version back. The resident finds the reason at the top of the draft of the next version.
///
/// # Errors
/// A wrong state, no reason, or the reviewer's own submission.
pub async fn return_for_correction(store: &Store, actor: &Actor, id: FilingId, number: u32, reason: &str) -> Result<()> {
    let (Deciding { write, person, row, version }, submitted) = begin(store, actor, id, number, Step::Return).await?;
    let (returned, reason) = submitted.return_for_correction(person, reason)?;
    let state = domain::filing::Filing::Returned(returned).state();
    let event =
        Event::new(person, "filing.return", format!("filing/{}", row.id)).with(serde_json::json!({ "version": number, "reason": reason }));
    let (quarter, region, first) = (row.quarter.clone(), version.region.clone(), row.accepted_version.is_none());
    filing_version::ActiveModel {
        state: Set(VersionState::Returned.to_string()),
        decided_by: Set(Some(person.0)),
        decided_at: Set(Some(write.at)),
        return_reason: Set(Some(reason)),
        ..version.into_active_model()
    }
    .update_without_returning(&*write)
    .await?;
    filing::ActiveModel { state: Set(state.to_string()), ..row.into_active_model() }.update_without_returning(&*write).await?;
    cover(&*write, &quarter, &region, -i64::from(first), 0).await?;
    write.commit([event]).await
}
