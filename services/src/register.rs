//! The register of residents, with its history.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{
    access::{Action, Actor},
    audit::AuditAction,
    ids::ResidentId,
    obligation::StatusSpan,
    quarter::Quarter,
    region::Region,
    register::{Attribute, Entry, Ownership, Value, change as changed, on},
    typed::folded,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use crate::{
    entity::{filing_version, obligation, register_entry, resident, resident_status, rollup_coverage},
    error::{Result, ServiceError},
    filings::row::find,
    store::{Store, Write, audit::Event, code::Code},
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
    pub(crate) fn read(row: resident::Model) -> Self {
        Self {
            id: ResidentId(row.id),
            tax_number: row.tax_number,
            name: row.name,
            region: row.region.0,
            self_employed: row.self_employed,
            foreign_owned: row.foreign_owned,
            certificate: row.certificate,
            invented: row.invented,
        }
    }

    pub(crate) async fn load(connection: &impl ConnectionTrait, id: ResidentId) -> Result<Self> {
        resident::Entity::find_by_id(id.0).one(connection).await?.map(Self::read).ok_or(ServiceError::NotFound)
    }
}

/// A resident that is entered: as it is now, and what else the register says since the beginning.
#[derive(Debug, Clone)]
pub struct NewResident {
    /// As it is now.
    pub resident: Resident,
    /// Spans of the status.
    pub status: Vec<StatusSpan>,
    /// What it does and whom it belongs to, if it belongs to others.
    pub also: Vec<Value>,
}

pub(crate) async fn insert_resident(store: &Store, write: &Write, new: &NewResident) -> Result<()> {
    let NewResident { resident, status, also } = new;
    let row = resident::Model {
        id: resident.id.0,
        tax_number: resident.tax_number.clone(),
        name: resident.name.clone(),
        region: Code(resident.region),
        self_employed: resident.self_employed,
        foreign_owned: resident.foreign_owned,
        certificate: resident.certificate.clone(),
        invented: resident.invented,
        folded_name: folded(&resident.name),
    };
    write.insert(row).await?;
    let spans = status.iter().map(|span| {
        let (from_day, until_day) = (span.from, span.until);
        resident_status::Model { id: store.new_id(), resident_id: resident.id.0, from_day, until_day }
    });
    write.insert_all(spans.collect()).await?;
    let from_day = status.iter().map(|span| span.from).min().unwrap_or(write.at.date_naive());
    let ownership = if resident.foreign_owned { Ownership::Foreign } else { Ownership::Local };
    let said = [Value::Name(resident.name.clone()), Value::Region(resident.region), Value::Ownership(ownership)];
    let said = said.into_iter().chain(also.iter().cloned());
    let rows = said.map(|value| entry_row(resident.id.0, &Entry { from: from_day, until: None, value }));
    write.insert_all(rows.collect()).await
}

/// What a row says.
///
/// # Errors
/// [`ServiceError::Corrupt`] for a value that is none of its attribute.
pub(crate) fn entry(row: &register_entry::Model) -> Result<Entry> {
    let value = Value::read(row.attribute.0, &row.value).map_err(ServiceError::corrupt("register_entry.value"))?;
    Ok(Entry { from: row.from_day, until: row.until_day, value })
}

fn entry_row(resident_id: Uuid, entry: &Entry) -> register_entry::Model {
    let Entry { from, until, value } = entry;
    let (attribute, value) = (Code(value.attribute()), value.to_string());
    register_entry::Model { resident_id, attribute, from_day: *from, until_day: *until, value }
}

/// What the register says of a resident, ever.
async fn entries(connection: &impl ConnectionTrait, resident: ResidentId) -> Result<Vec<Entry>> {
    let rows = register_entry::Entity::find().filter(register_entry::Column::ResidentId.eq(resident.0));
    rows.all(connection).await?.iter().map(entry).collect()
}

/// Where residents were registered on a day.
pub(crate) async fn regions_on(connection: &impl ConnectionTrait, day: NaiveDate) -> Result<BTreeMap<Uuid, Region>> {
    let holds = register_entry::Column::UntilDay.is_null().or(register_entry::Column::UntilDay.gte(day));
    let rows = register_entry::Entity::find()
        .filter(register_entry::Column::Attribute.eq(Code(Attribute::Region)))
        .filter(register_entry::Column::FromDay.lte(day))
        .filter(holds);
    let mut regions = BTreeMap::new();
    for row in rows.all(connection).await? {
        if let Value::Region(region) = entry(&row)?.value {
            regions.insert(row.resident_id, region);
        }
    }
    Ok(regions)
}

/// The row of a resident as its history has it last.
pub(crate) fn current(row: resident::Model, entries: &[Entry]) -> resident::Model {
    // no change begins in the future, so what was said last holds now
    let last = |attribute| on(entries, attribute, NaiveDate::MAX);
    let name = last(Attribute::Name).map(Value::to_string).unwrap_or_default();
    let region = match last(Attribute::Region) {
        Some(Value::Region(region)) => Code(*region),
        _ => row.region,
    };
    let foreign_owned = last(Attribute::Ownership) == Some(&Value::Ownership(Ownership::Foreign));
    resident::Model { folded_name: folded(&name), name, region, foreign_owned, ..row }
}

