//! The published test instance, and the small classics.

use std::collections::BTreeSet;

use super::*;
use crate::{
    file::{CellFile, Contribution, EquationFile, Parameters, ProblemFile, TermFile},
    problem::ProblemError,
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
fn the_example_of_the_handbook() {
    // Geurts (1992), Handbook on Statistical Disclosure Control, chapter 4, example 3
    let cells = [
        ("11", 5),
        ("12", 2),
        ("1t", 7),
        ("21", 1),
        ("22", 2),
        ("2t", 3),
        ("31", 3),
        ("32", 3),
        ("3t", 6),
        ("t1", 9),
        ("t2", 7),
        ("tt", 16),
    ];
    let rows = [("1t", ["11", "12"]), ("2t", ["21", "22"]), ("3t", ["31", "32"]), ("tt", ["t1", "t2"])];
    let columns = [("t1", ["11", "21", "31"]), ("t2", ["12", "22", "32"]), ("tt", ["1t", "2t", "3t"])];
    let sums: Vec<(&str, &[&str])> =
        rows.iter().map(|(total, parts)| (*total, &parts[..])).chain(columns.iter().map(|(total, parts)| (*total, &parts[..]))).collect();
    let problem = problem(&cells, &sums);
    assert_eq!(bounds(&problem, &["11", "12", "21", "22"]), [pair("3", "6"), pair("1", "4"), pair("0", "3"), pair("0", "3")]);
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
        let inside =
            cell.lower.as_ref().is_some_and(|lower| *lower > percent(85)) || cell.upper.as_ref().is_some_and(|upper| *upper < percent(115));
        primary.contains(&place) && inside
    };
    assert_eq!(attacked.cells.iter().filter(|cell| primary.contains(&problem.place(&cell.id).unwrap()) && cell.is_exact()).count(), 0);
    assert_eq!(attacked.cells.iter().filter(near).count(), 15);
}

/// Identifier, value and contributors with their amounts.
fn cell(id: &str, contributions: &[(&str, i64)]) -> CellFile {
    let contributions = contributions.iter().map(|(group, amount)| Contribution { group: (*group).to_owned(), amount: *amount });
    let contributions: Vec<Contribution> = contributions.collect();
    CellFile {
        id: id.to_owned(),
        value: contributions.iter().map(|contribution| contribution.amount).sum(),
        contributions: Some(contributions),
        ..CellFile::default()
    }
}

fn plain(id: &str, value: i64) -> CellFile {
    CellFile { id: id.to_owned(), value, ..CellFile::default() }
}

fn read(cells: Vec<CellFile>, equations: Vec<EquationFile>) -> Problem {
    let parameters = Parameters { min_contributors: Some(3), p_percent: Some(10), ..Parameters::default() };
    ProblemFile { parameters, cells, equations }.try_into().unwrap()
}

fn hiding(problem: &Problem, hidden: &[&str]) -> Attack {
    attack_hidden(problem, &hidden.iter().map(|id| problem.place(id).unwrap()).collect())
}

fn found<'a>(attacked: &'a Attack, id: &str) -> &'a CellReport {
    attacked.cells.iter().find(|cell| cell.id == id).unwrap()
}

#[test]
fn a_pair_between_two_cycles_is_exact_though_every_line_has_two_hidden_cells() {
    // rows 1, 2 and columns 1, 2 form a cycle, rows 3, 4 and columns 3, 4 another; column 5 links them by two cells
    let hidden = [(1, 1), (1, 2), (2, 1), (2, 2), (3, 3), (3, 4), (4, 3), (4, 4), (2, 5), (3, 5)];
    let mut cells = Vec::new();
    let mut equations = Vec::new();
    let value = |row: i64, column: i64| 10 * row + column;
    for row in 1..=4 {
        cells.push(plain(&format!("{row}t"), (1..=5).map(|column| value(row, column)).sum()));
        equations.push(EquationFile::sum(format!("{row}t"), (1..=5).map(|column| format!("{row}{column}"))));
        cells.extend((1..=5).map(|column| plain(&format!("{row}{column}"), value(row, column))));
    }
    for column in 1..=5 {
        cells.push(plain(&format!("t{column}"), (1..=4).map(|row| value(row, column)).sum()));
        equations.push(EquationFile::sum(format!("t{column}"), (1..=4).map(|row| format!("{row}{column}"))));
    }
    let problem = read(cells, equations);
    let ids: Vec<String> = hidden.iter().map(|(row, column)| format!("{row}{column}")).collect();
    let attacked = hiding(&problem, &ids.iter().map(String::as_str).collect::<Vec<_>>());
    let exact: Vec<&str> = attacked.cells.iter().filter(|cell| cell.is_exact()).map(|cell| cell.id.as_str()).collect();
    assert_eq!(exact, ["25", "35"]);
}

