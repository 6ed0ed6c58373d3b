//! The engine on the published instance and on small classics, what it says when nothing helps, and thirteen broken engines.

use super::*;
use crate::{
    attack::{Attack, CellReport, Verdict, attack_hidden},
    file::{CellFile, EquationFile, Parameters, ProblemFile, ProtectionLevels, TermFile},
    testing::{self, invented},
};

const LITTLE: Effort = Effort(2_000_000);

fn read(file: ProblemFile) -> Problem {
    file.try_into().unwrap()
}

fn hidden(problem: &Problem, pattern: &Pattern) -> BTreeSet<usize> {
    pattern.cells.iter().map(|cell| problem.place(&cell.id).unwrap()).collect()
}

fn plain(id: &str, value: i64, contributors: u32) -> CellFile {
    CellFile { id: id.to_owned(), value, contributors: Some(contributors), ..CellFile::default() }
}

#[test]
fn of_the_published_instance_nothing_can_be_inferred() {
    let problem = read(testing::insee(Some(15)));
    let pattern = protect(&problem, Effort::of_seconds(5)).unwrap();
    let Attack { verdict, cells } = attack_hidden(&problem, &hidden(&problem, &pattern));
    assert_eq!(verdict, Verdict::Safe);
    let primary: BTreeSet<usize> = sensitive(&problem).into_keys().collect();
    let inferred = |cell: &&CellReport| {
        let place = problem.place(&cell.id).unwrap();
        let percent = |percent: i64| num_rational::BigRational::new((problem.cells[place].value * percent).into(), 100.into());
        let near =
            cell.lower.as_ref().is_some_and(|lower| *lower > percent(85)) || cell.upper.as_ref().is_some_and(|upper| *upper < percent(115));
        primary.contains(&place) && near
    };
    assert_eq!(primary.len(), 72);
    assert_eq!(cells.iter().filter(inferred).count(), 0);
    let gap = 1_000 * (pattern.weight_hidden - pattern.lower_bound_weight) / pattern.weight_hidden;
    println!("weight {} bound {} gap {gap}‰, {} hidden", pattern.weight_hidden, pattern.lower_bound_weight, pattern.cells.len());
    assert!(gap < 100);
}

#[test]
fn a_small_problem_is_solved_to_the_least_weight() {
    let problem = read(invented::cube(&[4, 4], 21));
    let pattern = protect(&problem, Effort::of_seconds(1)).unwrap();
    assert_eq!(pattern.weight_hidden, pattern.lower_bound_weight);
    // and indeed nothing lighter is safe
    let primary: BTreeSet<usize> = sensitive(&problem).into_keys().collect();
    let others: Vec<usize> =
        (0..problem.cells.len()).filter(|place| !primary.contains(place) && !problem.cells[*place].is_known()).collect();
    let weight = |places: &BTreeSet<usize>| places.iter().map(|place| i128::from(problem.cells[*place].weight)).sum::<i128>();
    for chosen in 0..1_u64 << others.len().min(16) {
        let places: BTreeSet<usize> =
            others.iter().enumerate().filter(|(n, _)| chosen >> n & 1 == 1).map(|(_, place)| *place).chain(primary.clone()).collect();
        if weight(&places) < pattern.weight_hidden {
            assert_eq!(attack_hidden(&problem, &places).verdict, Verdict::Unsafe);
        }
    }
}

