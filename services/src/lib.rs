//! Use cases over the database. Each takes the actor, authorises, loads, decides with `domain`, saves and audits, all in
//! one transaction. Whatever is not allowed by [`domain::access`] is refused here, before anything is read.

#![warn(missing_docs)]
#![deny(clippy::float_arithmetic, clippy::float_cmp, clippy::cast_precision_loss)] // no floating point on an amount's way

pub mod audit;
pub mod demo;
pub mod draft;
pub mod entity;
pub mod error;
pub mod figures;
pub mod filings;
pub mod kept;
mod ledger;
mod lines;
pub mod list;
pub mod missing;
pub mod my;
pub mod official_series;
pub mod open_period;
pub mod rates;
pub mod register;
pub mod review;
pub mod seed;
pub mod session;
pub mod settings;
pub mod store;
pub mod submit;
pub mod verify;

pub use error::{Result, ServiceError};
pub use store::{Entropy, Store};
