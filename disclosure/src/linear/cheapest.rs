//! The cheapest move: a cell is put where it is asked to be, and what no longer adds up is mended one equation after another.
//!
//! The dual simplex method (Lemke 1954) with prices by steepest edges (Forrest and Goldfarb 1992) and a ratio test that goes
//! past bounds (Maros 2003): that no cell deviates costs nothing, and what is mended is mended at the least cost. Equations that
//! still add up are not looked at.

use super::{
    Move, Room, TINY,
    basis::{Basis, Column},
    largest,
};

/// What it costs when a cell deviates by one, below and above.
#[derive(Debug, Clone, PartialEq)]
pub struct Prices {
    pub below: Vec<f64>,
    pub above: Vec<f64>,
}

/// What is out by less than this part of what was asked for is not out.
const NEAR: f64 = 1e-9;
/// Numbers that are touched before a search gives up.
const MOST_WORK: u64 = 200_000_000;
/// The square of a step is never less.
const LEAST_SQUARE: f64 = 1e-4;

/// The equations by cell and by equation.
#[derive(Debug, Clone, Copy)]
pub struct Equations<'a> {
    pub of_cell: &'a [Column],
    pub cells: &'a [Column],
}

/// The search for a cheapest move.
pub struct Search<'a> {
    equations: Equations<'a>,
    room: &'a Room,
    prices: &'a Prices,
    /// The cell that is put where it is.
    target: usize,
    near: f64,
    /// The equations that are looked at, and where each stands among them.
    rows: Vec<usize>,
    row_of: Vec<Option<usize>>,
    basis: Basis,
    basic: Vec<Basic>,
    is_basic: Vec<bool>,
    /// Where the cells stand that are outside the basis.
    at: Vec<f64>,
    /// What it saves when the sum of each equation rises by one.
    times: Vec<f64>,
    /// What is mended when a cell outside the basis rises by one; nothing between steps.
    rates: Vec<f64>,
    work: u64,
}

/// A variable in the basis.
#[derive(Debug, Clone, Copy)]
struct Basic {
    /// The cell, or what an equation is out by, which has to be nothing.
    cell: Option<usize>,
    at: f64,
    /// Between which it costs the same for each step.
    ends: (f64, f64),
    /// The square of what a step of it touches.
    square: f64,
}

/// A way of a cell outside the basis to where it costs more: to its true value, or from there to its bound.
#[derive(Debug, Clone, Copy)]
struct Way {
    cell: usize,
    rises: bool,
    is_above: bool,
    length: f64,
    /// What is mended by each step on the way.
    rate: f64,
    /// What a step costs, beyond what it saves.
    cost: f64,
}

impl Way {
    /// Where it ends, if it begins at the true value.
    const fn end(&self) -> f64 {
        if self.rises { self.length } else { -self.length }
    }
}

impl<'a> Search<'a> {
    pub fn new(equations: Equations<'a>, room: &'a Room, prices: &'a Prices, (target, by): (usize, f64)) -> Self {
        let cells = room.below.len();
        let mut search = Self {
            equations,
            room,
            prices,
            target,
            near: NEAR * by.abs(),
            rows: Vec::new(),
            row_of: vec![None; equations.cells.len()],
            basis: Basis::of_nothing(0),
            basic: Vec::new(),
            is_basic: vec![false; cells],
            at: vec![0.0; cells],
            times: Vec::new(),
            rates: vec![0.0; cells],
            work: 4 * cells as u64,
        };
        search.at[target] = by;
        search.look_at(target);
        for (row, number) in search.column(target) {
            search.basic[row].at = -number * by;
        }
        search
    }

    /// The move, or nothing if the room does not allow it or it took too long; with the numbers touched.
    pub fn run(mut self) -> (Option<Move>, u64) {
        while self.work + self.basis.work < MOST_WORK {
            let Some((place, end)) = self.farthest_out() else {
                return (Some(self.moved()), self.work + self.basis.work);
            };
            if self.mend(place, end).is_none() {
                break;
            }
        }
        (None, self.work + self.basis.work)
    }

    fn moved(&self) -> Move {
        let mut at = self.at.clone();
        for basic in &self.basic {
            basic.cell.into_iter().for_each(|cell| at[cell] = basic.at);
        }
        at.into_iter().enumerate().filter(|(_, at)| at.abs() > self.near).collect()
    }

    /// Looks at the equations of a cell from now on.
    fn look_at(&mut self, cell: usize) {
        for (equation, _) in &self.equations.of_cell[cell] {
            if self.row_of[*equation].is_none() {
                self.row_of[*equation] = Some(self.rows.len());
                self.rows.push(*equation);
                self.basis.grow();
                self.basic.push(Basic { cell: None, at: 0.0, ends: (0.0, 0.0), square: 1.0 });
                self.times.push(0.0);
            }
        }
    }

