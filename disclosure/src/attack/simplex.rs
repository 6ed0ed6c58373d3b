//! How far a hidden cell can be moved when every equation has to hold: the simplex method in exact arithmetic.
//!
//! The unknowns are deviations from the true values, so zero always is a solution and no first phase is needed. The
//! equations are kept as a dictionary of integer rows, each with one basic variable of its own; variables outside the
//! basis may stand anywhere between their bounds. Bland's rule after a run of steps that move nothing ends every cycle.

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::Ratio;
use num_traits::{CheckedAdd, CheckedMul, CheckedSub, FromPrimitive, Signed, ToPrimitive};

/// Whole numbers in which a product or sum that does not fit is noticed.
pub trait Exact:
    Integer + Signed + CheckedAdd + CheckedSub + CheckedMul + Clone + From<i64> + FromPrimitive + ToPrimitive + TryFrom<BigInt>
{
}

impl Exact for i128 {}
impl Exact for BigInt {}

/// A number did not fit; larger integers are needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overflow;

type Result<T> = std::result::Result<T, Overflow>;
/// Coefficients by variable, in order, without zeros. Their sum with the variables is zero.
type Row<T> = Vec<(usize, T)>;

/// How far each variable may go; no bound is no end.
#[derive(Debug, Clone)]
pub struct Room<T> {
    /// Least deviation, not above zero.
    pub least: Vec<Option<T>>,
    /// Largest deviation, not below zero.
    pub most: Vec<Option<T>>,
}

/// Which way a variable is moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Down,
    Up,
}

/// How far a variable can be moved.
#[derive(Debug, Clone)]
pub enum End<T: Clone + Integer> {
    /// So far.
    At(Ratio<T>),
    /// Without end, by moving these variables, of which none meets a bound.
    Open(Vec<usize>),
}

/// The equations, solved for the basic variables, and where every variable stands.
#[derive(Debug, Clone)]
pub struct Dictionary<T: Clone + Integer> {
    rows: Vec<Row<T>>,
    /// Basic variable of each row; its coefficient is positive.
    basic: Vec<usize>,
    /// Row in which a variable is basic.
    row_of: Vec<Option<usize>>,
    at: Vec<Ratio<T>>,
    /// Numbers touched so far.
    pub work: u64,
}

/// Steps that move nothing before Bland's rule takes over.
const PATIENCE: usize = 20;

impl<T: Exact> Dictionary<T> {
    /// Solves the equations between `variables` many variables.
    pub fn new(variables: usize, equations: &[Vec<(usize, i64)>]) -> Result<Self> {
        let at = vec![Ratio::from(T::zero()); variables];
        let mut dictionary = Self { rows: Vec::new(), basic: Vec::new(), row_of: vec![None; variables], at, work: 0 };
        for equation in equations {
            let mut row: Row<T> = equation.iter().map(|(variable, coefficient)| (*variable, T::from(*coefficient))).collect();
            for (variable, _) in equation {
                if let Some(owner) = dictionary.row_of[*variable] {
                    row = eliminate(&row, &dictionary.rows[owner], *variable)?;
                }
            }
            // a small coefficient keeps the numbers small
            let pivot = row.iter().min_by_key(|(variable, coefficient)| (coefficient.abs(), *variable)).map(|(variable, _)| *variable);
            if let Some(pivot) = pivot {
                let place = dictionary.rows.len();
                dictionary.rows.push(row);
                dictionary.basic.push(pivot);
                dictionary.make_basic(place, pivot)?;
            }
        }
        Ok(dictionary)
    }

    /// Removes the variable from all rows but its own.
    fn make_basic(&mut self, place: usize, variable: usize) -> Result<()> {
        let mut own = std::mem::take(&mut self.rows[place]);
        if coefficient(&own, variable).is_some_and(Signed::is_negative) {
            for (_, coefficient) in &mut own {
                *coefficient = T::zero() - coefficient.clone();
            }
        }
        self.row_of[self.basic[place]] = None;
        self.basic[place] = variable;
        self.row_of[variable] = Some(place);
        for other in 0..self.rows.len() {
            if other != place && coefficient(&self.rows[other], variable).is_some() {
                self.rows[other] = eliminate(&self.rows[other], &own, variable)?;
                self.work += (own.len() + self.rows[other].len()) as u64;
            }
        }
        self.rows[place] = own;
        Ok(())
    }

