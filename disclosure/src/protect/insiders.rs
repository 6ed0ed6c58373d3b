//! Who contributes to the cells of a component, and what follows for them.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    super::{
        problem::{Cell, Group, Problem},
        sensitive::against,
    },
    model::{Insider, Known, above, below, float},
};

/// An owner group, or somebody without a name.
#[derive(Debug, Clone, Default)]
pub struct Contributor {
    /// What it contributes at least, by place.
    amounts: BTreeMap<usize, i64>,
    /// What it contributes just so much to.
    parts: BTreeMap<usize, i64>,
}

/// The contributors without a name. Where a cell names no groups its largest contributor stands for itself: it is known to
/// contribute to every total of the cell, and alone to whatever the cell is the total of if it is alone in the cell.
pub fn unnamed(problem: &Problem, family: &Family) -> Vec<Contributor> {
    let cells = problem.cells.iter().enumerate().filter(|(_, cell)| cell.groups.is_empty() && cell.value != 0);
    let contributor = |(place, cell): (usize, &Cell)| {
        let amount = if cell.is_of_one() { cell.value } else { *cell.largest.first()? };
        Some(Contributor { amounts: family.amounts(problem, place, amount), parts: BTreeMap::from([(place, amount)]) })
    };
    cells.filter_map(contributor).collect()
}

/// The owner groups that contribute to some cells.
fn named(problem: &Problem, cells: &[usize]) -> Vec<Contributor> {
    let mut named: BTreeMap<Group, Contributor> = BTreeMap::new();
    for place in cells {
        for (group, amount) in &problem.cells[*place].groups {
            let contributor = named.entry(*group).or_default();
            contributor.amounts.insert(*place, *amount);
            contributor.parts.insert(*place, *amount);
        }
    }
    named.into_values().collect()
}

/// What the owner groups know of a component's cells, each knowledge once. `demanded` are the cells, by place in the
/// component, from which a distance is asked.
pub fn insiders(problem: &Problem, family: &Family, unnamed: &[Contributor], cells: &[usize], demanded: &BTreeSet<usize>) -> Vec<Insider> {
    let mut seen = BTreeSet::new();
    let computable: Vec<usize> =
        demanded.iter().copied().filter(|cell| family.adds_up(problem, &BTreeMap::new(), cells[*cell], DEPTH)).collect();
    let here = |amounts: &BTreeMap<usize, i64>| -> Vec<(usize, i64)> {
        amounts.iter().filter_map(|(place, amount)| Some((cells.binary_search(place).ok()?, *amount))).collect()
    };
    let insider = |(all, amounts): (&Contributor, Vec<(usize, i64)>)| {
        let known: Vec<Known> = amounts.iter().filter_map(|(cell, amount)| known(&problem.cells[cells[*cell]], *cell, *amount)).collect();
        // of other cells it knows no more than everybody
        let near: BTreeSet<usize> = family.near(&all.amounts).iter().filter_map(|place| cells.binary_search(place).ok()).collect();
        let asked = |cell: &&usize| !problem.cells[cells[**cell]].is_zero_of_some();
        let near: Vec<usize> = near.intersection(demanded).filter(asked).copied().collect();
        let places: Vec<usize> = near.iter().map(|cell| cells[*cell]).collect();
        let above = above_least(problem, family, &all.amounts, &places);
        let owns = |cell: &usize| family.adds_up(problem, &all.amounts, cells[*cell], DEPTH);
        let owned = near.iter().copied().filter(owns).chain(computable.iter().copied()).collect();
        let share = |cell: &usize| {
            let place = cells[*cell];
            let (of, own) = (&problem.cells[place], *all.parts.get(&place)?);
            let part = against(of, own).map(|(distance, whole)| float(distance) / float(whole));
            // where that cannot be told all of it is asked, and for a bound nothing
            let unknown = (family.published.is_some() && !of.count && of.protection.is_none()).then_some(0.0);
            Some((*cell, part.or(unknown)?))
        };
        let share = near.iter().filter_map(share).collect();
        Insider { known, knows: owned, share, above_least: near.into_iter().zip(above).collect() }
    };
    let named = named(problem, cells);
    let distinct = named.iter().chain(unnamed).map(|all| (all, here(&all.amounts)));
    let distinct = distinct.filter(|(all, amounts)| !amounts.is_empty() && seen.insert((amounts.clone(), here(&all.parts))));
    distinct.map(insider).filter(|insider| !insider.known.is_empty()).collect()
}

fn known(of: &Cell, cell: usize, amount: i64) -> Option<Known> {
    let whole = of.is_all(amount) && (of.lower_bound >= 0 || of.is_of_one());
    if whole {
        return Some(Known { cell, below: 0.0, above: 0.0, whole });
    }
    let left = float(i128::from(of.value) - i128::from(amount));
    (of.lower_bound >= 0).then(|| Known { cell, below: left.min(below(of)), above: above(of), whole })
}

/// Which cells are totals of which others, of those that cannot be negative.
pub struct Family {
    /// Totals with their parts.
    sums: Vec<(usize, Vec<usize>)>,
    /// By cell, the sums that it is in.
    with: BTreeMap<usize, Vec<usize>>,
    /// For a bound: cells that may be published in some choice, as if they were. Then nobody is asked more than in any choice.
    published: Option<BTreeSet<usize>>,
}

