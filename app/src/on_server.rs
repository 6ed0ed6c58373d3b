//! The server's half of the server functions. Errors are those of the functions in [`super`].
#![expect(clippy::missing_errors_doc, reason = "said at the server functions")]

use std::fmt::Display;

use axum::http::{HeaderValue, StatusCode, header::SET_COOKIE, request::Parts};
use chrono::Timelike;
use domain::{
    access::Denied,
    clock::tashkent,
    form::{FormInput, Problem, Section},
    ids::{FilingId, PersonId, ResidentId},
    quarter::Quarter,
    region::Region,
};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use services::{
    ServiceError, Store,
    kept::{self, Subject},
    session::ABSOLUTE,
    submit::Submission,
};
use uuid::Uuid;

use super::Saved;
use crate::{
    context::{Session, api_error, go_to, local_path, set_status},
    error::ApiError,
    lang::Lang,
};

/// Name of the session cookie. The prefix makes browsers insist on Secure, on the path `/` and on no domain.
pub const COOKIE: &str = "__Host-session";
/// Keeps a typed address for the sign-in form after a wrong password.
pub const TYPED_EMAIL: &str = "typed-email";

fn session() -> Session {
    use_context::<Parts>().and_then(|parts| parts.extensions.get::<Session>().cloned()).unwrap_or_default()
}

fn store() -> Store {
    expect_context()
}

fn set_cookie(name: &str, value: &str, seconds: i64) {
    let cookie = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; Secure; SameSite=Lax");
    if let (Some(response), Ok(value)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(&cookie)) {
        response.append_header(SET_COOKIE, value);
    }
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The code of a problem as pages show it at the top: `?problem=…`.
fn problem_code(error: &ServiceError) -> &'static str {
    match error {
        ServiceError::WrongCredentials => "credentials",
        ServiceError::TooManyAttempts { .. } => "attempts",
        ServiceError::Unanswered => "unanswered",
        ServiceError::NotYetOpen => "not_yet_open",
        ServiceError::QuarterClosed => "closed",
        ServiceError::StaleDraft => "stale",
        ServiceError::Step(domain::filing::StepError::ReasonMissing) => "reason_missing",
        ServiceError::Step(domain::filing::StepError::ReasonTooLong) => "reason_too_long",
        ServiceError::Step(domain::filing::StepError::SamePerson) => "same_person",
        ServiceError::Step(domain::filing::StepError::WrongState { .. }) => "state",
        ServiceError::Invalid(problems) => match problems.first().map(|problem| &problem.problem) {
            Some(Problem::TooManyLines(_)) => "too_many_lines",
            Some(Problem::TooLong(_)) => "too_long",
            _ => "check",
        },
        ServiceError::Overflow(_) => "too_large",
        ServiceError::Denied(_)
        | ServiceError::NotFound
        | ServiceError::BadInput { .. }
        | ServiceError::Corrupt(_)
        | ServiceError::Database(_)
        | ServiceError::Hashing => "",
    }
}

/// A path with one more value of its query.
fn with(path: &str, name: &str, value: impl Display) -> String {
    let joint = if path.contains('?') { '&' } else { '?' };
    format!("{path}{joint}{name}={value}")
}

/// Goes back to a page that shows the problem, after signing in where that is what is missing; what has no place on a
/// page becomes an error.
fn back(lang: Lang, path: &str, error: &ServiceError) -> Result<(), ApiError> {
    let code = problem_code(error);
    if matches!(error, ServiceError::Denied(Denied::SignInFirst)) {
        let expired = session().caller.former.map(|_| "&expired=1").unwrap_or_default();
        go_to(&format!("{}{expired}", sign_in_path(lang, path)));
    } else if code.is_empty() {
        return fail(api_error(error));
    } else {
        go_to(&with(path, "problem", code));
    }
    Ok(())
}

