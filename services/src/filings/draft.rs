//! Writing a draft. What was typed is kept word for word; a save over somebody else's change is refused.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    access::{Action, Actor},
    audit::AuditAction,
    content::{Converted, Totals},
    filing::{Draft, Filing, FilingState, Step},
    form::{FieldProblem, FormInput, Problem},
    ids::{PersonId, ResidentId},
    money::Currency,
    quarter::Quarter,
    region::Region,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait, IntoActiveModel};

use crate::{
    accounts::person::person_name,
    entity::{filing, obligation},
    error::{Result, ServiceError},
    filings::versions::{FilingView, find, history, in_force, previous_totals, restored, version_row, versions_of, view},
    periods::{obligation_of, refuse_closed},
    reference::rates,
    register::Resident,
    store::{Store, audit::Event},
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
    serde_json::from_str(text).map_err(ServiceError::corrupt("filing.draft"))
}

pub(crate) fn stored_text(form: &FormInput) -> Result<String> {
    serde_json::to_string(form).map_err(ServiceError::corrupt("filing.draft"))
}

/// The row of a filing with `text` as its draft, saved by a person at a time.
pub(crate) fn written(row: filing::Model, draft: &Draft, text: String, person: PersonId, at: DateTime<Utc>) -> Result<filing::ActiveModel> {
    Ok(filing::ActiveModel {
        state: Set(FilingState::Draft.to_string()),
        version: Set(i32::try_from(draft.version()).map_err(ServiceError::corrupt("filing.version"))?),
        draft: Set(Some(text)),
        draft_revision: Set(row.draft_revision + 1),
        draft_saved_at: Set(Some(at)),
        draft_saved_by: Set(Some(person.0)),
        ..row.into_active_model()
    })
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
            if row.as_ref().is_none_or(|row| row.draft.is_none()) {
                // nobody should begin to type what cannot be sent
                refuse_closed(&store.db, quarter).await?;
            }
            let view = draft_view(store, &obligation, quarter, row.as_ref(), draft.version(), draft.reason()).await?;
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
    version: u32,
    reason: Option<&str>,
) -> Result<DraftView> {
    let region = obligation.region.parse().map_err(ServiceError::corrupt("obligation.region"))?;
    let latest = match row {
        Some(row) => versions_of(&store.db, row.id).await?.into_iter().next(),
        None => None,
    };
    let form = match row.and_then(|row| row.draft.as_deref()) {
        Some(text) => stored_form(text)?,
        None => latest.as_ref().map_or_else(|| FormInput::new(region), |version| FormInput::of(&version.converted.content)),
    };
    let saved = match row.and_then(|row| Some((row.draft_saved_at?, row.draft_saved_by?))) {
        Some((at, by)) => Some((at, person_name(&store.db, by).await?)),
        None => None,
    };
    let known = rates::for_quarter(&store.db, quarter, Currency::foreign()).await?;
    let history = history(&store.db, obligation.resident_id, quarter).await?;
    Ok(DraftView {
        resident: Resident::load(&store.db, ResidentId(obligation.resident_id)).await?,
        quarter,
        region,
        due_on: obligation.due_on,
        version,
        state: row.map_or(Ok(FilingState::Draft), |row| row.state.parse()).map_err(ServiceError::corrupt("filing.state"))?,
        revision: row.map_or(0, |row| row.draft_revision),
        form,
        saved,
        return_reason: latest.and_then(|version| version.return_reason),
        reason: reason.map(str::to_owned),
        previous: previous_totals(&history, quarter)?,
        may_cancel: row.is_some_and(|row| row.accepted_version.is_some() || row.draft.is_some() && row.version == 1),
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
pub async fn problems(store: &Store, actor: &Actor, resident: ResidentId, quarter: Quarter, form: &FormInput) -> Result<Vec<FieldProblem>> {
    actor.check(Action::Prepare(resident))?;
    obligation_of(store, &store.db, resident.0, quarter).await?;
    Ok(match form.check_size() {
        Ok(()) => form.check(quarter).err().unwrap_or_default(),
        Err(problem) => vec![problem],
    })
}

/// Saves what was typed and returns the new revision. The form may be wrong in every field but not larger than
/// [`FormInput::check_size`] allows.
///
/// # Errors
/// [`ServiceError::StaleDraft`] when the draft was saved meanwhile.
pub async fn save(store: &Store, actor: &Actor, resident: ResidentId, quarter: Quarter, revision: i32, form: &FormInput) -> Result<i32> {
    let person = actor.check(Action::Prepare(resident))?;
    form.check_size().map_err(|problem| ServiceError::Invalid(vec![problem]))?;
    let write = store.write().await?;
    obligation_of(store, &*write, resident.0, quarter).await?;
    refuse_closed(&*write, quarter).await?;
    let row = find(&*write, resident.0, quarter).await?;
    let draft = filing_of(&*write, row.as_ref()).await?.into_editable()?;
    let text = stored_text(form)?;
    let Some(row) = row else {
        if revision != 0 {
            return Err(ServiceError::StaleDraft); // cancelled meanwhile
        }
        let (id, revision) = (store.new_id(), first_revision(store));
        let row = filing::Model {
            id,
            resident_id: resident.0,
            quarter: quarter.to_string(),
            state: FilingState::Draft.to_string(),
            version: 1,
            accepted_version: None,
            reason: None,
            draft: Some(text),
            draft_revision: revision,
            draft_saved_at: Some(write.at),
            draft_saved_by: Some(person.0),
        };
        let event = Event::new(person, AuditAction::FilingBegin, format!("filing/{}", row.id));
        filing::Entity::insert(row.into_active_model()).exec_without_returning(&*write).await?;
        write.commit([event]).await?;
        return Ok(revision);
    };
    if row.draft.as_deref() == Some(text.as_str()) {
        return Ok(row.draft_revision); // nothing new, whoever saved it
    }
    if row.draft_revision != revision {
        return Err(ServiceError::StaleDraft);
    }
    let event = Event::new(person, AuditAction::FilingDraft, format!("filing/{}", row.id));
    let revision = row.draft_revision + 1;
    written(row, &draft, text, person, write.at)?.update_without_returning(&*write).await?;
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
    filing::ActiveModel { reason: Set(draft.reason().map(str::to_owned)), ..written(row, &draft, stored_text(&form)?, person, write.at)? }
        .update_without_returning(&*write)
        .await?;
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
    if row.draft_revision != revision {
        return Err(ServiceError::StaleDraft);
    }
    let event = Event::new(person, AuditAction::FilingCancel, format!("filing/{}", row.id)).with(serde_json::json!({ "version": number }));
    match cancelled.cancel()? {
        None => {
            filing::Entity::delete_by_id(row.id).exec(&*write).await?;
        }
        Some(accepted) => {
            let back = Filing::Accepted(accepted);
            let in_force = version_row(&*write, row.id, row.accepted_version.unwrap_or_default()).await?;
            filing::ActiveModel {
                state: Set(back.state().to_string()),
                version: Set(i32::try_from(back.version()).map_err(ServiceError::corrupt("filing.version"))?),
                reason: Set(in_force.reason),
                draft: Set(None),
                draft_revision: Set(row.draft_revision + 1),
                ..row.into_active_model()
            }
            .update_without_returning(&*write)
            .await?;
        }
    }
    write.commit([event]).await
}

/// Checks a form against the rates of its quarter.
///
/// # Errors
/// [`ServiceError::Invalid`] with every problem.
pub(crate) async fn convert(
    connection: &impl ConnectionTrait,
    quarter: Quarter,
    form: &FormInput,
    frozen: Option<&Converted>,
) -> Result<(Converted, Totals)> {
    let content = form.check(quarter).map_err(ServiceError::Invalid)?;
    let known = rates::for_quarter(connection, quarter, content.exports.iter().map(|line| line.currency)).await?;
    // lines that were skipped as blank do not count in `content`, so find the line in the form again
    let conversions = content.convert(&known, quarter, frozen).map_err(|(n, error)| {
        let line = form.exports.iter().enumerate().filter(|(_, line)| !line.is_blank()).nth(n).map_or(n, |(line, _)| line);
        let problem = match error {
            domain::exchange::ConversionError::NoRate(currency) => ("currency", Problem::NoRate(currency.to_string())),
            domain::exchange::ConversionError::TooLarge => ("amount", Problem::Amount(domain::amount::AmountError::TooLarge)),
        };
        ServiceError::Invalid(vec![FieldProblem { field: format!("exports.{line}.{}", problem.0), problem: problem.1 }])
    })?;
    let converted = Converted { content, conversions };
    let totals = converted.totals()?;
    Ok((converted, totals))
}
