//! Writing a draft. What was typed is kept word for word; a save over somebody else's change is refused.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    access::{Action, Actor},
    amount::AmountError,
    audit::AuditAction,
    content::{Converted, Totals},
    edits::{Compared, Finding},
    exchange::ConversionError,
    filing::{Draft, Filing, FilingState, Step},
    form::{Field, FieldPath, FormInput, Section},
    ids::{PersonId, ResidentId},
    money::Currency,
    quarter::Quarter,
    region::Region,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};
use uuid::Uuid;

use crate::{
    accounts::person::person_name,
    entity::{draft, draft_answer, filing, obligation},
    error::{Result, ServiceError},
    filings::{
        row::{find, restored, step},
        versions::{FilingView, history, in_force, previous_totals, version_row, versions_of, view},
    },
    periods::{obligation_of, refuse_closed},
    reference::rates,
    register::Resident,
    store::{Store, Write, audit::Event, code::Code},
};

/// A draft as the resident finds it.
#[derive(Debug, Clone)]
pub struct DraftView {
    /// Whose.
    pub resident: Resident,
    /// Of which quarter.
    pub quarter: Quarter,
    /// Registered region on the quarter's last day.
    pub region: Region,
    /// Due day.
    pub due_on: NaiveDate,
    /// Number of the version being written.
    pub version: u32,
    /// State of the filing.
    pub state: FilingState,
    /// Counts the saves; sent back with the next one.
    pub revision: i32,
    /// What was typed.
    pub form: FormInput,
    /// When and by whom it was saved last.
    pub saved: Option<(DateTime<Utc>, String)>,
    /// Why the version before was sent back.
    pub return_reason: Option<String>,
    /// Why this version amends the accepted one.
    pub reason: Option<String>,
    /// Whether what was begun can be given up: an amendment, or a filing of which nothing was sent.
    pub may_cancel: bool,
    /// The accepted or submitted figures of the quarter before.
    pub previous: Option<Totals>,
    /// Unit rates of the currencies without a date, for the live totals: code, soums for one unit.
    pub means: Vec<(Currency, i64)>,
}

/// What the resident finds at a quarter: something to write, or something that was sent.
#[derive(Debug, Clone)]
pub enum Found {
    /// A draft, new or begun.
    Draft(Box<DraftView>),
    /// Submitted or accepted; nothing to write.
    Sent(Box<FilingView>),
}

fn stored_form(text: &str) -> Result<FormInput> {
    serde_json::from_str(text).map_err(ServiceError::corrupt("draft.form"))
}

fn stored_text(form: &FormInput) -> Result<String> {
    serde_json::to_string(form).map_err(ServiceError::corrupt("draft.form"))
}

/// The draft of a filing and its revision, as they are stored.
pub(crate) async fn stored(connection: &impl ConnectionTrait, filing: Uuid) -> Result<Option<(FormInput, i32)>> {
    let row = draft::Entity::find_by_id(filing).one(connection).await?;
    row.map(|row| Ok((stored_form(&row.form)?, row.revision))).transpose()
}

/// Begins to write a version: the filing is a draft from now on, and has one.
pub(crate) async fn begin(store: &Store, write: &Write, row: filing::Model, draft: &Draft, form: &FormInput, by: PersonId) -> Result<i32> {
    let (filing_id, revision) = (row.id, first_revision(store));
    step(write, &row, &Filing::Draft(draft.clone())).await?;
    let row = draft::Model { filing_id, form: stored_text(form)?, revision, saved_at: write.at, saved_by: by.0 };
    draft::Entity::insert(row.into_active_model()).exec_without_returning(&**write).await?;
    Ok(revision)
}

/// Ends it: what was typed was sent or given up.
///
/// # Errors
/// [`ServiceError::StaleDraft`] when it was saved again since that revision: drafts take no turn of the chain.
pub(crate) async fn end(connection: &impl ConnectionTrait, filing: Uuid, revision: i32) -> Result<()> {
    draft_answer::Entity::delete_many().filter(draft_answer::Column::FilingId.eq(filing)).exec(connection).await?;
    let known = draft::Entity::delete_many().filter(draft::Column::FilingId.eq(filing)).filter(draft::Column::Revision.eq(revision));
    if known.exec(connection).await?.rows_affected == 1 { Ok(()) } else { Err(ServiceError::StaleDraft) }
}

