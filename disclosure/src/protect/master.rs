//! The least weight that satisfies a set of cuts: a linear programme over the share of each cell that is hidden, solved by
//! the dual simplex method, with a bound that is recomputed in whole numbers and so holds whatever was rounded.
//!
//! A cut says that some cells together must be hidden enough: Σ coefficient × share ≥ 1. Cells take shares from 0 to 1.

/// Unit of a cut's coefficients and of the multipliers: 2⁻²⁴ and 2⁻²⁰.
const UNIT: i64 = 1 << 24;
const MULTIPLIER: f64 = 1_048_576.0;
/// Unit of a bound: that of coefficients times that of multipliers.
const WEIGHT_UNIT: i128 = 1 << 44;
const TINY: f64 = 1e-9;

/// A cut: cells in order with coefficients in units of 2⁻²⁴, rounded up, at most one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cut(Vec<(usize, i64)>);

impl Cut {
    /// The cut Σ coefficient × share ≥ `least`, for coefficients that are not negative. Rounding up weakens it, and no
    /// coefficient needs to be larger than what all have to reach. Coefficients are taken a millionth larger than they were
    /// found, a thousand times what rounding can have cost them.
    pub fn new(terms: impl IntoIterator<Item = (usize, f64)>, least: f64) -> Self {
        let mut cut: Vec<(usize, i64)> = terms
            .into_iter()
            .filter(|(_, coefficient)| *coefficient > 0.0)
            .map(|(cell, coefficient)| (cell, units(coefficient / least * (1.0 + 1e-6))))
            .collect();
        cut.sort_unstable();
        Self(cut)
    }

    /// The same for shares that some cells have for certain; nothing if the cut then says nothing.
    pub fn given(mut self, certain: impl Fn(usize) -> bool) -> Option<Self> {
        let covered: i64 = self.0.iter().filter(|(cell, _)| certain(*cell)).map(|(_, coefficient)| *coefficient).sum();
        let left = UNIT - covered;
        if left <= 0 {
            return None;
        }
        self.0.retain(|(cell, _)| !certain(*cell));
        let scaled = |coefficient: i64| {
            let product = i128::from(coefficient) * i128::from(UNIT);
            let up = (product + i128::from(left) - 1) / i128::from(left);
            i64::try_from(up).map_or(UNIT, |up| up.min(UNIT))
        };
        self.0.iter_mut().for_each(|(_, coefficient)| *coefficient = scaled(*coefficient));
        Some(self)
    }

    fn float(&self) -> impl Iterator<Item = (usize, f64)> {
        self.0.iter().map(|(cell, coefficient)| (*cell, float(*coefficient) / float(UNIT)))
    }

    /// How far shares are from satisfying the cut.
    pub fn lacking(&self, shares: &[f64]) -> f64 {
        1.0 - self.float().map(|(cell, coefficient)| coefficient * shares[cell]).sum::<f64>()
    }

    /// What it costs at least to provide what shares lack of the cut.
    pub fn price(&self, shares: &[f64], weight: &[i64]) -> f64 {
        let open = self.float().filter(|(cell, _)| shares[*cell] < 1.0);
        self.lacking(shares) * open.map(|(cell, coefficient)| float(weight[cell]) / coefficient).fold(f64::INFINITY, f64::min)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "between 0 and 2^24")]
fn units(coefficient: f64) -> i64 {
    if coefficient >= 1.0 { UNIT } else { ((coefficient * float(UNIT)).ceil() as i64 + 1).min(UNIT) }
}

#[expect(clippy::cast_precision_loss, reason = "bounds are recomputed in whole numbers")]
fn float(number: i64) -> f64 {
    number as f64
}

/// A column or row of the dictionary: a cell's share, or what a cut has above its least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    Cell(usize),
    Cut(usize),
}

/// What a cell may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    Open,
    Published,
    SuppressedCell,
}

