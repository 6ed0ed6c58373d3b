//! What the simplex method finds is proven by what it gives with it: a point that satisfies everything, and equations that limit it.

use disclosure::file::{EquationFile, ProblemFile};
use proptest::prelude::*;

use super::{
    Ended, Move, Moves, Prices, Room,
    basis::{Basis, Column},
};
use crate::testing::invented;

/// The equations of a cube with its totals, and rooms up to these numbers.
fn cube(sizes: &[usize], numbers: &[u8]) -> (Vec<Vec<(usize, i64)>>, Room) {
    let file: ProblemFile = invented::cube(sizes, 1);
    let place = |id: &String| file.cells.iter().position(|cell| cell.id == *id).unwrap();
    let terms = |equation: &EquationFile| {
        let parts = equation.parts.iter().flatten().map(|part| (place(part), 1));
        parts.chain(equation.total.iter().map(|total| (place(total), -1))).collect()
    };
    let room = |shift: usize| {
        let number = |cell: usize| match numbers[(cell + shift) % numbers.len()] {
            0..=90 => 0.0,
            250.. => f64::INFINITY,
            number => f64::from(number),
        };
        (0..file.cells.len()).map(number).collect()
    };
    (file.equations.iter().map(terms).collect(), Room { below: room(0), above: room(7) })
}

fn satisfies(equations: &[Vec<(usize, i64)>], stand: &[(usize, f64)]) -> bool {
    let at = |cell: usize| stand.iter().find(|(other, _)| *other == cell).map_or(0.0, |(_, at)| *at);
    equations.iter().all(|equation| equation.iter().map(|(cell, one)| super::float(*one) * at(*cell)).sum::<f64>().abs() < 1e-6)
}

fn within(room: &Room, stand: &[(usize, f64)]) -> bool {
    stand.iter().all(|(cell, at)| (-room.below[*cell] - 1e-6..=room.above[*cell] + 1e-6).contains(at))
}

fn cost(found: &Move, target: usize, prices: &Prices) -> f64 {
    let price = |(cell, at): &(usize, f64)| if *at > 0.0 { at * prices.above[*cell] } else { -at * prices.below[*cell] };
    found.iter().filter(|(cell, _)| *cell != target).map(price).sum()
}

/// What a move costs at least, by another solver.
fn least_cost(equations: &[Vec<(usize, i64)>], room: &Room, (target, at): (usize, f64), prices: &Prices) -> f64 {
    let mut programme = microlp::Problem::new(microlp::OptimizationDirection::Minimize);
    let sides: Vec<[microlp::Variable; 2]> = (0..room.below.len())
        .map(|cell| match (cell == target, at > 0.0) {
            (true, true) => [programme.add_var(0.0, (at, at)), programme.add_var(0.0, (0.0, 0.0))],
            (true, false) => [programme.add_var(0.0, (0.0, 0.0)), programme.add_var(0.0, (-at, -at))],
            (false, _) => [
                programme.add_var(prices.above[cell], (0.0, room.above[cell])),
                programme.add_var(prices.below[cell], (0.0, room.below[cell])),
            ],
        })
        .collect();
    for equation in equations {
        let terms = equation.iter().flat_map(|(cell, number)| {
            let number = f64::from(i32::try_from(*number).unwrap());
            [(sides[*cell][0], number), (sides[*cell][1], -number)]
        });
        programme.add_constraint(terms.collect::<Vec<_>>(), microlp::ComparisonOp::Eq, 0.0);
    }
    match programme.solve().unwrap() {
        microlp::SolveOutcome::Solution(solution) => solution.objective(),
        microlp::SolveOutcome::Interrupted(_) => panic!("no limit was set"),
    }
}

