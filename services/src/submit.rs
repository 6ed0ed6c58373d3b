//! Checking the answers and submitting.

use domain::{
    access::{Action, Actor},
    content::{Converted, Question, Totals, questions},
    filing::{Draft, FilingState, VersionState, is_late},
    ids::ResidentId,
    obligation::is_filed,
    quarter::Quarter,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};
use uuid::Uuid;

use crate::{
    audit::{Event, sha256_hex},
    draft::{convert, previous_totals},
    entity::{filing, filing_version},
    error::{Result, ServiceError},
    filings::{LineRows, NOTHING_ASKED, find, restore, versions},
    ledger::cover,
    open_period::{obligation_of, refuse_closed},
    register::Resident,
    store::Store,
};

/// What the resident sees before sending.
#[derive(Debug, Clone)]
pub struct Answers {
    /// Whose.
    pub resident: Resident,
    /// Which version will be sent.
    pub version: u32,
    /// Revision of the draft that was checked.
    pub revision: i32,
    /// The lines with their conversions.
    pub converted: Converted,
    /// Sums.
    pub totals: Totals,
    /// The quarter before.
    pub previous: Option<Totals>,
    /// What to confirm.
    pub questions: Vec<Question>,
    /// Makes a retried submit end in one version.
    pub idempotency_key: String,
}

/// The lines of the version in force, whose frozen rates an amendment keeps.
async fn frozen(connection: &impl ConnectionTrait, row: &filing::Model) -> Result<Option<Converted>> {
    if row.accepted_version.is_none() {
        return Ok(None);
    }
    let versions = versions(connection, row.id).await?;
    Ok(versions.into_iter().find(|version| version.state == VersionState::Accepted).map(|version| version.converted))
}

/// Checks the saved draft.
///
/// # Errors
/// [`ServiceError::Invalid`] with every problem.
pub async fn check_answers(store: &Store, actor: &Actor, resident: ResidentId, quarter: Quarter) -> Result<Answers> {
    actor.check(Action::ReadOwn(resident))?;
    let row = find(&store.db, resident.0, quarter).await?.ok_or(ServiceError::NotFound)?;
    let draft = restore(&row, None)?.into_draft()?;
    let form = serde_json::from_str(row.draft.as_deref().ok_or(ServiceError::NotFound)?).map_err(ServiceError::corrupt("filing.draft"))?;
    let (converted, totals) = convert(&store.db, quarter, &form, frozen(&store.db, &row).await?.as_ref()).await?;
    let previous = previous_totals(&store.db, resident.0, quarter).await?;
    Ok(Answers {
        resident: Resident::load(&store.db, resident).await?,
        version: draft.version(),
        revision: row.draft_revision,
        questions: questions(&totals, previous.as_ref()),
        converted,
        totals,
        previous,
        idempotency_key: store.new_id().to_string(),
    })
}

/// What a resident sends.
#[derive(Debug, Clone)]
pub struct Submission<'a> {
    /// Revision of the draft that was checked.
    pub revision: i32,
    /// From [`Answers`].
    pub idempotency_key: &'a str,
    /// Whether the questions were confirmed.
    pub confirmed: bool,
}

