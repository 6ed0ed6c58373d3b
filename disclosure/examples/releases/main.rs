//! Years of quarterly releases of an invented park, each protected after its plan and bound by all before it. Prints a line
//! for each size and number of releases, and one for the last release with everything that was ever published in one problem.
//! Run by `cargo xtask bench`; arguments: seeds and quarters instead of 20 and 40. The last release is protected by a process of
//! its own that reads its files, so that its memory can be told.
#![expect(clippy::unwrap_used, reason = "a benchmark stops where something is not as it must be")]

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{BufReader, Write},
    path::Path,
    process::Command,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use disclosure::{
    attack::{Verdict, attack, attack_of_pairs},
    certify::{Certificate, certify, mark_earlier},
    file::{Parameters, ProblemFile},
    pattern::Pattern,
    plan::{Drift, Plan, propose},
    problem::Problem,
    protect::{Effort, release},
    sensitive::sensitive,
    series::{Quarter, Release, problem},
};

#[path = "../scale/memory.rs"]
mod memory;
mod world;

use world::{World, measures};

const RULES: Parameters = Parameters { min_contributors: Some(3), p_percent: Some(10), dominance: None, zero_counts: false };
/// Quarters before the first release, for its plan.
const BEFORE: usize = 4;
/// After so many releases there is a line of its own.
const EARLY: usize = 12;

