//! What a statistician finds on the desk: every release, what can be prepared next, what is being prepared, and the plans.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{
    access::{Action, Actor},
    ids::PersonId,
    published::Filed,
    quarter::Quarter,
    release::{Planned, ReleaseName, ReleaseState, follows},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::{
    ReleaseView, all,
    calendar::planned_day,
    candidate::{complete_share, filed},
    order::{Ordered, ordered},
    plan,
};
use crate::{entity::person, error::Result, rules::rule_book, store::Store};

/// The desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Desk {
    /// Every release, by quarter, the last attempt at each last.
    pub releases: Vec<ReleaseView>,
    /// Who prepared and approved them, and ordered.
    pub people: BTreeMap<PersonId, String>,
    /// What was ordered and is not prepared.
    pub ordered: Option<Ordered>,
    /// What can be prepared now; nothing while a release is under way.
    pub next: Vec<Next>,
    /// The quarter of the release after the last.
    pub after: Quarter,
    /// What is shown in a year, by year.
    pub plans: BTreeMap<i32, Vec<Planned>>,
}

/// A release that can be prepared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Next {
    /// How it would be called.
    pub name: ReleaseName,
    /// On which day the rule plans a release of the quarter.
    pub planned: NaiveDate,
    /// How much of the quarter is in.
    pub filed: Filed,
    /// Whether that is enough.
    pub is_complete: bool,
}

impl Desk {
    /// The release that is prepared or approved and not public.
    pub fn open(&self) -> Option<&ReleaseView> {
        self.releases.iter().find(|release| release.is_open())
    }

    /// The name of a person.
    pub fn name(&self, person: PersonId) -> &str {
        self.people.get(&person).map_or("", String::as_str)
    }
}

/// The desk, for who works on releases.
///
/// # Errors
/// [`domain::access::Denied`].
pub async fn desk(store: &Store, actor: &Actor) -> Result<Desk> {
    actor.check(Action::Release)?;
    let (now, today) = (store.snapshot().await?, store.clock().today());
    let releases: Vec<ReleaseView> = all(&now).await?.into_iter().map(ReleaseView::try_from).collect::<Result<_>>()?;
    let ordered = ordered(&now).await?;
    let last = releases.iter().rfind(|release| release.state != ReleaseState::Discarded);
    let ended = Quarter::last_ended(today);
    // before the first release: of a year of which a quarter has ended
    let after = last.map_or_else(|| ended.year_to_date().next().unwrap_or(ended), |last| last.name.quarter.next());
    let mut next = Vec::new();
    if !releases.iter().any(ReleaseView::is_open) {
        let (book, share) = (rule_book(&now).await?, complete_share(&now, store).await?);
        let corrected = last.filter(|last| last.state == ReleaseState::Withdrawn).map(|last| last.name.quarter);
        for quarter in corrected.into_iter().chain([after]) {
            let Ok(name) = follows(last.map(|last| (last.name, last.state)), quarter, ended) else { continue };
            let filed = filed(&now, store, quarter).await?;
            next.push(Next { name, planned: planned_day(&book, quarter)?, filed, is_complete: filed.is_complete(share) });
        }
    }
    let people = releases.iter().flat_map(|release| release.approved_by.into_iter().chain([release.prepared_by]));
    let people = people.chain(ordered.iter().map(|ordered| ordered.by)).map(|person| person.0);
    let named = person::Entity::find().filter(person::Column::Id.is_in(people)).all(&now).await?;
    let people = named.into_iter().map(|person| (PersonId(person.id), person.name)).collect();
    let plans = plan::decided(&now).await?.into_iter().map(|(year, decided)| (year, plan::public(year, &decided))).collect();
    Ok(Desk { releases, people, ordered, next, after, plans })
}
