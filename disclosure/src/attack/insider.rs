//! Contributors know what they contributed: a single contributor the whole cell, any other that it is at least so much.

use std::collections::{BTreeMap, BTreeSet};

use num_bigint::BigInt;
use num_rational::BigRational;

use super::{
    super::problem::{Cell, Group},
    FeasibilityInterval, Problem,
    component::Component,
    known::{Adds, Least, Stake, Sums},
};

/// Somebody who contributes, with what it knows by place in the problem.
#[derive(Debug, Clone, Default)]
struct Somebody {
    name: String,
    stakes: BTreeMap<usize, Stake>,
    /// Its part of cells of which just that is known.
    parts: BTreeMap<usize, i64>,
}

/// Whoever contributes. Where a cell names no groups its largest contributor is one of whom only that is known which follows
/// from sums: see [`follow`].
pub struct Everybody<'a> {
    problem: &'a Problem,
    unnamed: Vec<Somebody>,
    /// By place, who of the unnamed has a stake in it.
    with: BTreeMap<usize, Vec<usize>>,
}

/// Somebody in a component who knows more of it than an outsider can infer. By place in the component.
#[derive(Debug, Clone)]
pub struct Insider {
    /// Its name, or the part it has where groups are not named.
    pub group: String,
    /// What it knows that an outsider cannot infer.
    pub stakes: BTreeMap<usize, Stake>,
    /// Its part of cells.
    pub parts: BTreeMap<usize, i64>,
    /// Cells that are its own.
    own: BTreeSet<usize>,
    /// What follows by adding up, by place in the problem.
    adds: Adds,
}

impl Insider {
    /// Whether a cell is its own, or the sum of what is its own and of what is published: no secret to it.
    pub fn knows(&self, component: &Component, target: usize) -> bool {
        self.own.contains(&target) || self.adds.exactly.contains(&component.cells[target])
    }

    /// What the insider knows a cell to be at least, before anything is inferred.
    pub fn known(&self, least: &Least, component: &Component, target: usize) -> i128 {
        let place = component.cells[target];
        self.adds.least.get(&place).copied().unwrap_or_else(|| least.of(place))
    }
}

impl<'a> Everybody<'a> {
    pub fn of(problem: &'a Problem, sums: &Sums) -> Self {
        let mut unnamed = Vec::new();
        for (place, cell) in problem.cells.iter().enumerate().filter(|(_, cell)| cell.groups.is_empty() && cell.value != 0) {
            let alone = cell.is_of_one();
            let amount = if alone { Some(cell.value) } else { cell.largest.first().copied() };
            if let Some((amount, stake)) = amount.and_then(|amount| Some((amount, stake(cell, amount, alone)?))) {
                let stakes = follow(sums, problem, place, stake);
                unnamed.push(Somebody {
                    name: format!("largest contributor of {}", cell.id),
                    stakes,
                    parts: BTreeMap::from([(place, amount)]),
                });
            }
        }
        let mut with: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (n, somebody) in unnamed.iter().enumerate() {
            somebody.stakes.keys().for_each(|place| with.entry(*place).or_default().push(n));
        }
        Self { problem, unnamed, with }
    }

    /// Those with a stake in a component, in the order of their names, with what they know of it.
    fn here(&self, component: &Component) -> Vec<Somebody> {
        let mut named: BTreeMap<Group, Somebody> = BTreeMap::new();
        for place in &component.cells {
            let cell = &self.problem.cells[*place];
            for (group, amount) in &cell.groups {
                let name = || self.problem.groups.get(*group as usize).cloned().unwrap_or_default();
                let somebody = named.entry(*group).or_insert_with(|| Somebody { name: name(), ..Somebody::default() });
                somebody.stakes.extend(stake(cell, *amount, cell.groups.len() == 1).map(|stake| (*place, stake)));
                somebody.parts.insert(*place, *amount);
            }
        }
        let unnamed: BTreeSet<usize> = component.cells.iter().filter_map(|place| self.with.get(place)).flatten().copied().collect();
        named.into_values().chain(unnamed.into_iter().map(|n| self.unnamed[n].clone())).collect()
    }

    /// An owner group with everything that it knows of a component.
    pub fn find(&self, name: &str, component: &Component) -> Option<Insider> {
        let group = Group::try_from(self.problem.groups.binary_search_by(|group| group.as_str().cmp(name)).ok()?).ok()?;
        let stakes = component.cells.iter().enumerate().filter_map(|(local, place)| {
            let cell = &self.problem.cells[*place];
            let part = cell.groups.binary_search_by_key(&group, |(group, _)| *group).ok()?;
            Some((local, stake(cell, cell.groups[part].1, cell.groups.len() == 1)?))
        });
        Some(Insider {
            group: name.to_owned(),
            stakes: stakes.collect(),
            parts: BTreeMap::new(),
            own: BTreeSet::new(),
            adds: Adds::default(),
        })
    }

