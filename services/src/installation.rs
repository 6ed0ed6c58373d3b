//! What kind of installation this is, and bringing it up to what this version of the program needs.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};

use crate::{
    entity::{installation, person, resident},
    error::{Result, ServiceError},
    filings::kept,
    ledger, register, rules,
    store::{Store, Write, adopt},
};

/// Brings an installation up to what this version of the program needs: records in the audit chain, the ledger, rules, keys, folded names.
/// Does nothing where all of it is there.
///
/// # Errors
/// The database's.
pub async fn prepare(store: &Store) -> Result<()> {
    adopt::records(store).await?;
    rules::ensure_first(store).await?;
    ledger::ensure(store).await?;
    kept::ensure_key(store).await?;
    register::fold_names(store).await
}

/// Whether nobody and no resident is registered.
///
/// # Errors
/// The database's.
pub async fn is_empty(store: &Store) -> Result<bool> {
    Ok(resident::Entity::find().count(&store.db).await? == 0 && person::Entity::find().count(&store.db).await? == 0)
}

const DEMONSTRATION: &str = "demonstration_stands_at";

/// The instant on which the demonstration stands; `None` for a database with real data.
///
/// # Errors
/// The database's.
pub async fn demonstration(store: &Store) -> Result<Option<DateTime<Utc>>> {
    demonstration_of(&store.db).await
}

pub(crate) async fn demonstration_of(connection: &impl ConnectionTrait) -> Result<Option<DateTime<Utc>>> {
    let row = installation::Entity::find_by_id(DEMONSTRATION).one(connection).await?;
    row.map(|row| row.value.parse().map_err(ServiceError::corrupt("installation"))).transpose()
}

/// Marks the database as a demonstration.
///
/// # Errors
/// The database's.
pub(crate) async fn mark_demonstration(write: &Write, at: DateTime<Utc>) -> Result<()> {
    write.insert(installation::Model { key: DEMONSTRATION.to_owned(), value: at.to_rfc3339() }).await
}
