//! The attacker: what can be inferred of the hidden cells from everything that is published.
//!
//! For each hidden cell the least and the largest value that an outsider, and that any contributor who subtracts what is
//! its own, must think possible. What decides is exact. The attacker shares nothing with the protection but the problem, and a
//! search in floating point of which nothing is believed that is not proven.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use num_bigint::BigInt;
use num_rational::BigRational;

use super::{
    pattern::Pattern,
    problem::{Cell, Problem, Publication},
};

mod component;
mod farthest;
mod infer;
mod insider;
mod known;
mod lines;
mod refine;
mod report;
mod rules;
mod simplex;
#[cfg(test)]
mod tests;

use component::{Component, components};
use infer::{Inference, Worst};
use insider::Everybody;
use known::{Least, Sums, View};
pub use report::{Attack, CellReport, InsiderReport, Verdict};
use rules::{Required, required};

/// The feasibility interval of a cell: what can be inferred of it from everything that is published; no end where nothing limits it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub struct FeasibilityInterval {
    pub lower: Option<BigRational>,
    pub upper: Option<BigRational>,
}

impl FeasibilityInterval {
    fn exactly(value: i64) -> Self {
        let value = Some(BigRational::from(BigInt::from(value)));
        Self { lower: value.clone(), upper: value }
    }

    /// Whether both ends are the same.
    fn is_exact(&self) -> bool {
        self.lower.is_some() && self.lower == self.upper
    }

    /// Whether it leaves no more open than another.
    fn is_within(&self, other: &Self) -> bool {
        let below =
            |a: &Option<BigRational>, b: &Option<BigRational>| b.is_none() || a.as_ref().zip(b.as_ref()).is_some_and(|(a, b)| a >= b);
        let above =
            |a: &Option<BigRational>, b: &Option<BigRational>| b.is_none() || a.as_ref().zip(b.as_ref()).is_some_and(|(a, b)| a <= b);
        below(&self.lower, &other.lower) && above(&self.upper, &other.upper)
    }

    /// Between both ends; nothing if an end is open.
    fn width(&self) -> Option<BigRational> {
        Some(self.upper.as_ref()? - self.lower.as_ref()?)
    }

    /// Whether what must stay open stays open for somebody who knows beforehand that the value is at least `known`.
    fn leaves_open(&self, required: Required, known: i128) -> bool {
        let whole = |number: i128| BigRational::from(BigInt::from(number));
        self.lower.as_ref().is_none_or(|lower| *lower <= whole(required.lower.max(known)))
            && self.upper.as_ref().is_none_or(|upper| whole(required.upper) <= *upper)
            && self.width().is_none_or(|width| {
                // no wider than what is possible anyway
                let possible = required.most.map_or(required.width, |most| required.width.min(most - known));
                whole(possible) <= width
            })
    }
}

/// An identifier in a pattern that the problem does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the pattern hides {0:?}, which is no cell of the problem")]
pub struct UnknownCell(pub String);

/// Attacks what is left open by a pattern.
///
/// # Errors
/// [`UnknownCell`].
pub fn attack(problem: &Problem, pattern: &Pattern) -> Result<Attack, UnknownCell> {
    let mut hidden: BTreeSet<usize> = BTreeSet::new();
    for cell in &pattern.cells {
        hidden.insert(problem.place(&cell.id).ok_or_else(|| UnknownCell(cell.id.clone()))?);
    }
    Ok(attack_hidden(problem, &hidden))
}

/// Attacks what is left open when the cells at these places are hidden.
#[must_use]
pub fn attack_hidden(problem: &Problem, hidden: &BTreeSet<usize>) -> Attack {
    Attacker::new(problem).attack(hidden)
}

/// Attacks what is left open to two contributors who share what they know: the two largest of each cell with those of the
/// cells beside it. For information: the rules do not ask that nobody shares.
#[must_use]
pub fn attack_of_pairs(problem: &Problem, hidden: &BTreeSet<usize>) -> Attack {
    Attacker { pairs: true, ..Attacker::new(problem) }.attack(hidden)
}

/// What it costs to look at a cell that nothing has to be inferred of, in numbers touched.
const READING: u64 = 200;

/// What can be inferred of the cells of a component, and the sums of them that are too open.
type Inferred = (Vec<(FeasibilityInterval, Option<Worst>)>, BTreeSet<usize>);

/// Attacks one choice of hidden cells after another. What was found of a component holds as long as nothing in it changes.
pub(crate) struct Attacker<'a> {
    problem: &'a Problem,
    required: BTreeMap<usize, Required>,
    sums: Rc<Sums>,
    everybody: Everybody<'a>,
    /// Whether two act together.
    pairs: bool,
    /// By the cells of a component and whether each is hidden.
    found: BTreeMap<Vec<(usize, bool)>, Inferred>,
    /// Cells that were not published by earlier releases, and the components that these left.
    earlier: Option<(BTreeSet<usize>, Vec<Component>)>,
    /// What somebody knew of a cell before this release.
    before: BTreeMap<(String, usize), Option<FeasibilityInterval>>,
    /// Numbers touched so far: the measure of work.
    pub work: u64,
}

