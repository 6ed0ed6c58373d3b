//! The columns of a basis, factored into a lower and an upper triangle, with the exchanges since then.
//!
//! Columns and rows with one number left are taken first, as most bases of tables consist of little else; what remains is
//! eliminated where that fills in least (Markowitz 1957). Exchanges are kept as products (Dantzig and Orchard-Hays 1954).

use std::collections::BTreeSet;

/// Numbers by place.
pub type Column = Vec<(usize, f64)>;

/// Places of columns that depend on others, each with a row that no column is left for.
pub type Dependent = Vec<(usize, usize)>;

/// Pivots that are smaller are none.
const SINGULAR: f64 = 1e-9;
/// A pivot is at least this part of the largest number in its column.
const STABLE: f64 = 0.1;
/// What is left of rounding where two numbers cancel out.
const NOTHING: f64 = 1e-13;
/// Exchanges before the columns are factored anew.
const EXCHANGES: usize = 64;

/// One step of the elimination.
#[derive(Debug, Clone, Copy)]
struct Pivot {
    row: usize,
    place: usize,
    number: f64,
}

/// The steps of the elimination.
#[derive(Debug, Clone, Default)]
struct Steps {
    pivots: Vec<Pivot>,
    /// Rows that are subtracted from others, and how often, in the order of the steps.
    lower: Vec<(usize, Column)>,
    /// By step, the numbers of the row in later columns, by place.
    right: Vec<Column>,
    /// By step, the numbers of the column in earlier rows.
    above: Vec<Column>,
}

/// A column that replaced another, in terms of the columns before.
#[derive(Debug, Clone)]
struct Exchange {
    place: usize,
    pivot: f64,
    others: Column,
}

/// A factored basis: as many columns as rows.
#[derive(Debug, Clone)]
pub struct Basis {
    steps: Steps,
    exchanges: Vec<Exchange>,
    /// Numbers touched so far.
    pub work: u64,
}

impl Basis {
    /// A column for each row that has one there and nothing else.
    pub fn of_nothing(rows: usize) -> Self {
        let mut steps = Steps::default();
        for row in 0..rows {
            steps.add(Pivot { row, place: row, number: 1.0 }, Column::new(), Column::new());
        }
        steps.turn();
        Self { steps, exchanges: Vec::new(), work: 0 }
    }

    /// Adds a row and a column that has one there and nothing else, to rows where no column has anything.
    pub fn grow(&mut self) {
        let n = self.steps.pivots.len();
        self.steps.add(Pivot { row: n, place: n, number: 1.0 }, Column::new(), Column::new());
        self.steps.above.push(Column::new());
    }

    /// Factors the columns. Fails with those that depend on others.
    pub fn new(columns: &[&Column]) -> Result<Self, Dependent> {
        Elimination::new(columns).run().map(|(steps, work)| Self { steps, exchanges: Vec::new(), work })
    }

    /// Whether so many columns were exchanged that it pays to factor anew.
    pub const fn is_worn(&self) -> bool {
        self.exchanges.len() >= EXCHANGES
    }

    /// The numbers by place with which the columns add up to what is given by row. What is given is used up.
    pub fn solve(&mut self, given: &mut [f64]) -> Vec<f64> {
        let mut work = 2 * given.len();
        for (row, lower) in &self.steps.lower {
            let value = given[*row];
            if value != 0.0 {
                subtract(given, lower, value);
                work += lower.len();
            }
        }
        let steps = self.steps.pivots.iter().zip(&self.steps.above).rev();
        let (mut solution, touched) = one_by_one(given, steps.map(|(pivot, above)| ((pivot.row, pivot.place), pivot.number, above)));
        work += touched;
        for exchange in &self.exchanges {
            let value = solution[exchange.place];
            if value != 0.0 {
                let value = value / exchange.pivot;
                solution[exchange.place] = value;
                subtract(&mut solution, &exchange.others, value);
                work += exchange.others.len();
            }
        }
        self.work += work as u64;
        solution
    }

    /// The numbers by row with which the rows add up to what is given by place. What is given is used up.
    pub fn solve_rows(&mut self, given: &mut [f64]) -> Vec<f64> {
        let mut work = 2 * given.len();
        for exchange in self.exchanges.iter().rev() {
            let others: f64 = exchange.others.iter().map(|(place, number)| number * given[*place]).sum();
            given[exchange.place] = (given[exchange.place] - others) / exchange.pivot;
            work += exchange.others.len();
        }
        let steps = self.steps.pivots.iter().zip(&self.steps.right);
        let (mut solution, touched) = one_by_one(given, steps.map(|(pivot, right)| ((pivot.place, pivot.row), pivot.number, right)));
        work += touched;
        for (row, lower) in self.steps.lower.iter().rev() {
            solution[*row] -= lower.iter().map(|(row, times)| times * solution[*row]).sum::<f64>();
            work += lower.len();
        }
        self.work += work as u64;
        solution
    }

