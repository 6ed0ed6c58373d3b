//! The releases that are public, as every server keeps them.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use app::statistics::{COVERAGE, PLAN};
use axum::{body::Bytes, http::HeaderMap, response::Response};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    datasets::{Change, Dataset, DatasetId},
    ids::ReleaseId,
    published::Coverage,
    release::{Planned, ReleaseName, ReleaseState},
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use services::{
    Result, ServiceError, Store,
    releases::{self, Coming, Packed, ReleaseView},
};

use super::answer::{About, Life, Ready};
use crate::encoding::Encoding;

/// How often a server looks whether a release has become public or was withdrawn.
const LOOK: Duration = Duration::from_secs(1);

/// So long after a day nothing is still being written down as of it.
const SETTLES: TimeDelta = TimeDelta::minutes(1);

/// A file as it was published, in every form in which it is sent.
#[derive(Debug)]
pub struct Book {
    /// What it is.
    pub media_type: String,
    /// SHA-256 of its bytes.
    pub digest: String,
    /// How many bytes it has.
    pub size: usize,
    /// Its bytes, compressed.
    gzip: Bytes,
    /// Its bytes, compressed.
    brotli: Bytes,
    /// As it is sent, the smallest first.
    ready: [Ready; 3],
}

impl Book {
    fn of(release: ReleaseName, packed: Packed) -> (String, Self) {
        let Packed { name, media_type, size, digest, gzip, brotli } = packed;
        let about = About::file(release, &name, &media_type, Life::Forever);
        let ready = [Encoding::Brotli, Encoding::Gzip, Encoding::Identity].map(|encoding| Ready::of(&about, &digest, encoding));
        (name, Self { media_type, digest, size, gzip: gzip.into(), brotli: brotli.into(), ready })
    }

    /// The answer with it, in the smallest form that the client takes.
    ///
    /// # Errors
    /// None of a file that was loaded.
    pub fn response(&self, asked: &HeaderMap, life: Life) -> Result<Response> {
        let [brotli, gzip, identity] = &self.ready;
        Ok(match Encoding::of(asked) {
            Encoding::Brotli => brotli.response(asked, life, self.brotli.clone()),
            Encoding::Gzip => gzip.response(asked, life, self.gzip.clone()),
            Encoding::Identity => identity.response(asked, life, self.bytes()?.into()),
        })
    }

    /// Its bytes.
    ///
    /// # Errors
    /// None of a file that was loaded.
    pub fn bytes(&self) -> Result<Vec<u8>> {
        releases::bytes_of(&self.gzip, self.size)
    }
}

/// A release with its files.
#[derive(Debug, Clone)]
pub struct Shelf {
    /// How it stands.
    pub release: ReleaseView,
    /// Its files, by name.
    pub books: Arc<BTreeMap<String, Book>>,
    /// What it says that the one before did not.
    pub changes: Arc<Value>,
}

impl Shelf {
    /// Whether it is still valid.
    pub fn is_valid(&self) -> bool {
        self.release.state != ReleaseState::Withdrawn
    }

    /// What the publication plan of its year shows, if it says so.
    pub fn plan(&self) -> Option<Vec<Planned>> {
        self.read(PLAN)
    }

    /// How much of its quarter was in when it was made, if it says so.
    pub fn coverage(&self) -> Option<Coverage> {
        self.read(COVERAGE)
    }

    fn read<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        serde_json::from_slice(&self.books.get(name)?.bytes().ok()?).ok()
    }

    /// A dataset, read from its file.
    pub fn dataset(&self, id: DatasetId) -> Option<Dataset> {
        dataset(&self.books, self.release.name, id)
    }
}

fn dataset(books: &BTreeMap<String, Book>, release: ReleaseName, id: DatasetId) -> Option<Dataset> {
    formats::read_csv(id, release, &books.get(&format!("{id}.csv"))?.bytes().ok()?)
}

/// Every release that is public, in order. A copy sees what the others see.
#[derive(Clone)]
pub struct Library {
    store: Store,
    stands: Arc<RwLock<Standing>>,
}

/// How the library stands.
#[derive(Clone, Default)]
struct Standing {
    shelves: Arc<Vec<Shelf>>,
    coming: Arc<Vec<Coming>>,
    /// Grows with each change.
    generation: u64,
    /// When that was read.
    read_at: DateTime<Utc>,
}

impl Library {
    /// Nothing yet.
    pub fn new(store: Store) -> Self {
        Self { store, stands: Arc::default() }
    }

    /// The releases as they stand.
    pub fn shelves(&self) -> Arc<Vec<Shelf>> {
        self.standing().shelves
    }

    /// The releases to come.
    pub fn coming(&self) -> Vec<Coming> {
        self.standing().coming.to_vec()
    }

    /// A number that grows with each change of what is public.
    pub fn generation(&self) -> u64 {
        self.standing().generation
    }

    /// Whether everything is known that was public before an instant.
    pub fn knows_until(&self, instant: DateTime<Utc>) -> bool {
        self.standing().read_at >= instant + SETTLES
    }

