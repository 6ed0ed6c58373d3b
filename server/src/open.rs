//! Open statistics for programs: datasets, releases, what changed, feed and catalogue. Everything stands in memory as it was published;
//! no request leads to the database.

mod answer;
mod api;
mod catalogue;
mod export;
mod feed;
mod library;
mod limit;
mod preview;
mod problem;
mod query;
mod site;
mod sitemap;

pub use api::{document, routes};
pub use export::{ExportError, export, file_of};
pub use library::Library;
pub use preview::routes as previews;
pub use site::routes as pages;
