//! Putting a whole world of residents and filings into an empty database at once, for the demonstration and for load
//! tests. Rows, roll-ups and audit events come out as if each filing had been submitted and decided on.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{
    audit::AuditAction,
    clock::FixedClock,
    content::Converted,
    filing::{FilingState, VersionState, is_late},
    ids::{PersonId, ResidentId},
    ledger::{Contributions, contributions},
    quarter::Quarter,
    record::VersionRecord,
    region::Region,
};
use sea_orm::EntityTrait;

use crate::{
    accounts::person::{NewPerson, Position, insert_person},
    entity::{audit_event, audit_record, filing, filing_version, period},
    error::{Result, ServiceError},
    filings::{
        lines::LineRows,
        submit::{receipt, version_of},
    },
    installation, ledger,
    periods::open,
    reference::rates::{self, NewRate},
    register::{NewResident, insert_resident},
    rules::{DueDays, Groups},
    store::{Store, Write, audit::Event, code::Code, record::Recorded},
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
    pub residents: Vec<NewResident>,
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
    installation::mark_demonstration(&write, world.stands_at).await?;
    for resident in &world.residents {
        insert_resident(&store, &write, resident).await?;
    }
    let mut people = Vec::new();
    for person in &world.people {
        people.push(enter_person(&store, &write, world, person, password_hash).await?);
    }
    rates::insert(&write, &world.rates.0, &world.rates.1).await?;
    write.say(Event::of_system(AuditAction::DemonstrationFill, "installation")).await?;
    open_periods(&store, &write, world).await?;
    let (&accountant, &reviewer) = people.first().zip(people.get(1)).ok_or(ServiceError::Corrupt("people"))?;
    let mut rows = Rows {
        accountant,
        reviewer,
        filings: vec![],
        versions: vec![],
        lines: LineRows::empty(),
        covered: BTreeMap::new(),
        due: DueDays::load(&*write).await?,
        events: vec![],
        records: vec![],
    };
    for filing in &world.filings {
        rows.add(&store, &write, world, filing)?;
    }
    ledger::insert_whole(&write, &whole_ledger(world, Groups::load(&*write).await?)?).await?;
    rows.finish(write).await
}

async fn open_periods(store: &Store, write: &Write, world: &World) -> Result<()> {
    let earliest = world.residents.iter().flat_map(|resident| resident.status.iter().map(|span| span.from)).min();
    let last = Quarter::last_ended(store.clock().today());
    for quarter in earliest.map(Quarter::of).into_iter().flat_map(|first| first.through(last)) {
        open(write, quarter).await?;
        if world.closed.contains(&quarter) {
            let row = period::Entity::find_by_id(Code(quarter)).one(&**write).await?.ok_or(ServiceError::Corrupt("period"))?;
            let closed_on = Some(write.at.date_naive());
            write.update(period::Model { closed_on, ..row }, [period::Column::ClosedOn]).await?;
        }
        write.say(Event::of_system(AuditAction::PeriodOpen, format!("period/{quarter}"))).await?;
    }
    Ok(())
}

async fn enter_person(store: &Store, write: &Write, world: &World, person: &SeedPerson, password_hash: &str) -> Result<PersonId> {
    let mut positions = Vec::new();
    if let Some(index) = person.member_of {
        let member_of = world.residents.get(index).ok_or(ServiceError::Corrupt("member_of"))?;
        positions.extend(member_of.status.first().map(|span| Position::Member(member_of.resident.id, span.from)));
    }
    positions.extend(person.role.map(Position::Official));
    let new = NewPerson { email: &person.email, name: &person.name, password_hash: password_hash.to_owned(), invented: true };
    insert_person(store, write, new, &positions).await
}

/// What every accepted filing contributes.
fn whole_ledger(world: &World, mut groups: Groups) -> Result<BTreeMap<(uuid::Uuid, Quarter), Contributions>> {
    let accepted = world.filings.iter().filter(|filing| matches!(filing.outcome, Outcome::Accepted(_)));
    let contributed = accepted.map(|filing| {
        let resident = &world.residents[filing.resident].resident;
        Ok(((resident.id.0, filing.quarter), contributions(resident.region, &filing.converted, groups.of(filing.quarter)?)?))
    });
    contributed.collect()
}

