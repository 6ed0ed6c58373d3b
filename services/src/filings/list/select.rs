//! How lists are asked for: each state and quarter by its own index.

use chrono::{DateTime, Utc};
use domain::{filing::VersionState, ledger::Basis, quarter::Quarter, region::Region, typed::folded};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, JoinType, Order, QueryFilter, QueryOrder, QuerySelect, RelationDef, Select,
    prelude::Expr,
    sea_query::{Func, Query, SelectStatement, SubQueryStatement},
};

use super::{Cursor, Filter, ListRow, Scope, Sort};
use crate::{
    entity::{domestic_line, export_line, filing, filing_version, people_line, resident},
    filings::versions::on_filing,
    store::code::Code,
};

/// The place of activity whose amounts are listed.
pub(super) fn place(filter: &Filter) -> Option<Region> {
    filter.region.filter(|_| filter.basis == Basis::Activity)
}

/// Something of a version's lines in a region, looked up version by version.
fn lines_in<C: ColumnTrait>(table: impl EntityTrait, version: C, in_region: C, region: Region, what: Expr) -> SelectStatement {
    let of_version = Expr::col(version.as_column_ref()).equals(filing_version::Column::Id.as_column_ref());
    Query::select().expr(what).from(table).and_where(of_version).and_where(in_region.eq(Code(region))).take()
}

/// The sum of a column of them. The sum of 64-bit numbers is a wider one on `PostgreSQL`.
fn sum_in<C: ColumnTrait>(table: impl EntityTrait, version: C, in_region: C, amount: C, region: Region) -> Expr {
    let sum = Func::coalesce([Func::sum(Expr::col(amount.as_column_ref())).into(), Expr::val(0_i64)]);
    let sum = lines_in(table, version, in_region, region, Expr::from(sum).cast_as("BIGINT"));
    Expr::from(SubQueryStatement::from(sum))
}

fn services_of(filter: &Filter) -> Expr {
    use {domestic_line::Column as Domestic, export_line::Column as Export};
    match place(filter) {
        None => filing_version::Column::ServicesTiyin.into_expr(),
        Some(region) => sum_in(domestic_line::Entity, Domestic::VersionId, Domestic::Region, Domestic::AmountTiyin, region).add(sum_in(
            export_line::Entity,
            Export::VersionId,
            Export::Region,
            Export::AmountTiyin,
            region,
        )),
    }
}

fn exports_of(filter: &Filter) -> Expr {
    use export_line::Column as Export;
    match place(filter) {
        None => filing_version::Column::ExportsCents.into_expr(),
        Some(region) => sum_in(export_line::Entity, Export::VersionId, Export::Region, Export::AmountCents, region),
    }
}

/// Versions in a state, of one quarter or of all, by the filter, without order.
pub(super) fn matching(scope: &Scope<'_>, state: VersionState, quarter: Option<Quarter>) -> Select<filing_version::Entity> {
    let mut query = by_place(scope).filter(filing_version::Column::State.eq(Code(state)));
    if let Some(quarter) = quarter {
        query = query.filter(filing_version::Column::Quarter.eq(Code(quarter)));
    }
    if let Some(region) = scope.registered() {
        query = query.filter(filing_version::Column::Region.eq(Code(region)));
    }
    if let Some(condition) = searched(&scope.filter.search) {
        let found = Query::select().column(resident::Column::Id).from(resident::Entity).cond_where(condition).take();
        query = query.filter(filing::Column::ResidentId.in_subquery(found));
    }
    query
}

/// Versions with a line in the place of the filter, or all.
pub(super) fn by_place(scope: &Scope<'_>) -> Select<filing_version::Entity> {
    let query = filing_version::Entity::find();
    match place(scope.filter) {
        Some(region) => query.filter(active_in(region)),
        None => query,
    }
}

