//! The server's half of the server functions. Errors are those of the functions in [`super`].
#![expect(clippy::missing_errors_doc, reason = "said at the server functions")]

use axum::http::{HeaderName, HeaderValue, header::SET_COOKIE, request::Parts};
use chrono::Timelike;
use domain::{
    access::Denied,
    clock::tashkent,
    edits::Reply,
    form::{Field, FieldPath, FormInput, Section},
    ids::{FilingId, ResidentId},
    quarter::Quarter,
    region::Region,
};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use services::{
    ServiceError, Store,
    accounts::session::ABSOLUTE,
    filings::{
        kept::{self, Subject},
        replies,
        submit::Submission,
    },
};

use super::{Carried, Saved};
use crate::{
    address::{Address, Link},
    context::{Session, go_to, local_path, set_status},
    cookies::{self, SESSION, TYPED_EMAIL},
    error::ApiError,
    labels,
    lang::Lang,
    refusal::{Refusal, status_of},
};

#[path = "handlers/releases.rs"]
pub mod releases;

fn session() -> Session {
    use_context::<Parts>().and_then(|parts| parts.extensions.get::<Session>().cloned()).unwrap_or_default()
}

fn store() -> Store {
    expect_context()
}

fn set_cookie(name: &'static str, value: &str, seconds: i64) {
    if let (Some(response), Some(cookie)) = (use_context::<ResponseOptions>(), cookies::set(name, value, seconds)) {
        response.append_header(SET_COOKIE, cookie);
    }
}

/// Goes back to a page that shows the problem, after signing in where that is what is missing; what has no place on a
/// page becomes an error.
fn back(lang: Lang, page: Link, error: &ServiceError) -> Result<(), ApiError> {
    let refusal = Refusal::logged(error);
    if matches!(error, ServiceError::Denied(Denied::SignInFirst)) {
        let path = page.to_string();
        let expired = (session().caller.former.is_some() || path.contains("kept=")).then_some(1);
        go_to(&sign_in_page(lang, &path).maybe("expired", expired).to_string());
    } else if refusal.at_form {
        go_to(&page.with("problem", refusal.code).to_string());
    } else {
        return fail(refusal.answer);
    }
    Ok(())
}

