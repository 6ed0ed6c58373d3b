//! Why a problem cannot be protected, and what could be done instead.
//!
//! Cells that were published before, or must be, can make a sensitive cell inferable whatever else is hidden. A smallest
//! set of them that does so by itself is found by hitting sets (Ignatiev et al., 2015): a set that conflicts with the
//! sensitive cell must have a member in each set whose publication is the only thing in the way.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{
    super::{
        attack::{Verdict, attack_hidden},
        problem::{Cell, Equation, Problem, Publication},
        sensitive::{Told, sensitive, told},
    },
    Effort, attempt,
    cover::{Pair, Work},
    model::{Component, More, components},
    moves::TooLarge,
};

/// A problem that cannot be protected by hiding what may be hidden.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Refused {
    /// A sensitive cell that stays too open, by identifier.
    pub cell: String,
    /// All sensitive cells that stay too open when everything is hidden that may be.
    pub open: Vec<String>,
    /// Cells whose publication makes the cell inferable whatever else is hidden.
    pub conflict: Vec<String>,
    /// Whether no smaller set does; otherwise only that none of its members can be left out.
    pub smallest: bool,
    /// What could be done instead.
    pub ways_out: Vec<WayOut>,
}

/// Something that could be done instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Publish the cell together with a neighbour as one figure, and neither alone.
    RollUp,
    /// Hide everything in a sum that the cell belongs to.
    HideRow,
    /// Publish nothing new that is connected with the cell.
    Delay,
}

/// Something that was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct WayOut {
    /// What.
    pub way: Way,
    /// The cells that are rolled up, hidden or delayed.
    pub cells: Vec<String>,
    /// Whether the cell is protected then.
    pub safe: bool,
    /// The weight that is hidden among the connected cells then.
    pub weight_hidden: Option<i128>,
}

/// Questions asked of the solver before a set is given that is only known to have no needless member.
const QUESTIONS: usize = 20_000;
/// Steps of the search for a set that hits all others.
const STEPS: usize = 200_000;
/// Neighbours that a cell is tried to be rolled up with, the lightest first.
const NEIGHBOURS: usize = 8;

/// Explains why the cells are open.
pub fn explain(problem: &Problem, open: Vec<String>, effort: Effort) -> Refused {
    let Some(cell) = open.first().and_then(|id| problem.place(id)) else {
        return Refused { cell: String::new(), open, conflict: Vec::new(), smallest: false, ways_out: Vec::new() };
    };
    let (conflict, smallest) = conflict(problem, cell).unwrap_or_default();
    let ids = |places: &BTreeSet<usize>| places.iter().map(|place| problem.cells[*place].id.clone()).collect::<Vec<_>>();
    let effort = Effort(effort.0 / 50);
    let ways_out = if problem.cells[cell].is_known() {
        let none = |way| WayOut { way, cells: Vec::new(), safe: false, weight_hidden: None };
        [Way::RollUp, Way::HideRow, Way::Delay].map(none).into() // what was told cannot be taken back
    } else {
        let (part, own) = part(problem, cell);
        vec![roll_up(&part, own, effort), hide_row(&part, own, effort), delay(&part, own)]
    };
    Refused { cell: problem.cells[cell].id.clone(), conflict: ids(&conflict), smallest, open, ways_out }
}

fn is_fixed(cell: &Cell) -> bool {
    matches!(cell.publication, Publication::PublishedBefore | Publication::Required)
}

/// The problem in which everything may be hidden.
fn thawed(problem: &Problem) -> Problem {
    let mut thawed = problem.clone();
    thawed.cells.iter_mut().filter(|cell| is_fixed(cell)).for_each(|cell| cell.publication = Publication::Free);
    thawed
}

/// Whether the sensitive cell could be protected if some cells were published and everything else hidden.
struct Oracle<'a> {
    work: Work<'a>,
    cell: usize,
    asked: usize,
}

