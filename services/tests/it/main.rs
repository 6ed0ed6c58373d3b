//! The use cases on a real `SQLite` file and on a real `PostgreSQL` cluster.

#![expect(clippy::unwrap_used, reason = "a test fails where something is not as it must be")]

mod access;
mod drafts;
mod journey;
mod schema;
mod sessions;
mod support;
mod verify;
mod world;
