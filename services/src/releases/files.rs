//! The files of a release: made with it, frozen with it, and served as they are for ever.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
};

use domain::{
    ids::ReleaseId,
    progress::Target,
    published::Coverage,
    release::{Planned, ReleaseName, ReleasedFigure},
};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::public;
use crate::{
    entity::release_file,
    error::{Result, ServiceError},
    reference::official_series::Published,
    store::{Store, audit::sha256_hex},
};

/// What files are made of: nothing in here is hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Which release.
    pub name: ReleaseName,
    /// What holds with it: its own figures and those of the releases before.
    pub figures: Vec<ReleasedFigure>,
    /// What the publication plan of its year shows.
    pub plan: Vec<Planned>,
    /// How much of its quarter was in.
    pub coverage: Coverage,
    /// Targets as they were set.
    pub targets: Vec<Target>,
    /// What others published, by series.
    pub official: BTreeMap<String, Vec<Published>>,
    /// Whether residents are invented.
    pub demonstration: bool,
}

/// A file as it is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The last part of its address: `regions.csv`.
    pub name: String,
    /// What it is.
    pub media_type: String,
    /// All of it.
    pub bytes: Vec<u8>,
}

/// Makes the files of a release; the same of the same.
pub type Render = fn(&Content) -> std::result::Result<Vec<File>, String>;

/// The rows of files.
pub(super) fn rows(release_id: Uuid, files: Vec<File>) -> Result<Vec<release_file::Model>> {
    let row = |file: File| {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(&file.bytes).map_err(ServiceError::corrupt("release_file.gzip"))?;
        let mut brotli = brotli::CompressorWriter::new(Vec::new(), 4_096, 10, 22);
        brotli.write_all(&file.bytes).map_err(ServiceError::corrupt("release_file.brotli"))?;
        Ok(release_file::Model {
            release_id,
            name: file.name,
            media_type: file.media_type,
            size: i32::try_from(file.bytes.len()).map_err(ServiceError::corrupt("release_file.size"))?,
            digest: sha256_hex(&file.bytes),
            gzip: gzip.finish().map_err(ServiceError::corrupt("release_file.gzip"))?,
            brotli: brotli.into_inner(),
        })
    };
    files.into_iter().map(row).collect()
}

/// The bytes of a file; none if they cannot be read, or differ by how they are compressed.
pub(crate) fn unpacked(row: &release_file::Model) -> Option<Vec<u8>> {
    let size = usize::try_from(row.size).ok()?;
    let bytes = unpack(GzDecoder::new(row.gzip.as_slice()), size)?;
    let same = unpack(brotli::Decompressor::new(row.brotli.as_slice(), 4_096), size)? == bytes;
    same.then_some(bytes)
}

/// No more than it says it has, and a byte.
fn unpack(reader: impl Read, size: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(size);
    let most = u64::try_from(size).ok()?.checked_add(1)?;
    reader.take(most).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// A file as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    /// The last part of its address.
    pub name: String,
    /// What it is.
    pub media_type: String,
    /// How many bytes it has.
    pub size: usize,
    /// SHA-256 of them, in lower-case hexadecimal.
    pub digest: String,
    /// The bytes, compressed once.
    pub gzip: Vec<u8>,
    /// The bytes, compressed once.
    pub brotli: Vec<u8>,
}

impl Packed {
    /// The bytes as they were published.
    ///
    /// # Errors
    /// [`ServiceError::Corrupt`]; those of a file that [`files`] gave can be read.
    pub fn bytes(&self) -> Result<Vec<u8>> {
        bytes_of(&self.gzip, self.size)
    }
}

/// The bytes of a file of a size, from its gzip.
///
/// # Errors
/// [`ServiceError::Corrupt`].
pub fn bytes_of(gzip: &[u8], size: usize) -> Result<Vec<u8>> {
    unpack(GzDecoder::new(gzip), size).ok_or(ServiceError::Corrupt("release_file"))
}

/// The files of a public release, by name.
///
/// # Errors
/// [`ServiceError::NotFound`] for one that is not public; [`ServiceError::Corrupt`] where the bytes are not those that were published.
pub async fn files(store: &Store, id: ReleaseId) -> Result<Vec<Packed>> {
    if !public(store).await?.iter().any(|release| release.id == id) {
        return Err(ServiceError::NotFound);
    }
    of(&store.db, id).await
}

pub(super) async fn of(connection: &impl ConnectionTrait, id: ReleaseId) -> Result<Vec<Packed>> {
    let rows = release_file::Entity::find().filter(release_file::Column::ReleaseId.eq(id.0)).order_by_asc(release_file::Column::Name);
    let packed = |row: release_file::Model| {
        let whole = unpacked(&row).is_some_and(|bytes| sha256_hex(&bytes) == row.digest);
        let size = usize::try_from(row.size).map_err(ServiceError::corrupt("release_file.size"))?;
        let release_file::Model { name, media_type, digest, gzip, brotli, .. } = row;
        if whole { Ok(Packed { name, media_type, size, digest, gzip, brotli }) } else { Err(ServiceError::Corrupt("release_file")) }
    };
    rows.all(connection).await?.into_iter().map(packed).collect()
}
