//! Filling a database as people do: each filing is typed, checked, submitted and decided on by the use cases, at its own instant.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Membership, Role},
    clock::FixedClock,
    edits::Reply,
    form::FormInput,
    ids::{FilingId, ReleaseId, ResidentId},
    quarter::Quarter,
    release::ReleaseError,
};
use services::{
    Result, ServiceError, Store,
    filings::{
        draft::{save, sent},
        review::{accept, return_for_correction},
        submit::{Submission, check_answers, submit},
    },
    founding::found,
    periods,
    releases::{self, Order, Render},
};

use crate::world::{Filed, Outcome, World};

/// What is said where a reason is asked for.
const REASON: &str = "Koʻrsatkichlar tekshirildi, toʻgʻri.";

/// Why a quarter is released of which too little is in.
const INCOMPLETE: &str = "Chorak boʻyicha dastlabki maʼlumot. Предварительные данные за квартал. Preliminary data of the quarter.";

/// How much work goes into what a release hides, in seconds of one core.
const SECONDS: u64 = 2;

/// Something that happens.
enum Step<'a> {
    Submit(&'a Filed),
    Accept(&'a Filed),
    Return(&'a Filed, &'a str),
    Release(Quarter),
}

/// Fills an empty database with a world. Whoever signs in does so with the password of the hash; `render` makes the files of releases.
///
/// # Errors
/// The database's, or those of the use cases where the world does not go with their rules.
pub async fn fill(store: &Store, world: &World, password_hash: &str, render: Render) -> Result<()> {
    let at = |instant| store.clone().with_clock(Arc::new(FixedClock(instant)));
    let people = found(&at(world.begins()), &world.founding, password_hash).await?;
    let [accountant, reviewer, _, one, other, ..] = people[..] else { return Err(ServiceError::NotFound) };
    let official = |id, role| Actor::Person { id, memberships: vec![], roles: vec![role] };
    let memberships = world.founding.residents.iter().map(|new| Membership { resident: new.resident.id, prepare: true, submit: true });
    let office = Office {
        world,
        accountant: Actor::Person { id: accountant, memberships: memberships.collect(), roles: vec![] },
        reviewer: official(reviewer, Role::Reviewer),
        statisticians: [one, other].map(|id| official(id, Role::Statistician)),
        render,
    };
    let mut ended = None;
    for (instant, step) in steps(world) {
        let store = at(instant);
        // quarters open as they end
        if ended.replace(Quarter::last_ended(store.clock().today())) != Some(Quarter::last_ended(store.clock().today())) {
            periods::open_ended(&store).await?;
        }
        office.take(&store, &step).await?;
    }
    let store = at(world.founding.stands_at);
    periods::open_ended(&store).await?;
    for quarter in &world.closed {
        periods::close(&store, *quarter).await?;
    }
    if let Some(quarter) = world.candidate {
        office.prepare(&store, quarter).await?;
    }
    Ok(())
}

impl World {
    /// When the first of it happens.
    pub fn begins(&self) -> DateTime<Utc> {
        steps(self).first().map_or(self.founding.stands_at, |(first, _)| *first)
    }
}

/// Everything that happens, in its order.
fn steps(world: &World) -> Vec<(DateTime<Utc>, Step<'_>)> {
    let mut steps = Vec::new();
    for filed in &world.filings {
        steps.push((filed.submitted_at, Step::Submit(filed)));
        match &filed.outcome {
            Outcome::Waiting => {}
            Outcome::Accepted(at) => steps.push((*at, Step::Accept(filed))),
            Outcome::Returned(at, reason) => steps.push((*at, Step::Return(filed, reason))),
        }
    }
    steps.extend(world.releases.iter().map(|(quarter, at)| (*at, Step::Release(*quarter))));
    steps.sort_by_key(|(at, _)| *at);
    steps
}

/// The people who act.
struct Office<'a> {
    world: &'a World,
    accountant: Actor,
    reviewer: Actor,
    /// One prepares releases, the other approves them.
    statisticians: [Actor; 2],
    render: Render,
}

impl Office<'_> {
    async fn take(&self, store: &Store, step: &Step<'_>) -> Result<()> {
        match step {
            Step::Submit(filed) => self.submit(store, filed).await,
            Step::Accept(filed) => accept(store, &self.reviewer, self.filing(store, filed).await?, 1).await,
            Step::Return(filed, reason) => return_for_correction(store, &self.reviewer, self.filing(store, filed).await?, 1, reason).await,
            Step::Release(quarter) => {
                let id = self.prepare(store, *quarter).await?;
                releases::approve(store, &self.statisticians[1], id, None).await?;
                releases::publish_due(store).await.map(drop)
            }
        }
    }

    /// Prepares a release, with a plan for its year.
    async fn prepare(&self, store: &Store, quarter: Quarter) -> Result<ReleaseId> {
        let [one, _] = &self.statisticians;
        if !releases::plan::decided(&store.db).await?.iter().any(|(year, _)| *year == quarter.year()) {
            let plan = releases::plan::propose(store, one, quarter.year()).await?;
            releases::plan::decide(store, one, &plan).await?;
        }
        let order = Order { quarter, seconds: SECONDS, provisional: None, render: self.render };
        match releases::prepare(store, one, order).await {
            Err(ServiceError::Release(ReleaseError::Incomplete { .. })) => {
                releases::prepare(store, one, Order { provisional: Some(INCOMPLETE), ..order }).await
            }
            prepared => prepared,
        }
    }

    fn resident(&self, filed: &Filed) -> ResidentId {
        self.world.founding.residents[filed.resident].resident.id
    }

    async fn filing(&self, store: &Store, filed: &Filed) -> Result<FilingId> {
        Ok(sent(store, &self.accountant, self.resident(filed), filed.quarter).await?.id)
    }

    async fn submit(&self, store: &Store, filed: &Filed) -> Result<()> {
        let (resident, quarter) = (self.resident(filed), filed.quarter);
        let form = FormInput::of(&filed.converted.content);
        let revision = save(store, &self.accountant, resident, quarter, 0, &form).await?;
        let asked = check_answers(store, &self.accountant, resident, quarter).await?.asked;
        let reply = |digest| Reply { digest, confirmed: true, reason: REASON.to_owned() };
        let replies: Vec<Reply> = asked.into_iter().map(|asked| reply(asked.digest)).collect();
        let submission = Submission { revision, idempotency_key: "first", replies: &replies };
        submit(store, &self.accountant, resident, quarter, submission).await?;
        Ok(())
    }
}