fn main() {
    if let Some(folder) = std::env::args().nth(2).filter(|_| std::env::args().nth(1).is_some_and(|first| first == "last")) {
        return last_release(Path::new(&folder));
    }
    let arguments: Vec<usize> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let (seeds, quarters) = (arguments.first().copied().unwrap_or(20) as u64, arguments.get(1).copied().unwrap_or(40));
    for residents in [240, 1_600] {
        let next = AtomicU64::new(1);
        let work = || {
            let mut ended = Vec::new();
            loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed > seeds {
                    return ended;
                }
                ended.push(Run::new(residents, quarters, seed).all());
            }
        };
        let mut all: Vec<Vec<Outcome>> = thread::scope(|scope| {
            let threads: Vec<_> = (0..2).map(|_| scope.spawn(work)).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        for releases in BTreeSet::from([EARLY.min(quarters), quarters]) {
            if seeds == 0 {
                break;
            }
            say(residents, releases, &all.iter_mut().map(|outcomes| &outcomes[releases - 1]).collect::<Vec<_>>());
        }
        let folder = tempfile::tempdir().unwrap();
        Run::new(residents, quarters, 1).write_last(folder.path());
        print!("last;{residents};{quarters};");
        std::io::stdout().flush().unwrap();
        let this = std::env::current_exe().unwrap();
        assert!(Command::new(this).arg("last").arg(folder.path()).status().unwrap().success());
    }
}

/// Protects the last release of files, holds it against the certificate of all before it, and prints cells, seconds and
/// megabytes.
fn last_release(folder: &Path) {
    let started = Instant::now();
    let mut file: ProblemFile = serde_json::from_reader(BufReader::new(File::open(folder.join("problem.json")).unwrap())).unwrap();
    let certificate: Certificate = serde_json::from_slice(&fs::read(folder.join("certificate.json")).unwrap()).unwrap();
    mark_earlier(&mut file, std::slice::from_ref(&certificate));
    let problem: Problem = file.try_into().unwrap();
    let pattern = release(&problem, Effort::of_seconds(5));
    assert!(certify(&problem, &pattern, &[certificate]).unwrap().is_ok());
    println!("{};{:.1};{}", problem.cells.len(), started.elapsed().as_secs_f64(), memory::peak_megabytes());
}

/// What the releases of one park came to so far.
#[derive(Clone, Default)]
struct Outcome {
    /// Releases of which something was too open.
    unsafe_releases: usize,
    /// Releases without one of the totals.
    without_total: usize,
    /// Figures that the plan would have shown.
    waiting: usize,
    /// Revised figures, published and in all.
    revised: (usize, usize),
    /// Regional tables by quarter: value shown, value of what is not sensitive by itself, and value in all.
    value: (i64, i64, i64),
    /// Regions by quarter with three contributors or more: shown and in all.
    cells: (usize, usize),
    /// Cells that two contributors together can infer too closely, of what was open in the last release.
    pairs: usize,
    slowest: Duration,
}

fn percent(part: i64, whole: i64) -> f64 {
    let number = |number: i64| f64::from(u32::try_from(number / 1_000).unwrap_or(u32::MAX));
    100.0 * number(part) / number(whole).max(1.0)
}

fn thousands(number: usize) -> i64 {
    i64::try_from(number).unwrap() * 1_000
}

fn say(residents: usize, releases: usize, outcomes: &[&Outcome]) {
    let sum = |of: fn(&Outcome) -> usize| outcomes.iter().map(|outcome| of(outcome)).sum::<usize>();
    let shares = |of: fn(&Outcome) -> f64| {
        let mut shares: Vec<f64> = outcomes.iter().map(|outcome| of(outcome)).collect();
        shares.sort_by(f64::total_cmp);
        format!("{:.1};{:.1}", shares[shares.len() / 2], shares[0])
    };
    let cells = |(part, whole): (usize, usize)| percent(thousands(part), thousands(whole));
    println!(
        "{residents};{releases};{};{};{};{};{};{};{};{};{};{:.1}",
        outcomes.len(),
        sum(|outcome| outcome.unsafe_releases),
        sum(|outcome| outcome.without_total),
        shares(|outcome| percent(outcome.value.0, outcome.value.2)),
        shares(|outcome| percent(outcome.value.0, outcome.value.1)),
        format_args!("{:.1}", cells((sum(|outcome| outcome.cells.0), sum(|outcome| outcome.cells.1)))),
        outcomes.iter().map(|outcome| cells(outcome.cells)).min_by(f64::total_cmp).map_or(String::new(), |least| format!("{least:.1}")),
        format_args!("{:.1}", cells((sum(|outcome| outcome.revised.0), sum(|outcome| outcome.revised.1)))),
        sum(|outcome| outcome.pairs),
        outcomes.iter().map(|outcome| outcome.slowest.as_secs_f64()).fold(0.0, f64::max),
    );
}

struct Run {
    releases: Vec<Release>,
    plans: Vec<Plan>,
    published: BTreeSet<String>,
    hidden: BTreeSet<String>,
}

impl Run {
    fn new(residents: usize, quarters: usize, seed: u64) -> Self {
        let world = World::new(residents, quarters + BEFORE, seed);
        let releases = (0..quarters + BEFORE).map(|n| world.release(n, RULES, measures())).collect();
        Self { releases, plans: Vec::new(), published: BTreeSet::new(), hidden: BTreeSet::new() }
    }

    /// The outcome after each release.
    fn all(mut self) -> Vec<Outcome> {
        let mut outcome = Outcome::default();
        let mut outcomes = Vec::new();
        for n in BEFORE..self.releases.len() {
            let (file, read, pattern) = self.release(n, &mut outcome);
            outcome.add(&file, &read, &pattern, self.releases[n].quarter);
            if n + 1 == BEFORE + EARLY || n + 1 == self.releases.len() {
                let hidden = pattern.cells.iter().filter_map(|cell| read.place(&cell.id)).collect();
                outcome.pairs = attack_of_pairs(&read, &hidden).cells.iter().filter(|cell| !cell.protected).count();
            }
            outcomes.push(outcome.clone());
        }
        outcomes
    }

    /// The release of a quarter, with what is still open: what is older is closed and shares no equation with it.
    fn release(&mut self, n: usize, outcome: &mut Outcome) -> (ProblemFile, Problem, Pattern) {
        let now = self.releases[n].quarter;
        self.plan(n);
        let open = (BEFORE..=n).find(|n| self.releases[*n].quarter.year + 1 >= now.year).unwrap();
        let file = self.problem(open, n);
        let started = Instant::now();
        let read = Problem::try_from(file.clone()).unwrap();
        let pattern = release(&read, Effort::of_seconds(5));
        outcome.slowest = outcome.slowest.max(started.elapsed());
        outcome.unsafe_releases += usize::from(attack(&read, &pattern).unwrap().verdict == Verdict::Unsafe);
        let hides: BTreeSet<&str> = pattern.cells.iter().map(|cell| cell.id.as_str()).collect();
        for cell in file.cells.iter().filter(|cell| !cell.auxiliary) {
            if hides.contains(cell.id.as_str()) { &mut self.hidden } else { &mut self.published }.insert(cell.id.clone());
        }
        (file, read, pattern)
    }

    /// Plans the year of which a release is the first.
    fn plan(&mut self, n: usize) {
        let now = self.releases[n].quarter;
        if now.number == 1 {
            let before = problem(&self.releases[n - BEFORE..n]);
            self.plans.push(propose(&before, &now.year.to_string(), Drift::default(), &[]));
        }
    }

    /// What was published from one release to another, bound by what was published and hidden before.
    fn problem(&self, from: usize, to: usize) -> ProblemFile {
        let mut file = problem(&self.releases[from..=to]);
        for plan in &self.plans {
            plan.apply(&mut file).unwrap();
        }
        for cell in &mut file.cells {
            if self.published.contains(&cell.id) {
                (cell.published_before, cell.withheld) = (true, false);
            } else if self.hidden.contains(&cell.id) && !cell.auxiliary {
                cell.withheld = true;
            }
        }
        file
    }

    /// Writes the last release, with everything that was ever published in one problem, and the certificate of all before it.
    fn write_last(mut self, folder: &Path) {
        let last = self.releases.len() - 1;
        for n in BEFORE..last {
            self.release(n, &mut Outcome::default());
        }
        let before: Problem = self.problem(BEFORE, last - 1).try_into().unwrap();
        let certificate = certify(&before, &release(&before, Effort(0)), &[]).unwrap().unwrap();
        self.plan(last);
        (self.published, self.hidden) = (BTreeSet::new(), BTreeSet::new());
        let write = |name: &str, text: Vec<u8>| fs::write(folder.join(name), text).unwrap();
        write("problem.json", serde_json::to_vec(&self.problem(BEFORE, last)).unwrap());
        write("certificate.json", serde_json::to_vec(&certificate).unwrap());
    }
}

impl Outcome {
    fn add(&mut self, file: &ProblemFile, read: &Problem, pattern: &Pattern, now: Quarter) {
        let hides: BTreeSet<&str> = pattern.cells.iter().map(|cell| cell.id.as_str()).collect();
        let primary = sensitive(read);
        let quarter = Some(format!("Q{}", now.number));
        let vintage = Some(format!("{}-Q{}", now.year, now.number));
        let mut without_total = false;
        for cell in &file.cells {
            let Some(at) = &cell.at else { continue };
            let shown = !hides.contains(cell.id.as_str());
            if at.vintage == vintage && !cell.withheld {
                self.revised = (self.revised.0 + usize::from(shown), self.revised.1 + 1);
            }
            let first = at.vintage.is_none() && at.year == now.year.to_string() && at.quarter == quarter;
            let regional = at.table.ends_with("registration") || at.table.ends_with("activity");
            match &at.member {
                None => without_total |= first && !shown,
                Some(member) if first && regional && !cell.count && member != disclosure::plan::GROUP => {
                    let open = read.place(&cell.id).is_some_and(|place| !primary.contains_key(&place));
                    let of = |holds: bool| if holds { cell.value } else { 0 };
                    self.value = (self.value.0 + of(shown), self.value.1 + of(open), self.value.2 + cell.value);
                    if cell.contributors.is_some_and(|count| count >= 3) {
                        self.cells = (self.cells.0 + usize::from(shown), self.cells.1 + 1);
                    }
                }
                Some(_) => {}
            }
        }
        self.without_total += usize::from(without_total);
        self.waiting += pattern.waiting.len();
    }
}
