//! The same intervals by other means: a linear programme in floating point, and counting.

use std::collections::{BTreeMap, BTreeSet};

use disclosure::{file::ProblemFile, problem::Problem};
use microlp::{ComparisonOp, OptimizationDirection, Problem as Programme, SolveOutcome, Variable};
use num_rational::BigRational;
use num_traits::ToPrimitive;

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
pub fn float(number: i64) -> f64 {
    number as f64
}

/// The ends of a hidden cell; none where there is no end.
pub fn interval(problem: &Problem, hidden: &BTreeSet<usize>, id: &str) -> (Option<f64>, Option<f64>) {
    (end(problem, hidden, id, OptimizationDirection::Minimize), end(problem, hidden, id, OptimizationDirection::Maximize))
}

fn end(problem: &Problem, hidden: &BTreeSet<usize>, id: &str, direction: OptimizationDirection) -> Option<f64> {
    let mut programme = Programme::new(direction);
    let mut variables: BTreeMap<usize, Variable> = BTreeMap::new();
    for place in hidden.iter().filter(|place| !problem.cells[**place].is_known()) {
        let cell = &problem.cells[*place];
        let upper = cell.upper_bound.map_or(f64::INFINITY, float);
        variables.insert(*place, programme.add_var(if cell.id == id { 1.0 } else { 0.0 }, (float(cell.lower_bound), upper)));
    }
    let target = problem.place(id).unwrap();
    let Some(variable) = variables.get(&target).copied() else { return Some(float(problem.cells[target].value)) };
    for equation in &problem.equations {
        let (mut terms, mut right) = (Vec::new(), i64::try_from(equation.constant).unwrap());
        for (place, coefficient) in &equation.terms {
            match variables.get(place) {
                Some(variable) => terms.push((*variable, float(*coefficient))),
                None => right -= coefficient * problem.cells[*place].value,
            }
        }
        if !terms.is_empty() {
            programme.add_constraint(terms.as_slice(), ComparisonOp::Eq, float(right));
        }
    }
    match programme.solve() {
        Ok(SolveOutcome::Solution(solution)) => Some(solution[variable]),
        Ok(SolveOutcome::Interrupted(_)) => panic!("no limit was set"),
        Err(microlp::Error::Unbounded) => None,
        Err(error) => panic!("{error}"),
    }
}

pub fn assert_close(exact: Option<&BigRational>, other: Option<f64>) {
    match (exact.map(|exact| exact.to_f64().unwrap()), other) {
        (None, None) => {}
        (Some(exact), Some(other)) => assert!((exact - other).abs() <= 1e-6 * (1.0 + exact.abs()), "{exact} and {other}"),
        (exact, other) => panic!("{exact:?} and {other:?}"),
    }
}

/// Small whole numbers for a table of rows and columns, with their totals.
pub fn fill(file: &mut ProblemFile, rows: usize, columns: usize, seed: u64) {
    let mut values: BTreeMap<String, i64> = BTreeMap::new();
    for row in 0..rows {
        for column in 0..columns {
            let value = i64::try_from(seed.rotate_left(u32::try_from(7 * (row * columns + column)).unwrap()) % 4).unwrap();
            for (row, column) in [(row, column), (rows, column), (row, columns), (rows, columns)] {
                *values.entry(format!("{row}|{column}")).or_default() += value;
            }
        }
    }
    file.cells.iter_mut().for_each(|cell| cell.value = values[&cell.id]);
}

/// The least and largest value of each hidden cell over all tables of whole numbers that agree with what is published.
pub fn count_everything(problem: &Problem, hidden: &BTreeSet<usize>) -> BTreeMap<usize, (i64, i64)> {
    let places: Vec<usize> = hidden.iter().copied().collect();
    let mut values: Vec<i64> = problem.cells.iter().map(|cell| cell.value).collect();
    let mut found = BTreeMap::new();
    count(problem, &places, 0, &mut values, &mut found);
    found
}

fn count(problem: &Problem, places: &[usize], next: usize, values: &mut Vec<i64>, found: &mut BTreeMap<usize, (i64, i64)>) {
    let Some(place) = places.get(next) else {
        let holds = |terms: &[(usize, i64)], right: i128| {
            terms.iter().map(|(place, coefficient)| i128::from(coefficient * values[*place])).sum::<i128>() == right
        };
        if problem.equations.iter().all(|equation| holds(&equation.terms, equation.constant)) {
            for place in places {
                let (least, most) = found.entry(*place).or_insert((values[*place], values[*place]));
                (*least, *most) = ((*least).min(values[*place]), (*most).max(values[*place]));
            }
        }
        return;
    };
    // no cell is larger than what the hidden cells of its row and column can be together: 3 a cell, at most 3 cells
    for value in 0..=9 {
        values[*place] = value;
        // the last of a row follows from the others: stop early when a sum is passed
        let passed = problem.equations.iter().any(|equation| {
            let parts = equation.terms.iter().filter(|(_, coefficient)| *coefficient == equation.terms[0].1);
            let known: i64 = parts.filter(|(other, _)| !places[next + 1..].contains(other)).map(|(other, _)| values[*other]).sum();
            let total =
                equation.terms.iter().find(|(_, coefficient)| *coefficient != equation.terms[0].1).map_or(i64::MAX, |(t, _)| values[*t]);
            known > total
        });
        if !passed {
            count(problem, places, next + 1, values, found);
        }
    }
}
