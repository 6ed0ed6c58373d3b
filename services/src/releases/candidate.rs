//! Preparing a release: what is known is held against everything that was published before, and disclosure control decides.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use disclosure::{
    certify::{Certificate, Violation, certify, mark_earlier},
    file::{Parameters, Place},
    pattern::{Pattern, SuppressedCell},
    plan::Plan,
    problem::{Cell, Problem, Publication},
    protect::{Effort, release as protect_release},
    series::{self, keep_apart, problem},
};
use domain::{
    access::{Action, Actor},
    audit::AuditAction,
    filing::LONGEST_REASON,
    ids::ReleaseId,
    period::Period,
    published::Filed,
    quarter::Quarter,
    release::{
        Measured, PUBLISHED, Part, Planned, ReleaseError, ReleaseName, ReleaseState, ReleasedFigure, Status, Told, current, follows,
        with_sums,
    },
    rules::COMPLETE_SHARE,
    typed::text,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{
    Hidden, Why, all, basis, event, figures_of,
    files::{self, Content, File, Render},
    parts::{self, whole_in},
    plan,
    snapshot::{self, Parts},
};
use crate::{
    entity::{period, release, release_basis, release_figure, release_order, rollup_coverage},
    error::{Result, ServiceError},
    installation,
    reference::{
        official_series::{end_of, official_of},
        targets::targets_of,
    },
    rules::rule_book,
    store::{Store, Write, code::Code},
};

/// What is to be prepared.
#[derive(Debug, Clone, Copy)]
pub struct Order<'a> {
    /// The quarter that the release tells as the last.
    pub quarter: Quarter,
    /// How many seconds of one core may go into what is hidden.
    pub seconds: u64,
    /// Why it is released although too little of the quarter is in. It says then that its figures are provisional.
    pub provisional: Option<&'a str>,
    /// Makes its files.
    pub render: Render,
}

/// Everything that a release is made of.
struct Material {
    name: ReleaseName,
    provisional: bool,
    plans: Vec<Plan>,
    /// The releases before, and this one.
    releases: Vec<series::Release>,
    earlier: Vec<Certificate>,
}

/// What disclosure control made of it.
struct Made {
    figures: Vec<ReleasedFigure>,
    waiting: Vec<String>,
    /// What is hidden, and by which rule or for whose sake.
    hidden: Vec<Hidden>,
    certificate: Certificate,
}

/// What is read of one instant.
struct Taken {
    material: Material,
    rules: Parameters,
    /// What is kept of what is known.
    kept: String,
    residents: Vec<ReleasedFigure>,
    content: Content,
    /// When that was.
    at: DateTime<Utc>,
    /// What was told before and holds.
    before: Vec<(Vec<ReleasedFigure>, bool)>,
}

