//! Which cells are sensitive by themselves, by which rule, and its protection levels: how far from the value both ends
//! of what can be inferred must stay.
//!
//! The rules are those of Hundepool et al., *Statistical Disclosure Control* (2012), chapter 4, with owner groups as
//! contributors; their parameters come with the problem. A rule that needs what is not known of a cell is not applied.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    file::Parameters,
    problem::{Cell, Problem, Publication},
};

/// Distance in percent of the value where no p is given.
const DEFAULT_PERCENT: u32 = 10;

/// Why a cell is sensitive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Fewer contributors than the least number.
    FewContributors,
    /// A count of contributors below the least number.
    SmallCount,
    /// The whole is one contribution.
    SingleContributor,
    /// The p% rule: the second-largest contributor could estimate the largest too well.
    PPercent,
    /// The (n, k) rule: the largest contributions are almost the whole.
    Dominance,
    /// Its total less the cell is sensitive.
    Complement,
}

/// A sensitive cell: the first rule that makes it so, and its protection levels (SDC, 4.2) in units of the value:
/// how far both ends of the feasibility interval must stay from the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub struct Sensitive {
    pub reason: Reason,
    pub lower: i128,
    pub upper: i128,
    /// Between both ends of the interval.
    pub sliding: i128,
}

impl Sensitive {
    fn of(cell: &Cell, reason: Reason, distance: i128) -> Self {
        match cell.protection {
            Some(given) => Self { reason, lower: given.lower.into(), upper: given.upper.into(), sliding: given.sliding.into() },
            None => Self { reason, lower: distance, upper: distance, sliding: 0 },
        }
    }

    /// The same with protection levels that are enough for another rule as well.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self {
            reason: self.reason,
            lower: self.lower.max(other.lower),
            upper: self.upper.max(other.upper),
            sliding: self.sliding.max(other.sliding),
        }
    }
}

/// The sensitive cells by their place in the problem.
#[must_use]
pub fn sensitive(problem: &Problem) -> BTreeMap<usize, Sensitive> {
    let by_itself = |(place, cell): (usize, &Cell)| {
        let candidate = !cell.is_known() || cell.publication == Publication::PublishedBefore;
        let (reason, distance) = (candidate && cell.publication != Publication::Auxiliary).then(|| assess(cell, problem.parameters))??;
        Some((place, Sensitive::of(cell, reason, distance)))
    };
    let mut found: BTreeMap<usize, Sensitive> = problem.cells.iter().enumerate().filter_map(by_itself).collect();
    for equation in &problem.equations {
        for (part, others) in sums(&equation.terms, equation.constant) {
            let cell = &problem.cells[part];
            // the complement of one of two parts is the other part, a cell of its own
            let several = others.iter().filter(|place| problem.cells[**place].value != 0).count() > 1;
            if !several || cell.value == 0 || cell.is_known() || cell.publication == Publication::Auxiliary {
                continue;
            }
            let named = others.iter().all(|place| problem.cells[*place].value == 0 || !problem.cells[*place].groups.is_empty());
            let rest = together(others.iter().map(|place| &problem.cells[*place])).filter(|_| named);
            if let Some((_, distance)) = rest.and_then(|rest| assess(&rest, problem.parameters)) {
                let complement = Sensitive::of(cell, Reason::Complement, distance);
                found.entry(part).and_modify(|own| *own = own.with(complement)).or_insert(complement);
            }
        }
    }
    found
}

/// Hidden parts of a total that are together sensitive, while none of the other parts is hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The total.
    pub total: usize,
    /// The parts that are not hidden.
    pub others: Vec<usize>,
    /// To keep from the total's value, if the total is hidden.
    pub distance: i128,
}

/// The sums of hidden cells that would be told by their totals.
#[must_use]
pub fn told(problem: &Problem, hidden: impl Fn(usize) -> bool) -> Vec<Told> {
    let mut found = Vec::new();
    for equation in &problem.equations {
        let Some((total, parts)) = sum(&equation.terms, equation.constant) else { continue };
        let counts = |place: &usize| problem.cells[*place].value != 0;
        let (inside, outside): (Vec<usize>, Vec<usize>) =
            parts.into_iter().partition(|place| hidden(*place) && !problem.cells[*place].is_known());
        let inside: Vec<usize> = inside.into_iter().filter(counts).collect();
        // all parts together are the total, which says by itself whether it is sensitive, if anything is known of it
        let cell = &problem.cells[total];
        let unknown = !cell.count && cell.contributors.is_none() && cell.largest.is_empty();
        if inside.len() < 2 || !outside.iter().any(counts) && !unknown {
            continue;
        }
        let one = together(inside.iter().map(|place| &problem.cells[*place]));
        if let Some((_, distance)) = one.and_then(|one| assess(&one, problem.parameters)) {
            found.push(Told { total, others: outside, distance });
        }
    }
    found
}