/// The filing of a quarter as its resident finds it.
///
/// # Errors
/// [`ServiceError::Denied`]; [`ServiceError::NotYetOpen`]; [`ServiceError::QuarterClosed`] when nothing was begun in time;
/// [`ServiceError::NotFound`] when nothing is owed.
pub async fn find_own(store: &Store, actor: &Actor, resident: ResidentId, quarter: Quarter) -> Result<Found> {
    actor.check(Action::ReadOwn(resident))?;
    let obligation = obligation_of(store, &store.db, resident.0, quarter).await?;
    let row = find(&store.db, resident.0, quarter).await?;
    let filing = filing_of(&store.db, row.as_ref()).await?;
    match (filing.into_editable(), row) {
        (Ok(draft), row) => {
            let begun = match &row {
                Some(row) => draft::Entity::find_by_id(row.id).one(&store.db).await?,
                None => None,
            };
            if begun.is_none() {
                // nobody should begin to type what cannot be sent
                refuse_closed(&store.db, quarter).await?;
            }
            let view = draft_view(store, &obligation, quarter, row.as_ref(), begun, &draft).await?;
            Ok(Found::Draft(Box::new(view)))
        }
        (Err(_), Some(row)) => Ok(Found::Sent(Box::new(view(&store.db, row).await?))),
        (Err(error), None) => Err(error.into()),
    }
}

/// All versions that a resident has submitted for a quarter.
///
/// # Errors
/// [`ServiceError::Denied`], [`ServiceError::NotFound`].
pub async fn sent(store: &Store, actor: &Actor, resident: ResidentId, quarter: Quarter) -> Result<FilingView> {
    actor.check(Action::ReadOwn(resident))?;
    view(&store.db, find(&store.db, resident.0, quarter).await?.ok_or(ServiceError::NotFound)?).await
}

async fn draft_view(
    store: &Store,
    obligation: &obligation::Model,
    quarter: Quarter,
    row: Option<&filing::Model>,
    begun: Option<draft::Model>,
    draft: &Draft,
) -> Result<DraftView> {
    let region = obligation.region.0;
    let latest = match row {
        Some(row) => versions_of(&store.db, row.id).await?.into_iter().next(),
        None => None,
    };
    let form = match &begun {
        Some(begun) => stored_form(&begun.form)?,
        None => latest.as_ref().map_or_else(|| FormInput::new(region), |version| FormInput::of(&version.converted.content)),
    };
    let saved = match &begun {
        Some(begun) => Some((begun.saved_at, person_name(&store.db, begun.saved_by).await?)),
        None => None,
    };
    let known = rates::for_quarter(&store.db, quarter, Currency::foreign()).await?;
    let history = history(&store.db, obligation.resident_id, quarter, 1).await?;
    Ok(DraftView {
        resident: Resident::load(&store.db, ResidentId(obligation.resident_id)).await?,
        quarter,
        region,
        due_on: obligation.due_on,
        version: draft.version(),
        state: row.map_or(FilingState::Draft, |row| row.state.0),
        revision: begun.as_ref().map_or(0, |begun| begun.revision),
        form,
        saved,
        return_reason: latest.and_then(|version| version.return_reason),
        reason: draft.reason().map(str::to_owned),
        previous: previous_totals(&history, quarter)?,
        may_cancel: row.is_some_and(|row| row.accepted_version.is_some() || begun.is_some() && row.version == 1),
        means: Currency::foreign().filter_map(|currency| Some((currency, known.mean(currency, quarter)?.0))).collect(),
    })
}

/// The filing of a row, or a new one.
async fn filing_of(connection: &impl ConnectionTrait, row: Option<&filing::Model>) -> Result<Filing> {
    match row {
        Some(row) => restored(connection, row).await,
        None => Ok(Filing::begin()),
    }
}

