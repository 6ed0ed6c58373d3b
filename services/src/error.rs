//! What a use case may answer instead of a result. The boundary (`app`, `server`) turns these into pages and statuses.

use disclosure::plan::PlanError;
use domain::{
    access::Denied, edits::Finding, filing::StepError, money::Overflow, register::RegisterError, release::ReleaseError, rules::NotInForce,
};
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, sqlx};
use thiserror::Error;

/// The result of a use case.
pub type Result<T> = std::result::Result<T, ServiceError>;

/// Why a use case did not happen. Nothing was changed.
#[derive(Debug, Error)]
pub enum ServiceError {
    /// Not allowed.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is no such thing, or the actor may not know that there is.
    #[error("not found")]
    NotFound,
    /// The filing's state does not allow the step.
    #[error(transparent)]
    Step(#[from] StepError),
    /// Hard edits found something.
    #[error("{} findings in the form", .0.len())]
    Invalid(Vec<Finding>),
    /// Somebody else saved the draft meanwhile.
    #[error("the draft was changed meanwhile")]
    StaleDraft,
    /// A soft edit's finding was not answered.
    #[error("a finding is not answered")]
    Unanswered,
    /// An amendment says what the version in force says.
    #[error("the amendment changes nothing")]
    Unchanged,
    /// The key of a submission was used for another one.
    #[error("the idempotency key was used for other content")]
    KeyReused,
    /// Not a key: 1 to 100 visible ASCII characters.
    #[error("not an idempotency key")]
    BadKey,
    /// The quarter has not ended, so there is nothing to file.
    #[error("the quarter has not ended")]
    NotYetOpen,
    /// The quarter no longer takes filings.
    #[error("the quarter is closed")]
    QuarterClosed,
    /// Wrong e-mail address or password.
    #[error("wrong e-mail address or password")]
    WrongCredentials,
    /// Too many failed sign-ins.
    #[error("too many attempts")]
    TooManyAttempts {
        /// When the next attempt is looked at.
        minutes: i64,
    },
    /// The register does not take a change.
    #[error(transparent)]
    Register(#[from] RegisterError),
    /// A release does not take a step.
    #[error(transparent)]
    Release(#[from] ReleaseError),
    /// A release that cannot be proven safe, with the figures and what is wrong with each.
    #[error("{} figures keep the release from being published", .0.len())]
    Unsafe(Vec<String>),
    /// A publication plan that cannot be followed.
    #[error(transparent)]
    Plan(#[from] Box<PlanError>),
    /// A sum does not fit.
    #[error(transparent)]
    Overflow(#[from] Overflow),
    /// Input of a command that cannot be read.
    #[error("{place}: {what}")]
    BadInput {
        /// Line or record.
        place: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A stored value cannot be read: the database was changed by other means.
    #[error("stored value cannot be read: {0}")]
    Corrupt(&'static str),
    /// A rule has no value that can be read on the day that counts.
    #[error(transparent)]
    NoRule(#[from] NotInForce),
    /// The database did not get to it in time: try again.
    #[error("the database is busy")]
    Busy,
    /// The database failed.
    #[error(transparent)]
    Database(sea_orm::DbErr),
    /// A password could not be hashed.
    #[error("hashing failed")]
    Hashing,
}

impl From<DbErr> for ServiceError {
    fn from(error: DbErr) -> Self {
        if is_busy(&error) {
            return Self::Busy;
        }
        if is_unreadable(&error) {
            tracing::error!(%error, "stored value cannot be read");
            return Self::Corrupt("a column");
        }
        Self::Database(error)
    }
}

/// Whether a stored value is not of the type of its column, or no code of its list.
fn is_unreadable(error: &DbErr) -> bool {
    match error {
        DbErr::Type(_) | DbErr::TryIntoErr { .. } => true,
        DbErr::Query(RuntimeErr::SqlxError(error)) => matches!(**error, sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_)),
        _ => false,
    }
}

/// Whether somebody else held what was needed for too long: `SQLite`'s busy and locked, `PostgreSQL`'s lock timeout,
/// deadlock and too many connections, or no connection of the pool in time.
fn is_busy(error: &DbErr) -> bool {
    let (DbErr::Conn(RuntimeErr::SqlxError(error))
    | DbErr::Exec(RuntimeErr::SqlxError(error))
    | DbErr::Query(RuntimeErr::SqlxError(error))) = error
    else {
        return matches!(error, DbErr::ConnectionAcquire(ConnAcquireErr::Timeout));
    };
    // an extended code of SQLite has the plain one in its last byte
    let sqlite = |code: &str| code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6) && code < 10_000);
    let Some(error) = error.as_database_error() else { return false };
    let code = error.code();
    code.is_some_and(|code| sqlite(&code) || matches!(&*code, "55P03" | "40P01" | "40001" | "53300"))
}

impl ServiceError {
    /// A stored code that is not in its list.
    pub(crate) fn corrupt<E>(what: &'static str) -> impl FnOnce(E) -> Self {
        move |_| Self::Corrupt(what)
    }
}
