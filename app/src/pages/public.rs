//! Pages for everybody.

pub mod home;
pub mod sign_in;