/// The programme: every basic variable as a constant and a multiple of each other variable.
#[derive(Debug, Clone)]
pub struct Master {
    weight: Vec<i64>,
    choice: Vec<Choice>,
    cuts: Vec<Cut>,
    columns: Vec<Name>,
    /// Whether a column stands at its upper end.
    high: Vec<bool>,
    /// What the weight gains when a column rises.
    price: Vec<f64>,
    rows: Vec<(Name, f64, Vec<f64>)>,
    scale: f64,
    /// Numbers touched so far.
    pub work: u64,
}

/// No shares satisfy the cuts: the row that shows it, and whether it would have to rise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Infeasible {
    place: usize,
    rises: bool,
}

impl Master {
    pub fn new(weight: Vec<i64>) -> Self {
        let scale = weight.iter().copied().max().map_or(1.0, |largest| float(largest.max(1)));
        Self {
            choice: vec![Choice::Open; weight.len()],
            cuts: Vec::new(),
            columns: (0..weight.len()).map(Name::Cell).collect(),
            high: vec![false; weight.len()],
            price: weight.iter().map(|weight| float(*weight) / scale).collect(),
            rows: Vec::new(),
            weight,
            scale,
            work: 0,
        }
    }

    /// The number of numbers that a step touches.
    pub fn size(&self) -> usize {
        self.rows.len() * self.columns.len()
    }

    /// Decides a cell.
    pub fn choose(&mut self, cell: usize, choice: Choice) {
        self.choice[cell] = choice;
        if let Some(column) = self.columns.iter().position(|name| *name == Name::Cell(cell)) {
            self.high[column] = choice == Choice::SuppressedCell;
        }
    }

    /// Adds a cut in terms of the present columns.
    pub fn add(&mut self, cut: Cut) {
        let (mut constant, mut row) = (-1.0, vec![0.0; self.columns.len()]);
        let mut column_of = vec![None; self.weight.len()];
        for (n, name) in self.columns.iter().enumerate() {
            if let Name::Cell(cell) = name {
                column_of[*cell] = Some(n);
            }
        }
        let mut row_of = vec![None; self.weight.len()];
        for (n, (name, ..)) in self.rows.iter().enumerate() {
            if let Name::Cell(cell) = name {
                row_of[*cell] = Some(n);
            }
        }
        for (cell, coefficient) in cut.float() {
            if let Some(column) = column_of[cell] {
                row[column] += coefficient;
            } else if let Some(place) = row_of[cell] {
                let (_, own, terms) = &self.rows[place];
                constant += coefficient * own;
                row.iter_mut().zip(terms).for_each(|(sum, term)| *sum += coefficient * term);
                self.work += terms.len() as u64;
            }
        }
        self.rows.push((Name::Cut(self.cuts.len()), constant, row));
        self.cuts.push(cut);
    }

    fn ends(&self, name: Name) -> (f64, f64) {
        match name {
            Name::Cut(_) => (0.0, f64::INFINITY),
            Name::Cell(cell) => match self.choice[cell] {
                Choice::Open => (0.0, 1.0),
                Choice::Published => (0.0, 0.0),
                Choice::SuppressedCell => (1.0, 1.0),
            },
        }
    }

    fn stands(&self, column: usize) -> f64 {
        let (low, high) = self.ends(self.columns[column]);
        if self.high[column] && high.is_finite() { high } else { low }
    }

    fn value(&self, constant: f64, terms: &[f64]) -> f64 {
        constant + terms.iter().enumerate().filter(|(_, term)| **term != 0.0).map(|(n, term)| term * self.stands(n)).sum::<f64>()
    }

