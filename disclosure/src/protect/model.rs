//! The problem as the protection sees it: components of cells that could be hidden, what has to be kept open in them,
//! and who knows what.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{
    problem::{Cell, Problem, Publication},
    sensitive::Sensitive,
};

/// How far each cell of a component can deviate from its value, below and above; without end where nothing limits it.
#[derive(Debug, Clone, PartialEq)]
pub struct Room {
    pub below: Vec<f64>,
    pub above: Vec<f64>,
}

/// Which end of what can be inferred.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The lower end.
    Below,
    /// The upper end.
    Above,
    /// Both together.
    Width,
}

/// An end that must keep a distance from the value of a sensitive cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Demand {
    pub cell: usize,
    pub side: Side,
    pub distance: f64,
    /// Whether it is kept from contributors as well.
    pub insiders: bool,
}

/// What an owner group knows of a cell: the room that is left, and whether the cell is all its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Known {
    pub cell: usize,
    pub below: f64,
    pub above: f64,
    pub whole: bool,
}

/// An owner group, by the cells that it contributes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Insider(pub Vec<Known>);

impl Insider {
    /// The group's own cell.
    pub fn owns(&self, cell: usize) -> bool {
        self.0.iter().any(|known| known.cell == cell && known.whole)
    }

    /// What the outsider's demand is for the insider: what it knows beforehand need not be kept open.
    pub fn distance(&self, demand: &Demand) -> f64 {
        let known = self.0.iter().find(|known| known.cell == demand.cell);
        match (demand.side, known) {
            (Side::Below, Some(known)) => demand.distance.min(known.below),
            (Side::Width, Some(known)) => demand.distance.min(known.below + known.above),
            _ => demand.distance,
        }
    }

    /// Whether a cell may deviate so far for all that the group knows.
    pub fn allows(&self, cell: usize, by: f64) -> bool {
        self.0.iter().filter(|known| known.cell == cell).all(|known| -known.below <= by && by <= known.above)
    }
}

/// Cells that are connected by equations and could be hidden, with at least one that is sensitive.
#[derive(Debug, Clone, PartialEq)]
pub struct Component {
    /// Places in the problem, in order.
    pub cells: Vec<usize>,
    /// Coefficients by place in `cells`: the deviations add up to zero.
    pub rows: Vec<Vec<(usize, i64)>>,
    /// What outsiders know.
    pub room: Room,
    /// What it costs to hide each cell.
    pub weight: Vec<i64>,
    /// Hidden whatever is chosen: sensitive, or never published.
    pub always: Vec<bool>,
    /// What has to be kept open.
    pub demands: Vec<Demand>,
    /// Who knows more than an outsider.
    pub insiders: Vec<Insider>,
    /// Of each of these at least one has to be hidden.
    pub sets: Vec<Vec<usize>>,
}

/// What has to be kept beside the sensitive cells.
#[derive(Debug, Clone, Default)]
pub struct More {
    /// Totals that are hidden, and the distance that outsiders are kept from their values.
    pub totals: BTreeMap<usize, i128>,
    /// Cells of which at least one has to be hidden.
    pub sets: BTreeSet<Vec<usize>>,
    /// Hidden whatever is chosen.
    pub hidden: BTreeSet<usize>,
}

impl Component {
    /// What is known to an outsider, or to an insider.
    pub fn room_of(&self, insider: Option<usize>) -> Room {
        let mut room = self.room.clone();
        for known in insider.iter().flat_map(|insider| &self.insiders[*insider].0) {
            room.below[known.cell] = known.below;
            room.above[known.cell] = known.above;
        }
        room
    }
}

/// The components with something to protect.
pub fn components(problem: &Problem, sensitive: &BTreeMap<usize, Sensitive>, more: &More) -> Vec<Component> {
    let hideable = |place: &usize| {
        let cell = &problem.cells[*place];
        !cell.is_known() && cell.publication != Publication::Required
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
    let everybody = super::insiders::everybody(problem);
    members
        .into_iter()
        .filter(|(_, cells)| cells.iter().any(|place| sensitive.contains_key(place)))
        .map(|(root, cells)| component(problem, sensitive, more, &everybody, cells, rows_of.remove(&root).unwrap_or_default()))
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
    everybody: &[BTreeMap<usize, i64>],
    cells: Vec<usize>,
    mut rows: Vec<Vec<(usize, i64)>>,
) -> Component {
    for (place, _) in rows.iter_mut().flatten() {
        *place = cells.partition_point(|other| other < place);
    }
    let of = |place: &usize| &problem.cells[*place];
    let room =
        Room { below: cells.iter().map(|place| below(of(place))).collect(), above: cells.iter().map(|place| above(of(place))).collect() };
    let mut demands = Vec::new();
    for (cell, place) in cells.iter().enumerate() {
        let Some(needs) = sensitive.get(place) else { continue };
        let sides = [
            (Side::Below, float(needs.lower).min(room.below[cell])),
            (Side::Above, float(needs.upper).min(room.above[cell])),
            (Side::Width, float(needs.sliding).min(room.below[cell] + room.above[cell])),
        ];
        demands.extend(sides.into_iter().filter(|(_, distance)| *distance > 0.0).map(|(side, distance)| Demand {
            cell,
            side,
            distance,
            insiders: true,
        }));
    }
    for (total, distance) in &more.totals {
        let Ok(cell) = cells.binary_search(total) else { continue };
        let ends = [(Side::Below, room.below[cell]), (Side::Above, room.above[cell])];
        demands.extend(ends.map(|(side, room)| Demand { cell, side, distance: float(*distance).min(room), insiders: false }));
    }
    let here = |set: &Vec<usize>| set.iter().map(|place| cells.binary_search(place).ok()).collect::<Option<Vec<usize>>>();
    let always = |place: &usize| {
        sensitive.contains_key(place)
            || more.hidden.contains(place)
            || more.totals.contains_key(place)
            || of(place).publication == Publication::Auxiliary
    };
    Component {
        insiders: super::insiders::insiders(problem, everybody, &cells),
        weight: cells.iter().map(|place| of(place).weight).collect(),
        always: cells.iter().map(always).collect(),
        sets: more.sets.iter().filter(|set| !set.is_empty()).filter_map(here).collect(),
        cells,
        rows,
        room,
        demands,
    }
}

pub fn below(cell: &Cell) -> f64 {
    float(i128::from(cell.value) - i128::from(cell.lower_bound))
}

pub fn above(cell: &Cell) -> f64 {
    cell.upper_bound.map_or(f64::INFINITY, |bound| float(i128::from(bound) - i128::from(cell.value)))
}

#[expect(clippy::cast_precision_loss, reason = "the choice of cells may be approximate: the attacker checks it exactly")]
pub fn float(number: i128) -> f64 {
    number as f64
}
