//! Writing a draft. What was typed is kept word for word; a save over somebody else's change is refused.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    access::{Action, Actor},
    content::{Converted, Totals},
    filing::{Filing, FilingState, VersionState},
    form::{FieldProblem, FormInput, Problem},
    ids::ResidentId,
    money::{Cents, Currency, Tiyin},
    quarter::Quarter,
    region::Region,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, JoinType, QueryFilter, QuerySelect,
};
use uuid::Uuid;

use crate::{
    audit::Event,
    entity::{filing, filing_version, obligation},
    error::{Result, ServiceError},
    filings::{FilingView, find, on_filing, restore, versions, view},
    open_period::{obligation_of, refuse_closed},
    rates,
    register::{Resident, person_name},
    store::Store,
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

/// The figures of the resident's quarter before: those in force, else those in review. What was sent back is no measure.
pub(crate) async fn previous_totals(connection: &impl ConnectionTrait, resident: Uuid, quarter: Quarter) -> Result<Option<Totals>> {
    // by the filing alone: a filter on the state makes SQLite walk every version of that state
    let versions = filing_version::Entity::find()
        .join(JoinType::InnerJoin, on_filing())
        .filter(filing::Column::ResidentId.eq(resident))
        .filter(filing::Column::Quarter.eq(quarter.previous().to_string()))
        .all(connection)
        .await?;
    let of_state = |state: VersionState| versions.iter().find(|version| version.state == state.code());
    let row = of_state(VersionState::Accepted).or_else(|| of_state(VersionState::Submitted));
    row.map(stored_totals).transpose()
}

fn stored_totals(row: &filing_version::Model) -> Result<Totals> {
    let (domestic, exports_uzs) = (Tiyin(row.domestic_tiyin), Tiyin(row.exports_tiyin));
    let services = domestic.plus(exports_uzs)?;
    Ok(Totals {
        domestic,
        exports_uzs,
        exports_usd: Cents(row.exports_cents),
        services,
        employees: u32::try_from(row.employees).map_err(ServiceError::corrupt("filing_version.employees"))?,
        difference: Tiyin(row.control_tiyin).minus(services)?,
    })
}

fn stored_form(text: &str) -> Result<FormInput> {
    serde_json::from_str(text).map_err(ServiceError::corrupt("filing.draft"))
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
    let filing = row.as_ref().map_or_else(|| Ok(Filing::begin()), |row| restore(row, None))?;
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
        Some(row) => versions(&store.db, row.id).await?.into_iter().next(),
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
        previous: previous_totals(&store.db, obligation.resident_id, quarter).await?,
        means: Currency::foreign().filter_map(|currency| Some((currency, known.mean(currency, quarter)?.0))).collect(),
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
    let filing = row.as_ref().map_or_else(|| Ok(Filing::begin()), |row| restore(row, None))?;
    let draft = filing.into_editable()?;
    let text = serde_json::to_string(form).map_err(ServiceError::corrupt("filing.draft"))?;
    let Some(row) = row else {
        if revision != 0 {
            return Err(ServiceError::NotFound);
        }
        let row = filing::Model {
            id: store.new_id(),
            resident_id: resident.0,
            quarter: quarter.to_string(),
            state: FilingState::Draft.to_string(),
            version: 1,
            accepted_version: None,
            reason: None,
            draft: Some(text),
            draft_revision: 1,
            draft_saved_at: Some(write.at),
            draft_saved_by: Some(person.0),
        };
        let event = Event::new(person, "filing.begin", format!("filing/{}", row.id));
        filing::Entity::insert(row.into_active_model()).exec_without_returning(&*write).await?;
        write.commit([event]).await?;
        return Ok(1);
    };
    if row.draft.as_deref() == Some(text.as_str()) {
        return Ok(row.draft_revision); // nothing new, whoever saved it
    }
    if row.draft_revision != revision {
        return Err(ServiceError::StaleDraft);
    }
    let event = Event::new(person, "filing.draft", format!("filing/{}", row.id));
    let revision = row.draft_revision + 1;
    filing::ActiveModel {
        state: Set(FilingState::Draft.to_string()),
        version: Set(i32::try_from(draft.version()).map_err(ServiceError::corrupt("filing.version"))?),
        draft: Set(Some(text)),
        draft_revision: Set(revision),
        draft_saved_at: Set(Some(write.at)),
        draft_saved_by: Set(Some(person.0)),
        ..row.into_active_model()
    }
    .update_without_returning(&*write)
    .await?;
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
    let draft = restore(&row, None)?.into_accepted()?.amend(reason)?;
    let latest = versions(&*write, row.id).await?.into_iter().next().ok_or(ServiceError::Corrupt("filing_version"))?;
    let form = FormInput::of(&latest.converted.content);
    let event = Event::new(person, "filing.amend", format!("filing/{}", row.id)).with(serde_json::json!({ "reason": draft.reason() }));
    filing::ActiveModel {
        state: Set(FilingState::Draft.to_string()),
        version: Set(i32::try_from(draft.version()).map_err(ServiceError::corrupt("filing.version"))?),
        reason: Set(draft.reason().map(str::to_owned)),
        draft: Set(Some(serde_json::to_string(&form).map_err(ServiceError::corrupt("filing.draft"))?)),
        draft_revision: Set(row.draft_revision + 1),
        draft_saved_at: Set(Some(write.at)),
        draft_saved_by: Set(Some(person.0)),
        ..row.into_active_model()
    }
    .update_without_returning(&*write)
    .await?;
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
