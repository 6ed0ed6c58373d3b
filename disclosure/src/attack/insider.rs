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
    /// By place.
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

/// Whoever contributes, in the order of their names, with what they know by place in the problem. Where a cell names no
/// groups its largest contributor is one of whom only that is known which follows from sums: see [`Sums::follow`].
pub fn everybody(problem: &Problem) -> Vec<Insider> {
    let sums = Sums::of(problem);
    let mut insiders: BTreeMap<String, BTreeMap<usize, Stake>> = BTreeMap::new();
    for (place, cell) in problem.cells.iter().enumerate() {
        for (group, amount) in &cell.groups {
            if let Some(stake) = stake(cell, *amount, cell.groups.len() == 1) {
                insiders.entry(group.clone()).or_default().insert(place, stake);
            }
        }
        if cell.groups.is_empty() && cell.value != 0 {
            let alone = cell.contributors == Some(1) || cell.largest.first() == Some(&cell.value);
            let amount = if alone { Some(cell.value) } else { cell.largest.first().copied() };
            if let Some(stake) = amount.and_then(|amount| stake(cell, amount, alone)) {
                insiders.insert(format!("largest contributor of {}", cell.id), sums.follow(problem, place, stake));
            }
        }
    }
    insiders.into_iter().map(|(group, stakes)| Insider { group, stakes }).collect()
}

/// What everybody knows of a component's cells, by place in the component: each knowledge once, with the first name.
pub fn of(everybody: &[Insider], component: &Component) -> Vec<Insider> {
    let mut seen = BTreeSet::new();
    let local = |insider: &Insider| {
        let stakes = insider.stakes.iter().filter_map(|(place, stake)| Some((component.cells.binary_search(place).ok()?, *stake)));
        Insider { group: insider.group.clone(), stakes: stakes.collect() }
    };
    everybody.iter().map(local).filter(|insider| !insider.stakes.is_empty() && seen.insert(insider.stakes.clone())).collect()
}

fn stake(cell: &Cell, amount: i64, alone: bool) -> Option<Stake> {
    match (alone, cell.lower_bound >= 0) {
        (true, _) => Some(Stake::Whole),
        (false, true) => Some(Stake::AtLeast(amount)),
        (false, false) => None, // the others' parts may be negative
    }
}

/// The sums of a problem: totals with their parts that are not zero. None of the cells can be negative.
struct Sums {
    all: Vec<(usize, Vec<usize>)>,
    /// By cell, the sums in which it is the total or a part.
    with: BTreeMap<usize, Vec<usize>>,
}

impl Sums {
    /// Finds the equations that say that one cell is the sum of the others.
    fn of(problem: &Problem) -> Self {
        let mut sums: Vec<(usize, Vec<usize>)> = Vec::new();
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
        let mut with: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (n, (total, parts)) in sums.iter().enumerate() {
            for place in parts.iter().chain([total]) {
                with.entry(*place).or_default().push(n);
            }
        }
        Self { all: sums, with }
    }

    /// What a contributor knows beside its own cell: it contributes as much to every total; all parts of what is its own
    /// are its own; and a total with one part that is not zero is that part.
    fn follow(&self, problem: &Problem, place: usize, stake: Stake) -> BTreeMap<usize, Stake> {
        let mut known = BTreeMap::from([(place, stake)]);
        let mut open = vec![place];
        while let Some(place) = open.pop() {
            for (total, parts) in self.with.get(&place).into_iter().flatten().map(|n| &self.all[*n]) {
                for part in parts {
                    let amount = match known.get(part) {
                        Some(Stake::Whole) => Some(problem.cells[*part].value),
                        Some(Stake::AtLeast(amount)) => Some(*amount),
                        None => None,
                    };
                    let all = amount == Some(problem.cells[*total].value);
                    let up = amount.map(|amount| if all { Stake::Whole } else { Stake::AtLeast(amount) });
                    let down = known.get(total).copied().filter(|stake| *stake == Stake::Whole || parts.len() == 1);
                    open.extend(learn(&mut known, *total, up));
                    open.extend(learn(&mut known, *part, down));
                }
            }
        }
        known
    }
}

/// Adds to what is known; the place if that is more than before.
fn learn(known: &mut BTreeMap<usize, Stake>, place: usize, stake: Option<Stake>) -> Option<usize> {
    let stake = stake?;
    if known.get(&place).is_some_and(|before| *before >= stake) {
        return None;
    }
    known.insert(place, stake);
    Some(place)
}
