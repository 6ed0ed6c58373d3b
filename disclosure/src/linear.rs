//! Deviations that satisfy every equation: how far one cell can be moved, and how it is moved at the least cost.
//!
//! The revised simplex method in floating point, with bounds on every cell. Where all is true, no cell deviates, which always
//! satisfies the equations: there is no first phase. What is found is approximate and is never relied on without a check.

#![expect(clippy::float_arithmetic, clippy::float_cmp, reason = "what is found is checked exactly where it matters")]

mod basis;
mod cheapest;
#[cfg(test)]
mod tests;

use basis::{Basis, Column};
pub use cheapest::Prices;
use cheapest::{Equations, Search};

/// Cells and how far they deviate.
pub type Move = Vec<(usize, f64)>;

/// How far each cell can deviate from its value, below and above; without end where nothing limits it.
#[derive(Debug, Clone, PartialEq)]
pub struct Room {
    pub below: Vec<f64>,
    pub above: Vec<f64>,
}

/// How far a cell was moved.
#[derive(Debug, Clone, PartialEq)]
pub struct Pushed {
    /// At least the distance asked for, or the farthest possible.
    pub distance: f64,
    /// Where the cells stand that deviate.
    pub stand: Move,
    /// Why it was moved no farther.
    pub ended: Ended,
}

/// Why a cell was moved no farther.
#[derive(Debug, Clone, PartialEq)]
pub enum Ended {
    /// The distance that was asked for is reached.
    Enough,
    /// Nothing can move it farther.
    Limited(Limit),
    /// It can be moved without end, by such a deviation of all cells again and again.
    Endless(Move),
    /// It took too long.
    GaveUp,
}

/// What shows that a cell can be moved no farther.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    /// What the cell gains in its direction when another deviates by one.
    pub rates: Move,
    /// How often each equation is added to show it.
    pub times: Vec<f64>,
}

/// The equations between the cells, and a basis of them.
///
/// After the cells come variables that are nothing, one for each equation: they fill the basis until cells take their places.
#[derive(Debug, Clone)]
pub struct Moves {
    cells: usize,
    columns: Vec<Column>,
    /// By equation, numbers by cell.
    rows: Vec<Column>,
    /// The largest number of each column, without its sign.
    scale: Vec<f64>,
    /// The variable at each place of the basis.
    basic: Vec<usize>,
    /// The place of each variable that is in the basis.
    place_of: Vec<Option<usize>>,
    basis: Basis,
    at: Vec<f64>,
    /// Numbers touched so far: the measure of work.
    pub work: u64,
}

/// Deviations nearer to a bound than this part of it are at the bound.
const NEAR: f64 = 1e-9;
/// What is less than this part of what it is made of is left of rounding, or not worth a step.
const TINY: f64 = 1e-9;
/// What is less than this part of what it may be counts for nothing.
const NOTHING: f64 = 1e-12;

/// Steps that move nothing before the smallest index decides, and steps after which a search gives up.
const PATIENCE: usize = 30;
const LONGEST: usize = 20_000;

/// How a step of the simplex method ends.
struct Step {
    /// How far the entering variable goes.
    length: f64,
    /// The place of the variable that stops it, if that is another.
    leaving: Option<usize>,
}

impl Moves {
    pub fn new(cells: usize, equations: &[Vec<(usize, i64)>]) -> Self {
        let mut columns = vec![Column::new(); cells];
        for (row, equation) in equations.iter().enumerate() {
            for (cell, coefficient) in equation {
                columns[*cell].push((row, float(*coefficient)));
            }
        }
        columns.extend((0..equations.len()).map(|row| vec![(row, 1.0)]));
        Self {
            cells,
            scale: columns.iter().map(|column| column.iter().map(|(_, number)| number.abs()).fold(0.0, f64::max)).collect(),
            basic: (cells..columns.len()).collect(),
            place_of: (0..columns.len()).map(|variable| variable.checked_sub(cells)).collect(),
            basis: Basis::of_nothing(equations.len()),
            at: vec![0.0; columns.len()],
            columns,
            rows: equations.iter().map(|equation| equation.iter().map(|(cell, number)| (*cell, float(*number))).collect()).collect(),
            work: 0,
        }
    }

