//! What an error of a use case is to its reader: one table for pages, forms, server functions and programs.

use axum::http::StatusCode;
use domain::{access::Denied, edits::Edit, filing::StepError, release::ReleaseError, typed::TextError};
use services::ServiceError;

use crate::{error::ApiError, labels::t, lang::Lang};

/// How an error is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Its stable code. What a form shows has the text of [`text_of`]; of the others a page of their status tells.
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
            ServiceError::Release(error) => Self { page: StatusCode::NOT_FOUND, ..at_form(of_release(error), ApiError::Conflict) },
            ServiceError::Register(_) | ServiceError::BadInput { .. } | ServiceError::Unsafe(_) | ServiceError::Plan(_) => {
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

/// The code of why a release does not take a step.
const fn of_release(error: &ReleaseError) -> &'static str {
    match error {
        ReleaseError::WrongState { .. } => "release_state",
        ReleaseError::OwnWork => "own_work",
        ReleaseError::MinuteHasPassed => "minute",
        ReleaseError::MinuteTooFar => "minute_too_far",
        ReleaseError::TooEarly => "too_early",
        ReleaseError::OutOfOrder { .. } | ReleaseError::NotEnded(_) | ReleaseError::NotTheFirst => "out_of_order",
        ReleaseError::UnderWay(_) => "under_way",
        ReleaseError::Incomplete { .. } => "reason_incomplete",
        ReleaseError::NotTheLatest(_) => "not_the_latest",
        ReleaseError::NoPlan(_) => "no_plan",
        ReleaseError::PlanInUse(_) => "plan_in_use",
        ReleaseError::Changed => "changed",
        ReleaseError::Reason(TextError::Missing) => "reason_missing",
        ReleaseError::Reason(TextError::TooLong(_)) => "reason_too_long",
        ReleaseError::Reason(TextError::ControlCharacter) => "reason_unreadable",
    }
}

/// What a page says of a code in `?problem=…`. `check` says nothing here: each finding stands at its field. Nor do unknown codes.
pub fn text_of(lang: Lang, code: &str) -> Option<String> {
    Some(match code {
        "credentials" => t!(lang, page_problem.credentials),
        "attempts" => t!(lang, page_problem.attempts),
        "unanswered" => t!(lang, page_problem.unanswered),
        "not_yet_open" => t!(lang, page_problem.not_yet_open),
        "closed" => t!(lang, page_problem.closed),
        "stale" => t!(lang, page_problem.stale),
        "reason_missing" => t!(lang, page_problem.reason_missing),
        "reason_too_long" => t!(lang, page_problem.reason_too_long),
        "reason_unreadable" => t!(lang, page_problem.reason_unreadable),
        "incomplete" => t!(lang, page_problem.incomplete),
        "unchanged" => t!(lang, page_problem.unchanged),
        "key_reused" => t!(lang, page_problem.key_reused),
        "same_person" => t!(lang, page_problem.same_person),
        "state" => t!(lang, page_problem.state),
        "release_state" => t!(lang, desk_problem.release_state),
        "own_work" => t!(lang, desk_problem.own_work),
        "minute" => t!(lang, desk_problem.minute),
        "minute_too_far" => t!(lang, desk_problem.minute_too_far),
        "minute_unreadable" => t!(lang, desk_problem.minute_unreadable),
        "too_early" => t!(lang, desk_problem.too_early),
        "out_of_order" => t!(lang, desk_problem.out_of_order),
        "under_way" => t!(lang, desk_problem.under_way),
        "reason_incomplete" => t!(lang, desk_problem.incomplete),
        "not_the_latest" => t!(lang, desk_problem.not_the_latest),
        "no_plan" => t!(lang, desk_problem.no_plan),
        "plan_in_use" => t!(lang, desk_problem.plan_in_use),
        "changed" => t!(lang, desk_problem.changed),
        "too_many_lines" => t!(lang, page_problem.too_many_lines, most = domain::form::MOST_LINES),
        "too_long" => t!(lang, page_problem.too_long, most = domain::form::LONGEST_TEXT),
        "too_large" => t!(lang, edits.too_large),
        "unreadable" => t!(lang, page_problem.unreadable),
        _ => return None,
    })
}

/// The status of an answer of a server function.
pub const fn status_of(answer: &ApiError) -> StatusCode {
    match answer {
        ApiError::Unauthorized => StatusCode::UNAUTHORIZED,
        ApiError::Forbidden => StatusCode::FORBIDDEN,
        ApiError::NotFound => StatusCode::NOT_FOUND,
        ApiError::Conflict => StatusCode::CONFLICT,
        ApiError::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        ApiError::Unreadable => StatusCode::BAD_REQUEST,
        ApiError::Busy | ApiError::Unreachable => StatusCode::SERVICE_UNAVAILABLE,
        ApiError::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let quarter = "2023-Q3".parse().unwrap();
        let state = domain::release::ReleaseState::Candidate;
        let of_releases = [
            ReleaseError::WrongState { state, step: domain::release::ReleaseStep::Hold },
            ReleaseError::OwnWork,
            ReleaseError::MinuteHasPassed,
            ReleaseError::MinuteTooFar,
            ReleaseError::TooEarly,
            ReleaseError::OutOfOrder { expected: quarter },
            ReleaseError::UnderWay(quarter),
            ReleaseError::Incomplete { quarter, accepted: 1, owed: 2 },
            ReleaseError::NotTheLatest("2023-Q3".parse().unwrap()),
            ReleaseError::NoPlan(2023),
            ReleaseError::PlanInUse(2023),
            ReleaseError::Changed,
            ReleaseError::Reason(TextError::Missing),
            ReleaseError::Reason(TextError::TooLong(1)),
            ReleaseError::Reason(TextError::ControlCharacter),
        ];
        let errors = errors.into_iter().chain(of_releases.map(ServiceError::Release));
        for error in errors {
            let refusal = Refusal::of(&error);
            assert!(refusal.at_form, "{error}");
            for lang in Lang::ALL {
                assert!(text_of(lang, refusal.code).is_some_and(|text| !text.is_empty()), "{} in {lang:?}", refusal.code);
            }
        }
        // of one that holds findings each is shown at its field
        let findings = Refusal::of(&ServiceError::Invalid(Vec::new()));
        assert_eq!((findings.code, findings.at_form, text_of(Lang::En, "check")), ("check", true, None));
    }

    #[test]
    fn nothing_of_the_inside_is_told() {
        for error in [ServiceError::Corrupt("filing.state"), ServiceError::Hashing] {
            let refusal = Refusal::of(&error);
            assert_eq!((refusal.code, &refusal.answer, refusal.at_form), ("internal", &ApiError::Internal, false));
        }
    }
}
