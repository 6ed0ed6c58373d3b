//! Lists of filings, by key and index: the queue, and the filings behind a figure.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use domain::{
    access::{Action, Actor},
    edits::Answer,
    filing::VersionState,
    ids::FilingId,
    ledger::{Basis, Span},
    money::{Cents, Tiyin},
    quarter::Quarter,
    region::Region,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect, QueryTrait, prelude::Expr,
    sea_query::Query,
};
use uuid::Uuid;

use crate::{
    entity::{filing, filing_version, resident},
    error::{Result, ServiceError},
    filings::{
        answers,
        row::count,
        versions::{on_filing, version_row},
    },
    store::{Store, code::Code},
};

mod select;

use select::{by_place, lines_of, matching, page_of, parts, place, searched};

/// In which order to list filings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// The longest waiting first.
    #[default]
    Received,
    /// The largest service revenue first.
    Services,
    /// The largest exports first.
    Exports,
}

/// Which filings to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this quarter.
    pub quarter: Option<Quarter>,
    /// Of that quarter alone, or also of those before it in its year.
    pub span: Span,
    /// Of residents registered here, or with a line of activity here.
    pub region: Option<Region>,
    /// Which of the two.
    pub basis: Basis,
    /// With a version in this state: submitted for the queue, accepted for the filings behind a figure.
    pub state: Option<VersionState>,
    /// Of residents with this in their name or tax number.
    pub search: String,
    /// In which order.
    pub sort: Sort,
}

/// A place in a list: the value by which it is sorted and the key of a line. The next page begins after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// Milliseconds of the time received, tiyin or cents.
    pub value: i64,
    /// Key of the version.
    pub id: Uuid,
}

/// Lines a page of a list.
pub const PAGE: usize = 50;
/// Up to here the lines of a list are counted.
const COUNTED: u64 = 1_000;
/// A search that finds at most so many residents looks through all of their filings.
const FEW: u64 = 200;

/// How many lines a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// So many.
    Exactly(u64),
    /// More than so many: counting on would be slower than the list.
    MoreThan(u64),
}

/// Service revenue and exports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amounts {
    /// Domestic services and exports.
    pub services: Tiyin,
    /// Exports.
    pub exports: Cents,
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedFiling {
    /// Key.
    pub id: FilingId,
    /// Name of the resident.
    pub resident: String,
    /// Its tax number.
    pub tax_number: String,
    /// Registered region.
    pub region: Region,
    /// Quarter.
    pub quarter: Quarter,
    /// Version.
    pub number: u32,
    /// What became of it.
    pub state: VersionState,
    /// When it was received.
    pub submitted_at: DateTime<Utc>,
    /// After the due day.
    pub late: bool,
    /// What the resident was asked about, and the answers.
    pub answers: Vec<Answer>,
    /// Of the place of activity, where the list is of one.
    pub amounts: Amounts,
    /// What it is held against: of an amendment the version in force, else the quarter before. Whole filings.
    pub before: Option<Amounts>,
}

/// A page of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Lines in the order asked for.
    pub lines: Vec<ListedFiling>,
    /// How many there are in all.
    pub total: Count,
    /// Where the next page begins.
    pub next: Option<Cursor>,
    /// The region to which the actor is confined.
    pub confined_to: Option<Region>,
}

/// The region to which the actor's lists are confined, if the actor may see lists at all.
pub(crate) fn confined(actor: &Actor) -> Result<Option<Region>> {
    let confined_to = actor.only_region();
    match confined_to {
        Some(own) => actor.check(Action::ReadFilingsOf(own))?,
        None => actor.check(Action::ReadAllFilings)?,
    };
    Ok(confined_to)
}

/// A filter, the region to which the actor is confined, and the residents that the search finds, if they are few.
struct Scope<'a> {
    filter: &'a Filter,
    confined_to: Option<Region>,
    few: Option<Vec<Uuid>>,
}

impl<'a> Scope<'a> {
    async fn of(store: &Store, actor: &Actor, filter: &'a Filter) -> Result<Self> {
        let confined_to = confined(actor)?;
        let Some(condition) = searched(&filter.search) else { return Ok(Self { filter, confined_to, few: None }) };
        let ids = resident::Entity::find().select_only().column(resident::Column::Id).filter(condition).limit(FEW + 1);
        let ids: Vec<Uuid> = ids.into_tuple().all(&store.db).await?;
        Ok(Self { filter, confined_to, few: Some(ids).filter(|ids| ids.len() as u64 <= FEW) })
    }

