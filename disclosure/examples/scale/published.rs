//! The published instance of `tests/data/sdc`: places in areas by size.

use disclosure::{
    file::{Dominance, Parameters, ProblemFile},
    table::{Layout, Record, problem_of, scaled},
};

const PLACES: &str = include_str!("../../tests/data/sdc/nuts23_fr_corr_table.csv");
const CELLS: &str = include_str!("../../tests/data/sdc/turnover_nuts_size.csv");

fn records(text: &str) -> impl Iterator<Item = Vec<String>> {
    let records: Vec<_> = csv::Reader::from_reader(text.as_bytes()).into_records().map(Result::unwrap).collect();
    records.into_iter().map(|record| record.iter().map(str::to_owned).collect())
}

/// Areas with the places that lie in them.
pub fn places() -> Vec<(String, String)> {
    records(PLACES).map(|field| (field[0].clone(), field[1].clone())).collect()
}

/// The cells in the order of the file.
pub fn cells() -> Vec<Record> {
    let cell = |field: Vec<String>| Record {
        row: field[0].clone(),
        column: field[1].clone(),
        contributors: field[2].parse().ok(),
        value: scaled(&field[3], 4).unwrap(),
        largest: scaled(&field[4], 4).ok(),
        second: None,
    };
    records(CELLS).map(cell).collect()
}

/// The instance in units of 1/10,000 with its own rule.
pub fn insee(protection_percent: Option<u32>) -> ProblemFile {
    let layout = Layout {
        total: "Total".to_owned(),
        hierarchies: vec![places()],
        parameters: Parameters { min_contributors: Some(3), dominance: Some(Dominance { n: 1, k_percent: 85 }), ..Parameters::default() },
        protection_percent,
    };
    problem_of(&cells(), &layout).unwrap()
}
