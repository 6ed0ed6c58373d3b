//! What is known at an instant: what every owner group contributed to what a release tells, of the quarters that are not closed.

use std::collections::{BTreeMap, BTreeSet};

use disclosure::{
    file::Parameters,
    plan::Plan,
    series::{self, Known, Link, Measure, Most, Release, Table},
};
use domain::{
    classification::DestinationGroups,
    ledger::{Item, Place},
    period::Period,
    quarter::Quarter,
    register::{Attribute, Value, on},
    release::{By, Finer, LINKED, Measured, OTHER, PUBLISHED, ReleaseName, ReleasedFigure, Status, Told},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    entity::{contribution, obligation, register_entry},
    error::{Result, ServiceError},
    ledger::read_contributions,
    register,
    rules::Groups,
    store::code::Code,
};

/// What was known, as it is kept, with what it was made by.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    rules: Parameters,
    measures: Vec<Measure>,
    /// Residents, by region of registration.
    residents: BTreeMap<String, i64>,
    /// Owner groups that could contribute, by region of registration; where that was not kept, residents stand for them.
    #[serde(default)]
    owners: BTreeMap<String, i64>,
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

/// What is known, in which tables, and how many residents and owner groups of them there are by region of registration.
pub(super) struct Snapshot {
    pub(super) known: Known,
    pub(super) measures: Vec<Measure>,
    residents: BTreeMap<String, i64>,
    owners: BTreeMap<String, i64>,
}

impl Snapshot {
    /// As a release of disclosure control.
    pub(super) fn release(self, name: ReleaseName, rules: Parameters) -> Result<Release> {
        release(name, rules, self.measures, self.known, &self.owners)
    }
}

/// Which parts of a whole are told by themselves; the others are told together.
#[derive(Clone, Copy)]
pub(super) enum Parts<'a> {
    /// All to which anybody contributed, of the wholes of a year: to plan that from.
    All(i32),
    /// Those that the plan of the year shows.
    Planned(&'a [(i32, Plan)]),
}

impl Parts<'_> {
    /// The quarter whose wholes count for what was contributed in another.
    fn quarter(self, of: Quarter) -> Quarter {
        match self {
            Self::All(year) => Quarter::new(year, 1).unwrap_or(of),
            Self::Planned(_) => of,
        }
    }

    /// As what a part of a whole is told in a year; nothing if no part of that whole is.
    fn member(self, year: i32, table: &str, part: &str) -> Option<String> {
        let Self::Planned(plans) = self else { return Some(part.to_owned()) };
        let shown = shown(plans, year, table)?;
        Some(if shown.iter().any(|member| member == part) { part } else { OTHER }.to_owned())
    }
}

/// What the plan of a year shows of a table; nothing if that is none.
fn shown<'a>(plans: &'a [(i32, Plan)], year: i32, table: &str) -> Option<&'a [String]> {
    let (_, plan) = plans.iter().find(|(of, _)| *of == year)?;
    let plan = plan.tables.iter().find(|plan| plan.table == table)?;
    Some(plan.quarterly.as_slice()).filter(|shown| !shown.is_empty())
}

/// The name of a table of a measure.
pub(super) fn table_name(measured: Measured, by: &str) -> String {
    format!("{measured} by {by}")
}

fn release(name: ReleaseName, rules: Parameters, measures: Vec<Measure>, known: Known, owners: &BTreeMap<String, i64>) -> Result<Release> {
    // who exports is a resident, and who owns residents is no secret
    let most = owners.iter().map(|(region, count)| ((By::Registered.code().to_owned(), region.clone()), *count));
    Ok(Release { quarter: named(name.quarter)?, correction: name.number, rules, measures, known, most: most.collect::<Most>() })
}

/// The name of a quarter in disclosure control.
pub(super) fn named(quarter: Quarter) -> Result<series::Quarter> {
    let year = u16::try_from(quarter.year()).map_err(ServiceError::corrupt("quarter"))?;
    Ok(series::Quarter { year, number: u8::try_from(quarter.number()).map_err(ServiceError::corrupt("quarter"))? })
}