/// The first revision of a draft: a random number, so that none of a draft that was given up comes again and lets a window
/// that still shows that one save over the new one.
fn first_revision(store: &Store) -> i32 {
    let low = store.new_id().as_u128() & 0x3fff_ffff;
    i32::try_from(low).map_or(1, |low| low + 1)
}

/// What is wrong with a form that is not saved.
///
/// # Errors
/// [`ServiceError::Denied`]; a quarter that is not owed.
pub async fn problems(store: &Store, actor: &Actor, resident: ResidentId, quarter: Quarter, form: &FormInput) -> Result<Vec<Finding>> {
    actor.check(Action::Prepare(resident))?;
    obligation_of(store, &store.db, resident.0, quarter).await?;
    Ok(match form.check_size() {
        Ok(()) => form.check(quarter).err().unwrap_or_default(),
        Err(finding) => vec![finding],
    })
}

/// Saves what was typed and returns the new revision. The form may be wrong in every field but not larger than
/// [`FormInput::check_size`] allows. Only the first save of a version is a step of the filing; the others need no record and
/// wait for nobody.
///
/// # Errors
/// [`ServiceError::StaleDraft`] when the draft was saved meanwhile.
pub async fn save(store: &Store, actor: &Actor, resident: ResidentId, quarter: Quarter, revision: i32, form: &FormInput) -> Result<i32> {
    let person = actor.check(Action::Prepare(resident))?;
    form.check_size().map_err(|finding| ServiceError::Invalid(vec![finding]))?;
    obligation_of(store, &store.db, resident.0, quarter).await?;
    refuse_closed(&store.db, quarter).await?;
    let row = find(&store.db, resident.0, quarter).await?;
    filing_of(&store.db, row.as_ref()).await?.into_editable()?;
    if let Some(row) = &row
        && let Some(revision) = save_again(store, row.id, revision, form, person).await?
    {
        return Ok(revision);
    }
    save_first(store, resident, quarter, revision, form, person).await
}

/// Saves over the draft that somebody saw, if there is one. One statement: what was sent or given up meanwhile stays so.
async fn save_again(store: &Store, filing: Uuid, revision: i32, form: &FormInput, by: PersonId) -> Result<Option<i32>> {
    let text = stored_text(form)?;
    let known = draft::Entity::find_by_id(filing).one(&store.db).await?;
    match known {
        None => return Ok(None),
        Some(known) if known.form == text => return Ok(Some(known.revision)), // nothing new, whoever saved it
        Some(known) if known.revision != revision => return Err(ServiceError::StaleDraft),
        Some(_) => {}
    }
    let saved = draft::Entity::update_many()
        .set(draft::ActiveModel {
            form: Set(text.clone()),
            revision: Set(revision + 1),
            saved_at: Set(store.now()),
            saved_by: Set(by.0),
            ..Default::default()
        })
        .filter(draft::Column::FilingId.eq(filing))
        .filter(draft::Column::Revision.eq(revision))
        .exec(store.off_record())
        .await?;
    if saved.rows_affected == 1 {
        return Ok(Some(revision + 1));
    }
    // sent twice at once, it was saved by the other
    let known = draft::Entity::find_by_id(filing).one(&store.db).await?;
    known.filter(|known| known.form == text).map(|known| Some(known.revision)).ok_or(ServiceError::StaleDraft)
}

/// Saves what nothing was saved of before.
async fn save_first(
    store: &Store,
    resident: ResidentId,
    quarter: Quarter,
    revision: i32,
    form: &FormInput,
    person: PersonId,
) -> Result<i32> {
    let write = store.write().await?;
    let row = find(&*write, resident.0, quarter).await?;
    let draft = filing_of(&*write, row.as_ref()).await?.into_editable()?;
    if let Some(row) = &row
        && let Some((known, revision)) = stored(&*write, row.id).await?
    {
        // somebody was faster
        return if known == *form { Ok(revision) } else { Err(ServiceError::StaleDraft) };
    }
    if revision != 0 {
        return Err(ServiceError::StaleDraft); // given up meanwhile
    }
    let row = if let Some(row) = row {
        row
    } else {
        let row = filing::Model {
            id: store.new_id(),
            resident_id: resident.0,
            quarter: Code(quarter),
            state: Code(FilingState::Draft),
            version: 1,
            accepted_version: None,
            reason: None,
        };
        write.insert(row.clone()).await?;
        row
    };
    let event =
        Event::new(person, AuditAction::FilingBegin, format!("filing/{}", row.id)).with(serde_json::json!({ "version": draft.version() }));
    let revision = begin(store, &write, row, &draft, form, person).await?;
    write.commit([event]).await?;
    Ok(revision)
}