/// Versions with a line of any kind in `region`.
fn active_in(region: Region) -> Expr {
    fn lines<C: ColumnTrait>(table: impl EntityTrait, version: C, in_region: C, region: Region) -> Expr {
        Expr::exists(lines_in(table, version, in_region, region, Expr::val(1)))
    }
    let domestic = lines(domestic_line::Entity, domestic_line::Column::VersionId, domestic_line::Column::Region, region);
    let exports = lines(export_line::Entity, export_line::Column::VersionId, export_line::Column::Region, region);
    let people = lines(people_line::Entity, people_line::Column::VersionId, people_line::Column::Region, region);
    domestic.or(exports).or(people)
}

/// Residents that a search finds: each word in the name, in whatever order and however its apostrophes are typed, or in the tax
/// number; or the tax number with spaces. A search for signs alone finds nobody.
pub(super) fn searched(search: &str) -> Option<Condition> {
    if search.trim().is_empty() {
        return None;
    }
    let folded = folded(search);
    let in_number = |digits: &str| {
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| resident::Column::TaxNumber.contains(digits))
    };
    if folded.is_empty() {
        return Some(Condition::all().add(resident::Column::Id.is_null()));
    }
    let found = |word: &str| Condition::any().add(resident::Column::FoldedName.contains(word)).add_option(in_number(word));
    let words = folded.split(' ').fold(Condition::all(), |all, word| all.add(found(word)));
    Some(Condition::any().add(words).add_option(in_number(&folded.replace(' ', ""))))
}

/// The states and quarters of the filter, each to be asked for by its own index; no quarter for all at once.
pub(super) fn parts(filter: &Filter) -> Vec<(VersionState, Option<Quarter>)> {
    let states = filter.state.map_or_else(|| VersionState::ALL.to_vec(), |state| vec![state]);
    let quarters: Vec<_> = filter.quarter.map_or_else(|| vec![None], |quarter| filter.span.quarters(quarter).map(Some).collect());
    states.into_iter().flat_map(|state| quarters.iter().map(move |quarter| (state, *quarter))).collect()
}

/// One ordered page of versions, with what a line shows.
pub(super) fn page_of(
    query: Select<filing_version::Entity>,
    filter: &Filter,
    after: Option<Cursor>,
    limit: usize,
) -> sea_orm::Selector<sea_orm::SelectModel<ListRow>> {
    let sorted_by = match filter.sort {
        Sort::Received => filing_version::Column::SubmittedAt.into_expr(),
        Sort::Services => services_of(filter),
        Sort::Exports => exports_of(filter),
    };
    let order = if filter.sort == Sort::Received { Order::Asc } else { Order::Desc };
    let mut query = query;
    if let Some(after) = after {
        let value = match filter.sort {
            Sort::Received => Expr::val(DateTime::<Utc>::from_timestamp_millis(after.value).unwrap_or_default()),
            Sort::Services | Sort::Exports => Expr::val(after.value),
        };
        let (here, there) =
            (Expr::tuple([sorted_by.clone(), filing_version::Column::Id.into_expr()]), Expr::tuple([value, Expr::val(after.id)]));
        query = query.filter(if order == Order::Asc { here.gt(there) } else { here.lt(there) });
    }
    let query = query.order_by(sorted_by, order.clone()).order_by(filing_version::Column::Id, order).limit(u64::try_from(limit).ok());
    lines_of(query, filter).into_model::<ListRow>()
}

/// Versions with what a line shows of them.
pub(super) fn lines_of(query: Select<filing_version::Entity>, filter: &Filter) -> Select<filing_version::Entity> {
    let on_resident = filing::Entity::belongs_to(resident::Entity).from(filing::Column::ResidentId).to(resident::Column::Id);
    query
        .join(JoinType::InnerJoin, on_filing())
        .join(JoinType::InnerJoin, RelationDef::from(on_resident))
        .select_only()
        .columns([
            filing_version::Column::FilingId,
            filing_version::Column::Number,
            filing_version::Column::State,
            filing_version::Column::Region,
            filing_version::Column::SubmittedAt,
            filing_version::Column::Late,
        ])
        .column_as(filing_version::Column::Id, "version_id")
        .column_as(services_of(filter), "services")
        .column_as(exports_of(filter), "exports")
        .columns([filing::Column::Quarter, filing::Column::ResidentId])
        .columns([resident::Column::Name, resident::Column::TaxNumber])
}
