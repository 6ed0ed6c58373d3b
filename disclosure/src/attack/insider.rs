//! Contributors know what they contributed: a single contributor the whole cell, any other that it is at least so much.

use std::collections::{BTreeMap, BTreeSet};

use num_bigint::BigInt;
use num_rational::BigRational;

use super::{
    super::problem::Cell,
    FeasibilityInterval, Problem,
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

/// An owner group, or somebody without a name, with what it knows by place in the problem.
#[derive(Debug, Clone)]
struct Somebody {
    name: String,
    stakes: BTreeMap<usize, Stake>,
    /// Its part of cells of which just that is known.
    parts: BTreeMap<usize, i64>,
}

/// Whoever contributes, in the order of their names. Where a cell names no groups its largest contributor is one of whom only
/// that is known which follows from sums: see [`follow`].
pub struct Everybody {
    all: Vec<Somebody>,
    /// By place, who has a stake in it.
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

impl Everybody {
    pub fn of(problem: &Problem, sums: &Sums) -> Self {
        let mut named: BTreeMap<&str, Somebody> = BTreeMap::new();
        let mut all = Vec::new();
        for (place, cell) in problem.cells.iter().enumerate() {
            for (group, amount) in &cell.groups {
                let new = || Somebody { name: group.clone(), stakes: BTreeMap::new(), parts: BTreeMap::new() };
                let somebody = named.entry(group).or_insert_with(new);
                somebody.stakes.extend(stake(cell, *amount, cell.groups.len() == 1).map(|stake| (place, stake)));
                somebody.parts.insert(place, *amount);
            }
            if cell.groups.is_empty() && cell.value != 0 {
                let alone = cell.contributors == Some(1) || cell.largest.first() == Some(&cell.value);
                let amount = if alone { Some(cell.value) } else { cell.largest.first().copied() };
                if let Some((amount, stake)) = amount.and_then(|amount| Some((amount, stake(cell, amount, alone)?))) {
                    let stakes = follow(sums, problem, place, stake);
                    all.push(Somebody { name: format!("largest contributor of {}", cell.id), stakes, parts: BTreeMap::from([(place, amount)]) });
                }
            }
        }
        all.extend(named.into_values());
        all.sort_by(|a, b| a.name.cmp(&b.name));
        let mut with: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (n, somebody) in all.iter().enumerate() {
            somebody.stakes.keys().for_each(|place| with.entry(*place).or_default().push(n));
        }
        Self { all, with }
    }

    /// Those who know something of the cells of a component that an outsider cannot infer; each two of them as one, if two
    /// act together. Of the others an outsider, from whom no less is kept, finds out as much. Each knowledge once, with the
    /// first name.
    pub fn who_know_more(&self, least: &Least, component: &Component, inferred: &[&FeasibilityInterval], pairs: bool) -> Vec<Insider> {
        let here: BTreeSet<usize> = component.cells.iter().filter_map(|place| self.with.get(place)).flatten().copied().collect();
        let singles = here.iter().map(|n| self.all[*n].clone());
        let acting: Vec<Somebody> = if pairs { self.pairs(least.view.problem, component) } else { singles.collect() };
        let mut seen = BTreeSet::new();
        let insider = |somebody: &Somebody| {
            let insider = somebody.insider(component, inferred);
            let new = !insider.stakes.is_empty() && seen.insert((insider.stakes.clone(), insider.parts.clone()));
            new.then(|| Insider { adds: least.of_insider(&somebody.stakes), ..insider })
        };
        acting.iter().filter_map(insider).collect()
    }

    /// Each two of those who contribute most to the cells of an equation, as one who knows what both know.
    fn pairs(&self, problem: &Problem, component: &Component) -> Vec<Somebody> {
        let size = |n: usize, place: usize| match self.all[n].stakes.get(&place) {
            Some(Stake::Whole) => problem.cells[place].value,
            Some(Stake::AtLeast(amount)) => *amount,
            None => 0,
        };
        let largest = |place: usize| {
            let mut with: Vec<(i64, usize)> = self.with.get(&place).into_iter().flatten().map(|n| (size(*n, place), *n)).collect();
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
        pairs.into_iter().map(|(one, other)| self.all[one].with(&self.all[other], problem)).collect()
    }
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