/// Begins the next version of an accepted filing.
///
/// # Errors
/// No reason, a closed quarter, or a filing that is not accepted.
pub async fn amend(store: &Store, actor: &Actor, resident: ResidentId, quarter: Quarter, reason: &str) -> Result<()> {
    let person = actor.check(Action::Prepare(resident))?;
    let write = store.write().await?;
    refuse_closed(&*write, quarter).await?;
    let row = find(&*write, resident.0, quarter).await?.ok_or(ServiceError::NotFound)?;
    let draft = restored(&*write, &row).await?.into_accepted(Step::Amend)?.amend(reason)?;
    let in_force = in_force(&*write, &row).await?.ok_or(ServiceError::Corrupt("filing_version"))?;
    let form = FormInput::of(&in_force.content);
    let event =
        Event::new(person, AuditAction::FilingAmend, format!("filing/{}", row.id)).with(serde_json::json!({ "reason": draft.reason() }));
    begin(store, &write, row, &draft, &form, person).await?;
    write.commit([event]).await
}

/// Gives up what was begun by mistake: an amendment, or a first filing of which nothing was sent. What was typed goes; that
/// it was given up stays on record.
///
/// # Errors
/// [`ServiceError::StaleDraft`] when somebody saved the draft meanwhile; a draft that corrects what was returned or
/// withdrawn, which is owed.
pub async fn cancel(store: &Store, actor: &Actor, resident: ResidentId, quarter: Quarter, revision: i32) -> Result<()> {
    let person = actor.check(Action::Prepare(resident))?;
    let write = store.write().await?;
    let row = find(&*write, resident.0, quarter).await?.ok_or(ServiceError::NotFound)?;
    let cancelled = filing_of(&*write, Some(&row)).await?.into_editable()?;
    let number = cancelled.version();
    match stored(&*write, row.id).await? {
        None if revision == 0 => {}
        Some(_) => end(&*write, row.id, revision).await?,
        None => return Err(ServiceError::StaleDraft),
    }
    let event = Event::new(person, AuditAction::FilingCancel, format!("filing/{}", row.id)).with(serde_json::json!({ "version": number }));
    let reason = match row.accepted_version {
        Some(number) => version_row(&*write, row.id, number).await?.reason,
        None => None,
    };
    match cancelled.cancel(reason)? {
        None => {
            write.delete(row).await?;
        }
        Some(accepted) => {
            step(&write, &row, &Filing::Accepted(accepted)).await?;
        }
    }
    write.commit([event]).await
}

/// Checks a form against the rates of its quarter.
///
/// # Errors
/// [`ServiceError::Invalid`] with every finding.
pub(crate) async fn checked_and_converted(
    connection: &impl ConnectionTrait,
    quarter: Quarter,
    form: &FormInput,
    frozen: Option<&Converted>,
) -> Result<(Converted, Totals)> {
    let content = form.check(quarter).map_err(ServiceError::Invalid)?;
    let known = rates::for_quarter(connection, quarter, content.exports.iter().map(|line| line.currency)).await?;
    // lines that were skipped as blank do not count in `content`, so find the line in the form again
    let conversions = content.convert(&known, quarter, frozen).map_err(|(n, error)| {
        let line = form.filled(Section::Exports).nth(n).map_or(n, |(line, _)| line);
        let (field, compared) = match error {
            ConversionError::NoRate(currency) => (Field::Currency, Compared::NoRate(currency)),
            ConversionError::TooLarge => (Field::Amount, Compared::Amount(AmountError::TooLarge)),
        };
        ServiceError::Invalid(vec![Finding { at: FieldPath::of(Section::Exports, line, field), compared }])
    })?;
    let converted = Converted { content, conversions };
    let totals = converted.totals()?;
    Ok((converted, totals))
}
