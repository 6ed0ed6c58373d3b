//! What a release says that an earlier one did not, and how much figures were revised.

use std::collections::BTreeMap;

use super::{COUNTRY, Column, Dataset, DatasetId, Row, TOTAL};
use crate::{period::Period, progress::ratio, quarter::Quarter};

/// Significant digits of a total that is told again, and of a part.
const DIGITS_OF_TOTALS: u32 = 3;
const DIGITS_OF_PARTS: u32 = 2;

impl Dataset {
    /// What differs from an earlier release of the dataset, if there was one, row by row; what is new in it as well.
    pub fn changes<'a>(&'a self, before: Option<&'a Self>) -> Vec<Change<'a>> {
        let earlier: BTreeMap<&[String], &Row> =
            before.iter().flat_map(|before| &before.rows).map(|row| (row.at.as_slice(), row)).collect();
        let differs = |row: &&'a Row| earlier.get(row.at.as_slice()).is_none_or(|old| (old.value, old.status) != (row.value, row.status));
        let change = |now: &'a Row| {
            let old = earlier.get(now.at.as_slice()).copied();
            let kind = match ChangeKind::of(old, now, self.digits(now)) {
                ChangeKind::Revised if before.is_some_and(|before| self.is_rounded_sum(before, now)) => ChangeKind::Again,
                kind => kind,
            };
            Change { before: old, now, kind }
        };
        self.rows.iter().filter(differs).map(change).collect()
    }

    /// Whether a half-year or nine months differ from an earlier release by nothing but the rounding of their quarters.
    fn is_rounded_sum(&self, before: &Self, row: &Row) -> bool {
        let Some(Ok(period @ (Period::Half(..) | Period::NineMonths(_)))) = row.at.first().map(|code| code.parse()) else { return false };
        let quarters = Period::of_year(period.year()).filter_map(|part| match part {
            Period::Quarter(quarter) if period.contains(quarter) => Some(quarter),
            _ => None,
        });
        let same = |quarter| match (before.of_quarter(row, quarter), self.of_quarter(row, quarter)) {
            (Some(old), Some(now)) => (old == now || is_rounded(old, now, self.digits(row))).then_some(now),
            _ => None,
        };
        let sum: Option<i64> = quarters.into_iter().map(same).sum();
        sum.is_some() && sum == row.value
    }

    /// How many significant digits a row keeps when it is told again: totals three, parts two (`disclosure::series`).
    fn digits(&self, row: &Row) -> u32 {
        let is_whole = |(column, code): (&Column, &String)| match column {
            Column::Region => code == COUNTRY,
            Column::Destination | Column::Item => code == TOTAL,
            _ => true,
        };
        if self.id.dimensions().iter().zip(&row.at).all(is_whole) { DIGITS_OF_TOTALS } else { DIGITS_OF_PARTS }
    }

    /// What was told of a quarter where a row tells of a longer period; progress is told from the beginning of the year.
    fn of_quarter(&self, row: &Row, quarter: Quarter) -> Option<i64> {
        let told = |period: Period| {
            let at: Vec<&str> = row.at.iter().skip(1).map(String::as_str).collect();
            self.row(&[&[period.to_string().as_str()], at.as_slice()].concat())?.value
        };
        if self.id != DatasetId::Targets {
            return told(Period::Quarter(quarter));
        }
        let before = if quarter.number() == 1 { Some(0) } else { told(Period::year_to_date(quarter.previous())) };
        told(Period::year_to_date(quarter))?.checked_sub(before?)
    }
}

/// A row that is not what it was; or was not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change<'a> {
    /// What it was in the release before.
    pub before: Option<&'a Row>,
    /// What it is.
    pub now: &'a Row,
    /// What that is to its reader.
    pub kind: ChangeKind,
}

/// What a change is to its reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// A figure that was not told.
    New,
    /// It is another than it was.
    Revised,
    /// It is confidential, and was not known to be.
    Hidden,
    /// It is told again, as it was or rounded.
    Again,
    /// It is no longer told.
    Lost,
}

impl ChangeKind {
    /// Of a row that is not what it was, by itself.
    pub(super) fn of(before: Option<&Row>, now: &Row, digits: u32) -> Self {
        match (before.and_then(|before| before.value), now.value) {
            (Some(_), None) => Self::Lost,
            (None, None) if before.is_some() => Self::Again,
            (None, None) => Self::Hidden,
            (None, Some(_)) => Self::New,
            (Some(before), Some(now)) if before == now || is_rounded(before, now, digits) => Self::Again,
            (Some(_), Some(_)) => Self::Revised,
        }
    }
}

/// Whether a figure is nothing but the one before, rounded to so many significant digits.
fn is_rounded(before: i64, now: i64, digits: u32) -> bool {
    let places = before.unsigned_abs().checked_ilog10().unwrap_or(0) + 1;
    let unit = 10_i64.pow(places.saturating_sub(digits));
    ratio(before, unit, 1).and_then(|units| units.checked_mul(unit)) == Some(now)
}

/// What the datasets of a release say that those of an earlier one did not.
pub fn changes<'a>(now: &'a [Dataset], before: &'a [Dataset]) -> Vec<(&'a Dataset, Change<'a>)> {
    let of = |dataset: &'a Dataset| {
        let earlier = before.iter().find(|other| other.id == dataset.id);
        dataset.changes(earlier).into_iter().map(move |change| (dataset, change))
    };
    now.iter().flat_map(of).collect()
}

/// A figure of the country as it was first told, and as it stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// Its codes in the dataset of regions.
    pub at: Vec<String>,
    /// As it was first told.
    pub first: Row,
    /// As it stands.
    pub now: Row,
}

impl Revision {
    /// By how much it was revised, in hundredths of a percent of what was first told. What was only rounded was not revised.
    pub fn change(&self) -> Option<i64> {
        let (first, now) = (self.first.value?, self.now.value?);
        if ChangeKind::of(Some(&self.first), &self.now, DIGITS_OF_TOTALS) == ChangeKind::Revised {
            ratio(now.checked_sub(first)?, first, 10_000)
        } else {
            Some(0)
        }
    }
}

/// How much the country's figures were revised: what some releases of the dataset of regions, in their order, told first and last.
pub fn revisions<'a>(releases: impl IntoIterator<Item = &'a Dataset>) -> Vec<Revision> {
    let mut all: Vec<Revision> = Vec::new();
    for dataset in releases {
        let country = dataset.rows.iter().filter(|row| row.at.get(1..3).is_some_and(|at| at == [COUNTRY, "registered"]));
        for row in country.filter(|row| row.value.is_some()) {
            match all.iter_mut().find(|revision| revision.at == row.at) {
                Some(revision) => revision.now = row.clone(),
                None => all.push(Revision { at: row.at.clone(), first: row.clone(), now: row.clone() }),
            }
        }
    }
    all
}
