//! People with a sign-in, and what they may do.

use chrono::NaiveDate;
use domain::{
    access::Role,
    ids::{PersonId, ResidentId},
};
use sea_orm::{ConnectionTrait, EntityTrait};
use uuid::Uuid;

use crate::{
    accounts::session::normal_email,
    entity::{membership, official, person},
    error::Result,
    store::{Store, Write, code::Code},
};

/// A person to be entered.
#[derive(Debug, Clone)]
pub struct NewPerson<'a> {
    /// Address to sign in with.
    pub email: &'a str,
    /// Name to show.
    pub name: &'a str,
    /// Result of [`crate::accounts::session::hash_password`].
    pub password_hash: String,
    /// Whether the account belongs to the demonstration.
    pub invented: bool,
}

impl NewPerson<'_> {
    pub(crate) fn row(self, id: Uuid) -> person::Model {
        person::Model {
            id,
            email: normal_email(self.email),
            name: self.name.to_owned(),
            password_hash: self.password_hash,
            invented: self.invented,
        }
    }
}

/// What a new person may do.
#[derive(Debug, Clone)]
pub enum Position {
    /// Prepares and submits for a resident from this day.
    Member(ResidentId, NaiveDate),
    /// An official.
    Official(Role),
}

pub(crate) async fn insert_person(store: &Store, write: &Write, new: NewPerson<'_>, positions: &[Position]) -> Result<PersonId> {
    let id = store.new_id();
    write.insert(new.row(id)).await?;
    for position in positions {
        match position {
            Position::Member(resident, from_day) => {
                let row = membership::Model {
                    person_id: id,
                    resident_id: resident.0,
                    may_prepare: true,
                    may_submit: true,
                    from_day: *from_day,
                    until_day: None,
                };
                write.insert(row).await?;
            }
            Position::Official(role) => {
                let (role, region) = role.parts();
                write.insert(official::Model { id: store.new_id(), person_id: id, role: Code(role), region: region.map(Code) }).await?;
            }
        }
    }
    Ok(PersonId(id))
}

pub(crate) async fn person_name(connection: &impl ConnectionTrait, id: Uuid) -> Result<String> {
    Ok(person::Entity::find_by_id(id).one(connection).await?.map(|person| person.name).unwrap_or_default())
}