    /// Replaces the column at a place by one that is given in terms of the columns.
    pub fn exchange(&mut self, place: usize, column: &[f64]) {
        let others = column.iter().copied().enumerate().filter(|(other, number)| *other != place && *number != 0.0).collect();
        self.exchanges.push(Exchange { place, pivot: column[place], others });
    }
}

impl Steps {
    fn add(&mut self, pivot: Pivot, lower: Column, right: Column) {
        self.pivots.push(pivot);
        self.right.push(right);
        if !lower.is_empty() {
            self.lower.push((pivot.row, lower));
        }
    }

    /// Finds what columns have in earlier rows, from what the rows have in later columns.
    fn turn(&mut self) {
        let mut step_of = vec![0; self.pivots.len()];
        for (n, pivot) in self.pivots.iter().enumerate() {
            step_of[pivot.place] = n;
        }
        self.above = vec![Column::new(); self.pivots.len()];
        for (pivot, right) in self.pivots.iter().zip(&self.right) {
            for (place, number) in right {
                self.above[step_of[*place]].push((pivot.row, *number));
            }
        }
    }
}

/// Solves a triangle, of which each step has a pivot and other numbers in what is given: what is given where, is solved for
/// where. With the numbers touched.
fn one_by_one<'s>(given: &mut [f64], steps: impl Iterator<Item = ((usize, usize), f64, &'s Column)>) -> (Vec<f64>, usize) {
    let (mut solution, mut touched) = (vec![0.0; given.len()], 0);
    for ((from, to), pivot, others) in steps {
        let value = given[from];
        if value != 0.0 {
            solution[to] = value / pivot;
            subtract(given, others, solution[to]);
            touched += others.len();
        }
    }
    (solution, touched)
}

/// Subtracts a multiple of some numbers.
fn subtract(from: &mut [f64], numbers: &Column, times: f64) {
    for (place, number) in numbers {
        from[*place] -= number * times;
    }
}

/// Rows and columns that are not eliminated yet.
struct Elimination {
    /// By row, numbers by place of column.
    rows: Vec<Column>,
    /// Rows of each column, also some that have no number there any more.
    rows_of: Vec<Vec<usize>>,
    row_left: Vec<bool>,
    column_left: Vec<bool>,
    /// Where a row that is worked on has the number of each column.
    spot: Vec<Option<usize>>,
    /// The columns that are left by the numbers of rows that were counted in them.
    queue: BTreeSet<(usize, usize)>,
    counted: Vec<usize>,
    steps: Steps,
    work: u64,
}

impl Elimination {
    fn new(columns: &[&Column]) -> Self {
        let size = columns.len();
        let mut rows = vec![Column::new(); size];
        for (place, column) in columns.iter().enumerate() {
            for (row, number) in *column {
                rows[*row].push((place, *number));
            }
        }
        let rows_of = columns.iter().map(|column| column.iter().map(|(row, _)| *row).collect()).collect();
        let left = vec![true; size];
        Self {
            rows,
            rows_of,
            row_left: left.clone(),
            column_left: left,
            spot: vec![None; size],
            queue: BTreeSet::new(),
            counted: vec![0; size],
            steps: Steps::default(),
            work: size as u64,
        }
    }

    fn run(mut self) -> Result<(Steps, u64), Dependent> {
        self.columns_of_one();
        self.rows_of_one();
        let left: Vec<usize> = (0..self.rows_of.len()).filter(|place| self.column_left[*place]).collect();
        for place in left {
            self.count(place);
        }
        while let Some((row, place)) = self.pivot() {
            self.eliminate(row, place);
        }
        let left = |flags: &[bool]| flags.iter().enumerate().filter(|(_, left)| **left).map(|(n, _)| n).collect::<Vec<usize>>();
        let (rows, places) = (left(&self.row_left), left(&self.column_left));
        if !rows.is_empty() {
            return Err(places.into_iter().zip(rows).collect());
        }
        self.steps.turn();
        Ok((self.steps, self.work))
    }

    fn number(&self, row: usize, place: usize) -> f64 {
        self.rows[row].iter().find(|(other, _)| *other == place).map_or(0.0, |(_, number)| *number)
    }

