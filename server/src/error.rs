//! Why a command failed.

use services::ServiceError;
use thiserror::Error;

use crate::{checkpoint::CheckpointError, config::ConfigError, disclosure::DisclosureError, release::ReleaseCommandError};

/// Why a command failed.
#[derive(Debug, Error)]
pub enum CommandError {
    /// Configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A use case.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// The database.
    #[error("database: {0}")]
    Database(#[from] sea_orm::DbErr),
    /// A database that is not there.
    #[error("{0}: no such database; `itpark migrate` makes one")]
    NoDatabase(String),
    /// What was to be said could not be written.
    #[error("standard output: {0}")]
    Output(std::io::Error),
    /// A document that cannot be written.
    #[error("json: {0}")]
    Json(#[from] serde_json::Error),
    /// The port.
    #[error("cannot listen: {0}")]
    Listen(std::io::Error),
    /// A file.
    #[error("{0}: {1}")]
    File(String, std::io::Error),
    /// A table of the official figures.
    #[error("official figures: {0}")]
    Table(#[from] csv::Error),
    /// Invented data next to real ones.
    #[error("the database is not empty: demonstration data go into an empty one only")]
    NotEmpty,
    /// A demonstration served to others.
    #[error("the database has demonstration accounts: it is served on loopback only, unless allow_public_demonstration is set")]
    PublicDemonstration,
    /// Checkpoints.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// Disclosure control.
    #[error(transparent)]
    Disclosure(#[from] DisclosureError),
    /// Releases.
    #[error(transparent)]
    Release(#[from] ReleaseCommandError),
    /// The runtime.
    #[error("cannot start: {0}")]
    Runtime(std::io::Error),
}