/// What a release tells, as disclosure control sees it: with tables of these parts of members.
fn measures(parts: &BTreeMap<String, Vec<String>>) -> Vec<Measure> {
    let table = |by: &By, told: bool| Table {
        by: by.code().to_owned(),
        members: by.members().into_iter().map(str::to_owned).collect(),
        // an owner group may have residents in several regions
        apart: false,
        told,
        within: None,
    };
    let finer = |told: &Told, finer: Finer| {
        let of = move |(whole, measured): (&str, Measured)| {
            let by = finer.table(whole);
            let members = parts.get(&table_name(measured, &by))?.clone();
            Some(Table { by, members, apart: false, told: true, within: Some((finer.whole.code().to_owned(), whole.to_owned())) })
        };
        let measured = told.measured;
        finer.whole.members().into_iter().filter_map(move |whole| of((whole, measured)))
    };
    let measure = |told: &Told| Measure {
        name: told.measured.code().to_owned(),
        adds_up: !told.measure.is_stock(),
        counted: told.counted.is_some(),
        tables: (told.by.iter().map(|by| table(by, true)))
            .chain(told.finer.into_iter().flat_map(|parts| finer(told, parts)))
            .chain(told.kept.iter().map(|by| table(by, false)))
            .collect(),
    };
    PUBLISHED.iter().map(measure).collect()
}

