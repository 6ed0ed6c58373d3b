//! Reading filings and their versions.

use chrono::{DateTime, Utc};
use domain::{
    access::Action,
    access::Actor,
    content::{Content, Converted, DomesticLine, ExportLine, PeopleLine, Question, Totals},
    exchange::{Conversion, RateBasis, UnitRate},
    filing::{Filing, FilingState, VersionState},
    ids::{FilingId, PersonId, ResidentId},
    ledger::{Basis, Span},
    money::{Cents, Tiyin},
    quarter::Quarter,
    region::Region,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    RelationDef, prelude::Expr, sea_query::Query,
};
use uuid::Uuid;

use crate::{
    entity::{domestic_line, export_line, filing, filing_version, people_line, resident},
    error::{Result, ServiceError},
    register::{Resident, person_name},
    store::Store,
};

/// A version of a filing, as submitted, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Number from 1.
    pub number: u32,
    /// What became of it.
    pub state: VersionState,
    /// Registered region on the quarter's last day.
    pub region: Region,
    /// Why it amends the one before.
    pub reason: Option<String>,
    /// Who submitted it.
    pub submitted_by: String,
    /// When it was received.
    pub submitted_at: DateTime<Utc>,
    /// After the due day.
    pub late: bool,
    /// Number of the receipt.
    pub receipt: String,
    /// SHA-256 of what was submitted.
    pub digest: String,
    /// Who decided and when.
    pub decided: Option<(String, DateTime<Utc>)>,
    /// Why it was sent back.
    pub return_reason: Option<String>,
    /// Questions that the resident confirmed.
    pub answers: Vec<Question>,
    /// Lines and conversions.
    pub converted: Converted,
    /// Sums.
    pub totals: Totals,
}

/// A filing with all its versions, the latest first.
#[derive(Debug, Clone)]
pub struct FilingView {
    /// Key.
    pub id: FilingId,
    /// Whose.
    pub resident: Resident,
    /// Of which quarter.
    pub quarter: Quarter,
    /// State.
    pub state: FilingState,
    /// All versions submitted so far.
    pub versions: Vec<Version>,
}

fn count(value: i32) -> Result<u32> {
    u32::try_from(value).map_err(ServiceError::corrupt("count"))
}

/// The state machine's view of a row.
pub(crate) fn restore(row: &filing::Model, submitted_by: Option<Uuid>) -> Result<Filing> {
    let state = row.state.parse().map_err(ServiceError::corrupt("filing.state"))?;
    let accepted = row.accepted_version.map(count).transpose()?;
    Ok(Filing::restore(state, count(row.version)?, accepted, row.reason.clone(), submitted_by.map(PersonId)))
}

/// The lines of a version with the conversions frozen in it.
pub(crate) async fn load_lines(connection: &impl ConnectionTrait, version: &filing_version::Model) -> Result<Converted> {
    let domestic =
        domestic_line::Entity::find().filter(domestic_line::Column::VersionId.eq(version.id)).order_by_asc(domestic_line::Column::Position);
    let exports =
        export_line::Entity::find().filter(export_line::Column::VersionId.eq(version.id)).order_by_asc(export_line::Column::Position);
    let people =
        people_line::Entity::find().filter(people_line::Column::VersionId.eq(version.id)).order_by_asc(people_line::Column::Position);
    let mut content = Content { control_total: Tiyin(version.control_tiyin), ..Content::default() };
    for row in domestic.all(connection).await? {
        content.domestic.push(DomesticLine {
            region: row.region.parse().map_err(ServiceError::corrupt("domestic_line"))?,
            activity: row.activity.parse().map_err(ServiceError::corrupt("domestic_line"))?,
            amount: Tiyin(row.amount_tiyin),
        });
    }
    let mut conversions = Vec::new();
    for row in exports.all(connection).await? {
        conversions.push(Conversion {
            basis: row.rate_day.map_or(RateBasis::QuarterMean, RateBasis::Day),
            rate: UnitRate(row.unit_rate),
            usd_rate: UnitRate(row.usd_unit_rate),
            uzs: Tiyin(row.amount_tiyin),
            usd: Cents(row.amount_cents),
        });
        content.exports.push(ExportLine {
            country: row.country.parse().map_err(ServiceError::corrupt("export_line"))?,
            category: row.category.parse().map_err(ServiceError::corrupt("export_line"))?,
            currency: row.currency.parse().map_err(ServiceError::corrupt("export_line"))?,
            amount: row.amount_minor,
            region: row.region.parse().map_err(ServiceError::corrupt("export_line"))?,
            date: row.date,
            contract: row.contract,
        });
    }
    for row in people.all(connection).await? {
        content.people.push(PeopleLine {
            region: row.region.parse().map_err(ServiceError::corrupt("people_line"))?,
            employees: count(row.employees)?,
            specialists: count(row.specialists)?,
            women: count(row.women)?,
            under_30: count(row.under_30)?,
            disability: count(row.disability)?,
            foreign: count(row.foreign)?,
            payroll: Tiyin(row.payroll_tiyin),
        });
    }
    Ok(Converted { content, conversions })
}

