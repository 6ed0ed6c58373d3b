//! The first register of an installation: residents, people and rates, entered at once. For demonstrations and tests, until an office enters
//! its own.

use chrono::{DateTime, Utc};
use domain::{audit::AuditAction, ids::PersonId};

use crate::{
    accounts::person::{NewPerson, Position, insert_person},
    error::Result,
    installation,
    reference::rates::{self, NewRate},
    register::{NewResident, insert_resident},
    store::{Store, audit::Event},
};

/// What an invented installation begins with.
#[derive(Debug, Clone)]
pub struct Founding {
    /// The instant on which the demonstration stands.
    pub stands_at: DateTime<Utc>,
    /// Residents with their status.
    pub residents: Vec<NewResident>,
    /// People and what they may do.
    pub people: Vec<Founder>,
    /// Rates and where they are from.
    pub rates: (Vec<NewRate>, String),
}

/// A person of the beginning.
#[derive(Debug, Clone)]
pub struct Founder {
    /// Address to sign in with.
    pub email: String,
    /// Name to show.
    pub name: String,
    /// What the person may do.
    pub positions: Vec<Position>,
}

/// Enters an invented installation into an empty database; the people in their order.
///
/// # Errors
/// The database's.
pub async fn found(store: &Store, founding: &Founding, password_hash: &str) -> Result<Vec<PersonId>> {
    installation::prepare(store).await?;
    let write = store.write().await?;
    installation::mark_demonstration(&write, founding.stands_at).await?;
    for resident in &founding.residents {
        insert_resident(store, &write, resident).await?;
    }
    let mut people = Vec::new();
    for person in &founding.people {
        let new = NewPerson { email: &person.email, name: &person.name, password_hash: password_hash.to_owned(), invented: true };
        people.push(insert_person(store, &write, new, &person.positions).await?);
    }
    rates::insert(&write, &founding.rates.0, &founding.rates.1).await?;
    write.commit([Event::of_system(AuditAction::DemonstrationFill, "installation")]).await?;
    Ok(people)
}
