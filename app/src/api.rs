//! Server functions: each gets the actor, calls one use case and says where to go. They are the targets of plain
//! forms, so they work without JavaScript; only [`autosave`] is called by an island.

use domain::form::FormInput;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

use crate::{error::ApiError, lang::Lang};

/// What a draft is after it was saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// To be sent with the next save.
    pub revision: i32,
    /// Time of day in Tashkent, `10:05`.
    pub time: String,
}

/// Signs in and goes to `next`, or to the person's own page.
///
/// # Errors
/// See [`ApiError`]; wrong credentials lead back to the form.
#[server(prefix = "/api", endpoint = "sign_in")]
pub async fn sign_in(lang: Lang, email: String, password: String, #[server(default)] next: String) -> Result<(), ApiError> {
    on_server::sign_in(lang, email, password, next).await
}

/// Signs out, here or on every device.
///
/// # Errors
/// See [`ApiError`].
#[server(prefix = "/api", endpoint = "sign_out")]
pub async fn sign_out(lang: Lang, #[server(default)] everywhere: bool) -> Result<(), ApiError> {
    on_server::sign_out(lang, everywhere).await
}

/// Saves a draft and does what the pressed button says.
///
/// # Errors
/// See [`ApiError`].
#[server(prefix = "/api", endpoint = "save_filing")]
pub async fn save_filing(
    lang: Lang,
    resident: String,
    quarter: String,
    #[server(default)] registered: String,
    revision: i32,
    #[server(default)] step: String,
    #[server(default)] form: FormInput,
) -> Result<(), ApiError> {
    let button = on_server::Button::read(&step, registered.parse().ok());
    on_server::save_filing(lang, &resident, &quarter, revision, button, form).await
}

/// Saves a draft while it is being written.
///
/// # Errors
/// See [`ApiError`]; a conflict means that somebody else saved it meanwhile.
#[server(prefix = "/api", endpoint = "autosave", input = Json)]
pub async fn autosave(resident: String, quarter: String, revision: i32, form: FormInput) -> Result<Saved, ApiError> {
    on_server::autosave(&resident, &quarter, revision, form).await
}

/// Submits a checked draft.
///
/// # Errors
/// See [`ApiError`].
#[server(prefix = "/api", endpoint = "submit_filing")]
pub async fn submit_filing(
    lang: Lang,
    resident: String,
    quarter: String,
    revision: i32,
    key: String,
    #[server(default)] confirmed: bool,
) -> Result<(), ApiError> {
    on_server::submit_filing(lang, &resident, &quarter, revision, &key, confirmed).await
}

/// Begins an amendment of an accepted filing.
///
/// # Errors
/// See [`ApiError`].
#[server(prefix = "/api", endpoint = "amend_filing")]
pub async fn amend_filing(lang: Lang, resident: String, quarter: String, #[server(default)] reason: String) -> Result<(), ApiError> {
    on_server::amend_filing(lang, &resident, &quarter, &reason).await
}

/// Accepts a version, or sends it back with a reason.
///
/// # Errors
/// See [`ApiError`].
#[server(prefix = "/api", endpoint = "decide_filing")]
pub async fn decide_filing(
    lang: Lang,
    filing: String,
    number: u32,
    decision: String,
    #[server(default)] reason: String,
) -> Result<(), ApiError> {
    on_server::decide_filing(lang, &filing, number, &decision, &reason).await
}

#[cfg(feature = "ssr")]
#[path = "on_server.rs"]
pub mod on_server;
