//! What runs in the browser. Everything an island needs arrives as props: its strings, its choices, its draft.

mod autosave;
#[cfg(feature = "hydrate")]
mod browser;
#[cfg(not(feature = "hydrate"))]
#[path = "no_browser.rs"]
mod browser;
pub mod filing_form;
mod form_state;
mod saving;
pub mod setup;
