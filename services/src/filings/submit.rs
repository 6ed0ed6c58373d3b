//! Checking the answers and submitting.

use domain::{
    access::{Action, Actor},
    audit::AuditAction,
    content::{Converted, Totals},
    edits::{Answer, Bounds, Finding, Reply, soft},
    filing::{Draft, FilingState, Step, StepError, VersionState, is_late},
    form::FormInput,
    ids::{PersonId, ResidentId},
    obligation::is_filed,
    people::PeopleCount,
    quarter::Quarter,
    record::{FORM, VersionRecord},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::{
    entity::{filing, filing_version},
    error::{Result, ServiceError},
    filings::{
        answers::{self, Asked},
        draft::{begin, checked_and_converted, end, stored},
        lines::{self, load_lines},
        row::{find, restored, step},
        versions::{history, in_force, previous_totals, version_row},
    },
    ledger::cover,
    periods::{obligation_of, refuse_closed},
    register::Resident,
    rules,
    store::{
        Store, Write,
        audit::{Event, sha256_hex},
        code::Code,
    },
};

/// What the resident sees before sending.
#[derive(Debug, Clone)]
pub struct CheckedDraft {
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
    /// The version in force, if this one amends it.
    pub in_force: Option<Totals>,
    /// Whether it says what the version in force says; then it cannot be sent.
    pub unchanged: bool,
    /// The quarter before.
    pub previous: Option<Totals>,
    /// What to confirm, and what was said to it so far.
    pub asked: Vec<Asked>,
    /// Makes a retried submit end in one version.
    pub idempotency_key: String,
}

/// Checks the saved draft.
///
/// # Errors
/// [`ServiceError::Invalid`] with every problem.
pub async fn check_answers(store: &Store, actor: &Actor, resident: ResidentId, quarter: Quarter) -> Result<CheckedDraft> {
    actor.check(Action::ReadOwn(resident))?;
    let row = find(&store.db, resident.0, quarter).await?.ok_or(ServiceError::NotFound)?;
    let draft = restored(&store.db, &row).await?.into_draft(Step::Submit)?;
    let found = Checked::load(&store.db, &row, quarter).await?;
    Ok(CheckedDraft {
        resident: Resident::load(&store.db, resident).await?,
        version: draft.version(),
        revision: found.revision,
        in_force: found.in_force.as_ref().map(Converted::totals).transpose()?,
        unchanged: found.is_unchanged(),
        previous: found.previous,
        asked: answers::asked(&store.db, row.id, found.findings, &[]).await?,
        converted: found.converted,
        totals: found.totals,
        idempotency_key: store.new_id().to_string(),
    })
}

/// A draft, checked.
struct Checked {
    revision: i32,
    converted: Converted,
    totals: Totals,
    in_force: Option<Converted>,
    previous: Option<Totals>,
    findings: Vec<Finding>,
}

impl Checked {
    async fn load(connection: &impl ConnectionTrait, row: &filing::Model, quarter: Quarter) -> Result<Self> {
        let (form, revision) = stored(connection, row.id).await?.ok_or(ServiceError::NotFound)?;
        // an amendment keeps the rates frozen in the version in force
        let in_force = in_force(connection, row).await?;
        let (converted, totals) = checked_and_converted(connection, quarter, &form, in_force.as_ref()).await?;
        let bounds = Bounds::of(&rules::rule_book(connection).await?, quarter)?;
        let history = history(connection, row.resident_id, quarter, bounds.history()).await?;
        let previous = previous_totals(&history, quarter)?;
        // an amendment is held against what it amends first, then against the quarters before
        let past: Vec<Converted> = in_force.iter().cloned().chain(history.into_iter().map(|(_, converted)| converted)).collect();
        let findings = soft(quarter, &converted, &totals, &past, &bounds);
        Ok(Self { revision, converted, totals, in_force, previous, findings })
    }

    /// Whether it says what the version in force says.
    fn is_unchanged(&self) -> bool {
        self.in_force.as_ref().is_some_and(|in_force| in_force.content == self.converted.content)
    }
}

/// What a resident sends.
#[derive(Debug, Clone)]
pub struct Submission<'a> {
    /// Revision of the draft that was checked.
    pub revision: i32,
    /// From [`CheckedDraft`].
    pub idempotency_key: &'a str,
    /// What is said to the findings.
    pub replies: &'a [Reply],
}