    /// The region in which residents are registered.
    fn registered(&self) -> Option<Region> {
        self.confined_to.or(self.filter.region.filter(|_| self.filter.basis == Basis::Registered))
    }
}

/// Submitted versions by the filter, from `after` on. A regional viewer sees the own region, whatever the filter says.
///
/// # Errors
/// [`ServiceError::Denied`].
pub async fn list(store: &Store, actor: &Actor, filter: &Filter, after: Option<Cursor>) -> Result<Listed> {
    let scope = Scope::of(store, actor, filter).await?;
    let mut rows = rows(store, &scope, after, PAGE + 1).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let next = rows.last().filter(|_| more).map(|row| row.cursor(filter.sort));
    let total = match after {
        None if !more => Count::Exactly(rows.len() as u64),
        _ => counted(store, &scope).await?,
    };
    let ids: Vec<Uuid> = rows.iter().map(|row| row.version_id).collect();
    let mut answers = answers::of_versions(&store.db, &ids).await?;
    let read = |row: ListRow| {
        let answers = answers.remove(&row.version_id).unwrap_or_default();
        row.read(answers)
    };
    let mut lines = rows.into_iter().map(read).collect::<Result<Vec<_>>>()?;
    set_before(store, &mut lines).await?;
    Ok(Listed { lines: lines.into_iter().map(|(line, _)| line).collect(), total, next, confined_to: scope.confined_to })
}

/// The filing after `id` in the order of the list, round to its beginning; and how many there are.
///
/// # Errors
/// [`ServiceError::Denied`].
pub async fn next_of(store: &Store, actor: &Actor, filter: &Filter, id: FilingId, number: u32) -> Result<(Option<FilingId>, Count)> {
    let scope = Scope::of(store, actor, filter).await?;
    let number = i32::try_from(number).map_err(ServiceError::corrupt("filing_version.number"))?;
    let version = version_row(&store.db, id.0, number).await?;
    let value = match filter.sort {
        Sort::Received => version.submitted_at.timestamp_millis(),
        Sort::Services => version.services_tiyin,
        Sort::Exports => version.exports_cents,
    };
    let here = Cursor { value, id: version.id };
    let mut found = None;
    for after in [Some(here), None] {
        found = rows(store, &scope, after, 2).await?.into_iter().find(|row| row.filing_id != id.0);
        if found.is_some() {
            break;
        }
    }
    Ok((found.map(|row| FilingId(row.filing_id)), counted(store, &scope).await?))
}

/// The first `limit` versions after a place.
async fn rows(store: &Store, scope: &Scope<'_>, after: Option<Cursor>, limit: usize) -> Result<Vec<ListRow>> {
    let filter = scope.filter;
    let descending = filter.sort != Sort::Received;
    let key = |row: &ListRow| (row.cursor(filter.sort).value, row.version_id);
    let mut rows = Vec::new();
    if let Some(few) = &scope.few {
        rows = of_few(store, scope, few).await?;
        let is_after = |row: &ListRow, after: &Cursor| {
            if descending { key(row) < (after.value, after.id) } else { key(row) > (after.value, after.id) }
        };
        rows.retain(|row| after.as_ref().is_none_or(|after| is_after(row, after)));
    } else {
        for (state, quarter) in parts(filter) {
            rows.extend(page_of(matching(scope, state, quarter), filter, after, limit).all(&store.db).await?);
        }
    }
    rows.sort_by(|a, b| if descending { key(b).cmp(&key(a)) } else { key(a).cmp(&key(b)) });
    rows.truncate(limit);
    Ok(rows)
}

/// All versions of a few residents that fit the filter: found by their residents, so state, quarter and region are looked at
/// here.
async fn of_few(store: &Store, scope: &Scope<'_>, few: &[Uuid]) -> Result<Vec<ListRow>> {
    let (filter, registered) = (scope.filter, scope.registered());
    let query = by_place(scope).filter(filing::Column::ResidentId.is_in(few.iter().copied()));
    let parts = parts(filter);
    let fits = |row: &ListRow| {
        let in_part = parts.iter().any(|(state, quarter)| row.state.0 == *state && quarter.is_none_or(|quarter| row.quarter.0 == quarter));
        in_part && registered.is_none_or(|region| row.region.0 == region)
    };
    let rows = lines_of(query, filter).into_model::<ListRow>().all(&store.db).await?;
    Ok(rows.into_iter().filter(fits).collect())
}

