//! How far a hidden cell can be moved: looked for in floating point, proven in whole numbers.
//!
//! A point that satisfies every equation shows how far the cell can go; a sum of the equations shows that it can go no farther,
//! whatever the numbers are that they are added with. Both are rounded to fractions and checked exactly. What cannot be
//! proven so is found by the exact simplex method.

#![expect(clippy::float_arithmetic, reason = "only what is proven exactly is believed")]

use num_bigint::BigInt;
use num_rational::Ratio;
use num_traits::{ToPrimitive, Zero};

use super::{
    super::linear::{Ended, Limit, Move, Moves, Room as Span},
    refine::refined,
    simplex::{Dictionary, End, Exact, Overflow, Room, Way, less},
};

/// Deviations that satisfy every equation, so far as they are not zero.
pub type Point<T> = Vec<(usize, Ratio<T>)>;

/// An end, and where all cells stand there.
type Reached<T> = (End<T>, Point<T>);

/// How far the cells may deviate, and nearly so in floating point.
pub struct Bounds<T> {
    pub exact: Room<T>,
    span: Span,
}

/// The equations of a component.
pub struct Farthest<T: Exact> {
    equations: Vec<Vec<(usize, i64)>>,
    /// By variable, the equations that it is in.
    columns: Vec<Vec<(usize, i64)>>,
    moves: Moves,
    exact: Option<Dictionary<T>>,
    work: u64,
}

/// Fractions that are tried have denominators up to this, and so has what they have in common.
const LARGEST: u32 = 1 << 20;
/// A number of exact arithmetic costs about so many of floating point.
const COST: u64 = 20;

impl<T: Exact> Bounds<T> {
    pub fn new(exact: Room<T>) -> Self {
        let side = |ends: &[Option<T>]| ends.iter().map(|end| end.as_ref().map_or(f64::INFINITY, |end| float(end).abs())).collect();
        let span = Span { below: side(&exact.least), above: side(&exact.most) };
        Self { exact, span }
    }
}

impl<T: Exact> Farthest<T> {
    pub fn new(variables: usize, equations: Vec<Vec<(usize, i64)>>) -> Self {
        let mut columns = vec![Vec::new(); variables];
        for (n, equation) in equations.iter().enumerate() {
            for (variable, coefficient) in equation {
                columns[*variable].push((n, *coefficient));
            }
        }
        Self { moves: Moves::new(variables, &equations), equations, columns, exact: None, work: 0 }
    }

    /// Numbers touched so far, those of floating point.
    pub fn work(&self) -> u64 {
        self.moves.work + (self.work + self.exact.as_ref().map_or(0, |exact| exact.work)) * COST
    }

    /// Moves a variable as far as the equations and the room allow, or at least as far as is enough; and where all stand then.
    pub fn of(&mut self, bounds: &Bounds<T>, target: usize, way: Way, enough: Option<&Ratio<T>>) -> Result<Reached<T>, Overflow> {
        if let Some(proven) = self.proven(bounds, target, way, enough)? {
            return Ok(proven);
        }
        if self.exact.is_none() {
            self.exact = Some(Dictionary::new(self.columns.len(), &self.equations)?);
        }
        let Some(exact) = &mut self.exact else { return Err(Overflow) };
        exact.start();
        let end = exact.farthest(&bounds.exact, target, way)?;
        Ok((end, exact.moved()))
    }

    fn proven(&mut self, bounds: &Bounds<T>, target: usize, way: Way, enough: Option<&Ratio<T>>) -> Result<Option<Reached<T>>, Overflow> {
        // a little more, so that what is rounded is enough
        let distance = enough.map_or(f64::INFINITY, |enough| float(enough.numer()) / float(enough.denom()) * (1.0 + 1e-8) + 1.0);
        let pushed = self.moves.push(&bounds.span, target, way == Way::Up, distance);
        let point = self.point(bounds, &pushed.stand)?;
        if let Ended::Endless(ray) = &pushed.ended {
            return Ok(self.endless(bounds, target, way, ray).map(|moving| (End::Open(moving), point.unwrap_or_default())));
        }
        let Some(point) = point else { return Ok(None) };
        let at = point.iter().find(|(variable, _)| *variable == target).map_or_else(|| Ratio::from(T::zero()), |(_, at)| at.clone());
        let distance = if way == Way::Up { at.clone() } else { -at.clone() };
        let proven = match pushed.ended {
            Ended::Enough => enough.is_some_and(|enough| !less(&distance, enough)),
            Ended::Limited(limit) => self.is_limit(bounds, target, way, &limit, &distance)?,
            Ended::Endless(_) | Ended::GaveUp => false,
        };
        Ok(proven.then_some((End::At(at), point)))
    }