    /// Solves the programme again after cuts or choices. Gives up after a number of steps; the bound then is a weaker one.
    pub fn solve(&mut self, steps: usize) -> Result<(), Infeasible> {
        for column in 0..self.columns.len() {
            let (low, high) = self.ends(self.columns[column]);
            // a column stands where its price wants it, so that only rows can be out of bounds
            self.high[column] = if low == high { self.high[column] } else { high.is_finite() && self.price[column] < -TINY };
        }
        for _ in 0..steps {
            self.work += 2 * self.size() as u64;
            let out = self.rows.iter().enumerate().filter_map(|(n, (name, constant, terms))| {
                let (low, high) = self.ends(*name);
                let value = self.value(*constant, terms);
                let out = (low - value).max(value - high);
                (out > 1e-7).then_some((n, out, value < low))
            });
            let Some((place, _, rises)) = out.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))) else { break };
            let Some(column) = self.cheapest(place, rises) else { return Err(Infeasible { place, rises }) };
            self.exchange(place, column, !rises);
        }
        Ok(())
    }

    /// The column that brings a row back at the least price.
    fn cheapest(&self, place: usize, rises: bool) -> Option<usize> {
        let terms = &self.rows[place].2;
        let mut best: Option<(usize, f64)> = None;
        for (column, term) in terms.iter().enumerate() {
            let (low, high) = self.ends(self.columns[column]);
            if low == high || term.abs() < 1e-7 {
                continue;
            }
            let column_rises = !self.high[column];
            if (*term > 0.0) == (rises == column_rises) {
                let ratio = self.price[column].abs() / term.abs();
                if best.is_none_or(|(other, least)| ratio < least - TINY || ratio < least + TINY && term.abs() > terms[other].abs()) {
                    best = Some((column, ratio));
                }
            }
        }
        best.map(|(column, _)| column)
    }

    /// A row's variable becomes a column that stands at its upper (or lower) end, and the column's becomes the row.
    fn exchange(&mut self, place: usize, column: usize, high: bool) {
        let (name, constant, mut terms) = std::mem::replace(&mut self.rows[place], (Name::Cell(0), 0.0, Vec::new()));
        let pivot = terms[column];
        for term in &mut terms {
            *term /= -pivot;
        }
        terms[column] = 1.0 / pivot;
        let constant = -constant / pivot;
        for (_, other_constant, other) in self.rows.iter_mut().filter(|(.., other)| !other.is_empty()) {
            let factor = std::mem::take(&mut other[column]);
            if factor != 0.0 {
                *other_constant += factor * constant;
                other.iter_mut().zip(&terms).for_each(|(sum, term)| *sum += factor * term);
            }
        }
        let factor = std::mem::take(&mut self.price[column]);
        self.price.iter_mut().zip(&terms).for_each(|(sum, term)| *sum += factor * term);
        self.rows[place] = (std::mem::replace(&mut self.columns[column], name), constant, terms);
        self.high[column] = high;
    }

    /// Forgets cuts that are satisfied with something to spare, and returns them.
    pub fn tidy(&mut self) -> Vec<Cut> {
        let spare = |(name, constant, terms): &(Name, f64, Vec<f64>)| match name {
            Name::Cut(cut) if self.value(*constant, terms) >= 0.05 => Some(*cut),
            _ => None,
        };
        let forgotten: Vec<usize> = self.rows.iter().filter_map(spare).collect();
        self.rows.retain(|(name, ..)| !matches!(name, Name::Cut(cut) if forgotten.contains(cut)));
        forgotten.into_iter().map(|cut| std::mem::replace(&mut self.cuts[cut], Cut(Vec::new()))).collect()
    }

    /// Whether a cell is not decided.
    pub fn is_open(&self, cell: usize) -> bool {
        self.choice[cell] == Choice::Open
    }

    /// The shares, between 0 and 1.
    pub fn shares(&self) -> Vec<f64> {
        let mut shares = vec![0.0; self.weight.len()];
        for (column, name) in self.columns.iter().enumerate() {
            if let Name::Cell(cell) = name {
                shares[*cell] = self.stands(column);
            }
        }
        for (name, constant, terms) in &self.rows {
            if let Name::Cell(cell) = name {
                shares[*cell] = self.value(*constant, terms).clamp(0.0, 1.0);
            }
        }
        shares
    }

    /// No choice that satisfies the cuts weighs less. From the prices of the cuts as multipliers, in whole numbers: any
    /// multipliers give a bound, so rounding cannot make it wrong.
    pub fn bound(&self) -> i128 {
        self.bound_of(&self.price, None)
    }

    /// The bound where no shares satisfy the cuts: as large as the row that shows it is made to count.
    pub fn bound_of_none(&self, shown: Infeasible, wanted: i128) -> i128 {
        let (name, constant, terms) = &self.rows[shown.place];
        let (low, high) = self.ends(*name);
        let value = self.value(*constant, terms);
        let out = if shown.rises { low - value } else { value - high };
        #[expect(clippy::cast_precision_loss, reason = "only chooses how much the row counts")]
        let factor = 2.0 * (wanted as f64 / self.scale + 1.0) / out.max(1e-7) * if shown.rises { -1.0 } else { 1.0 };
        let price: Vec<f64> = self.price.iter().zip(terms).map(|(price, term)| price + factor * term).collect();
        let own = match name {
            Name::Cut(cut) => Some((*cut, -factor)),
            Name::Cell(_) => None,
        };
        self.bound_of(&price, own)
    }

    fn bound_of(&self, price: &[f64], row: Option<(usize, f64)>) -> i128 {
        let (total, gains) = self.gains(price, row);
        let of = |(cell, gain): (usize, &i128)| match self.choice[cell] {
            Choice::SuppressedCell => *gain,
            Choice::Published => 0,
            Choice::Open => (*gain).min(0),
        };
        weight(total + gains.iter().enumerate().map(of).sum::<i128>())
    }

    /// For the prices of the cuts as multipliers: what the cuts ask for, and what hiding each cell adds to it.
    fn gains(&self, price: &[f64], row: Option<(usize, f64)>) -> (i128, Vec<i128>) {
        let mut total = 0_i128;
        let mut gains: Vec<i128> = self.weight.iter().map(|weight| i128::from(*weight) * WEIGHT_UNIT).collect();
        let columns = self.columns.iter().zip(price).filter_map(|(name, price)| match name {
            Name::Cut(cut) => Some((*cut, *price)),
            Name::Cell(_) => None,
        });
        for (cut, price) in columns.chain(row) {
            let multiplier = multiplier(price * self.scale);
            total += multiplier * i128::from(UNIT);
            for (cell, coefficient) in &self.cuts[cut].0 {
                gains[*cell] -= multiplier * i128::from(*coefficient);
            }
        }
        (total, gains)
    }

    /// Decides the cells of which every choice below `best` has the same.
    pub fn decide(&mut self, best: i128) {
        let (_, gains) = self.gains(&self.price, None);
        let bound = (self.bound() - 1) * WEIGHT_UNIT; // rounded down
        for (cell, gain) in gains.into_iter().enumerate().filter(|(_, gain)| *gain != 0) {
            if self.is_open(cell) && weight(bound + gain.abs()) >= best {
                self.choose(cell, if gain > 0 { Choice::Published } else { Choice::SuppressedCell });
            }
        }
    }
}

/// Whole weights: a bound between two whole numbers is the upper one.
fn weight(bound: i128) -> i128 {
    bound.div_euclid(WEIGHT_UNIT) + i128::from(bound.rem_euclid(WEIGHT_UNIT) != 0)
}

/// A price in units of 2⁻²⁰, rounded down, not negative.
#[expect(clippy::cast_possible_truncation, reason = "prices are at most the weights, which fit 60 bits: the product fits 80")]
fn multiplier(price: f64) -> i128 {
    if price > 0.0 { (price * MULTIPLIER).floor().min(1e27) as i128 } else { 0 }
}
