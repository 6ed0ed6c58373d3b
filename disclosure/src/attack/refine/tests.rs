use num_bigint::BigInt;
use num_traits::ToPrimitive;
use proptest::prelude::*;

use super::refined;

proptest! {
    /// What approximate solutions leave over is solved for again until the fractions are known, however large their denominators.
    #[test]
    fn equations_are_solved_exactly(size in 2..8_usize, numbers in prop::collection::vec(-9..10_i64, 72)) {
        let number = |row: usize, column: usize| numbers[row * 8 + column] + if row == column { 40 } else { 0 };
        let right: Vec<i64> = (0..size).map(|row| numbers[64 + row]).collect();
        // a poor approximation: the diagonal alone
        let solve = |left: Vec<f64>| {
            let mut x = vec![0.0; size];
            for _ in 0..40 {
                let rest = |row: usize| (0..size).filter(|column| *column != row).map(|column| number(row, column).to_f64().unwrap() * x[column]).sum::<f64>();
                x = (0..size).map(|row| (left[row] - rest(row)) / number(row, row).to_f64().unwrap()).collect();
            }
            x
        };
        let apply = |x: &[i64]| -> Option<Vec<i128>> {
            Some((0..size).map(|row| (0..size).map(|column| i128::from(number(row, column)) * i128::from(x[column])).sum()).collect())
        };
        let diverges = (0..size).any(|row| (0..size).filter(|column| *column != row).map(|column| number(row, column).abs()).sum::<i64>() >= number(row, row));
        prop_assume!(!diverges);
        let (numerators, denominator) = refined(&right, solve, apply).unwrap();
        for row in 0..size {
            let sum: BigInt = (0..size).map(|column| &numerators[column] * number(row, column)).sum();
            prop_assert_eq!(sum, &denominator * right[row]);
        }
    }
}
