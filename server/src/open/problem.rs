//! What a program is told when it asks for what is not there.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

/// A problem, with a code for programs and a sentence for their authors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problem {
    /// A stable code.
    pub code: &'static str,
    /// What is wrong, and what would be right.
    pub message: String,
    #[serde(skip)]
    #[schema(ignore)]
    status: StatusCode,
}

/// The body of an answer that is none.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemBody {
    error: Problem,
}

impl Problem {
    /// What was asked for cannot be answered.
    pub fn bad(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), status: StatusCode::BAD_REQUEST }
    }

    /// What was asked for is not there.
    pub fn missing(code: &'static str, message: impl Into<String>) -> Self {
        Self { status: StatusCode::NOT_FOUND, ..Self::bad(code, message) }
    }

    /// Something failed here.
    pub fn internal(error: &dyn std::error::Error) -> Self {
        tracing::error!(%error, "an answer failed");
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, ..Self::bad("internal", "Something failed on our side. Try again in a moment.") }
    }

    /// Too many requests.
    pub fn too_many() -> Self {
        let message = "Too many requests. Wait for as many seconds as Retry-After says; files of a release do not change and can be kept.";
        Self { status: StatusCode::TOO_MANY_REQUESTS, ..Self::bad("too_many_requests", message) }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        (self.status, Json(ProblemBody { error: self })).into_response()
    }
}