/// The key as it is stored: unique for the filing, so that two residents may send the same.
fn stored_key(filing: Uuid, key: &str) -> Result<String> {
    let visible = (1..=100).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    if visible { Ok(format!("{filing}:{key}")) } else { Err(ServiceError::BadKey) }
}

/// Submits the draft and returns the number of the version. Sent twice with one key it is received once.
///
/// # Errors
/// [`ServiceError::Unanswered`] when a finding was not confirmed or has no reason where it needs one; [`ServiceError::StaleDraft`] when the draft was
/// changed after it was checked; [`ServiceError::Invalid`] when the figures can't be taken; [`ServiceError::Unchanged`]
/// for an amendment that changes nothing; [`ServiceError::KeyReused`] for other content under a key.
pub async fn submit(store: &Store, actor: &Actor, resident: ResidentId, quarter: Quarter, submission: Submission<'_>) -> Result<u32> {
    let person = actor.check(Action::Submit(resident))?;
    let write = store.write().await?;
    let row = find(&*write, resident.0, quarter).await?.ok_or(ServiceError::NotFound)?;
    let key = stored_key(row.id, submission.idempotency_key)?;
    let before = sent_before(&*write, row.id, &key, submission.idempotency_key).await?;
    let draft = match draft_of(&*write, &row, submission.revision).await {
        Ok(_) if before.is_some() => return Err(ServiceError::KeyReused),
        Ok(draft) => draft,
        Err(error) => return before.ok_or(error),
    };
    let obligation = obligation_of(store, &*write, resident.0, quarter).await?;
    refuse_closed(&*write, quarter).await?;
    let checked = Checked::load(&*write, &row, quarter).await?;
    if checked.is_unchanged() {
        return Err(ServiceError::Unchanged);
    }
    let Checked { converted, totals, findings, .. } = checked;
    let asked = answers::asked(&*write, row.id, findings, submission.replies).await?;
    let answers: Vec<Answer> =
        asked.iter().map(Asked::answer).collect::<std::result::Result<_, _>>().map_err(|_| ServiceError::Unanswered)?;
    let (number, reason) = (draft.version(), draft.reason().map(str::to_owned));
    let submitted = domain::filing::Filing::Submitted(draft.submit(person));
    let region = obligation.region.0;
    let record = VersionRecord {
        resident,
        quarter,
        number,
        region,
        reason: reason.as_deref(),
        submitted_by: person,
        submitted_at: write.at,
        late: is_late(write.at, obligation.due_on),
        converted: &converted,
        answers: &answers,
    };
    let version = filing_version::Model {
        id: store.new_id(),
        filing_id: row.id,
        receipt: receipt(quarter, write.next_seq()),
        idempotency_key: key,
        ..version_of(&record, &totals)?
    };
    let event = Event::new(person, AuditAction::FilingSubmit, format!("filing/{}", row.id))
        .with(serde_json::json!({ "version": number, "receipt": version.receipt, "digest": version.digest, "late": version.late }));
    let version_id = version.id;
    write.insert(version).await?;
    lines::insert(&write, version_id, &converted).await?;
    answers::insert(&*write, version_id, &answers).await?;
    let filed_before = is_filed(FilingState::Draft, row.accepted_version.is_some());
    end(&*write, row.id, submission.revision).await?;
    step(&write, &row, &submitted).await?;
    cover(&*write, quarter, region, i64::from(!filed_before), 0).await?;
    write.commit([event]).await?;
    Ok(number)
}

/// Takes back what was submitted while nobody has decided. What it says is the draft of the next version.
///
/// # Errors
/// A filing that is not in review; `number` that is not the version in review.
pub async fn withdraw(store: &Store, actor: &Actor, resident: ResidentId, quarter: Quarter, number: u32) -> Result<()> {
    let person = actor.check(Action::Submit(resident))?;
    let write = store.write().await?;
    let row = find(&*write, resident.0, quarter).await?.ok_or(ServiceError::NotFound)?;
    refuse_closed(&*write, quarter).await?;
    let filing = restored(&*write, &row).await?;
    if filing.version() != number {
        return Err(StepError::WrongState { state: filing.state(), step: Step::Withdraw }.into());
    }
    let draft = filing.into_submitted(Step::Withdraw)?.withdraw();
    let version = version_row(&*write, row.id, row.version).await?;
    let form = FormInput::of(&load_lines(&*write, &version).await?.content);
    let event = Event::new(person, AuditAction::FilingWithdraw, format!("filing/{}", row.id))
        .with(serde_json::json!({ "version": number, "digest": version.digest }));
    let (region, first) = (version.region.0, row.accepted_version.is_none());
    decide(&write, version, VersionState::Withdrawn, Some(person), None).await?;
    begin(store, &write, row, &draft, &form, person).await?;
    cover(&*write, quarter, region, -i64::from(first), 0).await?;
    write.commit([event]).await
}

