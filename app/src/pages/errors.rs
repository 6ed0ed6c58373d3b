//! Pages of what went wrong: what happened, and what to do now.

use axum::http::StatusCode;
use domain::access::Denied;
use leptos::prelude::*;
use services::ServiceError;

use crate::{
    address::Address,
    components::layout::layout,
    context::{OwnPage, Page, go_to, set_status},
    labels::{self, t},
    refusal::Refusal,
};

/// The page of an error. Who is not signed in is sent to sign in and comes back.
pub fn of(page: &Page, error: &ServiceError) -> AnyView {
    match error {
        ServiceError::Denied(Denied::SignInFirst) => {
            let query = if page.query.is_empty() { String::new() } else { format!("?{}", page.query) };
            let expired = page.session.caller.former.map(|_| 1);
            go_to(&page.link(Address::SignIn).with("next", format_args!("{}{query}", page.path)).maybe("expired", expired).to_string());
            ().into_any()
        }
        error => show(page, Refusal::logged(error).page),
    }
}

/// The page of a status.
pub fn show(page: &Page, status: StatusCode) -> AnyView {
    show_with(page, status, ().into_any())
}

/// The page of a status, with more to say.
pub fn show_with(page: &Page, status: StatusCode, more: AnyView) -> AnyView {
    let lang = page.lang;
    set_status(status);
    let (title, text) = match status {
        StatusCode::FORBIDDEN => (t!(lang, error.forbidden), t!(lang, error.forbidden_text)),
        StatusCode::NOT_FOUND => (t!(lang, error.not_found), t!(lang, error.not_found_text)),
        StatusCode::CONFLICT => (t!(lang, error.not_yet_open), t!(lang, error.not_yet_open_text)),
        StatusCode::GONE => (t!(lang, my.closed), t!(lang, error.closed_text)),
        StatusCode::BAD_REQUEST => (t!(lang, error.unreadable), t!(lang, page_problem.unreadable)),
        StatusCode::SERVICE_UNAVAILABLE => (t!(lang, error.busy), t!(lang, error.internal_text)),
        StatusCode::PAYLOAD_TOO_LARGE => (t!(lang, error.too_large), t!(lang, error.too_large_text)),
        _ => (t!(lang, error.internal), t!(lang, error.internal_text)),
    };
    let body = view! {
        <div class="narrow">
            <h1>{title.clone()}</h1>
            <p>{text}</p>
            {more}
            {to_own_page(page)}
        </div>
    };
    layout(page, &title, body)
}

/// The statuses that have a page.
pub const SHOWN: [StatusCode; 8] = [
    StatusCode::BAD_REQUEST,
    StatusCode::FORBIDDEN,
    StatusCode::NOT_FOUND,
    StatusCode::CONFLICT,
    StatusCode::GONE,
    StatusCode::PAYLOAD_TOO_LARGE,
    StatusCode::INTERNAL_SERVER_ERROR,
    StatusCode::SERVICE_UNAVAILABLE,
];

/// A button to the page on which the person begins.
pub fn to_own_page(page: &Page) -> AnyView {
    let (lang, own) = (page.lang, page.own_page());
    let text = match own {
        OwnPage::Home => t!(lang, error.to_home),
        OwnPage::Filings => t!(lang, error.to_my),
        OwnPage::Queue => t!(lang, error.to_queue),
        OwnPage::Office => t!(lang, error.to_office),
        OwnPage::Region(region) => t!(lang, error.to_region, region = labels::region(lang, region)),
    };
    view! { <p><a class="button" href=own.link(lang).to_string()>{text}</a></p> }.into_any()
}
