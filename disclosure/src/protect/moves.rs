//! Deviations that satisfy every equation: how far one cell can be moved, and how it is moved at the least cost.
//!
//! The equations are rows in floating point, each solved for one cell. They are solved anew from the equations after a number
//! of steps, so that what is rounded does not add up; what the moves are used for is checked by the attacker in any case.

use super::model::Room;

/// A row: coefficients by cell, in order; that of the cell that it is solved for is one.
type Row = Vec<(u32, f64)>;

/// Cells and how far they deviate.
pub type Move = Vec<(usize, f64)>;

/// How far a cell was moved.
#[derive(Debug, Clone, PartialEq)]
pub struct Pushed {
    /// At least the distance asked for, or the farthest possible.
    pub distance: f64,
    /// Where the cells stand that deviate.
    pub stand: Move,
    /// What the pushed cell gains when another deviates by one; empty where the distance asked for was reached, or nothing
    /// was found.
    pub rates: Move,
}

/// The equations of a component.
#[derive(Debug, Clone)]
pub struct Moves {
    equations: Vec<Row>,
    rows: Vec<Row>,
    basic: Vec<usize>,
    row_of: Vec<Option<usize>>,
    at: Vec<f64>,
    /// Steps since the rows were solved from the equations.
    steps: usize,
    /// Numbers touched so far: the measure of work.
    pub work: u64,
}

/// Deviations nearer to a bound than this part of it are at the bound.
const NEAR: f64 = 1e-9;
/// Coefficients that are smaller are what is left of rounding.
const TINY: f64 = 1e-10;

/// Steps that move nothing before the smallest index decides, and steps after which a search gives up.
const PATIENCE: usize = 30;
const LONGEST: usize = 20_000;
/// Steps after which the rows are solved anew.
const FRESH: usize = 500;

impl Moves {
    pub fn new(cells: usize, equations: &[Vec<(usize, i64)>]) -> Self {
        let row = |equation: &Vec<(usize, i64)>| {
            equation.iter().filter_map(|(cell, coefficient)| Some((u32::try_from(*cell).ok()?, float(*coefficient)))).collect()
        };
        let equations = equations.iter().map(row).collect();
        let mut moves =
            Self { equations, rows: Vec::new(), basic: Vec::new(), row_of: vec![None; cells], at: vec![0.0; cells], steps: 0, work: 0 };
        moves.solve(&[]);
        moves
    }

    /// Solves the equations for one cell each, for some of these as far as possible.
    fn solve(&mut self, cells: &[usize]) {
        let mut wanted = vec![false; self.at.len()];
        for cell in cells {
            wanted[*cell] = true;
        }
        (self.rows, self.basic, self.steps) = (Vec::new(), Vec::new(), 0);
        self.row_of.fill(None);
        for equation in self.equations.clone() {
            let mut row = equation.clone();
            for (cell, _) in &equation {
                if let Some(owner) = self.row_of[*cell as usize] {
                    self.work += (row.len() + self.rows[owner].len()) as u64;
                    row = without(&row, &self.rows[owner], *cell);
                }
            }
            // a wanted cell; of these one whose coefficient is largest, so that the others become small
            let better = |a: &&(u32, f64), b: &&(u32, f64)| {
                let key = |cell: &(u32, f64)| wanted[cell.0 as usize];
                key(a).cmp(&key(b)).then(a.1.abs().total_cmp(&b.1.abs())).then(b.0.cmp(&a.0))
            };
            let Some(pivot) = row.iter().max_by(better).map(|(cell, _)| *cell as usize) else { continue };
            self.rows.push(row);
            self.basic.push(pivot);
            self.solve_for(self.rows.len() - 1, pivot);
        }
        self.steps = 0;
    }

    fn solve_for(&mut self, place: usize, cell: usize) {
        let mut own = std::mem::take(&mut self.rows[place]);
        let pivot = coefficient(&own, cell).unwrap_or(1.0);
        if pivot != 1.0 {
            for (_, coefficient) in &mut own {
                *coefficient /= pivot;
            }
        }
        self.row_of[self.basic[place]] = None;
        self.basic[place] = cell;
        self.row_of[cell] = Some(place);
        let Ok(name) = u32::try_from(cell) else { return };
        for row in &mut self.rows {
            if coefficient(row, cell).is_some() {
                *row = without(row, &own, name);
                self.work += row.len() as u64 + own.len() as u64;
            }
        }
        self.rows[place] = own;
        self.steps += 1;
    }

    /// Solves the rows anew if so many steps were made that rounding may have added up.
    fn refresh(&mut self) {
        if self.steps > FRESH {
            let basic = self.basic.clone();
            self.solve(&basic);
        }
    }

