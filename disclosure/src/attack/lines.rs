//! Sums of hidden cells that are told though the cells are not: a total less its known parts, and what two sums tell
//! together. Such a sum must stay as open as a cell of the same contributors.

use std::collections::{BTreeMap, BTreeSet};

use num_bigint::BigInt;
use num_rational::BigRational;

use super::{
    super::problem::{Cell, Equation},
    FeasibilityInterval, Required,
    infer::{Inference, Inferred},
    known::View,
    rules::required_of_sum,
};

/// Cells of a component of which a sum is too open that must not be.
pub fn too_open(inference: &Inference, inferred: &[Inferred]) -> BTreeSet<usize> {
    let (view, cells) = (inference.view, &inference.component.cells);
    let found: Found = cells.iter().copied().zip(inferred.iter().map(|(interval, _)| interval)).collect();
    // what everybody can tell exactly is as good as published
    let exact: BTreeSet<usize> = cells.iter().copied().filter(|place| found[place].is_exact()).collect();
    let with_cells = |equation: &&Equation| equation.terms.iter().any(|(place, _)| found.contains_key(place));
    let mut too_open = BTreeSet::new();
    for (total, parts) in view.problem.equations.iter().filter(with_cells).filter_map(sum) {
        let line = Line { view, exact: &exact, total, parts: &parts };
        if let Some((hidden, required)) = line.too_telling() {
            let least: i128 = hidden.iter().map(|place| inference.least.of(*place)).sum();
            let interval = line.interval(&hidden, &found).unwrap_or_else(|| inference.of_sum(&hidden));
            if !interval.leaves_open(required, least) {
                too_open.extend(hidden);
            }
        }
    }
    for told in of_two_equations(inference, &exact) {
        let cells: Vec<&Cell> = told.iter().map(|place| &view.problem.cells[*place]).collect();
        if required_of_sum(&cells).is_some() {
            too_open.extend(told);
        }
    }
    too_open
}

/// What was found of the cells.
type Found<'a> = BTreeMap<usize, &'a FeasibilityInterval>;

/// A total and its parts, two or more, if that is what an equation says.
fn sum(equation: &Equation) -> Option<(usize, Vec<usize>)> {
    let of_sign = |sign: i64| equation.terms.iter().filter(move |(_, coefficient)| *coefficient == sign).map(|(place, _)| *place);
    let (ones, minus_ones): (Vec<usize>, Vec<usize>) = (of_sign(1).collect(), of_sign(-1).collect());
    if equation.constant != 0 || ones.len() + minus_ones.len() != equation.terms.len() || equation.terms.len() < 3 {
        return None;
    }
    match (ones.as_slice(), minus_ones.as_slice()) {
        ([total], _) => Some((*total, minus_ones)),
        (_, [total]) => Some((*total, ones)),
        _ => None,
    }
}

struct Line<'a> {
    view: &'a View<'a>,
    exact: &'a BTreeSet<usize>,
    total: usize,
    parts: &'a [usize],
}

impl Line<'_> {
    fn is_known(&self, place: usize) -> bool {
        !self.view.unknown.contains(&place) || self.exact.contains(&place)
    }

    /// The hidden parts, two or more, and what must stay open of their sum, if it is too telling.
    fn too_telling(&self) -> Option<(Vec<usize>, Required)> {
        let cell = |place: usize| &self.view.problem.cells[place];
        let parts = || self.parts.iter().copied().filter(|place| !cell(*place).is_nothing());
        let hidden: Vec<usize> = parts().filter(|place| self.view.is_hidden(*place) && !self.is_known(*place)).collect();
        // of all parts together the total says by itself whether it tells too much, if it says anything
        let total = cell(self.total);
        let says = total.count || total.contributors.is_some() || !total.largest.is_empty();
        if hidden.len() < 2 || hidden.len() == parts().count() && says {
            return None;
        }
        let cells: Vec<&Cell> = hidden.iter().map(|place| cell(*place)).collect();
        Some((hidden, required_of_sum(&cells)?))
    }

    /// What the total tells of the hidden parts, if all others are known.
    fn interval(&self, hidden: &[usize], found: &Found) -> Option<FeasibilityInterval> {
        let value = |place: usize| i128::from(self.view.problem.cells[place].value);
        let others = || self.parts.iter().copied().filter(|place| !hidden.contains(place));
        if !others().all(|place| self.is_known(place)) {
            return None;
        }
        let together: i128 = hidden.iter().map(|place| value(*place)).sum();
        let by = BigRational::from(BigInt::from(together - value(self.total)));
        let exactly = FeasibilityInterval::exactly(self.view.problem.cells[self.total].value);
        let total = found.get(&self.total).copied().unwrap_or(&exactly);
        let moved = |end: &Option<BigRational>| end.as_ref().map(|end| end + &by);
        Some(FeasibilityInterval { lower: moved(&total.lower), upper: moved(&total.upper) })
    }
}

/// Sums of hidden cells that two equations tell together: one less the other, or both added, where all cells of one sign are
/// left.
fn of_two_equations(inference: &Inference, exact: &BTreeSet<usize>) -> BTreeSet<Vec<usize>> {
    let places = &inference.component.cells;
    let open = |row: &Vec<(usize, i64)>| -> BTreeMap<usize, i64> {
        row.iter().map(|(local, coefficient)| (places[*local], *coefficient)).filter(|(place, _)| !exact.contains(place)).collect()
    };
    let rows: Vec<BTreeMap<usize, i64>> = inference.component.equations.iter().map(open).collect();
    let mut rows_of: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (n, row) in rows.iter().enumerate().filter(|(_, row)| row.values().all(|coefficient| coefficient.abs() == 1)) {
        for place in row.keys() {
            rows_of.entry(*place).or_default().push(n);
        }
    }
    let mut pairs: BTreeSet<(usize, usize, bool)> = BTreeSet::new();
    for (place, with) in &rows_of {
        for (n, one) in with.iter().enumerate() {
            pairs.extend(with[n + 1..].iter().map(|other| (*one, *other, rows[*one][place] == rows[*other][place])));
        }
    }
    let told = |(one, other, subtract): (usize, usize, bool)| {
        let mut left = rows[one].clone();
        for (place, coefficient) in &rows[other] {
            *left.entry(*place).or_default() += if subtract { -coefficient } else { *coefficient };
        }
        left.retain(|_, coefficient| *coefficient != 0);
        let first = *left.values().next()?;
        let is_sum = left.len() > 1 && left.iter().all(|(place, coefficient)| *coefficient == first && inference.view.is_hidden(*place));
        is_sum.then(|| left.into_keys().collect::<Vec<usize>>())
    };
    pairs.into_iter().filter_map(told).collect()
}
