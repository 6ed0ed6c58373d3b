//! People, their sign-ins and sessions.

pub mod person;
pub mod session;