/// Submits the draft and returns the number of the version. Sent twice with one key it is received once.
///
/// # Errors
/// [`ServiceError::Unanswered`] when a question was not confirmed; [`ServiceError::StaleDraft`] when the draft was
/// changed after it was checked; [`ServiceError::Invalid`] when the figures can't be taken.
pub async fn submit(store: &Store, actor: &Actor, resident: ResidentId, quarter: Quarter, submission: Submission<'_>) -> Result<u32> {
    let person = actor.check(Action::Submit(resident))?;
    let write = store.write().await?;
    let row = find(&*write, resident.0, quarter).await?.ok_or(ServiceError::NotFound)?;
    let draft = match draft_of(&row, submission.revision) {
        Ok(draft) => draft,
        Err(error) => return sent_before(&*write, row.id, submission.idempotency_key).await?.ok_or(error),
    };
    let obligation = obligation_of(store, &*write, resident.0, quarter).await?;
    refuse_closed(&*write, quarter).await?;
    let form = serde_json::from_str(row.draft.as_deref().ok_or(ServiceError::NotFound)?).map_err(ServiceError::corrupt("filing.draft"))?;
    let (converted, totals) = convert(&*write, quarter, &form, frozen(&*write, &row).await?.as_ref()).await?;
    let asked = questions(&totals, previous_totals(&*write, resident.0, quarter).await?.as_ref());
    if !asked.is_empty() && !submission.confirmed {
        return Err(ServiceError::Unanswered);
    }
    let (number, reason) = (draft.version(), draft.reason().map(str::to_owned));
    let submitted = domain::filing::Filing::Submitted(draft.submit(person));
    let version = filing_version::Model {
        id: store.new_id(),
        filing_id: row.id,
        reason,
        submitted_by: person.0,
        submitted_at: write.at,
        late: is_late(write.at, obligation.due_on),
        receipt: receipt(quarter, write.next_seq()),
        idempotency_key: submission.idempotency_key.to_owned(),
        digest: digest(resident, quarter, number, &converted)?,
        answers: serde_json::to_string(&asked).map_err(ServiceError::corrupt("filing_version.answers"))?,
        ..submitted_row(number, &obligation.region, &converted, &totals)?
    };
    let stored_number = version.number;
    let event = Event::new(person, "filing.submit", format!("filing/{}", row.id))
        .with(serde_json::json!({ "version": number, "receipt": version.receipt, "digest": version.digest, "late": version.late }));
    let version_id = version.id;
    filing_version::Entity::insert(version.into_active_model()).exec_without_returning(&*write).await?;
    LineRows::of(version_id, &converted)?.insert(&*write).await?;
    let filed_before = is_filed(FilingState::Draft, row.accepted_version.is_some());
    let region = obligation.region;
    filing::ActiveModel {
        state: Set(submitted.state().to_string()),
        version: Set(stored_number),
        draft: Set(None),
        ..row.into_active_model()
    }
    .update_without_returning(&*write)
    .await?;
    cover(&*write, &quarter.to_string(), &region, i64::from(!filed_before), 0).await?;
    write.commit([event]).await?;
    Ok(number)
}

/// The draft that was checked.
fn draft_of(row: &filing::Model, revision: i32) -> Result<Draft> {
    let draft = restore(row, None)?.into_draft()?;
    if row.draft_revision == revision { Ok(draft) } else { Err(ServiceError::StaleDraft) }
}

/// Number of the version that was received with this key.
async fn sent_before(connection: &impl ConnectionTrait, filing: Uuid, key: &str) -> Result<Option<u32>> {
    let row = filing_version::Entity::find()
        .filter(filing_version::Column::FilingId.eq(filing))
        .filter(filing_version::Column::IdempotencyKey.eq(key))
        .one(connection)
        .await?;
    row.map(|row| u32::try_from(row.number).map_err(ServiceError::corrupt("filing_version.number"))).transpose()
}

/// The columns of a submitted version that follow from its figures; the others are empty.
pub(crate) fn submitted_row(number: u32, region: &str, converted: &Converted, totals: &Totals) -> Result<filing_version::Model> {
    Ok(filing_version::Model {
        id: Uuid::nil(),
        filing_id: Uuid::nil(),
        number: i32::try_from(number).map_err(ServiceError::corrupt("filing.version"))?,
        state: VersionState::Submitted.to_string(),
        region: region.to_owned(),
        reason: None,
        submitted_by: Uuid::nil(),
        submitted_at: chrono::DateTime::UNIX_EPOCH,
        late: false,
        receipt: String::new(),
        idempotency_key: String::new(),
        digest: String::new(),
        decided_by: None,
        decided_at: None,
        return_reason: None,
        answers: NOTHING_ASKED.to_owned(),
        control_tiyin: converted.content.control_total.0,
        domestic_tiyin: totals.domestic.0,
        exports_tiyin: totals.exports_uzs.0,
        exports_cents: totals.exports_usd.0,
        employees: i32::try_from(totals.employees).map_err(ServiceError::corrupt("employees"))?,
    })
}

/// Number of a receipt: the quarter and the number of the audit event that records the submission.
pub(crate) fn receipt(quarter: Quarter, seq: i64) -> String {
    format!("{:04}Q{}-{seq:08}", quarter.year(), quarter.number())
}

/// SHA-256 of everything that was submitted, in a fixed form.
pub(crate) fn digest(resident: ResidentId, quarter: Quarter, number: u32, converted: &Converted) -> Result<String> {
    let text = serde_json::to_string(&(resident, quarter, number, converted)).map_err(ServiceError::corrupt("digest"))?;
    Ok(sha256_hex(text.as_bytes()))
}
