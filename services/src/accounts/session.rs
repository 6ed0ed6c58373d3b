//! Signing in with e-mail address and password, and sessions in the database.
//!
//! The browser holds a random token of 256 bits, the database its SHA-256. A session ends after [`IDLE`] without use
//! and after [`ABSOLUTE`] at the latest. Failed sign-ins are counted in the database, so that several servers count
//! together, by account and network address.

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::{Actor, Membership, Role},
    ids::{PersonId, ResidentId},
    typed::has_control_character,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, prelude::Expr};
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::{
    entity::{membership, official, person, session, sign_in_failure},
    error::{Result, ServiceError},
    store::{Store, audit::sha256_hex},
};

/// A session ends after this long without use.
pub const IDLE: TimeDelta = TimeDelta::hours(2);
/// A session ends after this long at the latest.
pub const ABSOLUTE: TimeDelta = TimeDelta::hours(12);
/// Failed sign-ins are counted over this long.
const WINDOW: TimeDelta = TimeDelta::minutes(15);
/// The most failures of one account from one network address in the window: somebody else's guesses elsewhere do not
/// keep its owner out.
const MOST_PER_ACCOUNT_AND_ADDRESS: u64 = 10;
/// The most failures of one account from all addresses together, and from one address for all accounts; many people may
/// share an address.
const MOST_TOGETHER: u64 = 100;

/// Hashing takes about 20 MB and a core each: this many at a time.
static HASHING: Semaphore = Semaphore::const_new(2);

/// A hash of no password, checked for unknown accounts so that they take as long as known ones.
const DUMMY_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Who sends a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caller {
    /// For authorisation.
    pub actor: Actor,
    /// Name to show.
    pub name: Option<String>,
    /// The person of a session that has ended, who finds again what was sent with it after signing in.
    pub former: Option<PersonId>,
}

/// Hashes a password with argon2id.
///
/// # Errors
/// When hashing fails.
pub async fn hash_password(store: &Store, password: &str) -> Result<String> {
    let (password, salt) = (password.to_owned(), store.random::<16>());
    let _turn = HASHING.acquire().await.map_err(|_| ServiceError::Hashing)?;
    let hashed = tokio::task::spawn_blocking(move || {
        Argon2::default().hash_password_with_salt(password.as_bytes(), &salt).map(|hash| hash.to_string())
    });
    hashed.await.map_err(|_| ServiceError::Hashing)?.map_err(|_| ServiceError::Hashing)
}

async fn verify_password(password: &str, hash: String) -> Result<bool> {
    let password = password.to_owned();
    let _turn = HASHING.acquire().await.map_err(|_| ServiceError::Hashing)?;
    let verified = tokio::task::spawn_blocking(move || Argon2::default().verify_password(password.as_bytes(), hash.as_str()).is_ok());
    verified.await.map_err(|_| ServiceError::Hashing)
}

/// The form in which addresses are stored and compared.
pub fn normal_email(email: &str) -> String {
    email.trim().to_lowercase()
}

/// Signs a person in and returns the token for the browser. `address` is the network address of the requester.
///
/// # Errors
/// [`ServiceError::WrongCredentials`], the same for an unknown account and a wrong password;
/// [`ServiceError::TooManyAttempts`].
pub async fn sign_in(store: &Store, email: &str, password: &str, address: &str) -> Result<String> {
    if has_control_character(email) {
        return Err(ServiceError::WrongCredentials); // no account has one, and PostgreSQL cannot look for it
    }
    let email = normal_email(email);
    let attempt = count_attempt(store, &email, address).await?;
    let known = person::Entity::find().filter(person::Column::Email.eq(&email)).one(&store.db).await?;
    let hash = known.as_ref().map_or_else(|| DUMMY_HASH.to_owned(), |person| person.password_hash.clone());
    // a password is never longer than this; hashing megabytes would be a way to keep the server busy
    let right = password.len() <= 1_000 && verify_password(password, hash).await?;
    let Some(person) = known.filter(|_| right) else { return Err(ServiceError::WrongCredentials) };
    let write = store.aside(&[]).await?;
    sign_in_failure::Entity::delete_many().filter(sign_in_failure::Column::Id.is_in(attempt)).exec(&write).await?;
    let token: String = hex::encode(store.random::<32>());
    let at = store.now();
    let row = session::Model {
        token_hash: sha256_hex(token.as_bytes()),
        person_id: person.id,
        created_at: at,
        seen_at: at,
        expires_at: at + ABSOLUTE,
        ended_at: None,
    };
    session::Entity::insert(row.into_active_model()).exec_without_returning(&write).await?;
    write.commit().await?;
    Ok(token)
}

