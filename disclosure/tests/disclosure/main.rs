//! Disclosure control on thousands of invented tables, against a second method.
#![expect(clippy::unwrap_used, reason = "a test fails where something is not as it must be")]

use std::collections::BTreeSet;

use disclosure::{
    attack::{Attack, Verdict, attack, attack_hidden},
    file::{CellFile, Dominance, ProblemFile},
    pattern::{Pattern, Status},
    problem::Problem,
    protect::{Effort, protect},
    sensitive::sensitive,
};
use proptest::prelude::*;

#[path = "../../examples/scale/invented.rs"]
#[expect(dead_code, reason = "the benchmark uses the rest")]
mod invented;
mod oracle;
mod release_after_release;
mod targets;
#[path = "../../examples/releases/world.rs"]
#[expect(dead_code, reason = "the benchmark uses the rest")]
mod world;
mod years;

const LITTLE: Effort = Effort(5_000_000);
/// Enough to try every cell of a small table once more.
const ENOUGH: Effort = Effort(300_000_000);

/// An invented table that is told by its name when a test fails.
#[derive(Clone)]
struct Table(String, ProblemFile);

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

fn small_table() -> impl Strategy<Value = Table> {
    let cube = |sizes: &[usize], seed: u64| Table(format!("cube(&{sizes:?}, {seed})"), invented::cube(sizes, seed));
    let flat = (2..6_usize, 2..6_usize, any::<u64>()).prop_map(move |(rows, columns, seed)| cube(&[rows, columns], seed));
    let deep = (2..4_usize, 2..4_usize, 2..4_usize, any::<u64>()).prop_map(move |(a, b, c, seed)| cube(&[a, b, c], seed));
    let nested = (2..4_usize, 2..4_usize, any::<u64>())
        .prop_map(|(areas, columns, seed)| Table(format!("nested({areas}, {columns}, {seed})"), invented::nested(areas, columns, seed)));
    prop_oneof![flat, deep, nested]
}

fn read(file: ProblemFile) -> Problem {
    file.try_into().unwrap()
}

fn hide(problem: &Problem, chosen: u64) -> BTreeSet<usize> {
    (0..problem.cells.len()).filter(|n| chosen >> (n % 64) & 1 == 1).collect()
}

fn without(pattern: &Pattern, id: &str) -> Pattern {
    Pattern { cells: pattern.cells.iter().filter(|cell| cell.id != id).cloned().collect(), ..pattern.clone() }
}

fn verdict(problem: &Problem, pattern: &Pattern) -> Verdict {
    attack(problem, pattern).unwrap().verdict
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Whatever the engine answers is safe, never below its own bound, and every cell that it hides is needed.
    #[test]
    fn every_answer_is_safe_and_nothing_is_hidden_without_need(table in small_table()) {
        safe_and_needed(table.1)?;
    }
}

/// A sum that was told on the way asks for more to be hidden than what is hidden in the end needs.
#[test]
fn what_an_earlier_choice_asked_for_is_shown_again() {
    safe_and_needed(invented::cube(&[3, 2, 2], 1_664_335_774_457_975_818)).unwrap();
    // what is shown in one part may tell a sum of another
    safe_and_needed(invented::cube(&[3, 5], 16_895_922_000_925_265_428)).unwrap();
}

