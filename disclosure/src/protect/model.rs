//! The problem as the protection sees it: components of cells that could be hidden, what has to be kept open in them,
//! and who knows what.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{linear::Room, problem::Cell};

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
    /// What everybody knows possible above the value.
    pub above: f64,
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

/// An owner group.
#[derive(Debug, Clone, PartialEq)]
pub struct Insider {
    /// The cells that it contributes to.
    pub known: Vec<Known>,
    /// Cells of which a distance is asked that are its own, or the sum of what is its own and of what is published.
    pub knows: BTreeSet<usize>,
    /// The part of the distance of such cells that is asked against it where it contributes to them.
    pub share: BTreeMap<usize, f64>,
    /// By how much cells of which a distance is asked are above what it knows them to be at least.
    pub above_least: BTreeMap<usize, f64>,
}

impl Insider {
    /// Whether the cell is no secret to the group.
    pub fn owns(&self, cell: usize) -> bool {
        self.knows.contains(&cell) || self.known.iter().any(|known| known.cell == cell && known.whole)
    }

    /// What the outsider's demand is for the insider: what it knows beforehand need not be kept open.
    pub fn distance(&self, demand: &Demand) -> f64 {
        let below = self.above_least.get(&demand.cell).copied().unwrap_or(f64::INFINITY);
        let distance = demand.distance * self.share.get(&demand.cell).copied().unwrap_or(1.0);
        match demand.side {
            Side::Below => distance.min(below),
            Side::Width => distance.min(below + demand.above),
            Side::Above => distance,
        }
    }
}

/// Cells that are connected by equations and could be hidden, with at least one that is sensitive. After them come sums of
/// cells that must not be told, which are like hidden cells without weight.
#[derive(Debug, Clone, PartialEq)]
pub struct Component {
    /// Places in the problem, in order; of the sums none.
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
}

/// What has to be kept beside the sensitive cells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct More {
    /// Totals that are hidden, and the distance that outsiders are kept from their values.
    pub totals: BTreeMap<usize, i128>,
    /// Cells of which the sum must not be told.
    pub sums: BTreeSet<Vec<usize>>,
    /// Hidden whatever is chosen. Of a rounded cell: not even that is published.
    pub hidden: BTreeSet<usize>,
}

impl Component {
    /// How far the cells may deviate for all that is known to outsiders and to each of some insiders.
    pub fn room_of(&self, insiders: &[usize]) -> Room {
        let mut room = self.room.clone();
        for known in insiders.iter().flat_map(|insider| &self.insiders[*insider].known) {
            room.below[known.cell] = room.below[known.cell].min(known.below);
            room.above[known.cell] = room.above[known.cell].min(known.above);
        }
        room
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