proptest! {
    #[test]
    fn the_farthest_is_proven(
        sizes in prop::collection::vec(1..4_usize, 2..4),
        numbers in prop::collection::vec(any::<u8>(), 50..100),
        targets in prop::collection::vec((any::<prop::sample::Index>(), any::<bool>()), 1..6),
    ) {
        let (equations, room) = cube(&sizes, &numbers);
        let mut moves = Moves::new(room.below.len(), &equations);
        for (target, up) in targets {
            let target = target.index(room.below.len());
            let pushed = moves.push(&room, target, up, f64::INFINITY);
            prop_assert!(satisfies(&equations, &pushed.stand) && within(&room, &pushed.stand));
            match pushed.ended {
                Ended::Limited(limit) => {
                    let side = |(cell, rate): &(usize, f64)| rate.abs() * if *rate > 0.0 { room.above[*cell] } else { room.below[*cell] };
                    let most: f64 = limit.rates.iter().map(side).sum();
                    prop_assert!((most - pushed.distance).abs() < 1e-6, "{} is not limited to {most}", pushed.distance);
                }
                Ended::Endless(ray) => {
                    prop_assert!(satisfies(&equations, &ray));
                    let free = |(cell, by): &(usize, f64)| if *by > 0.0 { room.above[*cell] } else { room.below[*cell] };
                    prop_assert!(ray.iter().all(|cell| free(cell).is_infinite()));
                    prop_assert!(ray.iter().any(|(cell, by)| *cell == target && (*by > 0.0) == up));
                }
                other => prop_assert!(false, "{other:?}"),
            }
        }
    }

    #[test]
    fn a_move_is_the_cheapest_that_goes_as_far_as_asked(
        sizes in prop::collection::vec(1..4_usize, 2..4),
        numbers in prop::collection::vec(any::<u8>(), 50..100),
        (target, up) in (any::<prop::sample::Index>(), any::<bool>()),
    ) {
        let (equations, mut room) = cube(&sizes, &numbers);
        let target = target.index(room.below.len());
        // the cell itself may go as far as it is asked to
        (room.below[target], room.above[target]) = (f64::INFINITY, f64::INFINITY);
        let price = |n: usize| f64::from(numbers[n % numbers.len()] % 7 + 1);
        let prices = |shift: usize| (0..room.below.len()).map(|cell| price(3 * cell + shift)).collect();
        let prices = Prices { below: prices(0), above: prices(1) };
        let mut moves = Moves::new(room.below.len(), &equations);
        let possible = moves.push(&room, target, up, 100.0).distance.min(100.0);
        prop_assert!(possible >= 100.0 || moves.cheapest(&room, target, up, possible + 1.0, &prices).is_none());
        if possible > 0.0 {
            let found = moves.cheapest(&room, target, up, possible, &prices).unwrap();
            prop_assert!(satisfies(&equations, &found) && within(&room, &found));
            let at = found.iter().find(|(cell, _)| *cell == target).map_or(0.0, |(_, at)| *at);
            prop_assert!((at.abs() - possible).abs() < 1e-6 && (at > 0.0) == up);
            let (cost, least) = (cost(&found, target, &prices), least_cost(&equations, &room, (target, at), &prices));
            prop_assert!((cost - least).abs() <= 1e-6 * (1.0 + least), "{cost} instead of {least}");
        }
    }

    /// Also where equations are no tables: a cell may have to go through its true value to the other side.
    #[test]
    fn a_move_is_the_cheapest_whatever_the_equations(
        (rows, cells) in (1..5_usize, 2..9_usize),
        numbers in prop::collection::vec(-2..3_i64, 32),
        (below, above) in (prop::collection::vec(0..9_u8, 8), prop::collection::vec(1..9_u8, 8)),
        (cheap, dear) in (prop::collection::vec(1..9_u8, 8), prop::collection::vec(1..9_u8, 8)),
    ) {
        let equation = |row: usize| (0..cells).map(|cell| (cell, numbers[8 * row + cell])).filter(|(_, number)| *number != 0).collect::<Vec<_>>();
        let equations: Vec<Vec<(usize, i64)>> = (0..rows).map(equation).filter(|equation| !equation.is_empty()).collect();
        let some = |numbers: &[u8]| numbers[..cells].iter().map(|number| f64::from(*number)).collect::<Vec<f64>>();
        let mut room = Room { below: some(&below), above: some(&above) };
        (room.below[0], room.above[0]) = (f64::INFINITY, f64::INFINITY);
        let prices = Prices { below: some(&cheap), above: some(&dear) };
        let mut moves = Moves::new(cells, &equations);
        let possible = moves.push(&room, 0, true, 5.0).distance;
        let found = moves.cheapest(&room, 0, true, 4.0, &prices);
        // at the limit itself the last digit decides
        if (possible - 4.0).abs() > 1e-6 {
            prop_assert_eq!(possible > 4.0, found.is_some(), "{} {:?}", possible, equations);
        }
        if let Some(found) = found {
            prop_assert!(satisfies(&equations, &found) && within(&room, &found));
            let (cost, least) = (cost(&found, 0, &prices), least_cost(&equations, &room, (0, 4.0), &prices));
            prop_assert!((cost - least).abs() <= 1e-6 * (1.0 + least), "{cost} instead of {least}");
        }
    }

    #[test]
    fn a_basis_is_solved_or_its_dependent_columns_are_named(
        size in 1..12_usize,
        numbers in prop::collection::vec(-3..4_i8, 144),
        replaced in prop::collection::vec(any::<prop::sample::Index>(), 0..5),
    ) {
        let column = |place: usize| -> Column {
            (0..size).map(|row| (row, f64::from(numbers[place * 12 + row]))).filter(|(_, number)| *number != 0.0).collect()
        };
        let mut columns: Vec<Column> = (0..size).map(column).collect();
        let mut basis = match Basis::new(&columns.iter().collect::<Vec<_>>()) {
            Ok(basis) => basis,
            Err(dependent) => {
                for (place, row) in dependent {
                    columns[place] = vec![(row, 1.0)];
                }
                Basis::new(&columns.iter().collect::<Vec<_>>()).unwrap()
            }
        };
        for (n, place) in replaced.into_iter().enumerate() {
            let (place, new) = (place.index(size), vec![(n % size, 1.0), ((n + 1) % size, 2.0)]);
            let in_basis = basis.solve(&mut dense(size, &new));
            if in_basis[place].abs() > 0.01 {
                basis.exchange(place, &in_basis);
                columns[place] = new;
            }
        }
        let given: Vec<f64> = (0..size).map(|n| f64::from(numbers[n])).collect();
        let solution = basis.solve(&mut given.clone());
        let mut sums = vec![0.0; size];
        for (column, times) in columns.iter().zip(&solution) {
            for (row, number) in column {
                sums[*row] += number * times;
            }
        }
        prop_assert!(sums.iter().zip(&given).all(|(sum, given)| (sum - given).abs() < 1e-6));
        let solution = basis.solve_rows(&mut given.clone());
        let sums = columns.iter().map(|column| column.iter().map(|(row, number)| number * solution[*row]).sum::<f64>());
        prop_assert!(sums.zip(&given).all(|(sum, given)| (sum - given).abs() < 1e-6));
    }
}

fn dense(size: usize, column: &Column) -> Vec<f64> {
    let mut all = vec![0.0; size];
    for (row, number) in column {
        all[*row] += number;
    }
    all
}
