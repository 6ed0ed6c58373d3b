//! The rules once more, for the attacker alone: what the two largest contributors and everybody could find out from a
//! published value, and which distances keep it from them. Stated apart from [`super::super::sensitive`] on purpose: a
//! mistake in one is found by the other.

use std::collections::BTreeMap;

use super::super::{
    file::Parameters,
    problem::{Cell, Group, Problem, Publication},
};

/// What an inference must leave open: its ends, and the distance between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Required {
    pub lower: i128,
    pub upper: i128,
    pub width: i128,
    /// The largest value that everybody knows possible.
    pub most: Option<i128>,
}

/// What must stay open of each cell that may not be told.
pub fn required(problem: &Problem) -> BTreeMap<usize, Required> {
    let mut required = BTreeMap::new();
    for (place, cell) in problem.cells.iter().enumerate() {
        required.extend(required_of(cell).map(|required| (place, required)));
    }
    required
}

fn required_of(cell: &Cell) -> Option<Required> {
    let nobodys = matches!(cell.publication, Publication::Auxiliary | Publication::StructuralZero | Publication::Empty);
    let distance = (!nobodys).then(|| too_telling(&Facts::of(cell), cell.rules)).flatten()?;
    Some(around(cell, distance))
}

/// What must stay open of a cell for somebody who contributed so much of it: what others could lose to it. Its own part is no
/// secret to it. Nothing if it may know the cell.
pub fn required_of_contributor(cell: &Cell, own: i64) -> Option<Required> {
    if cell.count || cell.protection.is_some() {
        return required_of(cell);
    }
    Some(around(cell, too_telling(&Facts::of(cell).without(own.into())?, cell.rules)?))
}

/// The ends at a distance from the value; what is impossible anyway need not stay open.
fn around(cell: &Cell, distance: i128) -> Required {
    let value = i128::from(cell.value);
    let (below, above, width) = match cell.protection {
        Some(given) => (given.lower.into(), given.upper.into(), given.sliding.into()),
        // what is known of a change lies around the rounded figure, not around the value: its width is what counts
        None if cell.change => (0, 0, 2 * distance),
        None => (distance, distance, 0),
    };
    let lower = (value - below).max(cell.lower_bound.into());
    let upper = cell.upper_bound.map_or(value + above, |most| (value + above).min(most.into()));
    Required { lower, upper, width, most: cell.upper_bound.map(i128::from) }
}

/// What is known of the contributors of a cell, or of several as one. Amounts without their sign, the largest first.
struct Facts {
    whole: i128,
    count: bool,
    contributors: Option<usize>,
    amounts: Vec<i128>,
    /// The part of whoever looks at it, without its sign.
    own: Option<i128>,
}

impl Facts {
    fn of(cell: &Cell) -> Self {
        Self {
            whole: i128::from(cell.value).abs(),
            count: cell.count,
            contributors: cell.contributors.and_then(|count| usize::try_from(count).ok()),
            amounts: cell.largest.iter().map(|amount| i128::from(*amount).abs()).collect(),
            own: None,
        }
    }

    /// For one of the contributors: the others, of whom nothing is known if its part is none of the known ones.
    fn without(mut self, own: i128) -> Option<Self> {
        let own = own.abs();
        match self.amounts.iter().position(|amount| *amount == own) {
            Some(place) => drop(self.amounts.remove(place)),
            None => self.amounts.clear(),
        }
        if self.contributors == Some(1) {
            return None;
        }
        self.own = Some(own);
        Some(self)
    }

    /// How many of the contributors have an amount among the known ones or could have.
    fn others(&self) -> Option<usize> {
        self.contributors.map(|count| count - usize::from(self.own.is_some()))
    }

    /// The nth largest amount; zero where it is known that there is none.
    fn amount(&self, n: usize) -> Option<i128> {
        self.amounts.get(n).copied().or_else(|| (self.others() == Some(self.amounts.len())).then_some(0))
    }
}

