//! What a person sent that could not be taken: kept word for word, for that person alone. A form sent after its session
//! had ended, to a closed quarter, over somebody else's change or too large is found again; so is a reason.

use domain::{
    access::{Action, Actor},
    form::FormInput,
    ids::{FilingId, PersonId, ResidentId},
    quarter::Quarter,
};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::{
    audit::Event,
    entity::kept_text,
    error::{Result, ServiceError},
    session::actor as actor_of,
    store::Store,
};

/// The most texts that are kept of one person and subject; older ones make room.
const MOST: usize = 20;

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
/// [`ServiceError::Denied`] for a subject that is not the person's to write on.
pub async fn keep(store: &Store, person: PersonId, subject: Subject, text: String) -> Result<Uuid> {
    actor_of(store, person).await?.check(subject.action())?;
    let write = store.write().await?;
    let own = kept_text::Entity::find()
        .filter(kept_text::Column::PersonId.eq(person.0))
        .filter(kept_text::Column::Subject.eq(subject.code()))
        .order_by_desc(kept_text::Column::SavedAt)
        .order_by_desc(kept_text::Column::Id)
        .all(&*write)
        .await?;
    if let Some(same) = own.iter().find(|kept| kept.text == text) {
        return Ok(same.id);
    }
    let oldest = own.iter().skip(MOST - 1).map(|kept| kept.id);
    kept_text::Entity::delete_many().filter(kept_text::Column::Id.is_in(oldest)).exec(&*write).await?;
    let row = kept_text::Model { id: store.new_id(), person_id: person.0, subject: subject.code(), text, saved_at: write.at };
    let id = row.id;
    kept_text::Entity::insert(row.into_active_model()).exec_without_returning(&*write).await?;
    write.commit([Event::new(person, "text.keep", subject.code())]).await?;
    Ok(id)
}

/// Keeps a form, however large or wrong.
///
/// # Errors
/// As [`keep`].
pub async fn keep_form(store: &Store, person: PersonId, resident: ResidentId, quarter: Quarter, form: &FormInput) -> Result<Uuid> {
    let text = serde_json::to_string(form).map_err(ServiceError::corrupt("kept_text"))?;
    keep(store, person, Subject::Form(resident, quarter), text).await
}

/// A text that the actor sent for `subject`.
///
/// # Errors
/// [`ServiceError::Denied`]; [`ServiceError::NotFound`] also for somebody else's text.
pub async fn find(store: &Store, actor: &Actor, subject: Subject, id: Uuid) -> Result<String> {
    let person = actor.check(subject.action())?;
    let own = kept_text::Entity::find_by_id(id)
        .filter(kept_text::Column::PersonId.eq(person.0))
        .filter(kept_text::Column::Subject.eq(subject.code()));
    Ok(own.one(&store.db).await?.ok_or(ServiceError::NotFound)?.text)
}

/// A form that the actor sent.
///
/// # Errors
/// As [`find`].
pub async fn find_form(store: &Store, actor: &Actor, resident: ResidentId, quarter: Quarter, id: Uuid) -> Result<FormInput> {
    let text = find(store, actor, Subject::Form(resident, quarter), id).await?;
    serde_json::from_str(&text).map_err(ServiceError::corrupt("kept_text"))
}