/// Prepares a release of the next quarter, or the correction of one that was withdrawn, from what the ledger says now. Nobody sees it but
/// who works on it.
///
/// # Errors
/// [`ServiceError::Denied`]; [`ServiceError::Release`] if another quarter comes next, a release is under way, too little is in or the year
/// has no plan; [`ServiceError::Unsafe`] if it cannot be published.
pub async fn prepare(store: &Store, actor: &Actor, order: Order<'_>) -> Result<ReleaseId> {
    let person = actor.check(Action::Release)?;
    let provisional = reason_of(order.provisional)?;
    let Taken { material, rules, kept, residents, mut content, at, mut before } = take(store, order, provisional.is_some()).await?;
    let (name, plans, render) = (material.name, material.plans.clone(), order.render);
    let work = move || {
        let mut made = material.make(Effort::of_seconds(order.seconds))?;
        made.figures.extend(residents);
        before.push((made.figures.clone(), false));
        content.figures = with_sums(current(before));
        let files = render(&content).map_err(|error| {
            tracing::error!(%error, "the files of a release cannot be made");
            ServiceError::Corrupt("release_file")
        })?;
        Ok::<_, ServiceError>((made, files))
    };
    let (made, files) = tokio::task::spawn_blocking(work).await.map_err(ServiceError::corrupt("release"))??;

    let write = store.write().await?;
    // others worked meanwhile: by what it was made must be what is fixed with it
    let still = may_follow(&*write, store, order.quarter).await? == name;
    let decided: Vec<Plan> = plan::decided(&*write).await?.into_iter().map(|(_, plan)| plan).collect();
    if !still || decided != plans || plan::parameters(&*write, order.quarter).await? != rules {
        return Err(ReleaseError::Changed.into());
    }
    let row = release::Model {
        id: store.new_id(),
        quarter: Code(name.quarter),
        state: Code(ReleaseState::Candidate),
        prepared_by: person.0,
        prepared_at: at,
        approved_by: None,
        approved_at: None,
        publish_at: None,
        published_at: None,
        withdrawn_at: None,
        reason: None,
        number: name.number.into(),
        provisional: provisional.map(str::to_owned),
    };
    write.insert(row.clone()).await?;
    // what was ordered is done
    release_order::Entity::delete_by_id(Code(name.quarter)).exec(&*write).await?;
    keep(&write, row.id, kept, made, files).await?;
    write.commit([event(person, AuditAction::ReleasePrepare, &row)]).await?;
    Ok(ReleaseId(row.id))
}

/// Why a release is provisional, as it is kept.
pub(super) fn reason_of(provisional: Option<&str>) -> Result<Option<&str>> {
    Ok(provisional.map(|reason| text(reason, LONGEST_REASON)).transpose().map_err(ReleaseError::from)?)
}

/// Stores what belongs to a release.
async fn keep(write: &Write, release_id: Uuid, known: String, made: Made, files: Vec<File>) -> Result<()> {
    let text = |what: serde_json::Result<String>| what.map_err(ServiceError::corrupt("release_basis"));
    let (certificate, waiting) = (text(serde_json::to_string(&made.certificate))?, text(serde_json::to_string(&made.waiting))?);
    let hidden = text(serde_json::to_string(&made.hidden))?;
    write.insert(release_basis::Model { release_id, known, certificate, waiting, hidden }).await?;
    let figures = rows(release_id, made.figures)?;
    write.group(release_id.to_string(), &figures);
    write.insert_unrecorded(figures).await?;
    let files = files::rows(release_id, files)?;
    write.group(release_id.to_string(), &files);
    write.insert_unrecorded(files).await
}

/// Reads everything that a release is made of.
async fn take(store: &Store, order: Order<'_>, provisional: bool) -> Result<Taken> {
    let (at, quarter) = (store.now(), order.quarter);
    let now = store.snapshot().await?;
    let Possible { name, plans, plan, filed } = may_be_prepared(&now, store, quarter, provisional).await?;
    let taken = snapshot::take(&now, quarter, Parts::Planned(&plans)).await?;
    let plans = plans.into_iter().map(|(_, plan)| plan).collect();
    let mut material = Material { name, provisional, plans, releases: Vec::new(), earlier: Vec::new() };
    let mut before = Vec::new();
    // what was withdrawn was seen all the same
    for row in all(&now).await?.into_iter().filter(|row| row.state.0 != ReleaseState::Discarded) {
        let basis = basis(&now, row.id).await?;
        material.releases.push(snapshot::read(row.name()?, &basis.known)?);
        material.earlier.push(serde_json::from_str(&basis.certificate).map_err(ServiceError::corrupt("release_basis.certificate"))?);
        before.push((figures_of(&now, ReleaseId(row.id)).await?, row.state.0 == ReleaseState::Withdrawn));
    }
    let rules = plan::parameters(&now, quarter).await?;
    let kept = snapshot::keep(&taken, rules)?;
    // the register is public: a correction tells it again as it is now
    let mut residents = snapshot::residents(&taken, quarter);
    for figure in &mut residents {
        let mut told = before.iter().flat_map(|(figures, _)| figures).filter(|told| told.is_again(figure));
        if told.next_back().is_some_and(|told| told.value != figure.value) {
            figure.status = Status::Revised;
        }
    }
    material.releases.push(taken.release(name, rules)?);
    let mut official = official_of(&now).await?;
    // what was published about a time after today is not known on it
    let today = store.clock().today();
    for series in official.values_mut() {
        series.retain(|row| end_of(&row.period).is_none_or(|end| end <= today));
    }
    let content = Content {
        name,
        figures: Vec::new(),
        plan,
        coverage: filed.coverage(),
        targets: targets_of(&now).await?.into_iter().filter(|target| target.set_on.is_none_or(|day| day <= today)).collect(),
        official,
        demonstration: installation::demonstration_of(&now).await?.is_some(),
    };
    Ok(Taken { material, rules, kept, residents, content, at, before })
}

