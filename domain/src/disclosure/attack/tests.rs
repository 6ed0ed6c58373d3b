//! The published test instance, and the small classics.

use std::collections::BTreeSet;

use super::*;
use crate::disclosure::{
    file::{CellFile, EquationFile, ProblemFile},
    sensitive::sensitive,
    testing,
};

fn problem(cells: &[(&str, i64)], sums: &[(&str, &[&str])]) -> Problem {
    let cells = cells.iter().map(|(id, value)| CellFile { id: (*id).to_owned(), value: *value, ..CellFile::default() }).collect();
    let equations = sums.iter().map(|(total, parts)| EquationFile::sum(*total, parts.iter().copied())).collect();
    ProblemFile { cells, equations, ..ProblemFile::default() }.try_into().unwrap()
}

fn bounds(problem: &Problem, hidden: &[&str]) -> Vec<(String, String)> {
    let hidden = hidden.iter().map(|id| problem.place(id).unwrap()).collect();
    let text = |bound: &Option<BigRational>| bound.as_ref().map_or("none".to_owned(), ToString::to_string);
    attack_hidden(problem, &hidden).cells.iter().map(|cell| (text(&cell.lower), text(&cell.upper))).collect()
}

fn pair(lower: &str, upper: &str) -> (String, String) {
    (lower.to_owned(), upper.to_owned())
}

#[test]
fn two_hidden_parts_are_as_wide_as_their_sum() {
    let problem = problem(&[("a", 3), ("b", 4), ("c", 5), ("t", 12)], &[("t", &["a", "b", "c"])]);
    assert_eq!(bounds(&problem, &["a", "b"]), [pair("0", "7"), pair("0", "7")]);
    assert_eq!(bounds(&problem, &["a"]), [pair("3", "3")]);
    assert_eq!(bounds(&problem, &["a", "t"]), [pair("0", "none"), pair("9", "none")]);
}

#[test]
fn the_published_instance() {
    let problem: Problem = testing::insee(None).try_into().unwrap();
    assert_eq!((problem.cells.len(), problem.equations.len()), (460, 211));
    let primary: BTreeSet<usize> = sensitive(&problem).into_keys().collect();
    assert_eq!(primary.len(), 72);
    assert_eq!(required(&problem).into_keys().collect::<BTreeSet<_>>(), primary);
    let attacked = attack_hidden(&problem, &primary);
    assert_eq!(attacked.cells.len(), 72);
    assert!(attacked.cells.iter().all(CellReport::is_exact), "primary suppression alone");

    let by_rule = testing::two_a_line(&problem, &testing::insee_lines(&problem), &primary);
    assert_eq!(by_rule.len(), 151);
    let attacked = attack_hidden(&problem, &by_rule);
    let near = |cell: &&CellReport| {
        let place = problem.place(&cell.id).unwrap();
        let value = BigRational::from(BigInt::from(problem.cells[place].value));
        let percent = |n: i64| &value * BigRational::new(n.into(), 100.into());
        let inside = cell.lower.as_ref().is_some_and(|lower| *lower > percent(85)) || cell.upper.as_ref().is_some_and(|upper| *upper < percent(115));
        primary.contains(&place) && inside
    };
    assert_eq!(attacked.cells.iter().filter(|cell| primary.contains(&problem.place(&cell.id).unwrap()) && cell.is_exact()).count(), 0);
    assert_eq!(attacked.cells.iter().filter(near).count(), 15);
}
