//! Contributors know what they contributed: a single contributor the whole cell, any other that it is at least so much.

use std::collections::{BTreeMap, BTreeSet};

use super::{super::problem::Cell, Problem, component::Component};

/// What an insider knows of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stake {
    /// Its own amount; the others' are not negative.
    AtLeast(i64),
    /// All of it: nobody else contributes.
    Whole,
}

/// An owner group with what it knows of a component's cells.
#[derive(Debug, Clone)]
pub struct Insider {
    /// Its name, or the part it has where groups are not named.
    pub group: String,
    /// By place in the component.
    pub stakes: BTreeMap<usize, Stake>,
}

impl Insider {
    /// What the insider knows a cell to be at least, before anything is published.
    pub fn known(&self, problem: &Problem, component: &Component, target: usize) -> i128 {
        let bound = problem.cells[component.cells[target]].lower_bound;
        match self.stakes.get(&target) {
            Some(Stake::AtLeast(amount)) => bound.max(*amount).into(),
            _ => bound.into(),
        }
    }
}

/// The insiders of a component in the order of their names. Where a cell names no groups its largest contributor is one of
/// whom only that is known which follows from sums: see [`Sums::follow`].
pub fn of(problem: &Problem, component: &Component, sums: &Sums) -> Vec<Insider> {
    let mut insiders: BTreeMap<String, BTreeMap<usize, Stake>> = BTreeMap::new();
    for (target, place) in component.cells.iter().enumerate() {
        let cell = &problem.cells[*place];
        for (group, amount) in &cell.groups {
            if let Some(stake) = stake(cell, *amount, cell.groups.len() == 1) {
                insiders.entry(group.clone()).or_default().insert(target, stake);
            }
        }
        if cell.groups.is_empty() && cell.value != 0 {
            let alone = cell.contributors == Some(1) || cell.largest.first() == Some(&cell.value);
            let amount = if alone { Some(cell.value) } else { cell.largest.first().copied() };
            if let Some(stake) = amount.and_then(|amount| stake(cell, amount, alone)) {
                let known = sums.follow(problem, *place, stake);
                let local = known.into_iter().filter_map(|(place, stake)| Some((component.cells.binary_search(&place).ok()?, stake)));
                insiders.insert(format!("largest contributor of {}", cell.id), local.collect());
            }
        }
    }
    let mut seen = BTreeSet::new();
    insiders.into_iter().map(|(group, stakes)| Insider { group, stakes }).filter(|insider| seen.insert(insider.stakes.clone())).collect()
}

fn stake(cell: &Cell, amount: i64, alone: bool) -> Option<Stake> {
    match (alone, cell.lower_bound >= 0) {
        (true, _) => Some(Stake::Whole),
        (false, true) => Some(Stake::AtLeast(amount)),
        (false, false) => None, // the others' parts may be negative
    }
}

/// The sums of a problem: totals with their parts that are not zero. None of the cells can be negative.
pub struct Sums(Vec<(usize, Vec<usize>)>);

impl Sums {
    /// Finds the equations that say that one cell is the sum of the others.
    pub fn of(problem: &Problem) -> Self {
        let mut sums = Vec::new();
        for equation in problem.equations.iter().filter(|equation| equation.constant == 0) {
            if equation.terms.iter().any(|(place, coefficient)| coefficient.abs() != 1 || problem.cells[*place].lower_bound < 0) {
                continue;
            }
            for (total, sign) in &equation.terms {
                let others = equation.terms.iter().filter(|(place, _)| place != total);
                if others.clone().all(|(_, other)| other != sign) {
                    sums.push((*total, others.map(|(place, _)| *place).filter(|place| problem.cells[*place].value != 0).collect()));
                }
            }
        }
        Self(sums)
    }

    /// What a contributor knows beside its own cell: it contributes as much to every total; all parts of what is its own
    /// are its own; and a total with one part that is not zero is that part.
    fn follow(&self, problem: &Problem, place: usize, stake: Stake) -> BTreeMap<usize, Stake> {
        let mut known = BTreeMap::from([(place, stake)]);
        loop {
            let before = known.clone();
            for (total, parts) in &self.0 {
                for part in parts {
                    let amount = match known.get(part) {
                        Some(Stake::Whole) => Some(problem.cells[*part].value),
                        Some(Stake::AtLeast(amount)) => Some(*amount),
                        None => None,
                    };
                    let all = amount == Some(problem.cells[*total].value);
                    let up = amount.map(|amount| if all { Stake::Whole } else { Stake::AtLeast(amount) });
                    let down = known.get(total).copied().filter(|stake| *stake == Stake::Whole || parts.len() == 1);
                    learn(&mut known, *total, up);
                    learn(&mut known, *part, down);
                }
            }
            if known == before {
                return known;
            }
        }
    }
}

fn learn(known: &mut BTreeMap<usize, Stake>, place: usize, stake: Option<Stake>) {
    if let Some(stake) = stake {
        let before = known.entry(place).or_insert(stake);
        *before = (*before).max(stake);
    }
}
