//! Years of releases of a small invented park: planned, revised, each bound by all before it.

use std::collections::BTreeSet;

use disclosure::{
    attack::{Verdict, attack, attack_hidden},
    certify::{Certificate, Why, certify, mark_earlier},
    file::{Parameters, ProblemFile},
    pattern::{Pattern, Until},
    plan::{Drift, Plan, propose},
    problem::{Problem, Publication},
    protect::{Effort, release},
    series::{Groups, Known, Measure, Most, Quarter, Release, Table, problem},
};
use proptest::prelude::*;

use super::world;

const RULES: Parameters = Parameters { min_contributors: Some(3), p_percent: Some(10), dominance: None, zero_counts: false };
const QUICK: Effort = Effort(100_000_000);

/// A few members of the park's tables, so that a test is quick; those of one region are told by parts as well.
fn measures() -> Vec<Measure> {
    let parts = Table {
        by: PARTS.to_owned(),
        members: ["x", "other"].map(str::to_owned).to_vec(),
        apart: false,
        told: true,
        within: Some(("registration".to_owned(), "00".to_owned())),
    };
    let table = |by: &str, members: usize| Table {
        by: by.to_owned(),
        members: (0..members).map(|n| format!("{n:02}")).collect(),
        apart: false,
        told: true,
        within: None,
    };
    vec![
        Measure { name: "exports".to_owned(), adds_up: true, counted: true, tables: vec![table("registration", 14), parts] },
        Measure { name: "people".to_owned(), adds_up: false, counted: false, tables: vec![table("registration", 14)] },
    ]
}

const PARTS: &str = "part in 00";

/// Tells what is exported of the region by parts: every second group to the one, the others to both.
fn with_parts(mut release: Release) -> Release {
    let of_region: Vec<(Quarter, Groups)> = release
        .known
        .iter()
        .filter(|((measure, by, member, _), _)| [measure, by, member] == ["exports", "registration", "00"])
        .map(|((.., quarter), groups)| (*quarter, groups.clone()))
        .collect();
    for (quarter, groups) in of_region {
        let to_x = |group: &str, amount: i64| if group.ends_with(['0', '2', '4', '6', '8']) { amount } else { amount / 3 };
        let x: Groups = groups.iter().map(|(group, amount)| (group.clone(), to_x(group, *amount))).collect();
        let other: Groups = groups.iter().map(|(group, amount)| (group.clone(), amount - x[group])).collect();
        for (member, mut part) in [("x", x), ("other", other)] {
            part.retain(|_, amount| *amount != 0);
            release.known.insert(("exports".to_owned(), PARTS.to_owned(), member.to_owned(), quarter), part);
        }
    }
    release
}

/// The releases of some quarters after a year for the plan, each with the certificate of it.
struct Years {
    releases: Vec<Release>,
    plans: Vec<Plan>,
    certificates: Vec<Certificate>,
}

impl Years {
    fn new(residents: usize, quarters: usize, seed: u64) -> Self {
        let world = world::World::new(residents, quarters + 4, seed);
        Self {
            releases: (0..quarters + 4).map(|n| with_parts(world.release(n, RULES, measures()))).collect(),
            plans: Vec::new(),
            certificates: Vec::new(),
        }
    }

    fn plan(&mut self, n: usize) {
        let now = self.releases[n].quarter;
        if now.number == 1 {
            let before = problem(&self.releases[n - 4..n]);
            let mut plan = propose(&before, &now.year.to_string(), Drift::default(), &[]);
            // parts are told by what they are, not by what a plan groups
            plan.tables.retain(|table| !table.table.ends_with(PARTS));
            self.plans.push(plan);
        }
    }

    /// Everything up to a release, bound by the certificates before it.
    fn file(&self, n: usize) -> ProblemFile {
        let mut file = problem(&self.releases[4..=n]);
        for plan in &self.plans {
            plan.apply(&mut file).unwrap();
        }
        mark_earlier(&mut file, &self.certificates);
        file
    }