impl Family {
    pub fn of(problem: &Problem, published: Option<BTreeSet<usize>>) -> Self {
        let mut family = Self { sums: Vec::new(), with: BTreeMap::new(), published };
        for equation in &problem.equations {
            let sum =
                equation.constant == 0 && equation.terms.iter().all(|(place, c)| c.abs() == 1 && problem.cells[*place].lower_bound >= 0);
            for sign in [1, -1] {
                let (one, others): (Vec<_>, Vec<_>) = equation.terms.iter().partition(|(_, coefficient)| *coefficient == sign);
                if let ([(total, _)], true) = (one.as_slice(), sum) {
                    let parts: Vec<usize> = others.iter().map(|(part, _)| *part).collect();
                    for place in parts.iter().chain([total]) {
                        family.with.entry(*place).or_default().push(family.sums.len());
                    }
                    family.sums.push((*total, parts));
                }
            }
        }
        family
    }

    /// Whether everybody knows the value, or would in some choice.
    fn is_fixed(&self, problem: &Problem, place: usize) -> bool {
        let cell = &problem.cells[place];
        cell.rounded.is_none()
            && (cell.is_known() || !cell.can_be_hidden() || self.published.as_ref().is_some_and(|published| published.contains(&place)))
    }

    fn sums_of(&self, place: usize) -> impl Iterator<Item = &(usize, Vec<usize>)> {
        self.with.get(&place).into_iter().flatten().map(|n| &self.sums[*n])
    }

    /// What a contributor of so much to a cell contributes at least to others.
    fn amounts(&self, problem: &Problem, place: usize, amount: i64) -> BTreeMap<usize, i64> {
        let mut amounts = BTreeMap::from([(place, amount)]);
        let mut open = vec![place];
        while let Some(place) = open.pop() {
            for (total, parts) in self.sums_of(place) {
                let parts: Vec<usize> = parts.iter().copied().filter(|part| problem.cells[*part].value != 0).collect();
                let own = parts.iter().filter_map(|part| amounts.get(part)).fold(0, |sum: i64, amount| sum.saturating_add(*amount));
                let of_total = amounts.get(total).copied().unwrap_or(0).max(own);
                // what is its own is so in every part; and a total of one part alone is that part
                let alone = of_total > 0 && problem.cells[*total].is_all(of_total);
                let known = parts.iter().filter(|_| alone || parts.len() == 1);
                let known = known.map(|part| (*part, if alone { problem.cells[*part].value } else { of_total }));
                for (other, amount) in known.chain([(*total, of_total)]).collect::<Vec<_>>() {
                    if amount > amounts.get(&other).copied().unwrap_or(0) {
                        amounts.insert(other, amount);
                        open.push(other);
                    }
                }
            }
        }
        amounts
    }

    /// The cells of which somebody who contributes these amounts may know more than everybody: those, and their totals.
    fn near(&self, amounts: &BTreeMap<usize, i64>) -> BTreeSet<usize> {
        let mut near: BTreeSet<usize> = amounts.keys().copied().collect();
        let mut new: Vec<usize> = near.iter().copied().collect();
        for _ in 0..DEPTH {
            let totals = new.iter().flat_map(|place| self.sums_of(*place)).map(|(total, _)| *total);
            new = totals.filter(|total| near.insert(*total)).collect::<Vec<usize>>();
        }
        near
    }

    /// Whether a cell is all that somebody's who contributes these amounts, or the sum of such cells and of published ones.
    fn adds_up(&self, problem: &Problem, amounts: &BTreeMap<usize, i64>, place: usize, depth: usize) -> bool {
        let cell = &problem.cells[place];
        let fixed = self.is_fixed(problem, place);
        let own = amounts.get(&place).is_some_and(|amount| cell.is_all(*amount)) && cell.value != 0 && cell.lower_bound >= 0;
        let mut sums = self.sums_of(place).filter(|(total, _)| *total == place);
        fixed || own || depth > 0 && sums.any(|(_, parts)| parts.iter().all(|part| self.adds_up(problem, amounts, *part, depth - 1)))
    }

    /// What somebody who contributes these amounts knows each of these cells to be at least: its own part; what everybody
    /// knows, as the value of what is published whatever is chosen; and the sum of that over the parts.
    fn least(&self, problem: &Problem, amounts: &BTreeMap<usize, i64>, place: usize, depth: usize) -> i128 {
        let cell = &problem.cells[place];
        if self.is_fixed(problem, place) {
            return cell.value.into();
        }
        let own = i128::from(amounts.get(&place).copied().unwrap_or(0)).max(cell.lower_bound.into());
        if depth == 0 {
            return own;
        }
        let sums = self.sums_of(place).filter(|(total, _)| *total == place);
        let parts = sums.map(|(_, parts)| parts.iter().map(|part| self.least(problem, amounts, *part, depth - 1)).sum::<i128>());
        parts.max().unwrap_or(own).max(own)
    }
}

/// How deep what is published is added up: quarters to half-years to years, and one for good measure.
const DEPTH: usize = 3;

/// By how much each cell is above what everybody, or somebody who contributes so much, knows it to be at least.
pub fn above_least(problem: &Problem, family: &Family, amounts: &BTreeMap<usize, i64>, cells: &[usize]) -> Vec<f64> {
    let above = |place: &usize| float(i128::from(problem.cells[*place].value) - family.least(problem, amounts, *place, DEPTH));
    cells.iter().map(above).collect()
}
