//! Pages of a resident's people.

pub mod check;
pub mod filing;
pub mod kept;
pub mod list;
pub mod version;
