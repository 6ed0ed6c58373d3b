//! Why a problem cannot be protected, and what could be done instead.
//!
//! Cells that were published before, or must be, can make a sensitive cell inferable whatever else is hidden. A smallest
//! set of them that does so by itself is found by hitting sets (Ignatiev et al., 2015): a set that conflicts with the
//! sensitive cell must have a member in each set whose publication is the only thing in the way.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{
    super::{
        attack::Attacker,
        problem::{Cell, Equation, Group, Problem, Publication},
        sensitive::{By, sensitive, told},
    },
    Effort, Engine,
    components::components,
    cover::{Pair, Work},
    model::{Component, More},
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
    /// What could be done instead, each tried against the attacker: then the cell and all that are connected with it are safe.
    pub ways_out: Vec<WayOut>,
    /// Whether the effort was used up before anything was found and checked: the open cells are all that are sensitive.
    pub unfinished: bool,
}

impl Refused {
    /// Before the effort was used up nothing was found that is known to be safe.
    pub(super) fn unfinished(open: Vec<String>) -> Self {
        let cell = open.first().cloned().unwrap_or_default();
        Self { cell, open, conflict: Vec::new(), smallest: false, ways_out: Vec::new(), unfinished: true }
    }
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

/// Something that is safe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct WayOut {
    /// What.
    pub way: Way,
    /// The cells that are rolled up, hidden or delayed.
    pub cells: Vec<String>,
    /// The weight that is hidden among the connected cells then.
    pub weight_hidden: i128,
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
        return Refused { unfinished: false, ..Refused::unfinished(open) };
    };
    let (conflict, smallest) = conflict(problem, cell, effort.0 / 8);
    let ids = |places: &BTreeSet<usize>| places.iter().map(|place| problem.cells[*place].id.clone()).collect::<Vec<_>>();
    let effort = Effort(effort.0 / 40);
    // what was told cannot be taken back
    let ways_out = if problem.cells[cell].is_known() { Vec::new() } else { Part::of(problem, cell).ways_out(effort) };
    Refused { cell: problem.cells[cell].id.clone(), conflict: ids(&conflict), smallest, open, ways_out, unfinished: false }
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
    /// Numbers that may be touched before no more is asked than needed.
    most: u64,
}

impl Oracle<'_> {
    fn is_over(&self) -> bool {
        self.asked > QUESTIONS || self.work.moves.work > self.most
    }

    fn is_open(&mut self, published: &BTreeSet<usize>) -> bool {
        self.asked += 1;
        self.broken(published).is_some()
    }

    /// What the cell lacks: the cells that could provide it.
    fn broken(&mut self, published: &BTreeSet<usize>) -> Option<BTreeSet<usize>> {
        let component = self.work.component;
        let shares: Vec<f64> = (0..component.cells.len()).map(|cell| if published.contains(&cell) { 0.0 } else { 1.0 }).collect();
        let demands = (0..component.demands.len()).filter(|demand| component.demands[*demand].cell == self.cell);
        let insiders = || [None].into_iter().chain((0..component.insiders.len()).map(Some));
        let pairs: Vec<Pair> = demands.flat_map(|demand| insiders().map(move |insider| (demand, insider))).collect();
        for pair in pairs {
            if let Err(lacks) = self.work.check(pair, &shares) {
                return Some(lacks.terms.into_iter().map(|(cell, _)| cell).collect());
            }
        }
        None
    }
}

/// A smallest set of fixed cells that makes the cell inferable, and whether it is known to be a smallest one.
fn conflict(problem: &Problem, cell: usize, most: u64) -> (BTreeSet<usize>, bool) {
    if is_fixed(&problem.cells[cell]) {
        return (BTreeSet::from([cell]), true); // its own publication
    }
    let all = thawed(problem);
    let components = components(&all, &sensitive(&all), &More::default(), None);
    let with = |component: &Component| Some((component.clone(), component.cells.binary_search(&cell).ok()?));
    let Some((component, local)) = components.iter().find_map(with) else { return (BTreeSet::new(), false) };
    let fixed: BTreeSet<usize> = (0..component.cells.len()).filter(|n| is_fixed(&problem.cells[component.cells[*n]])).collect();
    let mut oracle = Oracle { work: Work::new(&component), cell: local, asked: 0, most };
    let Some(lacking) = oracle.broken(&fixed) else { return (telling(problem, cell), false) };
    // the cells of one sum are often enough
    let rows = component.rows.iter().filter(|row| row.iter().any(|(other, _)| *other == local));
    let rows = rows.map(|row| row.iter().map(|(other, _)| *other).filter(|other| fixed.contains(other)).collect::<BTreeSet<usize>>());
    let mut candidates: Vec<BTreeSet<usize>> = rows.chain([fixed.intersection(&lacking).copied().collect()]).collect();
    candidates.sort_by_key(BTreeSet::len);
    let mut some = fixed.clone();
    for candidate in candidates {
        if oracle.is_open(&candidate) {
            some = candidate;
            break;
        }
    }
    for member in some.clone() {
        if oracle.is_over() {
            break;
        }
        some.remove(&member);
        if !oracle.is_open(&some) {
            some.insert(member);
        }
    }
    let smallest = smallest(&mut oracle, &fixed, some.len());
    let known = smallest.is_some();
    let places = smallest.unwrap_or(some).into_iter().map(|local| component.cells[local]).collect();
    (places, known)
}

