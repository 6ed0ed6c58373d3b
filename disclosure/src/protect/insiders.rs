//! Who contributes to the cells of a component, and what follows for them.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    super::problem::{Cell, Problem},
    model::{Insider, Known, above, below, float},
};

/// The owner groups with what they contribute at least, by place. Where a cell names no groups its largest contributor
/// stands for itself: it is known to contribute to every total of the cell, and alone to whatever the cell is the total of
/// if it is alone in the cell.
pub fn everybody(problem: &Problem) -> Vec<BTreeMap<usize, i64>> {
    let mut named: BTreeMap<&str, BTreeMap<usize, i64>> = BTreeMap::new();
    let mut unnamed = Vec::new();
    let family = Family::of(problem);
    for (place, cell) in problem.cells.iter().enumerate() {
        for (group, amount) in &cell.groups {
            named.entry(group).or_default().insert(place, *amount);
        }
        if cell.groups.is_empty() && cell.value != 0 {
            let alone = cell.contributors == Some(1) || cell.largest.first() == Some(&cell.value);
            let amount = if alone { Some(cell.value) } else { cell.largest.first().copied() };
            unnamed.extend(amount.map(|amount| family.amounts(problem, place, amount)));
        }
    }
    named.into_values().chain(unnamed).collect()
}

/// What the owner groups know of a component's cells, each knowledge once.
pub fn insiders(problem: &Problem, everybody: &[BTreeMap<usize, i64>], cells: &[usize]) -> Vec<Insider> {
    let mut seen = BTreeSet::new();
    let here = |amounts: &BTreeMap<usize, i64>| -> Vec<(usize, i64)> {
        amounts.iter().filter_map(|(place, amount)| Some((cells.binary_search(place).ok()?, *amount))).collect()
    };
    let known = |amounts: Vec<(usize, i64)>| {
        let known = amounts.into_iter().filter_map(|(cell, amount)| known(&problem.cells[cells[cell]], cell, amount));
        Insider(known.collect())
    };
    let distinct = everybody.iter().map(here).filter(|amounts| !amounts.is_empty() && seen.insert(amounts.clone()));
    distinct.map(known).filter(|insider| !insider.0.is_empty()).collect()
}

fn known(of: &Cell, cell: usize, amount: i64) -> Option<Known> {
    let alone = of.groups.len() == 1 || of.contributors == Some(1) || of.largest.first() == Some(&of.value);
    let whole = amount == of.value && (of.lower_bound >= 0 || alone);
    if whole {
        return Some(Known { cell, below: 0.0, above: 0.0, whole });
    }
    let left = float(i128::from(of.value) - i128::from(amount));
    (of.lower_bound >= 0).then(|| Known { cell, below: left.min(below(of)), above: above(of), whole })
}

/// Which cells are totals of which others.
struct Family {
    totals: BTreeMap<usize, Vec<usize>>,
    /// By total, the parts in each of its sums.
    parts: BTreeMap<usize, Vec<Vec<usize>>>,
}

impl Family {
    fn of(problem: &Problem) -> Self {
        let mut family = Self { totals: BTreeMap::new(), parts: BTreeMap::new() };
        for equation in &problem.equations {
            let sum =
                equation.constant == 0 && equation.terms.iter().all(|(place, c)| c.abs() == 1 && problem.cells[*place].lower_bound >= 0);
            for sign in [1, -1] {
                let (one, others): (Vec<_>, Vec<_>) = equation.terms.iter().partition(|(_, coefficient)| *coefficient == sign);
                if let ([(total, _)], true) = (one.as_slice(), sum) {
                    let parts: Vec<usize> = others.iter().map(|(part, _)| *part).filter(|part| problem.cells[*part].value != 0).collect();
                    for part in &parts {
                        family.totals.entry(*part).or_default().push(*total);
                    }
                    family.parts.entry(*total).or_default().push(parts);
                }
            }
        }
        family
    }

    /// What a contributor of so much to a cell contributes at least to others.
    fn amounts(&self, problem: &Problem, place: usize, amount: i64) -> BTreeMap<usize, i64> {
        let mut amounts = BTreeMap::from([(place, amount)]);
        let mut open = vec![place];
        while let Some(place) = open.pop() {
            let amount = amounts[&place];
            let totals = self.totals.get(&place).into_iter().flatten().map(|total| (*total, amount));
            let sums = self.parts.get(&place).into_iter().flatten();
            let alone = amount == problem.cells[place].value;
            // what is its own is so in every part; and a total of one part alone is that part
            let parts = sums.filter(|parts| alone || parts.len() == 1).flatten();
            let parts = parts.map(|part| (*part, if alone { problem.cells[*part].value } else { amount }));
            for (other, amount) in totals.chain(parts).collect::<Vec<_>>() {
                let known = amounts.entry(other).or_insert(0);
                if *known < amount {
                    *known = amount;
                    open.push(other);
                }
            }
        }
        amounts
    }
}