    /// The numbers of a cell by equation that is looked at.
    fn column(&self, cell: usize) -> Column {
        self.equations.of_cell[cell].iter().filter_map(|(equation, number)| Some((self.row_of[*equation]?, *number))).collect()
    }

    fn dense(&self, cell: usize) -> Vec<f64> {
        let mut dense = vec![0.0; self.rows.len()];
        for (row, number) in self.column(cell) {
            dense[row] = number;
        }
        dense
    }

    /// The place of the variable that is farthest out of where it may be, and the end that it has to go to.
    fn farthest_out(&mut self) -> Option<(usize, f64)> {
        self.work += self.basic.len() as u64;
        let (mut most, mut farthest) = (0.0, None);
        for (place, basic) in self.basic.iter().enumerate() {
            let (low, high) = basic.ends;
            let (out, end) = if basic.at > high { (basic.at - high, high) } else { (low - basic.at, low) };
            if out > self.near && out * out > most * basic.square {
                (most, farthest) = (out * out / basic.square, Some((place, end)));
            }
        }
        farthest
    }

    /// Brings the variable at a place to an end of where it may be. Nothing if nothing does.
    fn mend(&mut self, place: usize, end: f64) -> Option<()> {
        let lacking = end - self.basic[place].at;
        let mut only = vec![0.0; self.basic.len()];
        only[place] = 1.0;
        let row = self.basis.solve_rows(&mut only);
        let mut ways = self.ways(&row, lacking > 0.0);
        ways.extend(self.through(place, end));
        let (mut passed, entering) = self.entering(ways, lacking.abs())?;
        let cost = entering.cost.max(0.0) / entering.rate * lacking.signum();
        for (times, number) in self.times.iter_mut().zip(&row) {
            *times -= cost * number;
        }
        let leaving = self.basic[place].cell;
        let goes_on = passed.iter().position(|way| Some(way.cell) == leaving);
        let end = goes_on.map_or(end, |n| passed.remove(n).end());
        self.pass(&passed);
        if Some(entering.cell) == leaving {
            // it is where it costs as much as it saves, on the other side of its true value
            self.basic[place].ends = self.ends(entering.cell, entering.is_above);
            return Some(());
        }
        self.look_at(entering.cell);
        let column = self.basis.solve(&mut self.dense(entering.cell));
        if column[place].abs() < TINY {
            return None;
        }
        let by = (self.basic[place].at - end) / column[place];
        for (basic, falls) in self.basic.iter_mut().zip(&column).filter(|(_, falls)| **falls != 0.0) {
            basic.at -= by * falls;
        }
        let square = self.squares(place, row, &column);
        if let Some(leaving) = leaving {
            (self.is_basic[leaving], self.at[leaving]) = (false, end);
        }
        let cell = entering.cell;
        let ends = self.ends(cell, entering.is_above);
        self.basic[place] = Basic { cell: Some(cell), at: self.at[cell] + by, ends, square };
        (self.is_basic[cell], self.at[cell]) = (true, 0.0);
        self.basis.exchange(place, &column);
        if self.basis.is_worn() { self.factor() } else { Some(()) }
    }

    /// Where a cell may be above its true value, or below it.
    fn ends(&self, cell: usize, is_above: bool) -> (f64, f64) {
        if is_above { (0.0, self.room.above[cell]) } else { (-self.room.below[cell], 0.0) }
    }

    /// The way of a cell that leaves the basis at its true value: on, through it to the bound on the other side.
    fn through(&self, place: usize, end: f64) -> Option<Way> {
        let Basic { cell: Some(cell), ends, .. } = self.basic[place] else { return None };
        let is_above = ends.1 <= 0.0;
        let length = if is_above { self.room.above[cell] } else { self.room.below[cell] };
        let cost = self.prices.above[cell] + self.prices.below[cell];
        (end == 0.0 && length > 0.0).then_some(Way { cell, rises: is_above, is_above, length, rate: 1.0, cost })
    }

    /// The squares of steps after an exchange, given the row and the column that are exchanged; of the new variable it is returned.
    fn squares(&mut self, place: usize, mut row: Vec<f64>, column: &[f64]) -> f64 {
        let own: f64 = row.iter().map(|number| number * number).sum();
        row.resize(self.rows.len(), 0.0);
        let touched = self.basis.solve(&mut row);
        self.work += 2 * self.basic.len() as u64;
        for (n, falls) in column.iter().enumerate().filter(|(n, falls)| **falls != 0.0 && *n != place) {
            let times = falls / column[place];
            let square = &mut self.basic[n].square;
            *square = (*square - 2.0 * times * touched[n] + times * times * own).max(LEAST_SQUARE);
        }
        (own / (column[place] * column[place])).max(LEAST_SQUARE)
    }