/// The fixed cells that tell what hidden cells, of which the cell is one, are together.
fn telling(problem: &Problem, cell: usize) -> BTreeSet<usize> {
    let hidden = (0..problem.cells.len()).filter(|place| problem.cells[*place].can_be_hidden()).collect();
    let mut told = told(problem, &hidden).into_iter().filter(|told| told.of.contains(&cell));
    let known = told.find_map(|told| if let By::Known(cells) = told.by { Some(cells) } else { None });
    known.into_iter().flatten().filter(|place| is_fixed(&problem.cells[*place]) && !problem.cells[*place].is_nothing()).collect()
}

/// A smallest conflicting set; nothing if too many questions would have to be asked.
fn smallest(oracle: &mut Oracle, fixed: &BTreeSet<usize>, at_most: usize) -> Option<BTreeSet<usize>> {
    let mut to_hit: Vec<BTreeSet<usize>> = Vec::new();
    loop {
        let mut steps = STEPS;
        let candidate = (0..=at_most).find_map(|size| hitting(&to_hit, size, &mut steps))?;
        if oracle.is_open(&candidate) {
            return Some(candidate);
        }
        let mut harmless = candidate;
        for cell in fixed {
            if oracle.is_over() {
                return None;
            }
            if harmless.insert(*cell) && oracle.is_open(&harmless) {
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

/// The cells that are connected with a cell through what is not known, and the problem without what is neither connected nor
/// in an equation with what is.
struct Part<'a> {
    whole: &'a Problem,
    cell: usize,
    /// By place in the whole.
    connected: BTreeSet<usize>,
    problem: Problem,
}

impl<'a> Part<'a> {
    fn of(whole: &'a Problem, cell: usize) -> Self {
        let open = |place: &usize| !whole.cells[*place].is_known();
        let mut connected = BTreeSet::from([cell]);
        loop {
            let before = connected.len();
            for equation in &whole.equations {
                let places = || equation.terms.iter().map(|(place, _)| *place).filter(open);
                if places().any(|place| connected.contains(&place)) {
                    connected.extend(places());
                }
            }
            if connected.len() == before {
                break;
            }
        }
        let with = |equation: &&Equation| equation.terms.iter().any(|(place, _)| connected.contains(place));
        let beside = whole.equations.iter().filter(with).flat_map(|equation| &equation.terms).map(|(place, _)| *place);
        let places: Vec<usize> = beside.chain(connected.iter().copied()).collect::<BTreeSet<usize>>().into_iter().collect();
        let local = |place: usize| places.partition_point(|other| *other < place);
        let terms = |equation: &Equation| equation.terms.iter().map(|(place, coefficient)| (local(*place), *coefficient)).collect();
        let problem = Problem {
            parameters: whole.parameters,
            groups: whole.groups.clone(),
            equations: whole
                .equations
                .iter()
                .filter(with)
                .map(|equation| Equation { terms: terms(equation), ..equation.clone() })
                .collect(),
            cells: places.iter().map(|place| whole.cells[*place].clone()).collect(),
        };
        Self { whole, cell, connected, problem }
    }

    /// What keeps the cell and all that is connected with it safe, as far as it was found.
    fn ways_out(&self, effort: Effort) -> Vec<WayOut> {
        let ways = [self.roll_up(effort), self.hide_row(effort), self.delay(effort)];
        ways.into_iter().flatten().collect()
    }

    fn id(&self, place: usize) -> &str {
        &self.whole.cells[place].id
    }

    /// Whether everything connected is safe in a changed problem where these are hidden. What is not connected is no matter
    /// here and taken for hidden.
    fn is_safe(&self, whole: &Problem, hidden: &BTreeSet<&str>, effort: Effort) -> bool {
        let beyond = |place: usize| whole.place(&self.whole.cells[place].id);
        let others = (0..self.whole.cells.len()).filter(|place| !self.connected.contains(place)).filter_map(beyond);
        let hidden = hidden.iter().filter_map(|id| whole.place(id)).chain(others.filter(|place| whole.cells[*place].can_be_hidden()));
        let Some(attacked) = Attacker::new(whole).attack_within(&hidden.collect(), effort.0) else { return false };
        let here = |id: &str| self.whole.place(id).is_none_or(|place| self.connected.contains(&place));
        attacked.cells.iter().all(|cell| cell.protected || !here(&cell.id))
    }

    /// The cell and a neighbour as one figure, with the neighbour that makes it cheapest.
    fn roll_up(&self, effort: Effort) -> Option<WayOut> {
        let mut neighbours: BTreeSet<(i64, usize)> = BTreeSet::new();
        for equation in self.whole.equations.iter().filter(|equation| equation.terms.len() > 2) {
            let Some((_, sign)) = equation.terms.iter().find(|(place, _)| *place == self.cell) else { continue };
            let beside = equation.terms.iter().filter(|(place, other)| *place != self.cell && other == sign);
            let beside = beside.filter(|(place, _)| !self.whole.cells[*place].is_known());
            neighbours.extend(beside.map(|(place, _)| (self.whole.cells[*place].weight, *place)));
        }
        let tried = neighbours.into_iter().take(NEIGHBOURS).filter_map(|(_, other)| {
            let pair = [self.id(self.cell), self.id(other)];
            let pattern = Engine::new(&rolled_up(&self.problem, pair)?, effort).attempt().ok()?;
            let hidden = pattern.cells.iter().map(|cell| cell.id.as_str()).collect();
            self.is_safe(&rolled_up(self.whole, pair)?, &hidden, effort).then_some((pattern.weight_hidden, other))
        });
        let (weight_hidden, other) = tried.min()?;
        Some(WayOut { way: Way::RollUp, cells: [self.cell, other].map(|place| self.id(place).to_owned()).into(), weight_hidden })
    }

    /// Everything in a sum that the cell belongs to, in the sum that makes it cheapest.
    fn hide_row(&self, effort: Effort) -> Option<WayOut> {
        let rows = self.whole.equations.iter().filter(|equation| equation.terms.iter().any(|(place, _)| *place == self.cell));
        let tried = rows.filter_map(|row| {
            let row: Vec<usize> = row.terms.iter().map(|(place, _)| *place).filter(|place| !self.whole.cells[*place].is_known()).collect();
            let free = |problem: &Problem| {
                let mut free = problem.clone();
                for place in row.iter().filter_map(|place| problem.place(self.id(*place))) {
                    free.cells[place].publication = Publication::Free;
                }
                free
            };
            let problem = free(&self.problem);
            let pattern = Engine::new(&problem, effort).attempt().ok()?;
            let hidden: BTreeSet<&str> =
                pattern.cells.iter().map(|cell| cell.id.as_str()).chain(row.iter().map(|place| self.id(*place))).collect();
            let weight =
                hidden.iter().filter_map(|id| problem.place(id)).map(|place| i128::from(problem.cells[place].weight)).sum::<i128>();
            self.is_safe(&free(self.whole), &hidden, effort).then_some((weight, row))
        });
        let (weight_hidden, row) = tried.min()?;
        Some(WayOut { way: Way::HideRow, cells: row.into_iter().map(|place| self.id(place).to_owned()).collect(), weight_hidden })
    }

    /// Nothing that is connected with the cell and was not published before.
    fn delay(&self, effort: Effort) -> Option<WayOut> {
        let frozen = |cell: &Cell| cell.publication == Publication::PublishedBefore;
        let new: Vec<usize> = self.connected.iter().copied().filter(|place| !frozen(&self.whole.cells[*place])).collect();
        let mut whole = self.whole.clone();
        for place in &new {
            whole.cells[*place].publication = Publication::Free;
        }
        let ids = new.iter().map(|place| self.id(*place));
        let weight_hidden = new.iter().map(|place| i128::from(whole.cells[*place].weight)).sum();
        self.is_safe(&whole, &ids.clone().collect(), effort).then(|| WayOut {
            way: Way::Delay,
            cells: ids.map(str::to_owned).collect(),
            weight_hidden,
        })
    }
}

/// The problem in which two cells are published as their sum only.
fn rolled_up(problem: &Problem, pair: [&str; 2]) -> Option<Problem> {
    let mut problem = problem.clone();
    let (one, other) = (problem.place(pair[0])?, problem.place(pair[1])?);
    let (a, b) = (problem.cells[one].clone(), problem.cells[other].clone());
    let mut sums: BTreeMap<Group, i64> = a.groups.iter().copied().collect();
    for (group, amount) in &b.groups {
        *sums.entry(*group).or_default() += amount;
    }
    let groups: Vec<(Group, i64)> = sums.into_iter().filter(|(_, amount)| *amount != 0).collect();
    let mut largest: Vec<i64> = groups.iter().map(|(_, amount)| *amount).collect();
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
        groups: if named { groups } else { Vec::new() },
        weight: a.weight.checked_add(b.weight)?,
        lower_bound: a.lower_bound.checked_add(b.lower_bound)?,
        upper_bound: None,
        publication: Publication::Required,
        count: a.count && b.count,
        protection: None,
        rounded: None,
        change: a.change && b.change,
        at: None,
        rules: a.rules,
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
