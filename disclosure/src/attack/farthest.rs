//! How far a hidden cell can be moved: looked for in floating point, proven in whole numbers.
//!
//! A point that satisfies every equation shows how far the cell can go; a sum of the equations shows that it can go no farther,
//! whatever the numbers are that they are added with. Both are rounded to fractions and checked exactly. What cannot be
//! proven so is found by the exact simplex method.

#![expect(clippy::float_arithmetic, reason = "only what is proven exactly is believed")]

use num_rational::Ratio;
use num_traits::ToPrimitive;

use super::{
    super::linear::{Ended, Limit, Move, Moves, Room as Span},
    simplex::{Dictionary, End, Exact, Overflow, Room, Way, less},
};

/// Deviations that satisfy every equation, so far as they are not zero.
pub type Point<T> = Vec<(usize, Ratio<T>)>;

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
    pub fn of(&mut self, bounds: &Bounds<T>, target: usize, way: Way, enough: Option<&Ratio<T>>) -> Result<(End<T>, Point<T>), Overflow> {
        if let Some(proven) = self.proven(bounds, target, way, enough) {
            return Ok(proven);
        }
        if self.exact.is_none() {
            self.exact = Some(Dictionary::new(self.columns.len(), &self.equations)?);
        }
        let Some(exact) = &mut self.exact else { return Err(Overflow) };
        exact.stand(&[]);
        let end = exact.farthest(&bounds.exact, target, way)?;
        Ok((end, exact.moved()))
    }

    fn proven(&mut self, bounds: &Bounds<T>, target: usize, way: Way, enough: Option<&Ratio<T>>) -> Option<(End<T>, Point<T>)> {
        // a little more, so that what is rounded is enough
        let distance = enough.map_or(f64::INFINITY, |enough| float(enough.numer()) / float(enough.denom()) * (1.0 + 1e-8));
        let pushed = self.moves.push(&bounds.span, target, way == Way::Up, distance);
        let whole = |at: &Ratio<T>| if way == Way::Up { at.clone() } else { -at.clone() };
        let point = Fractions::of(&pushed.stand)?;
        self.work += (pushed.stand.len() + self.equations.len()) as u64;
        self.satisfies(&point).then_some(())?;
        let point = point.ratios();
        point.iter().all(|(variable, at)| bounds.exact.holds(*variable, at)).then_some(())?;
        let at = point.iter().find(|(variable, _)| *variable == target).map_or_else(|| Ratio::from(T::zero()), |(_, at)| at.clone());
        match pushed.ended {
            Ended::Enough => (!less(&whole(&at), enough?)).then_some((End::At(at), point)),
            Ended::Limited(limit) => (self.limit(bounds, target, way, &limit)? == whole(&at)).then_some((End::At(at), point)),
            Ended::Endless(ray) => Some((End::Open(self.endless(bounds, target, way, &ray)?), point)),
            Ended::GaveUp => None,
        }
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

    /// How far a variable can go at most, from its equations added up so many times. Nothing where these show no end.
    fn limit(&mut self, bounds: &Bounds<T>, target: usize, way: Way, limit: &Limit) -> Option<Ratio<T>> {
        let times = limit.times.iter().copied().enumerate().filter(|(_, times)| *times != 0.0).collect();
        let times = Fractions::<T>::of(&times)?;
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
        Some(Ratio::new(most, times.denominator))
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

    fn ratios(self) -> Point<T> {
        let one = self.denominator.is_one();
        let ratio = |number| if one { Ratio::from(number) } else { Ratio::new(number, self.denominator.clone()) };
        self.terms.into_iter().map(|(variable, number)| (variable, ratio(number))).collect()
    }
}

/// The least denominator of a fraction that a number may be, by its continued fraction.
fn denominator(number: f64) -> Option<u32> {
    let (mut before, mut own, mut rest) = (0.0, 1.0, number - number.round());
    while !is_whole(number * own) {
        rest = 1.0 / rest;
        let whole = rest.round();
        rest -= whole;
        (before, own) = (own, whole * own + before);
        if own.abs() > f64::from(LARGEST) {
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
