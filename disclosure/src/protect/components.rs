//! The components of a problem: cells that are connected through what could be hidden, with what has to be kept open in them.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    super::{
        linear::Room,
        problem::{Problem, Publication},
        sensitive::Sensitive,
    },
    insiders::{self, Contributor, Family},
    model::{Component, Demand, More, Side, above, below, float},
};

/// The components with something to protect; for a bound with the cells that may be published in some choice.
pub fn components(
    problem: &Problem,
    sensitive: &BTreeMap<usize, Sensitive>,
    more: &More,
    published: Option<BTreeSet<usize>>,
) -> Vec<Component> {
    let hideable = |place: &usize| {
        let cell = &problem.cells[*place];
        cell.rounded.is_some() || cell.can_be_hidden()
    };
    let rows: Vec<Vec<(usize, i64)>> = problem
        .equations
        .iter()
        .map(|equation| equation.terms.iter().copied().filter(|(place, _)| hideable(place)).collect::<Vec<_>>())
        .filter(|row| !row.is_empty())
        .collect();
    let mut root: Vec<usize> = (0..problem.cells.len()).collect();
    for row in &rows {
        for pair in row.windows(2) {
            let (a, b) = (find(&mut root, pair[0].0), find(&mut root, pair[1].0));
            root[a.max(b)] = a.min(b);
        }
    }
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for place in (0..problem.cells.len()).filter(hideable) {
        members.entry(find(&mut root, place)).or_default().push(place);
    }
    let mut rows_of: BTreeMap<usize, Vec<Vec<(usize, i64)>>> = BTreeMap::new();
    for row in rows {
        rows_of.entry(find(&mut root, row[0].0)).or_default().push(row);
    }
    let family = Family::of(problem, published);
    let unnamed = insiders::unnamed(problem, &family);
    members
        .into_iter()
        .filter(|(_, cells)| cells.iter().any(|place| sensitive.contains_key(place)))
        .map(|(root, cells)| component(problem, sensitive, more, (&family, &unnamed), cells, rows_of.remove(&root).unwrap_or_default()))
        .collect()
}

fn find(root: &mut [usize], mut place: usize) -> usize {
    while root[place] != place {
        root[place] = root[root[place]];
        place = root[place];
    }
    place
}

fn component(
    problem: &Problem,
    sensitive: &BTreeMap<usize, Sensitive>,
    more: &More,
    (family, unnamed): (&Family, &[Contributor]),
    cells: Vec<usize>,
    mut rows: Vec<Vec<(usize, i64)>>,
) -> Component {
    for (place, _) in rows.iter_mut().flatten() {
        *place = cells.partition_point(|other| other < place);
    }
    let of = |place: &usize| &problem.cells[*place];
    let is_rounded = |place: &usize| of(place).rounded.is_some() && !more.hidden.contains(place);
    let shown = |place: &usize| of(place).rounded.filter(|_| is_rounded(place));
    let end = |a: i64, b: i64| float(i128::from(a) - i128::from(b));
    let room = Room {
        below: cells
            .iter()
            .map(|place| shown(place).map_or_else(|| below(of(place)), |rounded| end(of(place).value, rounded.least)))
            .collect(),
        above: cells
            .iter()
            .map(|place| shown(place).map_or_else(|| above(of(place)), |rounded| end(rounded.most, of(place).value)))
            .collect(),
    };
    let demands = demands(problem, sensitive, more, family, &cells);
    let demanded = demands.iter().map(|demand| demand.cell).collect();
    let here = |sum: &Vec<usize>| sum.iter().map(|place| cells.binary_search(place).ok()).collect::<Option<Vec<usize>>>();
    let sums: Vec<Vec<usize>> = more.sums.iter().filter_map(here).collect();
    let always = |place: &usize| {
        sensitive.contains_key(place)
            || more.hidden.contains(place)
            || more.totals.contains_key(place)
            || of(place).rounded.is_some()
            || matches!(of(place).publication, Publication::Auxiliary | Publication::Withheld)
    };
    let mut component = Component {
        insiders: insiders::insiders(problem, family, unnamed, &cells, &demanded),
        // what is published of a rounded figure is not hidden
        weight: cells.iter().map(|place| if is_rounded(place) { 0 } else { of(place).weight }).collect(),
        always: cells.iter().map(always).collect(),
        cells,
        rows,
        room,
        demands,
    };
    for sum in &sums {
        component.conceal(sum);
    }
    component
}

impl Component {
    /// Asks that the sum of some cells is not told.
    fn conceal(&mut self, cells: &[usize]) {
        let sum = self.weight.len();
        self.weight.push(0);
        self.always.push(true);
        self.room.below.push(f64::INFINITY);
        self.room.above.push(f64::INFINITY);
        self.rows.push(cells.iter().map(|cell| (*cell, 1)).chain([(sum, -1)]).collect());
        self.demands.push(Demand { cell: sum, side: Side::Width, distance: 1.0, above: f64::INFINITY, insiders: false });
    }
}

/// What has to be kept open of the cells of a component.
fn demands(problem: &Problem, sensitive: &BTreeMap<usize, Sensitive>, more: &More, family: &Family, cells: &[usize]) -> Vec<Demand> {
    let above_least = insiders::above_least(problem, family, &BTreeMap::new(), cells);
    let mut demands = Vec::new();
    for (cell, place) in cells.iter().enumerate() {
        let above = above(&problem.cells[*place]);
        let mut demand = |side: Side, distance: f64, insiders: bool| {
            let most = match side {
                Side::Below => above_least[cell],
                Side::Above => above,
                Side::Width => above_least[cell] + above,
            };
            let distance = distance.min(most);
            if distance > 0.0 {
                demands.push(Demand { cell, side, distance, above, insiders });
            }
        };
        if let Some(needs) = sensitive.get(place) {
            demand(Side::Below, float(needs.lower), true);
            demand(Side::Above, float(needs.upper), true);
            demand(Side::Width, float(needs.sliding), true);
        }
        if let Some(distance) = more.totals.get(place) {
            demand(Side::Below, float(*distance), false);
            demand(Side::Above, float(*distance), false);
        }
    }
    demands
}