/// Lets `keep` keep what could not be taken for its sender, also for that of a session that has ended, and returns the
/// path that shows it again.
async fn keeping<F: Future<Output = services::Result<Uuid>>>(path: String, keep: impl FnOnce(PersonId) -> F) -> String {
    let caller = session().caller;
    let Some(person) = caller.actor.person().or(caller.former) else { return path };
    match keep(person).await {
        Ok(id) => with(&path, "kept", id),
        Err(error) => {
            tracing::warn!(%error, "nothing was kept");
            path
        }
    }
}

fn fail<T>(error: ApiError) -> Result<T, ApiError> {
    set_status(match error {
        ApiError::Unauthorized => StatusCode::UNAUTHORIZED,
        ApiError::Forbidden => StatusCode::FORBIDDEN,
        ApiError::NotFound => StatusCode::NOT_FOUND,
        ApiError::Conflict => StatusCode::CONFLICT,
        ApiError::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        ApiError::Unreadable => StatusCode::BAD_REQUEST,
        ApiError::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    });
    Err(error)
}

fn own(resident: &str, quarter: &str) -> Result<(ResidentId, Quarter), ApiError> {
    match (resident.parse(), quarter.parse()) {
        (Ok(resident), Ok(quarter)) => Ok((ResidentId(resident), quarter)),
        _ => fail(ApiError::NotFound),
    }
}

fn filing_path(lang: Lang, resident: ResidentId, quarter: Quarter) -> String {
    format!("/{}/my/filings/{quarter}?resident={resident}", lang.code())
}

fn sign_in_path(lang: Lang, next: &str) -> String {
    let next = local_path(next).map(|next| format!("?next={}", encoded(next))).unwrap_or_default();
    format!("/{}/sign-in{next}", lang.code())
}

pub async fn sign_in(lang: Lang, email: String, password: String, next: String) -> Result<(), ApiError> {
    let before = session();
    match services::session::sign_in(&store(), &email, &password, &before.address).await {
        Ok(token) => {
            // a session of before is not carried on: the token changes at every sign-in
            if let Some(old) = before.token {
                services::session::sign_out(&store(), &old, false).await.map_err(|error| api_error(&error))?;
            }
            // longer than the session: what is sent after its end can still be kept for its person
            set_cookie(COOKIE, &token, ABSOLUTE.num_seconds() * 2);
            set_cookie(TYPED_EMAIL, "", 0);
            let home = format!("/{}/start", lang.code());
            go_to(local_path(&next).unwrap_or(&home));
            Ok(())
        }
        Err(error) => {
            if email.len() < 300 {
                set_cookie(TYPED_EMAIL, &encoded(&email), 120);
            }
            back(lang, &sign_in_path(lang, &next), &error)
        }
    }
}

pub async fn sign_out(lang: Lang, everywhere: bool) -> Result<(), ApiError> {
    if let Some(token) = session().token {
        services::session::sign_out(&store(), &token, everywhere).await.map_err(|error| api_error(&error))?;
        // for a while the token of the ended session still tells for whom to keep what another window sends
        set_cookie(COOKIE, &token, 3_600);
    }
    go_to(&format!("/{}?signed_out=1", lang.code()));
    Ok(())
}

/// What a button of the form asks for.
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Button {
    Save,
    Recalculate,
    Check,
    /// A line in this region.
    Add(Section, Region),
    Remove(Section, usize),
}

impl Button {
    /// Reads the value of a button. New lines begin in the registered region.
    pub fn read(text: &str, registered: Option<Region>) -> Self {
        let section =
            |name: &str| [Section::Domestic, Section::Exports, Section::People].into_iter().find(|section| section.name() == name);
        let mut parts = text.split(':');
        match (parts.next(), parts.next().and_then(section), parts.next().and_then(|n| n.parse().ok())) {
            (Some("add"), Some(section), _) => Self::Add(section, registered.unwrap_or(Region::TashkentCity)),
            (Some("remove"), Some(section), Some(index)) => Self::Remove(section, index),
            (Some("check"), ..) => Self::Check,
            (Some("recalculate"), ..) => Self::Recalculate,
            _ => Self::Save,
        }
    }
}