    /// Moves a cell up (or down) until `enough` is reached or nothing can move it farther.
    pub fn push(&mut self, room: &Room, cell: usize, up: bool, enough: f64) -> Pushed {
        self.at.fill(0.0);
        self.work += 4 * self.columns.len() as u64;
        let movable: Vec<usize> = (0..self.cells).filter(|cell| room.below[*cell] > 0.0 || room.above[*cell] > 0.0).collect();
        let sign = if up { 1.0 } else { -1.0 };
        let (mut idle, mut steps) = (0, 0);
        loop {
            let distance = self.at[cell] * sign;
            let ends = |moves: &Self, ended| Pushed { distance, stand: moves.stand(), ended };
            if distance >= enough * (1.0 - NEAR) {
                return ends(self, Ended::Enough);
            }
            steps += 1;
            if idle > LONGEST || steps > 10 * LONGEST {
                return ends(self, Ended::GaveUp);
            }
            let Some(place) = self.place_of[cell] else {
                if self.left(room, cell, up) <= 0.0 {
                    let limit = Limit { rates: vec![(cell, sign)], times: vec![0.0; self.basic.len()] };
                    return ends(self, Ended::Limited(limit));
                }
                let length = self.go(room, cell, up);
                if length.is_infinite() {
                    return self.endless(cell, sign, (cell, up), enough);
                }
                idle = if length > 0.0 { 0 } else { idle + 1 };
                continue;
            };
            let times = self.times(self.of_basis(&[(place, sign)]));
            let Some((entering, rises)) = self.helps(room, &movable, &times, enough - distance, idle > PATIENCE) else {
                let limit = Limit { rates: self.rates(cell, &times), times };
                return ends(self, Ended::Limited(limit));
            };
            let length = self.go(room, entering, rises);
            if length.is_infinite() {
                return self.endless(cell, sign, (entering, rises), enough);
            }
            idle = if length > 0.0 { 0 } else { idle + 1 };
        }
    }

    /// The variables in the basis; those after the cells are nothing.
    pub fn basic(&self) -> &[usize] {
        &self.basic
    }

    /// Whether a variable is in the basis.
    pub fn is_basic(&self, variable: usize) -> bool {
        self.place_of[variable].is_some()
    }

    /// How far each variable of the basis has to deviate for the equations to give these sums.
    pub fn solve(&mut self, mut sums: Vec<f64>) -> Vec<f64> {
        let before = self.basis.work;
        let solution = self.basis.solve(&mut sums);
        self.work += self.basis.work - before;
        solution
    }

    /// How often each equation counts so that the variables of the basis have these prices.
    pub fn times(&mut self, mut prices: Vec<f64>) -> Vec<f64> {
        let before = self.basis.work;
        let times = self.basis.solve_rows(&mut prices);
        self.work += self.basis.work - before;
        times
    }

    fn of_basis(&self, numbers: &[(usize, f64)]) -> Vec<f64> {
        let mut all = vec![0.0; self.basic.len()];
        for (place, number) in numbers {
            all[*place] = *number;
        }
        all
    }

    /// What is gained when a variable outside the basis rises by one; zero where all that is left is rounding.
    fn rate(&self, variable: usize, times: &[f64]) -> f64 {
        let (mut sum, mut size) = (0.0, 0.0);
        for (row, number) in &self.columns[variable] {
            let term = times[*row] * number;
            sum += term;
            size += term.abs();
        }
        if sum.abs() < TINY * size { 0.0 } else { -sum }
    }

    /// A cell outside the basis whose deviation helps, and which way: the one that can help most by itself.
    fn helps(&mut self, room: &Room, movable: &[usize], times: &[f64], lacking: f64, first: bool) -> Option<(usize, bool)> {
        let mut best: Option<(usize, bool, f64)> = None;
        let most = largest(times);
        for cell in movable.iter().copied().filter(|cell| self.place_of[*cell].is_none()) {
            let rate = self.rate(cell, times);
            let left = self.left(room, cell, rate > 0.0);
            if rate.abs() <= TINY * most * self.scale[cell] || left <= 0.0 {
                continue;
            }
            if first {
                return Some((cell, rate > 0.0));
            }
            let gain = rate.abs() * left.min(lacking);
            if best.is_none_or(|(.., most)| gain > most) {
                best = Some((cell, rate > 0.0, gain));
            }
        }
        self.work += 3 * movable.len() as u64;
        best.map(|(cell, rises, _)| (cell, rises))
    }

    /// What a cell in the basis gains from every other outside it.
    fn rates(&mut self, cell: usize, times: &[f64]) -> Move {
        self.work += 3 * self.cells as u64;
        let others = (0..self.cells).filter(|other| *other != cell && self.place_of[*other].is_none());
        let most = largest(times);
        let counts = |(other, rate): &(usize, f64)| rate.abs() > NOTHING * most * self.scale[*other];
        others.map(|other| (other, self.rate(other, times))).filter(counts).collect()
    }

    /// An endless move, stopped at `enough`.
    fn endless(&mut self, cell: usize, sign: f64, (entering, rises): (usize, bool), enough: f64) -> Pushed {
        let column = self.column(entering);
        let rate = if cell == entering { 1.0 } else { self.place_of[cell].map_or(1.0, |place| column[place].abs()) };
        let step = ((enough - self.at[cell] * sign) / rate.max(NEAR)).max(0.0);
        let by = if rises { 1.0 } else { -1.0 };
        if step.is_finite() {
            self.walk(entering, by * step, &column);
        }
        let moving = self.basic.iter().zip(&column).filter(|(_, falls)| **falls != 0.0);
        let mut ray: Move = moving.map(|(variable, falls)| (*variable, -by * falls)).chain([(entering, by)]).collect();
        ray.sort_unstable_by_key(|(variable, _)| *variable);
        Pushed { distance: f64::INFINITY, stand: self.stand(), ended: Ended::Endless(ray) }
    }