    fn next(&mut self, n: usize) -> Result<(Problem, Pattern), TestCaseError> {
        self.plan(n);
        let problem: Problem = self.file(n).try_into().unwrap();
        let pattern = release(&problem, QUICK);
        prop_assert_eq!(&pattern.left_over, &Vec::<String>::new());
        prop_assert_eq!(attack(&problem, &pattern).unwrap().verdict, Verdict::Safe);
        let certified = certify(&problem, &pattern, &self.certificates).unwrap();
        prop_assert!(certified.is_ok(), "{:?}", certified.err());
        self.certificates.extend(certified.ok());
        Ok((problem, pattern))
    }
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 0, ..ProptestConfig::with_cases(4) })]

    /// Three years: there always is a release, it is safe with all that was ever published, no total waits that could be shown, and
    /// what an earlier one hid stays hidden.
    #[test]
    fn there_is_always_a_release_and_it_is_safe(residents in 40..120_usize, seed in any::<u64>()) {
        let mut years = Years::new(residents, 12, seed);
        for n in 4..16 {
            let (problem, pattern) = years.next(n)?;
            let hidden: BTreeSet<&str> = pattern.cells.iter().map(|cell| cell.id.as_str()).collect();
            for (place, cell) in problem.cells.iter().enumerate() {
                let total = cell.at.as_ref().is_some_and(|at| at.member.is_none() && at.vintage.is_none());
                let shown = !hidden.contains(cell.id.as_str());
                prop_assert!(!total || cell.publication == Publication::Auxiliary || shown || tells(&problem, place), "{} is not shown", cell.id);
                prop_assert!(cell.publication != Publication::Withheld || !shown, "{} was hidden", cell.id);
                // the exact value of a revised figure is never published
                let revised = cell.at.as_ref().is_some_and(|at| at.vintage.is_some());
                prop_assert!(!revised || cell.rounded.is_some());
            }
        }
    }
}

/// Whether a figure tells too much even if it is the only one that is shown of all that may be hidden.
fn tells(problem: &Problem, place: usize) -> bool {
    let all = (0..problem.cells.len()).filter(|other| *other != place && problem.cells[*other].can_be_hidden()).collect();
    attack_hidden(problem, &all).verdict == Verdict::Unsafe
}

fn groups(contributions: &[(&str, i64)]) -> Groups {
    contributions.iter().map(|(group, amount)| ((*group).to_owned(), *amount)).collect()
}

fn release_of(quarter: Quarter, measures: Vec<Measure>, known: Known) -> Release {
    Release { quarter, correction: 0, rules: RULES, measures, known, most: Most::new() }
}

/// Two regions with the same contributors each quarter, and a late filing in the first.
fn late(filings: &[(&str, i64)]) -> Vec<Release> {
    let many: Vec<(String, i64)> = (0..20).map(|n| (format!("g{n}"), 1_000 + 10 * n)).collect();
    let known = |quarters: &[Quarter], late: &[(&str, i64)]| -> Known {
        let mut known = Known::new();
        for quarter in quarters {
            for (region, skip) in [("00", 0), ("01", 10)] {
                let mut all: Groups = many.iter().skip(skip).take(10).cloned().collect();
                if region == "00" && quarter.number == 1 {
                    all.extend(groups(late));
                }
                known.insert(("exports".to_owned(), "region".to_owned(), region.to_owned(), *quarter), all);
            }
        }
        known
    };
    let first = Quarter { year: 2024, number: 1 };
    vec![
        release_of(first, two_regions(), known(&[first], &[])),
        release_of(first.next(), two_regions(), known(&[first, first.next()], filings)),
    ]
}

fn two_regions() -> Vec<Measure> {
    let table = Table { by: "region".to_owned(), members: vec!["00".to_owned(), "01".to_owned()], apart: true, told: true, within: None };
    vec![Measure { name: "exports".to_owned(), adds_up: true, counted: false, tables: vec![table] }]
}

fn second_release(filings: &[(&str, i64)]) -> Pattern {
    let releases = late(filings);
    let first: Problem = problem(&releases[..1]).try_into().unwrap();
    let certificate = certify(&first, &release(&first, QUICK), &[]).unwrap().unwrap();
    let mut file = problem(&releases);
    mark_earlier(&mut file, std::slice::from_ref(&certificate));
    let problem: Problem = file.try_into().unwrap();
    let pattern = release(&problem, QUICK);
    assert!(certify(&problem, &pattern, &[certificate]).unwrap().is_ok());
    pattern
}

