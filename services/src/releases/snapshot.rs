//! What is known at an instant: what every owner group contributed to what a release tells, of the quarters that are not closed.

use std::collections::BTreeMap;

use disclosure::{
    file::Parameters,
    series::{self, Known, Link, Measure, Most, Release, Table},
};
use domain::{
    period::Period,
    quarter::Quarter,
    register::{Attribute, Value, on},
    release::{By, LINKED, Measured, PUBLISHED, ReleaseName, ReleasedFigure, Status},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    entity::{contribution, register_entry, rollup_coverage},
    error::{Result, ServiceError},
    ledger::read_contributions,
    register,
    store::code::Code,
};

/// What was known, as it is kept, with what it was made by.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    rules: Parameters,
    measures: Vec<Measure>,
    /// Residents, by region of registration.
    residents: BTreeMap<String, i64>,
    /// Owner groups.
    groups: Vec<String>,
    known: Vec<KeptCell>,
}

#[derive(Debug, Serialize, Deserialize)]
struct KeptCell {
    measure: String,
    by: String,
    member: String,
    quarter: Quarter,
    /// Places in the list of groups, with amounts.
    of: Vec<(usize, i64)>,
}

/// What is known, and how many residents there are by region of registration.
pub(super) struct Snapshot {
    pub(super) known: Known,
    pub(super) residents: BTreeMap<String, i64>,
}

impl Snapshot {
    /// As a release of disclosure control.
    pub(super) fn release(self, name: ReleaseName, rules: Parameters) -> Result<Release> {
        release(name, rules, measures(), self.known, &self.residents)
    }
}

fn release(
    name: ReleaseName,
    rules: Parameters,
    measures: Vec<Measure>,
    known: Known,
    residents: &BTreeMap<String, i64>,
) -> Result<Release> {
    // who exports is a resident, and their numbers are told
    let most = residents.iter().map(|(region, count)| ((By::Registered.code().to_owned(), region.clone()), *count));
    Ok(Release { quarter: named(name.quarter)?, correction: name.number, rules, measures, known, most: most.collect::<Most>() })
}

/// The name of a quarter in disclosure control.
pub(super) fn named(quarter: Quarter) -> Result<series::Quarter> {
    let year = u16::try_from(quarter.year()).map_err(ServiceError::corrupt("quarter"))?;
    Ok(series::Quarter { year, number: u8::try_from(quarter.number()).map_err(ServiceError::corrupt("quarter"))? })
}

/// What a release tells, as disclosure control sees it.
pub(super) fn measures() -> Vec<Measure> {
    let table = |by: &By, told: bool| Table {
        by: by.code().to_owned(),
        members: by.members().into_iter().map(str::to_owned).collect(),
        // an owner group may have residents in several regions
        apart: false,
        told,
    };
    let measure = |told: &domain::release::Told| Measure {
        name: told.measured.code().to_owned(),
        adds_up: !told.measure.is_stock(),
        counted: told.counted.is_some(),
        tables: told.by.iter().map(|by| table(by, true)).chain(told.kept.iter().map(|by| table(by, false))).collect(),
    };
    PUBLISHED.iter().map(measure).collect()
}

/// What these tell of each other.
pub(super) fn links() -> Vec<Link> {
    let link = |linked: &domain::release::Linked| {
        let [whole, part, rest] = [linked.whole, linked.part, linked.rest].map(|measured| measured.code().to_owned());
        Link { whole, part, rest }
    };
    LINKED.iter().map(link).collect()
}

/// The owner groups of residents, from a day until another.
struct Owners(BTreeMap<Uuid, Vec<domain::register::Entry>>);

impl Owners {
    async fn load(connection: &impl ConnectionTrait) -> Result<Self> {
        let rows = register_entry::Entity::find().filter(register_entry::Column::Attribute.eq(Code(Attribute::OwnerGroup)));
        let mut owners: BTreeMap<Uuid, Vec<_>> = BTreeMap::new();
        for row in rows.all(connection).await? {
            owners.entry(row.resident_id).or_default().push(register::entry(&row)?);
        }
        Ok(Self(owners))
    }