/// The distance to keep from a value that would tell too much; nothing for one that may be published.
fn too_telling(facts: &Facts, parameters: Parameters) -> Option<i128> {
    let percent = i128::from(parameters.p_percent.unwrap_or(10));
    // who has a part of it looks for what is left
    let unknown = (facts.whole - facts.own.unwrap_or(0)).abs();
    let part_of_whole = ((percent * unknown).div_euclid(100) + i128::from((percent * unknown).rem_euclid(100) != 0)).max(1);
    let few = |number: i128| parameters.min_contributors.is_some_and(|least| number < i128::from(least));
    if facts.count {
        let small = parameters.min_contributors.map_or(facts.whole < 2, |_| few(facts.whole));
        let tells = small && (facts.whole > 0 || parameters.zero_counts);
        return tells.then_some(part_of_whole);
    }
    // a zero of one or two that cancel each other out is as telling as any other value
    if facts.whole == 0 && facts.contributors.is_none_or(|count| count == 0) {
        return None;
    }
    let mut distance = 0;
    let alone = facts.others() == Some(1) && facts.own.is_none() || unknown > 0 && facts.amounts.first() == Some(&unknown);
    let few_of_them = facts.contributors.filter(|count| *count > 0).and_then(|count| i128::try_from(count).ok()).is_some_and(few);
    if alone || few_of_them {
        distance = part_of_whole;
    }
    // the second-largest knows its own part, and so does whoever looks: the value less that is an estimate of the largest, too
    // high by what all others contribute; this error must reach p% of the largest
    let estimates = facts.own.or_else(|| facts.amount(1));
    if let (Some(p), Some(first), Some(knows)) = (parameters.p_percent, facts.amount(0), estimates) {
        let error = facts.whole - knows - first;
        distance = distance.max(above_zero(i128::from(p) * first - 100 * error, 100));
    }
    if let Some(rule) = parameters.dominance {
        let n = usize::try_from(rule.n).unwrap_or(usize::MAX);
        let complete = facts.others() == Some(facts.amounts.len());
        if complete || n <= facts.amounts.len() {
            // the value would have to be at least this for the largest n to be no more than k% of it
            let together: i128 = facts.amounts.iter().take(n).sum();
            distance = distance.max(above_zero(100 * together - i128::from(rule.k_percent) * unknown, rule.k_percent.into()));
        }
    }
    (distance > 0).then_some(distance)
}

/// The quotient rounded up, zero if it is negative.
fn above_zero(numerator: i128, denominator: i128) -> i128 {
    if numerator <= 0 { 0 } else { numerator.div_euclid(denominator) + i128::from(numerator.rem_euclid(denominator) != 0) }
}

/// What must stay open of the sum of some hidden cells, if it is too telling by itself.
pub fn required_of_sum(cells: &[&Cell]) -> Option<Required> {
    let some: Vec<&Cell> = cells.iter().copied().filter(|cell| !cell.is_nothing()).collect();
    if some.len() < 2 {
        return None; // a cell, which has its own
    }
    let distance = too_telling(&together(&some)?, some[0].rules)?;
    let value = some.iter().map(|cell| i128::from(cell.value)).sum::<i128>();
    let (ends, width) = if some.iter().all(|cell| cell.change) { (0, 2 * distance) } else { (distance, 0) };
    Some(Required { lower: value - ends, upper: value + ends, width, most: None })
}

/// What is known of cells as one: the groups where all name them, else at most how many contribute.
fn together(cells: &[&Cell]) -> Option<Facts> {
    let whole = cells.iter().map(|cell| i128::from(cell.value)).sum::<i128>().abs();
    if cells.iter().all(|cell| cell.count) {
        return Some(Facts { whole, count: true, contributors: None, amounts: Vec::new(), own: None });
    }
    if cells.iter().any(|cell| cell.count || cell.publication == Publication::Auxiliary) {
        return None;
    }
    if cells.iter().all(|cell| !cell.groups.is_empty()) {
        let mut sums: BTreeMap<Group, i128> = BTreeMap::new();
        for (group, amount) in cells.iter().flat_map(|cell| &cell.groups) {
            *sums.entry(*group).or_default() += i128::from(*amount);
        }
        let mut amounts: Vec<i128> = sums.into_values().filter(|amount| *amount != 0).map(i128::abs).collect();
        amounts.sort_unstable_by(|a, b| b.cmp(a));
        return Some(Facts { whole, count: false, contributors: Some(amounts.len()), amounts, own: None });
    }
    let counts = cells.iter().map(|cell| cell.contributors.and_then(|count| usize::try_from(count).ok()));
    let at_most = counts.sum::<Option<usize>>()?;
    Some(Facts { whole, count: false, contributors: Some(at_most), amounts: Vec::new(), own: None })
}