#[test]
fn a_sliding_width_may_lie_on_either_side() {
    let wide = ProtectionLevels { lower: 0, upper: 0, sliding: 12 };
    let cells = vec![
        CellFile { protection: Some(wide), ..plain("a", 10, 1) },
        plain("b", 5, 4),
        plain("c", 8, 4),
        plain("d", 100, 9),
        plain("t", 123, 18),
    ];
    let problem = read(ProblemFile { parameters: invented::rules(), cells, equations: vec![EquationFile::sum("t", ["a", "b", "c", "d"])] });
    let pattern = protect(&problem, LITTLE).unwrap();
    assert_eq!(pattern.cells.iter().map(|cell| cell.id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(attack_hidden(&problem, &hidden(&problem, &pattern)).verdict, Verdict::Safe);
}

/// A row of a sensitive cell, two that must be published and one that may be hidden, under a total published before.
fn frozen(free: bool) -> Problem {
    let fixed = |cell: CellFile| CellFile { must_publish: true, ..cell };
    let cells = vec![
        CellFile { published_before: true, ..plain("t", 130, 20) },
        plain("a", 40, 2),
        fixed(plain("b", 30, 4)),
        fixed(plain("c", 30, 5)),
        CellFile { must_publish: !free, ..plain("d", 30, 9) },
    ];
    read(ProblemFile { parameters: invented::rules(), cells, equations: vec![EquationFile::sum("t", ["a", "b", "c", "d"])] })
}

#[test]
fn where_published_cells_leave_no_way_they_are_named_with_ways_out() {
    assert!(protect(&frozen(true), LITTLE).is_ok());
    let refused = protect(&frozen(false), LITTLE).unwrap_err();
    assert_eq!((refused.cell.as_str(), refused.smallest), ("a", true));
    assert_eq!(refused.conflict, ["b", "c", "d", "t"]);
    let way = |way: Way| refused.ways_out.iter().find(|out| out.way == way).unwrap();
    assert_eq!((way(Way::RollUp).weight_hidden, way(Way::RollUp).cells.len()), (70, 2));
    assert_eq!((way(Way::HideRow).weight_hidden, way(Way::Delay).weight_hidden), (130, 130));
}

#[test]
fn what_was_told_already_has_no_way_out() {
    let published = |cell: CellFile| CellFile { published_before: true, ..cell };
    let cells = vec![published(plain("t", 70, 6)), plain("a", 40, 2), published(plain("b", 30, 4))];
    let problem = read(ProblemFile { parameters: invented::rules(), cells, equations: vec![EquationFile::sum("t", ["a", "b"])] });
    let refused = protect(&problem, LITTLE).unwrap_err();
    assert_eq!(refused.conflict, ["b", "t"]);
    assert_eq!(refused.ways_out, []);
}

/// A break of the engine: in what it is told of the problem, in what it makes of it, or in its answer.
struct Broken {
    name: &'static str,
    problem: fn(&mut Problem),
    components: fn(&mut [Component]),
    answer: fn(&mut BTreeSet<usize>, &Problem),
}

const WHOLE: Broken = Broken { name: "", problem: |_| {}, components: |_| {}, answer: |_, _| {} };

const BROKEN: [Broken; 13] = [
    Broken {
        name: "skips linked equations", // two: in a table one always follows from the others
        components: |components| each(components, |component| drop(component.rows.drain(..component.rows.len().min(2)))),
        ..WHOLE
    },
    Broken { name: "forgets insiders", components: |components| each(components, |component| component.insiders.clear()), ..WHOLE },
    Broken { name: "off by one in p%", problem: |problem| problem.parameters.p_percent = Some(9), ..WHOLE },
    Broken {
        name: "off by one in the least number of contributors",
        problem: |problem| problem.parameters.min_contributors = Some(2),
        ..WHOLE
    },
    Broken {
        name: "protects from above only",
        components: |components| each(components, |component| component.demands.retain(|demand| demand.side != model::Side::Below)),
        ..WHOLE
    },
    Broken {
        name: "protects from below only",
        components: |components| each(components, |component| component.demands.retain(|demand| demand.side != model::Side::Above)),
        ..WHOLE
    },
    Broken {
        name: "keeps half the distance",
        components: |components| each(components, |component| component.demands.iter_mut().for_each(|demand| demand.distance /= 2.0)),
        ..WHOLE
    },
    Broken {
        name: "takes values for negative if need be",
        components: |components| each(components, |component| component.room.below.fill(f64::INFINITY)),
        ..WHOLE
    },
    Broken {
        name: "forgets upper bounds",
        components: |components| each(components, |component| component.room.above.fill(f64::INFINITY)),
        ..WHOLE
    },
    Broken {
        name: "hides what was published before",
        problem: |problem| problem.cells.iter_mut().for_each(|cell| cell.publication = Publication::Free),
        ..WHOLE
    },
    Broken {
        name: "takes groups of one owner for many",
        problem: |problem| {
            for (n, cell) in problem.cells.iter_mut().enumerate() {
                let n = u32::try_from(n).unwrap();
                cell.groups.iter_mut().for_each(|(group, _)| *group += 1_000 * (n + 1));
            }
        },
        ..WHOLE
    },
    Broken {
        name: "covers with cells that nobody contributes to",
        problem: |problem| {
            let empty = problem.cells.iter_mut().filter(|cell| cell.publication == Publication::Empty);
            empty.for_each(|cell| cell.publication = Publication::Free);
        },
        ..WHOLE
    },
    Broken {
        name: "publishes one cell too many",
        answer: |hidden, problem| {
            let lightest = hidden.iter().copied().min_by_key(|place| problem.cells[*place].weight);
            lightest.map(|place| hidden.remove(&place));
        },
        ..WHOLE
    },
];

fn each(components: &mut [Component], change: impl Fn(&mut Component)) {
    components.iter_mut().for_each(change);
}

impl Broken {
    /// What the broken engine hides.
    fn protect(&self, problem: &Problem) -> BTreeSet<usize> {
        let mut told = problem.clone();
        (self.problem)(&mut told);
        let mut components = components(&told, &sensitive(&told), &More::default(), None);
        (self.components)(&mut components);
        let hidden = |component: &Component| {
            let chosen = search(component, 500_000, u64::MAX).unwrap().hidden;
            component.cells.clone().into_iter().zip(chosen).filter(|(_, hidden)| *hidden).map(|(place, _)| place).collect::<Vec<_>>()
        };
        let mut hidden: BTreeSet<usize> = components.iter().flat_map(hidden).collect();
        (self.answer)(&mut hidden, problem);
        hidden
    }
}

/// A table with everything that the engine has to heed.
fn demanding(seed: u64) -> Problem {
    let mut file = if seed.is_multiple_of(2) { invented::cube(&[3, 4], seed) } else { invented::nested(2, 3, seed) };
    let mut dice = invented::Dice(seed | 1);
    for cell in &mut file.cells {
        cell.published_before = dice.below(9) == 0 && cell.contributors.is_none_or(|count| count > 2);
        cell.upper_bound = (dice.below(3) == 0).then(|| cell.value + cell.value / 8);
        cell.published_before &= !sensitive_alone(cell);
    }
    read(file)
}

fn sensitive_alone(cell: &CellFile) -> bool {
    let file = ProblemFile {
        parameters: invented::rules(),
        cells: vec![CellFile { published_before: false, ..cell.clone() }],
        equations: Vec::new(),
    };
    !sensitive(&read(file)).is_empty()
}

#[test]
fn the_gate_catches_every_broken_engine() {
    let problems: Vec<Problem> =
        (1..400).map(demanding).filter(|problem| Engine::new(problem, Effort(500_000)).attempt().is_ok()).collect();
    assert!(problems.len() > 100, "{} problems that can be protected", problems.len());
    for broken in BROKEN {
        let caught = problems.iter().filter(|problem| attack_hidden(problem, &broken.protect(problem)).verdict == Verdict::Unsafe).count();
        println!("{}: caught in {caught} of {}", broken.name, problems.len());
        assert!(caught > 0, "an engine that {} was not caught", broken.name);
    }
}

fn of(json: &str) -> Problem {
    read(serde_json::from_str(json).unwrap())
}

/// What is hidden; the attacker agrees that it is safe.
fn protected(problem: &Problem) -> Vec<String> {
    let pattern = protect(problem, LITTLE).unwrap();
    assert_eq!(attack_hidden(problem, &hidden(problem, &pattern)).verdict, Verdict::Safe);
    pattern.cells.into_iter().map(|cell| cell.id).collect()
}

fn is_safe(problem: &Problem, hidden: &[&str]) -> bool {
    attack_hidden(problem, &hidden.iter().map(|id| problem.place(id).unwrap()).collect()).verdict == Verdict::Safe
}

#[test]
fn the_sum_of_hidden_cells_is_not_told_when_it_is_of_few() {
    // a and b are of one owner: together they are all that it has, and t − x − y says how much
    let one_owner = r#"{"parameters": {"min_contributors": 3, "p_percent": 10},
        "cells": [{"id": "a", "value": 100, "contributions": [{"group": "g1", "amount": 100}]},
                  {"id": "b", "value": 80, "contributions": [{"group": "g1", "amount": 80}]},
                  {"id": "x", "value": 700, "contributors": 9, "largest": 100, "second": 90},
                  {"id": "y", "value": 900, "contributors": 9, "largest": 100, "second": 90}, {"id": "t", "value": 1780}],
        "equations": [{"total": "t", "parts": ["a", "b", "x", "y"]}]}"#;
    let problem = of(one_owner);
    assert!(!is_safe(&problem, &["a", "b"]));
    assert_eq!(protected(&problem), ["a", "b", "x"]);
    let fixed = one_owner
        .replace(r#""second": 90}"#, r#""second": 90, "must_publish": true}"#)
        .replace(r#""value": 1780}"#, r#""value": 1780, "must_publish": true}"#);
    assert_eq!(protect(&of(&fixed), LITTLE).unwrap_err().conflict, ["t", "x", "y"]);
    // two owners in both: each knows the other's sum
    let two = one_owner
        .replace(r#""amount": 100}]"#, r#""amount": 100}, {"group": "g2", "amount": 90}]"#)
        .replace(r#""amount": 80}]"#, r#""amount": 80}, {"group": "g2", "amount": 100}]"#)
        .replace(r#""a", "value": 100"#, r#""a", "value": 190"#)
        .replace(r#""b", "value": 80"#, r#""b", "value": 180"#)
        .replace("1780", "1970");
    let problem = of(&two);
    assert!(!is_safe(&problem, &["a", "b"]));
    assert_eq!(protected(&problem), ["a", "b", "x"]);
}

#[test]
fn a_total_of_which_nothing_is_known_is_the_sum_of_its_parts() {
    let problem = of(
        r#"{"parameters": {"min_contributors": 3}, "equations": [{"total": "t", "parts": ["a", "b"]}, {"total": "u", "parts": ["t", "c"]}],
        "cells": [{"id": "a", "value": 100, "contributions": [{"group": "g1", "amount": 100}]},
                  {"id": "b", "value": 80, "contributions": [{"group": "g1", "amount": 80}]}, {"id": "t", "value": 180},
                  {"id": "c", "value": 300, "contributors": 7}, {"id": "u", "value": 480, "contributors": 8}]}"#,
    );
    assert!(!is_safe(&problem, &["a", "b"]));
    assert_eq!(protected(&problem), ["a", "b", "c", "t"]);
}

#[test]
fn who_contributes_to_a_published_cell_knows_of_hidden_ones() {
    let problem = of(r#"{"parameters": {"min_contributors": 3, "p_percent": 10},
        "cells": [{"id": "p", "value": 100}, {"id": "z", "value": 0}, {"id": "x", "value": 100, "largest": 60, "weight": 5},
                  {"id": "q", "value": 200, "contributors": 2, "protection": {"lower": 0, "upper": 50}}, {"id": "t", "value": 300, "must_publish": true}],
        "equations": [{"total": "x", "parts": ["p", "z"]}, {"total": "t", "parts": ["p", "q"]}]}"#);
    // the largest contributor of x knows that p is at least 60, whether x is published or not
    assert!(!is_safe(&problem, &["p", "q", "x"]));
    assert!(!is_safe(&problem, &["p", "q", "z"]));
}

#[test]
fn nothing_is_refused_that_can_be_protected() {
    // changes between releases, of single contributors, without names
    let changes = of(r#"{"parameters": {"min_contributors": 3, "p_percent": 10},
        "cells": [{"id": "a", "value": -400, "largest": -400, "weight": 1, "lower_bound": -1000000},
                  {"id": "b", "value": -300, "largest": -300, "weight": 1, "lower_bound": -1000000},
                  {"id": "e", "value": 1000, "contributors": 9, "weight": 50, "lower_bound": -1000000},
                  {"id": "t", "value": 300, "weight": 1000, "lower_bound": -1000000}],
        "equations": [{"total": "t", "parts": ["a", "b", "e"]}]}"#);
    assert_eq!(protected(&changes), ["a", "b", "e"]);
    // a cover that is one short of the distance, where floating point does not see it
    let large = of(r#"{"parameters": {"min_contributors": 3, "p_percent": 10},
        "cells": [{"id": "a", "value": 1000000000000, "contributors": 1}, {"id": "b", "value": 99999999999, "contributors": 9, "weight": 1},
                  {"id": "e", "value": 5000000000000, "contributors": 9}, {"id": "t", "value": 6099999999999, "must_publish": true}],
        "equations": [{"total": "t", "parts": ["a", "b", "e"]}]}"#);
    assert!(protected(&large).contains(&"e".to_owned()));
    // a count of nobody is hidden where zeros are asked to be
    let counts = of(r#"{"parameters": {"min_contributors": 3, "zero_counts": true},
        "cells": [{"id": "a", "value": 0, "contributors": 0, "count": true}, {"id": "b", "value": 5, "count": true},
                  {"id": "d", "value": 7, "count": true}, {"id": "t", "value": 12, "count": true}],
        "equations": [{"total": "t", "parts": ["a", "b", "d"]}]}"#);
    assert_eq!(protected(&counts), ["a", "b"]);
    // a contributor's own part limits what can stay open for it
    let narrow = of(r#"{"parameters": {"min_contributors": 4},
        "cells": [{"id": "a", "value": 51, "upper_bound": 100, "protection": {"sliding": 90},
                   "contributions": [{"group": "g1", "amount": 20}, {"group": "g2", "amount": 30}, {"group": "g3", "amount": 1}]},
                  {"id": "b", "value": 500, "contributors": 9}, {"id": "t", "value": 551}],
        "equations": [{"total": "t", "parts": ["a", "b"]}]}"#);
    assert!(!protected(&narrow).is_empty());
}

#[test]
fn only_safe_ways_out_are_offered() {
    // the cell itself is public already
    let public = of(r#"{"parameters": {"min_contributors": 3}, "equations": [{"total": "t", "parts": ["a", "b"]}],
        "cells": [{"id": "a", "value": 100, "contributors": 2, "published_before": true}, {"id": "b", "value": 700, "contributors": 5}, {"id": "t", "value": 800}]}"#);
    assert_eq!(protect(&public, LITTLE).unwrap_err().ways_out, []);
    // two of two contributors are fewer than five
    let few = of(r#"{"parameters": {"min_contributors": 5}, "equations": [{"total": "t", "parts": ["a", "b", "d"]}],
        "cells": [{"id": "a", "value": 100, "contributors": 2}, {"id": "b", "value": 80, "contributors": 2, "must_publish": true},
                  {"id": "d", "value": 70, "contributors": 9, "must_publish": true}, {"id": "t", "value": 250, "published_before": true}]}"#);
    let refused = protect(&few, LITTLE).unwrap_err();
    assert!(refused.ways_out.iter().all(|way| way.way != Way::RollUp || !way.cells.contains(&"b".to_owned())), "{:?}", refused.ways_out);
}

#[test]
fn a_conflict_of_one_row_is_found_in_a_large_table() {
    let mut file = invented::grid(14, 14, 3);
    for cell in &mut file.cells {
        let target = cell.id == "000|000";
        (cell.contributors, cell.largest, cell.second) = (Some(if target { 2 } else { 9 }), None, None);
        cell.must_publish = !target;
    }
    let refused = protect(&read(file), LITTLE).unwrap_err();
    assert_eq!((refused.cell.as_str(), refused.conflict.len()), ("000|000", 14));
}

/// A table of three dimensions in which two of five cells are sensitive, of contributors who are in many cells.
#[test]
fn a_table_of_three_dimensions_is_not_hidden_as_a_whole() {
    for (sizes, seed) in [([6, 5, 6], 3), ([7, 7, 4], 4)] {
        let problem = read(invented::cube(&sizes, seed));
        let pattern = protect(&problem, Effort(100_000_000)).unwrap();
        assert_eq!(attack_hidden(&problem, &hidden(&problem, &pattern)).verdict, Verdict::Safe);
        let needless = pattern.cells.iter().filter(|cell| cell.status == Status::Secondary).count();
        let weight: i128 = problem.cells.iter().map(|cell| i128::from(cell.weight)).sum();
        println!("{} of {} hidden, {needless} for others", pattern.cells.len(), problem.cells.len());
        assert!(pattern.cells.len() * 2 < problem.cells.len());
        assert!(pattern.weight_hidden * 5 < weight, "{} of {weight}", pattern.weight_hidden);
    }
}

/// However little it is: what cannot be found and checked is said, and no more is done than twice the effort.
#[test]
fn the_effort_bounds_the_whole() {
    let problem = read(invented::cube(&[6, 6, 6], 2));
    let mut unfinished = 0;
    for effort in [1_000, 100_000, 3_000_000, 10_000_000, 100_000_000].map(Effort) {
        let mut engine = Engine::new(&problem, effort);
        let choice = engine.bound().and_then(|()| engine.choose_safely());
        if let Ok(mut choice) = choice {
            engine.prune(&mut choice);
            assert!(engine.attack(&choice).is_some_and(|attack| attack.verdict == Verdict::Safe) || engine.spent >= engine.effort.0);
        } else {
            let refused = protect(&problem, effort).unwrap_err();
            assert!(refused.unfinished && refused.conflict.is_empty());
            assert_eq!(refused.open.len(), sensitive(&problem).len());
            let pattern = release(&problem, effort);
            assert!(pattern.unfinished && !pattern.left_over.is_empty());
            unfinished += 1;
        }
        // one step further than allowed at most
        let step = 4_000_000;
        assert!(engine.spent <= 2 * effort.0 + step, "{} of {}", engine.spent, effort.0);
    }
    assert!((1..5).contains(&unfinished), "{unfinished}");
}

/// Of every choice that there is, none that is safe weighs less than the bound says.
#[test]
fn no_safe_choice_weighs_less_than_the_bound() {
    let mut dice = invented::Dice(77);
    let mut tight = 0;
    for seed in 0..150 {
        let mut file = if seed % 3 == 0 { invented::nested(1, 2, seed) } else { invented::cube(&[2, 2], seed) };
        for cell in &mut file.cells {
            match dice.below(8) {
                0 => cell.must_publish = true,
                1 => cell.weight = Some(1),
                2 => cell.contributions = None,
                3 | 4 => {
                    let part = cell.value * 15 / 100 + 1;
                    cell.protection = Some(ProtectionLevels { lower: part, upper: part, sliding: 0 });
                }
                _ => {}
            }
        }
        let Ok(problem) = Problem::try_from(file) else { continue };
        let Ok(pattern) = protect(&problem, LITTLE) else { continue };
        let free: Vec<usize> = (0..problem.cells.len()).filter(|place| problem.cells[*place].can_be_hidden()).collect();
        let weight = |hidden: &BTreeSet<usize>| hidden.iter().map(|place| i128::from(problem.cells[*place].weight)).sum::<i128>();
        let choices = (0..1_u32 << free.len())
            .map(|bits| free.iter().enumerate().filter(|(n, _)| bits >> n & 1 == 1).map(|(_, place)| *place).collect::<BTreeSet<usize>>());
        let least = choices
            .map(|hidden| (weight(&hidden), hidden))
            .filter(|(weight, _)| *weight < pattern.lower_bound_weight.max(pattern.weight_hidden))
            .filter(|(_, hidden)| attack_hidden(&problem, hidden).verdict == Verdict::Safe)
            .map(|(weight, _)| weight)
            .min()
            .unwrap_or(pattern.weight_hidden);
        assert!(pattern.lower_bound_weight <= least, "seed {seed}: bound {}, but {least} is safe", pattern.lower_bound_weight);
        tight += usize::from(pattern.lower_bound_weight == least);
    }
    assert!(tight > 50, "{tight}");
}

/// The total of a published part and a hidden one: with the part published, the other is all that is left of the total's distance.
#[test]
fn what_a_choice_publishes_is_asked_no_more() {
    let level = Some(ProtectionLevels { lower: 15, upper: 15, sliding: 0 });
    let total = CellFile { protection: level, largest: Some(100), ..plain("t", 100, 1) };
    let problem = read(ProblemFile {
        parameters: invented::rules(),
        cells: vec![total, plain("a", 90, 4), plain("b", 10, 4)],
        equations: vec![EquationFile::sum("t", ["a", "b"])],
    });
    assert!(protect(&problem, LITTLE).unwrap().lower_bound_weight <= 110);
}

/// What small numbers count ten thousand million times: a rate of one in ten thousand million is none that rounding left.
#[test]
fn coefficients_may_be_large() {
    let times = 10_000_000_000;
    let count =
        |id: &str, value: i64, weight: i64| CellFile { count: true, contributors: None, weight: Some(weight), ..plain(id, value, 0) };
    let money = |id: &str, value: i64, weight: i64| CellFile { weight: Some(weight), ..plain(id, value, 9) };
    let term = |cell: &str, coefficient: i64| TermFile { cell: cell.to_owned(), coefficient };
    let terms = vec![term("v", 1), term("s", 1), term("n1", -times), term("n2", -times)];
    let problem = read(ProblemFile {
        parameters: Parameters { min_contributors: Some(3), ..Parameters::default() },
        cells: vec![count("n1", 2, 2), count("n2", 50, 1_000), money("v", 2 * times, 1), money("s", 50 * times, 5_000)],
        equations: vec![EquationFile { terms: Some(terms), ..EquationFile::default() }],
    });
    let pattern = protect(&problem, LITTLE).unwrap();
    assert_eq!((pattern.weight_hidden, pattern.lower_bound_weight), (3, 3));
}
