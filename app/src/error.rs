//! The boundary error of server functions: a stable code a case, nothing of the inside.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What a server function may answer instead of a result.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApiError {
    /// Sign in first, or again.
    #[error("unauthorized")]
    Unauthorized,
    /// Not allowed.
    #[error("forbidden")]
    Forbidden,
    /// No such thing.
    #[error("not_found")]
    NotFound,
    /// The draft was changed elsewhere.
    #[error("conflict")]
    Conflict,
    /// The input cannot be taken.
    #[error("invalid")]
    Invalid,
    /// The server cannot be reached: only a browser finds this out.
    #[error("unreachable")]
    Unreachable,
    /// The server did not get to it in time: try again.
    #[error("busy")]
    Busy,
    /// The request cannot be read.
    #[error("unreadable")]
    Unreadable,
    /// Something failed on our side; the log has more.
    #[error("internal")]
    Internal,
}