/// The first rule by which a cell is sensitive and the largest distance of all that do.
fn assess(cell: &Cell, parameters: Parameters) -> Option<(Reason, i128)> {
    let value = i128::from(cell.value);
    let size = value.abs();
    let percent = parameters.p_percent.unwrap_or(DEFAULT_PERCENT);
    let share = ceil(size * i128::from(percent), 100).max(1);
    if cell.count {
        let least = parameters.min_contributors.unwrap_or(2);
        let small = value < i128::from(least) && (value != 0 || parameters.zero_counts);
        return small.then_some((Reason::SmallCount, share));
    }
    if value == 0 {
        return None;
    }
    let largest = |n: usize| cell.largest.get(n).map(|amount| i128::from(*amount).abs());
    let all_known = cell.contributors.is_some_and(|count| usize::try_from(count) == Ok(cell.largest.len()));
    let few = parameters.min_contributors.zip(cell.contributors).is_some_and(|(least, count)| 0 < count && count < least);
    let single = cell.contributors == Some(1) || largest(0) == Some(size);
    let found = [
        few.then_some((Reason::FewContributors, share)),
        single.then_some((Reason::SingleContributor, share)),
        parameters.p_percent.and_then(|p| {
            let (first, second) = (largest(0)?, largest(1).or(all_known.then_some(0))?);
            let lacking = i128::from(p) * first - 100 * (size - first - second);
            (lacking > 0).then(|| (Reason::PPercent, ceil(lacking, 100)))
        }),
        parameters.dominance.and_then(|rule| {
            let n = usize::try_from(rule.n).ok().filter(|n| all_known || cell.largest.len() >= *n)?;
            let sum: i128 = cell.largest.iter().take(n).map(|amount| i128::from(*amount).abs()).sum();
            let excess = 100 * sum - i128::from(rule.k_percent) * size;
            (excess > 0).then(|| (Reason::Dominance, ceil(excess, rule.k_percent.into())))
        }),
    ];
    let distance = found.iter().flatten().map(|(_, distance)| *distance).max()?;
    found.into_iter().flatten().next().map(|(reason, _)| (reason, distance))
}

/// Rounded up, of numbers that are not negative.
fn ceil(numerator: i128, denominator: i128) -> i128 {
    (numerator + denominator - 1) / denominator
}

/// Each part of a sum with the other parts, if the equation says that a total is the sum of two parts or more.
fn sums(terms: &[(usize, i64)], constant: i128) -> Vec<(usize, Vec<usize>)> {
    let Some((_, parts)) = sum(terms, constant) else { return Vec::new() };
    let others = |part: usize| parts.iter().copied().filter(|other| *other != part).collect();
    parts.iter().map(|part| (*part, others(*part))).collect()
}

/// A total and its parts, if the equation says that, and there are two parts or more.
fn sum(terms: &[(usize, i64)], constant: i128) -> Option<(usize, Vec<usize>)> {
    let with = |sign: i64| terms.iter().filter(|(_, coefficient)| *coefficient == sign).map(|(place, _)| *place).collect::<Vec<_>>();
    let (plus, minus) = (with(1), with(-1));
    match (plus.len(), minus.len()) {
        _ if constant != 0 || plus.len() + minus.len() != terms.len() => None,
        (1, 2..) => Some((plus[0], minus)),
        (2.., 1) => Some((minus[0], plus)),
        _ => None,
    }
}

/// Some cells as one: with their groups where each names them, else with the number of contributors that it can have at
/// most.
fn together<'a>(cells: impl Iterator<Item = &'a Cell>) -> Option<Cell> {
    let cells: Vec<&Cell> = cells.filter(|cell| cell.value != 0).collect();
    let first = *cells.first()?;
    if cells.iter().any(|cell| cell.count != first.count || cell.publication == Publication::Auxiliary) {
        return None;
    }
    let value = cells.iter().try_fold(0_i64, |sum, cell| sum.checked_add(cell.value))?;
    let mut one = Cell { value, groups: BTreeMap::new(), largest: Vec::new(), contributors: None, ..first.clone() };
    if cells.iter().all(|cell| !cell.groups.is_empty()) {
        for (group, amount) in cells.iter().flat_map(|cell| &cell.groups) {
            let sum = one.groups.entry(group.clone()).or_default();
            *sum = sum.checked_add(*amount)?;
        }
        one.groups.retain(|_, amount| *amount != 0);
        one.largest = one.groups.values().copied().collect();
        one.largest.sort_unstable_by_key(|amount| std::cmp::Reverse(amount.unsigned_abs()));
        one.contributors = u32::try_from(one.groups.len()).ok();
    } else if !first.count {
        one.contributors = cells.iter().map(|cell| cell.contributors).sum::<Option<u32>>();
        one.contributors?;
    }
    Some(one)
}