impl<'a> Attacker<'a> {
    pub fn new(problem: &'a Problem) -> Self {
        let sums = Rc::new(Sums::of(problem));
        let everybody = Everybody::of(problem, &sums);
        Self {
            problem,
            required: required(problem),
            everybody,
            sums,
            pairs: false,
            found: BTreeMap::new(),
            earlier: None,
            before: BTreeMap::new(),
            work: 0,
        }
    }

    pub fn attack(&mut self, hidden: &BTreeSet<usize>) -> Attack {
        self.attack_within(hidden, u64::MAX).unwrap_or_else(|| unreachable!("an attack without limit ends"))
    }

    /// Nothing if more than so many numbers have to be touched.
    pub fn attack_within(&mut self, hidden: &BTreeSet<usize>, most: u64) -> Option<Attack> {
        let end = self.work.saturating_add(most);
        self.work += READING * self.problem.cells.len() as u64;
        let view = View::new(self.problem, hidden);
        let sums = Rc::clone(&self.sums);
        let least = Least::new(&view, &sums);
        let mut found: BTreeMap<usize, (FeasibilityInterval, Option<Worst>)> = BTreeMap::new();
        let mut told: BTreeSet<usize> = BTreeSet::new();
        for component in components(self.problem, &view.unknown) {
            let key: Vec<(usize, bool)> = component.cells.iter().map(|place| (*place, view.is_hidden(*place))).collect();
            if !self.found.contains_key(&key) {
                let inferred = self.infer(&view, &least, &component, end.saturating_sub(self.work))?;
                self.found.insert(key.clone(), inferred);
            }
            let (inferred, lines) = &self.found[&key];
            found.extend(component.cells.iter().copied().zip(inferred.iter().cloned()));
            told.extend(lines.iter());
        }
        // whoever hides what everybody knows, or publishes what is sensitive, hides nothing
        for place in hidden.iter().chain(self.required.keys()) {
            found.entry(*place).or_insert_with(|| (FeasibilityInterval::exactly(self.problem.cells[*place].value), None));
        }
        Some(report::report(self.problem, found, &self.required, &least, &told))
    }

    fn infer(&mut self, view: &View, least: &Least, component: &Component, most: u64) -> Option<Inferred> {
        let (required, everybody) = (&self.required, &self.everybody);
        let inference = Inference { view, least, component, required, everybody, pairs: self.pairs, work: std::cell::Cell::default() };
        let (inferred, work) = inference.all(most);
        self.work += work;
        let inferred = inferred?;
        let lines = lines::too_open(&inference, &inferred);
        self.work += inference.work.get();
        let inferred = component.cells.iter().zip(inferred).map(|(place, (interval, insiders))| (interval, self.worst(*place, insiders)));
        Some((inferred.collect(), lines))
    }

    /// Of the insiders who can infer too much of a cell the one who can infer most. Parts of a change cancel each other out, so
    /// that a change of few may follow, for one of its contributors, from one of many that was published earlier. What was
    /// known before this release it does not tell.
    fn worst(&mut self, place: usize, mut insiders: Vec<Worst>) -> Option<Worst> {
        if self.problem.cells[place].lower_bound < 0 && !self.pairs {
            insiders.retain(|insider| !self.known_before(&insider.group, place).is_some_and(|before| before.is_within(&insider.interval)));
        }
        let narrower = |a: &Worst, b: &Worst| match (a.interval.width(), b.interval.width()) {
            (Some(a), Some(b)) => a < b,
            (a, b) => a.is_some() && b.is_none(),
        };
        insiders.into_iter().reduce(|worst, other| if narrower(&other, &worst) { other } else { worst })
    }

    /// What somebody could infer of a cell from earlier releases alone.
    fn known_before(&mut self, name: &str, place: usize) -> Option<&FeasibilityInterval> {
        let key = (name.to_owned(), place);
        if !self.before.contains_key(&key) {
            let problem = self.problem;
            let (new, components) = self.earlier.get_or_insert_with(|| {
                let earlier = |cell: &Cell| cell.is_known() || cell.publication == Publication::PublishedBefore;
                let new = problem.cells.iter().enumerate().filter(|(_, cell)| !earlier(cell)).map(|(place, _)| place).collect();
                let components = components(problem, &View::new(problem, &new).unknown);
                (new, components)
            });
            let view = View::new(problem, new);
            let least = Least::new(&view, &self.sums);
            let component = components.iter().find(|component| component.cells.binary_search(&place).is_ok());
            let before = component.and_then(|component| {
                let (required, everybody) = (&self.required, &self.everybody);
                let work = std::cell::Cell::default();
                let inference = Inference { view: &view, least: &least, component, required, everybody, pairs: false, work };
                let before = inference.of_insider(name, place);
                self.work += inference.work.get();
                before
            });
            self.before.insert(key.clone(), before);
        }
        self.before[&key].as_ref()
    }
}
