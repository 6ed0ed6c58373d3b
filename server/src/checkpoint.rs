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
    signature::{ED25519, ED25519_PUBLIC_KEY_LEN, Ed25519KeyPair, KeyPair, UnparsedPublicKey},
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
    /// Not a public key.
    #[error("{0}: not a public key, which is 64 hexadecimal digits")]
    PublicKey(String),
    /// A file that says nothing of the chain.
    #[error("{0}: no checkpoint in it")]
    Empty(String),
    /// Nothing says whose signatures are right.
    #[error("there is no key to hold signatures against: name the public one")]
    NoKey,
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

/// A public key as it is written in hexadecimal.
///
/// # Errors
/// [`CheckpointError::PublicKey`].
pub fn read_public_key(text: &str) -> Result<Vec<u8>> {
    let key = hex::decode(text).ok().filter(|key| key.len() == ED25519_PUBLIC_KEY_LEN);
    key.ok_or_else(|| CheckpointError::PublicKey(text.to_owned()))
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

    /// The key, if there is one.
    fn known_key(&self) -> Result<Option<Ed25519KeyPair>> {
        match std::fs::read(&self.key) {
            Ok(bytes) => Ok(Some(self.key_of(&bytes)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(file_error(&self.key)(error)),
        }
    }

    fn key_of(&self, bytes: &[u8]) -> Result<Ed25519KeyPair> {
        Ed25519KeyPair::from_pkcs8(bytes).map_err(|_| CheckpointError::Key(self.key.display().to_string()))
    }

    /// The key to sign with; made at its first use.
    fn key(&self) -> Result<Ed25519KeyPair> {
        if let Some(key) = self.known_key()? {
            return Ok(key);
        }
        let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new());
        let made = made.map_err(|_| CheckpointError::Key(self.key.display().to_string()))?;
        create_folder(&self.key)?;
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&self.key).map_err(file_error(&self.key))?;
        file.write_all(made.as_ref()).and_then(|()| file.sync_all()).map_err(file_error(&self.key))?;
        self.key_of(made.as_ref())
    }

    /// Signs the head of the chain, if it moved since the last checkpoint. Nothing is signed while the chain does not have
    /// every head that was signed before: that stays so until somebody has looked into it and put the file aside.
    ///
    /// # Errors
    /// See [`CheckpointError`].
    pub async fn write(&self, store: &Store) -> Result<(Option<Checkpoint>, Vec<Finding>)> {
        let mut lines = if self.checkpoints.exists() { read(&self.checkpoints)? } else { Vec::new() };
        let signed: Vec<Checkpoint> = lines.iter().map(|line| line.checkpoint.clone()).collect();
        let lost = checkpoint::hold(store, &signed).await?;
        let moved = |head: &Checkpoint| signed.last().is_none_or(|last| last.hash != head.hash);
        let Some(head) = checkpoint::head(store).await?.filter(|head| lost.is_empty() && moved(head)) else { return Ok((None, lost)) };
        let key = self.key()?;
        lines.push(Line {
            checkpoint: head.clone(),
            key: key.public_key().as_ref().to_vec(),
            signature: key.sign(head.text().as_bytes()).as_ref().to_vec(),
        });
        self.replace(&lines)?;
        Ok((Some(head), lost))
    }

    /// Writes the file whole beside itself and puts it in its own place: a crash leaves one or the other.
    fn replace(&self, lines: &[Line]) -> Result<()> {
        create_folder(&self.checkpoints)?;
        let new = self.checkpoints.with_extension("new");
        let text: String = lines.iter().map(|line| line.text() + "\n").collect();
        let written = std::fs::File::create(&new).and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()));
        written.and_then(|()| std::fs::rename(&new, &self.checkpoints)).map_err(file_error(&self.checkpoints))
    }

    /// What does not hold of the checkpoints of a file: its signatures, and whether the chain still has them. They are held against
    /// `public`, or against the key of the installation; no secret is needed to hold them, and no key is made.
    ///
    /// # Errors
    /// See [`CheckpointError`].
    pub async fn hold(&self, store: &Store, file: &Path, public: Option<&[u8]>) -> Result<(usize, Vec<Finding>)> {
        let lines = read(file)?;
        if lines.is_empty() {
            return Err(CheckpointError::Empty(file.display().to_string()));
        }
        let public = match public {
            Some(public) => public.to_vec(),
            None => self.known_key()?.ok_or(CheckpointError::NoKey)?.public_key().as_ref().to_vec(),
        };
        let (own, others): (Vec<Line>, Vec<Line>) = lines.into_iter().partition(|line| line.is_signed_by(&public));
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