fn position(n: usize) -> Result<i32> {
    i32::try_from(n).map_err(ServiceError::corrupt("position"))
}

fn stored(count: u32) -> Result<i32> {
    i32::try_from(count).map_err(ServiceError::corrupt("count"))
}

/// The rows of a version's lines.
pub(crate) struct LineRows {
    domestic: Vec<domestic_line::ActiveModel>,
    exports: Vec<export_line::ActiveModel>,
    people: Vec<people_line::ActiveModel>,
}

impl LineRows {
    pub(crate) fn of(version_id: Uuid, converted: &Converted) -> Result<Self> {
        let Converted { content, conversions } = converted;
        let domestic = content.domestic.iter().enumerate().map(|(n, line)| {
            let (region, activity) = (line.region.to_string(), line.activity.to_string());
            Ok(domestic_line::Model { version_id, position: position(n)?, region, activity, amount_tiyin: line.amount.0 }
                .into_active_model())
        });
        let exports = content.exports.iter().zip(conversions).enumerate().map(|(n, (line, conversion))| {
            Ok(export_line::Model {
                version_id,
                position: position(n)?,
                country: line.country.to_string(),
                category: line.category.to_string(),
                currency: line.currency.to_string(),
                amount_minor: line.amount,
                region: line.region.to_string(),
                date: line.date,
                contract: line.contract.clone(),
                rate_day: match conversion.basis {
                    RateBasis::Day(day) => Some(day),
                    RateBasis::QuarterMean => None,
                },
                unit_rate: conversion.rate.0,
                usd_unit_rate: conversion.usd_rate.0,
                amount_tiyin: conversion.uzs.0,
                amount_cents: conversion.usd.0,
            }
            .into_active_model())
        });
        let people = content.people.iter().enumerate().map(|(n, line)| {
            Ok(people_line::Model {
                version_id,
                position: position(n)?,
                region: line.region.to_string(),
                employees: stored(line.employees)?,
                specialists: stored(line.specialists)?,
                women: stored(line.women)?,
                under_30: stored(line.under_30)?,
                disability: stored(line.disability)?,
                foreign: stored(line.foreign)?,
                payroll_tiyin: line.payroll.0,
            }
            .into_active_model())
        });
        Ok(Self {
            domestic: domestic.collect::<Result<_>>()?,
            exports: exports.collect::<Result<_>>()?,
            people: people.collect::<Result<_>>()?,
        })
    }

    pub(crate) fn empty() -> Self {
        Self { domestic: vec![], exports: vec![], people: vec![] }
    }

    pub(crate) fn append(&mut self, mut other: Self) {
        self.domestic.append(&mut other.domestic);
        self.exports.append(&mut other.exports);
        self.people.append(&mut other.people);
    }

    pub(crate) async fn insert(self, connection: &impl ConnectionTrait) -> Result<()> {
        // fewer than 32,766 values a statement, SQLite's limit
        for chunk in self.domestic.chunks(1_000) {
            domestic_line::Entity::insert_many(chunk.to_vec()).exec_without_returning(connection).await?;
        }
        for chunk in self.exports.chunks(1_000) {
            export_line::Entity::insert_many(chunk.to_vec()).exec_without_returning(connection).await?;
        }
        for chunk in self.people.chunks(1_000) {
            people_line::Entity::insert_many(chunk.to_vec()).exec_without_returning(connection).await?;
        }
        Ok(())
    }
}

