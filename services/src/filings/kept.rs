//! What a person sent that could not be taken: kept word for word, for that person alone. A form sent after its session
//! had ended, to a closed quarter, over somebody else's change or too large is found again; so is a reason.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::{Action, Actor},
    audit::AuditAction,
    edits::Reply,
    form::FormInput,
    ids::{FilingId, PersonId, ReleaseId, ResidentId},
    quarter::Quarter,
};
use hmac::{Hmac, KeyInit, Mac};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};
use sha2::Sha256;
use uuid::Uuid;

use crate::{
    accounts::session::actor as actor_of,
    entity::{filing, installation, kept_text, obligation, release},
    error::{Result, ServiceError},
    store::{Store, audit::Event, code::Code},
};

/// The most texts that are kept of one person; the oldest make room.
const MOST: u64 = 20;
/// A text is kept at least this long, unless others need its room.
const KEPT: TimeDelta = TimeDelta::days(90);

/// What a text was sent for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The form of a filing, as JSON of [`FormInput`].
    Form(ResidentId, Quarter),
    /// The reason of an amendment.
    Amendment(ResidentId, Quarter),
    /// What is said to the findings of a filing, as JSON of a list of [`Reply`].
    Replies(ResidentId, Quarter),
    /// The reason of a return.
    Return(FilingId),
    /// Why a release of a quarter is provisional.
    Order(Quarter),
    /// Why a release is withdrawn or given up.
    Release(ReleaseId),
}

impl Subject {
    fn code(self) -> String {
        match self {
            Self::Form(resident, quarter) => format!("filing/{resident}/{quarter}"),
            Self::Amendment(resident, quarter) => format!("amendment/{resident}/{quarter}"),
            // the name of the first programs, which asked about the books alone
            Self::Replies(resident, quarter) => format!("books/{resident}/{quarter}"),
            Self::Return(filing) => format!("return/{filing}"),
            Self::Order(quarter) => format!("release_order/{quarter}"),
            Self::Release(release) => format!("release/{release}"),
        }
    }

    /// Who may not do it has nothing to keep.
    fn action(self) -> Action {
        match self {
            Self::Form(resident, _) | Self::Amendment(resident, _) | Self::Replies(resident, _) => Action::Prepare(resident),
            Self::Return(_) => Action::Decide,
            Self::Order(_) | Self::Release(_) => Action::Release,
        }
    }
}

/// The key with which the words of this installation are signed.
const KEY: &str = "keep_key";

/// Makes the key, if there is none.
pub(crate) async fn ensure_key(store: &Store) -> Result<()> {
    if installation::Entity::find_by_id(KEY).one(&store.db).await?.is_some() {
        return Ok(());
    }
    let write = store.write().await?;
    // looked up in the transaction: two servers may start at once
    if installation::Entity::find_by_id(KEY).one(&*write).await?.is_none() {
        write.insert(installation::Model { key: KEY.to_owned(), value: hex::encode(store.random::<32>()) }).await?;
        write.say(Event::of_system(AuditAction::InstallationSet, format!("installation/{KEY}"))).await?;
    }
    write.commit([]).await
}

async fn signer(store: &Store) -> Result<Hmac<Sha256>> {
    let row = installation::Entity::find_by_id(KEY).one(&store.db).await?.ok_or(ServiceError::Corrupt("installation"))?;
    Hmac::new_from_slice(row.value.as_bytes()).map_err(ServiceError::corrupt("installation"))
}

fn signed_text(person: Uuid, at: i64, subject: Subject) -> String {
    format!("{person}.{at}.{}", subject.code())
}

/// What a form carries so that its words can be kept for the actor even if neither cookie nor session is left when it is
/// sent: who, since when, and a signature that binds it to the subject. It gives no right to anything else.
///
/// # Errors
/// [`ServiceError::Denied`].
pub async fn token(store: &Store, actor: &Actor, subject: Subject) -> Result<String> {
    let person = actor.check(subject.action())?;
    let at = store.now().timestamp_millis();
    let mut signer = signer(store).await?;
    signer.update(signed_text(person.0, at, subject).as_bytes());
    Ok(format!("{person}.{at}.{}", hex::encode(signer.finalize().into_bytes())))
}

