//! Soft edits: what looks like a slip of the hand, asked about before sending.
//!
//! Each measure is held against the resident's own history, and so is each line against its counterpart: a unit mistaken
//! for another makes a ratio near 10, 100, 1,000, a million or the price of a dollar in soums; anything beyond
//! [`BEYOND`] times the history is a jump. The bounds are those of `docs/edits.md`: 350–1,350 around a thousand, the same
//! width around the others.

use std::collections::BTreeMap;

use super::{Compared, Finding};
use crate::{
    classification::{Activity, Country},
    codes::codes,
    content::{Converted, PeopleCount, Totals},
    form::{Field, FieldPath, Section},
    measure::{Measure, Unit},
    money::Currency,
    quarter::Quarter,
    region::Region,
};

codes! {
    /// Which units may have been taken for each other, by the ratio.
    Slip {
        /// A digit too many or too few.
        Ten = "10",
        /// Minor units taken for whole ones.
        Hundred = "100",
        /// Thousands.
        Thousand = "1000",
        /// Soums and dollars.
        ExchangeRate = "rate",
        /// Millions.
        Million = "1000000",
    }
}

impl Slip {
    /// The ratios that are near it, both ends included, in thousandths.
    const fn width(self) -> (i64, i64) {
        match self {
            Self::Ten => (8_000, 12_500),
            Self::Hundred => (70_000, 135_000),
            Self::Thousand => (350_000, 1_350_000),
            Self::ExchangeRate => (8_000_000, 16_000_000),
            Self::Million => (350_000_000, 1_350_000_000),
        }
    }
}

/// How many times the largest, or which part of the smallest, of the history is a jump by itself.
pub const BEYOND: i64 = 5;
/// How many quarters of history are looked at.
pub const HISTORY: usize = 8;

/// What is held against the history.
const COMPARED: [Measure; 4] = [Measure::ExportsUsd, Measure::DomesticUzs, Measure::Payroll, Measure::EMPLOYEES];

/// Below this neither side is worth a question: $5,000, 50 million soums, 20 people.
const fn floor(measure: Measure) -> i64 {
    match measure.unit() {
        Unit::Cents => 500_000,
        Unit::Tiyin => 5_000_000_000,
        Unit::Number => 20,
    }
}

/// From here on a value is asked about if there is no history to hold it against: $2 million, 25 billion soums, 10 billion
/// of wages, 500 people a quarter are more than all but a few dozen residents reach.
const fn large(measure: Measure) -> i64 {
    match (measure, measure.unit()) {
        (Measure::Payroll, _) => 1_000_000_000_000,
        (_, Unit::Cents) => 200_000_000,
        (_, Unit::Tiyin) => 2_500_000_000_000,
        (_, Unit::Number) => 500,
    }
}

/// What is asked about a filing of `quarter`. `history` holds what the resident has filed, the nearest first: of an amendment the
/// version in force, then the quarters before. `tolerance` is how far books and lines may differ, in hundredths of a percent
/// of the larger.
///
/// Domestic services of 388 million soums after 388 billion are asked about as thousands; books of 1,000 beside lines of
/// 1,005 are not asked about at a tolerance of 1%.
pub fn soft(quarter: Quarter, filing: &Converted, totals: &Totals, history: &[Converted], tolerance: i64) -> Vec<Finding> {
    let mut asked = Vec::new();
    if books_differ(totals, tolerance) {
        let compared = Compared::BooksDiffer { books: totals.books, lines: totals.services };
        asked.push(Finding { at: FieldPath::Books, compared });
    }
    let lines = at_lines(filing, history);
    let past: Vec<Totals> = history.iter().take(HISTORY).filter_map(|filing| filing.totals().ok()).collect();
    for measure in COMPARED {
        let of_lines = lines.iter().filter(|finding| finding.at.measure() == Some(measure));
        let of_total = of_total(measure, totals, &past);
        // a large line says it already of its total
        let said = of_lines.clone().any(|finding| matches!(finding.compared, Compared::LargeFirst { .. }));
        let of_total = of_total.filter(|compared| !said || !matches!(compared, Compared::LargeFirst { .. }));
        asked.extend(of_total.map(|compared| Finding { at: FieldPath::Total(measure), compared }));
        asked.extend(of_lines.cloned());
    }
    asked.retain(|finding| finding.edit().applies_to(quarter));
    asked
}

fn books_differ(totals: &Totals, tolerance: i64) -> bool {
    let (books, lines) = (i128::from(totals.books.0), i128::from(totals.services.0));
    (books - lines).abs() * 10_000 > books.max(lines) * i128::from(tolerance)
}

fn of_total(measure: Measure, totals: &Totals, past: &[Totals]) -> Option<Compared> {
    let now = totals.of(measure);
    let known: Vec<i64> = past.iter().map(|totals| totals.of(measure)).filter(|value| *value > 0).collect();
    let Some(before) = known.first().copied() else {
        return (now >= large(measure)).then_some(Compared::LargeFirst { now });
    };
    if now == 0 {
        // forgotten lines look like this; who had none the last time either is not asked again
        let had = past.first().map_or(0, |last| last.of(measure));
        return (had >= floor(measure)).then_some(Compared::Jump { before: had, now, slip: None });
    }
    let slip = slip(measure, before, now);
    let most = known.iter().copied().max().unwrap_or(before);
    let least = known.iter().copied().min().unwrap_or(before);
    let beyond = now.max(before) >= floor(measure) && (now / BEYOND >= most || now <= least / BEYOND);
    (slip.is_some() || beyond).then_some(Compared::Jump { before, now, slip })
}

/// The units that may have been mixed up between two values.
fn slip(measure: Measure, before: i64, now: i64) -> Option<Slip> {
    let (small, large) = (before.min(now), before.max(now));
    if small <= 0 || large < floor(measure) {
        return None;
    }
    let ratio = distance(large, small);
    let near = |slip: &Slip| (i128::from(slip.width().0)..=i128::from(slip.width().1)).contains(&ratio);
    Slip::ALL.iter().copied().find(near)
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

/// How many times the larger is the smaller, in thousandths.
fn distance(one: i64, other: i64) -> i128 {
    i128::from(one.max(other)) * 1_000 / i128::from(one.min(other).max(1))
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
fn at_lines(filing: &Converted, history: &[Converted]) -> Vec<Finding> {
    let (mut like, mut most) = (BTreeMap::new(), BTreeMap::<Measure, i64>::new());
    for past in history.iter().take(HISTORY) {
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
                let slip = slip(measure, before, now);
                let beyond = most.is_some_and(|most| is_beyond(measure, most, now));
                (slip.is_some() || beyond).then_some(Compared::Jump { before, now, slip })
            }
            (None, Some(most)) => {
                let slip = slip(measure, most, now);
                is_beyond(measure, most, now).then_some(Compared::BeyondAll { most, now, slip })
            }
            (None, None) => (now >= large(measure)).then_some(Compared::LargeFirst { now }),
        };
        asked.extend(compared.map(|compared| Finding { at, compared }));
    }
    asked
}

/// Whether a line alone is a jump beyond the most that a filing ever held.
fn is_beyond(measure: Measure, most: i64, now: i64) -> bool {
    now >= floor(measure) && now / BEYOND >= most
}