fn safe_and_needed(file: ProblemFile) -> Result<(), TestCaseError> {
    let problem = read(file);
    let Ok(pattern) = protect(&problem, ENOUGH) else {
        // a refusal only where nothing helps: not even hiding everything
        let everything = attack_hidden(&problem, &(0..problem.cells.len()).collect());
        prop_assert_eq!(everything.verdict, Verdict::Unsafe);
        return Ok(());
    };
    prop_assert_eq!(verdict(&problem, &pattern), Verdict::Safe);
    prop_assert!(pattern.lower_bound_weight <= pattern.weight_hidden);
    for cell in pattern.cells.iter().filter(|cell| cell.status == Status::Secondary) {
        prop_assert_eq!(verdict(&problem, &without(&pattern, &cell.id)), Verdict::Unsafe, "{} was hidden without need", &cell.id);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_fuzz_targets_hold(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
        targets::read_problem(&bytes);
        targets::protect_and_certify(&bytes);
    }

    /// A problem with a few characters changed.
    #[test]
    fn a_damaged_problem_is_an_error_or_a_problem(seed in any::<u64>(), place in any::<prop::sample::Index>(), by in any::<u8>()) {
        let mut bytes = serde_json::to_vec(&invented::cube(&[2, 2], seed)).unwrap();
        let place = place.index(bytes.len());
        bytes[place] = by;
        targets::read_problem(&bytes);
    }

    /// The attacker's intervals are those of a solver in floating point.
    #[test]
    fn intervals_are_those_of_another_solver(table in small_table(), chosen in any::<u64>()) {
        let problem = read(table.1);
        let hidden = hide(&problem, chosen);
        let Attack { cells, .. } = attack_hidden(&problem, &hidden);
        for cell in cells.iter().filter(|cell| hidden.contains(&problem.place(&cell.id).unwrap())) {
            let (lower, upper) = oracle::interval(&problem, &hidden, &cell.id);
            oracle::assert_close(cell.lower.as_ref(), lower);
            oracle::assert_close(cell.upper.as_ref(), upper);
        }
    }

    /// The attacker states the rules for itself: what it finds open when nothing is hidden is what the engine hides first.
    #[test]
    fn both_statements_of_the_rules_agree(table in small_table(), dominance in prop::option::of((1..3_u32, 60..95_u32)), p in 1..40_u32) {
        let mut file = table.1;
        file.parameters.p_percent = Some(p);
        file.parameters.dominance = dominance.map(|(n, k_percent)| Dominance { n, k_percent });
        let problem = read(file);
        let attacked: Vec<_> = attack_hidden(&problem, &BTreeSet::new()).cells.into_iter().map(|cell| (problem.place(&cell.id).unwrap(), cell)).collect();
        let engine: Vec<_> = sensitive(&problem).into_iter().collect();
        prop_assert_eq!(attacked.len(), engine.len());
        for ((place, cell), (other, sensitive)) in attacked.into_iter().zip(engine) {
            prop_assert_eq!(place, other);
            let value = problem.cells[place].value;
            prop_assert_eq!(cell.required_upper.unwrap().to_string(), (i128::from(value) + sensitive.upper).to_string());
            prop_assert_eq!(cell.required_lower.unwrap().to_string(), (i128::from(value) - sensitive.lower).max(0).to_string());
        }
    }

    /// In a table of rows and columns every end is reached by whole numbers.
    #[test]
    fn intervals_are_those_of_counting_everything(rows in 2..4_usize, columns in 2..4_usize, seed in any::<u64>()) {
        let mut file = invented::cube(&[rows, columns], seed);
        for cell in &mut file.cells {
            *cell = CellFile { id: cell.id.clone(), value: 0, ..CellFile::default() };
        }
        oracle::fill(&mut file, rows, columns, seed);
        let problem = read(file);
        // all inner cells of the first two rows
        let hidden: BTreeSet<usize> = (0..2).flat_map(|row| (0..columns).map(move |column| format!("{row}|{column}")))
            .map(|id| problem.place(&id).unwrap()).collect();
        let counted = oracle::count_everything(&problem, &hidden);
        for cell in attack_hidden(&problem, &hidden).cells {
            let (least, most) = counted[&problem.place(&cell.id).unwrap()];
            oracle::assert_close(cell.lower.as_ref(), Some(oracle::float(least)));
            oracle::assert_close(cell.upper.as_ref(), Some(oracle::float(most)));
        }
    }

    /// The same problem in another order has the same answer.
    #[test]
    fn the_order_does_not_matter(table in small_table(), turn in 1..50_usize) {
        let mut turned = table.1.clone();
        turned.cells.rotate_left(turn % table.1.cells.len());
        turned.equations.reverse();
        for equation in &mut turned.equations {
            equation.parts.iter_mut().for_each(|parts| parts.reverse());
        }
        let (one, other) = (protect(&read(table.1.clone()), LITTLE), protect(&read(turned), LITTLE));
        prop_assert_eq!(one, other);
    }
}
