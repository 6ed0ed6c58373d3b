//! Server functions: each gets the actor, calls one use case and says where to go. They are the targets of plain
//! forms, so they work without JavaScript; only [`autosave`] is called by an island.

use domain::{
    edits::Reply,
    form::{FieldPath, FormInput},
};
use leptos::prelude::*;
use leptos::server_fn::{
    ServerFn,
    codec::{Json, JsonEncoding},
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

use crate::{error::ApiError, lang::Lang};

/// What a draft is after it was saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// To be sent with the next save.
    pub revision: i32,
    /// Time of day in Tashkent, `10:05`.
    pub time: String,
    /// What is wrong with its fields.
    pub problems: Vec<(FieldPath, String)>,
}

/// What every form with text carries beside its fields.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Carried {
    /// For whom to keep the text if nobody is signed in any more (`services::filings::kept::token`).
    pub keep: String,
    /// Where the pressed button leads, in a form with more than one.
    pub step: String,
    /// The end mark: the last field of the form. Without it only a part of the form arrived.
    pub end: String,
}

impl Carried {
    /// The value of the end mark.
    pub const END: &'static str = "1";
    /// Back to the form, to change what it says.
    pub const CHANGE: &'static str = "change";

    /// Whether the whole form arrived.
    pub fn is_whole(&self) -> bool {
        self.end == Self::END
    }
}

/// The address to which the form of a server function is sent.
pub fn action<F: ServerFn>() -> &'static str {
    F::url()
}

/// Signs in and goes to `next`, or to the person's own page.
///
/// # Errors
/// See [`ApiError`]; wrong credentials lead back to the form.
#[server(prefix = "/api", endpoint = "sign_in")]
pub async fn sign_in(lang: Lang, email: String, password: String, #[server(default)] next: String) -> Result<(), ApiError> {
    handlers::sign_in(lang, email, password, next).await
}

/// Signs out, here or on every device.
///
/// # Errors
/// See [`ApiError`].
#[server(prefix = "/api", endpoint = "sign_out")]
pub async fn sign_out(lang: Lang, #[server(default)] everywhere: bool) -> Result<(), ApiError> {
    handlers::sign_out(lang, everywhere).await
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
    revision: i32,
    #[server(default)] step: String,
    #[server(default)] form: Option<FormInput>,
    #[server(default)] carried: Carried,
) -> Result<(), ApiError> {
    handlers::save_filing(lang, &resident, &quarter, revision, handlers::Button::read(&step), form, &carried).await
}

/// Saves a draft while it is being written, and says what is wrong with it; `only_check` says that alone. (One function for both,
/// for each is two kilobytes of the WebAssembly.)
///
/// # Errors
/// See [`ApiError`]; a conflict means that somebody else saved it meanwhile.
#[server(prefix = "/api", endpoint = "autosave", input = Json)]
pub async fn autosave(
    lang: Lang,
    resident: String,
    quarter: String,
    revision: i32,
    form: FormInput,
    #[server(default)] end: String,
    #[server(default)] only_check: bool,
) -> Result<Saved, ApiError> {
    handlers::autosave(lang, &resident, &quarter, revision, form, &end, only_check).await
}

/// Keeps what was said to the findings of a checked draft, and submits it; with the step [`Carried::CHANGE`] it leads back to the form instead.
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
    #[server(default)] replies: Vec<Reply>,
    #[server(default)] carried: Carried,
) -> Result<(), ApiError> {
    handlers::submit_filing(lang, &resident, &quarter, revision, &key, replies, &carried).await
}

/// Takes back what was submitted while nobody has decided.
///
/// # Errors
/// See [`ApiError`].
#[server(prefix = "/api", endpoint = "withdraw_filing")]
pub async fn withdraw_filing(lang: Lang, resident: String, quarter: String, number: u32) -> Result<(), ApiError> {
    handlers::withdraw_filing(lang, &resident, &quarter, number).await
}

/// Gives up a draft or an amendment that was begun by mistake.
///
/// # Errors
/// See [`ApiError`].
#[server(prefix = "/api", endpoint = "cancel_draft")]
pub async fn cancel_draft(lang: Lang, resident: String, quarter: String, revision: i32) -> Result<(), ApiError> {
    handlers::cancel_draft(lang, &resident, &quarter, revision).await
}

/// Begins an amendment of an accepted filing.
///
/// # Errors
/// See [`ApiError`].
#[server(prefix = "/api", endpoint = "amend_filing")]
pub async fn amend_filing(
    lang: Lang,
    resident: String,
    quarter: String,
    #[server(default)] reason: String,
    #[server(default)] carried: Carried,
) -> Result<(), ApiError> {
    handlers::amend_filing(lang, &resident, &quarter, &reason, &carried).await
}

/// Accepts a version, sends it back with a reason, or takes an acceptance back. `queue` is the query of the list from which
/// the reviewer came.
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
    #[server(default)] queue: String,
    #[server(default)] carried: Carried,
) -> Result<(), ApiError> {
    handlers::decide_filing(lang, &filing, number, &decision, &reason, &queue, &carried).await
}

/// Orders the release of a quarter: a server prepares it. The reason says why too little may be in.
///
/// # Errors
/// See [`ApiError`].
#[server(prefix = "/api", endpoint = "order_release")]
pub async fn order_release(
    lang: Lang,
    quarter: String,
    #[server(default)] reason: String,
    #[server(default)] carried: Carried,
) -> Result<(), ApiError> {
    handlers::releases::order(lang, &quarter, &reason, &carried).await
}

/// Takes the step that the pressed button names, of the release that was looked at: by its id, for another may have its name by now.
/// `minute` is local time, `2023-11-25T09:00`.
///
/// # Errors
/// See [`ApiError`].
#[server(prefix = "/api", endpoint = "step_release")]
pub async fn step_release(
    lang: Lang,
    release: String,
    id: String,
    step: String,
    #[server(default)] minute: String,
    #[server(default)] reason: String,
    #[server(default)] carried: Carried,
) -> Result<(), ApiError> {
    handlers::releases::step(lang, (&release, &id), &step, &minute, &reason, &carried).await
}

/// Decides the publication plan that is proposed for a year, if it is the one that the page showed: by its digest.
///
/// # Errors
/// See [`ApiError`].
#[server(prefix = "/api", endpoint = "decide_plan")]
pub async fn decide_plan(lang: Lang, year: i32, digest: String) -> Result<(), ApiError> {
    handlers::releases::decide_plan(lang, year, &digest).await
}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let error = match error {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => Self::Unreadable,
            ServerFnErrorErr::Request(_) => Self::Unreachable,
            ServerFnErrorErr::Registration(_)
            | ServerFnErrorErr::UnsupportedRequestMethod(_)
            | ServerFnErrorErr::ServerError(_)
            | ServerFnErrorErr::MiddlewareError(_)
            | ServerFnErrorErr::Serialization(_)
            | ServerFnErrorErr::Response(_) => Self::Internal,
        };
        // such an error is made before a function of ours runs, which would say it
        #[cfg(feature = "ssr")]
        handlers::answer_with(&error);
        error
    }
}

#[cfg(feature = "ssr")]
#[path = "handlers.rs"]
pub mod handlers;
