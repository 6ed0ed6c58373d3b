//! Contributors know what they contributed: a single contributor the whole cell, any other that it is at least so much.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    super::problem::Cell,
    Problem,
    component::Component,
    known::{Adds, Least, Sums},
};

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
    /// Its part of cells of which just that is known, by place.
    pub parts: BTreeMap<usize, i64>,
    /// What follows by adding up, by place.
    adds: Adds,
}

impl Insider {
    /// Whether a cell is its own, or the sum of what is its own and of what is published: no secret to it.
    pub fn knows(&self, target: usize) -> bool {
        self.stakes.get(&target) == Some(&Stake::Whole) || self.adds.exactly.contains(&target)
    }

    /// What the insider knows a cell to be at least, before anything is inferred.
    pub fn known(&self, least: &Least, component: &Component, target: usize) -> i128 {
        self.adds.least.get(&target).copied().unwrap_or_else(|| least.of(component.cells[target]))
    }
}

/// Whoever contributes, in the order of their names, with what they know by place in the problem. Where a cell names no
/// groups its largest contributor is one of whom only that is known which follows from sums: see [`follow`].
pub fn everybody(problem: &Problem, sums: &Sums, least: &Least) -> Vec<Insider> {
    let mut insiders: BTreeMap<String, (BTreeMap<usize, Stake>, BTreeMap<usize, i64>)> = BTreeMap::new();
    for (place, cell) in problem.cells.iter().enumerate() {
        for (group, amount) in &cell.groups {
            let (stakes, parts) = insiders.entry(group.clone()).or_default();
            stakes.extend(stake(cell, *amount, cell.groups.len() == 1).map(|stake| (place, stake)));
            parts.insert(place, *amount);
        }
        if cell.groups.is_empty() && cell.value != 0 {
            let alone = cell.contributors == Some(1) || cell.largest.first() == Some(&cell.value);
            let amount = if alone { Some(cell.value) } else { cell.largest.first().copied() };
            if let Some((amount, stake)) = amount.and_then(|amount| Some((amount, stake(cell, amount, alone)?))) {
                let known = (follow(sums, problem, place, stake), BTreeMap::from([(place, amount)]));
                insiders.insert(format!("largest contributor of {}", cell.id), known);
            }
        }
    }
    let insider = |(group, (stakes, parts))| Insider { group, adds: least.of_insider(&stakes), stakes, parts };
    insiders.into_iter().map(insider).collect()
}

/// What everybody knows of a component's cells, by place in the component: each knowledge once, with the first name.
pub fn of(everybody: &[Insider], component: &Component) -> Vec<Insider> {
    let mut seen = BTreeSet::new();
    let here = |place: &usize| component.cells.binary_search(place).ok();
    let local = |insider: &Insider| {
        let stakes = insider.stakes.iter().filter_map(|(place, stake)| Some((here(place)?, *stake)));
        let least = insider.adds.least.iter().filter_map(|(place, least)| Some((here(place)?, *least))).collect();
        let adds = Adds { least, exactly: insider.adds.exactly.iter().filter_map(here).collect() };
        let parts = insider.parts.iter().filter_map(|(place, part)| Some((here(place)?, *part))).collect();
        Insider { group: insider.group.clone(), stakes: stakes.collect(), parts, adds }
    };
    let knows = |insider: &Insider| !insider.stakes.is_empty();
    everybody.iter().map(local).filter(|insider| knows(insider) && seen.insert((insider.stakes.clone(), insider.parts.clone()))).collect()
}

/// Each two of those who contribute most to the cells of an equation, as one who knows what both know.
pub fn pairs(problem: &Problem, everybody: &[Insider], least: &Least, component: &Component) -> Vec<Insider> {
    let size = |insider: &Insider, place: usize| match insider.stakes.get(&place) {
        Some(Stake::Whole) => Some(problem.cells[place].value),
        Some(Stake::AtLeast(amount)) => Some(*amount),
        None => None,
    };
    let largest = |place: usize| {
        let mut with: Vec<(i64, usize)> =
            everybody.iter().enumerate().filter_map(|(n, insider)| Some((size(insider, place)?, n))).collect();
        with.sort_unstable_by(|a, b| b.cmp(a));
        with.into_iter().take(2).map(|(_, n)| n).collect::<Vec<_>>()
    };
    let of_cells: Vec<Vec<usize>> = component.cells.iter().map(|place| largest(*place)).collect();
    let mut pairs: BTreeSet<(usize, usize)> = BTreeSet::new();
    for equation in &component.equations {
        let members: BTreeSet<usize> = equation.iter().flat_map(|(local, _)| &of_cells[*local]).copied().collect();
        for one in &members {
            pairs.extend(members.range(one + 1..).map(|other| (*one, *other)));
        }
    }
    let both = |(one, other): (usize, usize)| {
        let (one, other) = (&everybody[one], &everybody[other]);
        let mut stakes = one.stakes.clone();
        for (place, stake) in &other.stakes {
            stakes.entry(*place).and_modify(|own| *own = own.and(*stake, problem.cells[*place].value)).or_insert(*stake);
        }
        Insider { group: format!("{} and {}", one.group, other.group), adds: least.of_insider(&stakes), stakes, parts: BTreeMap::new() }
    };
    pairs.into_iter().map(both).collect()
}

impl Stake {
    /// What two know of a cell of this value together.
    fn and(self, other: Self, value: i64) -> Self {
        match (self, other) {
            (Self::AtLeast(one), Self::AtLeast(other)) if one.saturating_add(other) < value => Self::AtLeast(one + other),
            _ => Self::Whole,
        }
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
                Ok(amount) if amount > 0 && amount == problem.cells[sum.total].value => Some(Stake::Whole),
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
