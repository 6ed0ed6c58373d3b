//! The use cases on a real `SQLite` file and on a real `PostgreSQL` cluster.

#![expect(clippy::unwrap_used, reason = "a test fails where something is not as it must be")]

mod access;
mod busy;
mod drafts;
mod jobs;
mod journey;
mod lists;
mod of_before;
mod orders;
mod rates;
mod register;
mod releases;
mod rules;
mod schema;
mod sessions;
mod steps;
mod support;
mod tampering;
mod texts;
mod unreadable;
mod verify;
mod world;
