//! Hidden cells that share no equation tell nothing of each other: the system falls into components.

use std::collections::{BTreeMap, BTreeSet};

use super::Problem;

/// Hidden cells that are connected by equations.
#[derive(Debug, Clone)]
pub struct Component {
    /// Places in the problem, in order.
    pub cells: Vec<usize>,
    /// What the deviations of the cells from their values have to satisfy: coefficients by place in `cells`, sum zero.
    pub equations: Vec<Vec<(usize, i64)>>,
}

/// The components of the hidden cells. Known cells do not deviate, so they drop out of the equations.
pub fn components(problem: &Problem, hidden: &BTreeSet<usize>) -> Vec<Component> {
    let equations: Vec<Vec<(usize, i64)>> = problem
        .equations
        .iter()
        .map(|equation| equation.terms.iter().copied().filter(|(place, _)| hidden.contains(place)).collect::<Vec<_>>())
        .filter(|terms| !terms.is_empty())
        .collect();
    let mut with: BTreeMap<usize, Vec<usize>> = hidden.iter().map(|place| (*place, Vec::new())).collect();
    for (n, equation) in equations.iter().enumerate() {
        for (place, _) in equation {
            with.entry(*place).or_default().push(n);
        }
    }
    let mut seen = BTreeSet::new();
    let mut components = Vec::new();
    for start in hidden {
        if !seen.insert(*start) {
            continue;
        }
        let (mut cells, mut rows, mut open) = (BTreeSet::from([*start]), BTreeSet::new(), vec![*start]);
        while let Some(place) = open.pop() {
            for row in with[&place].iter().filter(|row| rows.insert(**row)) {
                let new = equations[*row].iter().map(|(other, _)| *other).filter(|other| seen.insert(*other));
                open.extend(new.inspect(|other| {
                    cells.insert(*other);
                }));
            }
        }
        let cells: Vec<usize> = cells.into_iter().collect();
        let local = |place: usize| cells.partition_point(|other| *other < place);
        let equations =
            rows.iter().map(|row| equations[*row].iter().map(|(place, coefficient)| (local(*place), *coefficient)).collect()).collect();
        components.push(Component { cells, equations });
    }
    components
}
