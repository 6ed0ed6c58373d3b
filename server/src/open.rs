//! Open statistics for programs: datasets, releases, what changed, feed and catalogue. Everything stands in memory as it was published;
//! no request leads to the database.

mod answer;
mod api;
mod catalogue;
mod feed;
mod library;
mod limit;
mod problem;
mod query;

pub use api::{document, routes};
pub use library::Library;