/// A release that can be prepared now.
pub(super) struct Possible {
    name: ReleaseName,
    plans: Vec<(i32, Plan)>,
    /// What that of its year shows.
    plan: Vec<Planned>,
    filed: Filed,
}

/// Which release one of a quarter would be, if it can be prepared now.
pub(super) async fn may_be_prepared(
    connection: &impl ConnectionTrait,
    store: &Store,
    quarter: Quarter,
    provisional: bool,
) -> Result<Possible> {
    let name = may_follow(connection, store, quarter).await?;
    let filed = filed(connection, store, quarter).await?;
    if !provisional && !filed.is_complete(complete_share(connection, store).await?) {
        return Err(ReleaseError::Incomplete { quarter, accepted: filed.accepted, owed: filed.owed }.into());
    }
    let plans = plan::decided(connection).await?;
    let Some((year, of_year)) = plans.iter().find(|(year, _)| *year == quarter.year()) else {
        return Err(ReleaseError::NoPlan(quarter.year()).into());
    };
    let plan = plan::public(*year, of_year);
    Ok(Possible { name, plans, plan, filed })
}

/// Which release one of a quarter would be now.
async fn may_follow(connection: &impl ConnectionTrait, store: &Store, quarter: Quarter) -> Result<ReleaseName> {
    let rows = all(connection).await?;
    let under_way = rows.iter().find(|row| matches!(row.state.0, ReleaseState::Candidate | ReleaseState::Approved));
    if let Some(row) = under_way {
        return Err(ReleaseError::UnderWay(row.quarter.0).into());
    }
    let last = rows.iter().rfind(|row| row.state.0 != ReleaseState::Discarded);
    let last = last.map(|row| Ok::<_, ServiceError>((row.name()?, row.state.0))).transpose()?;
    Ok(follows(last, quarter, Quarter::last_ended(store.clock().today()))?)
}

/// From which share of accepted filings on a quarter is complete.
pub(super) async fn complete_share(connection: &impl ConnectionTrait, store: &Store) -> Result<i64> {
    Ok(rule_book(connection).await?.value(&COMPLETE_SHARE, store.clock().today())?.0)
}

/// How much of a quarter is in.
pub(super) async fn filed(connection: &impl ConnectionTrait, store: &Store, quarter: Quarter) -> Result<Filed> {
    let today = store.clock().today();
    let due = period::Entity::find_by_id(Code(quarter)).one(connection).await?.is_some_and(|period| period.due_on < today);
    let rows = rollup_coverage::Entity::find().filter(rollup_coverage::Column::Quarter.eq(Code(quarter))).all(connection).await?;
    let (accepted, owed) = rows.iter().fold((0, 0), |(accepted, owed), row| (accepted + row.accepted, owed + row.owed));
    Ok(Filed { quarter, due, accepted, owed })
}

