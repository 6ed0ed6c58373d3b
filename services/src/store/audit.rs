//! The audit chain: each event carries the hash of the one before it, so a changed or missing row is found.

use chrono::{DateTime, Utc};
use domain::{audit::AuditAction, ids::PersonId};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    entity::{audit_event, audit_head},
    error::Result,
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
    hex(&Sha256::digest(bytes))
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        for nibble in [byte >> 4, byte & 15] {
            text.push(char::from_digit(nibble.into(), 16).unwrap_or('?'));
        }
        text
    })
}

/// The bytes of hexadecimal digits.
pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let nibbles: Vec<u8> = text.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect::<Option<_>>()?;
    nibbles.chunks(2).map(|pair| matches!(pair, [_, _]).then(|| pair[0] << 4 | pair[1])).collect()
}

fn hash(row: &audit_event::Model) -> String {
    let actor = row.actor.unwrap_or(Uuid::nil());
    let at = row.at.timestamp_millis();
    // each part with its length, so that no two events have the same bytes
    let parts = [
        row.previous_hash.clone(),
        row.seq.to_string(),
        at.to_string(),
        actor.to_string(),
        row.action.clone(),
        row.subject.clone(),
        row.details.clone(),
    ];
    let text = parts.iter().fold(String::new(), |text, part| text + &format!("{}:{part}", part.len()));
    sha256_hex(text.as_bytes())
}

pub(crate) async fn append(
    connection: &impl ConnectionTrait,
    mut head: audit_head::Model,
    at: DateTime<Utc>,
    events: impl IntoIterator<Item = Event>,
) -> Result<()> {
    let mut figures = head.figures;
    for event in events {
        figures += i64::from(event.action.changes_figures());
        let mut row = audit_event::Model {
            seq: head.seq + 1,
            at,
            actor: event.actor.map(|person| person.0),
            action: event.action.to_string(),
            subject: event.subject,
            details: event.details.to_string(),
            previous_hash: head.hash,
            hash: String::new(),
        };
        row.hash = hash(&row);
        head = audit_head::Model { id: head.id, seq: row.seq, hash: row.hash.clone(), figures };
        audit_event::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    }
    audit_head::ActiveModel { id: Set(head.id), seq: Set(head.seq), hash: Set(head.hash), figures: Set(figures) }
        .update_without_returning(connection)
        .await?;
    Ok(())
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
}

/// Walks the whole chain.
///
/// # Errors
/// The database's.
pub(crate) async fn walk(connection: &impl ConnectionTrait) -> Result<Vec<Break>> {
    const PAGE: u64 = 5_000;
    let mut breaks = Vec::new();
    let (mut seq, mut previous) = (0, String::new());
    loop {
        let cursor = audit_event::Entity::find().order_by_asc(audit_event::Column::Seq).limit(PAGE);
        let page = cursor.filter(audit_event::Column::Seq.gt(seq)).all(connection).await?;
        let Some(last) = page.last().map(|row| row.seq) else { break };
        for row in page {
            if row.seq != seq + 1 || row.previous_hash != previous {
                breaks.push(Break::Gap(row.seq));
            }
            if hash(&row) != row.hash {
                breaks.push(Break::Changed(row.seq));
            }
            seq = row.seq;
            previous = row.hash;
        }
        seq = last;
    }
    let head = audit_head::Entity::find().one(connection).await?;
    if head.is_none_or(|head| head.seq != seq || head.hash != previous) {
        breaks.push(Break::Head);
    }
    Ok(breaks)
}