/// For whom a form with this token is kept; nobody if it was made for another subject, is older than a kept text may be, or
/// is no token of ours.
///
/// # Errors
/// The database's.
pub async fn person_of(store: &Store, token: &str, subject: Subject) -> Result<Option<PersonId>> {
    let mut parts = token.split('.');
    let (Some(person), Some(at), Some(signature), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else { return Ok(None) };
    let (Ok(person), Ok(at)) = (person.parse::<Uuid>(), at.parse::<i64>()) else { return Ok(None) };
    let mut signer = signer(store).await?;
    signer.update(signed_text(person, at, subject).as_bytes());
    // compared in constant time by the crate
    let right = hex::decode(signature).is_ok_and(|signature| signer.verify_slice(&signature).is_ok());
    let fresh = DateTime::<Utc>::from_timestamp_millis(at).is_some_and(|at| store.now() - at < KEPT);
    Ok((right && fresh).then_some(PersonId(person)))
}

/// Keeps a text. `person` may be that of a session that has ended: the rights are looked up anew.
///
/// # Errors
/// [`ServiceError::Denied`] for a subject that is not the person's to write on; [`ServiceError::NotFound`] for one that
/// does not exist.
async fn keep(store: &Store, person: PersonId, subject: Subject, text: String) -> Result<Uuid> {
    actor_of(store, person).await?.check(subject.action())?;
    if !exists(&store.db, subject).await? {
        return Err(ServiceError::NotFound);
    }
    let write = store.aside(&[format!("kept_text/{person}")]).await?;
    let now = store.now();
    let own = kept_text::Entity::find().filter(kept_text::Column::PersonId.eq(person.0));
    let same = own.clone().filter(kept_text::Column::Subject.eq(subject.code())).filter(kept_text::Column::Text.eq(&text));
    let same: Option<Uuid> = same.select_only().column(kept_text::Column::Id).into_tuple().one(&write).await?;
    let room =
        own.select_only().column(kept_text::Column::Id).order_by_desc(kept_text::Column::SavedAt).order_by_desc(kept_text::Column::Id);
    let mut going: Vec<Uuid> = room.offset(MOST - 1).limit(1_000).into_tuple().all(&write).await?;
    going.extend(same);
    let old = kept_text::Column::PersonId.eq(person.0).and(kept_text::Column::SavedAt.lt(now - KEPT));
    kept_text::Entity::delete_many().filter(kept_text::Column::Id.is_in(going).or(old)).exec(&write).await?;
    let id = same.unwrap_or_else(|| store.new_id());
    let row = kept_text::Model { id, person_id: person.0, subject: subject.code(), text, saved_at: now };
    kept_text::Entity::insert(row.into_active_model()).exec_without_returning(&write).await?;
    write.commit().await?;
    Ok(id)
}

/// Keeps a reason. Stored as JSON, so that what no text column takes is kept too.
///
/// # Errors
/// [`ServiceError::Denied`] for what is not the person's to write on; [`ServiceError::NotFound`] for what does not exist.
pub async fn keep_reason(store: &Store, person: PersonId, subject: Subject, reason: &str) -> Result<Uuid> {
    keep(store, person, subject, serde_json::to_string(reason).map_err(ServiceError::corrupt("kept_text"))?).await
}

async fn exists(connection: &impl ConnectionTrait, subject: Subject) -> Result<bool> {
    Ok(match subject {
        Subject::Form(resident, quarter) | Subject::Amendment(resident, quarter) | Subject::Replies(resident, quarter) => {
            obligation::Entity::find_by_id((resident.0, Code(quarter))).one(connection).await?.is_some()
        }
        Subject::Return(filing) => filing::Entity::find_by_id(filing.0).one(connection).await?.is_some(),
        Subject::Order(_) => true,
        Subject::Release(id) => release::Entity::find_by_id(id.0).one(connection).await?.is_some(),
    })
}

/// Keeps a form, however large or wrong.
///
/// # Errors
/// [`ServiceError::Denied`] for what is not the person's to write on; [`ServiceError::NotFound`] for what does not exist.
pub async fn keep_form(store: &Store, person: PersonId, resident: ResidentId, quarter: Quarter, form: &FormInput) -> Result<Uuid> {
    let text = serde_json::to_string(form).map_err(ServiceError::corrupt("kept_text"))?;
    keep(store, person, Subject::Form(resident, quarter), text).await
}

/// Keeps what is said to findings.
///
/// # Errors
/// [`ServiceError::Denied`] for what is not the person's to write on; [`ServiceError::NotFound`] for what does not exist.
pub async fn keep_replies(store: &Store, person: PersonId, resident: ResidentId, quarter: Quarter, replies: &[Reply]) -> Result<Uuid> {
    let text = serde_json::to_string(replies).map_err(ServiceError::corrupt("kept_text"))?;
    keep(store, person, Subject::Replies(resident, quarter), text).await
}

/// A text that the actor sent for `subject`, and when.
///
/// # Errors
/// [`ServiceError::Denied`]; [`ServiceError::NotFound`] also for somebody else's text.
async fn find(store: &Store, actor: &Actor, subject: Subject, id: Uuid) -> Result<(String, DateTime<Utc>)> {
    let person = actor.check(subject.action())?;
    let own = kept_text::Entity::find_by_id(id)
        .filter(kept_text::Column::PersonId.eq(person.0))
        .filter(kept_text::Column::Subject.eq(subject.code()));
    let kept = own.one(&store.db).await?.ok_or(ServiceError::NotFound)?;
    Ok((kept.text, kept.saved_at))
}

/// A reason that the actor sent.
///
/// # Errors
/// [`ServiceError::Denied`]; [`ServiceError::NotFound`] also for somebody else's text.
pub async fn find_reason(store: &Store, actor: &Actor, subject: Subject, id: Uuid) -> Result<String> {
    let (text, _) = find(store, actor, subject, id).await?;
    // an earlier version of the program kept reasons bare
    Ok(serde_json::from_str(&text).unwrap_or(text))
}

/// What the actor said to findings; nothing where it is kept no more.
///
/// # Errors
/// [`ServiceError::Denied`]; [`ServiceError::NotFound`] also for somebody else's text.
pub async fn find_replies(store: &Store, actor: &Actor, resident: ResidentId, quarter: Quarter, id: Uuid) -> Result<Vec<Reply>> {
    match find(store, actor, Subject::Replies(resident, quarter), id).await {
        // the first programs kept one reason
        Ok((text, _)) => Ok(serde_json::from_str(&text).unwrap_or_else(|_| {
            let reason = serde_json::from_str(&text).unwrap_or(text);
            vec![Reply { reason, ..Reply::default() }]
        })),
        Err(ServiceError::NotFound) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// A form that the actor sent, and when.
///
/// # Errors
/// [`ServiceError::Denied`]; [`ServiceError::NotFound`] also for somebody else's text.
pub async fn find_form(
    store: &Store,
    actor: &Actor,
    resident: ResidentId,
    quarter: Quarter,
    id: Uuid,
) -> Result<(FormInput, DateTime<Utc>)> {
    let (text, saved_at) = find(store, actor, Subject::Form(resident, quarter), id).await?;
    Ok((serde_json::from_str(&text).map_err(ServiceError::corrupt("kept_text"))?, saved_at))
}
