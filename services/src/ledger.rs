//! The ledger in the database: what each accepted filing contributes, and roll-ups that change in the transaction that accepts a
//! version.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    content::Converted,
    filing::VersionState,
    ledger::{Amounts, Cell, CellKey, Contributions, Item, Ledger, Scope, contributions},
    measure::Measure,
    people::PeopleCount,
    quarter::Quarter,
    region::Region,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, Iterable, QueryFilter, sea_query::OnConflict};
use uuid::Uuid;

use crate::{
    entity::{contribution, filing, filing_version, resident, rollup, rollup_coverage},
    error::{Result, ServiceError},
    filings::lines::load_lines_of,
    rules::Groups,
    store::{Store, Write, code::Code, record::Pages},
};

pub mod figures;

/// The columns of each measure: its amount, and of a roll-up the residents who contribute to it.
macro_rules! columns {
    ($($measure:pat => $amount:ident, $residents:ident;)*) => {
        fn contributed(row: &mut contribution::Model, measure: Measure) -> &mut i64 {
            match measure { $($measure => &mut row.$amount),* }
        }

        fn summed(row: &mut rollup::Model, measure: Measure) -> (&mut i64, &mut i64) {
            match measure { $($measure => (&mut row.$amount, &mut row.$residents)),* }
        }

        fn contribution_row(quarter: Quarter, resident_id: Uuid, scope: Scope, item: Item) -> contribution::Model {
            contribution::Model { quarter: Code(quarter), resident_id, scope: Code(scope), item: Code(item), $($amount: 0),* }
        }

        fn rollup_row(key: &CellKey) -> rollup::Model {
            rollup::Model { period: Code(key.period), scope: Code(key.scope), item: Code(key.item), $($amount: 0, $residents: 0),* }
        }
    };
}

columns! {
    Measure::Filings => filings, filings_residents;
    Measure::ExportsUsd => exports_usd, exports_usd_residents;
    Measure::ExportsUzs => exports_uzs, exports_uzs_residents;
    Measure::DomesticUzs => domestic_uzs, domestic_uzs_residents;
    Measure::ServicesUzs => services_uzs, services_uzs_residents;
    Measure::Payroll => payroll, payroll_residents;
    Measure::People(PeopleCount::Employees) => employees, employees_residents;
    Measure::People(PeopleCount::Specialists) => specialists, specialists_residents;
    Measure::People(PeopleCount::Women) => women, women_residents;
    Measure::People(PeopleCount::Under30) => under_30, under_30_residents;
    Measure::People(PeopleCount::Disability) => disability, disability_residents;
    Measure::People(PeopleCount::Foreign) => foreign, foreign_residents;
}

fn contribution_rows(quarter: Quarter, resident: Uuid, contributions: &Contributions) -> Vec<contribution::Model> {
    let mut rows = Vec::new();
    for (((basis, region), item), amounts) in contributions {
        let mut row = contribution_row(quarter, resident, basis.scope(*region), *item);
        for measure in Measure::ALL {
            *contributed(&mut row, measure) = amounts[measure];
        }
        rows.push(row);
    }
    rows
}

/// The contributions of rows by resident and quarter.
pub(crate) fn read_contributions(rows: Vec<contribution::Model>) -> Result<BTreeMap<(Uuid, Quarter), Contributions>> {
    let mut found: BTreeMap<(Uuid, Quarter), Contributions> = BTreeMap::new();
    for mut row in rows {
        let place = row.scope.0.place().ok_or(ServiceError::Corrupt("contribution.scope"))?;
        let mut amounts = Amounts::default();
        for measure in Measure::ALL {
            amounts[measure] = *contributed(&mut row, measure);
        }
        found.entry((row.resident_id, row.quarter.0)).or_default().insert((place, row.item.0), amounts);
    }
    Ok(found)
}

