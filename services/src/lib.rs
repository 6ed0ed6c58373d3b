//! Use cases over the database. Each takes the actor, authorises, loads, decides with `domain`, saves and audits, all in
//! one transaction. Whatever is not allowed by [`domain::access`] is refused here, before anything is read.

#![warn(missing_docs)]
#![deny(clippy::float_arithmetic, clippy::float_cmp, clippy::cast_precision_loss)] // no floating point on an amount's way

pub mod accounts;
pub mod entity;
pub mod error;
pub mod filings;
pub mod founding;
pub mod installation;
pub mod jobs;
pub mod ledger;
pub mod periods;
pub mod reference;
pub mod register;
pub mod releases;
pub mod rules;
pub mod store;
pub mod verify;

pub use error::{Result, ServiceError};
pub use store::{Entropy, Store};