#[test]
fn a_revision_waits_that_would_tell_a_late_filing() {
    let waits = |filings: &[(&str, i64)]| -> Vec<(String, Until)> {
        second_release(filings).waiting.into_iter().map(|waiting| (waiting.id, waiting.until)).collect()
    };
    // 20,900 and 300 of one: the total is rounded to hundreds, and 100 is wider than twice a tenth of 300
    assert_eq!(waits(&[("late", 300)]), []);
    // of 3,000 the rounded total would tell more than it may
    assert_eq!(waits(&[("late", 3_000)]), [("exports|2024-Q1 of 2024-Q2".to_owned(), Until::Batch)]);
    // of four that are alike it tells none
    assert_eq!(waits(&[("one", 800), ("two", 700), ("three", 800), ("four", 700)]), []);
    // nothing changed: the figure says so
    assert_eq!(waits(&[]), []);
}

#[test]
fn an_engine_that_forgets_time_does_not_pass() {
    let releases = late(&[("late", 3_000)]);
    let first: Problem = problem(&releases[..1]).try_into().unwrap();
    let certificate = certify(&first, &release(&first, QUICK), &[]).unwrap().unwrap();
    let mut file = problem(&releases);
    mark_earlier(&mut file, std::slice::from_ref(&certificate));
    let whole: Problem = file.clone().try_into().unwrap();
    let why = |broken: ProblemFile| -> Vec<Why> {
        let broken: Problem = broken.try_into().unwrap();
        let pattern = release(&broken, QUICK);
        let rejected = certify(&whole, &pattern, std::slice::from_ref(&certificate)).unwrap().unwrap_err();
        rejected.violations.into_iter().map(|violation| violation.why).collect()
    };
    // a forgotten earlier vintage: what the revision changed is not looked at
    let mut forgets = file.clone();
    forgets.equations.retain(|equation| !equation.parts.iter().flatten().any(|part| part.contains(" less ")));
    assert_eq!(why(forgets), [Why::Inferable]);
    // a width asked on one side only: the rounded total leaves that open, and nothing below
    let mut one_side = file.clone();
    for cell in one_side.cells.iter_mut().filter(|cell| cell.change) {
        cell.change = false;
        cell.protection = Some(disclosure::file::ProtectionLevels { lower: 0, upper: 1, sliding: 0 });
    }
    assert_eq!(why(one_side), [Why::Inferable]);
    // a distance that shrinks with what was revised later
    let mut shrinks = file.clone();
    for cell in shrinks.cells.iter_mut().filter(|cell| cell.change) {
        cell.protection = Some(disclosure::file::ProtectionLevels { lower: 0, upper: 0, sliding: 30 });
    }
    assert_eq!(why(shrinks), [Why::Inferable]);
}

#[test]
fn an_engine_that_ignores_the_plan_does_not_pass() {
    let mut years = Years::new(60, 1, 7);
    years.plan(4);
    let planned: Problem = years.file(4).try_into().unwrap();
    let withheld = |problem: &Problem| problem.cells.iter().filter(|cell| cell.publication == Publication::Withheld).count();
    assert!(withheld(&planned) > 0);
    let mut ignored = years.file(4);
    ignored.cells.iter_mut().for_each(|cell| cell.withheld = false);
    let pattern = release(&ignored.try_into().unwrap(), QUICK);
    let rejected = certify(&planned, &pattern, &[]).unwrap().unwrap_err();
    assert!(rejected.violations.iter().any(|violation| violation.why == Why::Withheld));
}

#[test]
fn the_order_of_releases_and_their_names_are_kept() {
    let file = problem(&late(&[("late", 300)]));
    let ids: Vec<&str> = file.cells.iter().map(|cell| cell.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "exports|2024-Q1",
            "exports by region|2024-Q1|00",
            "exports by region|2024-Q1|01",
            "exports|2024-Q2",
            "exports by region|2024-Q2|00",
            "exports by region|2024-Q2|01",
            "exports|2024-Q1 of 2024-Q2",
            "exports|2024-Q1 of 2024-Q2 less exports|2024-Q1",
        ]
    );
    let read: Problem = file.try_into().unwrap();
    let all: BTreeSet<usize> = (0..read.cells.len()).collect();
    assert_eq!(attack_hidden(&read, &all).verdict, Verdict::Safe);
}