    fn standing(&self) -> Standing {
        self.stands.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The release that held at an instant.
    pub fn held_at(&self, instant: DateTime<Utc>) -> Option<Shelf> {
        let held = |shelf: &&Shelf| shelf.release.validity().is_some_and(|validity| validity.holds_at(instant));
        self.shelves().iter().rfind(held).cloned()
    }

    /// The release that holds.
    pub fn latest(&self) -> Option<Shelf> {
        self.shelves().iter().rfind(|shelf| shelf.is_valid()).cloned()
    }

    /// A release by its name, also one that was withdrawn.
    pub fn named(&self, name: ReleaseName) -> Option<Shelf> {
        self.shelves().iter().find(|shelf| shelf.release.name == name).cloned()
    }

    /// The files of a release by its name.
    pub fn books(&self, name: ReleaseName) -> Option<Arc<BTreeMap<String, Book>>> {
        self.named(name).map(|shelf| shelf.books)
    }

    /// The clock of the installation.
    pub fn now(&self) -> DateTime<Utc> {
        self.store.now()
    }

    /// Reads what is public now. Files of a release are read once: they do not change.
    ///
    /// # Errors
    /// The database's; what was kept stays.
    pub async fn refresh(&self) -> Result<()> {
        let read_at = self.now();
        let kept: BTreeMap<ReleaseId, Shelf> = self.shelves().iter().map(|shelf| (shelf.release.id, shelf.clone())).collect();
        let mut shelves: Vec<Shelf> = Vec::new();
        for release in releases::public(&self.store).await? {
            let loaded = match kept.get(&release.id) {
                Some(known) if !known.books.is_empty() => Shelf { release, ..known.clone() },
                // a release whose files cannot be read is there, and has none
                _ => self.load(release.clone(), shelves.last()).await.unwrap_or_else(|error| {
                    tracing::error!(%error, release = %release.name, "the files of a release cannot be read");
                    Shelf { release, books: Arc::default(), changes: Arc::default() }
                }),
            };
            shelves.push(loaded);
        }
        let coming = releases::calendar(&self.store).await?;
        let mut stands = self.stands.write().unwrap_or_else(PoisonError::into_inner);
        // a release whose files could be read at last is another than before
        let seen = |shelf: &Shelf| (shelf.release.clone(), shelf.books.len());
        let same = stands.shelves.iter().map(seen).eq(shelves.iter().map(seen));
        if !same || *stands.coming != coming {
            let generation = stands.generation + 1;
            *stands = Standing { shelves: Arc::new(shelves), coming: Arc::new(coming), generation, read_at };
        }
        stands.read_at = read_at;
        Ok(())
    }

    async fn load(&self, release: ReleaseView, before: Option<&Shelf>) -> Result<Shelf> {
        let files = releases::files(&self.store, release.id).await?;
        let (name, earlier) = (release.name, before.map(|shelf| (shelf.release.name, shelf.books.clone())));
        let made = tokio::task::spawn_blocking(move || {
            let books: BTreeMap<String, Book> = files.into_iter().map(|packed| Book::of(name, packed)).collect();
            let changes = changes((name, &books), earlier.as_ref().map(|(name, books)| (*name, &**books)));
            (books, changes)
        });
        let (books, changes) = made.await.map_err(|_| ServiceError::Corrupt("release_file"))?;
        Ok(Shelf { release, books: Arc::new(books), changes: Arc::new(changes) })
    }

    /// Looks again and again, for ever.
    pub async fn keep(self) {
        let mut looks = tokio::time::interval(LOOK);
        loop {
            looks.tick().await;
            self.look().await;
        }
    }

    /// Reads what is public now; what cannot be read is said in the log, and what was kept stays.
    pub async fn look(&self) {
        if let Err(error) = self.refresh().await {
            tracing::error!(%error, "the public releases cannot be read");
        }
    }
}

/// The files of a release.
type Named<'a> = (ReleaseName, &'a BTreeMap<String, Book>);

/// What differs from the release before, dataset by dataset: figures that are new are counted, those that were others are told.
fn changes((name, books): Named<'_>, before: Option<Named<'_>>) -> Value {
    let of = |id: &DatasetId| {
        let now = dataset(books, name, *id)?;
        let old = before.and_then(|(name, books)| dataset(books, name, *id));
        let changes = now.changes(old.as_ref());
        // programs are told of every row that differs, also by rounding alone
        let (revised, new): (Vec<Change>, Vec<Change>) = changes.into_iter().partition(|change| change.before.is_some());
        let revised: Vec<Value> = revised.iter().map(|change| told(&now, change)).collect();
        Some(json!({ "dataset": id.code(), "new": new.len(), "revised": revised }))
    };
    Value::Array(DatasetId::ALL.iter().filter_map(of).collect())
}

fn told(dataset: &Dataset, change: &Change) -> Value {
    let said = |row: &domain::datasets::Row| json!({ "value": row.plain(), "status": row.status.code() });
    let at = dataset.id.dimensions().iter().zip(&change.now.at).map(|(column, code)| (column.code().to_owned(), code.as_str().into()));
    let mut told: serde_json::Map<String, Value> = at.collect();
    told.insert("before".to_owned(), change.before.map_or(Value::Null, said));
    told.insert("now".to_owned(), said(change.now));
    Value::Object(told)
}