/// Says what became of a version, and who decided; nobody when it waits again.
pub(crate) async fn decide(
    write: &Write,
    version: filing_version::Model,
    state: VersionState,
    by: Option<PersonId>,
    return_reason: Option<String>,
) -> Result<()> {
    use filing_version::Column::{DecidedAt, DecidedBy, ReturnReason, State};
    let (decided_by, decided_at) = (by.map(|person| person.0), by.map(|_| write.at));
    let version = filing_version::Model { state: Code(state), decided_by, decided_at, return_reason, ..version };
    write.update(version, [State, DecidedBy, DecidedAt, ReturnReason]).await
}

/// The draft that was checked.
async fn draft_of(connection: &impl ConnectionTrait, row: &filing::Model, revision: i32) -> Result<Draft> {
    let draft = restored(connection, row).await?.into_draft(Step::Submit)?;
    match stored(connection, row.id).await? {
        Some((_, known)) if known == revision => Ok(draft),
        _ => Err(ServiceError::StaleDraft),
    }
}

/// Number of the version that was received with this key. Versions of before keys were unique for their filing have the bare
/// one.
async fn sent_before(connection: &impl ConnectionTrait, filing: Uuid, key: &str, bare: &str) -> Result<Option<u32>> {
    let row = filing_version::Entity::find()
        .filter(filing_version::Column::FilingId.eq(filing))
        .filter(filing_version::Column::IdempotencyKey.is_in([key, bare]))
        // what was withdrawn is not received again by going back and pressing once more
        .filter(filing_version::Column::State.ne(Code(VersionState::Withdrawn)))
        .one(connection)
        .await?;
    row.map(|row| u32::try_from(row.number).map_err(ServiceError::corrupt("filing_version.number"))).transpose()
}

/// The row of a version that is received; key, filing, receipt and idempotency key are still empty.
pub(crate) fn version_of(record: &VersionRecord<'_>, totals: &Totals) -> Result<filing_version::Model> {
    Ok(filing_version::Model {
        id: Uuid::nil(),
        filing_id: Uuid::nil(),
        number: i32::try_from(record.number).map_err(ServiceError::corrupt("filing.version"))?,
        state: Code(VersionState::Submitted),
        region: Code(record.region),
        reason: record.reason.map(str::to_owned),
        submitted_by: record.submitted_by.0,
        submitted_at: record.submitted_at,
        late: record.late,
        receipt: String::new(),
        idempotency_key: String::new(),
        digest: digest(record, FORM)?,
        digest_form: FORM,
        decided_by: None,
        decided_at: None,
        return_reason: None,
        control_tiyin: totals.books.0,
        domestic_tiyin: totals.domestic.0,
        exports_tiyin: totals.exports_uzs.0,
        exports_cents: totals.exports_usd.0,
        employees: i32::try_from(totals.people[PeopleCount::Employees]).map_err(ServiceError::corrupt("employees"))?,
        quarter: Code(record.quarter),
        services_tiyin: totals.services.0,
    })
}

/// Number of a receipt: the quarter and the number of the audit event that records the submission.
pub(crate) fn receipt(quarter: Quarter, seq: i64) -> String {
    format!("{:04}Q{}-{seq:08}", quarter.year(), quarter.number())
}

/// The number of the event in a receipt.
pub(crate) fn sequence_of(receipt: &str) -> Option<i64> {
    receipt.split_once('-')?.1.parse().ok()
}

/// SHA-256 of everything that a version says, in a canonical form.
pub(crate) fn digest(record: &VersionRecord<'_>, form: i32) -> Result<String> {
    let text = record.text(form).ok_or(ServiceError::Corrupt("filing_version.digest_form"))?;
    Ok(sha256_hex(text.as_bytes()))
}