/// The key and the cell of a roll-up row.
pub(crate) fn read_rollup(mut row: rollup::Model) -> (CellKey, Cell) {
    let key = CellKey { period: row.period.0, scope: row.scope.0, item: row.item.0 };
    let mut cell = Cell::default();
    for measure in Measure::ALL {
        let (amount, residents) = summed(&mut row, measure);
        (cell.amounts[measure], cell.residents[measure]) = (*amount, *residents);
    }
    (key, cell)
}

fn rollup_of(key: &CellKey, cell: &Cell) -> rollup::Model {
    let mut row = rollup_row(key);
    for measure in Measure::ALL {
        let (amount, residents) = summed(&mut row, measure);
        (*amount, *residents) = (cell.amounts[measure], cell.residents[measure]);
    }
    row
}

/// Puts what a resident's quarter contributes in place of what it contributed before; nothing if no version is in force.
/// Writers take turns, so reading and writing back is safe.
pub(crate) async fn replace(write: &Write, resident: Uuid, quarter: Quarter, accepted: Option<(Region, &Converted)>) -> Result<()> {
    let quarters = Quarter::new(quarter.year(), 1).into_iter().flat_map(|first| first.through(first.next().next().next()));
    let rows = contribution::Entity::find()
        .filter(contribution::Column::ResidentId.eq(resident))
        .filter(contribution::Column::Quarter.is_in(quarters.map(Code)))
        .all(&**write)
        .await?;
    let mut year: BTreeMap<Quarter, Contributions> =
        read_contributions(rows)?.into_iter().map(|((_, quarter), contributions)| (quarter, contributions)).collect();
    let before = Ledger::of_resident_year(&year)?;
    let mut groups = Groups::load(&**write).await?;
    let now =
        accepted.map(|(registered, filing)| Ok::<_, ServiceError>(contributions(registered, filing, groups.of(quarter)?)?)).transpose()?;
    if year.remove(&quarter).is_some() {
        contribution::Entity::delete_many()
            .filter(contribution::Column::ResidentId.eq(resident))
            .filter(contribution::Column::Quarter.eq(Code(quarter)))
            .exec(&**write)
            .await?;
    }
    if let Some(now) = now {
        write.insert_unrecorded(contribution_rows(quarter, resident, &now)).await?;
        year.insert(quarter, now);
    }
    add(write, &Ledger::of_resident_year(&year)?.minus(&before)?).await
}

/// Adds a change to the roll-ups: one statement reads, one writes.
async fn add(write: &Write, change: &Ledger) -> Result<()> {
    let keys = || change.0.keys();
    let there = rollup::Entity::find()
        .filter(rollup::Column::Period.is_in(keys().map(|key| Code(key.period)).collect::<BTreeSet<_>>()))
        .filter(rollup::Column::Scope.is_in(keys().map(|key| Code(key.scope)).collect::<BTreeSet<_>>()))
        .filter(rollup::Column::Item.is_in(keys().map(|key| Code(key.item)).collect::<BTreeSet<_>>()))
        .all(&**write)
        .await?;
    let mut known = there.into_iter().map(read_rollup).collect::<BTreeMap<CellKey, Cell>>();
    let mut rows = Vec::new();
    for (key, change) in &change.0 {
        let cell = known.remove(key).unwrap_or_default().plus(*change)?;
        rows.push(rollup_of(key, &cell).into_active_model());
    }
    let keys = [rollup::Column::Period, rollup::Column::Scope, rollup::Column::Item];
    let over = OnConflict::columns(keys).update_columns(rollup::Column::iter().skip(keys.len())).to_owned();
    for rows in rows.chunks(500) {
        rollup::Entity::insert_many(rows.to_vec()).on_conflict(over.clone()).exec_without_returning(&**write).await?;
    }
    Ok(())
}