/// The parts that a year tells, by the names of their tables.
fn parts_of(parts: Parts<'_>, year: i32, known: &Known) -> BTreeMap<String, Vec<String>> {
    let mut all = BTreeMap::new();
    for (measured, finer) in PUBLISHED.iter().filter_map(|told| Some((told.measured, told.finer?))) {
        for whole in finer.whole.members() {
            let by = finer.table(whole);
            let table = table_name(measured, &by);
            let members: Vec<String> = match parts {
                Parts::All(_) => {
                    let of_table = known.keys().filter(|(measure, of, ..)| measure == measured.code() && *of == by);
                    of_table.map(|(_, _, member, _)| member.clone()).collect::<BTreeSet<_>>().into_iter().collect()
                }
                Parts::Planned(plans) => {
                    let shown = shown(plans, year, &table).unwrap_or_default();
                    shown.iter().cloned().chain((!shown.is_empty()).then(|| OTHER.to_owned())).collect()
                }
            };
            if !members.is_empty() {
                all.insert(table, members);
            }
        }
    }
    all
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
pub(super) async fn take(connection: &impl ConnectionTrait, quarter: Quarter, parts: Parts<'_>) -> Result<Snapshot> {
    let first = Quarter::new(quarter.year() - 1, 1).unwrap_or(quarter);
    let rows = contribution::Entity::find().filter(contribution::Column::Quarter.is_in(first.through(quarter).map(Code))).all(connection);
    let contributions = read_contributions(rows.await?)?;
    let owners = Owners::load(connection).await?;
    let mut groups = Groups::load(connection).await?;
    // who owes a filing is a resident: the register is public, and who has filed is not
    let owed = obligation::Entity::find().filter(obligation::Column::Quarter.eq(Code(quarter))).all(connection).await?;
    let of_residents: Vec<(&str, String)> = owed.iter().map(|row| (row.region.0.iso(), owners.of(row.resident_id, quarter))).collect();
    let mut known = Known::new();
    for ((resident, of), contributions) in contributions {
        let (owner, named) = (owners.of(resident, of), named(of)?);
        for ((place, item), amounts) in contributions {
            for told in PUBLISHED.into_iter().filter(|told| amounts[told.measure] != 0) {
                for (by, member) in members(&told, place, item, groups.of(parts.quarter(of))?, parts, of.year()) {
                    let key = (told.measured.code().to_owned(), by, member, named);
                    let sum = known.entry(key).or_default().entry(owner.clone()).or_default();
                    *sum = sum.checked_add(amounts[told.measure]).ok_or(domain::money::Overflow)?;
                }
            }
        }
    }
    let mut residents: BTreeMap<String, i64> = BTreeMap::new();
    for (region, _) in &of_residents {
        *residents.entry((*region).to_owned()).or_default() += 1;
    }
    let owners = able(&of_residents, &known, named(quarter)?);
    let measures = measures(&parts_of(parts, quarter.year(), &known));
    Ok(Snapshot { known, measures, residents, owners })
}

/// How many owner groups could contribute to each region in a quarter: those that own residents of it, and those that did contribute.
fn able(of_residents: &[(&str, String)], known: &Known, quarter: series::Quarter) -> BTreeMap<String, i64> {
    let mut able: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (region, owner) in of_residents {
        able.entry(region).or_default().insert(owner);
    }
    for ((_, by, region, of), groups) in known {
        if by == By::Registered.code() && *of == quarter {
            able.entry(region).or_default().extend(groups.keys().map(String::as_str));
        }
    }
    able.into_iter().map(|(region, groups)| (region.to_owned(), i64::try_from(groups.len()).unwrap_or(i64::MAX))).collect()
}

/// The tables of a measure to which a contribution belongs, and as what.
fn members(
    told: &Told,
    place: Place,
    item: Item,
    groups: &DestinationGroups,
    parts: Parts<'_>,
    year: i32,
) -> impl Iterator<Item = (String, String)> {
    let plain = told.by.iter().chain(told.kept).filter_map(move |by| Some((by.code().to_owned(), by.member(place, item)?.to_owned())));
    let part = told.finer.and_then(|finer| {
        let Item::Country(country) = item else { return None };
        let (by, part) = (finer.table(groups.of(country).code()), finer.part.member(place, item)?);
        let member = parts.member(year, &table_name(told.measured, &by), part)?;
        Some((by, member))
    });
    plain.chain(part)
}

/// What is known as it is kept.
pub(super) fn keep(snapshot: &Snapshot, rules: Parameters) -> Result<String> {
    let (measures, residents, owners) = (snapshot.measures.clone(), snapshot.residents.clone(), snapshot.owners.clone());
    let mut kept = Kept { rules, measures, residents, owners, groups: Vec::new(), known: Vec::new() };
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
    let owners = if kept.owners.is_empty() { &kept.residents } else { &kept.owners };
    release(name, kept.rules, kept.measures, known, owners)
}

/// How many residents there were in a quarter: the register is public.
pub(super) fn residents(snapshot: &Snapshot, quarter: Quarter) -> Vec<ReleasedFigure> {
    let (period, measured, status) = (Period::Quarter(quarter), Measured::Residents, Status::Shown);
    let figure = |part, value| ReleasedFigure { period, measured, part, value: Some(value), status };
    let country = figure(None, snapshot.residents.values().sum());
    let of = |member: &str| snapshot.residents.get(member).copied().unwrap_or(0);
    let regions = By::Registered.members().into_iter().map(|member| figure(Some((By::Registered, member.to_owned())), of(member)));
    [country].into_iter().chain(regions).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn residents_of_one_owner_are_one_that_could_contribute() {
        let quarter = |number| series::Quarter { year: 2023, number };
        let known = |by: &str, region: &str, number, owner: &str| {
            (("exports".to_owned(), by.to_owned(), region.to_owned(), quarter(number)), [(owner.to_owned(), 5)].into())
        };
        let known: Known = [
            known("region_registered", "UZ-SA", 2, "moved"),
            known("region_registered", "UZ-AN", 1, "before"),
            known("region_of_activity", "UZ-NG", 2, "elsewhere"),
        ]
        .into();
        let residents = [("UZ-SA", "one"), ("UZ-SA", "one"), ("UZ-SA", "one"), ("UZ-AN", "one"), ("UZ-AN", "two")];
        let able = able(&residents.map(|(region, owner)| (region, owner.to_owned())), &known, quarter(2));
        assert_eq!(able, [("UZ-AN".to_owned(), 2), ("UZ-SA".to_owned(), 2)].into());
    }
}
