//! Disclosure control: which cells of a set of linked tables must be hidden so that nobody can infer what few
//! contributors reported.
//!
//! A [`problem`] is cells and linear equations. [`sensitive`] says which cells tell too much by themselves, [`protect`]
//! chooses what else to hide, [`attack`] measures with exact arithmetic what can still be inferred, and [`certify`] is the
//! gate before anything is published. The attacker states the rules a second time, on purpose, so that
//! neither can hide a mistake of the other; of what `linear` finds for both it believes only what it proves. `docs/methodology.md` explains the rules.

#![warn(missing_docs)]
#![deny(clippy::float_arithmetic, clippy::float_cmp, clippy::cast_precision_loss)] // what decides is exact

#[cfg(test)]
extern crate self as disclosure; // the invented tables of the benchmark are read by unit tests as well

pub mod attack;
pub mod certify;
pub mod file;
mod linear;
pub mod pattern;
pub mod plan;
pub mod problem;
pub mod protect;
pub mod sensitive;
pub mod series;
pub mod table;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
