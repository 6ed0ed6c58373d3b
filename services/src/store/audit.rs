//! The audit chain: each event carries the hash of the one before it, so a changed or missing row is found.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{
    audit::AuditAction,
    ids::PersonId,
    record::{EVENT_FORM, EventRecord, RecordDigest},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use sha2::{Digest, Sha256};

use crate::{
    entity::{audit_event, audit_head, audit_record},
    error::{Result, ServiceError},
    store::readable::readable,
};

/// Something that happened.
#[derive(Debug, Clone)]
pub struct Event {
    /// Who did it; nobody for the system itself.
    pub actor: Option<PersonId>,
    /// What.
    pub action: AuditAction,
    /// To what: `filing/…`.
    pub subject: String,
    /// Anything an auditor needs beside, without secrets.
    pub details: serde_json::Value,
}

impl Event {
    /// An event without details.
    pub fn new(actor: PersonId, action: AuditAction, subject: impl Into<String>) -> Self {
        Self { actor: Some(actor), action, subject: subject.into(), details: serde_json::Value::Null }
    }

    /// An event of the system itself.
    pub fn of_system(action: AuditAction, subject: impl Into<String>) -> Self {
        Self { actor: None, action, subject: subject.into(), details: serde_json::Value::Null }
    }

    /// The event with details.
    #[must_use]
    pub fn with(self, details: serde_json::Value) -> Self {
        Self { details, ..self }
    }
}

/// Lower-case hexadecimal SHA-256.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// The hash of an event in the form that it names; none for a form that no program has given.
fn hash(row: &audit_event::Model, records: &[RecordDigest]) -> Option<String> {
    let event = EventRecord {
        previous: &row.previous_hash,
        seq: row.seq,
        at: row.at,
        actor: row.actor,
        action: &row.action,
        subject: &row.subject,
        details: &row.details,
        records,
    };
    event.text(row.form).map(|text| sha256_hex(text.as_bytes()))
}

/// The end of the chain within a write.
#[derive(Debug)]
pub(crate) struct Chain {
    head: audit_head::Model,
    grown: bool,
    /// What was written since the last event: the last word on each record.
    records: BTreeMap<(String, String), RecordDigest>,
}

impl Chain {
    pub(crate) fn at(head: audit_head::Model) -> Self {
        Self { head, grown: false, records: BTreeMap::new() }
    }

    pub(crate) fn next_seq(&self) -> i64 {
        self.head.seq + 1
    }

    pub(crate) fn records(&mut self, records: impl IntoIterator<Item = RecordDigest>) {
        self.records.extend(records.into_iter().map(|record| ((record.kind.clone(), record.key.clone()), record)));
    }

    /// The rows of the next event, with the records that were written since the last one.
    pub(crate) fn append(&mut self, at: DateTime<Utc>, event: Event) -> Result<(audit_event::Model, Vec<audit_record::Model>)> {
        let records: Vec<RecordDigest> = std::mem::take(&mut self.records).into_values().collect();
        let mut row = audit_event::Model {
            seq: self.next_seq(),
            at,
            actor: event.actor.map(|person| person.0),
            action: event.action.to_string(),
            subject: event.subject,
            details: event.details.to_string(),
            previous_hash: self.head.hash.clone(),
            hash: String::new(),
            form: EVENT_FORM,
        };
        row.hash = hash(&row, &records).ok_or(ServiceError::Corrupt("audit_event.form"))?;
        let figures = self.head.figures + i64::from(event.action.changes_figures());
        self.head = audit_head::Model { id: self.head.id, seq: row.seq, hash: row.hash.clone(), figures };
        self.grown = true;
        let seq = row.seq;
        let records = records.into_iter().map(|record| {
            let RecordDigest { kind, key, form, digest } = record;
            audit_record::Model { kind, key, seq, form, digest }
        });
        Ok((row, records.collect()))
    }

    /// The head to be stored, if it moved.
    pub(crate) fn head(&self) -> Result<Option<audit_head::Model>> {
        if self.records.is_empty() {
            Ok(self.grown.then(|| self.head.clone()))
        } else {
            Err(ServiceError::Corrupt("a record without an event"))
        }
    }
}

/// A place where the chain does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Break {
    /// The event's hash does not follow from what it says.
    Changed(i64),
    /// An event is missing before this one.
    Gap(i64),
    /// The head does not point at the last event.
    Head,
    /// Records say that they are of an event that is not there.
    Records,
}

/// The key of the only row of `audit_head`.
pub(crate) const HEAD_ID: i32 = 1;

/// How many events are walked at once.
const PAGE: i64 = 2_000;

/// Walks the whole chain and returns where it does not hold. `seen` is told how far it is.
///
/// # Errors
/// The database's.
pub(crate) async fn walk(connection: &impl ConnectionTrait, seen: &mut impl FnMut(i64)) -> Result<Vec<Break>> {
    let mut breaks = Vec::new();
    let (mut seq, mut previous, mut told, mut figures) = (0, String::new(), 0_u64, Some(0_i64));
    loop {
        let page = audit_event::Entity::find().filter(audit_event::Column::Seq.gt(seq)).order_by_asc(audit_event::Column::Seq);
        let (page, unreadable) = readable(connection, page.limit(PAGE.unsigned_abs())).await?;
        let unreadable: Vec<i64> = unreadable.iter().filter_map(|key| key.parse().ok()).collect();
        breaks.extend(unreadable.iter().copied().map(Break::Changed));
        let walked = || page.iter().map(|row| row.seq).chain(unreadable.iter().copied());
        let Some((first, last)) = walked().min().zip(walked().max()) else { break };
        let mut records = records_between(connection, first, last).await?;
        for row in page {
            if row.seq != seq + 1 || row.previous_hash != previous {
                breaks.push(Break::Gap(row.seq));
            }
            let own = records.remove(&row.seq).unwrap_or_default();
            told += own.len() as u64;
            if hash(&row, &own).as_ref() != Some(&row.hash) {
                breaks.push(Break::Changed(row.seq));
            }
            // an action of a program that nobody knows any more may have changed figures or not
            figures =
                figures.zip(row.action.parse().ok()).map(|(sum, action): (i64, AuditAction)| sum + i64::from(action.changes_figures()));
            seq = row.seq;
            previous = row.hash;
        }
        seq = seq.max(last);
        seen(seq);
    }
    let head = readable(connection, audit_head::Entity::find()).await?.0;
    let holds = |head: &audit_head::Model| {
        let figures = figures.is_none_or(|sum| sum == head.figures);
        head.id == HEAD_ID && head.seq == seq && head.hash == previous && figures
    };
    if head.len() != 1 || !head.iter().all(holds) {
        breaks.push(Break::Head);
    }
    if audit_record::Entity::find().count(connection).await? != told {
        breaks.push(Break::Records);
    }
    Ok(breaks)
}

/// What the events from `first` to `last` say of records.
async fn records_between(connection: &impl ConnectionTrait, first: i64, last: i64) -> Result<BTreeMap<i64, Vec<RecordDigest>>> {
    let mut found: BTreeMap<i64, Vec<RecordDigest>> = BTreeMap::new();
    let records = audit_record::Entity::find().filter(audit_record::Column::Seq.between(first, last));
    // of one that cannot be read the hash of its event tells
    for row in readable(connection, records).await?.0 {
        let record = RecordDigest { kind: row.kind, key: row.key, form: row.form, digest: row.digest };
        found.entry(row.seq).or_default().push(record);
    }
    // in the order in which they are hashed, whatever a database calls an order
    for records in found.values_mut() {
        records.sort();
    }
    Ok(found)
}