    /// The point that is meant by where the cells stand, if it satisfies everything: the fractions nearest to it, or what follows
    /// exactly from where the cells outside the basis stand.
    fn point(&mut self, bounds: &Bounds<T>, stand: &Move) -> Result<Option<Point<T>>, Overflow> {
        self.work += (stand.len() + self.equations.len()) as u64;
        let mut point = Fractions::of(stand).filter(|point| self.satisfies(point));
        if point.is_none() {
            point = self.exact_point(stand)?.filter(|point| self.satisfies(point));
        }
        let holds = |point: &Point<T>| point.iter().all(|(variable, at)| bounds.exact.holds(*variable, at));
        Ok(point.map(Fractions::ratios).filter(holds))
    }

    /// The columns of the basis. After the cells come variables that are in one equation alone.
    fn columns_of_basis(&self) -> Vec<Vec<(usize, i64)>> {
        let column = |variable: &usize| self.columns.get(*variable).cloned().unwrap_or_else(|| vec![(variable - self.columns.len(), 1)]);
        self.moves.basic().iter().map(column).collect()
    }

    fn exact_point(&mut self, stand: &Move) -> Result<Option<Fractions<T>>, Overflow> {
        let (mut fixed, mut sums) = (Vec::new(), vec![0_i64; self.equations.len()]);
        for (variable, at) in stand.iter().filter(|(variable, _)| !self.moves.is_basic(*variable)) {
            // a step that was stopped short is not at a bound: a whole number near it is as good
            let Some(at) = at.round().to_i64() else { return Ok(None) };
            fixed.push((*variable, BigInt::from(at)));
            for (equation, coefficient) in &self.columns[*variable] {
                let Some(sum) = at.checked_mul(*coefficient).and_then(|term| sums[*equation].checked_sub(term)) else { return Ok(None) };
                sums[*equation] = sum;
            }
        }
        let basic = self.moves.basic().to_vec();
        let columns = self.columns_of_basis();
        let apply = |numbers: &[i64]| {
            let mut sums = vec![0_i128; self.equations.len()];
            for (column, number) in columns.iter().zip(numbers) {
                for (equation, coefficient) in column {
                    sums[*equation] = sums[*equation].checked_add(i128::from(*coefficient) * i128::from(*number))?;
                }
            }
            Some(sums)
        };
        let moves = &mut self.moves;
        let Some((numbers, denominator)) = refined(&sums, |left| moves.solve(left), apply) else { return Ok(None) };
        self.work += numbers.len() as u64;
        let fixed = fixed.into_iter().map(|(variable, at)| (variable, at * &denominator));
        let mut terms: Vec<(usize, BigInt)> = fixed.chain(basic.into_iter().zip(numbers)).filter(|(_, at)| !at.is_zero()).collect();
        terms.sort_unstable_by_key(|(variable, _)| *variable);
        let only_cells = terms.last().is_none_or(|(variable, _)| *variable < self.columns.len());
        Ok(Some(Fractions::whole(terms, denominator)?).filter(|_| only_cells))
    }

    /// Whether deviations satisfy every equation.
    fn satisfies(&self, point: &Fractions<T>) -> bool {
        let mut sums = vec![T::zero(); self.equations.len()];
        for (variable, at) in &point.terms {
            for (equation, coefficient) in &self.columns[*variable] {
                let Some(sum) = at.checked_mul(&T::from(*coefficient)).and_then(|term| sums[*equation].checked_add(&term)) else {
                    return false;
                };
                sums[*equation] = sum;
            }
        }
        sums.iter().all(T::is_zero)
    }

    /// Whether a variable can go no farther than so far.
    fn is_limit(&mut self, bounds: &Bounds<T>, target: usize, way: Way, limit: &Limit, distance: &Ratio<T>) -> Result<bool, Overflow> {
        let nearest = limit.times.iter().copied().enumerate().filter(|(_, times)| *times != 0.0).collect();
        let nearest = Fractions::of(&nearest).and_then(|times| self.limit(bounds, target, way, &times));
        if nearest.is_some_and(|limit| limit == *distance) {
            return Ok(true);
        }
        let exact = self.exact_times(target, way)?.and_then(|times| self.limit(bounds, target, way, &times));
        Ok(exact.is_some_and(|limit| limit == *distance))
    }

    /// How often each equation counts where only cells outside the basis add to the target.
    fn exact_times(&mut self, target: usize, way: Way) -> Result<Option<Fractions<T>>, Overflow> {
        let basic = self.moves.basic().to_vec();
        let columns = self.columns_of_basis();
        let sign = if way == Way::Up { 1 } else { -1 };
        let prices: Vec<i64> = basic.iter().map(|variable| if *variable == target { sign } else { 0 }).collect();
        let apply = |numbers: &[i64]| {
            let of = |column: &Vec<(usize, i64)>| {
                let mut terms = column.iter().map(|(equation, coefficient)| i128::from(*coefficient) * i128::from(numbers[*equation]));
                terms.try_fold(0_i128, i128::checked_add)
            };
            columns.iter().map(of).collect()
        };
        let moves = &mut self.moves;
        let Some((numbers, denominator)) = refined(&prices, |left| moves.times(left), apply) else { return Ok(None) };
        self.work += numbers.len() as u64;
        let terms = numbers.into_iter().enumerate().filter(|(_, number)| !number.is_zero()).collect();
        Fractions::whole(terms, denominator).map(Some)
    }

