//! What an error of a use case is to its reader: one table for pages, forms, server functions and programs.

use axum::http::StatusCode;
use domain::{access::Denied, edits::Edit, filing::StepError};
use services::ServiceError;

use crate::error::ApiError;

/// How an error is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Its stable code; the text is that of [`crate::labels::page_problem`].
    pub code: &'static str,
    /// The status of a page that cannot be shown for it.
    pub page: StatusCode,
    /// What a server function answers.
    pub answer: ApiError,
    /// Whether the form that was sent shows it, with what was typed kept.
    pub at_form: bool,
}

impl Refusal {
    /// The table.
    pub fn of(error: &ServiceError) -> Self {
        let at_form = |code, answer| Self { code, page: StatusCode::INTERNAL_SERVER_ERROR, answer, at_form: true };
        let told = |code, page, answer| Self { code, page, answer, at_form: false };
        let step = |code| Self { page: StatusCode::NOT_FOUND, ..at_form(code, ApiError::Conflict) };
        let failed = || told("internal", StatusCode::INTERNAL_SERVER_ERROR, ApiError::Internal);
        match error {
            ServiceError::Denied(Denied::SignInFirst) => told("sign_in", StatusCode::UNAUTHORIZED, ApiError::Unauthorized),
            ServiceError::Denied(Denied::NotAllowed) => told("forbidden", StatusCode::FORBIDDEN, ApiError::Forbidden),
            ServiceError::NotFound => told("not_found", StatusCode::NOT_FOUND, ApiError::NotFound),
            ServiceError::Busy => told("busy", StatusCode::SERVICE_UNAVAILABLE, ApiError::Busy),
            ServiceError::NotYetOpen => Self { page: StatusCode::CONFLICT, ..at_form("not_yet_open", ApiError::Invalid) },
            ServiceError::QuarterClosed => Self { page: StatusCode::GONE, ..at_form("closed", ApiError::Invalid) },
            ServiceError::Step(StepError::ReasonMissing) => step("reason_missing"),
            ServiceError::Step(StepError::ReasonTooLong) => step("reason_too_long"),
            ServiceError::Step(StepError::ReasonUnreadable) => step("reason_unreadable"),
            ServiceError::Step(StepError::SamePerson) => step("same_person"),
            ServiceError::Step(StepError::WrongState { .. }) => step("state"),
            ServiceError::StaleDraft => at_form("stale", ApiError::Conflict),
            ServiceError::KeyReused => at_form("key_reused", ApiError::Conflict),
            ServiceError::BadKey => at_form("unreadable", ApiError::Invalid),
            ServiceError::Unchanged => at_form("unchanged", ApiError::Invalid),
            ServiceError::Unanswered => at_form("unanswered", ApiError::Invalid),
            ServiceError::WrongCredentials => at_form("credentials", ApiError::Invalid),
            ServiceError::TooManyAttempts { .. } => at_form("attempts", ApiError::Invalid),
            ServiceError::Overflow(_) => at_form("too_large", ApiError::Invalid),
            ServiceError::Invalid(findings) => match findings.first().map(domain::edits::Finding::edit) {
                Some(Edit::TooManyLines) => at_form("too_many_lines", ApiError::Invalid),
                Some(Edit::TooLong) => at_form("too_long", ApiError::Invalid),
                _ => at_form("check", ApiError::Invalid),
            },
            ServiceError::Register(_) | ServiceError::BadInput { .. } => {
                told("invalid", StatusCode::INTERNAL_SERVER_ERROR, ApiError::Invalid)
            }
            ServiceError::Corrupt(_) | ServiceError::NoRule(_) | ServiceError::Database(_) | ServiceError::Hashing => failed(),
        }
    }

    /// The refusal of an error; what failed on our side goes to the log.
    pub fn logged(error: &ServiceError) -> Self {
        let refusal = Self::of(error);
        if refusal.answer == ApiError::Internal {
            tracing::error!(%error, "a use case failed");
        }
        refusal
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{labels::page_problem, lang::Lang};

    #[test]
    fn what_a_form_shows_has_a_text_in_each_language() {
        let errors = [
            ServiceError::NotYetOpen,
            ServiceError::QuarterClosed,
            ServiceError::Step(StepError::ReasonMissing),
            ServiceError::Step(StepError::ReasonTooLong),
            ServiceError::Step(StepError::ReasonUnreadable),
            ServiceError::Step(StepError::SamePerson),
            ServiceError::Step(StepError::WrongState { state: domain::filing::FilingState::Draft, step: domain::filing::Step::Accept }),
            ServiceError::StaleDraft,
            ServiceError::KeyReused,
            ServiceError::BadKey,
            ServiceError::Unchanged,
            ServiceError::Unanswered,
            ServiceError::WrongCredentials,
            ServiceError::TooManyAttempts { minutes: 15 },
            ServiceError::Overflow(domain::money::Overflow),
        ];
        for error in errors {
            let refusal = Refusal::of(&error);
            assert!(refusal.at_form, "{error}");
            for lang in Lang::ALL {
                assert!(page_problem(lang, refusal.code).is_some_and(|text| !text.is_empty()), "{} in {lang:?}", refusal.code);
            }
        }
    }

    #[test]
    fn nothing_of_the_inside_is_told() {
        for error in [ServiceError::Corrupt("filing.state"), ServiceError::Hashing] {
            let refusal = Refusal::of(&error);
            assert_eq!((refusal.code, &refusal.answer, refusal.at_form), ("internal", &ApiError::Internal, false));
        }
    }
}
