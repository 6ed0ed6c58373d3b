//! Soft edits: what looks like a slip of the hand, asked about before sending.
//!
//! Each measure is held against the resident's own history, and so is each line against its counterpart: a unit mistaken
//! for another makes a ratio near 10, 100, 1,000, a million or the price of a dollar in soums; anything beyond
//! a few times the history is a jump. By which bounds, the rules of the quarter say ([`Bounds`]).

use std::collections::BTreeMap;

use super::{Bounds, Compared, Finding, bounds::distance};
use crate::{
    classification::{Activity, Country},
    content::{Converted, Totals},
    form::{Field, FieldPath, Section},
    measure::Measure,
    money::Currency,
    people::PeopleCount,
    quarter::Quarter,
    region::Region,
};

/// What is held against the history.
const COMPARED: [Measure; 4] = [Measure::ExportsUsd, Measure::DomesticUzs, Measure::Payroll, Measure::EMPLOYEES];

/// What is asked about a filing of `quarter`. `history` holds what the resident has filed, the nearest first: of an amendment the
/// version in force, then the quarters before. `bounds` are those of the quarter.
///
/// Domestic services of 388 million soums after 388 billion are asked about as thousands; books of 1,000 beside lines of
/// 1,005 are not asked about at a tolerance of 1%.
pub fn soft(quarter: Quarter, filing: &Converted, totals: &Totals, history: &[Converted], bounds: &Bounds) -> Vec<Finding> {
    let mut asked = Vec::new();
    if bounds.books_differ(totals) {
        let compared = Compared::BooksDiffer { books: totals.books, lines: totals.services };
        asked.push(Finding { at: FieldPath::Books, compared });
    }
    let lines = at_lines(filing, history, bounds);
    let past: Vec<Totals> = history.iter().take(bounds.history()).filter_map(|filing| filing.totals().ok()).collect();
    for measure in COMPARED {
        let of_lines = lines.iter().filter(|finding| finding.at.measure() == Some(measure));
        let of_total = bounds.of_total(measure, totals, &past);
        // a large line says it already of its total
        let said = of_lines.clone().any(|finding| matches!(finding.compared, Compared::LargeFirst { .. }));
        let of_total = of_total.filter(|compared| !said || !matches!(compared, Compared::LargeFirst { .. }));
        asked.extend(of_total.map(|compared| Finding { at: FieldPath::Total(measure), compared }));
        asked.extend(of_lines.cloned());
    }
    asked.retain(|finding| finding.edit().applies_to(quarter));
    asked
}

/// What two lines must share to be counterparts in different quarters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum LineKey {
    Domestic(Region, Activity),
    Export(Country, Currency),
    People(Region),
}

/// The lines of a filing with what is compared of them.
fn lines(filing: &Converted) -> impl Iterator<Item = (FieldPath, LineKey, Measure, i64)> {
    let content = &filing.content;
    let domestic = content.domestic.iter().enumerate().map(|(n, l)| {
        (FieldPath::of(Section::Domestic, n, Field::Amount), LineKey::Domestic(l.region, l.activity), Measure::DomesticUzs, l.amount.0)
    });
    let exports = content.exports.iter().zip(&filing.conversions).enumerate().map(|(n, (l, c))| {
        (FieldPath::of(Section::Exports, n, Field::Amount), LineKey::Export(l.country, l.currency), Measure::ExportsUsd, c.usd.0)
    });
    let people = content.people.iter().enumerate().flat_map(|(n, l)| {
        let (key, at) = (LineKey::People(l.region), |field| FieldPath::of(Section::People, n, field));
        let employees = (at(Field::People(PeopleCount::Employees)), key, Measure::EMPLOYEES, i64::from(l.employees()));
        [employees, (at(Field::Payroll), key, Measure::Payroll, l.payroll.0)]
    });
    domestic.chain(exports).chain(people)
}

/// The values of a filing's lines by what they share, without zeros.
fn by_key(filing: &Converted) -> BTreeMap<(LineKey, Measure), Vec<i64>> {
    let mut values: BTreeMap<_, Vec<i64>> = BTreeMap::new();
    for (_, key, measure, value) in lines(filing).filter(|(.., value)| *value > 0) {
        values.entry((key, measure)).or_default().push(value);
    }
    values
}

/// Each value's counterpart: the nearest pairs first, each used once, so that equal ones meet and a new one meets none.
fn counterparts(now: &[(usize, i64)], before: &[i64]) -> BTreeMap<usize, i64> {
    let mut pairs: Vec<_> = (0..now.len()).flat_map(|n| (0..before.len()).map(move |b| (n, b))).collect();
    pairs.sort_by_key(|(n, b)| distance(now[*n].1, before[*b]));
    let (mut found, mut used) = (BTreeMap::new(), vec![false; before.len()]);
    for (n, b) in pairs {
        if !used[b] && !found.contains_key(&now[n].0) {
            used[b] = true;
            found.insert(now[n].0, before[b]);
        }
    }
    found
}

/// Lines that are a unit slip beside their counterparts in the nearest filing that has such lines, or alone beyond all that
/// was ever filed of the measure, or very large where nothing was.
fn at_lines(filing: &Converted, history: &[Converted], bounds: &Bounds) -> Vec<Finding> {
    let (mut like, mut most) = (BTreeMap::new(), BTreeMap::<Measure, i64>::new());
    for past in history.iter().take(bounds.history()) {
        let mut sums = BTreeMap::<Measure, i64>::new();
        for ((key, measure), values) in by_key(past) {
            let sum = sums.entry(measure).or_default();
            *sum = values.iter().fold(*sum, |sum, value| sum.saturating_add(*value));
            like.entry((key, measure)).or_insert(values);
        }
        for (measure, sum) in sums {
            let largest = most.entry(measure).or_default();
            *largest = sum.max(*largest);
        }
    }
    let all: Vec<_> = lines(filing).collect();
    let mut groups: BTreeMap<_, Vec<(usize, i64)>> = BTreeMap::new();
    for (n, (_, key, measure, value)) in all.iter().enumerate().filter(|(_, (.., value))| *value > 0) {
        groups.entry((*key, *measure)).or_default().push((n, *value));
    }
    let beside: BTreeMap<usize, i64> = groups.iter().filter_map(|(key, now)| Some(counterparts(now, like.get(key)?))).flatten().collect();
    let mut asked = Vec::new();
    for (n, (at, _, measure, now)) in all.into_iter().enumerate() {
        let compared = match (beside.get(&n).copied(), most.get(&measure).copied()) {
            (Some(before), most) => {
                let slip = bounds.slip(measure, before, now);
                let beyond = most.is_some_and(|most| bounds.is_beyond(measure, most, now));
                (slip.is_some() || beyond).then_some(Compared::Jump { before, now, slip })
            }
            (None, Some(most)) => {
                let slip = bounds.slip(measure, most, now);
                bounds.is_beyond(measure, most, now).then_some(Compared::BeyondAll { most, now, slip })
            }
            (None, None) => bounds.is_large(measure, now).then_some(Compared::LargeFirst { now }),
        };
        asked.extend(compared.map(|compared| Finding { at, compared }));
    }
    asked
}
