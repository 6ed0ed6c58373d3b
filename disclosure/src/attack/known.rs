//! What is known before anything is inferred: the published values, the bounds that everybody knows, and what follows from
//! both by adding up.

use std::collections::{BTreeMap, BTreeSet};

use super::super::problem::{Problem, Publication};

/// What an insider knows of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stake {
    /// Its own amount; the others' are not negative.
    AtLeast(i64),
    /// All of it: nobody else contributes.
    Whole,
}

impl Stake {
    /// What two know of a cell of this value together.
    pub fn and(self, other: Self, value: i64) -> Self {
        match (self, other) {
            (Self::AtLeast(one), Self::AtLeast(other)) if one.saturating_add(other) < value => Self::AtLeast(one + other),
            _ => Self::Whole,
        }
    }
}

/// A release as the attacker sees it.
pub struct View<'a> {
    pub problem: &'a Problem,
    /// Cells whose value is not published, be it that nothing is or a multiple that is near.
    pub unknown: BTreeSet<usize>,
    hidden: &'a BTreeSet<usize>,
}

impl<'a> View<'a> {
    pub fn new(problem: &'a Problem, hidden: &'a BTreeSet<usize>) -> Self {
        let never = |place: &usize| {
            let cell = &problem.cells[*place];
            cell.publication == Publication::Auxiliary || cell.rounded.is_some()
        };
        let concealed = hidden.iter().copied().filter(|place| !problem.cells[*place].is_known());
        let unknown = concealed.chain((0..problem.cells.len()).filter(never)).collect();
        Self { problem, unknown, hidden }
    }

    /// Whether nothing is published of it.
    pub fn is_hidden(&self, place: usize) -> bool {
        self.unknown.contains(&place) && (self.hidden.contains(&place) || self.problem.cells[place].rounded.is_none())
    }

    /// The least and the largest value that an outsider knows possible before inferring anything.
    pub fn bounds(&self, place: usize) -> (i128, Option<i128>) {
        let cell = &self.problem.cells[place];
        let (lower, upper) = match cell.rounded {
            _ if !self.unknown.contains(&place) => (cell.value, Some(cell.value)),
            Some(rounded) if !self.is_hidden(place) => (rounded.least, Some(rounded.most)),
            _ => (cell.lower_bound, cell.upper_bound),
        };
        (lower.into(), upper.map(i128::from))
    }
}

/// A total and its parts.
#[derive(Debug, Clone)]
pub struct Sum {
    pub total: usize,
    pub parts: Vec<usize>,
}

/// Totals with their parts, where none of the cells can be negative: then a total is at least what some of its parts are.
pub struct Sums {
    pub all: Vec<Sum>,
    /// By cell, the sums in which it is the total or a part.
    with: BTreeMap<usize, Vec<usize>>,
}

impl Sums {
    /// Finds the equations that say that one cell is the sum of the others.
    pub fn of(problem: &Problem) -> Self {
        let mut all: Vec<Sum> = Vec::new();
        for equation in problem.equations.iter().filter(|equation| equation.constant == 0) {
            if equation.terms.iter().any(|(place, coefficient)| coefficient.abs() != 1 || problem.cells[*place].lower_bound < 0) {
                continue;
            }
            for (total, sign) in &equation.terms {
                let others = equation.terms.iter().filter(|(place, _)| place != total);
                if others.clone().all(|(_, other)| other != sign) {
                    all.push(Sum { total: *total, parts: others.map(|(place, _)| *place).collect() });
                }
            }
        }
        let mut with: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (n, sum) in all.iter().enumerate() {
            for place in sum.parts.iter().chain([&sum.total]) {
                with.entry(*place).or_default().push(n);
            }
        }
        Self { all, with }
    }

    /// The sums in which a cell is the total or a part.
    pub fn of_cell(&self, place: usize) -> impl Iterator<Item = &Sum> {
        self.with.get(&place).into_iter().flatten().map(|n| &self.all[*n])
    }
}

/// Rounds of adding up. A table needs as many as its hierarchies are deep.
const DEEPEST: usize = 64;

/// What somebody who contributes knows beside its own figures and what is published: what follows from both by adding up.
#[derive(Debug, Clone, Default)]
pub struct Adds {
    /// What cells are at least, where that is more than an outsider knows.
    pub least: BTreeMap<usize, i128>,
    /// Totals of which every part is published or its own.
    pub exactly: BTreeSet<usize>,
}

/// The least value of each cell for somebody: what is published of it, what is known of it, or the sum of that over its parts.
pub struct Least<'a> {
    view: &'a View<'a>,
    sums: &'a Sums,
    of_outsiders: Vec<i128>,
}

impl<'a> Least<'a> {
    pub fn new(view: &'a View, sums: &'a Sums) -> Self {
        let prior = |place: usize| {
            let cell = &view.problem.cells[place];
            // a rounded figure is what is to be judged, so that it does not count as known beforehand
            if view.unknown.contains(&place) { i128::from(cell.lower_bound) } else { i128::from(cell.value) }
        };
        let mut of_outsiders: Vec<i128> = (0..view.problem.cells.len()).map(prior).collect();
        for _ in 0..DEEPEST {
            let mut changed = false;
            for sum in &sums.all {
                let parts: i128 = sum.parts.iter().map(|part| of_outsiders[*part]).sum();
                if parts > of_outsiders[sum.total] {
                    of_outsiders[sum.total] = parts;
                    changed = true;
                }
            }
            if !changed {
                break;
            }
        }
        Self { view, sums, of_outsiders }
    }

    /// What an outsider knows a cell to be at least.
    pub fn of(&self, place: usize) -> i128 {
        self.of_outsiders[place]
    }

    /// What follows for somebody who contributes.
    pub fn of_insider(&self, stakes: &BTreeMap<usize, Stake>) -> Adds {
        let mut adds = Adds::default();
        let mut open: Vec<(usize, usize)> = Vec::new();
        for (place, stake) in stakes {
            let (amount, whole) = match stake {
                Stake::Whole => (self.view.problem.cells[*place].value.into(), true),
                Stake::AtLeast(amount) => (i128::from(*amount), false),
            };
            if amount > self.of_outsiders[*place] {
                adds.least.insert(*place, amount);
            }
            if amount > self.of_outsiders[*place] || whole {
                open.push((*place, 0));
            }
        }
        while let Some((place, depth)) = open.pop() {
            for sum in self.sums.of_cell(place).filter(|sum| sum.total != place && depth < DEEPEST) {
                let least = |place: &usize| adds.least.get(place).copied().unwrap_or(self.of_outsiders[*place]);
                let is_known = |part: &usize| {
                    !self.view.unknown.contains(part) || stakes.get(part) == Some(&Stake::Whole) || adds.exactly.contains(part)
                };
                let parts: i128 = sum.parts.iter().map(least).sum();
                let exactly = sum.parts.iter().all(is_known);
                let more = parts > least(&sum.total);
                if more {
                    adds.least.insert(sum.total, parts);
                }
                if exactly && adds.exactly.insert(sum.total) || more {
                    open.push((sum.total, depth + 1));
                }
            }
        }
        adds
    }
}