async fn version(connection: &impl ConnectionTrait, row: filing_version::Model) -> Result<Version> {
    let converted = load_lines(connection, &row).await?;
    let decided = match (row.decided_by, row.decided_at) {
        (Some(by), Some(at)) => Some((person_name(connection, by).await?, at)),
        _ => None,
    };
    Ok(Version {
        number: count(row.number)?,
        state: row.state.parse().map_err(ServiceError::corrupt("filing_version.state"))?,
        region: row.region.parse().map_err(ServiceError::corrupt("filing_version.region"))?,
        reason: row.reason,
        submitted_by: person_name(connection, row.submitted_by).await?,
        submitted_at: row.submitted_at,
        late: row.late,
        receipt: row.receipt,
        digest: row.digest,
        decided,
        return_reason: row.return_reason,
        answers: serde_json::from_str(&row.answers).map_err(ServiceError::corrupt("filing_version.answers"))?,
        totals: converted.totals()?,
        converted,
    })
}

/// Every version of a filing, the latest first.
pub(crate) async fn versions(connection: &impl ConnectionTrait, filing: Uuid) -> Result<Vec<Version>> {
    let rows =
        filing_version::Entity::find().filter(filing_version::Column::FilingId.eq(filing)).order_by_desc(filing_version::Column::Number);
    let mut versions = Vec::new();
    for row in rows.all(connection).await? {
        versions.push(version(connection, row).await?);
    }
    Ok(versions)
}

pub(crate) async fn view(connection: &impl ConnectionTrait, row: filing::Model) -> Result<FilingView> {
    Ok(FilingView {
        id: FilingId(row.id),
        resident: Resident::load(connection, ResidentId(row.resident_id)).await?,
        quarter: row.quarter.parse().map_err(ServiceError::corrupt("filing.quarter"))?,
        state: row.state.parse().map_err(ServiceError::corrupt("filing.state"))?,
        versions: versions(connection, row.id).await?,
    })
}

/// From a version to its filing.
pub(crate) fn on_filing() -> RelationDef {
    filing_version::Entity::belongs_to(filing::Entity).from(filing_version::Column::FilingId).to(filing::Column::Id).into()
}

pub(crate) async fn find(connection: &impl ConnectionTrait, resident: Uuid, quarter: Quarter) -> Result<Option<filing::Model>> {
    let rows =
        filing::Entity::find().filter(filing::Column::ResidentId.eq(resident)).filter(filing::Column::Quarter.eq(quarter.to_string()));
    Ok(rows.one(connection).await?)
}

/// A filing for an official: with all submitted versions. A draft is the resident's own and is not shown.
///
/// # Errors
/// [`ServiceError::NotFound`] also for a filing outside the official's reach, so that its existence is not told.
pub async fn for_official(store: &Store, actor: &Actor, id: FilingId) -> Result<FilingView> {
    if !actor.is_official() {
        actor.check(Action::ReadAllFilings)?;
    }
    let row = filing::Entity::find_by_id(id.0).one(&store.db).await?.ok_or(ServiceError::NotFound)?;
    let view = view(&store.db, row).await?;
    let region = view.versions.first().ok_or(ServiceError::NotFound)?.region;
    actor.check(Action::ReadFilingsOf(region)).map_err(|_| ServiceError::NotFound)?;
    Ok(view)
}

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
#[derive(Debug, Clone, Copy, Default)]
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
    /// In which order.
    pub sort: Sort,
    /// Page from 0.
    pub page: u64,
}

/// Lines a page of a list.
pub const PAGE: u64 = 50;

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
    /// Whether the resident was asked about the figures and confirmed them.
    pub asked: bool,
    /// Domestic services and exports.
    pub services: Tiyin,
    /// Exports.
    pub exports: Cents,
}

/// A page of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Lines, the longest waiting first.
    pub lines: Vec<ListedFiling>,
    /// How many there are in all.
    pub total: u64,
    /// The region to which the actor is confined.
    pub confined_to: Option<Region>,
}