impl Oracle<'_> {
    fn is_open(&mut self, published: &BTreeSet<usize>) -> Result<bool, TooLarge> {
        self.asked += 1;
        Ok(self.broken(published)?.is_some())
    }

    /// What the cell lacks: the cells that could provide it.
    fn broken(&mut self, published: &BTreeSet<usize>) -> Result<Option<BTreeSet<usize>>, TooLarge> {
        let component = self.work.component;
        let shares: Vec<f64> = (0..component.cells.len()).map(|cell| if published.contains(&cell) { 0.0 } else { 1.0 }).collect();
        let demands = (0..component.demands.len()).filter(|demand| component.demands[*demand].cell == self.cell);
        let insiders = || [None].into_iter().chain((0..component.insiders.len()).map(Some));
        let pairs: Vec<Pair> = demands.flat_map(|demand| insiders().map(move |insider| (demand, insider))).collect();
        for pair in pairs {
            if let Err(lacks) = self.work.check(pair, &shares)? {
                return Ok(Some(lacks.terms.into_iter().map(|(cell, _)| cell).collect()));
            }
        }
        Ok(None)
    }
}

/// A smallest set of fixed cells that makes the cell inferable, and whether it is known to be a smallest one.
fn conflict(problem: &Problem, cell: usize) -> Result<(BTreeSet<usize>, bool), TooLarge> {
    if is_fixed(&problem.cells[cell]) {
        return Ok((BTreeSet::from([cell]), true)); // its own publication
    }
    let all = thawed(problem);
    let components = components(&all, &sensitive(&all), &More::default());
    let with = |component: &Component| Some((component.clone(), component.cells.binary_search(&cell).ok()?));
    let Some((component, local)) = components.iter().find_map(with) else { return Ok((BTreeSet::new(), false)) };
    let fixed: BTreeSet<usize> = (0..component.cells.len()).filter(|n| is_fixed(&problem.cells[component.cells[*n]])).collect();
    let mut oracle = Oracle { work: Work::new(&component)?, cell: local, asked: 0 };
    let Some(lacking) = oracle.broken(&fixed)? else { return Ok((telling(problem, cell), false)) };
    // the cells of one sum are often enough
    let rows = component.rows.iter().filter(|row| row.iter().any(|(other, _)| *other == local));
    let rows = rows.map(|row| row.iter().map(|(other, _)| *other).filter(|other| fixed.contains(other)).collect::<BTreeSet<usize>>());
    let mut candidates: Vec<BTreeSet<usize>> = rows.chain([fixed.intersection(&lacking).copied().collect()]).collect();
    candidates.sort_by_key(BTreeSet::len);
    let mut some = fixed.clone();
    for candidate in candidates {
        if oracle.is_open(&candidate)? {
            some = candidate;
            break;
        }
    }
    for member in some.clone() {
        some.remove(&member);
        if !oracle.is_open(&some)? {
            some.insert(member);
        }
    }
    let smallest = smallest(&mut oracle, &fixed, some.len())?;
    let known = smallest.is_some();
    let places = smallest.unwrap_or(some).into_iter().map(|local| component.cells[local]).collect();
    Ok((places, known))
}

/// The fixed cells of a sum that tells what its hidden parts, of which the cell is one, are together.
fn telling(problem: &Problem, cell: usize) -> BTreeSet<usize> {
    let hidden = |place: usize| !is_fixed(&problem.cells[place]);
    let of_cell = |told: &Told| {
        problem.equations.iter().any(|equation| {
            let has = |place: usize| equation.terms.iter().any(|(other, _)| *other == place);
            has(cell) && has(told.total) && told.others.iter().all(|other| has(*other))
        })
    };
    let told = told(problem, hidden).into_iter().find(of_cell);
    let cells = told.into_iter().flat_map(|told| told.others.into_iter().chain([told.total]));
    cells.filter(|place| is_fixed(&problem.cells[*place]) && problem.cells[*place].value != 0).collect()
}

