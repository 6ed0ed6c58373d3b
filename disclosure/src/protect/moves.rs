//! Deviations that satisfy every equation: how far one cell can be moved, and how it is moved at the least cost.
//!
//! The equations are integer rows, solved for one cell each; so the rates between cells are exact, and only where cells
//! stand is floating point.

use num_integer::gcd;

use super::model::Room;

/// A coefficient that does not fit 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLarge;

type Row = Vec<(u32, i64)>;

/// Cells and how far they deviate.
pub type Move = Vec<(usize, f64)>;

/// How far a cell was moved.
#[derive(Debug, Clone, PartialEq)]
pub struct Pushed {
    /// At least the distance asked for, or the farthest possible.
    pub distance: f64,
    /// Where the cells stand that deviate.
    pub stand: Move,
    /// What the pushed cell gains when another deviates by one; empty where the distance asked for was reached.
    pub rates: Move,
}

/// The equations of a component.
#[derive(Debug, Clone)]
pub struct Moves {
    rows: Vec<Row>,
    basic: Vec<usize>,
    row_of: Vec<Option<usize>>,
    at: Vec<f64>,
    /// Numbers touched so far: the measure of work.
    pub work: u64,
}

/// Deviations nearer to a bound than this part of it are at the bound.
const NEAR: f64 = 1e-9;

/// Steps that move nothing before the smallest index decides, and steps after which a search for low cost gives up.
const PATIENCE: usize = 30;
const LONGEST: usize = 20_000;

impl Moves {
    pub fn new(cells: usize, equations: &[Vec<(usize, i64)>]) -> Result<Self, TooLarge> {
        let mut moves = Self { rows: Vec::new(), basic: Vec::new(), row_of: vec![None; cells], at: vec![0.0; cells], work: 0 };
        for equation in equations {
            let mut row = Row::new();
            for (cell, coefficient) in equation {
                row.push((u32::try_from(*cell).map_err(|_| TooLarge)?, *coefficient));
            }
            for (cell, _) in equation {
                if let Some(owner) = moves.row_of[*cell] {
                    row = without(&row, &moves.rows[owner], *cell)?;
                }
            }
            let Some(pivot) =
                row.iter().min_by_key(|(cell, coefficient)| (coefficient.unsigned_abs(), *cell)).map(|(cell, _)| *cell as usize)
            else {
                continue;
            };
            moves.rows.push(row);
            moves.basic.push(pivot);
            moves.solve_for(moves.rows.len() - 1, pivot)?;
        }
        Ok(moves)
    }

    fn solve_for(&mut self, place: usize, cell: usize) -> Result<(), TooLarge> {
        let own = std::mem::take(&mut self.rows[place]);
        self.row_of[self.basic[place]] = None;
        self.basic[place] = cell;
        self.row_of[cell] = Some(place);
        for row in &mut self.rows {
            if coefficient(row, cell).is_some() {
                *row = without(row, &own, cell)?;
                self.work += row.len() as u64 + own.len() as u64;
            }
        }
        self.rows[place] = own;
        Ok(())
    }

    /// Coefficient of the basic cell of a row.
    fn own(&self, place: usize) -> f64 {
        coefficient(&self.rows[place], self.basic[place]).unwrap_or(1.0)
    }

    /// Moves a cell up (or down) until `enough` is reached or nothing can move it farther.
    pub fn push(&mut self, room: &Room, cell: usize, up: bool, enough: f64) -> Result<Pushed, TooLarge> {
        self.at.fill(0.0);
        let sign = if up { 1.0 } else { -1.0 };
        let mut idle = 0;
        loop {
            let distance = self.at[cell] * sign;
            if distance >= enough * (1.0 - NEAR) {
                return Ok(Pushed { distance, stand: self.stand(), rates: Vec::new() });
            }
            let rates = self.rates(cell, sign);
            let helps = rates.iter().filter(|(other, rate)| left(room, *other, self.at[*other], *rate > 0.0) > 0.0);
            let better = |a: &&(usize, f64), b: &&(usize, f64)| a.1.abs().total_cmp(&b.1.abs()).then(b.0.cmp(&a.0));
            let entering = if idle > PATIENCE { helps.min_by_key(|(other, _)| *other) } else { helps.max_by(better) };
            let Some(&(entering, rate)) = entering else {
                return Ok(Pushed { distance, stand: self.stand(), rates });
            };
            let limit = |moves: &Self, other: usize, rises: bool| left(room, other, moves.at[other], rises);
            let (step, leaving) = self.step(entering, rate > 0.0, limit);
            if step.is_infinite() {
                return Ok(Pushed {
                    distance: f64::INFINITY,
                    stand: self.endless(cell, sign, entering, rate > 0.0, enough),
                    rates: Vec::new(),
                });
            }
            idle = if step > 0.0 { 0 } else { idle + 1 };
            self.walk(entering, if rate > 0.0 { step } else { -step });
            if let Some(place) = leaving {
                self.solve_for(place, entering)?;
            }
            if idle > LONGEST {
                return Err(TooLarge);
            }
        }
    }

