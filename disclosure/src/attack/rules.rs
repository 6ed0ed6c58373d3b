//! The rules once more, for the attacker alone: what the two largest contributors and everybody could find out from a
//! published value, and which distances keep it from them. Stated apart from [`super::super::sensitive`] on purpose: a
//! mistake in one is found by the other.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{
    file::Parameters,
    problem::{Cell, Equation, Problem, Publication},
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

impl Required {
    /// What leaves both open.
    pub fn and(self, other: Self) -> Self {
        Self { lower: self.lower.min(other.lower), upper: self.upper.max(other.upper), width: self.width.max(other.width), ..self }
    }
}

/// What must stay open of each cell that may not be told.
pub fn required(problem: &Problem) -> BTreeMap<usize, Required> {
    let mut required = BTreeMap::new();
    for (place, cell) in problem.cells.iter().enumerate() {
        let secret = !matches!(cell.publication, Publication::Auxiliary | Publication::StructuralZero | Publication::Empty);
        if let Some(distance) = secret.then(|| too_telling(&Facts::of(cell), problem.parameters)).flatten() {
            required.insert(place, around(cell, distance));
        }
    }
    for equation in &problem.equations {
        for (place, distance) in telling_of_the_rest(problem, equation) {
            let of_the_rest = around(&problem.cells[place], distance);
            required.entry(place).and_modify(|own| *own = own.and(of_the_rest)).or_insert(of_the_rest);
        }
    }
    required
}

