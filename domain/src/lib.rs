//! The rules of the quarterly filing, and nothing else: no I/O, no async, no web, no database.
//!
//! A figure travels `form` (typed text) → `content` (checked lines) → `exchange` (frozen conversion)
//! → `filing` (states) → `ledger` (cells by quarter and region) → `published` (public view) and
//! `progress` (way to a target).

#![warn(missing_docs)]
#![deny(clippy::float_arithmetic, clippy::float_cmp, clippy::cast_precision_loss)] // no floating point on an amount's way

pub mod access;
pub mod amount;
pub mod audit;
pub mod classification;
pub mod clock;
mod codes;
pub mod content;
pub mod datasets;
pub mod day;
pub mod edits;
pub mod exchange;
pub mod filing;
pub mod form;
pub mod ids;
pub mod jobs;
pub mod ledger;
pub mod measure;
pub mod money;
pub mod obligation;
pub mod people;
pub mod period;
pub mod progress;
pub mod published;
pub mod quarter;
pub mod record;
pub mod region;
pub mod register;
pub mod release;
pub mod rules;
pub mod typed;