/// Submitted versions by the filter. A regional viewer sees the own region, whatever the filter says.
///
/// # Errors
/// [`ServiceError::Denied`].
pub async fn list(store: &Store, actor: &Actor, filter: Filter) -> Result<Listed> {
    let confined_to = actor.only_region();
    match confined_to {
        Some(own) => actor.check(Action::ReadFilingsOf(own))?,
        None => actor.check(Action::ReadAllFilings)?,
    };
    let on_resident = filing::Entity::belongs_to(resident::Entity).from(filing::Column::ResidentId).to(resident::Column::Id);
    let mut query = filing_version::Entity::find()
        .join(sea_orm::JoinType::InnerJoin, on_filing())
        .join(sea_orm::JoinType::InnerJoin, RelationDef::from(on_resident));
    if let Some(quarter) = filter.quarter {
        let quarters: Vec<String> = filter.span.quarters(quarter).map(|quarter| quarter.to_string()).collect();
        query = query.filter(filing::Column::Quarter.is_in(quarters));
    }
    if let Some(region) = confined_to {
        query = query.filter(filing_version::Column::Region.eq(region.iso()));
    }
    if let Some(region) = filter.region.filter(|_| confined_to.is_none() || filter.basis == Basis::Activity) {
        query = query.filter(match filter.basis {
            Basis::Registered => filing_version::Column::Region.eq(region.iso()),
            Basis::Activity => active_in(region),
        });
    }
    if let Some(state) = filter.state {
        query = query.filter(filing_version::Column::State.eq(state.code()));
    }
    let total = query.clone().count(&store.db).await?;
    query = match filter.sort {
        Sort::Received => query,
        Sort::Services => {
            query.order_by_desc(filing_version::Column::DomesticTiyin.into_expr().add(filing_version::Column::ExportsTiyin.into_expr()))
        }
        Sort::Exports => query.order_by_desc(filing_version::Column::ExportsCents),
    };
    let rows = query
        .select_only()
        .columns([
            filing_version::Column::FilingId,
            filing_version::Column::Number,
            filing_version::Column::State,
            filing_version::Column::Region,
            filing_version::Column::SubmittedAt,
            filing_version::Column::Late,
            filing_version::Column::Answers,
            filing_version::Column::DomesticTiyin,
            filing_version::Column::ExportsTiyin,
            filing_version::Column::ExportsCents,
        ])
        .columns([filing::Column::Quarter])
        .columns([resident::Column::Name, resident::Column::TaxNumber])
        .order_by_asc(filing_version::Column::SubmittedAt)
        .order_by_asc(filing_version::Column::Id)
        .offset(filter.page.saturating_mul(PAGE))
        .limit(PAGE)
        .into_model::<ListRow>()
        .all(&store.db)
        .await?;
    Ok(Listed { lines: rows.into_iter().map(ListRow::read).collect::<Result<_>>()?, total, confined_to })
}

/// Versions with a line of any kind in `region`.
fn active_in(region: Region) -> Expr {
    let version = filing_version::Column::Id;
    let domestic = Query::select()
        .column(domestic_line::Column::VersionId)
        .from(domestic_line::Entity)
        .and_where(domestic_line::Column::Region.eq(region.iso()))
        .take();
    let exports = Query::select()
        .column(export_line::Column::VersionId)
        .from(export_line::Entity)
        .and_where(export_line::Column::Region.eq(region.iso()))
        .take();
    let people = Query::select()
        .column(people_line::Column::VersionId)
        .from(people_line::Entity)
        .and_where(people_line::Column::Region.eq(region.iso()))
        .take();
    version.in_subquery(domestic).or(version.in_subquery(exports)).or(version.in_subquery(people))
}

/// The stored answers where there was no question.
pub(crate) const NOTHING_ASKED: &str = "[]";

#[derive(sea_orm::FromQueryResult)]
struct ListRow {
    filing_id: Uuid,
    number: i32,
    state: String,
    region: String,
    submitted_at: DateTime<Utc>,
    late: bool,
    answers: String,
    domestic_tiyin: i64,
    exports_tiyin: i64,
    exports_cents: i64,
    quarter: String,
    name: String,
    tax_number: String,
}

impl ListRow {
    fn read(self) -> Result<ListedFiling> {
        Ok(ListedFiling {
            id: FilingId(self.filing_id),
            resident: self.name,
            tax_number: self.tax_number,
            region: self.region.parse().map_err(ServiceError::corrupt("filing_version.region"))?,
            quarter: self.quarter.parse().map_err(ServiceError::corrupt("filing.quarter"))?,
            number: count(self.number)?,
            state: self.state.parse().map_err(ServiceError::corrupt("filing_version.state"))?,
            submitted_at: self.submitted_at,
            late: self.late,
            asked: self.answers != NOTHING_ASKED,
            services: Tiyin(self.domestic_tiyin).plus(Tiyin(self.exports_tiyin))?,
            exports: Cents(self.exports_cents),
        })
    }
}
