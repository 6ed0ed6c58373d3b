//! Filings from the draft to the decision, and the lists in which they are found.

pub mod answers;
pub mod draft;
pub mod kept;
pub(crate) mod lines;
pub mod list;
pub mod mine;
pub mod missing;
pub mod replies;
pub mod review;
pub(crate) mod row;
pub mod submit;
pub mod versions;