/// The ends at a distance from the value; what is impossible anyway need not stay open.
fn around(cell: &Cell, distance: i128) -> Required {
    let value = i128::from(cell.value);
    let (below, above, width) = match cell.protection {
        Some(given) => (given.lower.into(), given.upper.into(), given.sliding.into()),
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
}

impl Facts {
    fn of(cell: &Cell) -> Self {
        Self {
            whole: i128::from(cell.value).abs(),
            count: cell.count,
            contributors: cell.contributors.and_then(|count| usize::try_from(count).ok()),
            amounts: cell.largest.iter().map(|amount| i128::from(*amount).abs()).collect(),
        }
    }

    /// The nth largest amount; zero where it is known that there is none.
    fn amount(&self, n: usize) -> Option<i128> {
        self.amounts.get(n).copied().or_else(|| self.contributors.filter(|count| *count == self.amounts.len()).map(|_| 0))
    }
}

/// The distance to keep from a value that would tell too much; nothing for one that may be published.
fn too_telling(facts: &Facts, parameters: Parameters) -> Option<i128> {
    let percent = i128::from(parameters.p_percent.unwrap_or(10));
    let part_of_whole = (percent * facts.whole).div_euclid(100) + i128::from((percent * facts.whole).rem_euclid(100) != 0);
    let part_of_whole = part_of_whole.max(1);
    let few = |number: i128| parameters.min_contributors.is_some_and(|least| number < i128::from(least));
    if facts.count {
        let small = parameters.min_contributors.map_or(facts.whole < 2, |_| few(facts.whole));
        let tells = small && (facts.whole > 0 || parameters.zero_counts);
        return tells.then_some(part_of_whole);
    }
    if facts.whole == 0 {
        return None;
    }
    let mut distance = 0;
    let alone = facts.contributors == Some(1) || facts.amounts.first() == Some(&facts.whole);
    let few_of_them = facts.contributors.filter(|count| *count > 0).and_then(|count| i128::try_from(count).ok()).is_some_and(few);
    if alone || few_of_them {
        distance = part_of_whole;
    }
    if let (Some(p), Some(first), Some(second)) = (parameters.p_percent, facts.amount(0), facts.amount(1)) {
        // the second-largest knows its own part: the value less that is its estimate of the largest, too high by what all
        // others contribute; this error must reach p% of the largest
        let error = facts.whole - second - first;
        distance = distance.max(above_zero(i128::from(p) * first - 100 * error, 100));
    }
    if let Some(rule) = parameters.dominance {
        let n = usize::try_from(rule.n).unwrap_or(usize::MAX);
        let complete = facts.contributors == Some(facts.amounts.len());
        if complete || n <= facts.amounts.len() {
            // the value would have to be at least this for the largest n to be no more than k% of it
            let together: i128 = facts.amounts.iter().take(n).sum();
            distance = distance.max(above_zero(100 * together - i128::from(rule.k_percent) * facts.whole, rule.k_percent.into()));
        }
    }
    (distance > 0).then_some(distance)
}

/// The quotient rounded up, zero if it is negative.
fn above_zero(numerator: i128, denominator: i128) -> i128 {
    if numerator <= 0 { 0 } else { numerator.div_euclid(denominator) + i128::from(numerator.rem_euclid(denominator) != 0) }
}

/// What must stay open of totals because their hidden parts together, which the total tells, are of too few; and hidden
/// cells of which a published total tells just that.
#[derive(Debug, Default)]
pub struct Lines {
    pub totals: BTreeMap<usize, Required>,
    pub told: BTreeSet<usize>,
}

/// A total and its parts, two or more, if that is what an equation says.
fn sum(equation: &Equation) -> Option<(usize, Vec<usize>)> {
    let of_sign = |sign: i64| equation.terms.iter().filter(move |(_, coefficient)| *coefficient == sign).map(|(place, _)| *place);
    let (ones, minus_ones): (Vec<usize>, Vec<usize>) = (of_sign(1).collect(), of_sign(-1).collect());
    if equation.constant != 0 || ones.len() + minus_ones.len() != equation.terms.len() || equation.terms.len() < 3 {
        return None;
    }
    match (ones.as_slice(), minus_ones.as_slice()) {
        ([total], _) => Some((*total, minus_ones)),
        (_, [total]) => Some((*total, ones)),
        _ => None,
    }
}

/// A published total less its published parts is the sum of the hidden ones: as good as published.
pub fn lines(problem: &Problem, unknown: &BTreeSet<usize>) -> Lines {
    let mut lines = Lines::default();
    for (total, parts) in problem.equations.iter().filter_map(sum) {
        let parts = || parts.iter().copied().filter(|place| problem.cells[*place].value != 0);
        let hidden: Vec<usize> = parts().filter(|place| unknown.contains(place)).collect();
        let cells: Vec<&Cell> = hidden.iter().map(|place| &problem.cells[*place]).collect();
        // of all parts together the total says by itself whether it tells too much, if it says anything
        let of_total = &problem.cells[total];
        let says = of_total.count || of_total.contributors.is_some() || !of_total.largest.is_empty();
        if hidden.len() < 2 || hidden.len() == parts().count() && says {
            continue;
        }
        let Some(distance) = together(&cells).and_then(|facts| too_telling(&facts, problem.parameters)) else { continue };
        if !unknown.contains(&total) {
            lines.told.extend(hidden);
            continue;
        }
        let least = |place: usize| {
            let cell = &problem.cells[place];
            if unknown.contains(&place) { cell.lower_bound } else { cell.value }
        };
        let mut open = around(&Cell { protection: None, ..problem.cells[total].clone() }, distance);
        open.lower = open.lower.max(parts().map(|place| i128::from(least(place))).sum());
        lines.totals.entry(total).and_modify(|other| *other = other.and(open)).or_insert(open);
    }
    lines
}

/// What is known of cells as one: the groups where all name them, else at most how many contribute.
fn together(cells: &[&Cell]) -> Option<Facts> {
    let whole = cells.iter().map(|cell| i128::from(cell.value)).sum::<i128>().abs();
    if cells.iter().all(|cell| cell.count) {
        return Some(Facts { whole, count: true, contributors: None, amounts: Vec::new() });
    }
    if cells.iter().any(|cell| cell.count || cell.publication == Publication::Auxiliary) {
        return None;
    }
    if cells.iter().all(|cell| !cell.groups.is_empty()) {
        let groups: BTreeSet<&String> = cells.iter().flat_map(|cell| cell.groups.keys()).collect();
        let amount_of = |group: &String| cells.iter().filter_map(|cell| cell.groups.get(group)).map(|amount| i128::from(*amount)).sum();
        let mut amounts: Vec<i128> = groups.into_iter().map(amount_of).filter(|amount: &i128| *amount != 0).map(i128::abs).collect();
        amounts.sort_unstable_by(|a, b| b.cmp(a));
        return Some(Facts { whole, count: false, contributors: Some(amounts.len()), amounts });
    }
    let counts = cells.iter().map(|cell| cell.contributors.and_then(|count| usize::try_from(count).ok()));
    let at_most = counts.sum::<Option<usize>>()?;
    Some(Facts { whole, count: false, contributors: Some(at_most), amounts: Vec::new() })
}

/// The parts of a sum that would tell, by subtraction from their total, what a few contributors of the other parts
/// reported. Only where every other part names its groups, and there are two of them or more.
fn telling_of_the_rest(problem: &Problem, equation: &Equation) -> Vec<(usize, i128)> {
    let Some((_, parts)) = sum(equation) else { return Vec::new() };
    let distance_of_the_rest = |part: usize| {
        let rest: Vec<&Cell> = parts.iter().filter(|other| **other != part).map(|other| &problem.cells[*other]).collect();
        let named = rest.iter().all(|cell| !cell.count && (cell.value == 0 || !cell.groups.is_empty()));
        if !named || rest.iter().filter(|cell| cell.value != 0).count() < 2 {
            return None;
        }
        let rest: Vec<&Cell> = rest.into_iter().filter(|cell| cell.value != 0).collect();
        too_telling(&together(&rest)?, problem.parameters)
    };
    let secret = |part: &usize| {
        let cell = &problem.cells[*part];
        cell.value != 0 && !cell.is_known() && cell.publication != Publication::Auxiliary
    };
    parts.iter().copied().filter(secret).filter_map(|part| Some((part, distance_of_the_rest(part)?))).collect()
}