/// How many versions there are, as far as they are counted. Those with a line in a place and those of many residents are not:
/// each would have to be looked up.
async fn counted(store: &Store, scope: &Scope<'_>) -> Result<Count> {
    if let Some(few) = &scope.few {
        return Ok(Count::Exactly(of_few(store, scope, few).await?.len() as u64));
    }
    if place(scope.filter).is_some() || !scope.filter.search.trim().is_empty() {
        let page = rows(store, scope, None, PAGE + 1).await?.len();
        return Ok(if page > PAGE { Count::MoreThan(PAGE as u64) } else { Count::Exactly(page as u64) });
    }
    let mut total = 0;
    for (state, quarter) in parts(scope.filter) {
        let some = matching(scope, state, quarter).select_only().column(filing_version::Column::Id).limit(COUNTED + 1 - total).into_query();
        let all = Query::select().expr_as(Expr::cust("COUNT(*)"), "counted").from_subquery(some, "some_versions").take();
        let row = store.db.query_one(&all).await?.ok_or(ServiceError::Corrupt("count"))?;
        let counted: i64 = row.try_get("", "counted")?;
        total += u64::try_from(counted).map_err(ServiceError::corrupt("count"))?;
        if total > COUNTED {
            return Ok(Count::MoreThan(COUNTED));
        }
    }
    Ok(Count::Exactly(total))
}

#[derive(FromQueryResult)]
struct ListRow {
    version_id: Uuid,
    filing_id: Uuid,
    resident_id: Uuid,
    number: i32,
    state: Code<VersionState>,
    region: Code<Region>,
    submitted_at: DateTime<Utc>,
    late: bool,
    services: i64,
    exports: i64,
    quarter: Code<Quarter>,
    name: String,
    tax_number: String,
}

impl ListRow {
    fn cursor(&self, sort: Sort) -> Cursor {
        let value = match sort {
            Sort::Received => self.submitted_at.timestamp_millis(),
            Sort::Services => self.services,
            Sort::Exports => self.exports,
        };
        Cursor { value, id: self.version_id }
    }

    /// The line and its resident.
    fn read(self, answers: Vec<Answer>) -> Result<(ListedFiling, Uuid)> {
        let line = ListedFiling {
            id: FilingId(self.filing_id),
            resident: self.name,
            tax_number: self.tax_number,
            region: self.region.0,
            quarter: self.quarter.0,
            number: count(self.number)?,
            state: self.state.0,
            submitted_at: self.submitted_at,
            late: self.late,
            answers,
            amounts: Amounts { services: Tiyin(self.services), exports: Cents(self.exports) },
            before: None,
        };
        Ok((line, self.resident_id))
    }
}

#[derive(FromQueryResult)]
struct BeforeRow {
    resident_id: Uuid,
    quarter: Code<Quarter>,
    state: Code<VersionState>,
    number: i32,
    services_tiyin: i64,
    exports_cents: i64,
}

/// Sets what each line of a page is held against, in one statement.
async fn set_before(store: &Store, lines: &mut [(ListedFiling, Uuid)]) -> Result<()> {
    let residents: Vec<Uuid> = lines.iter().map(|(_, resident)| *resident).collect();
    let quarters: BTreeSet<Code<Quarter>> = lines.iter().flat_map(|(line, _)| [line.quarter, line.quarter.previous()]).map(Code).collect();
    let rows = filing_version::Entity::find()
        .join(JoinType::InnerJoin, on_filing())
        .select_only()
        .columns([filing::Column::ResidentId, filing::Column::Quarter])
        .columns([
            filing_version::Column::State,
            filing_version::Column::Number,
            filing_version::Column::ServicesTiyin,
            filing_version::Column::ExportsCents,
        ])
        .filter(filing::Column::ResidentId.is_in(residents))
        .filter(filing::Column::Quarter.is_in(quarters))
        .into_model::<BeforeRow>()
        .all(&store.db)
        .await?;
    let mut known = BTreeMap::new();
    for row in rows {
        let amounts = Amounts { services: Tiyin(row.services_tiyin), exports: Cents(row.exports_cents) };
        known.insert((row.resident_id, row.quarter.0, row.state.0), (row.number, amounts));
    }
    for (line, resident) in lines {
        let of = |quarter: Quarter, state: VersionState| known.get(&(*resident, quarter, state)).copied();
        let in_force =
            of(line.quarter, VersionState::Accepted).filter(|(number, _)| count(*number).is_ok_and(|number| number < line.number));
        let before = line.quarter.previous();
        let previous = || of(before, VersionState::Accepted).or_else(|| of(before, VersionState::Submitted));
        line.before = in_force.or_else(previous).map(|(_, amounts)| amounts);
    }
    Ok(())
}