    /// Where the variables stand that do not stand at zero.
    pub fn moved(&self) -> Vec<(usize, Ratio<T>)> {
        self.at.iter().enumerate().filter(|(_, at)| **at != Ratio::from(T::zero())).map(|(n, at)| (n, at.clone())).collect()
    }

    /// Begins the next move where no variable deviates.
    pub fn start(&mut self) {
        self.at.fill(Ratio::from(T::zero()));
    }

    /// Moves a variable as far as the equations and the room allow.
    pub fn farthest(&mut self, room: &Room<T>, target: usize, way: Way) -> Result<End<T>> {
        let mut idle = 0;
        while let Some((entering, rising)) = self.entering(room, target, way, idle > PATIENCE) {
            self.work += self.rows.len() as u64;
            let Some((step, leaving)) = self.step(room, entering, rising)? else {
                let rows = self.rows.iter().zip(&self.basic).filter(|(row, _)| coefficient(row, entering).is_some());
                return Ok(End::Open([entering].into_iter().chain(rows.map(|(_, basic)| *basic)).collect()));
            };
            idle = if step == Ratio::from(T::zero()) { idle + 1 } else { 0 };
            self.walk(entering, rising, &step)?;
            if let Some(place) = leaving {
                self.make_basic(place, entering)?;
            }
        }
        Ok(End::At(self.at[target].clone()))
    }

    /// A variable outside the basis whose move helps the target, and whether it rises.
    fn entering(&self, room: &Room<T>, target: usize, way: Way, bland: bool) -> Option<(usize, bool)> {
        let up = way == Way::Up;
        let Some(place) = self.row_of[target] else {
            return room.can_move(target, &self.at[target], up).then_some((target, up));
        };
        // the coefficient of the basic variable is positive: the target rises as the others times their coefficient fall
        let helps = self.rows[place].iter().filter(|(variable, _)| *variable != target).filter_map(|(variable, coefficient)| {
            let rising = coefficient.is_negative() == up;
            room.can_move(*variable, &self.at[*variable], rising).then(|| (*variable, rising, coefficient.abs()))
        });
        let best = if bland { helps.min_by_key(|(n, ..)| *n) } else { helps.min_by(|a, b| b.2.cmp(&a.2).then(a.0.cmp(&b.0))) };
        best.map(|(variable, rising, _)| (variable, rising))
    }

    /// How far the entering variable can go, and the row whose basic variable stops it. Nothing if nothing stops it.
    fn step(&self, room: &Room<T>, entering: usize, rising: bool) -> Result<Option<(Ratio<T>, Option<usize>)>> {
        let mut shortest = room.left(entering, &self.at[entering], rising)?.map(|left| (left, None));
        for (place, row) in self.rows.iter().enumerate() {
            let Some(moving) = coefficient(row, entering) else { continue };
            let basic = self.basic[place];
            let own = coefficient(row, basic).ok_or(Overflow)?;
            let basic_rises = moving.is_negative() == rising;
            let Some(left) = room.left(basic, &self.at[basic], basic_rises)? else { continue };
            let limit = times(&left, &quotient(own.clone(), moving.abs()))?;
            let shorter = match &shortest {
                None => true,
                Some((best, None)) => !less(best, &limit),
                Some((best, Some(other))) => less(&limit, best) || limit == *best && basic < self.basic[*other],
            };
            if shorter {
                shortest = Some((limit, Some(place)));
            }
        }
        Ok(shortest)
    }

    fn walk(&mut self, entering: usize, rising: bool, step: &Ratio<T>) -> Result<()> {
        let step = if rising { step.clone() } else { Ratio::from(T::zero()) - step.clone() };
        for (place, row) in self.rows.iter().enumerate() {
            let Some(moving) = coefficient(row, entering) else { continue };
            let basic = self.basic[place];
            let own = coefficient(row, basic).ok_or(Overflow)?;
            let change = times(&step, &quotient(moving.clone(), own.clone()))?;
            self.at[basic] = minus(&self.at[basic], &change)?;
        }
        self.at[entering] = plus(&self.at[entering], &step)?;
        Ok(())
    }
}

impl<T: Exact> Room<T> {
    fn bound(&self, variable: usize, rising: bool) -> Option<&T> {
        if rising { self.most[variable].as_ref() } else { self.least[variable].as_ref() }
    }

    /// Whether a variable may stand there.
    pub fn holds(&self, variable: usize, at: &Ratio<T>) -> bool {
        self.least[variable].as_ref().is_none_or(|least| !less(at, &Ratio::from(least.clone())))
            && self.most[variable].as_ref().is_none_or(|most| !less(&Ratio::from(most.clone()), at))
    }

