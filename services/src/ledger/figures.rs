//! Figures: for officials straight from the roll-ups, for the public with confidential cells removed.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    access::{Action, Actor},
    classification::Destination,
    ledger::{Basis, Cell, Item, Scope, Span},
    measure::Measure,
    period::Period,
    published::{Figure, Filed, MILLION_SOUMS, OfQuarter, QuarterFigures, THOUSAND_DOLLARS, course, figure, last_complete, latest_shown},
    quarter::Quarter,
    region::Region,
    rules::{COMPLETE_SHARE, LEAST_CONTRIBUTORS, PROTECTION_PERCENT},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::{
    entity::{period, rollup, rollup_coverage},
    error::Result,
    ledger::{
        read_rollup,
        suppression::{self, Margin},
    },
    rules,
    store::{Store, code::Code},
};

/// How many filings are owed, received and accepted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub struct Coverage {
    pub owed: i64,
    pub filed: i64,
    pub accepted: i64,
}

impl Coverage {
    fn plus(self, other: Self) -> Self {
        Self { owed: self.owed + other.owed, filed: self.filed + other.filed, accepted: self.accepted + other.accepted }
    }

    /// Accepted ÷ owed in hundredths of a percent.
    pub fn accepted_share(&self) -> Option<i64> {
        domain::progress::ratio(self.accepted, self.owed, 10_000)
    }
}

/// The figures that an official may see.
#[derive(Debug, Clone, Default)]
pub struct Book {
    cells: BTreeMap<(Period, Scope), Cell>,
    coverage: BTreeMap<(Quarter, Region), Coverage>,
    /// Quarters whose due day has passed.
    due: BTreeSet<Quarter>,
    complete_share: i64,
}

impl Book {
    /// The figures of a scope; zeros where nothing was accepted.
    pub fn cell(&self, quarter: Quarter, scope: Scope, span: Span) -> Cell {
        self.cells.get(&(span.period(quarter), scope)).copied().unwrap_or_default()
    }

    /// Coverage of a region, or of all that can be seen.
    pub fn coverage(&self, quarter: Quarter, region: Option<Region>, span: Span) -> Coverage {
        let first = span.quarters(quarter).next().unwrap_or(quarter);
        let rows = self.coverage.iter().filter(|((q, r), _)| (first..=quarter).contains(q) && region.is_none_or(|region| region == *r));
        rows.fold(Coverage::default(), |sum, (_, row)| sum.plus(*row))
    }

    fn filed(&self, quarter: Quarter, region: Option<Region>) -> Filed {
        let Coverage { owed, accepted, .. } = self.coverage(quarter, region, Span::Quarter);
        Filed { quarter, due: self.due.contains(&quarter), accepted, owed }
    }

    /// Whether nearly all of a span is in, so that it can be compared with another.
    pub fn is_complete(&self, quarter: Quarter, region: Option<Region>, span: Span) -> bool {
        span.quarters(quarter).all(|quarter| self.filed(quarter, region).is_complete(self.complete_share))
    }

    /// The latest quarter up to which the year is complete.
    pub fn last_complete(&self, region: Option<Region>) -> Option<Quarter> {
        let filed: Vec<Filed> = self.quarters().into_iter().map(|quarter| self.filed(quarter, region)).collect();
        last_complete(&filed, self.complete_share)
    }

    /// The quarters for which there is anything, in order.
    pub fn quarters(&self) -> Vec<Quarter> {
        let of_cells = self.cells.keys().filter_map(|(period, _)| match period {
            Period::Quarter(quarter) => Some(*quarter),
            Period::Half(..) | Period::NineMonths(_) | Period::Year(_) => None,
        });
        let mut quarters: Vec<Quarter> = of_cells.chain(self.coverage.keys().map(|key| key.0)).collect();
        quarters.sort_unstable();
        quarters.dedup();
        quarters
    }
}