impl Material {
    /// Decides what is shown, and proves that it is safe.
    fn make(self, effort: Effort) -> Result<Made> {
        let mut file = problem(&self.releases);
        for plan in &self.plans {
            parts::without(plan).apply(&mut file).map_err(Box::new)?;
        }
        keep_apart(&mut file, &snapshot::links());
        let not_planned = file.cells.iter().filter(|cell| cell.withheld).map(|cell| cell.id.clone()).collect();
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
        let hidden = self.hidden(&problem, &pattern, &not_planned)?;
        Ok(Made { figures: self.figures(&problem, &pattern)?, waiting, hidden, certificate })
    }

    /// What this release hides, and why, with the names of what the plan does not show.
    fn hidden(&self, problem: &Problem, pattern: &Pattern, not_planned: &BTreeSet<String>) -> Result<Vec<Hidden>> {
        let name = self.releases.last().map(series::Release::name);
        let of_this = |id: &str| {
            let cell = &problem.cells[problem.place(id)?];
            let at = cell.at.as_ref().filter(|at| is_told(at))?;
            let first = self.status(cell, at, true) == Some(Status::Confidential);
            // of figures that it would revise as well
            (first || at.vintage.is_some() && at.vintage == name && !cell.change).then_some(())
        };
        let hidden = pattern.cells.iter().filter(|cell| of_this(&cell.id).is_some());
        let told = |cell: &SuppressedCell| {
            let why = Why::of(cell, not_planned).map_err(ServiceError::corrupt("release_basis.hidden"))?;
            Ok(Hidden { figure: cell.id.clone(), why })
        };
        hidden.map(told).collect()
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
        let (quarter, name) = (self.name.quarter, self.releases.last().map(series::Release::name));
        let (year, number) = (quarter.year(), quarter.number());
        if matches!(cell.publication, Publication::Auxiliary) || cell.change {
            return None;
        }
        let of_now = at.year == year.to_string() && at.quarter.as_ref().map_or(number == 4, |quarter| *quarter == format!("Q{number}"));
        if let Some(vintage) = &at.vintage {
            let status = if self.provisional && of_now { Status::Provisional } else { Status::Revised };
            return (Some(vintage) == name.as_ref() && !hidden && is_told(at)).then_some(status);
        }
        let own = self.name.number == 0 && is_told(at) && of_now;
        own.then_some(if hidden { Status::Confidential } else { self.shown() })
    }

    /// What is to be known of what is shown for the first time.
    fn shown(&self) -> Status {
        if self.provisional { Status::Provisional } else { Status::Shown }
    }
}

/// Whether a table is one that is told.
fn is_told(at: &Place) -> bool {
    let told = |told: &Told| match at.table.split_once(" by ") {
        Some((name, by)) => told.measured.code() == name && (told.by.iter().any(|told| told.code() == by) || whole_in(told, by).is_some()),
        None => told.measured.code() == at.table,
    };
    PUBLISHED.iter().any(told)
}

/// Period, measure and part of a cell.
fn what(cell: &Cell, at: &Place) -> Option<(Period, Measured, Option<Part>)> {
    let period = at.quarter.as_ref().map_or_else(|| at.year.clone(), |quarter| format!("{}-{quarter}", at.year));
    let (measured, part) = told(&at.table, at.member.as_deref(), cell.count)?;
    Some((period.parse().ok()?, measured, part))
}

/// What a table of disclosure control tells, of which part; nothing if that is not told.
pub(super) fn told(table: &str, member: Option<&str>, is_count: bool) -> Option<(Measured, Option<Part>)> {
    let (name, by) = table.split_once(" by ").map_or((table, None), |(name, by)| (name, Some(by)));
    let told = PUBLISHED.iter().find(|told| told.measured.code() == name)?;
    let measured = if is_count { told.counted? } else { told.measured };
    let part = match (by, member) {
        (Some(by), Some(member)) => Some(match whole_in(told, by) {
            Some((finer, whole)) => (finer.part, format!("{whole}/{member}")),
            None => (by.parse().ok()?, member.to_owned()),
        }),
        _ => None,
    };
    Some((measured, part))
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