    /// Rows that are left with a number in a column.
    fn rows_with(&self, place: usize) -> Vec<(usize, f64)> {
        let rows = self.rows_of[place].iter().copied().filter(|row| self.row_left[*row]);
        rows.map(|row| (row, self.number(row, place))).filter(|(_, number)| *number != 0.0).collect()
    }

    fn columns_of_one(&mut self) {
        let mut count: Vec<usize> = self.rows_of.iter().map(Vec::len).collect();
        let mut single: Vec<usize> = (0..count.len()).rev().filter(|place| count[*place] == 1).collect();
        while let Some(place) = single.pop() {
            let [(row, pivot)] = self.rows_with(place)[..] else { continue };
            if pivot.abs() < SINGULAR {
                continue;
            }
            let right = self.take_row(row, place);
            for (other, _) in &right {
                count[*other] -= 1;
                if count[*other] == 1 {
                    single.push(*other);
                }
            }
            self.work += right.len() as u64;
            self.steps.add(Pivot { row, place, number: pivot }, Column::new(), right);
        }
    }

    /// Takes a row and a column away: what the row has in other columns.
    fn take_row(&mut self, row: usize, place: usize) -> Column {
        (self.row_left[row], self.column_left[place]) = (false, false);
        self.rows[row].iter().copied().filter(|(other, _)| self.column_left[*other]).collect()
    }

    fn rows_of_one(&mut self) {
        let mut count: Vec<usize> = self.rows.iter().map(|row| row.iter().filter(|(place, _)| self.column_left[*place]).count()).collect();
        let mut single: Vec<usize> = (0..count.len()).rev().filter(|row| self.row_left[*row] && count[*row] == 1).collect();
        while let Some(row) = single.pop() {
            let found = self.rows[row].iter().copied().find(|(place, _)| self.column_left[*place]);
            let Some((place, pivot)) = found.filter(|(_, pivot)| self.row_left[row] && pivot.abs() >= SINGULAR) else { continue };
            self.take_row(row, place);
            let mut lower = Column::new();
            for (other, number) in self.rows_with(place) {
                lower.push((other, number / pivot));
                count[other] -= 1;
                if count[other] == 1 {
                    single.push(other);
                }
            }
            self.work += lower.len() as u64;
            self.steps.add(Pivot { row, place, number: pivot }, lower, Column::new());
        }
        for row in 0..self.rows.len() {
            let left = &self.column_left;
            self.rows[row].retain(|(place, _)| left[*place]);
        }
    }

    /// Counts the rows that are left in a column anew.
    fn count(&mut self, place: usize) {
        let rows_left = &self.row_left;
        self.queue.remove(&(self.counted[place], place));
        self.rows_of[place].retain(|row| rows_left[*row]);
        self.counted[place] = self.rows_of[place].len();
        self.queue.insert((self.counted[place], place));
    }

    /// The row and column that fill in least: of the columns with fewest rows the first, in it the shortest row of those
    /// whose number is large enough.
    fn pivot(&mut self) -> Option<(usize, usize)> {
        loop {
            let (_, place) = self.queue.pop_first()?;
            let rows = self.rows_with(place);
            let largest = rows.iter().map(|(_, number)| number.abs()).fold(0.0, f64::max);
            if largest >= SINGULAR {
                let stable = rows.into_iter().filter(|(_, number)| number.abs() >= STABLE * largest);
                return stable.min_by_key(|(row, _)| (self.rows[*row].len(), *row)).map(|(row, _)| (row, place));
            }
            // the column depends on others
        }
    }

    fn eliminate(&mut self, row: usize, place: usize) {
        let pivot = self.number(row, place);
        let right = self.take_row(row, place);
        let mut lower = Column::new();
        for (other, number) in self.rows_with(place) {
            let times = number / pivot;
            lower.push((other, times));
            self.rows[other].retain(|(column, _)| *column != place);
            for (n, (column, _)) in self.rows[other].iter().enumerate() {
                self.spot[*column] = Some(n);
            }
            for (column, own) in &right {
                if let Some(n) = self.spot[*column] {
                    let sum = &mut self.rows[other][n].1;
                    *sum -= times * own;
                    if sum.abs() < NOTHING {
                        *sum = 0.0;
                    }
                } else {
                    self.rows[other].push((*column, -times * own));
                    self.rows_of[*column].push(other);
                }
            }
            for (column, _) in &self.rows[other] {
                self.spot[*column] = None;
            }
            self.work += (right.len() + self.rows[other].len()) as u64;
        }
        for (column, _) in &right {
            self.count(*column);
        }
        self.steps.add(Pivot { row, place, number: pivot }, lower, right);
    }
}
