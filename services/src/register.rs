//! The register of residents and people.

use domain::{ids::ResidentId, obligation::StatusSpan, region::Region, typed::folded};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};

use crate::{
    entity::{resident, resident_status},
    error::{Result, ServiceError},
    store::{Store, Write},
};

/// A resident of the park.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resident {
    /// Identifier.
    pub id: ResidentId,
    /// STIR (nine digits), or PINFL (fourteen) of a self-employed person.
    pub tax_number: String,
    /// Name.
    pub name: String,
    /// Registered region.
    pub region: Region,
    /// Whether it is a self-employed person.
    pub self_employed: bool,
    /// Whether there is any foreign founder's share.
    pub foreign_owned: bool,
    /// Number of the certificate of residency.
    pub certificate: String,
    /// Whether it belongs to the demonstration.
    pub invented: bool,
}

impl Resident {
    pub(crate) fn read(row: resident::Model) -> Result<Self> {
        Ok(Self {
            id: ResidentId(row.id),
            tax_number: row.tax_number,
            name: row.name,
            region: row.region.parse().map_err(ServiceError::corrupt("resident.region"))?,
            self_employed: row.self_employed,
            foreign_owned: row.foreign_owned,
            certificate: row.certificate,
            invented: row.invented,
        })
    }

    pub(crate) async fn load(connection: &impl ConnectionTrait, id: ResidentId) -> Result<Self> {
        Self::read(resident::Entity::find_by_id(id.0).one(connection).await?.ok_or(ServiceError::NotFound)?)
    }
}

pub(crate) async fn insert_resident(store: &Store, write: &Write, new: &Resident, status: &[StatusSpan]) -> Result<()> {
    let row = resident::Model {
        id: new.id.0,
        tax_number: new.tax_number.clone(),
        name: new.name.clone(),
        region: new.region.to_string(),
        self_employed: new.self_employed,
        foreign_owned: new.foreign_owned,
        certificate: new.certificate.clone(),
        invented: new.invented,
        folded_name: folded(&new.name),
    };
    write.insert(row).await?;
    let spans = status.iter().map(|span| {
        let (from_day, until_day) = (span.from, span.until);
        resident_status::Model { id: store.new_id(), resident_id: new.id.0, from_day, until_day }
    });
    write.insert_all(spans.collect()).await
}

/// Folds the names of residents that were registered before names were searched for.
///
/// # Errors
/// The database's.
pub async fn fold_names(store: &Store) -> Result<()> {
    let unfolded = resident::Entity::find().filter(resident::Column::FoldedName.eq("")).filter(resident::Column::Name.ne(""));
    let unfolded = unfolded.all(&store.db).await?;
    if unfolded.is_empty() {
        return Ok(());
    }
    let write = store.write().await?;
    for row in unfolded {
        let name = folded(&row.name);
        resident::ActiveModel { folded_name: Set(name), ..row.into_active_model() }.update_without_returning(&*write).await?;
    }
    write.commit([]).await
}