#[test]
fn single_contributors_see_through_each_other() {
    let row = |groups: [&str; 3]| {
        let cells = vec![cell("a", &[(groups[0], 10)]), cell("b", &[(groups[1], 20)]), cell("c", &[(groups[2], 30)]), plain("t", 60)];
        read(cells, vec![EquationFile::sum("t", ["a", "b", "c"])])
    };
    // three of different owners cover each other, also from each other
    assert_eq!(hiding(&row(["g1", "g2", "g3"]), &["a", "b", "c"]).verdict, Verdict::Safe);
    // the owner of two of them knows the third
    let attacked = hiding(&row(["g1", "g2", "g1"]), &["a", "b", "c"]);
    assert_eq!(attacked.verdict, Verdict::Unsafe);
    let insider = found(&attacked, "b").worst_insider.clone().unwrap();
    assert_eq!((insider.group.as_str(), insider.lower == insider.upper), ("g1", true));
    // an outsider sees nothing wrong
    assert!(!found(&attacked, "b").is_exact());
}

#[test]
fn a_complement_that_is_always_zero_covers_nothing() {
    let zero = CellFile { structural_zero: true, ..plain("z", 0) };
    let problem = read(vec![cell("a", &[("g1", 50)]), zero, plain("t", 50)], vec![EquationFile::sum("t", ["a", "z"])]);
    assert!(found(&hiding(&problem, &["a", "z"]), "a").is_exact());
    assert_eq!(hiding(&problem, &["a", "t"]).verdict, Verdict::Safe);
}

#[test]
fn a_quarter_is_the_year_less_the_others() {
    let quarters = [("q1", 900), ("q2", 800), ("q4", 700)].map(|(id, value)| plain(id, value));
    let cells: Vec<CellFile> = quarters.into_iter().chain([cell("q3", &[("g1", 70), ("g2", 30)]), plain("year", 2500)]).collect();
    let problem = read(cells, vec![EquationFile::sum("year", ["q1", "q2", "q3", "q4"])]);
    assert!(found(&hiding(&problem, &["q3"]), "q3").is_exact());
    assert_eq!(hiding(&problem, &["q3", "year"]).verdict, Verdict::Safe);
}

#[test]
fn what_one_resident_amended_is_the_new_release_less_the_old() {
    let old = CellFile { published_before: true, ..plain("old", 5000) };
    let change = CellFile { lower_bound: Some(-1_000_000), ..cell("change", &[("g1", -400)]) };
    let problem = read(vec![old, change, plain("new", 4600)], vec![EquationFile::sum("new", ["old", "change"])]);
    assert_eq!(sensitive(&problem).into_keys().collect::<Vec<_>>(), [problem.place("change").unwrap()]);
    assert!(found(&hiding(&problem, &["change"]), "change").is_exact());
    assert_eq!(hiding(&problem, &["change", "new"]).verdict, Verdict::Safe);
}

