//! Putting a whole world of residents and filings into an empty database at once, for the demonstration and for load
//! tests. Rows, roll-ups and audit events come out as if each filing had been submitted and decided on.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    audit::AuditAction,
    clock::FixedClock,
    content::Converted,
    filing::{FilingState, VersionState, is_late},
    ids::{PersonId, ResidentId},
    ledger::{AcceptedFiling, Ledger},
    obligation::StatusSpan,
    quarter::Quarter,
    record::VersionRecord,
    region::Region,
};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, prelude::Expr};

use crate::{
    accounts::person::{NewPerson, Position, insert_person},
    entity::{filing, filing_version, period},
    error::{Result, ServiceError},
    filings::{
        lines::LineRows,
        submit::{receipt, version_of},
    },
    installation, ledger,
    periods::open,
    reference::rates::{self, NewRate},
    register::{Resident, insert_resident},
    rules,
    store::{Store, Write, audit::Event},
};

/// What became of a filing.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// Waits for a decision.
    Waiting,
    /// Accepted at this instant.
    Accepted(DateTime<Utc>),
    /// Returned at this instant with a reason.
    Returned(DateTime<Utc>, String),
}

/// A filing of the world.
#[derive(Debug, Clone)]
pub struct SeedFiling {
    /// Index of the resident.
    pub resident: usize,
    /// Quarter.
    pub quarter: Quarter,
    /// Lines and conversions.
    pub converted: Converted,
    /// When it was received.
    pub submitted_at: DateTime<Utc>,
    /// What became of it.
    pub outcome: Outcome,
}

/// A person of the world.
#[derive(Debug, Clone)]
pub struct SeedPerson {
    /// Address to sign in with.
    pub email: String,
    /// Name to show.
    pub name: String,
    /// Index of the resident for whom the person acts.
    pub member_of: Option<usize>,
    /// Role as an official.
    pub role: Option<domain::access::Role>,
}

/// Everything to put in.
#[derive(Debug, Clone)]
pub struct World {
    /// The instant on which it stands.
    pub stands_at: DateTime<Utc>,
    /// Residents with their status.
    pub residents: Vec<(Resident, Vec<StatusSpan>)>,
    /// People; the first acts for every resident whose filing somebody must have submitted, the second decides.
    pub people: Vec<SeedPerson>,
    /// Rates and where they are from.
    pub rates: (Vec<NewRate>, String),
    /// Quarters that no longer take filings.
    pub closed: Vec<Quarter>,
    /// Filings in the order in which they were received.
    pub filings: Vec<SeedFiling>,
}

/// Puts a world into an empty database in one transaction.
///
/// # Errors
/// The database's, or sums that do not fit.
pub async fn fill(store: &Store, world: &World, password_hash: &str) -> Result<()> {
    let store = store.clone().with_clock(std::sync::Arc::new(FixedClock(world.stands_at)));
    installation::prepare(&store).await?;
    let write = store.write().await?;
    installation::mark_demonstration(&*write, world.stands_at).await?;
    for (resident, status) in &world.residents {
        insert_resident(&store, &*write, resident, status).await?;
    }
    let mut people = Vec::new();
    for person in &world.people {
        people.push(enter_person(&store, &write, world, person, password_hash).await?);
    }
    rates::insert(&*write, &world.rates.0, &world.rates.1).await?;
    let earliest = world.residents.iter().flat_map(|(_, status)| status.iter().map(|span| span.from)).min();
    let last = Quarter::last_ended(store.clock().today());
    let mut events = vec![Event::of_system(AuditAction::DemonstrationFill, "installation")];
    for quarter in earliest.map(Quarter::of).into_iter().flat_map(|first| first.through(last)) {
        open(&write, quarter).await?;
        events.push(Event::of_system(AuditAction::PeriodOpen, format!("period/{quarter}")));
    }
    let (&accountant, &reviewer) = people.first().zip(people.get(1)).ok_or(ServiceError::Corrupt("people"))?;
    let mut rows = Rows {
        accountant,
        reviewer,
        filings: vec![],
        versions: vec![],
        lines: LineRows::empty(),
        covered: BTreeMap::new(),
        due: BTreeMap::new(),
        events,
    };
    for filing in &world.filings {
        rows.add(&store, &write, world, filing).await?;
    }
    ledger::apply(&*write, &whole_ledger(world)?).await?;
    rows.finish(write, &world.closed).await
}

async fn enter_person(store: &Store, write: &Write, world: &World, person: &SeedPerson, password_hash: &str) -> Result<PersonId> {
    let mut positions = Vec::new();
    if let Some(index) = person.member_of {
        let (resident, status) = world.residents.get(index).ok_or(ServiceError::Corrupt("member_of"))?;
        positions.extend(status.first().map(|span| Position::Member(resident.id, span.from)));
    }
    positions.extend(person.role.map(Position::Official));
    let new = NewPerson { email: &person.email, name: &person.name, password_hash: password_hash.to_owned(), invented: true };
    insert_person(store, &**write, new, &positions).await
}

