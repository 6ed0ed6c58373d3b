//! What is shown of each table in a year: proposed from the quarters before it, decided by a statistician, public, and fixed with
//! the first release of the year.

pub use disclosure::plan::Plan;
use disclosure::{
    file::Parameters,
    plan::{Drift, TablePlan, propose as propose_from},
    series::{self, problem},
};
use domain::{
    access::{Action, Actor},
    audit::AuditAction,
    classification::DestinationGroups,
    quarter::Quarter,
    release::{PUBLISHED, Planned, ReleaseError, ReleaseName, ReleaseState},
    rules::{LEAST_CONTRIBUTORS, PROTECTION_PERCENT},
};
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};

use super::{
    all, parts,
    snapshot::{self, Parts},
};
use crate::{
    entity::publication_plan,
    error::{Result, ServiceError},
    rules::{Groups, rule_book},
    store::{
        Store,
        audit::{Event, sha256_hex},
    },
};

/// The rules of confidentiality in force on the last day of a quarter.
pub(super) async fn parameters(connection: &impl ConnectionTrait, quarter: Quarter) -> Result<Parameters> {
    let book = rule_book(connection).await?;
    let least = book.value(&LEAST_CONTRIBUTORS, quarter.last_day())?.0;
    let p = book.value(&PROTECTION_PERCENT, quarter.last_day())?.0;
    let corrupt = "rule_setting";
    Ok(Parameters {
        min_contributors: Some(u32::try_from(least).map_err(ServiceError::corrupt(corrupt))?),
        p_percent: Some(u32::try_from(p).map_err(ServiceError::corrupt(corrupt))?),
        ..Parameters::default()
    })
}

/// Proposes what to show in a year from what is known now of the four quarters before it; where nothing is, of its first quarter.
///
/// # Errors
/// [`ServiceError::Denied`].
pub async fn propose(store: &Store, actor: &Actor, year: i32) -> Result<Plan> {
    actor.check(Action::Release)?;
    let now = store.snapshot().await?;
    let bad = || ServiceError::BadInput { place: year.to_string(), what: "not a year" };
    let (last, first) = (Quarter::new(year - 1, 4).map_err(|_| bad())?, Quarter::new(year, 1).map_err(|_| bad())?);
    let rules = parameters(&now, first).await?;
    let before = snapshot::take(&now, last, Parts::All(year)).await?.release(ReleaseName::first(last), rules)?;
    let releases: Vec<series::Release> = if before.known.is_empty() {
        // the quarter stands for one before the year
        let snapshot::Snapshot { known, measures, .. } = snapshot::take(&now, first, Parts::All(year)).await?;
        let as_before = |((measure, by, member, _), groups)| ((measure, by, member, before.quarter), groups);
        vec![series::Release { known: known.into_iter().map(as_before).collect(), measures, ..before }]
    } else {
        let quarters = Quarter::new(year - 1, 1).map_err(|_| bad())?.through(last);
        let of = |quarter: Quarter| Ok(series::Release { quarter: snapshot::named(quarter)?, ..before.clone() });
        quarters.map(of).collect::<Result<_>>()?
    };
    let mut plan = propose_from(&problem(&releases), &year.to_string(), Drift::default(), &snapshot::links());
    parts::settle(&mut plan, Groups::load(&now).await?.of(first)?);
    Ok(plan)
}

/// What tells a plan from others: SHA-256 of it.
///
/// # Errors
/// None: a plan can be written.
pub fn digest(plan: &Plan) -> Result<String> {
    Ok(sha256_hex(&serde_json::to_vec(plan).map_err(ServiceError::corrupt("publication_plan"))?))
}

/// Decides the plan that is proposed for a year, as long as it is the one of a digest.
///
/// # Errors
/// As [`decide`]; [`ReleaseError::Changed`] if another is proposed now.
pub async fn decide_proposed(store: &Store, actor: &Actor, year: i32, digest_of_shown: &str) -> Result<()> {
    let proposed = propose(store, actor, year).await?;
    if digest(&proposed)? != digest_of_shown {
        return Err(ReleaseError::Changed.into());
    }
    decide(store, actor, &proposed).await
}

