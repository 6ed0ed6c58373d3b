//! Secondary suppression: which further cells are hidden so that no sensitive cell can be inferred too closely, neither by
//! an outsider nor by a contributor who subtracts what is its own, at the least total weight.
//!
//! The answer does not depend on the order in which the problem is written, nor on the machine: the effort is counted in
//! numbers touched, not in seconds. It is checked by the attacker before it is given: an answer is safe or a refusal.

#![expect(clippy::float_arithmetic, clippy::float_cmp, reason = "the choice of cells may be approximate: the attacker checks it exactly")]

use std::collections::{BTreeMap, BTreeSet};

use super::{
    attack::{Verdict, attack_hidden},
    pattern::{Hidden, Pattern, Status},
    problem::{Problem, Publication},
    sensitive::{Reason, Sensitive, sensitive},
};

mod conflict;
mod cover;
mod insiders;
mod master;
mod model;
mod moves;
mod search;
#[cfg(test)]
mod tests;

pub use conflict::{Refused, Way, WayOut};
use model::{Component, components};

/// Numbers that may be touched: about two thousand million for each second of one core.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effort(pub u64);

impl Effort {
    /// What a core of 2023 does in so many seconds.
    #[must_use]
    pub fn of_seconds(seconds: u64) -> Self {
        Self(seconds.saturating_mul(200_000_000))
    }
}

/// Chooses what to hide.
///
/// # Errors
/// [`Refused`] when no choice is safe.
pub fn protect(problem: &Problem, effort: Effort) -> Result<Pattern, Box<Refused>> {
    attempt(problem, effort).map_err(|open| Box::new(conflict::explain(problem, open, effort)))
}

/// Chooses what to hide; fails with the cells that stay too open.
fn attempt(problem: &Problem, effort: Effort) -> Result<Pattern, Vec<String>> {
    let sensitive = sensitive(problem);
    let components = components(problem, &sensitive);
    let chosen = choose(&components, effort);
    let (mut hidden, mut covers) = (BTreeSet::new(), BTreeMap::new());
    let mut bound = 0;
    for (component, chosen) in components.iter().zip(chosen) {
        hidden.extend(component.cells.iter().zip(&chosen.hidden).filter(|(_, hidden)| **hidden).map(|(place, _)| *place));
        covers.extend(chosen.covers.into_iter().map(|(cell, of)| (component.cells[cell], component.cells[of])));
        bound += chosen.bound;
    }
    let auxiliary = |place: &usize| problem.cells[*place].publication == Publication::Auxiliary;
    hidden.extend((0..problem.cells.len()).filter(auxiliary));
    let attacked = attack_hidden(problem, &hidden);
    if attacked.verdict == Verdict::Unsafe {
        return Err(attacked.cells.into_iter().filter(|cell| !cell.protected).map(|cell| cell.id).collect());
    }
    let weight_of = |places: &mut dyn Iterator<Item = usize>| places.map(|place| i128::from(problem.cells[place].weight)).sum::<i128>();
    let in_components: BTreeSet<usize> = components.iter().flat_map(|component| component.cells.iter().copied()).collect();
    bound += weight_of(&mut hidden.iter().copied().filter(|place| !in_components.contains(place)));
    Ok(Pattern {
        weight_hidden: weight_of(&mut hidden.iter().copied()),
        lower_bound_weight: bound,
        cells: hidden.iter().map(|place| hidden_cell(problem, &sensitive, &covers, *place)).collect(),
    })
}

fn hidden_cell(problem: &Problem, sensitive: &BTreeMap<usize, Sensitive>, covers: &BTreeMap<usize, usize>, place: usize) -> Hidden {
    let id = problem.cells[place].id.clone();
    match sensitive.get(&place) {
        Some(sensitive) => Hidden { id, status: Status::Primary, reason: sensitive.reason.code().to_owned() },
        None if problem.cells[place].publication == Publication::Auxiliary => {
            Hidden { id, status: Status::Secondary, reason: "auxiliary".to_owned() }
        }
        None => {
            let of = covers.get(&place).map_or_else(String::new, |of| format!(" of {}", problem.cells[*of].id));
            Hidden { id, status: Status::Secondary, reason: format!("cover{of}") }
        }
    }
}

/// What is hidden in a component, for whom, and a bound of its weight.
struct Chosen {
    hidden: Vec<bool>,
    covers: BTreeMap<usize, usize>,
    bound: i128,
}

/// Each component has a share of the effort by its size, so that it does not matter which is first.
fn choose(components: &[Component], effort: Effort) -> Vec<Chosen> {
    let all: u128 = components.iter().map(|component| component.cells.len() as u128).sum();
    let share =
        |component: &Component| u64::try_from(u128::from(effort.0) * component.cells.len() as u128 / all.max(1)).unwrap_or(u64::MAX);
    components.iter().map(|component| one(component, share(component))).collect()
}

fn one(component: &Component, effort: u64) -> Chosen {
    match search::search(component, effort) {
        Ok(Ok(found)) => Chosen { hidden: found.hidden, covers: found.covers, bound: found.bound },
        // everything is hidden; the attacker tells whether that is enough
        Ok(Err(_)) | Err(moves::TooLarge) => Chosen {
            hidden: vec![true; component.cells.len()],
            covers: BTreeMap::new(),
            bound: cover::weight(component, &component.always),
        },
    }
}

impl Reason {
    /// The rule's name in files.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::FewContributors => "few_contributors",
            Self::SmallCount => "small_count",
            Self::SingleContributor => "single_contributor",
            Self::PPercent => "p_percent",
            Self::Dominance => "dominance",
            Self::Complement => "complement",
        }
    }
}
