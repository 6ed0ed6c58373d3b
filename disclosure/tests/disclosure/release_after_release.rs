//! What must hold when one release follows another.

use std::collections::BTreeMap;

use disclosure::{
    attack::{Verdict, attack_hidden},
    certify::{certify, mark_earlier},
    file::{CellFile, Contribution, EquationFile, ProblemFile},
    pattern::Pattern,
    problem::Problem,
    protect::{protect, release},
};
use proptest::prelude::*;

use super::{ENOUGH, LITTLE, invented, read, small_table};

/// The problem with hidden cells that follow: each the sum of some of the cells and of something new.
fn followed(file: &ProblemFile, dice: &mut invented::Dice) -> (ProblemFile, Vec<String>) {
    let mut file = file.clone();
    let before = file.cells.len() as u64;
    let mut hidden = Vec::new();
    for n in 0..=dice.below(4) {
        let parts: Vec<CellFile> = (0..=dice.below(3)).map(|_| file.cells[usize::try_from(dice.below(before)).unwrap()].clone()).collect();
        let mut groups: BTreeMap<String, i64> = BTreeMap::new();
        for _ in 0..=dice.below(4) {
            *groups.entry(format!("g{}", dice.below(14))).or_default() += i64::try_from(1 + dice.below(400)).unwrap();
        }
        let new = cell(format!("new {n}"), &groups);
        let named = parts.iter().all(|part| part.contributions.is_some());
        for part in parts.iter().flat_map(|part| part.contributions.iter().flatten()) {
            *groups.entry(part.group.clone()).or_default() += part.amount;
        }
        let value = new.value + parts.iter().map(|part| part.value).sum::<i64>();
        let total =
            if named { cell(format!("sum {n}"), &groups) } else { CellFile { id: format!("sum {n}"), value, ..CellFile::default() } };
        let ids = parts.iter().map(|part| (part.id.clone(), 1)).chain([(new.id.clone(), 1), (total.id.clone(), -1)]);
        file.equations.push(EquationFile::terms(ids, 0));
        hidden.extend([new.id.clone(), total.id.clone()]);
        let new = if named { new } else { CellFile { contributions: None, ..new } };
        file.cells.extend([new, total]);
    }
    (file, hidden)
}

fn cell(id: String, groups: &BTreeMap<String, i64>) -> CellFile {
    let contributions = groups.iter().map(|(group, amount)| Contribution { group: group.clone(), amount: *amount }).collect();
    let contributors = u32::try_from(groups.len()).ok();
    CellFile { id, value: groups.values().sum(), contributors, contributions: Some(contributions), ..CellFile::default() }
}

fn places(problem: &Problem, ids: impl IntoIterator<Item = impl AsRef<str>>) -> std::collections::BTreeSet<usize> {
    ids.into_iter().map(|id| problem.place(id.as_ref()).unwrap()).collect()
}

fn ids(pattern: &Pattern) -> impl Iterator<Item = String> + '_ {
    pattern.cells.iter().map(|cell| cell.id.clone())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// A safe release with cells that are all hidden is safe: nothing that is kept back can make a release a mistake.
    #[test]
    fn a_safe_release_with_hidden_cells_is_safe(table in small_table(), seed in any::<u64>()) {
        let Ok(pattern) = protect(&read(table.1.clone()), LITTLE) else { return Ok(()) };
        let (later, hidden) = followed(&table.1, &mut invented::Dice(seed | 1));
        let problem = read(later);
        let attacked = attack_hidden(&problem, &places(&problem, ids(&pattern).chain(hidden)));
        let open: Vec<_> = attacked.cells.into_iter().filter(|cell| !cell.protected).collect();
        prop_assert!(open.is_empty(), "{open:#?}");
    }

    /// What the engine calls safe passes the gate, and a later release that hides what is new passes it as well.
    #[test]
    fn what_is_safe_is_certified_and_followed(table in small_table(), seed in any::<u64>()) {
        let problem = read(table.1.clone());
        let Ok(pattern) = protect(&problem, LITTLE) else { return Ok(()) };
        let certified = certify(&problem, &pattern, &[]).unwrap();
        prop_assert!(certified.is_ok(), "{:?}", certified.err());
        let certificate = certified.unwrap();
        let (mut later, _) = followed(&table.1, &mut invented::Dice(seed | 1));
        mark_earlier(&mut later, std::slice::from_ref(&certificate));
        let problem = read(later);
        // there is always a release: at least the one that keeps all that is new to itself
        let Ok(pattern) = protect(&problem, ENOUGH) else { return Err(TestCaseError::fail("refused")) };
        let certified = certify(&problem, &pattern, &[certificate]).unwrap();
        prop_assert!(certified.is_ok(), "{:?}", certified.err());
    }
}