    /// The ways of cells outside the basis that make a variable of the basis rise, or fall.
    fn ways(&mut self, row: &[f64], up: bool) -> Vec<Way> {
        let mut touched = Vec::new();
        let most = largest(row);
        for (equation, number) in self.rows.iter().zip(row).filter(|(_, number)| number.abs() > TINY * most) {
            self.work += self.equations.cells[*equation].len() as u64;
            for (cell, coefficient) in &self.equations.cells[*equation] {
                if !self.is_basic[*cell] && *cell != self.target {
                    touched.push(*cell);
                    self.rates[*cell] += number * coefficient;
                }
            }
        }
        self.work += 6 * touched.len() as u64;
        let mut ways = Vec::new();
        for cell in touched {
            let rate = std::mem::take(&mut self.rates[cell]);
            if rate.abs() > TINY * most {
                self.ways_of(cell, (rate < 0.0) == up, rate.abs(), &mut ways);
            }
        }
        ways
    }

    fn ways_of(&self, cell: usize, rises: bool, rate: f64, ways: &mut Vec<Way>) {
        let saved: f64 = self.column(cell).iter().map(|(row, number)| self.times[*row] * number).sum();
        let saved = if rises { saved } else { -saved };
        let (above, below) = ((self.room.above[cell], self.prices.above[cell]), (self.room.below[cell], self.prices.below[cell]));
        let ((length, price), (_, back)) = if rises { (above, below) } else { (below, above) };
        let at = self.at[cell];
        let returns = at != 0.0 && (at < 0.0) == rises;
        if returns {
            ways.push(Way { cell, rises, is_above: !rises, length: at.abs(), rate, cost: -back - saved });
        }
        if length > 0.0 && (at == 0.0 || returns) {
            ways.push(Way { cell, rises, is_above: rises, length, rate, cost: price - saved });
        }
    }

    /// The ways that are gone to their ends, as they do not mend all, and the last.
    fn entering(&mut self, mut ways: Vec<Way>, mut lacking: f64) -> Option<(Vec<Way>, Way)> {
        let part = |way: &Way| way.cost.max(0.0) / way.rate;
        ways.sort_by(|a, b| part(a).total_cmp(&part(b)).then(b.rate.total_cmp(&a.rate)).then(a.cell.cmp(&b.cell)));
        self.work += 4 * ways.len() as u64;
        let last = ways.iter().position(|way| {
            lacking -= way.rate * way.length;
            lacking <= 0.0
        })?;
        let entering = ways[last];
        ways.truncate(last);
        Some((ways, entering))
    }

    /// Goes ways to their ends.
    fn pass(&mut self, ways: &[Way]) {
        if ways.is_empty() {
            return;
        }
        for way in ways {
            self.look_at(way.cell);
        }
        let mut given = vec![0.0; self.rows.len()];
        for way in ways {
            let by = way.end();
            // the end exactly
            self.at[way.cell] = if way.is_above == way.rises { by } else { 0.0 };
            for (row, number) in self.column(way.cell) {
                given[row] -= number * by;
            }
        }
        for (basic, by) in self.basic.iter_mut().zip(self.basis.solve(&mut given)) {
            basic.at += by;
        }
    }

    /// Factors the basis anew, and finds again what follows from it. Nothing if its columns depend on each other.
    fn factor(&mut self) -> Option<()> {
        let column = |(row, basic): (usize, &Basic)| basic.cell.map_or_else(|| vec![(row, 1.0)], |cell| self.column(cell));
        let columns: Vec<Column> = self.basic.iter().enumerate().map(column).collect();
        self.work += self.basis.work;
        self.basis = Basis::new(&columns.iter().collect::<Vec<_>>()).ok()?;
        let mut given = vec![0.0; self.rows.len()];
        for cell in (0..self.at.len()).filter(|cell| self.at[*cell] != 0.0) {
            for (row, number) in self.column(cell) {
                given[row] -= number * self.at[cell];
            }
        }
        for (basic, at) in self.basic.iter_mut().zip(self.basis.solve(&mut given)) {
            basic.at = at;
        }
        let price = |basic: &Basic| match basic.cell {
            Some(cell) if basic.ends.0 < 0.0 => -self.prices.below[cell],
            Some(cell) => self.prices.above[cell],
            None => 0.0,
        };
        let mut prices: Vec<f64> = self.basic.iter().map(price).collect();
        self.times = self.basis.solve_rows(&mut prices);
        Some(())
    }
}
