//! What a release tells, and what all releases together say at one time.

use std::collections::BTreeMap;

use crate::period::Period;

use super::{By, Measured, Status};

/// By what, and of which member: its code, or `other` for the members that the plan shows only together; of a country with its group
/// before it, `CIS/KZ`.
pub type Part = (By, String);

/// A figure of a release. What is hidden has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleasedFigure {
    /// Of when.
    pub period: Period,
    /// What.
    pub measured: Measured,
    /// By what, and of which member; none for the country.
    pub part: Option<Part>,
    /// In the smallest unit of what is measured.
    pub value: Option<i64>,
    /// What is to be known of it.
    pub status: Status,
}

type Key = (Measured, Option<Part>, Period);

impl ReleasedFigure {
    fn key(&self) -> Key {
        (self.measured, self.part.clone(), self.period)
    }

    /// Whether another tells the same of the same time.
    pub fn is_again(&self, other: &Self) -> bool {
        self.key() == other.key()
    }

    fn of((measured, part, period): Key, value: Option<i64>, status: Status) -> Self {
        Self { period, measured, part, value, status }
    }
}

/// What holds after some releases, in their order, each with whether it was withdrawn: of each figure what was told last. What only
/// a withdrawn release told is no longer available; but numbers of contributors, which are told once, stand again with the correction
/// that tells their quarter. By measure, part and period.
pub fn current(releases: impl IntoIterator<Item = (Vec<ReleasedFigure>, bool)>) -> Vec<ReleasedFigure> {
    let mut all: BTreeMap<Key, (Option<i64>, Status)> = BTreeMap::new();
    let mut counts: Vec<ReleasedFigure> = Vec::new();
    for (figures, withdrawn) in releases {
        let corrects = |count: &ReleasedFigure| {
            figures.iter().any(|figure| (figure.measured, &figure.part, figure.period) == (Measured::Exports, &None, count.period))
        };
        for count in counts.extract_if(.., |count| !withdrawn && corrects(count)) {
            all.insert(count.key(), (count.value, count.status));
        }
        for figure in figures {
            if withdrawn {
                counts.extend((figure.measured == Measured::Exporters).then(|| figure.clone()));
                // what was confidential still is
                let left = if figure.status == Status::Confidential { Status::Confidential } else { Status::NotAvailable };
                all.entry(figure.key()).or_insert((None, left));
            } else {
                all.insert(figure.key(), (figure.value, figure.status));
            }
        }
    }
    all.into_iter().map(|(key, (value, status))| ReleasedFigure::of(key, value, status)).collect()
}

/// The same with half-years and nine months beside their quarters. They are sums of what is told, and so tell nothing more: where a
/// quarter is not told, neither is the sum.
pub fn with_sums(figures: Vec<ReleasedFigure>) -> Vec<ReleasedFigure> {
    let mut all: BTreeMap<Key, (Option<i64>, Status)> = BTreeMap::new();
    let mut quarters: BTreeMap<Key, Vec<(Option<i64>, Status)>> = BTreeMap::new();
    for figure in figures {
        if let Period::Quarter(quarter) = figure.period
            && figure.measured.adds_up()
        {
            let sums = Period::of_year(quarter.year()).filter(|period| matches!(period, Period::Half(..) | Period::NineMonths(_)));
            for period in sums.filter(|period| period.contains(quarter)) {
                let key = (figure.measured, figure.part.clone(), period);
                quarters.entry(key).or_default().push((figure.value, figure.status));
            }
        }
        all.insert(figure.key(), (figure.value, figure.status));
    }
    let complete = |period: Period, count: usize| count == if matches!(period, Period::NineMonths(_)) { 3 } else { 2 };
    for (key, parts) in quarters {
        if complete(key.2, parts.len()) {
            all.insert(key, sum(&parts));
        }
    }
    all.into_iter().map(|(key, (value, status))| ReleasedFigure::of(key, value, status)).collect()
}

/// The sum of parts, and what is to be known of it: of what is not told the first reason, else what changes most.
fn sum(parts: &[(Option<i64>, Status)]) -> (Option<i64>, Status) {
    let value = parts.iter().try_fold(0_i64, |sum, (value, _)| sum.checked_add((*value)?));
    let has = |status: Status| parts.iter().any(|(_, of)| *of == status);
    let order: &[Status] = match value {
        None => &[Status::Confidential, Status::NotAvailable],
        Some(_) => &[Status::Provisional, Status::Revised],
    };
    let otherwise = if value.is_none() { Status::NotAvailable } else { Status::Shown };
    (value, order.iter().copied().find(|status| has(*status)).unwrap_or(otherwise))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Status::{Confidential, NotAvailable, Provisional, Revised, Shown};

    fn figure(period: &str, value: Option<i64>, status: Status) -> ReleasedFigure {
        let part = Some((By::Registered, "UZ-SA".to_owned()));
        ReleasedFigure { period: period.parse().unwrap(), measured: Measured::Exports, part, value, status }
    }

    #[test]
    fn what_was_told_last_holds_and_what_only_a_withdrawn_one_told_does_not() {
        let first = vec![figure("2023-Q1", Some(5), Shown)];
        let second = vec![figure("2023-Q1", Some(10), Revised), figure("2023-Q2", Some(7), Shown)];
        let after = |withdrawn| current([(first.clone(), false), (second.clone(), withdrawn)]);
        assert_eq!(after(false), second);
        assert_eq!(after(true), [figure("2023-Q1", Some(5), Shown), figure("2023-Q2", None, NotAvailable)]);
        let corrected = current([(first, false), (second, true), (vec![figure("2023-Q2", Some(6), Revised)], false)]);
        assert_eq!(corrected, [figure("2023-Q1", Some(5), Shown), figure("2023-Q2", Some(6), Revised)]);
    }

    #[test]
    fn sums_are_of_what_is_told() {
        let of = |parts: [(Option<i64>, Status); 3]| -> Vec<(String, Option<i64>, Status)> {
            let quarters = ["2023-Q1", "2023-Q2", "2023-Q3"].into_iter().zip(parts);
            let figures = with_sums(quarters.map(|(period, (value, status))| figure(period, value, status)).collect());
            let sums = figures.into_iter().filter(|figure| !matches!(figure.period, Period::Quarter(_)));
            sums.map(|figure| (figure.period.to_string(), figure.value, figure.status)).collect()
        };
        let sum = |period: &str, value, status| (period.to_owned(), value, status);
        let shown = of([(Some(1), Shown), (Some(2), Revised), (Some(4), Provisional)]);
        assert_eq!(shown, [sum("2023-H1", Some(3), Revised), sum("2023-9M", Some(7), Provisional)]);
        let hidden = of([(Some(1), Shown), (Some(2), Shown), (None, Confidential)]);
        assert_eq!(hidden, [sum("2023-H1", Some(3), Shown), sum("2023-9M", None, Confidential)]);
        // of half a half nothing is said, and people are not added up
        assert_eq!(with_sums(vec![figure("2023-Q1", Some(1), Shown)]).len(), 1);
        let people = |period| ReleasedFigure { measured: Measured::People, ..figure(period, Some(1), Shown) };
        assert_eq!(with_sums(vec![people("2023-Q1"), people("2023-Q2")]).len(), 2);
    }
}