    /// How far a variable can go at most, from its equations added up so many times. Nothing where these show no end.
    fn limit(&mut self, bounds: &Bounds<T>, target: usize, way: Way, times: &Fractions<T>) -> Option<Ratio<T>> {
        let mut of = vec![T::zero(); self.equations.len()];
        for (equation, number) in &times.terms {
            of[*equation] = number.clone();
        }
        let mut most = T::zero();
        for (variable, column) in self.columns.iter().enumerate() {
            let mut rate = T::zero();
            for (equation, coefficient) in column {
                rate = rate.checked_sub(&of[*equation].checked_mul(&T::from(*coefficient))?)?;
            }
            if variable == target {
                rate = if way == Way::Up { rate.checked_add(&times.denominator)? } else { rate.checked_sub(&times.denominator)? };
            }
            if rate.is_zero() {
                continue;
            }
            let end = if rate.is_positive() { &bounds.exact.most[variable] } else { &bounds.exact.least[variable] };
            most = most.checked_add(&rate.checked_mul(end.as_ref()?)?)?;
        }
        self.work += self.columns.len() as u64;
        Some(Ratio::new(most, times.denominator.clone()))
    }

    /// What moves without end with a variable, if nothing stops it.
    fn endless(&self, bounds: &Bounds<T>, target: usize, way: Way, ray: &Move) -> Option<Vec<usize>> {
        let ray = Fractions::<T>::of(ray)?;
        let free = |(variable, by): &(usize, T)| {
            let end = if by.is_positive() { &bounds.exact.most[*variable] } else { &bounds.exact.least[*variable] };
            end.is_none()
        };
        let moves = ray.terms.iter().any(|(variable, by)| *variable == target && by.is_positive() == (way == Way::Up));
        let shown = moves && ray.terms.iter().all(free) && self.satisfies(&ray);
        shown.then(|| ray.terms.into_iter().map(|(variable, _)| variable).collect())
    }
}

/// Fractions with a common denominator.
struct Fractions<T> {
    terms: Vec<(usize, T)>,
    denominator: T,
}

impl<T: Exact> Fractions<T> {
    /// The fractions that are meant by numbers of floating point. They may be wrong.
    fn of(numbers: &Move) -> Option<Self> {
        let mut common = 1_u32;
        for (_, number) in numbers {
            let own = denominator(number * f64::from(common))?;
            common = common.checked_mul(own).filter(|common| *common <= LARGEST)?;
        }
        let whole = |(variable, number): &(usize, f64)| Some((*variable, T::from_f64((number * f64::from(common)).round())?));
        let terms = numbers.iter().map(whole).filter(|term| term.as_ref().is_none_or(|(_, number)| !number.is_zero()));
        Some(Self { terms: terms.collect::<Option<_>>()?, denominator: T::from(i64::from(common)) })
    }

    fn whole(terms: Vec<(usize, BigInt)>, denominator: BigInt) -> Result<Self, Overflow> {
        let narrow = |number: BigInt| T::try_from(number).map_err(|_| Overflow);
        let terms = terms.into_iter().map(|(variable, number)| Ok((variable, narrow(number)?))).collect::<Result<_, Overflow>>()?;
        Ok(Self { terms, denominator: narrow(denominator)? })
    }

    fn ratios(self) -> Point<T> {
        let one = self.denominator.is_one();
        let ratio = |number| if one { Ratio::from(number) } else { Ratio::new(number, self.denominator.clone()) };
        self.terms.into_iter().map(|(variable, number)| (variable, ratio(number))).collect()
    }
}

/// The least denominator of a fraction that a number may be, by its continued fraction.
fn denominator(number: f64) -> Option<u32> {
    if !number.is_finite() {
        return None;
    }
    let (mut before, mut own, mut rest) = (0.0, 1.0, number - number.round());
    while !is_whole(number * own) {
        rest = 1.0 / rest;
        let whole = rest.round();
        rest -= whole;
        (before, own) = (own, whole * own + before);
        if !own.is_finite() || own.abs() > f64::from(LARGEST) {
            return None;
        }
    }
    own.abs().to_u32()
}

/// Whether a number is a whole one for all that rounding leaves of it.
fn is_whole(number: f64) -> bool {
    (number - number.round()).abs() <= (1e-6 + 1e-11 * number.abs()).min(0.05)
}

fn float<T: Exact>(number: &T) -> f64 {
    number.to_f64().unwrap_or(f64::INFINITY)
}