async fn book(store: &Store, only: Option<Region>) -> Result<Book> {
    let mut cells = rollup::Entity::find().filter(rollup::Column::Item.eq(Code(Item::All)));
    let mut coverage = rollup_coverage::Entity::find();
    if let Some(region) = only {
        // the country's totals too, for the region's share of them: sums of hundreds of residents, telling of none
        let scopes = [Scope::National, Scope::Registered(region), Scope::Activity(region)].map(|scope| scope.to_string());
        cells = cells.filter(rollup::Column::Scope.is_in(scopes));
        coverage = coverage.filter(rollup_coverage::Column::Region.eq(Code(region)));
    }
    let today = store.clock().today();
    let complete_share = rules::rule_book(&store.db).await?.value(&COMPLETE_SHARE, today)?.0;
    let mut book = Book { complete_share, ..Book::default() };
    for row in period::Entity::find().filter(period::Column::DueOn.lt(today)).all(&store.db).await? {
        book.due.insert(row.quarter.0);
    }
    for row in cells.all(&store.db).await? {
        let (key, cell) = read_rollup(row);
        book.cells.insert((key.period, key.scope), cell);
    }
    for row in coverage.all(&store.db).await? {
        let quarter = row.quarter.0;
        let region = row.region.0;
        book.coverage.insert((quarter, region), Coverage { owed: row.owed, filed: row.filed, accepted: row.accepted });
    }
    Ok(book)
}

/// All figures.
///
/// # Errors
/// [`crate::ServiceError::Denied`].
pub async fn national(store: &Store, actor: &Actor) -> Result<Book> {
    actor.check(Action::ReadNationalFigures)?;
    book(store, None).await
}

/// The figures of one region.
///
/// # Errors
/// [`crate::ServiceError::Denied`].
pub async fn of_region(store: &Store, actor: &Actor, region: Region) -> Result<Book> {
    actor.check(Action::ReadFiguresOf(region))?;
    book(store, Some(region)).await
}

/// A region in the public view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicRegion {
    /// Which.
    pub region: Region,
    /// Exports of the year to date, thousands of dollars.
    pub exports: Figure,
    /// Services of the year to date, millions of soums.
    pub services: Figure,
    /// Residents with an accepted filing this year; public.
    pub residents: i64,
}

/// What the public sees: accepted totals of quarters that have ended, by registered region, without confidential
/// cells. Nothing that is hidden is in here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicFigures {
    /// The latest quarter up to which the year is complete; if there is none, the latest that is shown. Regions and
    /// destinations are of its year to date.
    pub quarter: Quarter,
    /// Whether that is complete.
    pub complete: bool,
    /// The latest quarter that has ended and of which enough was accepted to be shown: provisional where it is later.
    pub latest: Quarter,
    /// Coverage of the latest quarter.
    pub latest_coverage: Coverage,
    /// National exports by quarter, thousands of dollars.
    pub exports: Vec<(Quarter, Figure)>,
    /// National exports by year to date, thousands of dollars.
    pub exports_to_date: Vec<(Quarter, Figure)>,
    /// National services by year to date, millions of soums.
    pub services_to_date: Vec<(Quarter, Figure)>,
    /// Exporters of the year to date.
    pub exporters: Figure,
    /// Regions of the year to date, in the order of SOATO.
    pub regions: Vec<PublicRegion>,
    /// Destinations of the year to date, thousands of dollars.
    pub destinations: Vec<(Destination, Figure)>,
    /// Coverage of the year to date.
    pub coverage_to_date: Coverage,
}

impl PublicFigures {
    /// Whether figures of a quarter, and of a year up to it, may still change much.
    pub fn is_provisional(&self, quarter: Quarter) -> bool {
        quarter > self.quarter || !self.complete
    }

    /// Exports of the year up to and including `quarter`.
    pub fn exports_up_to(&self, quarter: Quarter) -> Option<Figure> {
        self.exports_to_date.iter().find(|(q, _)| *q == quarter).map(|(_, figure)| *figure)
    }
}

