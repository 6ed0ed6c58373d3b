//! Figures for officials, straight from the roll-ups. What the public sees is released (`releases`).

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    access::{Action, Actor},
    ledger::{Cell, Item, Scope, Span},
    period::Period,
    published::{Filed, last_complete},
    quarter::Quarter,
    region::Region,
    rules::COMPLETE_SHARE,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::{
    entity::{period, rollup, rollup_coverage},
    error::Result,
    ledger::read_rollup,
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
