//! The exact solution of equations from approximate ones: what an approximate solution leaves over is solved for again, and the
//! fractions are read from enough digits (Wan 2006).

#![expect(clippy::float_arithmetic, clippy::cast_possible_truncation, reason = "what is found is checked exactly")]

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

#[cfg(test)]
mod tests;

/// Binary digits that one approximate solution gives at most, of the 53 that it has.
const DIGITS: u32 = 30;
/// Digits after which fractions are looked for, and after which the search gives up.
const FIRST: u32 = 90;
const LAST: u32 = 3_000;

/// Numerators with a common denominator that is positive.
pub type Solution = (Vec<BigInt>, BigInt);

/// Solves equations exactly. `solve` is nearly their solution for any right side, `apply` what they give for whole
/// numbers, if that is not too large.
pub fn refined(
    right: &[i64],
    mut solve: impl FnMut(Vec<f64>) -> Vec<f64>,
    apply: impl Fn(&[i64]) -> Option<Vec<i128>>,
) -> Option<Solution> {
    let mut left: Vec<i128> = right.iter().map(|number| i128::from(*number)).collect();
    let mut digits: Vec<BigInt> = Vec::new();
    let (mut known, mut enough) = (0, FIRST);
    loop {
        let approximate = solve(left.iter().map(|number| number.to_f64().unwrap_or(f64::INFINITY)).collect());
        digits.resize(approximate.len(), BigInt::zero());
        let largest = approximate.iter().copied().map(f64::abs).fold(1.0, f64::max);
        let more = (52.0 - largest.log2().ceil()).min(f64::from(DIGITS)).to_u32().filter(|more| *more > 0)?;
        let scale = f64::from(1_u32 << more);
        let whole: Vec<i64> = approximate.iter().map(|number| (number * scale).round() as i64).collect();
        for (sum, new) in digits.iter_mut().zip(&whole) {
            *sum <<= more;
            *sum += *new;
        }
        for (left, given) in left.iter_mut().zip(apply(&whole)?) {
            *left = left.checked_mul(1 << more)?.checked_sub(given)?;
        }
        known += more;
        if left.iter().all(Zero::is_zero) {
            return Some((digits, BigInt::one() << known));
        }
        if known >= enough {
            if let Some(solution) = fractions(&digits, known) {
                return Some(solution);
            }
            enough *= 2;
        }
        if known > LAST {
            return None;
        }
    }
}

/// The fractions that are so near to numbers with so many binary digits that no others can be meant.
fn fractions(numbers: &[BigInt], digits: u32) -> Option<Solution> {
    let one = BigInt::one() << digits;
    let near = BigInt::one() << (digits / 2);
    let mut common = BigInt::one();
    for number in numbers {
        let own = denominator(&centred(&(number * &common), &one), &one, &near)?;
        common *= own;
        if common > near {
            return None;
        }
    }
    let half = &one / 2;
    Some((numbers.iter().map(|number| BigInt::div_floor(&(number * &common + &half), &one)).collect(), common))
}

/// What is left of a number after the nearest whole one.
fn centred(number: &BigInt, one: &BigInt) -> BigInt {
    let rest = number.mod_floor(one);
    if &rest * 2 > *one { rest - one } else { rest }
}

/// The least number that times `part` of `one` is nearly whole, by the continued fraction.
fn denominator(part: &BigInt, one: &BigInt, near: &BigInt) -> Option<BigInt> {
    let (mut large, mut small) = (one.clone(), part.clone());
    let (mut before, mut own) = (BigInt::zero(), BigInt::one());
    while small.abs() >= *near {
        let (times, rest) = large.div_mod_floor(&small);
        (large, small) = (small, rest);
        let next = &times * &own + &before;
        (before, own) = (own, next);
        if own.abs() > *near {
            return None;
        }
    }
    Some(own.abs())
}