/// The plan of a year as the public reads it.
pub fn public(year: i32, plan: &Plan) -> Vec<Planned> {
    let public = |table: &TablePlan| {
        let (name, by) = table.table.split_once(" by ")?;
        let (by, within) = match parts::whole_of(&table.table) {
            Some((_, finer, whole)) => (finer.part, Some(whole.to_owned())),
            None => (by.parse().ok()?, None),
        };
        Some(Planned {
            year,
            measure: name.parse().ok()?,
            by,
            within,
            quarterly: table.quarterly.clone(),
            together: table.grouped.clone(),
            yearly: table.yearly.clone(),
        })
    };
    plan.tables.iter().filter_map(public).collect()
}

/// Decides what is shown in a year, in place of what was decided before.
///
/// # Errors
/// [`ServiceError::Denied`]; [`ReleaseError::PlanInUse`] once a release of the year is under way or public.
pub async fn decide(store: &Store, actor: &Actor, plan: &Plan) -> Result<()> {
    let person = actor.check(Action::Release)?;
    // written in one way only: cells name the year as text
    let year = plan.year.parse().ok().filter(|year: &i32| year.to_string() == plan.year);
    let year = year.ok_or_else(|| ServiceError::BadInput { place: plan.year.clone(), what: "not a year" })?;
    plan.check().map_err(Box::new)?;
    let first = Quarter::new(year, 1).map_err(|_| ServiceError::BadInput { place: plan.year.clone(), what: "not a year" })?;
    let write = store.write().await?;
    let mut groups = Groups::load(&*write).await?;
    let groups = groups.of(first)?;
    plan.tables.iter().try_for_each(|table| can_be_followed(plan, table, groups))?;
    if all(&*write).await?.iter().any(|row| row.quarter.0.year() == year && row.state.0 != ReleaseState::Discarded) {
        return Err(ReleaseError::PlanInUse(year).into());
    }
    let text = serde_json::to_string(plan).map_err(ServiceError::corrupt("publication_plan"))?;
    let row = publication_plan::Model { year, plan: text, decided_by: person.0, decided_at: write.at };
    if publication_plan::Entity::find_by_id(year).one(&*write).await?.is_some() {
        use publication_plan::Column::{DecidedAt, DecidedBy, Plan};
        write.update(row, [Plan, DecidedBy, DecidedAt]).await?;
    } else {
        write.insert(row).await?;
    }
    write.commit([Event::new(person, AuditAction::PlanDecide, format!("publication_plan/{year}"))]).await
}

/// Whether a table is told, with these members, and none of them is ever alone in the group.
fn can_be_followed(plan: &Plan, table: &TablePlan, groups: &DestinationGroups) -> Result<()> {
    let bad = |what| Err(ServiceError::BadInput { place: table.table.clone(), what });
    if parts::whole_of(&table.table).is_some() {
        return parts::problem(plan, table, groups).map_or(Ok(()), bad);
    }
    let all =
        PUBLISHED.iter().flat_map(|told| told.by.iter().map(move |by| (snapshot::table_name(told.measured, by.code()), by.members())));
    let Some((_, members)) = all.into_iter().find(|(name, _)| *name == table.table) else { return bad("no such table is told") };
    if table.quarterly.iter().chain(&table.grouped).any(|member| !members.contains(&member.as_str())) {
        return bad("no such member");
    }
    // who is not named is shown in the group
    let in_group = |shown: &dyn Fn(&String) -> bool| members.iter().filter(|member| !shown(&(**member).to_owned())).count();
    let quarterly = |member: &String| table.quarterly.contains(member);
    let in_year = |member: &String| quarterly(member) || table.yearly.contains(member);
    if in_group(&quarterly) == 1 || in_group(&in_year) == 1 { bad("a member would be alone in its group") } else { Ok(()) }
}

/// What was decided, by year; public.
///
/// # Errors
/// The database's.
pub async fn decided(connection: &impl ConnectionTrait) -> Result<Vec<(i32, Plan)>> {
    let rows = publication_plan::Entity::find().order_by_asc(publication_plan::Column::Year).all(connection).await?;
    let read =
        |row: publication_plan::Model| Ok((row.year, serde_json::from_str(&row.plan).map_err(ServiceError::corrupt("publication_plan"))?));
    rows.into_iter().map(read).collect()
}
