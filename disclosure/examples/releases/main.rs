//! Years of quarterly releases of an invented park, each protected after its plan and bound by all before it. Prints a line a
//! setting; `cargo xtask bench` makes the table.
#![expect(clippy::unwrap_used, reason = "a benchmark stops where something is not as it must be")]

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use disclosure::{
    attack::{Verdict, attack, attack_of_pairs},
    file::{Parameters, ProblemFile},
    pattern::Pattern,
    plan::{Drift, Plan, propose},
    problem::Problem,
    protect::{Effort, release},
    series::{Quarter, Release, problem},
};

mod world;

use world::{World, measures};

const RULES: Parameters = Parameters { min_contributors: Some(3), p_percent: Some(10), dominance: None, zero_counts: false };

/// What a run came to.
#[derive(Default)]
struct Outcome {
    /// Releases of which something was too open.
    unsafe_releases: usize,
    /// Releases without one of the totals.
    without_total: usize,
    waiting: usize,
    revised: usize,
    /// Of the regional tables: value shown and in all.
    value: (i128, i128),
    /// Regions by quarter with three contributors or more: shown and in all.
    cells: (usize, usize),
    all_cells: (usize, usize),
    slowest: Duration,
    pairs: usize,
}

fn main() {
    let arguments: Vec<usize> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let [residents, quarters, seeds] = arguments[..] else { panic!("residents, quarters, seeds") };
    for seed in 1..=seeds {
        let outcome = run(residents, quarters, seed as u64);
        let percent = |(part, whole): (i128, i128)| 100.0 * part as f64 / whole.max(1) as f64;
        println!(
            "{residents};{quarters};{seed};unsafe {};without total {};waiting {};revised {};value {:.2}%;cells {:.1}%;all {:.1}%;slowest {:.2}s;pairs {}",
            outcome.unsafe_releases,
            outcome.without_total,
            outcome.waiting,
            outcome.revised,
            percent(outcome.value),
            percent((outcome.cells.0 as i128, outcome.cells.1 as i128)),
            percent((outcome.all_cells.0 as i128, outcome.all_cells.1 as i128)),
            outcome.slowest.as_secs_f64(),
            outcome.pairs
        );
    }
}

fn run(residents: usize, quarters: usize, seed: u64) -> Outcome {
    // a year before the first release, for its plan
    let world = World::new(residents, quarters + 4, seed);
    let measures = measures();
    let releases: Vec<Release> = (0..quarters + 4).map(|n| world.release(n)).collect();
    let mut outcome = Outcome::default();
    let mut plans: Vec<Plan> = Vec::new();
    let (mut published, mut hidden): (BTreeSet<String>, BTreeSet<String>) = (BTreeSet::new(), BTreeSet::new());
    for n in 4..quarters + 4 {
        let now = releases[n].quarter;
        if now.number == 1 {
            plans.push(propose(&problem(RULES, &measures, &releases[n - 4..n]), &now.year.to_string(), Drift::default()));
        }
        // what is older is closed and shares no equation with what is open
        let window = releases[4..=n].iter().position(|release| release.quarter.year + 1 >= now.year).unwrap() + 4;
        let mut file = problem(RULES, &measures, &releases[window..=n]);
        for plan in &plans {
            plan.apply(&mut file).unwrap();
        }
        for cell in &mut file.cells {
            if published.contains(&cell.id) {
                (cell.published_before, cell.withheld) = (true, false);
            } else if hidden.contains(&cell.id) && !cell.auxiliary {
                cell.withheld = true;
            }
        }
        let started = Instant::now();
        let read = Problem::try_from(file.clone()).unwrap();
        let pattern = release(&read, Effort::of_seconds(5));
        outcome.slowest = outcome.slowest.max(started.elapsed());
        if attack(&read, &pattern).unwrap().verdict != Verdict::Safe {
            outcome.unsafe_releases += 1;
            println!("unsafe at {now:?}: {:?}", pattern.left_over);
        }
        outcome.add(&file, &pattern, now);
        let hides: BTreeSet<&str> = pattern.cells.iter().map(|cell| cell.id.as_str()).collect();
        for cell in file.cells.iter().filter(|cell| !cell.auxiliary) {
            if hides.contains(cell.id.as_str()) { &mut hidden } else { &mut published }.insert(cell.id.clone());
        }
        if n + 1 == quarters + 4 {
            let places = hides.iter().filter_map(|id| read.place(id)).collect();
            outcome.pairs = attack_of_pairs(&read, &places).cells.iter().filter(|cell| !cell.protected).count();
        }
    }
    outcome
}

impl Outcome {
    fn add(&mut self, file: &ProblemFile, pattern: &Pattern, now: Quarter) {
        let hides: BTreeSet<&str> = pattern.cells.iter().map(|cell| cell.id.as_str()).collect();
        let mut missing = false;
        let (year, quarter) = (now.year.to_string(), format!("Q{}", now.number));
        let vintage = format!("{year}-{quarter}");
        for cell in &file.cells {
            let Some(at) = cell.at.as_ref() else { continue };
            let first = at.vintage.is_none() && at.year == year && (at.quarter.as_ref() == Some(&quarter) || at.quarter.is_none());
            if !first && at.vintage.as_ref() != Some(&vintage) {
                continue;
            }
            let shown = !hides.contains(cell.id.as_str());
            if at.vintage.is_some() {
                self.revised += usize::from(shown);
                continue;
            }
            missing |= at.member.is_none() && !shown && cell.must_publish;
            let regional = at.table.ends_with("registration") || at.table.ends_with("activity");
            let latest = at.quarter.is_some() && regional && at.member.as_deref().is_some_and(|member| member != "other") && !cell.count;
            if latest {
                let some = cell.contributors.unwrap_or(0);
                self.value.1 += i128::from(cell.value);
                self.all_cells.1 += usize::from(some > 0);
                self.cells.1 += usize::from(some >= 3);
                if !shown && cell.value > 20000 && std::env::var_os("VERBOSE").is_some() {
                    let why = pattern.cells.iter().find(|c| c.id == cell.id).map(|c| c.reason.clone());
                    println!("  hidden {} {} {:?} {:?} of {}", cell.id, cell.value, cell.contributors, why, cell.contributions.iter().flatten().map(|c| c.amount).max().unwrap_or(0));
                }
                if shown {
                    self.value.0 += i128::from(cell.value);
                    self.all_cells.0 += usize::from(some > 0);
                    self.cells.0 += usize::from(some >= 3);
                }
            }
        }
        self.without_total += usize::from(missing);
        self.waiting += pattern.waiting.len();
        for waiting in &pattern.waiting {
            if std::env::var_os("VERBOSE").is_some() {
                println!("  {:?} {} {}", waiting.until, waiting.id, waiting.price);
            }
        }
    }
}