struct Rows {
    accountant: PersonId,
    reviewer: PersonId,
    filings: Vec<filing::Model>,
    versions: Vec<filing_version::Model>,
    lines: LineRows,
    covered: BTreeMap<(Quarter, Region), (i64, i64)>,
    due: DueDays,
    events: Vec<audit_event::Model>,
    records: Vec<audit_record::Model>,
}

impl Rows {
    fn add(&mut self, store: &Store, write: &Write, world: &World, seed: &SeedFiling) -> Result<()> {
        let resident = &world.residents[seed.resident].resident;
        let totals = seed.converted.totals()?;
        let (state, version_state, decided, return_reason) = match &seed.outcome {
            Outcome::Waiting => (FilingState::Submitted, VersionState::Submitted, None, None),
            Outcome::Accepted(at) => (FilingState::Accepted, VersionState::Accepted, Some(*at), None),
            Outcome::Returned(at, reason) => (FilingState::Returned, VersionState::Returned, Some(*at), Some(reason.clone())),
        };
        let accepted = state == FilingState::Accepted;
        let (filing_id, version_id) = (store.new_id(), store.new_id());
        let due = self.due.of(seed.quarter)?;
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
        let version = filing_version::Model {
            id: version_id,
            filing_id,
            receipt: receipt(seed.quarter, write.next_seq()),
            idempotency_key: filing_id.to_string(),
            ..version_of(&record, &totals)?
        };
        let filing = filing_row(filing_id, resident.id, seed.quarter, FilingState::Submitted);
        self.say(write, self.accountant, AuditAction::FilingSubmit, &filing, &version)?;
        let decided_by = decided.map(|_| self.reviewer.0);
        let version = filing_version::Model { state: Code(version_state), decided_by, decided_at: decided, return_reason, ..version };
        let filing = filing_row(filing_id, resident.id, seed.quarter, state);
        match state {
            FilingState::Accepted => self.say(write, self.reviewer, AuditAction::FilingAccept, &filing, &version)?,
            FilingState::Returned => self.say(write, self.reviewer, AuditAction::FilingReturn, &filing, &version)?,
            FilingState::Draft | FilingState::Submitted => {}
        }
        let covered = self.covered.entry((seed.quarter, resident.region)).or_default();
        covered.0 += i64::from(state != FilingState::Returned);
        covered.1 += i64::from(accepted);
        self.filings.push(filing);
        self.versions.push(version);
        self.lines.append(LineRows::of(version_id, &seed.converted)?);
        Ok(())
    }

    /// An event with what its step wrote; the rows themselves are written at the end, many at once.
    fn say(
        &mut self,
        write: &Write,
        by: PersonId,
        action: AuditAction,
        filing: &filing::Model,
        version: &filing_version::Model,
    ) -> Result<()> {
        write.note([filing.record(), version.record()]);
        let details = serde_json::json!({ "version": 1, "receipt": version.receipt, "digest": version.digest, "invented": true });
        let (event, records) = write.append(Event::new(by, action, format!("filing/{}", filing.id)).with(details))?;
        self.events.push(event);
        self.records.extend(records);
        Ok(())
    }

    async fn finish(self, write: Write) -> Result<()> {
        write.insert_unrecorded(self.filings).await?;
        write.insert_unrecorded(self.versions).await?;
        self.lines.insert(&*write).await?;
        for ((quarter, region), (filed, accepted)) in self.covered {
            ledger::cover(&*write, quarter, region, filed, accepted).await?;
        }
        write.insert_unrecorded(self.events).await?;
        write.insert_unrecorded(self.records).await?;
        write.commit([]).await
    }
}

fn filing_row(id: uuid::Uuid, resident: ResidentId, quarter: Quarter, state: FilingState) -> filing::Model {
    filing::Model {
        id,
        resident_id: resident.0,
        quarter: Code(quarter),
        state: Code(state),
        version: 1,
        accepted_version: (state == FilingState::Accepted).then_some(1),
        reason: None,
    }
}