pub async fn save_filing(
    lang: Lang,
    resident: &str,
    quarter: &str,
    revision: i32,
    button: Button,
    mut form: FormInput,
) -> Result<(), ApiError> {
    let (resident, quarter) = own(resident, quarter)?;
    let path = filing_path(lang, resident, quarter);
    let mut anchor = "#saved".to_owned();
    match button {
        Button::Add(section, region) => {
            form.add_line(section, region);
            anchor = format!("#{}", section.name());
        }
        Button::Remove(section, index) => {
            form.remove_line(section, index);
            anchor = format!("#{}", section.name());
        }
        Button::Recalculate => "#totals".clone_into(&mut anchor),
        Button::Save | Button::Check => {}
    }
    let store = store();
    match services::draft::save(&store, &session().caller.actor, resident, quarter, revision, &form).await {
        Ok(_) if matches!(button, Button::Check) => go_to(&format!("/{}/my/filings/{quarter}/check?resident={resident}", lang.code())),
        Ok(_) => go_to(&format!("{path}&saved=1{anchor}")),
        Err(error) => {
            let path = keeping(path, |person| kept::keep_form(&store, person, resident, quarter, &form)).await;
            return back(lang, &path, &error);
        }
    }
    Ok(())
}

pub async fn autosave(resident: &str, quarter: &str, revision: i32, form: FormInput) -> Result<Saved, ApiError> {
    let (resident, quarter) = own(resident, quarter)?;
    match services::draft::save(&store(), &session().caller.actor, resident, quarter, revision, &form).await {
        Ok(revision) => {
            let now = store().now().with_timezone(&tashkent());
            Ok(Saved { revision, time: format!("{:02}:{:02}", now.hour(), now.minute()) })
        }
        Err(error) => fail(api_error(&error)),
    }
}

pub async fn submit_filing(lang: Lang, resident: &str, quarter: &str, revision: i32, key: &str, confirmed: bool) -> Result<(), ApiError> {
    let (resident, quarter) = own(resident, quarter)?;
    let key = if key.len() <= 100 { key } else { return fail(ApiError::Unreadable) };
    let submission = Submission { revision, idempotency_key: key, confirmed };
    let check = format!("/{}/my/filings/{quarter}/check?resident={resident}", lang.code());
    match services::submit::submit(&store(), &session().caller.actor, resident, quarter, submission).await {
        Ok(number) => {
            go_to(&format!("/{}/my/filings/{quarter}/versions/{number}?resident={resident}&sent=1", lang.code()));
            Ok(())
        }
        Err(error) => back(lang, &check, &error),
    }
}

pub async fn amend_filing(lang: Lang, resident: &str, quarter: &str, reason: &str) -> Result<(), ApiError> {
    let (resident, quarter) = own(resident, quarter)?;
    let path = filing_path(lang, resident, quarter);
    let store = store();
    match services::draft::amend(&store, &session().caller.actor, resident, quarter, reason).await {
        Ok(()) => {
            go_to(&path);
            Ok(())
        }
        Err(error) => {
            let subject = Subject::Amendment(resident, quarter);
            back(lang, &keeping(path, |person| kept::keep(&store, person, subject, reason.to_owned())).await, &error)
        }
    }
}

pub async fn decide_filing(lang: Lang, filing: &str, number: u32, decision: &str, reason: &str) -> Result<(), ApiError> {
    let Ok(id) = filing.parse() else { return fail(ApiError::NotFound) };
    let (id, actor, store) = (FilingId(id), session().caller.actor, store());
    let done = match decision {
        "accept" => services::review::accept(&store, &actor, id, number).await,
        "return" => services::review::return_for_correction(&store, &actor, id, number, reason).await,
        _ => return fail(ApiError::Unreadable),
    };
    let path = format!("/{}/office/filings/{id}", lang.code());
    match done {
        Ok(()) => {
            go_to(&format!("{path}?done={decision}"));
            Ok(())
        }
        Err(error) if reason.is_empty() => back(lang, &path, &error),
        Err(error) => {
            let keep = |person| kept::keep(&store, person, Subject::Return(id), reason.to_owned());
            back(lang, &keeping(path, keep).await, &error)
        }
    }
}
