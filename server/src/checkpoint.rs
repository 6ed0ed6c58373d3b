//! Signed checkpoints of the audit chain, in a file beside the database and on the public address `/checkpoints.txt`. The key
//! stands in a file of its own, so that whoever can write the database cannot write the chain again unseen.

use std::{
    fs::OpenOptions,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use chrono::{DateTime, SecondsFormat, Utc};
use domain::record::Checkpoint;
use ring::{
    rand::SystemRandom,
    signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey},
};
use services::{
    Store,
    verify::{Finding, What, checkpoint},
};
use thiserror::Error;

use crate::config::Config;

/// Why checkpoints cannot be written or read.
#[derive(Debug, Error)]
pub enum CheckpointError {
    /// A file.
    #[error("{0}: {1}")]
    File(String, io::Error),
    /// Not a key of ours.
    #[error("{0}: not an Ed25519 key in PKCS#8")]
    Key(String),
    /// Not a line of a checkpoint.
    #[error("{0}, line {1}: not a checkpoint")]
    Line(String, usize),
    /// The chain.
    #[error(transparent)]
    Service(#[from] services::ServiceError),
}

type Result<T> = std::result::Result<T, CheckpointError>;

fn file_error(path: &Path) -> impl FnOnce(io::Error) -> CheckpointError {
    move |error| CheckpointError::File(path.display().to_string(), error)
}

/// The files of an installation.
#[derive(Debug, Clone)]
pub struct Files {
    /// One checkpoint a line.
    pub checkpoints: PathBuf,
    /// The private key, PKCS#8.
    pub key: PathBuf,
}

impl Files {
    /// Those that the configuration names, or those beside the database.
    pub fn of(config: &Config) -> Self {
        let database = config.database_url.strip_prefix("sqlite://").map(|path| Path::new(path.split('?').next().unwrap_or(path)));
        let folder = database.and_then(Path::parent).unwrap_or_else(|| Path::new("data"));
        Self {
            checkpoints: config.checkpoints.clone().unwrap_or_else(|| folder.join("checkpoints.txt")),
            key: config.checkpoint_key.clone().unwrap_or_else(|| folder.join("checkpoint.key")),
        }
    }

    /// The key; made at its first use.
    fn key(&self) -> Result<Ed25519KeyPair> {
        let wrong = || CheckpointError::Key(self.key.display().to_string());
        let bytes = match std::fs::read(&self.key) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| wrong())?;
                create_folder(&self.key)?;
                let mut file =
                    OpenOptions::new().write(true).create_new(true).mode(0o600).open(&self.key).map_err(file_error(&self.key))?;
                file.write_all(made.as_ref()).and_then(|()| file.sync_all()).map_err(file_error(&self.key))?;
                made.as_ref().to_vec()
            }
            Err(error) => return Err(file_error(&self.key)(error)),
        };
        Ed25519KeyPair::from_pkcs8(&bytes).map_err(|_| wrong())
    }

    /// Signs the head of the chain, if it moved since the last checkpoint; says first whether the chain still has that one.
    ///
    /// # Errors
    /// See [`CheckpointError`].
    pub async fn write(&self, store: &Store) -> Result<(Option<Checkpoint>, Vec<Finding>)> {
        let last = if self.checkpoints.exists() { read(&self.checkpoints)?.pop() } else { None };
        let last = last.map(|line| line.checkpoint);
        let missing = checkpoint::hold(store, last.as_slice()).await?;
        let head = checkpoint::head(store).await?.filter(|head| last.is_none_or(|last| last.hash != head.hash));
        if let Some(head) = &head {
            let key = self.key()?;
            let line = Line {
                checkpoint: head.clone(),
                key: key.public_key().as_ref().to_vec(),
                signature: key.sign(head.text().as_bytes()).as_ref().to_vec(),
            };
            create_folder(&self.checkpoints)?;
            let mut file = OpenOptions::new().append(true).create(true).open(&self.checkpoints).map_err(file_error(&self.checkpoints))?;
            writeln!(file, "{}", line.text()).and_then(|()| file.sync_all()).map_err(file_error(&self.checkpoints))?;
        }
        Ok((head, missing))
    }

    /// What does not hold of the checkpoints of a file: its signatures, by the key of the installation, and whether the chain
    /// still has them.
    ///
    /// # Errors
    /// See [`CheckpointError`].
    pub async fn hold(&self, store: &Store, file: &Path) -> Result<(usize, Vec<Finding>)> {
        let (lines, key) = (read(file)?, self.key()?);
        let (own, others): (Vec<Line>, Vec<Line>) = lines.into_iter().partition(|line| line.is_signed_by(key.public_key().as_ref()));
        let mut findings: Vec<Finding> = others
            .iter()
            .map(|line| Finding {
                since: Some(line.checkpoint.seq),
                ..Finding::new(What::Signature, format_args!("checkpoint of {}", line.checkpoint.at))
            })
            .collect();
        let own: Vec<Checkpoint> = own.into_iter().map(|line| line.checkpoint).collect();
        findings.extend(checkpoint::hold(store, &own).await?);
        Ok((own.len() + others.len(), findings))
    }
}

fn create_folder(file: &Path) -> Result<()> {
    match file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => std::fs::create_dir_all(folder).map_err(file_error(folder)),
        None => Ok(()),
    }
}

/// A checkpoint with its signature and the public key that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    checkpoint: Checkpoint,
    key: Vec<u8>,
    signature: Vec<u8>,
}

impl Line {
    fn text(&self) -> String {
        let Checkpoint { seq, hash, at } = &self.checkpoint;
        let at = at.to_rfc3339_opts(SecondsFormat::Millis, true);
        format!("{seq} {hash} {at} {} {}", hex::encode(&self.key), hex::encode(&self.signature))
    }

    fn read(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split(' ').collect();
        let [seq, hash, at, key, signature] = parts[..] else { return None };
        let at = DateTime::parse_from_rfc3339(at).ok()?.with_timezone(&Utc);
        let checkpoint = Checkpoint { seq: seq.parse().ok()?, hash: hash.to_owned(), at };
        Some(Self { checkpoint, key: hex::decode(key).ok()?, signature: hex::decode(signature).ok()? })
    }

    fn is_signed_by(&self, key: &[u8]) -> bool {
        self.key == key && UnparsedPublicKey::new(&ED25519, key).verify(self.checkpoint.text().as_bytes(), &self.signature).is_ok()
    }
}

fn read(file: &Path) -> Result<Vec<Line>> {
    let text = std::fs::read_to_string(file).map_err(file_error(file))?;
    let line = |(n, text)| Line::read(text).ok_or_else(|| CheckpointError::Line(file.display().to_string(), n + 1));
    text.lines().enumerate().map(line).collect()
}