    /// Moves a cell up (or down) until `enough` is reached or nothing can move it farther.
    pub fn push(&mut self, room: &Room, cell: usize, up: bool, enough: f64) -> Pushed {
        self.refresh();
        self.at.fill(0.0);
        let sign = if up { 1.0 } else { -1.0 };
        let mut idle = 0;
        loop {
            let distance = self.at[cell] * sign;
            if distance >= enough * (1.0 - NEAR) {
                return Pushed { distance, stand: self.stand(), rates: Vec::new() };
            }
            let rates = self.rates(cell, sign);
            let helps = rates.iter().filter(|(other, rate)| left(room, *other, self.at[*other], *rate > 0.0) > 0.0);
            let better = |a: &&(usize, f64), b: &&(usize, f64)| a.1.abs().total_cmp(&b.1.abs()).then(b.0.cmp(&a.0));
            let entering = if idle > PATIENCE { helps.min_by_key(|(other, _)| *other) } else { helps.max_by(better) };
            if idle > LONGEST {
                return Pushed { distance, stand: self.stand(), rates: Vec::new() };
            }
            let Some(&(entering, rate)) = entering else {
                return Pushed { distance, stand: self.stand(), rates };
            };
            let limit = |moves: &Self, other: usize, rises: bool| left(room, other, moves.at[other], rises);
            let (step, leaving) = self.step(entering, rate > 0.0, limit);
            if step.is_infinite() {
                let stand = self.endless(cell, sign, entering, rate > 0.0, enough);
                return Pushed { distance: f64::INFINITY, stand, rates: Vec::new() };
            }
            idle = if step > 0.0 { 0 } else { idle + 1 };
            self.walk(entering, if rate > 0.0 { step } else { -step });
            if let Some(place) = leaving {
                self.solve_for(place, entering);
            }
        }
    }

    /// Where the cells stand when an endless move is stopped at `enough`.
    fn endless(&mut self, cell: usize, sign: f64, entering: usize, rises: bool, enough: f64) -> Move {
        let rate = if cell == entering {
            1.0
        } else {
            self.row_of[cell].map_or(1.0, |place| coefficient(&self.rows[place], entering).unwrap_or(0.0).abs())
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
        let row = &self.rows[place];
        self.work += row.len() as u64;
        row.iter().map(|(other, coefficient)| (*other as usize, -sign * coefficient)).filter(|(other, _)| *other != cell).collect()
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
            let rate = if rises { -moving } else { moving };
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
                self.at[self.basic[place]] -= by * moving;
            }
        }
        self.at[entering] += by;
    }

    /// Moves a cell by a distance so that the sum of cost × deviation is small. Nothing if it cannot be moved so far.
    pub fn cheapest(&mut self, room: &Room, cell: usize, up: bool, distance: f64, cost: &[f64]) -> Option<Move> {
        let mut within = room.clone();
        let side = if up { &mut within.above } else { &mut within.below };
        side[cell] = distance;
        let pushed = self.push(&within, cell, up, distance);
        if pushed.distance < distance * (1.0 - NEAR) {
            return None;
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
                self.solve_for(place, entering);
            }
            rising[entering] = if self.at[entering] == 0.0 { rises } else { self.at[entering] > 0.0 };
        }
        Some(self.stand().into_iter().filter(|(_, at)| at.abs() > NEAR * distance).collect())
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
            for (other, coefficient) in row {
                saving[*other as usize] += slope * coefficient;
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
    row.binary_search_by_key(&cell, |(cell, _)| *cell).ok().map(|place| row[place].1)
}

#[expect(clippy::cast_precision_loss, reason = "the choice of cells may be approximate: the attacker checks it exactly")]
fn float(coefficient: i64) -> f64 {
    coefficient as f64
}

/// The row without a cell, by a multiple of the row that is solved for it.
fn without(row: &Row, owner: &Row, cell: u32) -> Row {
    let Ok(place) = row.binary_search_by_key(&cell, |(cell, _)| *cell) else { return row.clone() };
    let take = row[place].1;
    let mut sum = Row::with_capacity(row.len() + owner.len());
    let (mut own, mut other) = (row.iter().peekable(), owner.iter().peekable());
    loop {
        let next = match (own.peek(), other.peek()) {
            (Some((a, _)), Some((b, _))) => *a.min(b),
            (Some((a, _)), None) => *a,
            (None, Some((b, _))) => *b,
            (None, None) => return sum,
        };
        let kept = own.next_if(|(cell, _)| *cell == next).map_or(0.0, |(_, coefficient)| *coefficient);
        let value = other.next_if(|(cell, _)| *cell == next).map_or(kept, |(_, coefficient)| kept - take * coefficient);
        if value.abs() > TINY && next != cell {
            sum.push((next, value));
        }
    }
}