    /// Those who know something of the cells of a component that an outsider cannot infer; each two of them as one, if two
    /// act together. Of the others an outsider, from whom no less is kept, finds out as much. Each knowledge once, with the
    /// first name.
    pub fn who_know_more(&self, least: &Least, component: &Component, inferred: &[&FeasibilityInterval], pairs: bool) -> Vec<Insider> {
        let singles = self.here(component);
        let acting = if pairs { two_by_two(&singles, self.problem, component) } else { singles };
        let mut seen = BTreeSet::new();
        let insider = |somebody: &Somebody| {
            let insider = somebody.insider(component, inferred);
            let new = !insider.stakes.is_empty() && seen.insert((insider.stakes.clone(), insider.parts.clone()));
            new.then(|| Insider { adds: least.of_insider(&somebody.stakes), ..insider })
        };
        acting.iter().filter_map(insider).collect()
    }
}

/// Each two of those who contribute most to the cells of an equation, as one who knows what both know.
fn two_by_two(all: &[Somebody], problem: &Problem, component: &Component) -> Vec<Somebody> {
    let mut of_cells: Vec<Vec<(i64, usize)>> = vec![Vec::new(); component.cells.len()];
    for (n, somebody) in all.iter().enumerate() {
        for (place, stake) in &somebody.stakes {
            let size = match stake {
                Stake::Whole => problem.cells[*place].value,
                Stake::AtLeast(amount) => *amount,
            };
            if let Ok(local) = component.cells.binary_search(place) {
                of_cells[local].push((size, n));
            }
        }
    }
    for largest in &mut of_cells {
        largest.sort_unstable_by(|a, b| b.cmp(a));
        largest.truncate(2);
    }
    let mut pairs: BTreeSet<(usize, usize)> = BTreeSet::new();
    for equation in &component.equations {
        let members: BTreeSet<usize> = equation.iter().flat_map(|(local, _)| &of_cells[*local]).map(|(_, n)| *n).collect();
        for one in &members {
            pairs.extend(members.range(one + 1..).map(|other| (*one, *other)));
        }
    }
    pairs.into_iter().map(|(one, other)| all[one].with(&all[other], problem)).collect()
}

impl Somebody {
    /// What it knows of a component.
    fn insider(&self, component: &Component, inferred: &[&FeasibilityInterval]) -> Insider {
        let here = |place: &usize| component.cells.binary_search(place).ok();
        let more = |local: usize, stake: Stake| match stake {
            Stake::Whole => !inferred[local].is_exact(),
            Stake::AtLeast(amount) => inferred[local].lower.as_ref().is_some_and(|lower| *lower < BigRational::from(BigInt::from(amount))),
        };
        let stakes = self.stakes.iter().filter_map(|(place, stake)| Some((here(place)?, *stake)));
        let stakes: BTreeMap<usize, Stake> = stakes.collect();
        let own = stakes.iter().filter(|(_, stake)| **stake == Stake::Whole).map(|(local, _)| *local).collect();
        let stakes = stakes.into_iter().filter(|(local, stake)| more(*local, *stake)).collect();
        let parts = self.parts.iter().filter_map(|(place, part)| Some((here(place)?, *part))).collect();
        Insider { group: self.name.clone(), stakes, parts, own, adds: Adds::default() }
    }

    /// What it and another know together.
    fn with(&self, other: &Self, problem: &Problem) -> Self {
        let mut stakes = self.stakes.clone();
        for (place, stake) in &other.stakes {
            stakes.entry(*place).and_modify(|own| *own = own.and(*stake, problem.cells[*place].value)).or_insert(*stake);
        }
        // of what the rules keep from two nothing is known: as much as from others
        Self { name: format!("{} and {}", self.name, other.name), stakes, parts: BTreeMap::new() }
    }
}

fn stake(cell: &Cell, amount: i64, alone: bool) -> Option<Stake> {
    match (alone, cell.lower_bound >= 0) {
        (true, _) => Some(Stake::Whole),
        (false, true) => Some(Stake::AtLeast(amount)),
        (false, false) => None, // the others' parts may be negative
    }
}

/// What a contributor knows beside its own cell: it contributes to a total what it contributes to all parts; a total of which
/// all parts are its own is its own, and so are all parts of such a total; and a total with one part that is not zero is that
/// part.
fn follow(sums: &Sums, problem: &Problem, place: usize, stake: Stake) -> BTreeMap<usize, Stake> {
    let mut known = BTreeMap::from([(place, stake)]);
    let mut open = vec![place];
    while let Some(place) = open.pop() {
        for sum in sums.of_cell(place) {
            let parts = || sum.parts.iter().copied().filter(|part| problem.cells[*part].value != 0);
            let amount = |part: usize| match known.get(&part) {
                Some(Stake::Whole) => i128::from(problem.cells[part].value),
                Some(Stake::AtLeast(amount)) => i128::from(*amount),
                None => 0,
            };
            let together: i128 = parts().map(amount).sum();
            let up = match i64::try_from(together) {
                Ok(amount) if amount > 0 && problem.cells[sum.total].is_all(amount) => Some(Stake::Whole),
                Ok(amount) if amount > 0 => Some(Stake::AtLeast(amount)),
                _ => None,
            };
            let down = known.get(&sum.total).copied().filter(|stake| *stake == Stake::Whole || parts().count() == 1);
            open.extend(learn(&mut known, sum.total, up));
            for part in parts() {
                open.extend(learn(&mut known, part, down));
            }
        }
    }
    known
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