/// Counts an attempt as failed before its password is looked at, so that attempts sent at once are counted like those
/// sent in turn. Returns the rows to be removed if it succeeds.
async fn count_attempt(store: &Store, email: &str, address: &str) -> Result<[Uuid; 3]> {
    let account = sha256_hex(email.as_bytes());
    let limits = [
        (format!("account:{account} address:{address}"), MOST_PER_ACCOUNT_AND_ADDRESS),
        (format!("account:{account}"), MOST_TOGETHER),
        (format!("address:{address}"), MOST_TOGETHER),
    ];
    // a count that is forgotten after a quarter of an hour is no record
    let write = store.aside(&limits.clone().map(|(key, _)| key)).await?;
    let now = store.now();
    sign_in_failure::Entity::delete_many().filter(sign_in_failure::Column::At.lt(now - WINDOW)).exec(&write).await?;
    for (key, most) in &limits {
        let recent = sign_in_failure::Entity::find().filter(sign_in_failure::Column::Key.eq(key));
        if recent.count(&write).await? >= *most {
            return Err(ServiceError::TooManyAttempts { minutes: WINDOW.num_minutes() });
        }
    }
    let rows = limits.map(|(key, _)| sign_in_failure::Model { id: store.new_id(), key, at: now });
    let ids = [rows[0].id, rows[1].id, rows[2].id];
    sign_in_failure::Entity::insert_many(rows.map(IntoActiveModel::into_active_model)).exec_without_returning(&write).await?;
    write.commit().await?;
    tracing::info!(address, "a sign-in is tried");
    Ok(ids)
}

/// Who the holder of `token` is.
///
/// # Errors
/// The database's. An unknown or ended session is not an error but an anonymous caller.
pub async fn caller(store: &Store, token: Option<&str>) -> Result<Caller> {
    let Some(token) = token else { return Ok(Caller::default()) };
    let found = session::Entity::find_by_id(sha256_hex(token.as_bytes())).one(&store.db).await?;
    let Some(session) = found else { return Ok(Caller::default()) };
    let Some(person) = person::Entity::find_by_id(session.person_id).one(&store.db).await? else { return Ok(Caller::default()) };
    let (now, id) = (store.now(), PersonId(person.id));
    if session.ended_at.is_some() || now >= session.expires_at || now - session.seen_at >= IDLE {
        let former = (now < session.expires_at + ABSOLUTE).then_some(id);
        return Ok(Caller { former, ..Caller::default() });
    }
    if now - session.seen_at >= TimeDelta::minutes(1) {
        // a busy database must not keep a page from being read: the next request touches the session
        match tokio::time::timeout(TOUCH, touch(store, &session.token_hash, now)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "a session was not touched"),
            Err(_) => tracing::warn!("a session was not touched: the database is busy"),
        }
    }
    Ok(Caller { actor: actor(store, id).await?, name: Some(person.name), former: None })
}

/// How long a request waits for its session to be touched.
const TOUCH: std::time::Duration = std::time::Duration::from_millis(500);

/// One statement, not audited: it says only that the session is in use.
async fn touch(store: &Store, token_hash: &str, now: DateTime<Utc>) -> Result<()> {
    let update = session::Entity::update_many().col_expr(session::Column::SeenAt, Expr::value(now));
    update.filter(session::Column::TokenHash.eq(token_hash)).exec(store.off_record()).await?;
    Ok(())
}

/// The rights of a person today.
pub(crate) async fn actor(store: &Store, id: PersonId) -> Result<Actor> {
    let today = store.clock().today();
    let valid = Condition::any().add(membership::Column::UntilDay.is_null()).add(membership::Column::UntilDay.gte(today));
    let memberships = membership::Entity::find()
        .filter(membership::Column::PersonId.eq(id.0))
        .filter(membership::Column::FromDay.lte(today))
        .filter(valid)
        .all(&store.db)
        .await?;
    let memberships = memberships
        .into_iter()
        .map(|m| Membership { resident: ResidentId(m.resident_id), prepare: m.may_prepare, submit: m.may_submit })
        .collect();
    let officials = official::Entity::find().filter(official::Column::PersonId.eq(id.0)).all(&store.db).await?;
    let role = |row: &official::Model| Role::of_parts(row.role.0, row.region.map(|region| region.0));
    let roles = officials.iter().map(role).collect::<Option<_>>().ok_or(ServiceError::Corrupt("official.region"))?;
    Ok(Actor::Person { id, memberships, roles })
}

/// The rights today of whoever has an address: for commands on the machine, where nobody signs in.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn actor_of(store: &Store, email: &str) -> Result<Actor> {
    let found = person::Entity::find().filter(person::Column::Email.eq(normal_email(email))).one(&store.db).await?;
    actor(store, PersonId(found.ok_or(ServiceError::NotFound)?.id)).await
}

/// Ends the session of `token`, or every session of its person.
///
/// # Errors
/// The database's.
pub async fn sign_out(store: &Store, token: &str, everywhere: bool) -> Result<()> {
    let hash = sha256_hex(token.as_bytes());
    let Some(session) = session::Entity::find_by_id(&hash).one(&store.db).await? else { return Ok(()) };
    let which = if everywhere { session::Column::PersonId.eq(session.person_id) } else { session::Column::TokenHash.eq(hash) };
    session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::value(store.now()))
        .filter(which)
        .filter(session::Column::EndedAt.is_null())
        .exec(store.off_record())
        .await?;
    Ok(())
}
