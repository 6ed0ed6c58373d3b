//! The Leptos application. Pages, shell and routes exist on the server only; islands, their props and the signatures of
//! server functions are compiled for the browser too.

#![deny(clippy::float_arithmetic, clippy::float_cmp, clippy::cast_precision_loss)] // no floating point on an amount's way
#![recursion_limit = "512"]

#[cfg(feature = "ssr")]
pub mod address;
pub mod api;
#[cfg(feature = "ssr")]
pub mod chart_id;
pub mod error;
pub mod format;
pub mod islands;
pub mod lang;

#[cfg(feature = "ssr")]
mod components;
#[cfg(feature = "ssr")]
pub mod context;
#[cfg(feature = "ssr")]
pub mod cookies;
#[cfg(feature = "ssr")]
pub mod countries;
#[cfg(feature = "ssr")]
mod filing_query;
#[cfg(feature = "ssr")]
#[expect(clippy::pedantic, clippy::allow_attributes, reason = "generated from locales/")]
#[expect(warnings, reason = "generated from locales/")]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/i18n/mod.rs"));
}
#[cfg(feature = "ssr")]
pub mod labels;
#[cfg(feature = "ssr")]
mod official;
#[cfg(feature = "ssr")]
mod pages;
#[cfg(feature = "ssr")]
pub mod refusal;
#[cfg(feature = "ssr")]
pub mod routes;
#[cfg(feature = "ssr")]
pub mod send_again;
#[cfg(feature = "ssr")]
pub mod shell;
#[cfg(feature = "ssr")]
pub mod site;
#[cfg(feature = "ssr")]
pub mod statistics;

/// Makes the islands of a page interactive.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
