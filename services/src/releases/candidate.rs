//! Preparing a release: what is known is held against everything that was published before, and disclosure control decides.

use std::collections::BTreeSet;

use disclosure::{
    certify::{Certificate, Violation, certify, mark_earlier},
    file::{Parameters, Place},
    pattern::Pattern,
    plan::Plan,
    problem::{Cell, Problem, Publication},
    protect::{Effort, release as protect_release},
    series::{self, problem},
};
use domain::{
    access::{Action, Actor},
    audit::AuditAction,
    ids::ReleaseId,
    period::Period,
    quarter::Quarter,
    release::{Measured, PUBLISHED, ReleaseError, ReleaseState, Status, follows},
};
use sea_orm::{ConnectionTrait, EntityTrait};
use uuid::Uuid;

use super::{Part, ReleasedFigure, all, event, plan, snapshot};
use crate::{
    entity::{release, release_basis, release_figure},
    error::{Result, ServiceError},
    store::{Store, code::Code},
};

/// Everything that a release is made of.
struct Material {
    quarter: Quarter,
    parameters: Parameters,
    plans: Vec<Plan>,
    /// The releases before, and this one.
    releases: Vec<series::Release>,
    earlier: Vec<Certificate>,
}

/// What disclosure control made of it.
struct Made {
    figures: Vec<ReleasedFigure>,
    waiting: Vec<String>,
    certificate: Certificate,
}

/// Prepares a release of the next quarter from what the ledger says now; so many seconds of one core may go into what is
/// hidden. Nobody sees it but who works on it.
///
/// # Errors
/// [`ServiceError::Denied`]; [`ServiceError::Release`] if another quarter comes next, a release is under way or the year has no plan;
/// [`ServiceError::Unsafe`] if it cannot be published.
pub async fn prepare(store: &Store, actor: &Actor, quarter: Quarter, seconds: u64) -> Result<ReleaseId> {
    let person = actor.check(Action::Release)?;
    let now = store.snapshot().await?;
    may_follow(&now, store, quarter).await?;
    let mut material = before(&now, quarter).await?;
    let (parameters, plans) = (material.parameters, material.plans.clone());
    let taken = snapshot::take(&now, quarter).await?;
    drop(now);
    let known = snapshot::keep(&taken.known)?;
    let residents = snapshot::residents(&taken, quarter);
    material.releases.push(series::Release { quarter: snapshot::named(quarter)?, known: taken.known });
    let made = tokio::task::spawn_blocking(move || material.make(Effort::of_seconds(seconds)))
        .await
        .map_err(ServiceError::corrupt("release"))??;
    let figures = made.figures.into_iter().chain(residents).collect();

    let write = store.write().await?;
    // others worked meanwhile: by what it was made must be what is fixed with it
    may_follow(&*write, store, quarter).await?;
    let decided: Vec<Plan> = plan::decided(&*write).await?.into_iter().map(|(_, plan)| plan).collect();
    if decided != plans || plan::parameters(&*write, quarter).await? != parameters {
        return Err(ReleaseError::Changed.into());
    }
    let row = release::Model {
        id: store.new_id(),
        quarter: Code(quarter),
        state: Code(ReleaseState::Candidate),
        prepared_by: person.0,
        prepared_at: write.at,
        approved_by: None,
        approved_at: None,
        publish_at: None,
        published_at: None,
        withdrawn_at: None,
        reason: None,
    };
    let text = |what: serde_json::Result<String>| what.map_err(ServiceError::corrupt("release_basis"));
    let basis = release_basis::Model {
        release_id: row.id,
        known,
        certificate: text(serde_json::to_string(&made.certificate))?,
        waiting: text(serde_json::to_string(&made.waiting))?,
    };
    let rows = rows(row.id, figures)?;
    write.insert(row.clone()).await?;
    write.insert(basis).await?;
    write.group(row.id.to_string(), &rows);
    write.insert_unrecorded(rows).await?;
    write.commit([event(person, AuditAction::ReleasePrepare, &row)]).await?;
    Ok(ReleaseId(row.id))
}

/// Whether a release of a quarter can be prepared now.
async fn may_follow(connection: &impl ConnectionTrait, store: &Store, quarter: Quarter) -> Result<()> {
    let rows = all(connection).await?;
    let under_way = rows.iter().find(|row| matches!(row.state.0, ReleaseState::Candidate | ReleaseState::Approved));
    if let Some(row) = under_way {
        return Err(ReleaseError::UnderWay(row.quarter.0).into());
    }
    let last = rows.iter().filter(|row| row.state.0 != ReleaseState::Discarded).map(|row| row.quarter.0).max();
    follows(last, quarter, Quarter::last_ended(store.clock().today()))?;
    Ok(())
}