    fn stand(&self) -> Move {
        self.at[..self.cells].iter().copied().enumerate().filter(|(_, at)| *at != 0.0).collect()
    }

    /// By how much the variables in the basis fall when another rises by one.
    fn column(&mut self, entering: usize) -> Vec<f64> {
        let mut column = self.solve(self.of_basis(&self.columns[entering]));
        for (number, basic) in column.iter_mut().zip(&self.basic) {
            if number.abs() * self.scale[*basic] < TINY * self.scale[entering] {
                *number = 0.0;
            }
        }
        column
    }

    /// What is left to the bound.
    fn left(&self, room: &Room, variable: usize, rises: bool) -> f64 {
        if variable >= self.cells {
            return 0.0;
        }
        let at = self.at[variable];
        let (bound, left) =
            if rises { (room.above[variable], room.above[variable] - at) } else { (room.below[variable], room.below[variable] + at) };
        if left <= NEAR * bound.abs() && bound.is_finite() { 0.0 } else { left }
    }

    /// Moves a variable outside the basis as far as the room allows, and exchanges it for the one that stops it.
    fn go(&mut self, room: &Room, entering: usize, rises: bool) -> f64 {
        let column = self.column(entering);
        let step = self.step(room, entering, rises, &column);
        if step.length.is_finite() {
            self.walk(entering, if rises { step.length } else { -step.length }, &column);
            if let Some(place) = step.leaving {
                self.exchange(place, entering, &column);
            }
        }
        step.length
    }

    /// How far a variable outside the basis can go, and what stops it: of those that stop it together the one that changes most.
    fn step(&mut self, room: &Room, entering: usize, rises: bool, column: &[f64]) -> Step {
        let mut step = Step { length: self.left(room, entering, rises), leaving: None };
        for (place, falls) in column.iter().enumerate().filter(|(_, falls)| **falls != 0.0) {
            let other = self.basic[place];
            let length = self.left(room, other, (*falls > 0.0) != rises) / falls.abs();
            let firmer = || {
                step.leaving
                    .is_none_or(|best| falls.abs() > column[best].abs() || falls.abs() == column[best].abs() && other < self.basic[best])
            };
            if length < step.length || length == step.length && length.is_finite() && firmer() {
                step = Step { length, leaving: Some(place) };
            }
        }
        self.work += column.len() as u64;
        step
    }

    fn walk(&mut self, entering: usize, by: f64, column: &[f64]) {
        if by == 0.0 {
            return;
        }
        for (place, falls) in column.iter().enumerate().filter(|(_, falls)| **falls != 0.0) {
            self.at[self.basic[place]] -= by * falls;
        }
        self.at[entering] += by;
    }

    fn exchange(&mut self, place: usize, entering: usize, column: &[f64]) {
        self.place_of[self.basic[place]] = None;
        self.basic[place] = entering;
        self.place_of[entering] = Some(place);
        self.basis.exchange(place, column);
        if self.basis.is_worn() {
            self.factor();
        }
    }

    /// Factors the basis anew. A cell whose column depends on others leaves it for nothing.
    fn factor(&mut self) {
        loop {
            let columns: Vec<&Column> = self.basic.iter().map(|variable| &self.columns[*variable]).collect();
            match Basis::new(&columns) {
                Ok(basis) => {
                    self.work += basis.work;
                    self.basis = basis;
                    break;
                }
                Err(dependent) => {
                    for (place, row) in dependent {
                        self.place_of[self.basic[place]] = None;
                        self.basic[place] = self.cells + row;
                        self.place_of[self.cells + row] = Some(place);
                    }
                }
            }
        }
        // where the variables of the basis stand follows from where the others do
        let mut given = vec![0.0; self.basic.len()];
        for cell in (0..self.cells).filter(|cell| self.place_of[*cell].is_none() && self.at[*cell] != 0.0) {
            for (row, number) in &self.columns[cell] {
                given[*row] -= number * self.at[cell];
            }
        }
        let stand = self.solve(given);
        for (variable, at) in self.basic.iter().zip(stand) {
            self.at[*variable] = if *variable < self.cells { at } else { 0.0 };
        }
    }

    /// Moves a cell by a distance, whatever its own room is, so that the sum of price × deviation is least. Nothing if the others
    /// do not allow it.
    pub fn cheapest(&mut self, room: &Room, cell: usize, up: bool, distance: f64, prices: &Prices) -> Option<Move> {
        let by = if up { distance } else { -distance };
        let equations = Equations { of_cell: &self.columns[..self.cells], cells: &self.rows };
        let (found, work) = Search::new(equations, room, prices, (cell, by)).run();
        self.work += work;
        found
    }
}

fn largest(numbers: &[f64]) -> f64 {
    numbers.iter().map(|number| number.abs()).fold(0.0, f64::max)
}

#[expect(clippy::cast_precision_loss, reason = "what is found is checked exactly where it matters")]
fn float(coefficient: i64) -> f64 {
    coefficient as f64
}