/// What the register says of a resident, from the first day on.
///
/// # Errors
/// [`ServiceError::Denied`]; [`ServiceError::NotFound`].
pub async fn history(store: &Store, actor: &Actor, resident: ResidentId) -> Result<Vec<Entry>> {
    actor.check(Action::KeepRegister)?;
    Resident::load(&store.db, resident).await?;
    let mut entries = entries(&store.db, resident).await?;
    entries.sort_by_key(|entry| (entry.attribute(), entry.from));
    Ok(entries)
}

/// Changes what the register says of a resident from a day on. A change of region moves what is owed for quarters that end
/// on that day or later, unless something was sent for them: that stays where it was.
///
/// # Errors
/// [`ServiceError::Register`] for a change that cannot be taken.
pub async fn change(store: &Store, actor: &Actor, resident: ResidentId, attribute: Attribute, value: &str, from: NaiveDate) -> Result<()> {
    use resident::Column::{FoldedName, ForeignOwned, Name, Region as InRegion};

    let person = actor.check(Action::KeepRegister)?;
    let write = store.write().await?;
    let row = resident::Entity::find_by_id(resident.0).one(&*write).await?.ok_or(ServiceError::NotFound)?;
    let mut known = entries(&*write, resident).await?;
    let (ended, begins) = changed(&known, Value::read(attribute, value)?, from, store.clock().today())?;
    if let Some(ended) = ended {
        write.update(entry_row(resident.0, &ended), [register_entry::Column::UntilDay]).await?;
        known.retain(|entry| (entry.attribute(), entry.from) != (attribute, ended.from));
        known.push(ended);
    }
    write.insert(entry_row(resident.0, &begins)).await?;
    known.push(begins.clone());
    write.update(current(row, &known), [Name, FoldedName, InRegion, ForeignOwned]).await?;
    if let Value::Region(region) = begins.value {
        move_owed(&write, resident.0, region, from).await?;
    }
    let details = serde_json::json!({ "attribute": attribute.code(), "from": from });
    write.commit([Event::new(person, AuditAction::RegisterChange, format!("resident/{resident}")).with(details)]).await
}

async fn move_owed(write: &Write, resident: Uuid, region: Region, from: NaiveDate) -> Result<()> {
    for owed in obligation::Entity::find().filter(obligation::Column::ResidentId.eq(resident)).all(&**write).await? {
        let quarter = owed.quarter.0;
        let sent = match find(&**write, resident, quarter).await? {
            Some(filing) => {
                filing_version::Entity::find().filter(filing_version::Column::FilingId.eq(filing.id)).one(&**write).await?.is_some()
            }
            None => false,
        };
        if quarter.last_day() < from || sent || owed.region.0 == region {
            continue;
        }
        obligation::Entity::update_many()
            .col_expr(obligation::Column::Region, Expr::value(Code(region)))
            .filter(obligation::Column::ResidentId.eq(resident))
            .filter(obligation::Column::Quarter.eq(owed.quarter))
            .exec(&**write)
            .await?;
        let all = obligation::Entity::find().filter(obligation::Column::Quarter.eq(owed.quarter)).all(&**write).await?;
        write.group(quarter.to_string(), &all);
        count_owed(write, owed.quarter, owed.region, -1).await?;
        count_owed(write, owed.quarter, Code(region), 1).await?;
    }
    Ok(())
}

async fn count_owed(write: &Write, quarter: Code<Quarter>, region: Code<Region>, by: i64) -> Result<()> {
    let update = rollup_coverage::Entity::update_many()
        .col_expr(rollup_coverage::Column::Owed, Expr::col(rollup_coverage::Column::Owed).add(by))
        .filter(rollup_coverage::Column::Quarter.eq(quarter))
        .filter(rollup_coverage::Column::Region.eq(region));
    if update.exec(&**write).await?.rows_affected == 1 {
        return Ok(());
    }
    let row = rollup_coverage::Model { quarter, region, owed: by, filed: 0, accepted: 0 };
    write.insert_unrecorded(vec![row]).await
}

/// Folds the names of residents that were registered before names were searched for.
///
/// # Errors
/// The database's.
pub async fn fold_names(store: &Store) -> Result<()> {
    let unfolded = resident::Entity::find().filter(resident::Column::FoldedName.eq("")).filter(resident::Column::Name.ne(""));
    for row in unfolded.all(&store.db).await? {
        resident::Entity::update_many()
            .col_expr(resident::Column::FoldedName, Expr::value(folded(&row.name)))
            .filter(resident::Column::Id.eq(row.id))
            .exec(store.off_record())
            .await?;
    }
    Ok(())
}
