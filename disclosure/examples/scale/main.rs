//! Protects invented tables and a published one, and prints for each a line of: name, cells, seconds to protect, seconds to attack,
//! sensitive cells, hidden cells, weight hidden, the proven lower bound, and most memory in megabytes. Run by `cargo xtask bench`.
//! Each table is protected by a process of its own, so that its memory can be told: by its number, or all without one.
#![expect(clippy::unwrap_used, reason = "a benchmark stops where something is not as it must be")]

use std::time::Instant;

use disclosure::{
    attack::{Verdict, attack},
    file::ProblemFile,
    pattern::Status,
    problem::Problem,
    protect::{Effort, protect},
};

#[expect(dead_code, reason = "the tests use the rest")]
mod invented;

use invented::{Shape, grid, regions};

fn main() {
    let shape = |years, measures, counts| Shape { years, measures, counts };
    let tables: [(&str, ProblemFile); 7] = [
        ("regions", regions(shape(1, 1, false), 1)),
        ("regions", regions(shape(5, 1, false), 2)),
        ("regions", regions(shape(5, 2, true), 3)),
        ("regions, 40 quarters", regions(shape(10, 2, true), 4)),
        ("regions", regions(shape(24, 2, true), 5)),
        ("one grid", grid(20, 24, 6)),
        ("one grid", grid(44, 44, 7)),
    ];
    for (name, file) in tables {
        let problem: Problem = file.try_into().unwrap();
        let started = Instant::now();
        let pattern = protect(&problem, Effort::of_seconds(30)).unwrap();
        let protected = started.elapsed().as_secs_f64();
        let started = Instant::now();
        assert_eq!(attack(&problem, &pattern).unwrap().verdict, Verdict::Safe);
        let attacked = started.elapsed().as_secs_f64();
        let primary = pattern.cells.iter().filter(|cell| cell.status == Status::Primary).count();
        let (cells, hidden) = (problem.cells.len(), pattern.cells.len());
        let (weight, bound) = (pattern.weight_hidden, pattern.lower_bound_weight);
        println!("{name};{cells};{protected:.2};{attacked:.2};{primary};{hidden};{weight};{bound}");
    }
}