/// The public view of today.
///
/// # Errors
/// The database's.
pub async fn public(store: &Store) -> Result<PublicFigures> {
    let ended = Quarter::last_ended(store.clock().today());
    let rules = rules::rule_book(&store.db).await?;
    let (least, p) = (rules.value(&LEAST_CONTRIBUTORS, ended.last_day())?.0, rules.value(&PROTECTION_PERCENT, ended.last_day())?.0);
    let book = book(store, None).await?;
    let of = |quarter| {
        let cell = |span| book.cell(quarter, Scope::National, span);
        OfQuarter { quarter, own: cell(Span::Quarter), to_date: cell(Span::YearToDate) }
    };
    let mut cells: Vec<OfQuarter> = book.quarters().into_iter().map(of).collect();
    let latest = latest_shown(&cells, ended, least).unwrap_or(ended);
    let complete = book.last_complete(None).filter(|quarter| *quarter <= latest);
    let quarter = complete.unwrap_or(latest);
    cells.retain(|of| of.quarter <= latest);
    let course = course(&cells, least);
    let groups = destinations(store, quarter).await?;
    let hidden = suppression::hidden(&margins(&book, quarter, &course, &groups), least, p);
    let shown = |cell: &Cell, name: String, measure, unit| {
        if hidden.contains(&name) { Figure::Confidential } else { figure(cell.amount(measure), cell.contributors(measure), least, unit) }
    };
    let regions = Region::ALL.map(|region| {
        let cell = book.cell(quarter, Basis::Registered.scope(region), Span::YearToDate);
        PublicRegion {
            region,
            exports: shown(&cell, part(Measure::ExportsUsd, region), Measure::ExportsUsd, THOUSAND_DOLLARS),
            services: shown(&cell, part(Measure::ServicesUzs, region), Measure::ServicesUzs, MILLION_SOUMS),
            residents: cell.contributors(Measure::Filings),
        }
    });
    let destinations = groups
        .iter()
        .map(|(group, cell)| (*group, shown(cell, part(Measure::ExportsUsd, group), Measure::ExportsUsd, THOUSAND_DOLLARS)))
        .collect();
    let exporters = book.cell(quarter, Scope::National, Span::YearToDate).contributors(Measure::ExportsUsd);
    Ok(PublicFigures {
        quarter,
        complete: complete.is_some(),
        latest,
        latest_coverage: book.coverage(latest, None, Span::Quarter),
        exports: course.iter().map(|q| (q.quarter, q.exports)).collect(),
        exports_to_date: course.iter().map(|q| (q.quarter, q.exports_to_date)).collect(),
        services_to_date: course.iter().map(|q| (q.quarter, q.services_to_date)).collect(),
        exporters: figure(exporters, exporters, least, 1),
        regions: regions.to_vec(),
        destinations,
        coverage_to_date: book.coverage(quarter, None, Span::YearToDate),
    })
}

/// The name of a part in the tables of disclosure control.
fn part(measure: Measure, of: impl std::fmt::Display) -> String {
    format!("{measure}|{of}")
}

/// The tables of the public home: regions and destinations under the country's totals, as far as those are shown.
fn margins(book: &Book, quarter: Quarter, course: &[QuarterFigures], groups: &[(Destination, Cell)]) -> Vec<Margin> {
    let country = book.cell(quarter, Scope::National, Span::YearToDate);
    let of_quarter = course.iter().find(|of| of.quarter == quarter);
    let total = |measure, shown: Option<Figure>| {
        let figure = shown.and_then(Figure::shown);
        figure.map(|_| (part(measure, Scope::National), country.amount(measure), country.contributors(measure)))
    };
    let regions = |measure| {
        let of = |region| {
            let cell = book.cell(quarter, Basis::Registered.scope(region), Span::YearToDate);
            (part(measure, region), cell.amount(measure), cell.contributors(measure))
        };
        Region::ALL.map(of).to_vec()
    };
    let (exports, services) = (of_quarter.map(|of| of.exports_to_date), of_quarter.map(|of| of.services_to_date));
    let to = |(group, cell): &(Destination, Cell)| {
        (part(Measure::ExportsUsd, group), cell.amount(Measure::ExportsUsd), cell.contributors(Measure::ExportsUsd))
    };
    vec![
        Margin { total: total(Measure::ExportsUsd, exports), parts: regions(Measure::ExportsUsd) },
        Margin { total: total(Measure::ExportsUsd, exports), parts: groups.iter().map(to).collect() },
        Margin { total: total(Measure::ServicesUzs, services), parts: regions(Measure::ServicesUzs) },
    ]
}

/// Exports of the year to date by group of destinations.
async fn destinations(store: &Store, quarter: Quarter) -> Result<Vec<(Destination, Cell)>> {
    let items = Destination::ALL.iter().map(|group| Item::Destination(*group).to_string());
    let rows = rollup::Entity::find()
        .filter(rollup::Column::Period.eq(Period::year_to_date(quarter).to_string()))
        .filter(rollup::Column::Scope.eq(Code(Scope::National)))
        .filter(rollup::Column::Item.is_in(items))
        .all(&store.db)
        .await?;
    let mut found = Vec::new();
    for row in rows {
        let (key, cell) = read_rollup(row);
        if let Item::Destination(group) = key.item {
            found.push((group, cell));
        }
    }
    found.sort_by_key(|(group, _)| *group);
    Ok(found)
}