fn small(json: &str) -> Problem {
    read(serde_json::from_str(json).unwrap())
}

#[test]
fn what_follows_from_published_and_own_figures_is_no_demand() {
    // the half-year is at least the first quarter and what one reported oneself
    let problem = small(
        r#"{"parameters": {"min_contributors": 3, "p_percent": 10}, "equations": [{"total": "half", "parts": ["first", "second"]}],
        "cells": [{"id": "first", "value": 900, "published_before": true, "contributions": [
                      {"group": "a", "amount": 300}, {"group": "b", "amount": 300}, {"group": "c", "amount": 300}]},
                  {"id": "second", "value": 10020, "contributions": [{"group": "a", "amount": 10000}, {"group": "d", "amount": 20}]},
                  {"id": "half", "value": 10920, "contributions": [
                      {"group": "a", "amount": 10300}, {"group": "b", "amount": 300}, {"group": "c", "amount": 300}, {"group": "d", "amount": 20}]}]}"#,
    );
    assert_eq!(attack_hidden(&problem, &places(&problem, ["second", "half"])).verdict, Verdict::Safe);
    // who is alone in the second quarter knows the half-year, whatever is hidden
    let alone = small(
        r#"{"parameters": {"min_contributors": 3, "p_percent": 10}, "equations": [{"total": "half", "parts": ["first", "second"]}],
        "cells": [{"id": "first", "value": 900, "published_before": true, "contributions": [
                      {"group": "a", "amount": 300}, {"group": "b", "amount": 300}, {"group": "c", "amount": 300}]},
                  {"id": "second", "value": 20000, "contributions": [{"group": "a", "amount": 20000}]},
                  {"id": "half", "value": 20900, "contributions": [
                      {"group": "a", "amount": 20300}, {"group": "b", "amount": 300}, {"group": "c", "amount": 300}]}]}"#,
    );
    assert_eq!(attack_hidden(&alone, &places(&alone, ["second", "half"])).verdict, Verdict::Safe);
}

#[test]
fn who_owns_the_parts_owns_the_sum() {
    // whoever is alone in x is so in p and q, and so in u, which is no secret to them
    let problem = small(
        r#"{"parameters": {"min_contributors": 3, "p_percent": 10},
        "equations": [{"total": "x", "parts": ["p", "q"]}, {"total": "u", "parts": ["p", "q"]}, {"total": "t", "parts": ["u", "r"]}],
        "cells": [{"id": "p", "value": 40}, {"id": "q", "value": 60}, {"id": "x", "value": 100, "contributors": 1},
                  {"id": "u", "value": 100, "protection": {"lower": 10, "upper": 10}, "contributors": 2}, {"id": "r", "value": 300, "contributors": 9},
                  {"id": "t", "value": 400, "contributors": 10}]}"#,
    );
    assert_eq!(attack_hidden(&problem, &places(&problem, ["p", "q", "x", "u", "r"])).verdict, Verdict::Safe);
}

#[test]
fn who_has_others_beside_it_does_not_know_that_theirs_are_zero() {
    // all of a is x, as y is zero: whoever is alone in x does not know that
    let problem = small(
        r#"{"parameters": {"min_contributors": 3},
        "equations": [{"total": "a", "parts": ["x", "y"]}, {"total": "t", "parts": ["a", "r"]}],
        "cells": [{"id": "x", "value": 40, "contributors": 1}, {"id": "y", "value": 0, "contributors": 1}, {"id": "a", "value": 40, "contributors": 2},
                  {"id": "r", "value": 300, "contributors": 9}, {"id": "t", "value": 340, "contributors": 10}]}"#,
    );
    let hidden = ["a", "r", "x", "y"];
    assert_eq!(attack_hidden(&problem, &places(&problem, hidden)).verdict, Verdict::Safe);
    let pattern = protect(&problem, LITTLE).unwrap();
    assert_eq!(pattern.cells.iter().map(|cell| cell.id.as_str()).collect::<Vec<_>>(), hidden);
}

