//! Secondary suppression of what the public home shows of one period: cells hidden for few contributors could be told by the
//! country less the other regions, or by the groups of destinations. The engine of disclosure control chooses what else to hide.

use std::collections::BTreeSet;

use disclosure::{
    file::{CellFile, EquationFile, Parameters, ProblemFile},
    problem::Problem,
    protect::{Effort, protect},
};

/// One table: a total and its parts, each by name, with its value and the number of its contributors.
#[derive(Debug, Clone, Default)]
pub(crate) struct Margin {
    /// The total, if it is shown.
    pub(crate) total: Option<(String, i64, i64)>,
    /// The parts.
    pub(crate) parts: Vec<(String, i64, i64)>,
}

/// The parts that must not be shown: those with few contributors, and those that would tell them. Where the engine finds no
/// safe choice, all of them. `least` contributors and a distance of `p` percent are what the rules ask for.
pub(crate) fn hidden(margins: &[Margin], least: i64, p: i64) -> BTreeSet<String> {
    let all = || margins.iter().flat_map(|margin| &margin.parts).map(|(name, ..)| name.clone()).collect();
    let Some(problem) = problem(margins, least, p) else { return all() };
    // a few dozen cells: less than a millisecond of work, and a bound for what nobody expects
    match protect(&problem, Effort::of_seconds(2)) {
        Ok(pattern) => pattern.cells.into_iter().map(|cell| cell.id).collect(),
        Err(refused) => {
            tracing::warn!(?refused, "no part of a public table can be shown");
            all()
        }
    }
}

fn problem(margins: &[Margin], least: i64, p: i64) -> Option<Problem> {
    let (min_contributors, p_percent) = (Some(u32::try_from(least).ok()?), Some(u32::try_from(p).ok()?));
    let mut file =
        ProblemFile { parameters: Parameters { min_contributors, p_percent, ..Parameters::default() }, ..ProblemFile::default() };
    let mut names = BTreeSet::new();
    let mut cell = |name: &str, value, contributors, must_publish| {
        if names.insert(name.to_owned()) {
            let contributors = u32::try_from(contributors).ok();
            file.cells.push(CellFile { id: name.to_owned(), value, contributors, must_publish, ..CellFile::default() });
        }
    };
    for Margin { total, parts } in margins {
        for (name, value, contributors) in parts {
            cell(name, *value, *contributors, false);
        }
        if let Some((name, value, contributors)) = total {
            cell(name, *value, *contributors, true);
        }
    }
    for Margin { total, parts } in margins {
        if let Some((total, ..)) = total {
            file.equations.push(EquationFile::sum(total, parts.iter().map(|(name, ..)| name.clone())));
        }
    }
    Problem::try_from(file).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn margin(total: i64, parts: &[(&str, i64, i64)]) -> Margin {
        let contributors = parts.iter().map(|(_, _, contributors)| contributors).sum();
        Margin {
            total: Some(("UZ".to_owned(), total, contributors)),
            parts: parts.iter().map(|(name, value, contributors)| ((*name).to_owned(), *value, *contributors)).collect(),
        }
    }

    #[test]
    fn one_hidden_part_takes_another_with_it() {
        let parts = [("a", 900_000, 40), ("b", 700, 2), ("c", 5_000, 9), ("d", 30_000, 12), ("e", 0, 0)];
        let found = hidden(&[margin(935_700, &parts)], 3, 10);
        assert!(found.len() >= 2 && found.contains("b") && !found.contains("a") && !found.contains("UZ"), "{found:?}");
        let shown = [("a", 900_000, 40), ("c", 5_000, 9), ("d", 30_000, 12)];
        assert_eq!(hidden(&[margin(935_000, &shown)], 3, 10), BTreeSet::new());
    }

    #[test]
    fn without_a_total_nothing_else_is_hidden() {
        let parts = [("a", 900_000, 40), ("b", 700, 2)];
        let untold = Margin { total: None, ..margin(900_700, &parts) };
        assert_eq!(hidden(&[untold], 3, 10), BTreeSet::from(["b".to_owned()]));
    }

    #[test]
    fn what_cannot_be_protected_is_not_shown_at_all() {
        // the other part would tell it, and the total has to be published
        let parts = [("a", 900_000, 1), ("b", 700, 2)];
        assert_eq!(hidden(&[margin(900_700, &parts)], 3, 10), BTreeSet::from(["a".to_owned(), "b".to_owned()]));
        // sums that do not hold are no reason to show anything
        assert_eq!(hidden(&[margin(1, &parts)], 3, 10), BTreeSet::from(["a".to_owned(), "b".to_owned()]));
    }
}