    fn can_move(&self, variable: usize, at: &Ratio<T>, rising: bool) -> bool {
        self.bound(variable, rising).is_none_or(|bound| !at.is_integer() || at.numer() != bound)
    }

    /// What is left to the bound, not negative.
    fn left(&self, variable: usize, at: &Ratio<T>, rising: bool) -> Result<Option<Ratio<T>>> {
        let Some(bound) = self.bound(variable, rising) else { return Ok(None) };
        let left = minus(&Ratio::from(bound.clone()), at)?;
        Ok(Some(left.abs()))
    }
}

/// How much of the way to where a variable stands lies within its bound on that side, if that is less than a part that is known.
pub fn part_within<T: Exact>(bound: Option<T>, at: &Ratio<T>, part: Ratio<T>) -> Result<Ratio<T>> {
    let Some(bound) = bound.filter(|_| !at.numer().is_zero()).map(Ratio::from) else { return Ok(part) };
    let beyond = if at.is_positive() { less(&bound, at) } else { less(at, &bound) };
    if !beyond {
        return Ok(part);
    }
    let allowed = times(&bound, &at.recip())?;
    Ok(if less(&allowed, &part) { allowed } else { part })
}

/// The product. Whole numbers, which are most, need no common divisor.
pub fn times<T: Exact>(a: &Ratio<T>, b: &Ratio<T>) -> Result<Ratio<T>> {
    if a.is_integer() && b.is_integer() {
        return a.numer().checked_mul(b.numer()).map(Ratio::from).ok_or(Overflow);
    }
    a.checked_mul(b).ok_or(Overflow)
}

fn plus<T: Exact>(a: &Ratio<T>, b: &Ratio<T>) -> Result<Ratio<T>> {
    if a.is_integer() && b.is_integer() {
        return a.numer().checked_add(b.numer()).map(Ratio::from).ok_or(Overflow);
    }
    a.checked_add(b).ok_or(Overflow)
}

fn minus<T: Exact>(a: &Ratio<T>, b: &Ratio<T>) -> Result<Ratio<T>> {
    plus(a, &-b.clone())
}

/// Whether the first is less.
pub fn less<T: Exact>(a: &Ratio<T>, b: &Ratio<T>) -> bool {
    if a.is_integer() && b.is_integer() { a.numer() < b.numer() } else { a < b }
}

/// The quotient of two whole numbers.
fn quotient<T: Exact>(a: T, b: T) -> Ratio<T> {
    if b.is_one() { Ratio::from(a) } else { Ratio::new(a, b) }
}

fn coefficient<T>(row: &Row<T>, variable: usize) -> Option<&T> {
    row.binary_search_by_key(&variable, |(variable, _)| *variable).ok().map(|place| &row[place].1)
}

/// The row without the variable, by subtracting a multiple of the row in which it is basic.
fn eliminate<T: Exact>(row: &Row<T>, owner: &Row<T>, variable: usize) -> Result<Row<T>> {
    let (Some(a), Some(b)) = (coefficient(row, variable), coefficient(owner, variable)) else { return Ok(row.clone()) };
    let common = a.gcd(b);
    // the factor of `row` stays positive, so that its basic variable keeps a positive coefficient
    let (mut keep, mut take) = (b.clone() / common.clone(), a.clone() / common);
    if keep.is_negative() {
        (keep, take) = (T::zero() - keep, T::zero() - take);
    }
    let mut merged: Row<T> = Vec::with_capacity(row.len() + owner.len());
    let (mut left, mut right) = (row.iter().peekable(), owner.iter().peekable());
    while let Some(next) = [left.peek(), right.peek()].into_iter().flatten().map(|(variable, _)| *variable).min() {
        let mut sum = T::zero();
        if let Some((_, own)) = left.next_if(|(l, _)| *l == next) {
            sum = own.checked_mul(&keep).ok_or(Overflow)?;
        }
        if let Some((_, other)) = right.next_if(|(r, _)| *r == next) {
            sum = sum.checked_sub(&other.checked_mul(&take).ok_or(Overflow)?).ok_or(Overflow)?;
        }
        if !sum.is_zero() {
            merged.push((next, sum));
        }
    }
    let common = merged.iter().fold(T::zero(), |common, (_, coefficient)| if common.is_one() { common } else { common.gcd(coefficient) });
    if !common.is_zero() && !common.is_one() {
        for (_, coefficient) in &mut merged {
            *coefficient = coefficient.clone() / common.clone();
        }
    }
    Ok(merged)
}
