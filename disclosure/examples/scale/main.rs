//! Protects invented tables and a published one, and prints for each a line of: name, dimensions, cells, seconds of effort, seconds
//! to protect, seconds to attack, sensitive cells, hidden cells, weight hidden, the proven lower bound, and most memory in megabytes.
//! Run by `cargo xtask bench`. Each table is protected by a process of its own, so that its memory can be told.
#![expect(clippy::unwrap_used, reason = "a benchmark stops where something is not as it must be")]

use std::{env, process::Command, time::Instant};

use disclosure::{
    attack::{Verdict, attack},
    file::ProblemFile,
    pattern::Status,
    problem::Problem,
    protect::{Effort, protect},
};

#[expect(dead_code, reason = "the tests use the rest")]
mod invented;
mod memory;
mod published;

use invented::{Shape, cube, grid, regions};

/// Name, dimensions, seconds of effort, and what makes the table.
type Table = (&'static str, u8, u64, fn() -> ProblemFile);

const TABLES: [Table; 14] = [
    ("regions", 2, 30, || regions(Shape { years: 1, measures: 1, counts: false }, 1)),
    ("regions", 2, 30, || regions(Shape { years: 5, measures: 1, counts: false }, 2)),
    ("regions", 2, 30, || regions(Shape { years: 5, measures: 2, counts: true }, 3)),
    ("regions, 40 quarters", 2, 30, || regions(Shape { years: 10, measures: 2, counts: true }, 4)),
    ("regions", 2, 30, || regions(Shape { years: 24, measures: 2, counts: true }, 5)),
    ("published: places by size", 2, 30, || published::insee(Some(15))),
    ("one grid", 2, 30, || grid(20, 24, 6)),
    ("one grid", 2, 30, || grid(44, 44, 7)),
    ("one grid", 2, 60, || grid(100, 100, 7)),
    ("one grid", 2, 60, || grid(141, 141, 7)),
    ("one cube", 3, 30, || cube(&[5, 5, 5], 8)),
    ("one cube", 3, 30, || cube(&[8, 8, 8], 8)),
    ("one cube", 3, 60, || cube(&[15, 11, 15], 8)),
    ("one cube", 3, 250, || cube(&[17, 17, 16], 8)),
];

fn main() {
    if let Some(number) = env::args().nth(1) {
        return measure(TABLES[number.parse::<usize>().unwrap()]);
    }
    for number in 0..TABLES.len() {
        assert!(Command::new(env::current_exe().unwrap()).arg(number.to_string()).status().unwrap().success());
    }
}

fn measure((name, dimensions, seconds, table): Table) {
    let problem: Problem = table().try_into().unwrap();
    let started = Instant::now();
    let pattern = protect(&problem, Effort::of_seconds(seconds)).unwrap();
    let protected = started.elapsed().as_secs_f64();
    let started = Instant::now();
    assert_eq!(attack(&problem, &pattern).unwrap().verdict, Verdict::Safe);
    let attacked = started.elapsed().as_secs_f64();
    let primary = pattern.cells.iter().filter(|cell| cell.status == Status::Primary).count();
    let (cells, hidden) = (problem.cells.len(), pattern.cells.len());
    let (weight, bound) = (pattern.weight_hidden, pattern.lower_bound_weight);
    let memory = memory::peak_megabytes();
    println!("{name};{dimensions};{cells};{seconds};{protected:.2};{attacked:.2};{primary};{hidden};{weight};{bound};{memory}");
}
