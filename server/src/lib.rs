//! The server: configuration, commands, router, middleware, files in and out. No rule and no SQL stands here.

pub mod assets;
pub mod checkpoint;
pub mod clock;
pub mod command;
pub mod config;
pub mod disclosure;
pub mod encoding;
pub mod error;
pub mod jobs;
pub mod middleware;
pub mod open;
pub mod release;
pub mod router;
pub mod serve;
