//! Pages for everybody.

pub mod sign_in;