/// What was published before a quarter, and by which rules it goes on.
async fn before(connection: &impl ConnectionTrait, quarter: Quarter) -> Result<Material> {
    let plans = plan::decided(connection).await?;
    if !plans.iter().any(|(year, _)| *year == quarter.year()) {
        return Err(ReleaseError::NoPlan(quarter.year()).into());
    }
    let mut material = Material {
        quarter,
        parameters: plan::parameters(connection, quarter).await?,
        plans: plans.into_iter().map(|(_, plan)| plan).collect(),
        releases: Vec::new(),
        earlier: Vec::new(),
    };
    // what was withdrawn was seen all the same
    for row in all(connection).await?.into_iter().filter(|row| row.state.0 != ReleaseState::Discarded) {
        let basis = release_basis::Entity::find_by_id(row.id).one(connection).await?.ok_or(ServiceError::Corrupt("release_basis"))?;
        material.releases.push(series::Release { quarter: snapshot::named(row.quarter.0)?, known: snapshot::read(&basis.known)? });
        material.earlier.push(serde_json::from_str(&basis.certificate).map_err(ServiceError::corrupt("release_basis.certificate"))?);
    }
    Ok(material)
}

impl Material {
    /// Decides what is shown, and proves that it is safe.
    fn make(self, effort: Effort) -> Result<Made> {
        let mut file = problem(self.parameters, &snapshot::measures(), &self.releases);
        for plan in &self.plans {
            plan.apply(&mut file).map_err(Box::new)?;
        }
        mark_earlier(&mut file, &self.earlier);
        let problem = Problem::try_from(file).map_err(|error| {
            tracing::error!(%error, "the tables of a release do not hold together");
            ServiceError::Corrupt("contribution")
        })?;
        let pattern = protect_release(&problem, effort);
        let certified = certify(&problem, &pattern, &self.earlier).map_err(ServiceError::corrupt("release_basis.certificate"))?;
        let said = |violation: Violation| format!("{} {}", violation.cell, violation.why.words());
        let certificate = certified.map_err(|rejected| ServiceError::Unsafe(rejected.violations.into_iter().map(said).collect()))?;
        let waiting = pattern.waiting.iter().map(|waiting| waiting.id.clone()).collect();
        Ok(Made { figures: self.figures(&problem, &pattern)?, waiting, certificate })
    }

    /// The figures of this release, in the order in which they are told.
    fn figures(&self, problem: &Problem, pattern: &Pattern) -> Result<Vec<ReleasedFigure>> {
        let hidden: BTreeSet<&str> = pattern.cells.iter().map(|cell| cell.id.as_str()).collect();
        let mut figures = Vec::new();
        for cell in &problem.cells {
            let Some(at) = &cell.at else { continue };
            let Some(status) = self.status(cell, at, hidden.contains(cell.id.as_str())) else { continue };
            let value = cell.rounded.map_or(cell.value, |rounded| rounded.figure);
            let (period, measured, part) = what(cell, at).ok_or(ServiceError::Corrupt("release"))?;
            figures.push(ReleasedFigure { period, measured, part, value: (status != Status::Confidential).then_some(value), status });
        }
        figures.sort_by(|a, b| (a.measured, &a.part, a.period).cmp(&(b.measured, &b.part, b.period)));
        Ok(figures)
    }

    /// How a cell is shown in this release; nothing if it is not of it, or waits.
    fn status(&self, cell: &Cell, at: &Place, hidden: bool) -> Option<Status> {
        let (year, number) = (self.quarter.year(), self.quarter.number());
        if matches!(cell.publication, Publication::Auxiliary) || cell.change {
            return None;
        }
        if let Some(vintage) = &at.vintage {
            return (*vintage == self.quarter.to_string() && !hidden).then_some(Status::Revised);
        }
        let own = at.year == year.to_string() && at.quarter.as_ref().map_or(number == 4, |quarter| *quarter == format!("Q{number}"));
        own.then_some(if hidden { Status::Confidential } else { Status::Shown })
    }
}

/// Period, measure and part of a cell.
fn what(cell: &Cell, at: &Place) -> Option<(Period, Measured, Option<Part>)> {
    let period = at.quarter.as_ref().map_or_else(|| at.year.clone(), |quarter| format!("{}-{quarter}", at.year));
    let (name, by) = at.table.split_once(" by ").map_or((at.table.as_str(), None), |(name, by)| (name, Some(by)));
    let told = PUBLISHED.iter().find(|told| told.measured.code() == name)?;
    let measured = if cell.count { told.counted? } else { told.measured };
    let part = match (by, &at.member) {
        (Some(by), Some(member)) => Some((by.parse().ok()?, member.clone())),
        _ => None,
    };
    Some((period.parse().ok()?, measured, part))
}

fn rows(release_id: Uuid, figures: Vec<ReleasedFigure>) -> Result<Vec<release_figure::Model>> {
    let row = |(position, figure): (usize, ReleasedFigure)| {
        let (dimension, member) = figure.part.unzip();
        Ok(release_figure::Model {
            release_id,
            position: i32::try_from(position).map_err(ServiceError::corrupt("release_figure.position"))?,
            period: Code(figure.period),
            measure: Code(figure.measured),
            dimension: dimension.map(Code),
            member,
            value: figure.value,
            status: Code(figure.status),
        })
    };
    figures.into_iter().enumerate().map(row).collect()
}