/// The whole ledger at once, for many filings by resident and quarter.
pub(crate) async fn insert_whole(write: &Write, all: &BTreeMap<(Uuid, Quarter), Contributions>) -> Result<()> {
    let mut ledger = Ledger::default();
    let mut rows = Vec::new();
    let mut year: BTreeMap<Quarter, Contributions> = BTreeMap::new();
    let mut entries = all.iter().peekable();
    while let Some(((resident, quarter), contributions)) = entries.next() {
        rows.extend(contribution_rows(*quarter, *resident, contributions));
        year.insert(*quarter, contributions.clone());
        let goes_on = entries.peek().is_some_and(|((next, of), _)| next == resident && of.year() == quarter.year());
        if !goes_on {
            ledger = ledger.plus(&Ledger::of_resident_year(&std::mem::take(&mut year))?)?;
        }
    }
    write.insert_unrecorded(rows).await?;
    write.insert_unrecorded(ledger.0.iter().map(|(key, cell)| rollup_of(key, cell)).collect()).await
}

/// Fills the ledger of a database of before from its accepted versions.
///
/// # Errors
/// The database's.
pub(crate) async fn ensure(store: &Store) -> Result<()> {
    let is_empty = contribution::Entity::find().one(&store.db).await?.is_none();
    let accepted = filing::Entity::find().filter(filing::Column::AcceptedVersion.is_not_null());
    if !is_empty || accepted.clone().one(&store.db).await?.is_none() {
        return Ok(());
    }
    let write = store.write().await?;
    if contribution::Entity::find().one(&*write).await?.is_some() {
        return Ok(()); // another server was faster
    }
    // sums without what they are of are no sums
    rollup::Entity::delete_many().exec(&*write).await?;
    let mut all = BTreeMap::new();
    let mut groups = Groups::load(&*write).await?;
    let mut pages = Pages::<resident::Model>::new();
    while let Some(page) = pages.next(&*write).await? {
        let residents: Vec<Uuid> = page.iter().map(|row| row.id).collect();
        let filings = accepted.clone().filter(filing::Column::ResidentId.is_in(residents)).all(&*write).await?;
        let versions = filing_version::Entity::find()
            .filter(filing_version::Column::FilingId.is_in(filings.iter().map(|filing| filing.id)))
            .filter(filing_version::Column::State.eq(Code(VersionState::Accepted)))
            .all(&*write)
            .await?;
        let lines = load_lines_of(&*write, &versions).await?;
        let of: BTreeMap<Uuid, &filing::Model> = filings.iter().map(|filing| (filing.id, filing)).collect();
        for (version, lines) in versions.iter().zip(lines) {
            let filing = of.get(&version.filing_id).ok_or(ServiceError::Corrupt("filing_version.filing_id"))?;
            let quarter = filing.quarter.0;
            all.insert((filing.resident_id, quarter), contributions(version.region.0, &lines, groups.of(quarter)?)?);
        }
    }
    insert_whole(&write, &all).await?;
    write.commit([]).await
}

/// Changes the coverage of a quarter and region by whole filings.
pub(crate) async fn cover(connection: &impl ConnectionTrait, quarter: Quarter, region: Region, filed: i64, accepted: i64) -> Result<()> {
    if filed == 0 && accepted == 0 {
        return Ok(());
    }
    let update = rollup_coverage::Entity::update_many()
        .col_expr(
            rollup_coverage::Column::Filed,
            sea_orm::ExprTrait::add(sea_orm::sea_query::Expr::col(rollup_coverage::Column::Filed), filed),
        )
        .col_expr(
            rollup_coverage::Column::Accepted,
            sea_orm::ExprTrait::add(sea_orm::sea_query::Expr::col(rollup_coverage::Column::Accepted), accepted),
        )
        .filter(rollup_coverage::Column::Quarter.eq(Code(quarter)))
        .filter(rollup_coverage::Column::Region.eq(Code(region)));
    if update.exec(connection).await?.rows_affected == 1 { Ok(()) } else { Err(ServiceError::Corrupt("rollup_coverage")) }
}
