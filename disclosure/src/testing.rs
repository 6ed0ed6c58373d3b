//! Tables for the tests of this module.

use std::collections::BTreeSet;

use super::{
    file::{Dominance, Parameters, ProblemFile},
    problem::Problem,
    table::{Layout, Record, problem_of, scaled},
};

const PLACES: &str = include_str!("../tests/data/sdc/nuts23_fr_corr_table.csv");
const CELLS: &str = include_str!("../tests/data/sdc/turnover_nuts_size.csv");

fn records(text: &str) -> impl Iterator<Item = Vec<String>> {
    let records: Vec<_> = csv::Reader::from_reader(text.as_bytes()).into_records().map(Result::unwrap).collect();
    records.into_iter().map(|record| record.iter().map(str::to_owned).collect())
}

/// The published instance of `tests/data/sdc` in units of 1/10,000 with its own rule.
pub fn insee(protection_percent: Option<u32>) -> ProblemFile {
    let cells: Vec<Record> = records(CELLS)
        .map(|field| Record {
            row: field[0].clone(),
            column: field[1].clone(),
            contributors: field[2].parse().ok(),
            value: scaled(&field[3], 4).unwrap(),
            largest: scaled(&field[4], 4).ok(),
            second: None,
        })
        .collect();
    let layout = Layout {
        total: "Total".to_owned(),
        hierarchies: vec![records(PLACES).map(|field| (field[0].clone(), field[1].clone())).collect()],
        parameters: Parameters { min_contributors: Some(3), dominance: Some(Dominance { n: 1, k_percent: 85 }), ..Parameters::default() },
        protection_percent,
    };
    problem_of(&cells, &layout).unwrap()
}

/// The lines of the instance in the order of its README: the places as in the file; then for each size the country and
/// the areas.
pub fn insee_lines(problem: &Problem) -> Vec<Vec<usize>> {
    let mut lines = Vec::new();
    let sizes = ["Total", "tr1", "tr2", "tr3"];
    let line = |ids: Vec<String>| ids.iter().filter_map(|id| problem.place(id)).collect::<Vec<_>>();
    let mut places = Vec::new();
    for field in records(CELLS) {
        if !places.contains(&field[0]) {
            places.push(field[0].clone());
        }
    }
    lines.extend(places.iter().map(|place| line(sizes.iter().map(|size| format!("{place}|{size}")).collect())));
    let pairs: Vec<Vec<String>> = records(PLACES).collect();
    let areas: BTreeSet<&String> = pairs.iter().map(|pair| &pair[0]).collect();
    for size in sizes {
        lines.push(line(
            ["Total"].into_iter().chain(areas.iter().map(|area| area.as_str())).map(|place| format!("{place}|{size}")).collect(),
        ));
        for area in &areas {
            let parts = pairs.iter().filter(|pair| pair[0] == **area).map(|pair| &pair[1]);
            lines.push(line([*area].into_iter().chain(parts).map(|place| format!("{place}|{size}")).collect()));
        }
    }
    lines
}

/// The folk rule: no line may have exactly one hidden cell; the smallest unhidden one joins it.
pub fn two_a_line(problem: &Problem, lines: &[Vec<usize>], primary: &BTreeSet<usize>) -> BTreeSet<usize> {
    let mut hidden = primary.clone();
    loop {
        let before = hidden.len();
        for line in lines {
            if line.iter().filter(|place| hidden.contains(place)).count() == 1 {
                let open = line.iter().filter(|place| !hidden.contains(place) && problem.cells[**place].value > 0);
                hidden.extend(open.min_by_key(|place| problem.cells[**place].value).copied());
            }
        }
        if hidden.len() == before {
            return hidden;
        }
    }
}
