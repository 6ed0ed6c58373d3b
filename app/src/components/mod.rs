//! Parts of pages.

pub mod figure;
pub mod layout;
pub mod lines;
pub mod reason;