    /// Whose a resident was on the last day of a quarter; its own if nothing is said.
    fn of(&self, resident: Uuid, quarter: Quarter) -> String {
        let entries = self.0.get(&resident).map(Vec::as_slice).unwrap_or_default();
        match on(entries, Attribute::OwnerGroup, quarter.last_day()) {
            Some(Value::OwnerGroup(group)) => format!("group/{group}"),
            _ => format!("resident/{resident}"),
        }
    }
}

/// What is known now of a quarter and of those before it whose year is not closed.
pub(super) async fn take(connection: &impl ConnectionTrait, quarter: Quarter) -> Result<Snapshot> {
    let first = Quarter::new(quarter.year() - 1, 1).unwrap_or(quarter);
    let rows = contribution::Entity::find().filter(contribution::Column::Quarter.is_in(first.through(quarter).map(Code))).all(connection);
    let contributions = read_contributions(rows.await?)?;
    let owners = Owners::load(connection).await?;
    // who owes a filing is a resident: the register is public, and who has filed is not
    let owed = rollup_coverage::Entity::find().filter(rollup_coverage::Column::Quarter.eq(Code(quarter))).all(connection).await?;
    let residents = owed.into_iter().map(|row| (row.region.0.iso().to_owned(), row.owed)).collect();
    let mut snapshot = Snapshot { known: Known::new(), residents };
    for ((resident, of), contributions) in contributions {
        let (owner, named) = (owners.of(resident, of), named(of)?);
        for ((place, item), amounts) in contributions {
            for told in PUBLISHED {
                for (by, member) in told.by.iter().chain(told.kept).filter_map(|by| Some((by, by.member(place, item)?))) {
                    if amounts[told.measure] != 0 {
                        let key = (told.measured.code().to_owned(), by.code().to_owned(), member.to_owned(), named);
                        let sum = snapshot.known.entry(key).or_default().entry(owner.clone()).or_default();
                        *sum = sum.checked_add(amounts[told.measure]).ok_or(domain::money::Overflow)?;
                    }
                }
            }
        }
    }
    Ok(snapshot)
}

/// What is known as it is kept.
pub(super) fn keep(snapshot: &Snapshot, rules: Parameters) -> Result<String> {
    let (measures, residents) = (measures(), snapshot.residents.clone());
    let mut kept = Kept { rules, measures, residents, groups: Vec::new(), known: Vec::new() };
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for ((measure, by, member, quarter), groups) in &snapshot.known {
        let mut of = Vec::new();
        for (group, amount) in groups {
            let place = *places.entry(group).or_insert_with(|| {
                kept.groups.push(group.clone());
                kept.groups.len() - 1
            });
            of.push((place, *amount));
        }
        let quarter = Quarter::new(quarter.year.into(), quarter.number.into()).map_err(ServiceError::corrupt("quarter"))?;
        kept.known.push(KeptCell { measure: measure.clone(), by: by.clone(), member: member.clone(), quarter, of });
    }
    serde_json::to_string(&kept).map_err(ServiceError::corrupt("release_basis.known"))
}

/// What was known at a release, read back.
pub(super) fn read(name: ReleaseName, text: &str) -> Result<Release> {
    let corrupt = || ServiceError::Corrupt("release_basis.known");
    let kept: Kept = serde_json::from_str(text).map_err(|_| corrupt())?;
    let mut known = Known::new();
    for cell in kept.known {
        let of = cell.of.into_iter().map(|(place, amount)| Some((kept.groups.get(place)?.clone(), amount)));
        let of = of.collect::<Option<_>>().ok_or_else(corrupt)?;
        known.insert((cell.measure, cell.by, cell.member, named(cell.quarter)?), of);
    }
    release(name, kept.rules, kept.measures, known, &kept.residents)
}

/// How many residents there were in a quarter: the register is public.
pub(super) fn residents(snapshot: &Snapshot, quarter: Quarter, status: Status) -> Vec<ReleasedFigure> {
    let figure =
        |part, value| ReleasedFigure { period: Period::Quarter(quarter), measured: Measured::Residents, part, value: Some(value), status };
    let country = figure(None, snapshot.residents.values().sum());
    let of = |member: &str| snapshot.residents.get(member).copied().unwrap_or(0);
    let regions = By::Registered.members().into_iter().map(|member| figure(Some((By::Registered, member.to_owned())), of(member)));
    [country].into_iter().chain(regions).collect()
}