/// A smallest conflicting set; nothing if too many questions would have to be asked.
fn smallest(oracle: &mut Oracle, fixed: &BTreeSet<usize>, at_most: usize) -> Result<Option<BTreeSet<usize>>, TooLarge> {
    let mut to_hit: Vec<BTreeSet<usize>> = Vec::new();
    loop {
        let mut steps = STEPS;
        let Some(candidate) = (0..=at_most).find_map(|size| hitting(&to_hit, size, &mut steps)) else { return Ok(None) };
        if oracle.is_open(&candidate)? {
            return Ok(Some(candidate));
        }
        let mut harmless = candidate;
        for cell in fixed {
            if oracle.asked > QUESTIONS {
                return Ok(None);
            }
            if harmless.insert(*cell) && oracle.is_open(&harmless)? {
                harmless.remove(cell);
            }
        }
        to_hit.push(fixed.difference(&harmless).copied().collect());
    }
}

/// A set of a size that has a member in each of the sets, the first in order.
fn hitting(sets: &[BTreeSet<usize>], size: usize, steps: &mut usize) -> Option<BTreeSet<usize>> {
    let Some(first) = sets.first() else { return Some(BTreeSet::new()) };
    *steps = steps.saturating_sub(1);
    if size == 0 || *steps == 0 {
        return None;
    }
    first.iter().find_map(|member| {
        let rest: Vec<BTreeSet<usize>> = sets.iter().filter(|set| !set.contains(member)).cloned().collect();
        let mut hits = hitting(&rest, size - 1, steps)?;
        hits.insert(*member);
        Some(hits)
    })
}

/// The cells that are connected with a cell through what is not published before, as a problem of their own, and the place
/// of the cell in it.
fn part(problem: &Problem, cell: usize) -> (Problem, usize) {
    let fixed = |place: &usize| problem.cells[*place].is_known();
    let mut cells = BTreeSet::from([cell]);
    loop {
        let before = cells.len();
        for equation in &problem.equations {
            let open = || equation.terms.iter().map(|(place, _)| *place).filter(|place| !fixed(place) || *place == cell);
            if open().any(|place| cells.contains(&place)) {
                cells.extend(open());
            }
        }
        if cells.len() == before {
            break;
        }
    }
    let places: Vec<usize> = cells.into_iter().collect();
    let local = |place: usize| places.binary_search(&place).ok();
    let equations = problem.equations.iter().filter(|equation| equation.terms.iter().any(|(place, _)| local(*place).is_some()));
    let equations = equations.map(|equation| {
        let constant = |(place, coefficient): &(usize, i64)| i128::from(*coefficient) * i128::from(problem.cells[*place].value);
        let known: i128 = equation.terms.iter().filter(|(place, _)| local(*place).is_none()).map(constant).sum();
        let terms = equation.terms.iter().filter_map(|(place, coefficient)| Some((local(*place)?, *coefficient))).collect();
        Equation { terms, constant: equation.constant - known }
    });
    let part = Problem {
        parameters: problem.parameters,
        equations: equations.collect(),
        cells: places.iter().map(|place| problem.cells[*place].clone()).collect(),
    };
    (part, places.partition_point(|place| *place < cell))
}

/// The cell and a neighbour as one figure, with the neighbour that makes it cheapest.
fn roll_up(part: &Problem, own: usize, effort: Effort) -> WayOut {
    let mut neighbours: BTreeSet<(i64, usize)> = BTreeSet::new();
    for equation in part.equations.iter().filter(|equation| equation.terms.len() > 2) {
        let Some((_, sign)) = equation.terms.iter().find(|(place, _)| *place == own) else { continue };
        let beside = equation.terms.iter().filter(|(place, other)| *place != own && other == sign && !part.cells[*place].is_known());
        neighbours.extend(beside.map(|(place, _)| (part.cells[*place].weight, *place)));
    }
    let tried = neighbours.into_iter().take(NEIGHBOURS).filter_map(|(_, other)| {
        let pattern = attempt(&rolled_up(part, own, other)?, effort).ok()?;
        Some((pattern.weight_hidden, other))
    });
    let best = tried.min();
    let cells = [Some(own), best.map(|(_, other)| other)].into_iter().flatten().map(|place| part.cells[place].id.clone());
    WayOut { way: Way::RollUp, cells: cells.collect(), safe: best.is_some(), weight_hidden: best.map(|(weight, _)| weight) }
}