    /// Where the cells stand when an endless move is stopped at `enough`.
    fn endless(&mut self, cell: usize, sign: f64, entering: usize, rises: bool, enough: f64) -> Move {
        let rate = if cell == entering {
            1.0
        } else {
            self.row_of[cell].map_or(1.0, |place| (coefficient(&self.rows[place], entering).unwrap_or(0.0) / self.own(place)).abs())
        };
        let step = ((enough - self.at[cell] * sign) / rate.max(NEAR)).max(0.0);
        if step.is_finite() {
            self.walk(entering, if rises { step } else { -step });
        }
        self.stand()
    }

    /// What a cell gains in its direction when a cell outside the basis rises by one.
    fn rates(&mut self, cell: usize, sign: f64) -> Move {
        let Some(place) = self.row_of[cell] else { return vec![(cell, sign)] };
        let own = self.own(place);
        let row = &self.rows[place];
        self.work += row.len() as u64;
        row.iter()
            .map(|(other, coefficient)| (*other as usize, -sign * float(*coefficient) / own))
            .filter(|(other, _)| *other != cell)
            .collect()
    }

    fn stand(&self) -> Move {
        self.at.iter().copied().enumerate().filter(|(_, at)| *at != 0.0).collect()
    }

    /// How far a cell outside the basis can go, and the row that stops it.
    fn step(&mut self, entering: usize, rises: bool, limit: impl Fn(&Self, usize, bool) -> f64) -> (f64, Option<usize>) {
        let mut best = (limit(self, entering, rises), None);
        for place in 0..self.rows.len() {
            let Some(moving) = coefficient(&self.rows[place], entering) else { continue };
            let basic = self.basic[place];
            let rate = -moving / self.own(place) * if rises { 1.0 } else { -1.0 };
            let step = limit(self, basic, rate > 0.0) / rate.abs();
            let first = best.1.is_none_or(|other| basic < self.basic[other]);
            if step < best.0 || step == best.0 && first && step.is_finite() {
                best = (step, Some(place));
            }
        }
        self.work += self.rows.len() as u64;
        best
    }

    fn walk(&mut self, entering: usize, by: f64) {
        if by == 0.0 {
            return;
        }
        for place in 0..self.rows.len() {
            if let Some(moving) = coefficient(&self.rows[place], entering) {
                self.at[self.basic[place]] -= by * moving / self.own(place);
            }
        }
        self.at[entering] += by;
    }

    /// Moves a cell by a distance so that the sum of cost × deviation is small. Nothing if it cannot be moved so far.
    pub fn cheapest(&mut self, room: &Room, cell: usize, up: bool, distance: f64, cost: &[f64]) -> Result<Option<Move>, TooLarge> {
        let mut within = room.clone();
        let side = if up { &mut within.above } else { &mut within.below };
        side[cell] = distance;
        let pushed = self.push(&within, cell, up, distance)?;
        if pushed.distance < distance * (1.0 - NEAR) {
            return Ok(None);
        }
        (within.below[cell], within.above[cell]) = if up { (-distance, distance) } else { (distance, -distance) };
        let mut rising: Vec<bool> = self.at.iter().map(|at| *at >= 0.0).collect();
        let mut idle = 0;
        for _ in 0..LONGEST {
            let Some((entering, rises)) = self.saves(&within, cell, cost, &rising, idle > PATIENCE) else { break };
            let limit = |moves: &Self, other: usize, rises: bool| {
                let at = moves.at[other];
                // a cell stops where its cost turns: at its true value
                let turns = if moves.row_of[other].is_some() { rises != rising[other] } else { at != 0.0 && rises != (at > 0.0) };
                if turns { at.abs() } else { left(&within, other, at, rises) }
            };
            let (step, leaving) = self.step(entering, rises, limit);
            if step.is_infinite() {
                break;
            }
            idle = if step > 0.0 { 0 } else { idle + 1 };
            if idle > 10 * PATIENCE {
                break;
            }
            self.walk(entering, if rises { step } else { -step });
            if let Some(place) = leaving {
                let leaves = self.basic[place];
                if self.at[leaves].abs() <= NEAR * (1.0 + distance) {
                    self.at[leaves] = 0.0;
                }
                self.solve_for(place, entering)?;
            }
            rising[entering] = if self.at[entering] == 0.0 { rises } else { self.at[entering] > 0.0 };
        }
        Ok(Some(self.stand().into_iter().filter(|(_, at)| at.abs() > NEAR * distance).collect()))
    }

