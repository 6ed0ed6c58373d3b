//! What a use case may answer instead of a result. The boundary (`app`, `server`) turns these into pages and statuses.

use domain::{access::Denied, filing::StepError, form::FieldProblem, money::Overflow};
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
    /// The form has problems.
    #[error("{} problems in the form", .0.len())]
    Invalid(Vec<FieldProblem>),
    /// Somebody else saved the draft meanwhile.
    #[error("the draft was changed meanwhile")]
    StaleDraft,
    /// A question about the figures was not answered.
    #[error("a question is not answered")]
    Unanswered,
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
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sea_orm::DbErr),
    /// A password could not be hashed.
    #[error("hashing failed")]
    Hashing,
}

impl ServiceError {
    /// A stored code that is not in its list.
    pub(crate) fn corrupt<E>(what: &'static str) -> impl FnOnce(E) -> Self {
        move |_| Self::Corrupt(what)
    }
}
