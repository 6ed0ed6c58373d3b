//! What is asked about a filing and what the resident says. An answer is about the values that were compared: kept beside the
//! draft by their digest it holds until they change, and from version to version.

use std::collections::BTreeMap;

use domain::{
    edits::{Answer, Finding, Reply, subjects},
    filing::{StepError, reason_text},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::{
    entity::{draft_answer, edit_answer, filing_version},
    error::{Result, ServiceError},
    filings::lines::follows,
    store::{audit::sha256_hex, code::Code},
};

/// A finding that is asked about, and what was said to it so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// What was found.
    pub finding: Finding,
    /// SHA-256 of what it is about.
    pub digest: String,
    /// What was said.
    pub reply: Option<Reply>,
}

/// What keeps a reply from being an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unanswered {
    /// It was not confirmed.
    NotConfirmed,
    /// The reason is missing or cannot be taken.
    Reason(StepError),
}

impl Asked {
    /// The answer.
    ///
    /// # Errors
    /// See [`Unanswered`].
    pub fn answer(&self) -> std::result::Result<Answer, Unanswered> {
        let reply = self.reply.as_ref();
        let reason = if self.finding.needs_reason() {
            Some(reason_text(reply.map_or("", |reply| &reply.reason)).map_err(Unanswered::Reason)?)
        } else {
            None
        };
        if reply.is_some_and(|reply| reply.confirmed) {
            Ok(Answer { finding: self.finding.clone(), reason })
        } else {
            Err(Unanswered::NotConfirmed)
        }
    }
}

fn digests(findings: &[Finding]) -> impl Iterator<Item = String> {
    subjects(findings).into_iter().map(|subject| sha256_hex(subject.as_bytes()))
}

/// Findings with what was said to them: in `replies`, else beside the draft, else in the version before.
pub(crate) async fn asked(
    connection: &impl ConnectionTrait,
    filing: Uuid,
    findings: Vec<Finding>,
    replies: &[Reply],
) -> Result<Vec<Asked>> {
    if findings.is_empty() {
        return Ok(Vec::new());
    }
    let mut known = of_version_before(connection, filing).await?;
    for row in draft_answer::Entity::find().filter(draft_answer::Column::FilingId.eq(filing)).all(connection).await? {
        let reason = serde_json::from_str(&row.reason).map_err(ServiceError::corrupt("draft_answer.reason"))?;
        known.insert(row.digest.clone(), Reply { digest: row.digest, confirmed: row.confirmed, reason });
    }
    known.extend(replies.iter().map(|reply| (reply.digest.clone(), reply.clone())));
    let digests: Vec<String> = digests(&findings).collect();
    let asked = findings.into_iter().zip(digests).map(|(finding, digest)| {
        let reply = known.get(&digest).cloned();
        Asked { finding, digest, reply }
    });
    Ok(asked.collect())
}

async fn of_version_before(connection: &impl ConnectionTrait, filing: Uuid) -> Result<BTreeMap<String, Reply>> {
    let latest = filing_version::Entity::find()
        .filter(filing_version::Column::FilingId.eq(filing))
        .order_by_desc(filing_version::Column::Number)
        .one(connection)
        .await?;
    let Some(latest) = latest else { return Ok(BTreeMap::new()) };
    let answers = of_versions(connection, &[latest.id]).await?.remove(&latest.id).unwrap_or_default();
    let findings: Vec<Finding> = answers.iter().map(|answer| answer.finding.clone()).collect();
    let replies = digests(&findings)
        .zip(answers)
        .map(|(digest, answer)| (digest.clone(), Reply { digest, confirmed: true, reason: answer.reason.unwrap_or_default() }));
    Ok(replies.collect())
}

/// The answers of versions.
pub(crate) async fn of_versions(connection: &impl ConnectionTrait, versions: &[Uuid]) -> Result<BTreeMap<Uuid, Vec<Answer>>> {
    let mut found: BTreeMap<Uuid, Vec<Answer>> = BTreeMap::new();
    if versions.is_empty() {
        return Ok(found);
    }
    let rows = edit_answer::Entity::find().filter(edit_answer::Column::VersionId.is_in(versions.iter().copied()));
    for row in rows.order_by_asc(edit_answer::Column::VersionId).order_by_asc(edit_answer::Column::Position).all(connection).await? {
        let finding = Finding::restore(row.edit.0, row.at.0, &row.compared).map_err(ServiceError::corrupt("edit_answer.compared"))?;
        let answers = found.entry(row.version_id).or_default();
        follows(row.position, answers.len(), "edit_answer.position")?;
        answers.push(Answer { finding, reason: row.reason });
    }
    Ok(found)
}

/// Stores the answers of a new version.
pub(crate) async fn insert(connection: &impl ConnectionTrait, version_id: Uuid, answers: &[Answer]) -> Result<()> {
    let rows = (0_i32..).zip(answers).map(|(position, answer)| {
        let finding = &answer.finding;
        edit_answer::Model {
            version_id,
            position,
            edit: Code(finding.edit()),
            at: Code(finding.at),
            compared: finding.values(),
            reason: answer.reason.clone(),
        }
        .into_active_model()
    });
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        edit_answer::Entity::insert_many(rows).exec_without_returning(connection).await?;
    }
    Ok(())
}