/// What could not be taken.
enum Text<'a> {
    Form(Option<&'a FormInput>),
    Reason(&'a str),
    Replies(&'a [Reply]),
}

/// Keeps what could not be taken for its sender, also for that of a session that has ended or whose cookie is gone, and
/// returns the page that shows it again.
async fn keeping(page: Link, subject: Subject, carried: &Carried, text: Text<'_>) -> Link {
    let (store, caller) = (store(), session().caller);
    let person = match caller.actor.person().or(caller.former) {
        Some(person) => Some(person),
        None => kept::person_of(&store, &carried.keep, subject).await.unwrap_or_default(),
    };
    let Some(person) = person else { return page };
    let kept = match (subject, text) {
        (Subject::Form(resident, quarter), Text::Form(Some(form))) => kept::keep_form(&store, person, resident, quarter, form).await,
        (_, Text::Reason(reason)) if !reason.is_empty() => kept::keep_reason(&store, person, subject, reason).await,
        (Subject::Replies(resident, quarter), Text::Replies(replies)) if !replies.is_empty() => {
            kept::keep_replies(&store, person, resident, quarter, replies).await
        }
        (_, Text::Form(_) | Text::Reason(_) | Text::Replies(_)) => return page,
    };
    match kept {
        Ok(id) => page.with("kept", id),
        Err(error) => {
            tracing::warn!(%error, "nothing was kept");
            page
        }
    }
}

/// Goes back with what was typed kept. A busy database is not asked to keep anything: the answer carries all of it.
async fn kept_back(
    lang: Lang,
    page: Link,
    subject: Subject,
    carried: &Carried,
    text: Text<'_>,
    error: &ServiceError,
) -> Result<(), ApiError> {
    if matches!(error, ServiceError::Busy) {
        return fail(ApiError::Busy);
    }
    back(lang, keeping(page, subject, carried, text).await, error)
}

/// Goes to a page that says that only a part of a form arrived, and shows that part.
async fn in_part(lang: Lang, page: Link, subject: Subject, carried: &Carried, text: Text<'_>) -> Result<(), ApiError> {
    let page = keeping(page, subject, carried, text).await.with("problem", "incomplete");
    if session().caller.actor.person().is_none() {
        return back(lang, page, &ServiceError::Denied(Denied::SignInFirst));
    }
    go_to(&page.to_string());
    Ok(())
}

/// Gives the response the status that says the error.
pub fn answer_with(error: &ApiError) {
    set_status(status_of(error));
}

fn fail<T>(error: ApiError) -> Result<T, ApiError> {
    answer_with(&error);
    Err(error)
}

fn own(resident: &str, quarter: &str) -> Result<(ResidentId, Quarter), ApiError> {
    match (resident.parse(), quarter.parse()) {
        (Ok(resident), Ok(quarter)) => Ok((ResidentId(resident), quarter)),
        _ => fail(ApiError::NotFound),
    }
}

fn filing_page(lang: Lang, resident: ResidentId, quarter: Quarter) -> Link {
    Address::Filing(quarter).link(lang).with("resident", resident)
}

fn sign_in_page(lang: Lang, next: &str) -> Link {
    Address::SignIn.link(lang).maybe("next", local_path(next))
}

pub async fn sign_in(lang: Lang, email: String, password: String, next: String) -> Result<(), ApiError> {
    let before = session();
    match services::accounts::session::sign_in(&store(), &email, &password, &before.address).await {
        Ok(token) => {
            // a session of before is not carried on: the token changes at every sign-in
            if let Some(old) = before.token {
                services::accounts::session::sign_out(&store(), &old, false).await.map_err(|error| Refusal::logged(&error).answer)?;
            }
            // longer than the session: what is sent after its end can still be kept for its person
            set_cookie(SESSION, &token, ABSOLUTE.num_seconds() * 2);
            set_cookie(TYPED_EMAIL, "", 0);
            let home = Address::Start.link(lang).to_string();
            go_to(local_path(&next).unwrap_or(&home));
            Ok(())
        }
        Err(error) => {
            if email.len() < 300 {
                set_cookie(TYPED_EMAIL, &email, 120);
            }
            back(lang, sign_in_page(lang, &next), &error)
        }
    }
}

pub async fn sign_out(lang: Lang, everywhere: bool) -> Result<(), ApiError> {
    if let Some(token) = session().token {
        services::accounts::session::sign_out(&store(), &token, everywhere).await.map_err(|error| Refusal::logged(&error).answer)?;
        // for a while the token of the ended session still tells for whom to keep what another window sends
        set_cookie(SESSION, &token, 3_600);
    }
    // what could not be saved was asked about before; on a shared machine nothing of it stays behind
    if let Some(response) = use_context::<ResponseOptions>() {
        response.append_header(HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"storage\""));
    }
    go_to(&Address::SignIn.link(lang).with("signed_out", 1).to_string());
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
    /// Reads the value of a button: `save`, `check`, `recalculate`, `add:exports:UZ-SA`, `remove:people:2`.
    pub fn read(text: &str) -> Self {
        let section = |name: &str| name.parse::<Section>().ok();
        let mut parts = text.split(':');
        match (parts.next(), parts.next().and_then(section), parts.next()) {
            (Some("add"), Some(section), region) => {
                Self::Add(section, region.and_then(|code| code.parse().ok()).unwrap_or(Region::TashkentCity))
            }
            (Some("remove"), Some(section), Some(index)) => index.parse().map_or(Self::Save, |index| Self::Remove(section, index)),
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
    form: Option<FormInput>,
    carried: &Carried,
) -> Result<(), ApiError> {
    let (resident, quarter) = own(resident, quarter)?;
    let page = filing_page(lang, resident, quarter);
    let subject = Subject::Form(resident, quarter);
    let mut form = match form {
        Some(form) if carried.is_whole() => form,
        part => return in_part(lang, page, subject, carried, Text::Form(part.as_ref())).await,
    };
    // where the reader goes on: a place on the page, or the field that gets the focus
    let saved = page.clone().with("saved", 1);
    let next = match button {
        Button::Add(section, region) => {
            form.add_line(section, region);
            let (line, first) = (form.lines(section).len() - 1, section.fields().first().map_or(Field::Region, |spec| spec.field));
            saved.with("at", FieldPath::of(section, line, first))
        }
        Button::Remove(section, index) => {
            form.remove_line(section, index);
            saved.at(section)
        }
        Button::Recalculate => saved.at("totals"),
        Button::Save => saved.at("saved"),
        Button::Check => check_page(lang, resident, quarter),
    };
    let store = store();
    match services::filings::draft::save(&store, &session().caller.actor, resident, quarter, revision, &form).await {
        Ok(_) => go_to(&next.to_string()),
        Err(error) => return kept_back(lang, page, subject, carried, Text::Form(Some(&form)), &error).await,
    }
    Ok(())
}

fn check_page(lang: Lang, resident: ResidentId, quarter: Quarter) -> Link {
    Address::Check(quarter).link(lang).with("resident", resident)
}

pub async fn autosave(
    lang: Lang,
    resident: &str,
    quarter: &str,
    revision: i32,
    form: FormInput,
    end: &str,
    only_check: bool,
) -> Result<Saved, ApiError> {
    let (resident, quarter) = own(resident, quarter)?;
    if end != Carried::END {
        return fail(ApiError::Unreadable);
    }
    let (store, actor) = (store(), session().caller.actor);
    let saved = async {
        if only_check {
            return Ok((revision, services::filings::draft::problems(&store, &actor, resident, quarter, &form).await?));
        }
        let revision = services::filings::draft::save(&store, &actor, resident, quarter, revision, &form).await?;
        Ok((revision, form.check(quarter).err().unwrap_or_default()))
    };
    match saved.await {
        Ok((revision, found)) => {
            let now = store.now().with_timezone(&tashkent());
            let problems = found.into_iter().map(|found| (found.at, labels::edits::at_field(lang, &found))).collect();
            Ok(Saved { revision, time: format!("{:02}:{:02}", now.hour(), now.minute()), problems })
        }
        Err(error) => fail(Refusal::logged(&error).answer),
    }
}

pub async fn submit_filing(
    lang: Lang,
    resident: &str,
    quarter: &str,
    revision: i32,
    key: &str,
    replies: Vec<Reply>,
    carried: &Carried,
) -> Result<(), ApiError> {
    let (resident, quarter) = own(resident, quarter)?;
    let check = check_page(lang, resident, quarter);
    let (subject, text) = (Subject::Replies(resident, quarter), Text::Replies(&replies));
    if !carried.is_whole() {
        return in_part(lang, check, subject, carried, text).await;
    }
    let (store, actor) = (store(), session().caller.actor);
    let (page, done) = if carried.step == Carried::CHANGE {
        let form = filing_page(lang, resident, quarter);
        (form, replies::keep(&store, &actor, resident, quarter, &replies).await.map(|()| None))
    } else {
        let submission = Submission { revision, idempotency_key: key, replies: &replies };
        (check, services::filings::submit::submit(&store, &actor, resident, quarter, submission).await.map(Some))
    };
    match done {
        Ok(None) => go_to(&page.to_string()),
        Ok(Some(number)) => go_to(&Address::Version(quarter, number).link(lang).with("resident", resident).with("sent", 1).to_string()),
        // what was said stands beside the draft; only what cannot stand there is kept apart
        Err(ServiceError::Unanswered) if replies::keep(&store, &actor, resident, quarter, &replies).await.is_ok() => {
            return back(lang, page, &ServiceError::Unanswered);
        }
        Err(error) => return kept_back(lang, page, subject, carried, text, &error).await,
    }
    Ok(())
}

pub async fn withdraw_filing(lang: Lang, resident: &str, quarter: &str, number: u32) -> Result<(), ApiError> {
    let (resident, quarter) = own(resident, quarter)?;
    let page = filing_page(lang, resident, quarter);
    match services::filings::submit::withdraw(&store(), &session().caller.actor, resident, quarter, number).await {
        Ok(()) => {
            go_to(&page.with("done", "withdrawn").to_string());
            Ok(())
        }
        Err(error) => back(lang, page, &error),
    }
}

pub async fn cancel_draft(lang: Lang, resident: &str, quarter: &str, revision: i32) -> Result<(), ApiError> {
    let (resident, quarter) = own(resident, quarter)?;
    match services::filings::draft::cancel(&store(), &session().caller.actor, resident, quarter, revision).await {
        Ok(()) => {
            go_to(&Address::My.link(lang).with("resident", resident).with("done", "cancelled").to_string());
            Ok(())
        }
        Err(error) => back(lang, filing_page(lang, resident, quarter), &error),
    }
}

pub async fn amend_filing(lang: Lang, resident: &str, quarter: &str, reason: &str, carried: &Carried) -> Result<(), ApiError> {
    let (resident, quarter) = own(resident, quarter)?;
    let page = filing_page(lang, resident, quarter);
    let (subject, text) = (Subject::Amendment(resident, quarter), Text::Reason(reason));
    if !carried.is_whole() {
        return in_part(lang, page, subject, carried, text).await;
    }
    match services::filings::draft::amend(&store(), &session().caller.actor, resident, quarter, reason).await {
        Ok(()) => {
            go_to(&page.to_string());
            Ok(())
        }
        Err(error) => kept_back(lang, page, subject, carried, text, &error).await,
    }
}

pub async fn decide_filing(
    lang: Lang,
    filing: &str,
    number: u32,
    decision: &str,
    reason: &str,
    queue: &str,
    carried: &Carried,
) -> Result<(), ApiError> {
    let Ok(id) = filing.parse() else { return fail(ApiError::NotFound) };
    let (id, actor, store) = (FilingId(id), session().caller.actor, store());
    // only what a query of ours can hold
    let queue = if queue.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#') { queue } else { "" };
    let page = Address::Review(id).link(lang).with_query(queue);
    let (subject, text) = (Subject::Return(id), Text::Reason(reason));
    if !carried.is_whole() {
        return in_part(lang, page, subject, carried, text).await;
    }
    let done = match decision {
        "accept" => services::filings::review::accept(&store, &actor, id, number).await,
        "return" => services::filings::review::return_for_correction(&store, &actor, id, number, reason).await,
        "take_back" => services::filings::review::take_back(&store, &actor, id, number).await,
        _ => return fail(ApiError::Unreadable),
    };
    match done {
        Ok(()) => {
            go_to(&page.with("done", decision).to_string());
            Ok(())
        }
        Err(error) => kept_back(lang, page, subject, carried, text, &error).await,
    }
}