fn whole_ledger(world: &World) -> Result<Ledger> {
    let mut years: BTreeMap<(usize, i32), Vec<AcceptedFiling<'_>>> = BTreeMap::new();
    for filing in world.filings.iter().filter(|filing| matches!(filing.outcome, Outcome::Accepted(_))) {
        let registered = world.residents[filing.resident].0.region;
        let accepted = AcceptedFiling { quarter: filing.quarter, registered, filing: &filing.converted };
        years.entry((filing.resident, filing.quarter.year())).or_default().push(accepted);
    }
    let mut whole = Ledger::default();
    for filings in years.values() {
        whole = whole.plus(&Ledger::of_resident_year(filings)?)?;
    }
    Ok(whole)
}

struct Rows {
    accountant: PersonId,
    reviewer: PersonId,
    filings: Vec<filing::ActiveModel>,
    versions: Vec<filing_version::ActiveModel>,
    lines: LineRows,
    covered: BTreeMap<(Quarter, Region), (i64, i64)>,
    due: BTreeMap<Quarter, NaiveDate>,
    events: Vec<Event>,
}

impl Rows {
    async fn add(&mut self, store: &Store, write: &Write, world: &World, seed: &SeedFiling) -> Result<()> {
        let resident = &world.residents[seed.resident].0;
        let totals = seed.converted.totals()?;
        let (state, version_state, decided, return_reason) = match &seed.outcome {
            Outcome::Waiting => (FilingState::Submitted, VersionState::Submitted, None, None),
            Outcome::Accepted(at) => (FilingState::Accepted, VersionState::Accepted, Some(*at), None),
            Outcome::Returned(at, reason) => (FilingState::Returned, VersionState::Returned, Some(*at), Some(reason.clone())),
        };
        let accepted = state == FilingState::Accepted;
        let seq = write.next_seq() + i64::try_from(self.events.len()).unwrap_or(i64::MAX);
        let (filing_id, version_id) = (store.new_id(), store.new_id());
        let due = match self.due.get(&seed.quarter) {
            Some(due) => *due,
            None => rules::due_day_of(&**write, seed.quarter).await?,
        };
        self.due.insert(seed.quarter, due);
        let record = VersionRecord {
            resident: resident.id,
            quarter: seed.quarter,
            number: 1,
            region: resident.region,
            reason: None,
            submitted_by: self.accountant,
            submitted_at: seed.submitted_at,
            late: is_late(seed.submitted_at, due),
            converted: &seed.converted,
            answers: &[],
        };
        let version = version_of(&record, &totals)?;
        let number = receipt(seed.quarter, seq);
        self.record(filing_id, &number, &version.digest, &seed.outcome);
        let covered = self.covered.entry((seed.quarter, resident.region)).or_default();
        covered.0 += i64::from(state != FilingState::Returned);
        covered.1 += i64::from(accepted);
        self.filings.push(filing_row(filing_id, resident.id, seed.quarter, state));
        self.versions.push(
            filing_version::Model {
                id: version_id,
                filing_id,
                state: version_state.to_string(),
                receipt: number,
                idempotency_key: filing_id.to_string(),
                decided_by: decided.map(|_| self.reviewer.0),
                decided_at: decided,
                return_reason,
                ..version
            }
            .into_active_model(),
        );
        self.lines.append(LineRows::of(version_id, &seed.converted)?);
        Ok(())
    }

    fn record(&mut self, filing: uuid::Uuid, receipt: &str, digest: &str, outcome: &Outcome) {
        let subject = format!("filing/{filing}");
        let details = serde_json::json!({ "version": 1, "receipt": receipt, "digest": digest, "invented": true });
        self.events.push(Event::new(self.accountant, AuditAction::FilingSubmit, subject.clone()).with(details.clone()));
        match outcome {
            Outcome::Waiting => {}
            Outcome::Accepted(_) => self.events.push(Event::new(self.reviewer, AuditAction::FilingAccept, subject).with(details)),
            Outcome::Returned(..) => self.events.push(Event::new(self.reviewer, AuditAction::FilingReturn, subject).with(details)),
        }
    }

    async fn finish(self, write: Write, closed: &[Quarter]) -> Result<()> {
        for chunk in self.filings.chunks(1_000) {
            filing::Entity::insert_many(chunk.to_vec()).exec_without_returning(&*write).await?;
        }
        for chunk in self.versions.chunks(1_000) {
            filing_version::Entity::insert_many(chunk.to_vec()).exec_without_returning(&*write).await?;
        }
        self.lines.insert(&*write).await?;
        for ((quarter, region), (filed, accepted)) in self.covered {
            ledger::cover(&*write, &quarter.to_string(), region.iso(), filed, accepted).await?;
        }
        let quarters = closed.iter().map(ToString::to_string);
        period::Entity::update_many()
            .col_expr(period::Column::ClosedOn, Expr::value(write.at.date_naive()))
            .filter(period::Column::Quarter.is_in(quarters))
            .exec(&*write)
            .await?;
        write.commit(self.events).await
    }
}

fn filing_row(id: uuid::Uuid, resident: ResidentId, quarter: Quarter, state: FilingState) -> filing::ActiveModel {
    filing::Model {
        id,
        resident_id: resident.0,
        quarter: quarter.to_string(),
        state: state.to_string(),
        version: 1,
        accepted_version: (state == FilingState::Accepted).then_some(1),
        reason: None,
    }
    .into_active_model()
}
