//! Secondary suppression: which further cells are hidden so that no sensitive cell can be inferred too closely, neither by
//! an outsider nor by a contributor who subtracts what is its own, at the least total weight.
//!
//! The answer does not depend on the order in which the problem is written, nor on the machine: the effort is counted in
//! numbers touched, not in seconds. It is checked by the attacker before it is given: an answer is safe or a refusal.

#![expect(clippy::float_arithmetic, clippy::float_cmp, reason = "the choice of cells may be approximate: the attacker checks it exactly")]

use std::collections::{BTreeMap, BTreeSet};

use super::{
    attack::{attack_hidden, parts},
    pattern::{Pattern, Status, SuppressedCell},
    problem::{Problem, Publication},
    sensitive::{Reason, Sensitive, Told, sensitive, told},
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
use model::{Component, More, components};

/// Numbers that the search may touch. Building a first pattern and the attack that checks it are not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effort(pub u64);

impl Effort {
    /// What one core does in about so many seconds.
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
    let mut engine = Engine { problem, effort, sensitive: sensitive.clone(), more: More::default(), done: Vec::new() };
    // only what every safe choice has to hide, for the bound
    engine.add_told(&sensitive.keys().copied().collect());
    engine.more.totals.clear();
    let bound = engine.choose().bound;
    let mut choice = engine.settle();
    let mut open = choice.open(problem);
    if !open.is_empty() {
        // rounding: ask for a little more, then for everything that is connected
        engine.ask_for_more(&open);
        choice = engine.settle();
        open = choice.open(problem);
    }
    if !open.is_empty() {
        engine.hide_all_around(&open);
        choice = engine.settle();
        open = choice.open(problem);
    }
    if !open.is_empty() {
        return Err(open);
    }
    engine.show_known(&mut choice);
    engine.prune(&mut choice);
    let weight = choice.hidden.iter().map(|place| i128::from(problem.cells[*place].weight)).sum();
    let cell = |place: &usize| hidden_cell(problem, &sensitive, &choice.covers, *place);
    Ok(Pattern { weight_hidden: weight, lower_bound_weight: bound.min(weight), cells: choice.hidden.iter().map(cell).collect() })
}

/// The search for a choice that tells no sum of hidden cells that is too telling by itself.
struct Engine<'a> {
    problem: &'a Problem,
    effort: Effort,
    sensitive: BTreeMap<usize, Sensitive>,
    more: More,
    /// Components that were searched already.
    done: Vec<(Component, Chosen)>,
}

/// Hidden cells of the whole problem, for whom, and a bound of their weight.
struct Choice {
    hidden: BTreeSet<usize>,
    covers: BTreeMap<usize, usize>,
    bound: i128,
}

impl Choice {
    /// The cells that the attacker finds too open.
    fn open(&self, problem: &Problem) -> Vec<String> {
        attack_hidden(problem, &self.hidden).cells.into_iter().filter(|cell| !cell.protected).map(|cell| cell.id).collect()
    }
}

impl Engine<'_> {
    /// Chooses in every component; what was searched before is not searched again.
    fn choose(&mut self) -> Choice {
        let components = components(self.problem, &self.sensitive, &self.more);
        let all: u128 = components.iter().map(|component| component.cells.len() as u128).sum();
        let auxiliary = |place: &usize| self.problem.cells[*place].publication == Publication::Auxiliary;
        let mut choice = Choice { hidden: (0..self.problem.cells.len()).filter(auxiliary).collect(), covers: BTreeMap::new(), bound: 0 };
        let mut done = Vec::new();
        for component in components {
            // each component has a share of the effort by its size, so that it does not matter which is first
            let share = u64::try_from(u128::from(self.effort.0) * component.cells.len() as u128 / all.max(1)).unwrap_or(u64::MAX);
            let before = self.done.iter().position(|(other, _)| *other == component);
            let chosen = before.map_or_else(|| one(&component, share), |n| self.done.swap_remove(n).1);
            choice.hidden.extend(component.cells.iter().zip(&chosen.hidden).filter(|(_, hidden)| **hidden).map(|(place, _)| *place));
            choice.covers.extend(chosen.covers.iter().map(|(cell, of)| (component.cells[*cell], component.cells[*of])));
            choice.bound += chosen.bound;
            done.push((component, chosen));
        }
        self.done = done;
        choice
    }

    /// Chooses until no sum of hidden cells is told that should not be.
    fn settle(&mut self) -> Choice {
        loop {
            let choice = self.choose();
            if !self.add_told(&choice.hidden) {
                return choice;
            }
        }
    }

    /// Asks for what hides the sums that would be told if these cells were hidden. False if that was asked already.
    fn add_told(&mut self, hidden: &BTreeSet<usize>) -> bool {
        let mut added = false;
        for Told { total, others, distance } in told(self.problem, |place| hidden.contains(&place)) {
            if hidden.contains(&total) && !self.problem.cells[total].is_known() {
                let known = self.more.totals.entry(total).or_insert(0);
                added |= *known < distance;
                *known = distance.max(*known);
            } else {
                let cell = |place: &usize| &self.problem.cells[*place];
                let can_hide = |place: &usize| !cell(place).is_known() && cell(place).publication != Publication::Required;
                let set: Vec<usize> = others.into_iter().filter(|place| cell(place).value != 0).chain([total]).filter(can_hide).collect();
                added |= !set.is_empty() && self.more.sets.insert(set);
            }
        }
        added
    }

    fn ask_for_more(&mut self, open: &[String]) {
        for place in open.iter().filter_map(|id| self.problem.place(id)) {
            if let Some(needs) = self.sensitive.get_mut(&place) {
                let more = |distance: i128| if distance == 0 { 0 } else { distance + distance / 1_000_000 + 1 };
                (needs.lower, needs.upper, needs.sliding) = (more(needs.lower), more(needs.upper), more(needs.sliding));
            }
        }
    }

    fn hide_all_around(&mut self, open: &[String]) {
        let places: BTreeSet<usize> = open.iter().filter_map(|id| self.problem.place(id)).collect();
        let around = self.done.iter().filter(|(component, _)| component.cells.iter().any(|place| places.contains(place)));
        self.more.hidden.extend(around.flat_map(|(component, _)| &component.cells));
    }
}