#[test]
fn a_published_growth_rate_tells_a_value_up_to_its_rounding() {
    // 12.3% over 4,000 of the year before, rounded to 0.1: 1000·value − 1123·before = rounding, at most half a unit each way
    let value = cell("value", &[("g1", 4000), ("g2", 491)]);
    let rounding =
        CellFile { lower_bound: Some(-2000), upper_bound: Some(2000), auxiliary: true, ..plain("rounding", 4491 * 1000 - 1123 * 4000) };
    let before = CellFile { published_before: true, ..plain("before", 4000) };
    let equation = EquationFile::terms([("value", 1000), ("before", -1123), ("rounding", -1)], 0);
    let problem = read(vec![value.clone(), rounding, before.clone()], vec![equation]);
    let attacked = hiding(&problem, &["value"]);
    let text = |bound: &Option<BigRational>| bound.as_ref().unwrap().to_string();
    assert_eq!((text(&found(&attacked, "value").lower), text(&found(&attacked, "value").upper)), ("4490".to_owned(), "4494".to_owned()));
    assert_eq!(attacked.verdict, Verdict::Unsafe);
    // without the rate nothing limits it
    let problem = read(vec![value, before], Vec::new());
    assert_eq!(hiding(&problem, &["value"]).verdict, Verdict::Safe);
}

#[test]
fn a_table_of_counts_opens_a_table_of_money() {
    // a region without exporters exports nothing: value + slack = most × count
    let zero = CellFile { count: true, ..plain("count b", 0) };
    let money = vec![cell("a", &[("g1", 60), ("g2", 40)]), plain("b", 0), plain("t", 100)];
    let sum = EquationFile::sum("t", ["a", "b"]);
    let alone = read(money.clone(), vec![sum.clone()]);
    assert!(!found(&hiding(&alone, &["a", "b"]), "a").is_exact());
    let slack = CellFile { auxiliary: true, ..plain("slack", 0) };
    let most = EquationFile::terms([("b", 1), ("slack", 1), ("count b", -1_000_000)], 0);
    let with_counts = read(money.into_iter().chain([zero, slack]).collect(), vec![sum, most]);
    assert!(found(&hiding(&with_counts, &["a", "b"]), "a").is_exact());
}

#[test]
fn no_end_is_told_from_a_value_that_cannot_be() {
    let problem = read(vec![plain("a", 5), plain("b", 5)], vec![EquationFile::terms([("a", 1), ("b", -1)], 0)]);
    let attacked = hiding(&problem, &["a", "b"]);
    assert!(found(&attacked, "a").upper.is_none() && found(&attacked, "a").lower.is_some());
    let impossible = ProblemFile {
        cells: vec![plain("a", 5), plain("b", 4)],
        equations: vec![EquationFile::terms([("a", 1), ("b", -1)], 0)],
        ..ProblemFile::default()
    };
    assert!(matches!(Problem::try_from(impossible), Err(ProblemError::DoesNotHold { equation: 1, .. })));
}

#[test]
fn numbers_too_large_for_128_bits_are_still_exact() {
    // a chain that multiplies by a thousand million five times
    let names: Vec<String> = (0..6).map(|n| format!("c{n}")).collect();
    let cells = names.iter().map(|id| plain(id, 0)).collect();
    let steps =
        names.windows(2).map(|pair| EquationFile::terms([(pair[0].as_str(), 1_000_000_007), (pair[1].as_str(), -1_000_000_009)], 0));
    let tied = EquationFile::terms([(names[0].as_str(), 999_999_937), (names[5].as_str(), 1)], 0);
    let problem = read(cells, steps.chain([tied]).collect());
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    assert!(hiding(&problem, &all).cells.iter().all(CellReport::is_exact));
}

/// Coefficients of which some together are larger than any number of floating point: the exact method answers.
#[test]
fn what_floating_point_cannot_hold_is_found_exactly() {
    let cells = (0..25).map(|n| CellFile { id: format!("x{n:02}"), withheld: true, ..CellFile::default() });
    let term = |n: usize, coefficient: i64| TermFile { cell: format!("x{n:02}"), coefficient };
    let times = 1_000_000_000_000_000_000;
    let equations = (0..24).map(|n| EquationFile { terms: Some(vec![term(n + 1, times), term(n, -1)]), ..EquationFile::default() });
    let problem: Problem =
        ProblemFile { cells: cells.collect(), equations: equations.collect(), ..ProblemFile::default() }.try_into().unwrap();
    let hidden = (0..25).collect();
    let attacked = attack_hidden(&problem, &hidden);
    assert!(attacked.cells.iter().all(|cell| cell.lower == Some(BigRational::from(BigInt::from(0))) && cell.upper.is_none()));
}
