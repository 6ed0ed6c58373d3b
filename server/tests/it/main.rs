//! The real router on a real database, and the real binary killed on purpose.
#![expect(clippy::unwrap_used, reason = "a test fails where something is not as it must be")]

mod checkpoints;
mod desk;
mod disclosure;
mod kept;
mod killed;
mod open;
mod public;
mod release;
mod routes;
mod safety;
mod support;
mod upgrade;
mod whole;