#[test]
fn what_everybody_can_compute_is_no_secret() {
    // the rounding of a growth rate beside its two published figures
    let problem = small(
        r#"{"parameters": {"min_contributors": 3}, "equations": [{"terms": [{"cell": "now", "coefficient": 1000},
            {"cell": "before", "coefficient": -1123}, {"cell": "rounding", "coefficient": -1}]}],
        "cells": [{"id": "now", "value": 4491, "contributors": 5}, {"id": "before", "value": 4000, "contributors": 5},
                  {"id": "rounding", "value": -1000, "lower_bound": -2000, "upper_bound": 2000, "auxiliary": true}]}"#,
    );
    let pattern = protect(&problem, LITTLE).unwrap();
    assert_eq!(certify(&problem, &pattern, &[]).unwrap().unwrap().published, ["before", "now"]);
}

#[test]
fn what_two_sums_tell_together_is_told() {
    // a + b + z and z + w are told, and w as well: so is a + b, which is all of one owner
    let json = r#"{"parameters": {"min_contributors": 3, "p_percent": 10},
        "equations": [{"total": "t", "parts": ["a", "b", "y", "z"]}, {"total": "s", "parts": ["y", "z", "w"]}],
        "cells": [{"id": "a", "value": 100, "contributions": [{"group": "g1", "amount": 100}]},
                  {"id": "b", "value": 80, "contributions": [{"group": "g1", "amount": 80}]},
                  {"id": "y", "value": 300, "contributors": 9}, {"id": "z", "value": 400, "contributors": 9},
                  {"id": "w", "value": 500, "contributors": 9}, {"id": "s", "value": 1200, "contributors": 20},
                  {"id": "t", "value": 880, "contributors": 20}]}"#;
    let problem = small(json);
    assert_eq!(attack_hidden(&problem, &places(&problem, ["a", "b", "y", "z"])).verdict, Verdict::Unsafe);
    assert_eq!(attack_hidden(&problem, &places(&problem, ["a", "b", "y", "z", "w"])).verdict, Verdict::Safe);
    let pattern = protect(&problem, LITTLE).unwrap();
    assert!(certify(&problem, &pattern, &[]).unwrap().is_ok());
}

#[test]
fn a_total_that_has_to_wait_is_certified_and_stays_hidden() {
    // almost all is of one owner
    let json = r#"{"parameters": {"min_contributors": 3, "p_percent": 10}, "equations": [{"total": "t", "parts": ["a", "b"]}],
        "cells": [{"id": "t", "value": 1000, "must_publish": true, "at": {"table": "x", "year": "2023", "quarter": "Q1"},
                   "contributions": [{"group": "g1", "amount": 980}, {"group": "g2", "amount": 15}, {"group": "g3", "amount": 5}]},
                  {"id": "a", "value": 980, "contributions": [{"group": "g1", "amount": 980}]},
                  {"id": "b", "value": 20, "contributions": [{"group": "g2", "amount": 15}, {"group": "g3", "amount": 5}]}]}"#;
    let problem = small(json);
    let pattern = release(&problem, LITTLE);
    assert_eq!((pattern.waiting[0].id.as_str(), pattern.left_over.len()), ("t", 0));
    let certificate = certify(&problem, &pattern, &[]).unwrap().unwrap();
    // whoever hides it without saying that it waits does not pass
    let silent = Pattern { waiting: vec![], ..pattern };
    assert!(certify(&problem, &silent, &[]).unwrap().is_err());
    let mut file: ProblemFile = serde_json::from_str(json).unwrap();
    mark_earlier(&mut file, std::slice::from_ref(&certificate));
    let later = Problem::try_from(file).unwrap();
    assert!(certify(&later, &release(&later, LITTLE), &[certificate]).unwrap().is_ok());
}