    /// The cell outside the basis whose move saves most.
    fn saves(&mut self, room: &Room, fixed: usize, cost: &[f64], rising: &[bool], first: bool) -> Option<(usize, bool)> {
        let mut saving = vec![0.0; self.at.len()];
        for (place, row) in self.rows.iter().enumerate() {
            let basic = self.basic[place];
            if cost[basic] == 0.0 {
                continue;
            }
            let slope = if rising[basic] { cost[basic] } else { -cost[basic] };
            let own = self.own(place);
            for (other, coefficient) in row {
                saving[*other as usize] += slope * float(*coefficient) / own;
            }
            self.work += row.len() as u64;
        }
        let mut best: Option<(usize, bool, f64)> = None;
        for cell in (0..self.at.len()).filter(|cell| *cell != fixed && self.row_of[*cell].is_none()) {
            for rises in [true, false] {
                let away = if rises { self.at[cell] >= 0.0 } else { self.at[cell] <= 0.0 };
                let gain = if rises { saving[cell] } else { -saving[cell] } + if away { -cost[cell] } else { cost[cell] };
                let threshold = best.map_or(1e-7 * (1.0 + cost[cell]), |(.., gain)| gain);
                if gain > threshold && left(room, cell, self.at[cell], rises) > 0.0 {
                    best = Some((cell, rises, gain));
                    if first {
                        return Some((cell, rises));
                    }
                }
            }
        }
        self.work += self.at.len() as u64;
        best.map(|(cell, rises, _)| (cell, rises))
    }
}

/// What is left to the bound.
fn left(room: &Room, cell: usize, at: f64, rises: bool) -> f64 {
    let (bound, left) = if rises { (room.above[cell], room.above[cell] - at) } else { (room.below[cell], room.below[cell] + at) };
    if left <= NEAR * bound.abs() && bound.is_finite() { 0.0 } else { left }
}

fn coefficient(row: &Row, cell: usize) -> Option<f64> {
    let cell = u32::try_from(cell).ok()?;
    row.binary_search_by_key(&cell, |(cell, _)| *cell).ok().map(|place| float(row[place].1))
}

#[expect(clippy::cast_precision_loss, reason = "coefficients of tables are small; larger ones make the choice worse, not unsafe")]
fn float(coefficient: i64) -> f64 {
    coefficient as f64
}

/// The row without a cell, by a multiple of the row that is solved for it.
fn without(row: &Row, owner: &Row, cell: usize) -> Result<Row, TooLarge> {
    let find = |row: &Row| row.iter().find(|(other, _)| *other as usize == cell).map(|(_, coefficient)| *coefficient);
    let (Some(a), Some(b)) = (find(row), find(owner)) else { return Ok(row.clone()) };
    let common = i64::try_from(gcd(a.unsigned_abs(), b.unsigned_abs())).map_err(|_| TooLarge)?;
    let (keep, take) = (b / common, a / common);
    let mut sum = Row::with_capacity(row.len() + owner.len());
    let (mut own, mut other) = (row.iter().peekable(), owner.iter().peekable());
    while let Some(next) = own.peek().into_iter().chain(other.peek()).map(|(cell, _)| *cell).min() {
        let mut value = 0_i64;
        if let Some((_, coefficient)) = own.next_if(|(cell, _)| *cell == next) {
            value = coefficient.checked_mul(keep).ok_or(TooLarge)?;
        }
        if let Some((_, coefficient)) = other.next_if(|(cell, _)| *cell == next) {
            value = coefficient.checked_mul(take).and_then(|taken| value.checked_sub(taken)).ok_or(TooLarge)?;
        }
        if value != 0 {
            sum.push((next, value));
        }
    }
    let common = sum.iter().fold(0, |common, (_, value)| if common == 1 { 1 } else { gcd(common, value.unsigned_abs()) });
    if let Ok(common) = i64::try_from(common)
        && common > 1
    {
        for (_, value) in &mut sum {
            *value /= common;
        }
    }
    Ok(sum)
}