impl Engine<'_> {
    /// Shows what is hidden in vain: a cell that everybody can tell exactly from what is published tells nothing more when it
    /// is published itself. Where a whole part is hidden for want of anything better, there may be such.
    fn show_known(&self, choice: &mut Choice) {
        let before = choice.hidden.clone();
        for cell in attack_hidden(self.problem, &before).cells.iter().filter(|cell| cell.is_exact()) {
            let place = self.problem.place(&cell.id).filter(|place| self.can_show(*place));
            place.map(|place| choice.hidden.remove(&place));
        }
        // the sum of what then stays hidden may be told, and asked to stay open
        if choice.hidden != before && !choice.open(self.problem).is_empty() {
            choice.hidden = before;
        }
    }

    /// Whether nothing but a choice hides a cell.
    fn can_show(&self, place: usize) -> bool {
        !self.sensitive.contains_key(&place) && self.problem.cells[place].publication == Publication::Free
    }

    /// Shows again what an earlier choice had to hide and this one need not: what hides a told sum is asked for although the
    /// sum may no longer be told. The heaviest first, as long as the effort of one attack after another allows.
    fn prune(&self, choice: &mut Choice) {
        let Self { problem, more, .. } = self;
        let asked: BTreeSet<usize> = more.sets.iter().flatten().chain(more.totals.keys()).chain(&more.hidden).copied().collect();
        let parts = parts(problem, &choice.hidden);
        // an attack solves for each part a programme of so many columns a few times over
        let attack = parts.iter().fold(1, |sum: u64, part| sum.saturating_add((part.len() as u64).saturating_pow(3).saturating_mul(50)));
        let mut candidates: Vec<usize> = parts
            .into_iter()
            .filter(|part| part.iter().any(|place| asked.contains(place)))
            .flatten()
            .filter(|place| self.can_show(*place))
            .collect();
        candidates.sort_by_key(|place| (std::cmp::Reverse(problem.cells[*place].weight), &problem.cells[*place].id));
        for place in candidates.into_iter().take(usize::try_from(self.effort.0 / attack).unwrap_or(usize::MAX)) {
            choice.hidden.remove(&place);
            if !choice.open(problem).is_empty() {
                choice.hidden.insert(place);
            }
        }
    }
}

fn hidden_cell(problem: &Problem, sensitive: &BTreeMap<usize, Sensitive>, covers: &BTreeMap<usize, usize>, place: usize) -> SuppressedCell {
    let id = problem.cells[place].id.clone();
    match sensitive.get(&place) {
        Some(sensitive) => SuppressedCell { id, status: Status::Primary, reason: sensitive.reason.code().to_owned() },
        None if problem.cells[place].publication == Publication::Auxiliary => {
            SuppressedCell { id, status: Status::Secondary, reason: "auxiliary".to_owned() }
        }
        None => {
            let of = covers.get(&place).map_or_else(String::new, |of| format!(" of {}", problem.cells[*of].id));
            SuppressedCell { id, status: Status::Secondary, reason: format!("cover{of}") }
        }
    }
}

/// What is hidden in a component, for whom, and a bound of its weight.
struct Chosen {
    hidden: Vec<bool>,
    covers: BTreeMap<usize, usize>,
    bound: i128,
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
