//! What the fuzzer calls; a test calls it with random input as well.

use std::collections::BTreeMap;

use disclosure::{
    attack::{Verdict, attack, attack_hidden},
    certify::certify,
    file::{CellFile, EquationFile, ProblemFile},
    problem::{Problem, Publication},
    protect::{Effort, protect, release},
};

/// Any bytes: a problem or an error, never a panic; a problem that is read is the same when it is written and read again.
pub fn read_problem(bytes: &[u8]) {
    let Ok(file) = serde_json::from_slice::<ProblemFile>(bytes) else { return };
    let Ok(problem) = Problem::try_from(file.clone()) else { return };
    let text = serde_json::to_string(&file).unwrap();
    assert_eq!(Problem::try_from(serde_json::from_str::<ProblemFile>(&text).unwrap()), Ok(problem));
}

/// A small table made of the bytes: what the engine answers passes the gate.
pub fn protect_and_certify(bytes: &[u8]) {
    let mut dice = bytes.iter().copied().chain(std::iter::repeat(0));
    let mut next = |end: u8| usize::from(dice.next().unwrap_or(0) % end);
    let sizes = [1 + next(4), 1 + next(4), next(3)];
    let dimensions = if sizes[2] == 0 { &sizes[..2] } else { &sizes[..] };
    let seed = (0..8).fold(0, |seed, _| seed << 8 | next(255) as u64);
    let mut file = super::invented::cube(dimensions, seed);
    let mut revised = Vec::new();
    for cell in &mut file.cells {
        match next(24) {
            0 => cell.published_before = true,
            1 => cell.must_publish = true,
            2 => cell.upper_bound = Some(cell.value + 3),
            3 => cell.weight = Some(0),
            4 => cell.contributions = None,
            5 => cell.withheld = true,
            6 => cell.rounded_to = Some(5),
            7 => revised.push((cell.clone(), 1 + next(9))),
            _ => {}
        }
    }
    for (first, more) in revised {
        revise(&mut file, first, i64::try_from(more).unwrap());
    }
    let Ok(problem) = Problem::try_from(file) else { return };
    release_and_certify(&problem);
    let pattern = match protect(&problem, Effort(2_000_000)) {
        Ok(pattern) => pattern,
        Err(refused) if refused.unfinished => return,
        Err(_) => {
            // a refusal only where hiding everything that may be hidden does not help
            let may_hide = |place: &usize| problem.cells[*place].publication == Publication::Free;
            let everything = (0..problem.cells.len()).filter(may_hide).collect();
            assert_eq!(attack_hidden(&problem, &everything).verdict, Verdict::Unsafe);
            return;
        }
    };
    assert_eq!(attack(&problem, &pattern).unwrap().verdict, Verdict::Safe);
    let certified = certify(&problem, &pattern, &[]).unwrap();
    assert!(certified.is_ok(), "{:?}", certified.err());
}

/// A later vintage of a cell, rounded, to which somebody has filed late.
fn revise(file: &mut ProblemFile, first: CellFile, more: i64) {
    let Some(contributions) = &first.contributions else { return };
    let mut groups: BTreeMap<String, i64> = contributions.iter().map(|part| (part.group.clone(), part.amount)).collect();
    let late = BTreeMap::from([("late".to_owned(), more)]);
    groups.extend(late.clone());
    let (last, change) = (format!("{}, revised", first.id), format!("{}, change", first.id));
    file.cells.push(CellFile { rounded_to: Some(10), ..CellFile::of_groups(last.clone(), &groups) });
    file.cells.push(CellFile {
        change: true,
        withheld: true,
        lower_bound: Some(-first.value),
        ..CellFile::of_groups(change.clone(), &late)
    });
    file.equations.push(EquationFile::sum(last, [first.id, change]));
}

/// There always is a release: with nothing left over it is safe and passes the gate.
fn release_and_certify(problem: &Problem) {
    let pattern = release(problem, Effort(2_000_000));
    if pattern.left_over.is_empty() && pattern.waiting.is_empty() {
        assert_eq!(attack(problem, &pattern).unwrap().verdict, Verdict::Safe);
    }
}
