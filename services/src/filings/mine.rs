//! A resident's own obligations.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    access::{Action, Actor, Denied},
    ids::ResidentId,
    obligation::{Standing, standing},
    quarter::Quarter,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::{
    entity::{filing, filing_version, obligation, period},
    error::{Result, ServiceError},
    register::Resident,
    store::Store,
};

/// One quarter for which a filing is owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// Quarter.
    pub quarter: Quarter,
    /// Due day.
    pub due_on: NaiveDate,
    /// How it stands.
    pub standing: Standing,
    /// Whether the quarter no longer takes filings.
    pub closed: bool,
    /// When the version in force or in review was received, and whether late.
    pub received: Option<(DateTime<Utc>, bool)>,
    /// Number of the latest submitted version.
    pub latest_version: Option<u32>,
}

/// The obligations page.
#[derive(Debug, Clone)]
pub struct Obligations {
    /// Whose.
    pub resident: Resident,
    /// The latest quarter first.
    pub owed: Vec<Owed>,
    /// The quarter that runs now: nothing to file yet, and the day after which there will be.
    pub running: Quarter,
}

/// The resident for whom the actor acts: the one asked for, or the first. Not yet an authorisation.
///
/// # Errors
/// When the actor acts for nobody.
pub fn resident_of(actor: &Actor, asked: Option<ResidentId>) -> Result<ResidentId> {
    if actor.person().is_none() {
        return Err(Denied::SignInFirst.into());
    }
    asked.or_else(|| actor.memberships().first().map(|m| m.resident)).ok_or_else(|| Denied::NotAllowed.into())
}

/// Every quarter that the resident owes or owed.
///
/// # Errors
/// [`ServiceError::Denied`] for another resident.
pub async fn obligations(store: &Store, actor: &Actor, resident: ResidentId) -> Result<Obligations> {
    actor.check(Action::ReadOwn(resident))?;
    let today = store.clock().today();
    let rows = obligation::Entity::find().filter(obligation::Column::ResidentId.eq(resident.0)).order_by_desc(obligation::Column::Quarter);
    let rows = rows.all(&store.db).await?;
    let filings = filing::Entity::find().filter(filing::Column::ResidentId.eq(resident.0)).all(&store.db).await?;
    let periods = period::Entity::find().all(&store.db).await?;
    let mut owed = Vec::new();
    for row in rows {
        let quarter = row.quarter.0;
        let filing = filings.iter().find(|filing| filing.quarter == row.quarter);
        let state = filing.map(|filing| (filing.state.0, filing.accepted_version.is_some()));
        let latest = match filing {
            Some(filing) => {
                let versions = filing_version::Entity::find().filter(filing_version::Column::FilingId.eq(filing.id));
                versions.order_by_desc(filing_version::Column::Number).one(&store.db).await?
            }
            None => None,
        };
        owed.push(Owed {
            quarter,
            due_on: row.due_on,
            standing: standing(quarter, row.due_on, today, state),
            closed: periods.iter().any(|period| period.quarter == row.quarter && period.closed_on.is_some()),
            received: latest.as_ref().map(|version| (version.submitted_at, version.late)),
            latest_version: latest.map(|version| u32::try_from(version.number)).transpose().map_err(ServiceError::corrupt("number"))?,
        });
    }
    Ok(Obligations { resident: Resident::load(&store.db, resident).await?, owed, running: Quarter::of(today) })
}