/// The problem in which two cells are published as their sum only.
fn rolled_up(problem: &Problem, one: usize, other: usize) -> Option<Problem> {
    let mut problem = problem.clone();
    let (a, b) = (problem.cells[one].clone(), problem.cells[other].clone());
    let mut groups = a.groups.clone();
    for (group, amount) in &b.groups {
        *groups.entry(group.clone()).or_default() += amount;
    }
    groups.retain(|_, amount| *amount != 0);
    let mut largest: Vec<i64> = groups.values().copied().collect();
    largest.sort_unstable_by_key(|amount| std::cmp::Reverse(amount.unsigned_abs()));
    let named = !a.groups.is_empty() && !b.groups.is_empty();
    // without names the same company may be the largest in both, and nobody can be in one of them alone
    let at_most = a.contributors.zip(b.contributors).and_then(|(a, b)| a.checked_add(b));
    if !named && at_most.is_none() && !a.count {
        return None;
    }
    let worst = a.largest.iter().zip(&b.largest).map(|(a, b)| a.checked_add(*b)).collect::<Option<Vec<i64>>>()?;
    let together = Cell {
        id: format!("\u{10ffff}{} + {}", a.id, b.id), // the last in order, as cells are kept in order
        value: a.value.checked_add(b.value)?,
        contributors: if named { u32::try_from(groups.len()).ok() } else { at_most },
        largest: if named { largest } else { worst },
        groups: if named { groups } else { BTreeMap::new() },
        weight: a.weight.checked_add(b.weight)?,
        lower_bound: a.lower_bound.checked_add(b.lower_bound)?,
        upper_bound: None,
        publication: Publication::Required,
        count: a.count && b.count,
        protection: None,
    };
    for place in [one, other] {
        problem.cells[place].publication = Publication::Free;
    }
    let place = problem.cells.len();
    problem.cells.push(together);
    let mut terms = vec![(one, 1), (other, 1), (place, -1)];
    terms.sort_unstable();
    problem.equations.push(Equation { terms, constant: 0 });
    Some(problem)
}

/// Everything in a sum that the cell belongs to, in the sum that makes it cheapest.
fn hide_row(part: &Problem, own: usize, effort: Effort) -> WayOut {
    let rows = part.equations.iter().filter(|equation| equation.terms.iter().any(|(place, _)| *place == own));
    let tried = rows.filter_map(|row| {
        let mut open = part.clone();
        let hidden: Vec<usize> = row.terms.iter().map(|(place, _)| *place).filter(|place| !part.cells[*place].is_known()).collect();
        for place in &hidden {
            open.cells[*place].publication = Publication::Free;
        }
        let pattern = attempt(&open, effort).ok()?;
        let all: BTreeSet<usize> = pattern.cells.iter().filter_map(|cell| open.place(&cell.id)).chain(hidden.iter().copied()).collect();
        let safe = attack_hidden(&open, &all).verdict == Verdict::Safe;
        let weight = all.iter().map(|place| i128::from(open.cells[*place].weight)).sum::<i128>();
        safe.then_some((weight, hidden))
    });
    let best = tried.min();
    let cells = best.iter().flat_map(|(_, hidden)| hidden).map(|place| part.cells[*place].id.clone()).collect();
    WayOut { way: Way::HideRow, cells, safe: best.is_some(), weight_hidden: best.map(|(weight, _)| weight) }
}

/// Nothing that is connected with the cell and was not published before.
fn delay(part: &Problem, own: usize) -> WayOut {
    let mut part = part.clone();
    let new: BTreeSet<usize> = (0..part.cells.len()).filter(|place| !part.cells[*place].is_known()).collect();
    for place in &new {
        part.cells[*place].publication = Publication::Free;
    }
    let attacked = attack_hidden(&part, &new);
    let safe = attacked.cells.iter().any(|found| found.id == part.cells[own].id && found.protected);
    let weight = new.iter().map(|place| i128::from(part.cells[*place].weight)).sum();
    WayOut {
        way: Way::Delay,
        cells: new.iter().map(|place| part.cells[*place].id.clone()).collect(),
        safe,
        weight_hidden: safe.then_some(weight),
    }
}
