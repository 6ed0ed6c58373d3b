//! What a person sent that could not be taken: kept word for word, for that person alone. A form sent after its session
//! had ended, to a closed quarter, over somebody else's change or too large is found again; so is a reason.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::{Action, Actor},
    form::FormInput,
    ids::{FilingId, PersonId, ResidentId},
    quarter::Quarter,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::{
    audit::Event,
    entity::{filing, kept_text, obligation},
    error::{Result, ServiceError},
    session::actor as actor_of,
    store::Store,
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
    /// The reason of a return.
    Return(FilingId),
}

impl Subject {
    fn code(self) -> String {
        match self {
            Self::Form(resident, quarter) => format!("filing/{resident}/{quarter}"),
            Self::Amendment(resident, quarter) => format!("amendment/{resident}/{quarter}"),
            Self::Return(filing) => format!("return/{filing}"),
        }
    }

    /// Who may not do it has nothing to keep.
    fn action(self) -> Action {
        match self {
            Self::Form(resident, _) | Self::Amendment(resident, _) => Action::Prepare(resident),
            Self::Return(_) => Action::Decide,
        }
    }
}

/// Keeps a text. `person` may be that of a session that has ended: the rights are looked up anew.
///
/// # Errors
/// [`ServiceError::Denied`] for a subject that is not the person's to write on; [`ServiceError::NotFound`] for one that
/// does not exist.
pub async fn keep(store: &Store, person: PersonId, subject: Subject, text: String) -> Result<Uuid> {
    actor_of(store, person).await?.check(subject.action())?;
    let write = store.write().await?;
    if !exists(&*write, subject).await? {
        return Err(ServiceError::NotFound);
    }
    let own = kept_text::Entity::find().filter(kept_text::Column::PersonId.eq(person.0));
    let same = own.clone().filter(kept_text::Column::Subject.eq(subject.code())).filter(kept_text::Column::Text.eq(&text));
    let same: Option<Uuid> = same.select_only().column(kept_text::Column::Id).into_tuple().one(&*write).await?;
    let room =
        own.select_only().column(kept_text::Column::Id).order_by_desc(kept_text::Column::SavedAt).order_by_desc(kept_text::Column::Id);
    let mut going: Vec<Uuid> = room.offset(MOST - 1).limit(1_000).into_tuple().all(&*write).await?;
    going.extend(same);
    let old = kept_text::Column::PersonId.eq(person.0).and(kept_text::Column::SavedAt.lt(write.at - KEPT));
    kept_text::Entity::delete_many().filter(kept_text::Column::Id.is_in(going).or(old)).exec(&*write).await?;
    let id = same.unwrap_or_else(|| store.new_id());
    let row = kept_text::Model { id, person_id: person.0, subject: subject.code(), text, saved_at: write.at };
    kept_text::Entity::insert(row.into_active_model()).exec_without_returning(&*write).await?;
    write.commit([Event::new(person, "text.keep", subject.code())]).await?;
    Ok(id)
}

async fn exists(connection: &impl ConnectionTrait, subject: Subject) -> Result<bool> {
    Ok(match subject {
        Subject::Form(resident, quarter) | Subject::Amendment(resident, quarter) => {
            obligation::Entity::find_by_id((resident.0, quarter.to_string())).one(connection).await?.is_some()
        }
        Subject::Return(filing) => filing::Entity::find_by_id(filing.0).one(connection).await?.is_some(),
    })
}

/// Keeps a form, however large or wrong.
///
/// # Errors
/// As [`keep`].
pub async fn keep_form(store: &Store, person: PersonId, resident: ResidentId, quarter: Quarter, form: &FormInput) -> Result<Uuid> {
    let text = serde_json::to_string(form).map_err(ServiceError::corrupt("kept_text"))?;
    keep(store, person, Subject::Form(resident, quarter), text).await
}

/// A text that the actor sent for `subject`, and when.
///
/// # Errors
/// [`ServiceError::Denied`]; [`ServiceError::NotFound`] also for somebody else's text.
pub async fn find(store: &Store, actor: &Actor, subject: Subject, id: Uuid) -> Result<(String, DateTime<Utc>)> {
    let person = actor.check(subject.action())?;
    let own = kept_text::Entity::find_by_id(id)
        .filter(kept_text::Column::PersonId.eq(person.0))
        .filter(kept_text::Column::Subject.eq(subject.code()));
    let kept = own.one(&store.db).await?.ok_or(ServiceError::NotFound)?;
    Ok((kept.text, kept.saved_at))
}

/// A form that the actor sent, and when.
///
/// # Errors
/// As [`find`].
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
